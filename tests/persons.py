"""People of whom much is kept, the press that deletes them, and the tables that know of them."""

from __future__ import annotations

from sqlalchemy import Text, cast, func, select

from accounts import passwords
from accounts.models import Member
from billing.models import StripeEvent
from core.db import Base
from tests.web.forms import send
from tests.world import World

PASSWORD = "a few long words here"


def hashed() -> str:
    """``PASSWORD`` as an account keeps it."""
    return passwords.hashed(PASSWORD)


def lived(world: World, email: str) -> Member:
    """Somebody who has done most of what one can do here."""
    member = world.member(email=email, password=hashed())
    world.start_trial(member)
    world.pass_the_first_charge()
    client = world.signed_in(member)
    client.get(f"/watch/{world.title.slug}")
    form = {"name": email, "score": "8", "text": f"Signed, {email}"}
    client.post(f"/film/{world.title.slug}/review", data=form)
    client.post("/cancellation", data={"name": email, "email": email, "kind": "ordinary"})
    client.post("/withdraw", data={"name": email, "email": email})
    world.deliver()
    return member


def delete(world: World, member: Member) -> None:
    """The account is deleted by its owner, and what follows of it is worked on."""
    world.site.application.config["WTF_CSRF_ENABLED"] = True
    answer = send(world.signed_in(member), "/account/deletion", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/account/deleted")
    world.deliver()
    world.tick()
    world.tick()  # the last e-mail has gone


def tables_with(world: World, words: str) -> set[str]:
    """The tables in which a row, or the body of one, matches an expression."""
    found = set()
    for table in Base.metadata.sorted_tables:
        row = cast(func.to_jsonb(table.table_valued()), Text)
        if world.db.scalar(select(row).where(row.regexp_match(words, flags="i")).limit(1)):
            found.add(table.name)
    bodies = select(StripeEvent.raw).where(func.encode(StripeEvent.raw, "escape").op("~")(words))
    return found | ({"stripe_event"} if world.db.scalar(bodies.limit(1)) else set())
