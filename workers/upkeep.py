"""The tasks that keep people and the catalogue in order, as short as those of ``tasks.py``."""

from __future__ import annotations

from access import entitlements, together
from accounts import (
    email_changes,
    request_counts,
    sessions,
    sign_in_links,
    sign_up_requests,
)
from billing import customers
from catalog import counts, popularity, similar_finding, tiers
from core import clock
from core.db import transaction
from notices import ledger
from workers import erasing, failures, services
from workers.app import app


@app.task(name="billing.tell_addresses")
def tell_addresses() -> None:
    """Tell Stripe where members are written to who have changed their address."""
    with transaction() as db:
        waiting = customers.addresses_due(db)
    failures.each(
        waiting,
        lambda db, one: customers.tell_address(db, services.stripe(), one, now=clock.now()),
        failed="address.untold",
    )


@app.task(name="accounts.erase_due")
def erase_due() -> None:
    """Go on with the accounts whose owners have deleted them."""
    with transaction() as db:
        waiting = erasing.due(db, now=clock.now())
    failures.each(
        waiting,
        lambda db, one: erasing.end_at_stripe(db, services.stripe(), one, now=clock.now()),
        failed="account.not_ended",
    )
    failures.each(
        waiting,
        lambda db, one: erasing.forget(db, one, now=clock.now()),
        failed="account.not_erased",
    )
    if waiting:
        with transaction() as db:
            erasing.forget_late_news(db, now=clock.now())


@app.task(name="access.refresh_given")
def refresh_given() -> None:
    """Open what was given to somebody and begins by the calendar alone."""
    with transaction() as db:
        waiting = entitlements.due(db, now=clock.now())
    for member_id in waiting:
        with transaction() as db:
            entitlements.refresh_given(db, member_id, now=clock.now())


@app.task(name="access.refresh_together")
def refresh_together() -> None:
    """Count anew which films the same people watch."""
    with transaction() as db:
        together.refresh(db)


@app.task(name="catalog.refresh_counts")
def refresh_counts() -> None:
    """Count the long lists of films afresh."""
    with transaction() as db:
        counts.refresh(db)


@app.task(name="catalog.refresh_tiers")
def refresh_tiers() -> None:
    """Say anew how popular each film is, and which films and people a search looks at first."""
    with transaction() as db:
        popularity.refresh(db)
    with transaction() as db:
        tiers.refresh(db)


@app.task(name="catalog.refresh_similar")
def refresh_similar() -> None:
    """Find the similar films of new and changed titles, and of those a day old, in batches."""
    for _ in similar_finding.refresh_due(transaction, now=clock.now()):
        pass


@app.task(name="accounts.purge_sessions")
def purge_sessions() -> None:
    """Remove sessions that are too old for anybody, the links of sign-ups and sign-ins, and counts
    of what was asked for that are over."""
    with transaction() as db:
        sessions.purge(db, now=clock.now())
        ledger.forget_ways_in(db, now=clock.now() - sign_up_requests.KEPT)
        sign_up_requests.purge(db, now=clock.now())
        sign_in_links.purge(db, now=clock.now())
        email_changes.purge(db, now=clock.now())
        erasing.forget_late_news(db, now=clock.now())
    there_are_counts = True
    while there_are_counts:
        with transaction() as db:
            there_are_counts = request_counts.purge_some(db, now=clock.now())
