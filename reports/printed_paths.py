"""The reports of ways and money, printed: the funnel, the films, the revenue."""

from __future__ import annotations

from fractions import Fraction
from functools import partial

from billing import cancellations
from reports import robots
from reports.combined import Combined
from reports.credit import Credit, Film
from reports.forecast import Forecast
from reports.funnel import Funnel
from reports.movements import NONE, Movement, Row
from reports.printed import (
    Plain,
    Printed,
    heading,
    notes,
    rate,
    rate_cells,
    rate_columns,
    rate_text,
    seconds,
)
from reports.questions import Money, Question
from reports.sheets import Sheet, Value, exact

REASONS = (*cancellations.REASONS, NONE)


def funnel(question: Question, found: Funnel) -> Printed:
    """One row a step, and who was left out by which rules."""
    rows: list[Plain] = [
        {
            "step": f"F{number}",
            "name": str(row.step),
            "people": len(row.people),
            "open": len(row.open),
            "step_rate": rate(row.of_before),
            "overall": rate(row.of_first),
            "median_seconds": seconds(row.median_time),
        }
        for number, row in enumerate(found.rows)
    ]
    rules = [rule.words for rule in robots.RULES]
    left_out = {"left_out": len(found.robots), "rules": rules}
    plain = heading("funnel", question, film=question.film, rows=rows, robots=left_out)
    robot_note = f"Left out as robots: {len(found.robots)}. {' '.join(rules)}"
    about = notes("People by how far they got", question, robot_note)
    return Printed(plain, partial(_steps, found, about), partial(_brief_steps, found, about))


def _steps(found: Funnel, about: tuple[str, ...]) -> Sheet:
    columns = (
        "step",
        "name",
        "people",
        "open",
        *rate_columns("step_rate"),
        *rate_columns("overall"),
        "median_seconds",
    )
    cells = tuple(
        (
            f"F{number}",
            str(row.step),
            len(row.people),
            len(row.open),
            *rate_cells(row.of_before),
            *rate_cells(row.of_first),
            seconds(row.median_time),
        )
        for number, row in enumerate(found.rows)
    )
    return Sheet(columns, cells, about)


def _brief_steps(found: Funnel, about: tuple[str, ...]) -> Sheet:
    columns = ("step", "people", "may still", "of first", "of step before", "usual seconds")
    rows = tuple(
        (
            str(row.step),
            len(row.people),
            len(row.open),
            rate_text(row.of_first),
            rate_text(row.of_before),
            seconds(row.median_time),
        )
        for row in found.rows
    )
    return Sheet(columns, rows, about)


def films(question: Question, found: Credit) -> Printed:
    """Credit and rank of every film; each column of credit sums to the trials."""
    plain = heading(
        "films",
        question,
        trials=len(found.starts),
        overall=rate(found.overall),
        rows=[_film(place, each) for place, each in enumerate(found.films, start=1)],
    )
    about = notes("Films by the trials they are credited with", question)
    return Printed(plain, partial(_every_film, found, about), partial(_brief_films, found, about))


def _every_film(found: Credit, about: tuple[str, ...]) -> Sheet:
    columns = (
        "rank",
        "film",
        "deciding",
        "assist",
        "first_played",
        "ever",
        *rate_columns("rate"),
        "judged",
        "score",
    )
    rows = tuple(
        (
            place,
            each.slug,
            len(each.deciding),
            each.assist,
            len(each.first_played),
            len(each.ever),
            *rate_cells(each.rate),
            "yes" if each.is_judged else "too few to judge",
            _decimal(each.score),
        )
        for place, each in enumerate(found.films, start=1)
    )
    return Sheet(columns, rows, about)


def _brief_films(found: Credit, about: tuple[str, ...]) -> Sheet:
    columns = ("", "film", "deciding", "assist", "first played", "paid so far", "trial to paid")
    rows = tuple(
        (
            place,
            each.slug,
            len(each.deciding),
            each.assist,
            len(each.first_played),
            len(each.ever),
            ("" if each.is_judged else "too few to judge: ") + rate_text(each.rate),
        )
        for place, each in enumerate(found.films, start=1)
    )
    return Sheet(columns, rows, about)


