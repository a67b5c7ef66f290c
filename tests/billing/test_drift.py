"""Where our mirror and Stripe differ, whoever changed it: found, listed, mended or told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from access.gate import Answer
from access.models import Entitlement
from accounts.models import Member
from billing import suspects
from billing.gateway import StripeRefused
from billing.models import Audit, Customer, Invoice, Subscription
from billing.upkeep_models import Drift
from tests.billing.reconciling import nothing_arrives, run
from tests.world import World
from workers import news, reconciling

CARDS = (
    *("4242424242424242", "5555555555554444", "378282246310005", "6011111111111117"),
    *("4000056655665556", "4000008260000000", "5200828282828210", "4000000000000341"),
)


def test_drift_made_by_hand_on_both_sides_is_listed_and_mended(world: World) -> None:
    # given changes by hand: a status, an invoice and a right here, a cancellation at Stripe
    nothing_arrives(world)
    members = [world.member() for _ in range(4)]
    cards = ("4242424242424242", "5555555555554444", "378282246310005", "6011111111111117")
    subs = [world.pay_and_look(one, card) for one, card in zip(members, cards, strict=True)]
    here, billed, right, there = subs
    world.db.execute(
        update(Subscription).where(Subscription.id == here.id).values(status="canceled")
    )
    world.db.execute(
        update(Invoice).where(Invoice.subscription_id == billed.id).values(total_minor=5)
    )
    world.db.execute(
        update(Entitlement)
        .where(Entitlement.member_id == right.member_id)
        .values(until=world.now + timedelta(days=999))
    )
    world.at_stripe("delete", f"/v1/subscriptions/{there.stripe_id}")
    world.db.commit()

    # when it is only looked at, then it is listed and nothing has changed
    listed = run(world, "--dry-run")
    assert f"{here.stripe_id} status: here canceled, at Stripe trialing" in listed
    assert f"{there.stripe_id} status: here trialing, at Stripe canceled" in listed
    assert "total_minor: here 5, at Stripe 0" in listed
    assert f"right of member {right.member_id} until" in listed
    assert world.subscription(members[0]).status == "canceled"
    assert {row.repaired_at for row in world.rows(Drift)} == {None}

    # when it is mended, then all is as Stripe says, and the audit shows every repair
    run(world)
    assert world.subscription(members[0]).status == "trialing"
    assert world.subscription(members[3]).status == "canceled"
    assert world.gate(members[3]) is not Answer.OPEN
    assert {row.repaired_at for row in world.rows(Drift)} == {world.now}
    assert {"status": "canceled"} in [row.before for row in world.rows(Audit)]
    assert {"status": "canceled"} in [row.after for row in world.rows(Audit)]

    # and a second look finds nothing
    assert "Everything is as Stripe says" in run(world)


def test_money_that_went_back_unheard_is_listed_and_mended(world: World) -> None:
    # given three members who paid, then a refund in part, a whole one and a dispute, all unheard
    paid = [world.member() for _ in range(3)]
    cards = ("4242424242424242", "5555555555554444", "4000000000000259")
    world.start_trial(paid[0], cards[0])
    world.start_trial(paid[1], cards[1])
    world.pay(world.open_checkout(paid[2]), cards[2])
    world.deliver()
    to_the_first_charge(world, lambda: nothing_arrives(world))
    for member in paid:
        news.fetch(world.db, world.stripe, customer_of(world, member), now=world.now)
    world.db.commit()
    part, whole, disputed = (charged(world, member) for member in paid)
    for invoice, amount in ((part, 200), (whole, None)):
        world.stripe.pay_back(invoice.stripe_id, amount, key=f"by hand {invoice.id}")

    # when it is only looked at, then it is listed and nothing has changed, here or at Stripe
    listed = run(world, "--dry-run")
    assert f"{part.stripe_id} refunded_minor: here 0, at Stripe 200" in listed
    assert f"{whole.stripe_id} refunded_minor: here 0, at Stripe 699" in listed
    assert f"{disputed.stripe_id} dispute_status: here nothing, at Stripe needs_response" in listed
    assert [charged(world, member).refunded_minor for member in paid] == [0, 0, 0]
    assert [world.gate(member) for member in paid] == [Answer.OPEN] * 3
    assert statuses_at_stripe(world) == ["active"] * 3

    # when it is mended, then what follows of each has followed, and the audit shows it
    run(world)
    assert [charged(world, member).refunded_minor for member in paid] == [200, 699, 0]
    assert [world.subscription(member).status for member in paid] == [
        *("active", "canceled", "canceled"),
    ]
    assert [world.gate(member) is Answer.OPEN for member in paid] == [True, False, False]
    repaired = [row.after for row in world.rows(Audit, action="drift.repaired")]
    assert {"refunded_minor": "200"} in repaired
    assert {"dispute_status": "needs_response"} in repaired
    assert "payment.disputed" in [alarm.kind for alarm in world.alarms()]

    # and a second look finds nothing
    assert "Everything is as Stripe says" in run(world)


def test_money_written_down_by_hand_is_listed_and_mended(world: World) -> None:
    # given a payment to which somebody wrote a refund and a dispute that Stripe knows nothing of
    ada = world.member()
    world.start_trial(ada)
    to_the_first_charge(world, lambda: None)
    world.deliver()
    invented = {"refunded_minor": 699, "dispute_status": "needs_response"}
    world.db.execute(update(Invoice).where(Invoice.id == charged(world, ada).id).values(**invented))
    world.db.commit()

    # when it is looked at, and then mended
    listed, _ = run(world, "--dry-run"), run(world)

    # then it is listed and gone, and nobody lost anything by it
    assert "refunded_minor: here 699, at Stripe 0" in listed
    assert "dispute_status: here needs_response, at Stripe nothing" in listed
    invoice = charged(world, ada)
    assert (invoice.refunded_minor, invoice.dispute_status) == (0, None)
    assert (world.gate(ada), world.subscription(ada).status) == (Answer.OPEN, "active")


@pytest.fixture(params=[1, 1000], ids=["one at a time", "all at once"])
def read_so(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """How many of a list are looked at together."""
    monkeypatch.setattr(suspects, "AT_ONCE", request.param)


@pytest.mark.usefixtures("read_so")
def test_the_same_is_found_however_few_are_read_at_a_time(world: World) -> None:
    # given seven who paid and one whose card failed, of whom nothing is heard from then on
    names = ("same", "ended", "refunded", "unknown", "invoice", "price", "right", "failed")
    members = {name: world.member() for name in names}
    for place, name in enumerate(names):
        world.start_trial(members[name], CARDS[place])
    to_the_first_charge(world, lambda: None)
    world.deliver()
    subs = {name: world.subscription(member) for name, member in members.items()}
    nothing_arrives(world)

    # when something is changed of each but the first and the last, here or at Stripe
    world.at_stripe("delete", f"/v1/subscriptions/{subs['ended'].stripe_id}")
    world.stripe.pay_back(charged(world, members["refunded"]).stripe_id, 200, key="by hand")
    unknown, price = (Subscription.id == subs[name].id for name in ("unknown", "price"))
    world.db.execute(update(Subscription).where(unknown).values(stripe_id="sub_nobody_knows"))
    world.db.execute(update(Subscription).where(price).values(amount_minor=1))
    bill = charged(world, members["invoice"]).id
    world.db.execute(update(Invoice).where(Invoice.id == bill).values(total_minor=5))
    owner = Entitlement.member_id == members["right"].id
    world.db.execute(update(Entitlement).where(owner).values(until=world.now))
    world.db.commit()

    # then exactly those are looked at again
    customers = {customer_of(world, members[name]): name for name in names}
    changed = set(names) - {"same", "failed", "right"}
    assert {customers[one] for one in suspects.found(world.stripe)} == changed
    found = reconciling.sweep(world.stripe, now=world.now, dry_run=True)
    assert {customers[one.stripe_customer_id] for one in found} == changed | {"right"}


def to_the_first_charge(world: World, before: Callable[[], None]) -> None:
    """Past the reminder and then, once ``before`` has happened, past the trial's end."""
    world.leap(days=22.6)
    world.tick()
    before()
    world.leap(days=8)


