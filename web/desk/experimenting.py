"""The experiments on the desk: their figures, and the buttons that start and stop them."""

from __future__ import annotations

from typing import Any, cast

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from accounts import roles
from accounts.roles import Right
from core import clock
from reports import experiments, questions, reading
from reports.experiments import DESIGNS, BadExperiment, Metric
from web.desk import asking
from web.requests import operators_only
from web.rights import staff_with

pages = Blueprint("experiments", __name__)

WORDS = {
    "try-free": "Try 30 days free",
    "start-watching": "Start watching free",
    "short": "Three points",
    "long": "Five points",
}


@pages.get("/experiments")
@operators_only
def show() -> ResponseReturnValue:
    """Every run with its figures, and what can be tried."""
    return _page()


@pages.post("/experiments")
@staff_with(Right.EXPERIMENTS)
def start() -> ResponseReturnValue:
    """Begin to show the arms of an experiment, with a reason."""
    try:
        experiments.start(
            cast(Session, g.db),
            request.form.get("code", ""),
            base_permille=_permille("base"),
            goal_permille=_permille("goal"),
            actor=_actor(),
            reason=request.form.get("reason", ""),
            now=clock.now(),
        )
    except BadExperiment as told:
        return _page(told.sentence, request.form.get("code", "")), 400
    return redirect(url_for("desk.experiments.show"), 303)


@pages.post("/experiments/<int:number>/end")
@staff_with(Right.EXPERIMENTS)
def stop(number: int) -> ResponseReturnValue:
    """Show everybody the first arm again, with a reason."""
    reason = request.form.get("reason", "")
    try:
        experiments.stop(g.db, number, actor=_actor(), reason=reason, now=clock.now())
    except BadExperiment as told:
        return _page(told.sentence, str(number)), 400
    return redirect(url_for("desk.experiments.show"), 303)


def _page(problem: str = "", of: str = "") -> str:
    """The page; ``problem`` is what the form of the experiment or run ``of`` was refused for."""
    asked = asking.asked(days=asking.EXPERIMENT_DAYS)
    found = questions.of_experiments(g.db, asked.question)
    running = {each.experiment.code for each in found if each.experiment.stopped_at is None}
    return render_template(
        "desk/experiments.html",
        asked=asked,
        found=found,
        designs=DESIGNS,
        idle=[each for each in DESIGNS.values() if each.code not in running],
        arm_words=WORDS,
        metrics=list(Metric),
        may_change=roles.may(g.member, Right.EXPERIMENTS),
        problem=problem,
        of=of,
        typed=request.form,
        sources=reading.sources(g.db),
    )


def _permille(name: str) -> int:
    """Tenths of a percent out of ``4`` or ``4.5``. Raises ``BadExperiment``."""
    whole, _, tenth = request.form.get(name, "").strip().rstrip("%").partition(".")
    if not (whole + tenth).isascii() or not (whole + (tenth or "0")).isdecimal() or len(tenth) > 1:
        raise BadExperiment("Write a rate in percent, with one decimal at most, such as 4.5.")
    return int(whole[:4] or 0) * 10 + int(tenth or 0)


def _actor() -> str:
    return f"operator:{cast(Any, g).member.id}"