def _film(place: int, found: Film) -> Plain:
    return {
        "rank": place,
        "film": found.slug,
        "deciding": len(found.deciding),
        "assist": exact(found.assist),
        "first_played": len(found.first_played),
        "ever": len(found.ever),
        "rate": rate(found.rate),
        "judged": found.is_judged,
        "score": _decimal(found.score),
    }


def revenue(question: Question, money: Money) -> Printed:
    """One row for each currency and cell, with the movements and whether they balance; then what
    a trial has brought inside the horizon, and who went on paying month by month."""
    found = money.rows
    last = found[-1].label if found else None
    brought = money.realised
    plain = heading(
        "mrr",
        question,
        mrr={row.currency: exact(row.end) for row in found if row.label == last},
        balances=all(row.balances for row in found),
        rows=[_money(row) for row in found],
        combined=_combined(money.combined),
        realised={
            "trials": len(brought.trials),
            "each": {currency: exact(brought.each(currency)) for currency in brought.minor},
        },
        forecast=_forecast(money.forecast),
        retention=[{"month": m, **rate(each.rate)} for m, each in enumerate(money.retention)],
    )
    return Printed(
        plain, partial(_revenue, question, money), partial(_brief_revenue, question, money)
    )


def _combined(found: Combined) -> Plain:
    """The line of all currencies, and what must be known of its rates."""
    return {
        "currency": found.currency,
        "balances": found.balances,
        "left_out": list(found.left_out),
        "said": list(found.said),
        "rows": [_money(row) for row in found.rows],
    }


def _revenue(question: Question, money: Money) -> Sheet:
    columns = (
        "period",
        "currency",
        "start",
        *map(str, Movement),
        "end",
        "payers",
        *rate_columns("churn_rate"),
        "left_by_choice",
        *(f"left_{reason}" for reason in REASONS),
    )
    rows: tuple[tuple[Value, ...], ...] = tuple(
        (
            row.label,
            currency,
            row.start,
            *(row.amount(movement) for movement in Movement),
            row.end,
            len(row.payers),
            *rate_cells(row.churn_rate),
            len(row.churned(voluntary=True)),
            *(len(row.churn_reasons.get(reason, ())) for reason in REASONS),
        )
        for currency, row in _lines(money)
    )
    unit = "Amounts are minor units a month, exact."
    about = notes(
        "Monthly recurring revenue and what moved it", question, unit, *money.combined.said
    )
    return Sheet(columns, rows, about)


def _brief_revenue(question: Question, money: Money) -> Sheet:
    whole = _revenue(question, money)
    narrow = whole.columns.index("payers") + 1
    return Sheet(whole.columns[:narrow], tuple(row[:narrow] for row in whole.rows), whole.notes)


def _lines(money: Money) -> list[tuple[str, Row]]:
    """Every row with the word of its currency: the line of them all says so."""
    every = f"all in {money.combined.currency}"
    return [
        *((row.currency, row) for row in money.rows),
        *((every, row) for row in money.combined.rows),
    ]


def _money(row: Row) -> Plain:
    return {
        "period": row.label,
        "currency": row.currency,
        "start": exact(row.start),
        **{str(movement): exact(row.amount(movement)) for movement in Movement},
        "end": exact(row.end),
        "payers": len(row.payers),
        "churn_rate": rate(row.churn_rate),
        "left_by_choice": len(row.churned(voluntary=True)),
        "left_otherwise": len(row.churned(voluntary=False)),
        "left_by_cause": {cause: len(people) for cause, people in row.churn_causes.items()},
        "left_by_reason": {reason: len(people) for reason, people in row.churn_reasons.items()},
    }


def _forecast(found: Forecast | None) -> Plain | None:
    if found is None:
        return None
    each = {currency: round(minor) for currency, minor in found.each.items()}
    return {"estimate": True, "months": float(round(found.months, 1)), "each": each}


def _decimal(score: Fraction) -> float:
    return float(round(score, 4))
