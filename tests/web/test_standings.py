"""What the pages say to those whose subscription opens no film, or whose payment failed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from access import standing
from accounts.models import Member
from billing.models import Invoice, Subscription
from catalog.models import Title
from tests import factories
from tests.factories import LATER, NOW
from tests.web.reading import text_of

pytestmark = pytest.mark.usefixtures("today", "offer")
FAILING = {"status": "past_due", "first_failed_at": NOW, "period_ends_at": NOW}
LONG_AGO = NOW - timedelta(days=90)


@pytest.fixture
def ada(db: Session) -> Member:
    return factories.member(db)


@pytest.fixture
def wings(db: Session) -> Title:
    return factories.title(db, name="Wings", video_id=factories.video(db).id)


@pytest.fixture
def reads(ada: Member, signed_in_as: Callable[[Member], FlaskClient]) -> Callable[[str], str]:
    """What a page says to Ada."""
    client = signed_in_as(ada)
    return lambda address: text_of(client.get(address, follow_redirects=True).text)


def invoice(db: Session, of: Subscription, **over: Any) -> Invoice:
    usual = {
        **{"stripe_id": "in_1", "status": "open", "total_minor": 839, "tax_minor": 140},
        **{"currency": "gbp", "created_at": NOW},
    }
    made = Invoice(subscription=of, **{**usual, **over})
    db.add(made)
    db.flush()
    return made


@pytest.mark.parametrize(
    ("state", "heading", "why"),
    [
        ({"status": "paused"}, "Your subscription is paused", "Paused"),
        ({"status": "active", "pause_behavior": "void"}, "Your subscription is paused", "Paused"),
        (
            {"status": "active", "period_ends_at": LONG_AGO},
            "Your subscription opens no film just now",
            "Films do not play just now: the time that was paid for is over.",
        ),
        (
            {"status": "active", "cancel_at_period_end": True, "period_ends_at": LONG_AGO},
            "Your subscription opens no film just now",
            "Cancelled. It ended on 24 August 2026.",
        ),
    ],
)
def test_whoever_has_a_subscription_is_never_offered_another(
    db: Session,
    ada: Member,
    wings: Title,
    reads: Callable[[str], str],
    state: dict[str, Any],
    heading: str,
    why: str,
) -> None:
    factories.subscription(db, ada, **state)

    film = reads(f"/film/{wings.slug}")

    assert heading in film and "See your account" in film
    assert "a month" not in film and "You can watch until" not in film
    assert why in reads(f"/watch/{wings.slug}")


def test_a_pause_is_told_above_every_page_with_its_end(
    db: Session, ada: Member, wings: Title, reads: Callable[[str], str]
) -> None:
    paused = {"pause_behavior": "void", "pause_resumes_at": LATER - timedelta(days=1)}
    sub = factories.subscription(db, ada, status="active", period_ends_at=LONG_AGO, **paused)
    day = f"{standing.of(db, ada, now=NOW).next_payment_at:%-d %B}"

    home, account, film = (reads(page) for page in ("/", "/account", f"/film/{wings.slug}"))

    line = f"Your subscription is paused until {day}."
    assert f"{line} See how to go on Matinee" in home and f"{line} Matinee" in account
    assert f"It goes on by itself on {day} " in film
    sub.pause_resumes_at = None
    db.flush()
    assert "Your subscription is paused. See how to go on" in reads("/")


@pytest.mark.parametrize("had", [True, False])
def test_whoever_was_given_days_is_sold_nothing_while_they_last(
    db: Session, ada: Member, wings: Title, reads: Callable[[str], str], had: bool
) -> None:
    if had:
        over = {"status": "canceled", "ended_at": LONG_AGO, "trial_started_at": LONG_AGO}
        factories.subscription(db, ada, **over)
    factories.entitlement(db, ada, NOW + timedelta(days=10))

    home, account, film = (reads(page) for page in ("/", "/account", f"/film/{wings.slug}"))

    for page in (home, film):
        assert "You can watch until 2 December. See your account" in page
    assert "You can watch until 2 December. Matinee" in account
    for page in (home, account, film):
        assert "£6.99" not in page and "Welcome back" not in page
    assert "You can watch until 2 December 2026." in home
    assert "You can watch until 2 December 2026, free of charge." in account
    assert " Watch " in film


def test_days_that_were_given_and_are_over_no_longer_keep_the_offer_away(
    db: Session, ada: Member, reads: Callable[[str], str]
) -> None:
    factories.subscription(db, ada, status="canceled", ended_at=LONG_AGO)
    factories.entitlement(db, ada, NOW)

    assert "£6.99" in reads("/") and "You can watch until" not in reads("/account")


def test_a_disputed_payment_is_named_where_the_account_stands(
    db: Session, ada: Member, reads: Callable[[str], str]
) -> None:
    disputed = {"status": "paid", "disputed_at": NOW, "dispute_status": "needs_response"}
    invoice(db, factories.subscription(db, ada, status="active"), **disputed)

    assert "Films do not play just now: the last payment is disputed." in reads("/account")


def test_a_failed_payment_is_told_with_its_tax_and_the_day_that_is_left(
    db: Session, ada: Member, reads: Callable[[str], str]
) -> None:
    sub = factories.subscription(db, ada, **FAILING)
    invoice(db, sub, stripe_id="in_0", status="paid", total_minor=699)
    invoice(db, sub)

    for page in ("/", "/account"):
        said = reads(page)
        assert "Your payment of £8.39 failed. Update your card before " in said
        assert "to keep watching." in said


def test_the_line_above_a_page_and_the_pill_name_the_year_of_a_day_in_another(
    db: Session, ada: Member, reads: Callable[[str], str]
) -> None:
    # given a year that was paid and cancelled, which ends where Ada lives when 2028 has begun
    ada.zone = "Asia/Tokyo"
    ends = datetime(2027, 12, 31, 20, tzinfo=UTC)
    over = {"cancel_at_period_end": True, "period_ends_at": ends, "interval": "year"}
    factories.subscription(db, ada, status="active", **over)

    said = reads("/account")

    assert "You can watch until 1 January 2028. Keep my subscription" in reads("/")
    assert "You can watch until 1 January 2028. Matinee" in said
    assert "Ends 1 January 2028" in said


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (
            {"period_ends_at": LATER, "off_minor": 350, "credit_minor": 100},
            "Next payment if you keep it £3.49 (£6.99 less your discount) on 22 December 2026, "
            "plus tax where due Price if you keep it £6.99 a month, plus tax where due, "
            "less your discount while it lasts "
            "Credit Your credit of £1.00 is used before your card.",
        ),
        (
            {"pause_behavior": "void", "pause_resumes_at": LATER + timedelta(days=31, hours=-1)},
            "Next payment if you keep it £6.99 on 22 January 2027",
        ),
        (  # a day that somebody chose at Stripe's dashboard, within a period
            {"pause_behavior": "void", "pause_resumes_at": LATER + timedelta(days=10)},
            "Next payment if you keep it £6.99 on 22 January 2027",
        ),
        ({"period_ends_at": LONG_AGO}, "Price if you keep it £6.99 a month"),
    ],
)
@pytest.mark.parametrize("page", ["/account", "/account/cancellation/done"])
def test_beside_what_keeps_a_cancelled_subscription_stand_the_next_payment_and_its_day(
    db: Session,
    ada: Member,
    reads: Callable[[str], str],
    page: str,
    state: dict[str, Any],
    said: str,
) -> None:
    factories.subscription(db, ada, status="active", cancel_at_period_end=True, **state)

    shown = reads(page)

    assert said in shown
    assert ("Next payment" in shown) is ("Next payment" in said)


@pytest.mark.parametrize(
    ("of", "told", "said"),
    [
        ({"status": "past_due"}, {}, "Not paid yet"),
        ({"status": "canceled", "ended_at": NOW}, {}, "Not charged"),
        ({"status": "active"}, {"status": "void"}, "Not charged"),
        ({"status": "active"}, {"status": "uncollectible"}, "Not charged"),
        ({"status": "active"}, {"status": "paid"}, "Paid"),
        ({"status": "active"}, {"status": "paid", "credited_minor": 839}, "Paid from your credit"),
        (
            {"status": "canceled", "ended_at": NOW},
            {"status": "paid", "refunded_minor": 300},
            "Paid, and £3.00 given back",
        ),
    ],
)
def test_an_invoice_says_what_became_of_its_money(
    db: Session,
    ada: Member,
    reads: Callable[[str], str],
    of: dict[str, Any],
    told: dict[str, Any],
    said: str,
) -> None:
    invoice(db, factories.subscription(db, ada, **of), number="A-1", **told)

    assert f"£8.39 £1.40 {said} A-1" in reads("/account/invoices")


@pytest.mark.parametrize("next_try", [NOW + timedelta(days=2), LONG_AGO, None])
def test_a_failed_payment_has_one_way_on_and_the_day_of_the_next_try(
    db: Session,
    ada: Member,
    reads: Callable[[str], str],
    next_try: datetime | None,
) -> None:
    invoice(db, factories.subscription(db, ada, **FAILING), next_attempt_at=next_try)

    said = reads("/account")

    assert said.count("Update card") == 1 and "Change card" not in said
    assert "Update card" in reads("/").partition("Browse")[0]
    is_to_come = next_try is not None and next_try > NOW
    assert ("We try again on 24 November 2026." in said) is is_to_come
    assert ("We try again" in said) is is_to_come


@pytest.mark.parametrize("status", ["past_due", "unpaid"])
def test_nobody_is_asked_to_act_by_a_day_that_is_over(
    db: Session, ada: Member, reads: Callable[[str], str], status: str
) -> None:
    over = {"first_failed_at": LONG_AGO, "period_ends_at": LONG_AGO}
    invoice(db, factories.subscription(db, ada, **{**FAILING, **over, "status": status}))

    for page in ("/", "/account"):
        assert "Your payment of £8.39 failed. Update your card to watch again." in reads(page)


@pytest.mark.parametrize(
    "state",
    [
        {"status": "trialing", "trial_ends_at": NOW + timedelta(days=5)},
        {"status": "active"},
        {"status": "active", "cancel_at_period_end": True},
        {"status": "active", "pause_behavior": "void"},
        FAILING,
    ],
)
def test_the_terms_and_the_help_name_no_days_or_sums_to_whoever_has_their_own(
    db: Session, ada: Member, reads: Callable[[str], str], state: dict[str, Any]
) -> None:
    factories.subscription(db, ada, **state)

    for page in (reads("/terms"), reads("/help")):
        assert "Your own days and sums are on your account page" in page
        for said in ("before 22 December", "free until", "cannot have another", "£"):
            assert said not in page
