"""Which offer is shown to whom: by territory, audience and date."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from billing import offering, offers, subscriptions
from billing.models import Audit, Customer, TrialRedemption
from billing.offering import BadOffer
from tests import factories
from tests.factories import NOW

BY = {"actor": "operator:1", "reason": "Summer", "now": NOW}
PARTNER = {"kind": "partner", "brand": "Popflix", "partner_url": "https://popflix.example/"}
MONTHLY = {"name": "Matinee", "currency": "gbp", "interval": "month", "trial_days": 30}


def shown(db, member=None, now=NOW):
    found = offers.shown(db, member, now=now)
    return found and found.code


def returning(db):
    """A member who has had a trial."""
    ada = factories.member(db)
    over = factories.subscription(db, ada, status="canceled")
    mark = {"email_canonical": ada.email_canonical, "subscription_id": over.id}
    db.add(TrialRedemption(member_id=ada.id, at=NOW, **mark))
    db.flush()
    return ada


def test_an_offer_is_shown_from_its_first_instant_until_before_its_last(db):
    factories.offer(db, starts_at=NOW, ends_at=NOW + timedelta(days=1))

    seconds = [timedelta(seconds=-1), timedelta(), timedelta(days=1, seconds=-1), timedelta(days=1)]
    assert [shown(db, now=NOW + by) for by in seconds] == [None, "standard", "standard", None]


def test_an_offer_for_some_countries_comes_before_the_one_for_everywhere(db):
    factories.offer(db, code="britain", territories=["GB", "IE"])
    factories.offer(db, code="everywhere")
    factories.offer(db, code="japan", territories=["JP"])

    assert shown(db) == "britain"
    assert shown(db, factories.member(db, territory="JP")) == "japan"
    assert shown(db, factories.member(db, territory="FR")) == "everywhere"


def test_somebody_who_had_a_trial_is_shown_what_is_made_for_them(db):
    factories.offer(db, code="everyone")
    factories.offer(db, code="back", audience="returning")
    factories.offer(db, code="first", audience="new")

    assert shown(db) == shown(db, factories.member(db)) == "first"
    assert shown(db, returning(db)) == "back"


def test_a_past_trialist_is_not_shown_an_offer_for_the_new(db):
    factories.offer(db, audience="new")

    assert shown(db, returning(db)) is None


def test_whoever_was_billed_before_is_shown_nothing_of_ours_in_another_currency(db):
    ada = factories.past_trialist(db)
    factories.offer(db, code="euros", currency="eur")
    assert shown(db, ada) is None

    factories.offer(db, code="theirs", currency="eur", **PARTNER)
    assert shown(db, ada) == "theirs"  # which is not paid here

    factories.offer(db, code="pounds")
    factories.offer(db, code="dollars", currency="usd")
    assert (shown(db, ada), shown(db)) == ("pounds", "dollars")


@pytest.mark.parametrize(
    "gone", [{"is_former": True}, {"stripe_id": None, "deleted_at": NOW + timedelta(days=1)}]
)
def test_a_customer_that_stripe_deleted_or_that_pays_no_more_binds_to_no_currency(db, gone):
    ada = factories.past_trialist(db)
    customer = Customer(member_id=ada.id, idempotency_key="one", **{"stripe_id": "cus_1", **gone})
    db.add(customer)
    db.flush()
    for sub in subscriptions.of_member(db, ada.id):
        sub.customer_id = customer.id
    factories.offer(db, code="euros", currency="eur")

    assert shown(db, ada) == "euros"


def test_ours_stands_before_a_partners_which_is_never_a_plan_to_switch_to(db):
    factories.offer(db, code="theirs", **PARTNER, amount_minor=599)
    assert shown(db) == "theirs"
    factories.offer(db, code="ours")

    sub = factories.subscription(db, factories.member(db), amount_minor=999)
    assert shown(db) == "ours"
    found = offers.fitting(db, "GB", had_trial=False, now=NOW)
    assert [one.code for one in offers.of_partners(found, limit=2)] == ["theirs"]
    assert [one.code for one in offers.beside(db, sub, now=NOW)] == ["ours"]


@pytest.mark.parametrize("code", ["sky/uk", "", "..", "."])
def test_a_partners_offer_of_old_whose_code_fits_no_address_is_not_shown_and_can_be_ended(db, code):
    factories.offer(db, code=code, **PARTNER)
    factories.offer(db, code="sky.uk", **PARTNER)

    found = offers.fitting(db, "GB", had_trial=False, now=NOW)
    assert [one.code for one in found] == ["sky.uk"]
    assert offering.end(db, code, at=NOW, **BY).ends_at == NOW


def test_only_what_fits_a_member_is_a_plan_to_switch_to(db):
    factories.offer(db, code="india", territories=["IN"])
    factories.offer(db, code="back", audience="returning")
    factories.offer(db, code="first", audience="new", territories=["GB"])
    factories.offer(db, code="all", on_pages=False)
    new = factories.subscription(db, factories.member(db, territory="GB"), amount_minor=999)
    mark = {"email_canonical": new.member.email_canonical, "subscription_id": new.id}
    db.add(TrialRedemption(member_id=new.member_id, at=NOW, **mark))
    old = factories.subscription(db, returning(db), stripe_id="sub_again", amount_minor=999)

    def plans(sub):
        return [one.code for one in offers.beside(db, sub, now=NOW)]

    assert (plans(new), plans(old)) == (["first", "all"], ["back", "all"])


def test_adding_changing_and_ending_an_offer_is_kept_with_who_and_why(db):
    offering.add(db, code="summer", amount_minor=499, **MONTHLY, **BY)
    offering.change(db, "summer", words="{days} days with {brand}", brand="Popflix", **BY)
    offering.end(db, "summer", at=NOW, **BY)

    rows = db.scalars(select(Audit).order_by(Audit.id)).all()
    assert [(row.action, row.actor, row.reason) for row in rows] == [
        ("offer.add", "operator:1", "Summer"),
        ("offer.change", "operator:1", "Summer"),
        ("offer.end", "operator:1", "Summer"),
    ]
    assert (rows[1].before["words"], rows[1].after["words"]) == (
        "Try {days} days free",
        "{days} days with {brand}",
    )
    assert shown(db) is None


def test_what_people_agreed_to_cannot_be_changed(db):
    factories.offer(db)

    with pytest.raises(BadOffer, match="amount_minor cannot be changed: end this offer"):
        offering.change(db, "standard", amount_minor=1, **BY)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"words": "Try {brand.__class__}"}, "Words may name"),
        ({"words": "Try {"}, "Words may name"),
        ({"words": "Try {days:z}"}, "Words may name"),
        ({"words": "Try {brand!q}"}, "Words may name"),
        ({"words": "Try {days:{brand}}"}, "Words may name"),
        ({"banner": " "}, "Words may name"),
        ({"territories": ["UK"]}, "Territories are countries"),
        ({"currency": "zzz"}, "zzz is not a currency"),
        ({"trial_days": 0}, "A trial has from 1"),
        ({"starts_at": NOW, "ends_at": NOW - timedelta(1)}, "The offer would end"),
        ({"ends_at": NOW + timedelta(minutes=7)}, "on a quarter of an hour"),
        ({**PARTNER, "partner_url": "http://popflix.example"}, "https address"),
        ({**PARTNER, "partner_url": "https://[popflix"}, "https address"),
        ({**PARTNER, "partner_url": "https://popflix.example:99999/"}, "https address"),
        ({**PARTNER, "partner_url": "https://www..popflix.example/"}, "https address"),
        ({**PARTNER, "partner_url": "https://popflix.example/a\r\nb"}, "https address"),
        ({**PARTNER, "partner_url": None}, "https address"),
        ({"partner_url": "https://popflix.example"}, "this is one of ours"),
        ({**PARTNER, "brand": ""}, "name as its brand"),
        *(({"code": code}, "A code is at most 60") for code in ("sky/uk", "", " ", "..", "ä")),
        ({"code": "standard"}, "There is an offer standard already"),
        ({"reason": " "}, "Give the reason"),
    ],
)
def test_an_offer_that_cannot_be_sold_is_refused_with_a_sentence(db, said, sentence):
    factories.offer(db)

    with pytest.raises(BadOffer) as refused:
        offering.add(db, **{"code": "new", "amount_minor": 699, **MONTHLY, **BY, **said})

    assert sentence in refused.value.sentence