def customer_of(world: World, member: Member) -> str:
    """The member's customer at Stripe."""
    [row] = world.rows(Customer, member_id=member.id)
    assert row.stripe_id is not None
    return row.stripe_id


def charged(world: World, member: Member) -> Invoice:
    """What the member paid after the trial."""
    [invoice] = [i for i in world.subscription(member).invoices if i.total_minor > 0]
    return invoice


def statuses_at_stripe(world: World) -> list[str]:
    """The states of all subscriptions there."""
    return [sub["status"] for sub in world.sandbox.engine.store.all("subscription")]


def test_a_subscription_of_which_nobody_ever_heard_is_found(world: World) -> None:
    # given a subscription made at Stripe for a customer of ours, with every event lost
    ada = world.member()
    sub = world.start_trial(ada)
    world.forget_mirror()
    assert world.rows(Subscription) == []

    # when everything is compared
    reconciling.sweep(world.stripe, now=world.now)

    # then it is mirrored and opens the gate
    assert world.subscription(ada).stripe_id == sub.stripe_id
    assert world.gate(ada) is Answer.OPEN


def test_more_than_one_page_of_subscriptions_is_read(world: World) -> None:
    # given a customer with a hundred and two subscriptions, of which no delivery told
    ada = world.member()
    first = world.start_trial(ada)
    nothing_arrives(world)
    customer = world.rows(Customer)[0].stripe_id
    for _ in range(101):
        world.at_stripe(
            "post",
            "/v1/subscriptions",
            customer=customer,
            items=[{"price": first.stripe_price_id}],
            collection_method="send_invoice",
            days_until_due=30,
        )

    # when everything is compared, twice
    found = reconciling.sweep(world.stripe, now=world.now)
    again = reconciling.sweep(world.stripe, now=world.now)

    # then all are here, and the second time nothing differs
    assert len(world.rows(Subscription)) == 102
    assert (len(found), again) == (1, [])


