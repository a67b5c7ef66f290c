"""Trial stories of a span: each trial as it stood turn by turn, and the films it is owed to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from reports import brought, records, trials
from reports.brought import Money
from reports.credit import NONE, Sights
from reports.records import Paid, Played, Visit
from reports.spans import END, Span, edge_us, is_of_trials, turns, us
from reports.trials import Trial
from reports.ways import Row


def rows(owner: str, span: Span) -> Iterator[Row]:
    """The rows of ``trial_story`` for one span of one person."""
    if not any(is_of_trials(record) for record in span.records):
        return
    common: Row = {"owner": owner, "person": span.person, **origin(span)}
    told: defaultdict[str, list[Row]] = defaultdict(list)
    paid = brought.payments(span.records)
    for since, until in turns(span):
        for row in _stood(span, since, paid):
            edges = {"since_us": edge_us(since), "until_us": edge_us(until)}
            told[str(row["key"])].append({**common, **row, **edges})
    for versions in told.values():
        yield from _joined(versions)


def origin(span: Span) -> Row:
    """Where the person's first look came from, and when that was; empty for those who never
    looked."""
    visits = [record for record in span.records if isinstance(record, Visit)]
    first = min(visits, key=lambda visit: (visit.at, visit.key), default=None)
    if first is None:
        return {"source": None, "seen_us": None}
    return {"source": first.source or "", "seen_us": us(first.at)}


def _stood(span: Span, since: datetime, paid: Sequence[Paid]) -> Iterator[Row]:
    """The trials, marked as fraud or not, as a report as of ``since`` would tell them. Plays are
    taken whole: the row names the instant from which the first one counts."""
    kept = [r for r in span.records if r.at <= since or isinstance(r, Played)]
    known = records.gathered(kept, as_of=END)
    begun = trials.counted(known)
    every = (*begun, *trials.marked_as_fraud(known))
    if every:
        sights, money = Sights(known), Money(known, paid, begun)
    for trial in every:
        told = {**_outcome(trial), **_credit(trial, sights), **money.of(trial)}
        yield {"key": trial.start.key, **told}


def _outcome(trial: Trial) -> Row:
    money = trial.conversion
    return {
        "started_us": us(trial.started_at),
        "ends_us": us(trial.ends_at),
        "cancel_set_us": us(trial.cancel_set_at),
        "ended_us": us(trial.ended.at) if trial.ended else None,
        "ended_cause": trial.ended.cause if trial.ended else None,
        "converted_us": us(money.at) if money else None,
        "carded": trial.start.carded,
        "fraud": trial.fraud,
        "comped": trial.comped,
        "kept": bool(money and money.kept),
    }


def _credit(trial: Trial, sights: Sights) -> Row:
    play = sights.first_play(trial)
    return {
        "deciding": sights.deciding(trial),
        "helped": sorted(sights.helped(trial)),
        "played": (play.film if play else None) or NONE,
        "played_us": us(play.at) if play else None,
    }


def _joined(versions: list[Row]) -> Iterator[Row]:
    """Versions that follow each other and tell the same are one."""
    last = versions[0]
    for before, now in pairwise(versions):
        if before["until_us"] == now["since_us"] and _told(before) == _told(now):
            last = {**last, "until_us": now["until_us"]}
        else:
            yield last
            last = now
    yield last


def _told(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in ("since_us", "until_us")}
