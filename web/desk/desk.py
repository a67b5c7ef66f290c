"""The pages of the desk: funnel, cohorts, films, revenue, reminders, and the lists behind."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template, request
from flask.typing import ResponseReturnValue

from core.errors import NotFound
from reports import funnel as steps
from reports import lists, periods, questions, reading, sheets
from reports.answers import REPORTS, printed
from reports.definitions import IS_ROLLING, Definition
from reports.listed import Listed
from reports.movements import Movement
from reports.outcomes import Outcome
from reports.robots import RULES
from web.desk import (
    asking,
    calendar_pages,
    charts,
    experimenting,
    figures,
    near,
    origin_pages,
    watching_pages,
)
from web.requests import operators_only

pages = Blueprint("desk", __name__, url_prefix="/desk")
pages.register_blueprint(calendar_pages.pages)
pages.register_blueprint(experimenting.pages)
pages.register_blueprint(origin_pages.pages)
pages.register_blueprint(watching_pages.pages)

DAYS = {
    "funnel": 60,
    "conversion": 180,
    "films": 90,
    "origins": origin_pages.DAYS,
    "watching": watching_pages.DAYS,
    "mrr": 365,
    "notices": 90,
}
A_PAGE = 100
SHAPES = {"csv": "text/csv", "json": "application/json"}


@pages.context_processor
def _words() -> dict[str, Any]:
    """What every page of the desk may use."""
    return {
        "whose": figures.whose,
        "length": figures.length,
        "amount": figures.amount,
        "gap": figures.gap,
        "signed_percent": figures.signed_percent,
        "columns_of": figures.in_currencies,
        "permille": figures.permille,
        "share": figures.share,
        "percent_edges": figures.percent_edges,
        "all_definitions": [("", "Ours"), *((each, figures.OTHERS[each]) for each in Definition)],
        "places": figures.places,
        "outcome_columns": figures.columns(figures.OUTCOMES[each] for each in Outcome),
        "movement_columns": figures.columns(figures.MOVEMENTS[each] for each in Movement),
        "movements": list(Movement),
        "names_of": figures.OTHERS,
        "stands": figures.stands,
        "period_words": periods.told,
        "no_film": figures.no_film,
    }


@pages.get("")
@operators_only
def funnel() -> ResponseReturnValue:
    """Tiles, then how far people got from a film page to a payment."""
    asked = asking.asked(days=DAYS["funnel"])
    found = questions.of_funnel(g.db, asked.question)
    chart = charts.bars(
        "People who reached each step",
        [(row.step, len(row.people), f"{len(row.people):,}") for row in found.rows],
        shape="funnel",
    )
    return render_template(
        "desk/funnel.html",
        asked=asked,
        found=found,
        chart=chart,
        tiles=figures.tiles(g.db, asked),
        sources=reading.sources(g.db),
        rules=RULES,
        to_start=steps.TO_START,
    )


@pages.get("/conversion")
@operators_only
def conversion() -> ResponseReturnValue:
    """The curve, then cohorts and outcomes; or the same trials as somebody else counts them."""
    asked = asking.asked(days=DAYS["conversion"])
    found = questions.of_conversion(g.db, asked.question)
    theirs = (
        questions.of_definition(g.db, asked.question, asked.definition) if asked.definition else []
    )
    return render_template(
        "desk/conversion.html",
        asked=asked,
        found=found,
        theirs=theirs,
        rolls=asked.definition in IS_ROLLING,
        current=_current(asked),
        chart=charts.curve("Trials converted by day since their start", found.curve),
        sources=reading.sources(g.db),
    )


@pages.get("/films")
@operators_only
def films() -> ResponseReturnValue:
    """Which films trials are owed to, and in which order they convert."""
    asked = asking.asked(days=DAYS["films"])
    found = questions.of_films(g.db, asked.question)
    names = figures.film_names(g.db, [film.slug for film in found.films])
    first = sorted(found.films, key=lambda film: -len(film.deciding))[:12]
    chart = charts.bars(
        "Trials by the film that decided them",
        [
            (
                names.get(film.slug, figures.no_film(film.slug)),
                len(film.deciding),
                f"{len(film.deciding):,}",
            )
            for film in first
        ],
    )
    return render_template(
        "desk/films.html",
        asked=asked,
        found=found,
        chart=chart,
        names=names,
        sources=reading.sources(g.db),
    )


@pages.get("/revenue")
@operators_only
def revenue() -> ResponseReturnValue:
    """Monthly recurring revenue, and what moved it."""
    asked = asking.asked(days=DAYS["mrr"])
    money_found = questions.of_money(g.db, asked.question)
    found = money_found.rows
    currencies = sorted({row.currency for row in found})
    shown = [
        charts.moved(
            f"Monthly recurring revenue in {currency.upper()}",
            [row for row in found if row.currency == currency][-12:],
        )
        for currency in currencies
    ]
    return render_template(
        "desk/revenue.html",
        asked=asked,
        found=found,
        charts=shown,
        combined=money_found.combined,
        realised=money_found.realised,
        retention=money_found.retention,
        forecast=money_found.forecast,
        balances=all(row.balances for row in found) and money_found.combined.balances,
        causes=figures.CAUSES,
        reasons=figures.REASONS,
        current=_current(asked),
        sources=reading.sources(g.db),
    )


@pages.get("/reminders")
@operators_only
def notices() -> ResponseReturnValue:
    """Whether everybody who was charged after a trial had been reminded in time."""
    asked = asking.asked(days=DAYS["notices"])
    found = questions.of_notices(g.db, asked.question)
    chart = charts.bars(
        "Charged trials by their reminder",
        [(figures.LINES[line], len(each), f"{len(each):,}") for line, each in found.lines.items()],
    )
    return render_template(
        "desk/notices.html",
        asked=asked,
        found=found,
        chart=chart,
        lines=figures.LINES,
        sources=reading.sources(g.db),
    )


@pages.get("/people")
@operators_only
def people() -> ResponseReturnValue:
    """The list behind a printed number, exactly as long as the number."""
    found, asked = _listed()
    pages_in_all = -(-len(found) // A_PAGE)
    number = min(max(request.args.get("page", 1, type=int), 1), max(1, pages_in_all))
    rows = found.page(number, A_PAGE, near.read(request.args.get("near")))
    entries = [entry for _, entry in rows]
    return render_template(
        "desk/people.html",
        asked=asked,
        total=len(found),
        entries=entries,
        page=number,
        pages=pages_in_all,
        near=near.told(number, rows[-1][0]) if rows else None,
        query={n: value for n, value in request.args.items() if n not in ("page", "near")},
        names=figures.film_names(g.db, [entry.film for entry in entries if entry.film]),
    )


@pages.get("/people.csv")
@operators_only
def people_file() -> ResponseReturnValue:
    """The same list as a file."""
    found, _ = _listed()
    rows = tuple(
        (entry.person, entry.at.isoformat() if entry.at else None, entry.film, entry.stands)
        for entry in found
    )
    sheet = sheets.Sheet(("person", "at", "film", "stands"), rows)
    return _file(sheets.csv_text(sheet), "people", "csv")


@pages.get("/<report>.<any(csv, json):shape>")
@operators_only
def download(report: str, shape: str) -> ResponseReturnValue:
    """A report as a file: all rows, at full precision."""
    if report not in REPORTS:
        raise NotFound
    asked = asking.asked(days=DAYS.get(report, DAYS["conversion"]))
    whose = asked.definition if report == "conversion" else None
    found = printed(g.db, report, asked.question, whose)
    text = found.json() if shape == "json" else sheets.csv_text(found.sheet)
    return _file(text, report, shape)


def _current(asked: asking.Asked) -> str:
    """The label of the day, week or month that is not over yet."""
    question = asked.question
    return periods.label(question.as_of, question.zone, question.by)


def _listed() -> tuple[Listed[lists.Entry], asking.Asked]:
    report = request.args.get("report", "")
    asked = asking.asked(days=DAYS.get(report, DAYS["conversion"]))
    row, cell = request.args.get("row", "all"), request.args.get("cell", "")
    return lists.behind(g.db, asked.question, report, row, cell), asked


def _file(text: str, name: str, shape: str) -> Response:
    answer = Response(text, content_type=f"{SHAPES[shape]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.{shape}"'
    return answer