def test_a_live_subscription_that_stripe_does_not_know_goes_to_a_person(world: World) -> None:
    # given a live row of ours that Stripe has nothing for
    ada = world.member()
    sub = world.start_trial(ada)
    world.db.execute(
        update(Subscription).where(Subscription.id == sub.id).values(stripe_id="sub_nobody_knows")
    )
    world.db.commit()

    # when everything is compared, twice
    for _ in range(2):
        reconciling.sweep(world.stripe, now=world.now)
        world.leap(minutes=1)

    # then it is listed once, unrepaired, and an operator is called
    drifts = [row for row in world.rows(Drift) if row.object_id == "sub_nobody_knows"]
    assert [(row.ours, row.theirs, row.repaired_at) for row in drifts] == [("trialing", None, None)]
    assert "subscription.unknown" in [alarm.kind for alarm in world.alarms()]

    # when somebody has ended it
    world.db.get_one(Subscription, sub.id).status = "canceled"
    world.db.commit()
    reconciling.sweep(world.stripe, now=world.now)

    # then nothing is listed as open, and nobody is called any more
    assert [row for row in world.rows(Drift) if row.repaired_at is None] == []
    assert "subscription.unknown" not in [alarm.kind for alarm in world.alarms()]


def test_a_drift_stays_open_while_stripe_refuses_to_show_the_customer(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given drift that was found and could not be repaired
    ada = world.member()
    sub = world.start_trial(ada)
    world.db.execute(
        update(Subscription).where(Subscription.id == sub.id).values(stripe_id="sub_nobody_knows")
    )
    world.db.commit()
    world.leap(minutes=1)
    reconciling.sweep(world.stripe, now=world.now)

    # when Stripe refuses to show the customer at the next look
    def refuse(*_: object, **__: object) -> None:
        raise StripeRefused(None, "no")

    monkeypatch.setattr("billing.subscriptions.mirror", refuse)
    reconciling.sweep(world.stripe, now=world.now)

    # then what was found is still open, and still calls somebody
    assert [row.object_id for row in world.rows(Drift) if row.repaired_at is None] == [
        "sub_nobody_knows"
    ]
    assert "subscription.unknown" in [alarm.kind for alarm in world.alarms()]


def test_a_field_that_stripe_emptied_is_mended_and_calls_nobody(world: World) -> None:
    # given a trial that its member leaves and keeps after all, the latter unheard of
    ada = world.member()
    sub = world.start_trial(ada)
    path = f"/v1/subscriptions/{sub.stripe_id}"
    world.at_stripe("post", path, cancel_at_period_end="true")
    world.deliver()
    nothing_arrives(world)
    world.at_stripe("post", path, cancel_at_period_end="false")

    # when everything is compared
    reconciling.sweep(world.stripe, now=world.now)

    # then each field is as at Stripe, listed as mended, and no operator is called
    assert world.subscription(ada).canceled_at is None
    emptied = {row.field for row in world.rows(Drift) if row.theirs is None}
    assert {"cancel_at", "canceled_at"} <= emptied
    assert [row.field for row in world.rows(Drift) if row.repaired_at is None] == []
    assert world.alarms() == []
