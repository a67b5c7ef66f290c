"""Every function that changes money or access, a story that runs it, and the row it must leave."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from access import entitlements
from accounts.models import Member
from billing import (
    cancellations,
    checkouts,
    credits,
    customers,
    erasing,
    extensions,
    giving,
    offering,
    pauses,
    plan_changes,
    refunds,
    settling,
    staff,
    withdrawals,
)
from billing.models import Invoice, Subscription
from notices import interlock
from tests import factories
from tests.billing.stories import put_card
from tests.world import World

DISPUTED = "4000000000000259"
WHY = "they asked for it"
Story = Callable[[World], object]
Said = dict[str, Any]


@dataclass(frozen=True)
class Left:
    """The row that is left: by whose hand, and between which keys of before and after."""

    action: str
    actor: str
    before: str
    after: str


def _on_trial(world: World) -> Member:
    ada = world.member(email="ada@example.org")
    world.start_trial(ada)
    return ada


def _paying(world: World) -> Member:
    world.offer.trial_days = 0
    return _on_trial(world)


def _addressed(world: World) -> None:
    ada = _on_trial(world)
    customers.owe_address(world.db, ada.id, now=world.now)
    [due] = customers.addresses_due(world.db)
    customers.tell_address(world.db, world.stripe, due, now=world.now)


def _erased(world: World) -> None:
    erasing.leave(world.db, world.stripe, _on_trial(world).id, now=world.now)


def _paid(world: World, ada: Member) -> Invoice:
    return next(one for one in world.subscription(ada).invoices if one.total_minor)


def _cancelled(world: World) -> Member:
    ada = _on_trial(world)
    said: Said = {"actor": f"member:{ada.id}", "now": world.now}
    cancellations.start(world.db, world.stripe, ada.id, reason=WHY, **said)
    world.db.commit()
    world.deliver()
    return ada


def _undone(world: World) -> object:
    ada = _cancelled(world)
    return cancellations.undo(
        world.db, world.stripe, ada.id, actor=f"member:{ada.id}", now=world.now
    )


def _ended_now(world: World) -> object:
    ada = _on_trial(world)
    said: Said = {"actor": "operator:1", "reason": WHY}
    return cancellations.end_now(world.db, world.stripe, ada.id, **said, key="1", now=world.now)


def _extended(world: World) -> object:
    ada = _on_trial(world)
    said: Said = {"actor": "operator:1", "reason": WHY, "key": "1"}
    return extensions.extend(
        world.db, world.stripe, ada.id, 7, no_sooner=world.now, **said, now=world.now
    )


def _paused(world: World) -> Member:
    ada = _paying(world)
    actor = f"member:{ada.id}"
    pauses.start(world.db, world.stripe, ada.id, months=1, actor=actor, now=world.now)
    world.db.commit()
    world.deliver()
    return ada


def _unpaused(world: World) -> object:
    ada = _paused(world)
    return pauses.end(world.db, world.stripe, ada.id, actor=f"member:{ada.id}", now=world.now)


def _previewed(world: World) -> object:
    ada = _on_trial(world)
    yearly = factories.offer(world.db, code="yearly", interval="year", on_pages=False)
    sub = world.subscription(ada)
    return plan_changes.preview(world.db, world.stripe, sub, yearly, now=world.now)


def _switched(world: World) -> object:
    ada = _on_trial(world)
    yearly = factories.offer(world.db, code="yearly", interval="year", on_pages=False)
    said: Said = {"shown_at": world.now, "actor": f"member:{ada.id}", "now": world.now}
    return plan_changes.start(world.db, world.stripe, ada.id, yearly, **said)


def _refunded(world: World) -> object:
    said: Said = {"actor": "operator:1", "reason": WHY, "now": world.now}
    invoice = _paid(world, _paying(world))
    return refunds.give(world.db, world.stripe, invoice, amount_minor=100, **said)


def _credited(world: World) -> None:
    sub = world.subscription(_paying(world))
    said: Said = {"name": "goodwill", "actor": "operator:1", "reason": WHY, "now": world.now}
    credits.give(world.db, world.stripe, sub, 300, **said)


def _withdrawn(world: World) -> object:
    ada = _on_trial(world)
    row = withdrawals.declare(
        world.db, name="Ada", email=ada.email, contract="", by=ada, now=world.now
    )
    actor = f"member:{ada.id}"
    return withdrawals.carry_out(world.db, world.stripe, row, actor=actor, now=world.now)


def _disputed(world: World) -> None:
    world.start_trial(world.member(email="ada@example.org"), DISPUTED)
    world.pass_the_first_charge()


def _second_trial(world: World) -> None:
    for _ in range(2):
        world.start_trial(world.member())


def _gone(world: World) -> None:
    ada = _on_trial(world)
    said = world.at_stripe("get", f"/v1/subscriptions/{world.subscription(ada).stripe_id}")
    world.at_stripe("delete", f"/v1/customers/{said['customer']}")
    world.deliver()


def _woken(world: World) -> None:
    ada = _on_trial(world)
    path = f"/v1/subscriptions/{world.subscription(ada).stripe_id}"
    said = world.at_stripe("get", path)
    ends: Said = {"end_behavior": {"missing_payment_method": "pause"}}
    world.at_stripe("post", path, trial_settings=ends)
    world.at_stripe("post", f"/v1/payment_methods/{said['default_payment_method']}/detach")
    world.pass_the_first_charge()
    whose = said["customer"]
    new = world.at_stripe("post", "/v1/payment_methods/pm_card_visa/attach", customer=whose)["id"]
    world.at_stripe(
        "post", f"/v1/customers/{whose}", invoice_settings={"default_payment_method": new}
    )
    world.deliver()


def _tried(world: World) -> None:
    world.start_trial(world.member(), "4000000000000341")
    world.pass_the_first_charge()
    put_card(world)
    settling.settle(world.db, world.stripe, world.rows(Member)[0].id, now=world.now)


def _moved(world: World) -> object:
    sub: Subscription = world.subscription(_on_trial(world))
    world.leap(days=25)
    return interlock.move(world.db, world.stripe, sub, now=world.now)


def _given(world: World) -> None:
    ada = world.member()
    said: Said = {"actor": "operator:1", "reason": WHY, "now": world.now}
    giving.give(world.db, ada.id, "gift", days=7, **said)
    entitlements.refresh(world.db, ada.id, now=world.now, reason="given")


def _given_for_later(world: World) -> None:
    ada = world.member()
    said: Said = {"actor": "operator:1", "reason": WHY, "now": world.now}
    ends = world.now + timedelta(days=7)
    giving.give(world.db, ada.id, "complimentary", ends_at=ends, **said)
    entitlements.refresh_given(world.db, ada.id, now=world.now)


def _offered(world: World) -> None:
    said: Said = {"actor": "operator:1", "reason": WHY, "now": world.now}
    terms: Said = {"name": "Plus", "amount_minor": 999, "currency": "gbp", "interval": "month"}
    offering.add(world.db, code="plus", trial_days=30, **terms, **said)
    offering.change(world.db, "plus", name="More", **said)
    offering.end(world.db, "plus", at=world.now, **said)


def _closed(world: World) -> None:
    ada = world.member()
    world.open_checkout(ada)
    checkouts.close_open(world.db, world.stripe, ada.id, reason=WHY, now=world.now)


def _closed_for_another(world: World) -> None:
    ada = world.member()
    world.open_checkout(ada)
    world.open_checkout(ada, factories.offer(world.db, code="plus"))


def _appointed(world: World) -> None:
    ada, boss = world.member(), f"operator:{world.member().id}"
    staff.set_roles(world.db, ada, ["support"], actor=boss, reason=WHY, now=world.now)


FUNCTIONS: dict[str, tuple[Story, Left]] = {
    "billing.trials.start": (_on_trial, Left("checkout.opened", "member:", "", "amount")),
    "billing.checkouts.close": (
        _closed_for_another,
        Left("checkout.closed", "matinee", "state", "state"),
    ),
    "billing.checkouts.close_open": (
        _closed,
        Left("checkout.closed", "matinee", "state", "state"),
    ),
    "billing.customers.stripe_id_of": (
        _on_trial,
        Left("checkout.opened", "member:", "", "offer"),
    ),
    "billing.customers.forget": (_gone, Left("customer.forgotten", "stripe", "customer", "")),
    "billing.customers.tell_address": (
        _addressed,
        Left("customer.address_told", "matinee", "due_since", "due_since"),
    ),
    "billing.erasing.leave": (_erased, Left("customer.forgotten", "stripe", "customer", "")),
    "billing.prices.of": (_on_trial, Left("offer.priced", "matinee", "", "price")),
    "billing.cancellations.start": (
        _cancelled,
        Left("subscription.cancel", "member:", "leaving", "leaving"),
    ),
    "billing.cancellations.end_now": (
        _ended_now,
        Left("subscription.cancel", "operator:", "leaving", "ends"),
    ),
    "billing.ending.at_once": (
        _ended_now,
        Left("subscription.cancel", "operator:", "leaving", "ends"),
    ),
    "billing.cancellations.undo": (
        _undone,
        Left("subscription.resume", "member:", "leaving", "leaving"),
    ),
    "billing.extensions.extend": (
        _extended,
        Left("trial.extended", "operator:", "trial_ends_at", "trial_ends_at"),
    ),
    "billing.pauses.start": (_paused, Left("subscription.pause", "member:", "until", "until")),
    "billing.pauses.end": (_unpaused, Left("subscription.unpause", "member:", "until", "until")),
    "billing.plan_changes.preview": (_previewed, Left("offer.priced", "matinee", "", "price")),
    "billing.plan_changes.start": (
        _switched,
        Left("subscription.switch", "member:", "price", "price"),
    ),
    "billing.refunds.give": (
        _refunded,
        Left("payment.refund", "operator:", "refunded", "refund"),
    ),
    "billing.credits.give": (
        _credited,
        Left("credit.changed", "operator:", "credit", "credit"),
    ),
    "billing.withdrawals.carry_out": (
        _withdrawn,
        Left("subscription.withdrawal", "member:", "status", "refunded"),
    ),
    "billing.payments.mirror": (_disputed, Left("subscription.ended", "matinee", "status", "ends")),
    "billing.fulfilment.check": (
        _second_trial,
        Left("trial.refused", "matinee", "", "subscription"),
    ),
    "billing.settling.settle": (_tried, Left("payment.tried", "member:", "status", "answer")),
    "billing.waking.wake": (_woken, Left("subscription.woken", "matinee", "status", "card")),
    "billing.subscriptions.mirror": (
        _on_trial,
        Left("subscription.changed", "stripe", "status", "status"),
    ),
    "notices.interlock.move": (
        _moved,
        Left("trial.moved", "matinee", "trial_ends_at", "trial_ends_at"),
    ),
    "billing.giving.give": (_given, Left("access.given", "operator:", "", "days")),
    "access.entitlements.refresh": (_given, Left("access.changed", "matinee", "", "until")),
    "access.entitlements.refresh_given": (
        _given_for_later,
        Left("access.changed", "matinee", "", "until"),
    ),
    "billing.offering.add": (_offered, Left("offer.add", "operator:", "", "code")),
    "billing.offering.change": (_offered, Left("offer.change", "operator:", "name", "name")),
    "billing.offering.end": (_offered, Left("offer.end", "operator:", "name", "ends_at")),
    "billing.staff.set_roles": (_appointed, Left("roles.changed", "operator:", "roles", "roles")),
}
