"""One trial a person: by account, by mailbox, by card, and who is asked when."""

import itertools

import pytest

from accounts import sign_up
from billing import eligibility
from billing.eligibility import Reason
from billing.models import Subscription, TrialRedemption
from core import settings
from tests import factories
from tests.factories import NOW

numbers = itertools.count(1)


def had(db, member, card="card-of-ada"):
    """A trial that ``member`` has had, with the subscription it belonged to."""
    sub = Subscription(
        stripe_id=f"sub_{next(numbers)}",
        member_id=member.id,
        status="canceled",
        stripe_price_id="price_standard",
        amount_minor=699,
        currency="gbp",
        interval="month",
        created_at=NOW,
        synced_at=NOW,
    )
    db.add(sub)
    db.flush()
    db.add(
        TrialRedemption(
            member_id=member.id,
            subscription_id=sub.id,
            email_canonical=member.email_canonical,
            card_fingerprint=card,
            at=NOW,
        )
    )
    db.flush()
    return sub


def somebody(db, email):
    return factories.member(db, email=email, email_canonical=sign_up.canonical(email))


def test_somebody_new_may_have_a_trial(db):
    ada = somebody(db, "ada@example.org")

    assert eligibility.refusal(db, ada) is None
    assert not eligibility.had_trial(db, ada)
    assert not eligibility.had_trial(db, None)


def test_an_account_that_had_a_trial_has_no_second_one(db):
    ada = somebody(db, "ada@example.org")
    had(db, ada)

    assert eligibility.refusal(db, ada) is Reason.ACCOUNT
    assert eligibility.had_trial(db, ada)


@pytest.mark.parametrize(
    "again",
    ["ada.lovelace+films@example.org", "AdaLovelace@Example.org", "a.d.a.lovelace@example.org"],
)
def test_another_spelling_of_a_mailbox_that_had_a_trial_is_known(db, again):
    had(db, somebody(db, "ada.lovelace@example.org"))
    twin = somebody(db, again.lower())

    assert eligibility.refusal(db, twin) is Reason.EMAIL
    assert eligibility.had_trial(db, twin)


def test_a_card_that_brought_a_trial_is_known_once_it_is_given(db):
    had(db, somebody(db, "ada@example.org"))
    bob = somebody(db, "bob@example.org")

    assert not eligibility.had_trial(db, bob)
    assert eligibility.refusal(db, bob, card_fingerprint="card-of-ada") is Reason.CARD
    assert eligibility.refusal(db, bob, card_fingerprint="card-of-bob") is None


def test_a_household_that_shares_a_card_has_as_many_trials_as_the_operator_allows(db):
    settings.use(settings.current().model_copy(update={"trials_per_card": 2}))
    had(db, somebody(db, "ada@example.org"))
    bob, eve = somebody(db, "bob@example.org"), somebody(db, "eve@example.org")

    assert eligibility.refusal(db, bob, card_fingerprint="card-of-ada") is None
    had(db, bob)
    assert eligibility.refusal(db, eve, card_fingerprint="card-of-ada") is Reason.CARD


def test_the_trial_being_judged_does_not_count_against_itself(db):
    ada = somebody(db, "ada@example.org")
    trial = had(db, ada)

    judged = eligibility.refusal(
        db, ada, card_fingerprint="card-of-ada", beside_subscription_id=trial.id
    )

    assert judged is None


def test_a_trial_without_a_card_makes_no_card_known(db):
    had(db, somebody(db, "ada@example.org"), card=None)
    bob = somebody(db, "bob@example.org")

    assert eligibility.refusal(db, bob) is None
    assert eligibility.refusal(db, bob, card_fingerprint="card-of-bob") is None


def test_the_account_is_named_before_the_mailbox_and_the_mailbox_before_the_card(db):
    ada = somebody(db, "ada@example.org")
    had(db, ada)
    twin = somebody(db, "ada+2@example.org")

    assert eligibility.refusal(db, ada, card_fingerprint="card-of-ada") is Reason.ACCOUNT
    assert eligibility.refusal(db, twin, card_fingerprint="card-of-ada") is Reason.EMAIL
