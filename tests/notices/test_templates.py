"""Every e-mail that we send: its subject, its text and its HTML say the same, and nothing odd."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from accounts import email_changes, sign_in_links, sign_up_requests
from billing import terminations, withdrawals
from billing.models import Invoice, Subscription
from billing.terminations import Declaration
from core import settings
from notices import owed, words
from notices.models import Notice
from tests.factories import NOW

ADA = "ada@example.org"
FOLDER = Path(words.FOLDER)
KINDS = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir())
MOST_BYTES = 20 * 1024
FACT = re.compile(r"£\d+\.\d\d|\d{1,2} (?:November|December|January) \d{4}|ending \d{4}")
ADDRESS = re.compile(r'(?:href="|\b)(https?://[^\s"<>]+)')


@pytest.fixture
def world(moments, home):
    """A world in which Ada has paid for her first month."""
    with moments.after("a month was paid", _pays).again(home) as world:
        yield world


def _pays(world):
    world.start_trial(world.member(email=ADA))
    world.pass_the_first_charge()


@pytest.fixture
def notice(world):
    """A notice of any kind about a subscription that has everything an e-mail may name."""
    ada = world.known(ADA)
    sub = world.subscription(ada)
    invoice = next(i for i in sub.invoices if i.total_minor)
    sub.ended_at, sub.first_failed_at = sub.period_ends_at, sub.period_starts_at
    invoice.refunded_minor, invoice.decline_reason = 300, "insufficient_funds"
    about = _declared(world, ada)

    def made(kind):
        owed.owe(
            world.db,
            kind,
            f"{kind}:test",
            member_id=ada.id,
            subscription_id=sub.id,
            object_id=about.get(kind, invoice.stripe_id),
            now=world.now,
        )
        return world.db.query(Notice).filter_by(key=f"{kind}:test").one()

    return made


def _declared(world, ada):
    """What some kinds of e-mail are about, by kind: a withdrawal, a cancellation, the links."""
    db, name = world.db, "Ada <b>Lovelace</b>"
    withdrawal = withdrawals.declare(db, name=name, email=ada.email, contract="", by=ada, now=NOW)
    said = Declaration(name, ada.email, "", "ordinary", "", None)
    termination = terminations.declare(db, said, language="en", now=NOW)
    sign_up = sign_up_requests.ask(
        db, "noel@example.org", "", there="/trial", zone="", visitor_id=None, now=NOW
    )
    link = sign_in_links.ask(db, ada.email, there="/", now=NOW)
    found = {
        "withdrawal": withdrawal,
        "termination": termination,
        "sign_up": sign_up,
        "sign_in_link": link,
        "erased": ada,
        "email_change": email_changes.ask(db, ada, "ada@new.example", now=NOW),
    }
    return {kind: str(row.id) for kind, row in found.items()}


def test_every_e_mail_is_whole_small_and_says_the_same_twice(world, notice, subtests):
    origin = settings.current().origin
    for kind in KINDS:
        with subtests.test(kind=kind):
            made = words.of(world.db, notice(kind), now=world.now)

            assert len(made.html.encode()) < MOST_BYTES
            for part in (made.subject, made.text, made.html):
                assert part.strip()
                assert "{{" not in part and "{%" not in part and "None" not in part
            assert "\n" not in made.subject
            assert set(FACT.findall(made.text)) == set(FACT.findall(made.html))
            assert set(FACT.findall(made.subject)) <= set(FACT.findall(made.text))
            for address in ADDRESS.findall(made.text) + ADDRESS.findall(made.html):
                assert address.startswith(origin), address
            assert "<b>Lovelace" not in made.html


def test_the_first_e_mail_of_a_short_trial_promises_no_reminder_a_week_before(world, notice):
    started = notice("trial_started")
    sub = world.db.get(Subscription, started.subscription_id)
    sub.trial_started_at = sub.trial_ends_at - timedelta(days=1)

    made = words.of(world.db, started, now=world.now)

    for part in (made.text, made.html):
        assert "You have 1 day of every film" in part
        assert "A reminder follows at once." in part and "seven days" not in part


def test_whose_trial_is_refused_reads_the_rule_the_film_the_price_and_the_way_on(world, notice):
    refused = notice("second_trial")
    made = words.of(world.db, refused, now=world.now)
    world.offer.active = False
    unsold = words.of(world.db, refused, now=world.now)

    for part in (made.text, made.html, unsold.text):
        assert "Each person may have one trial, and each card may begin one." in part
    assert "You can still watch Leaving Las Vegas and all else that plays here" in made.text
    assert "for £6.99 a month, plus tax where due, until you cancel" in made.text
    for part in (made.text, made.html):
        assert f"{settings.current().origin}/trial?film=leaving-las-vegas" in part
    assert "£" not in unsold.text and "/trial" not in unsold.text


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(days=7), "Your free trial ends in 7 days"),
        (timedelta(days=1), "Your free trial ends in 1 day"),
        (timedelta(hours=6), "Your free trial ends within a day"),
    ],
)
def test_a_reminder_counts_the_days_that_are_left(world, notice, left, said):
    reminder = notice("trial_ending")
    sub = world.db.get(Subscription, reminder.subscription_id)
    sub.trial_ends_at = world.now + left

    made = words.of(world.db, reminder, now=world.now)

    assert f"{said}\n" in made.text
    assert f"{said}</h1>" in made.html


def test_only_the_receipt_of_the_first_payment_looks_back_on_the_trial(world, notice):
    receipt = notice("receipt")
    first = words.of(world.db, receipt, now=world.now)
    later = Invoice(stripe_id="in_later", number="A-2", status="paid", currency="gbp")
    later.created_at = later.paid_at = world.now + timedelta(days=31)
    later.subscription_id, later.total_minor, later.tax_minor = receipt.subscription_id, 699, 0
    world.db.add(later)
    world.db.flush()
    world.db.expire_all()
    receipt.facts = {**receipt.facts, "object_id": later.stripe_id}

    second = words.of(world.db, receipt, now=world.now)

    for part in (first.text, first.html):
        assert "This follows your free trial of 30 days, which ended on 22 December 2026." in part
    for part in (second.text, second.html):
        assert "free trial" not in part
        assert "A-2" in part


def test_the_next_payment_is_never_named_without_a_word_on_tax(world, notice, subtests):
    for kind in ("receipt", "card_expiring"):
        with subtests.test(kind=kind):
            made = words.of(world.db, notice(kind), now=world.now)

            assert "£6.99, plus tax where due," in made.text
            assert "plus tax where due" in made.html


def test_every_kind_that_is_owed_has_its_words():
    assert set(owed.KIND_OF_FACT.values()) <= set(KINDS)


def test_an_e_mail_about_money_has_sum_day_card_and_way_out(world, notice, subtests):
    for kind in ("trial_ending", "receipt", "resumed", "unpaused"):
        with subtests.test(kind=kind):
            made = words.of(world.db, notice(kind), now=world.now)

            for part in (made.text, made.html):
                assert "£6.99" in part
                assert "ending 4242" in part
                assert "/cancel/" in part
