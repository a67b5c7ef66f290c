"""What trials are owed to, on the desk: sources, campaigns, codes, offers and partners."""

from __future__ import annotations

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue

from reports import questions, reading
from reports.credit import NONE
from reports.origins import BY_CODE, Kind
from reports.printed_origins import overall_text
from web.desk import asking, charts
from web.requests import operators_only

pages = Blueprint("origins", __name__)

DAYS = 90
HEADINGS = {
    Kind.SOURCE: "Sources",
    Kind.CAMPAIGN: "Campaigns",
    Kind.CODE: "Codes",
    Kind.OFFER: "Offers",
}
CAPTIONS = {
    Kind.SOURCE: "Trials by the site or letter whose link brought the person, each in one row",
    Kind.CAMPAIGN: "Trials by the campaign that the link named, each in one row",
    Kind.CODE: "Trials by the code that was typed at the checkout, each in one row",
    Kind.OFFER: "Trials by the offer that they began with, each in one row",
}
NOBODY = {
    Kind.SOURCE: "No link named",
    Kind.CAMPAIGN: "No campaign",
    Kind.CODE: "No code typed",
    Kind.OFFER: "No offer named",
}
HAVE_VISITORS = (Kind.SOURCE, Kind.CAMPAIGN)


@pages.get("/origins")
@operators_only
def show() -> ResponseReturnValue:
    """Trials by what they are owed to, kind after kind."""
    asked = asking.asked(days=DAYS)
    found = questions.of_origins(g.db, asked.question)
    shown = found.of(Kind.SOURCE)[:12]
    chart = charts.bars(
        "Trials by the source that counts",
        [(_name(Kind.SOURCE, row.name), len(row.starts), f"{len(row.starts):,}") for row in shown],
    )
    return render_template(
        "desk/origins.html",
        asked=asked,
        found=found,
        kinds=list(Kind),
        headings=HEADINGS,
        captions=CAPTIONS,
        have_visitors=HAVE_VISITORS,
        name_of=_name,
        overall=overall_text,
        chart=chart,
        sources=reading.sources(g.db),
    )


def _name(kind: Kind, name: str) -> str:
    if name == BY_CODE:
        return "Came with a code"
    return NOBODY[kind] if name == NONE else name
