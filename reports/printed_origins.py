"""What trials are owed to, printed: sources, campaigns, codes, offers, and partners' clicks."""

from __future__ import annotations

from fractions import Fraction

from reports.origins import Origin, Origins
from reports.printed import (
    Plain,
    Printed,
    heading,
    notes,
    rate,
    rate_cells,
    rate_columns,
    rate_text,
)
from reports.questions import Question
from reports.rates import DASH, percent
from reports.sheets import Sheet


def origins(question: Question, found: Origins) -> Printed:
    """One row a name; the rows of each kind sum to the trials."""
    partners = [{"offer": one.offer, "people": len(one.clicked)} for one in found.partners]
    plain = heading(
        "origins",
        question,
        trials=len(found.starts),
        rows=[_row(each) for each in found.rows],
        partners=partners,
    )
    columns = (
        "kind",
        "name",
        "came",
        *rate_columns("start_rate"),
        "trials",
        "ever",
        *rate_columns("rate"),
        "overall",
    )
    rows = tuple(
        (
            str(each.kind),
            each.name,
            len(each.came),
            *rate_cells(each.start_rate),
            len(each.starts),
            len(each.ever),
            *rate_cells(each.rate),
            each.overall,
        )
        for each in found.rows
    )
    about = notes("Trials by what they are owed to", question)
    return Printed(plain, lambda: Sheet(columns, rows, about), lambda: _brief(found, about))


def _brief(found: Origins, about: tuple[str, ...]) -> Sheet:
    columns = ("by", "name", "came", "began a trial", "trials", "trial to paid", "overall")
    rows = tuple(
        (
            str(each.kind),
            each.name,
            len(each.came),
            rate_text(each.start_rate),
            len(each.starts),
            rate_text(each.rate),
            overall_text(each.overall),
        )
        for each in found.rows
    )
    return Sheet(columns, rows, about)


def overall_text(overall: Fraction | None) -> str:
    """The product of both rates as a percentage; a dash while one of them is of nobody."""
    return DASH if overall is None else percent(overall)


def _row(found: Origin) -> Plain:
    return {
        "kind": str(found.kind),
        "name": found.name,
        "came": len(found.came),
        "start_rate": rate(found.start_rate),
        "trials": len(found.starts),
        "ever": len(found.ever),
        "rate": rate(found.rate),
        "overall": None if found.overall is None else str(found.overall),
    }
