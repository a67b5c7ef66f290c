"""The members of the stage: one in each state that a subscription, or the want of one, brings."""

from __future__ import annotations

from datetime import timedelta

from access import entitlements
from accounts import passwords
from accounts.models import Member
from billing import giving, pauses
from tests.world import World

FAILING_CARD, ASKS_ALWAYS = "4000000000000341", "4000002760003184"
DAY, DAYS_OF_GRACE = timedelta(days=1), timedelta(days=5)
USUAL = ("active", "past_due", "ended", "ending", "cancelled", "trialing", "member")
# Behind those whom the desk's pages number.
RARER = ("paused", "grace_over", "pausing", "given", "confirming", "changing", "being_charged")
JUST_DUE = timedelta(minutes=5)  # within the hour in which Stripe holds an invoice back


def made(world: World) -> dict[str, Member]:
    """Whoever began early enough; the trial that is running now is begun by the caller."""
    people = {name: world.member(email=f"{name}@example.org") for name in USUAL + RARER}
    people["active"].password = passwords.hashed("a few long words here")
    _long_ago(world, people)
    for name in ("active", "pausing", "ended"):
        world.start_trial(people[name])
    world.start_trial(people["past_due"], FAILING_CARD)
    world.start_trial(people["confirming"], ASKS_ALWAYS)
    _cancel(world, people["ended"])
    world.advance(days=1)
    world.start_trial(people["being_charged"])
    world.advance(days=6, step=DAY)
    world.start_trial(people["ending"])
    world.advance(days=24, step=DAY)
    _until(world, people["being_charged"])
    world.start_trial(people["cancelled"])
    _change_plan(world, people["changing"])
    _cancel(world, people["cancelled"])
    _pause(world, people["pausing"])
    _give(world, people["given"])
    return people


def _long_ago(world: World, people: dict[str, Member]) -> None:
    """A pause that has begun since, as the paid month is over, and a card that failed for longer
    than is forgiven."""
    world.start_trial(people["paused"])
    world.start_trial(people["changing"])
    world.pass_the_first_charge()
    _pause(world, people["paused"])
    world.start_trial(people["grace_over"], FAILING_CARD)
    world.advance(seconds=DAYS_OF_GRACE.total_seconds(), step=DAYS_OF_GRACE)


def _until(world: World, member: Member) -> None:
    """A little past the end of a member's trial, which is soon."""
    ends_at = world.subscription(member).trial_ends_at
    assert ends_at is not None
    left = ends_at + JUST_DUE - world.now
    world.advance(seconds=left.total_seconds(), step=left)


def _pause(world: World, member: Member) -> None:
    actor = f"member:{member.id}"
    pauses.start(world.db, world.stripe, member.id, months=3, actor=actor, now=world.now)
    world.db.commit()
    world.deliver()


def _change_plan(world: World, member: Member) -> None:
    """The yearly plan by another card, whose bank wants its payment confirmed."""
    sub, card = world.subscription(member), "pm_card_authenticationRequired"
    attach = f"/v1/payment_methods/{card}/attach"
    assert sub.customer is not None
    made = world.at_stripe("post", attach, customer=sub.customer.stripe_id)
    world.at_stripe("post", f"/v1/subscriptions/{sub.stripe_id}", default_payment_method=made["id"])
    world.deliver()
    client = world.signed_in(member)
    shown = client.get("/account/plan").text
    preview = shown.partition('name="preview" value="')[2].partition('"')[0]
    answer = client.post("/account/plan", data={"preview": preview})
    assert answer.status_code == 303, answer.status
    world.deliver()


def _give(world: World, member: Member) -> None:
    """Days by the desk, to somebody who never subscribed."""
    giving.give(
        world.db,
        member.id,
        "gift",
        days=14,
        actor="operator:1",
        reason="a gift",
        now=world.now,
    )
    entitlements.refresh(world.db, member.id, now=world.now, reason="given by an operator")
    world.db.commit()


def _cancel(world: World, member: Member) -> None:
    answer = world.signed_in(member).post("/account/cancellation")
    assert answer.status_code == 303, answer.status
    world.deliver()
