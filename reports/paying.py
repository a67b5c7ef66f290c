"""Who pays how much a month at an instant, kept as rows: revenue of ``reports/revenue.py``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports import records, revenue
from reports.ready_models import Paying
from reports.records import Paid, TrialStarted
from reports.spans import END, Span, edge_us, us
from reports.stories import origin
from reports.ways import Row


@dataclass(frozen=True, slots=True)
class Revenue:
    """What one currency comes to in a month, exactly, in minor units, and how many pay it."""

    currency: str
    minor: Fraction
    payers: int


def rows(owner: str, span: Span) -> Iterator[Row]:
    """The rows of ``paying`` for one span of one person: from each payment to the next one of the
    same subscription, to the end of access or to a pause. One that lasts no time at all still says
    that its currency brought money."""
    known = records.gathered(span.records, as_of=END)
    staff = [r.at for r in span.records if isinstance(r, TrialStarted) and r.kind == "staff"]
    until = min([span.until, *staff])
    if staff:
        known = records.gathered((r for r in span.records if r.at < until), as_of=END)
    if until <= span.since:
        return
    about: Row = {"owner": owner, "person": span.person, **origin(span)}
    ends = revenue.ends(known)
    for subscription, payments in revenue.money(known).items():
        for paid, after in zip(payments, [*payments[1:], None], strict=True):
            closed = next((end.at for end in ends[subscription] if end.at >= paid.at), END)
            to = min(closed, after.at) if after else closed
            edges = {"since_us": edge_us(span.since), "until_us": edge_us(until)}
            lasts = {"from_us": us(paid.at), "to_us": edge_us(to)}
            yield {**about, "key": paid.key, **edges, **_price(paid), **lasts}


def _price(paid: Paid) -> Row:
    minor = revenue.price(paid)
    return {"currency": paid.currency, "minor": minor, "interval": paid.interval}


def at(
    db: Session, instant: datetime, *, as_of: datetime, source: str | None = None
) -> list[Revenue]:
    """The revenue at ``instant`` as known at ``as_of``: every currency that ever brought money."""
    moment, known = us(instant), us(as_of)
    holds = [Paying.since_us <= known, Paying.until_us > known]
    if source is not None:
        holds += [Paying.source == source, Paying.seen_us <= known]
    lives = (Paying.from_us <= moment) & (Paying.to_us > moment)
    found = db.execute(
        select(
            Paying.currency,
            Paying.interval,
            func.sum(Paying.minor).filter(lives).label("minor"),
        )
        .where(*holds, Paying.from_us <= known)
        .group_by(Paying.currency, Paying.interval)
    )
    sums: dict[str, Fraction] = {}
    for row in found:
        share = int(row.minor or 0) * revenue.A_MONTH[row.interval]
        sums[row.currency] = sums.get(row.currency, Fraction(0)) + share
    counted = db.execute(
        select(Paying.currency, func.count(Paying.person.distinct()).label("payers"))
        .where(*holds, lives)
        .group_by(Paying.currency)
    )
    payers = {row.currency: row.payers for row in counted}
    return [Revenue(name, sums[name], payers.get(name, 0)) for name in sorted(sums)]
