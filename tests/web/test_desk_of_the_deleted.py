"""The desk before an account that its owner has deleted: nothing is given, told or joined."""

from __future__ import annotations

import pytest

from accounts import sign_up
from accounts.models import Member
from billing import merging
from tests.persons import lived
from tests.web.forms import text
from tests.world import World
from workers import erasing
from workers import merging as joining


@pytest.fixture
def ada(world: World) -> Member:
    """Somebody who has paid, watched, reviewed and declared."""
    world.site.application.config["WTF_CSRF_ENABLED"] = False
    return lived(world, "ada@example.org")


@pytest.mark.parametrize("act", ["gift", "resend", "roles", "merger", "sign-out"])
def test_staff_give_and_tell_nothing_to_whoever_deleted_their_account(
    world: World, ada: Member, act: str
) -> None:
    boss = world.member(email="boss@example.org")
    sign_up.member(world.db, boss.email, "", now=world.now, roles=("admin",))
    world.member(email="other@example.org")
    erasing.ask(world.db, ada, now=world.now)
    world.db.commit()
    browser = world.signed_in(boss)
    given = {"reason": "a mistake", "kind": "gift", "days": "7", "role": "support"}

    page = browser.get(f"/desk/person/{ada.id}")
    answer = browser.post(
        f"/desk/person/{ada.id}/{act}", data={**given, "other": "other@example.org"}
    )

    assert f"/{act}" not in page.text and f"/person/{ada.id}/refund" in page.text
    assert answer.status_code == 409 and "has deleted this account" in text(answer)


def test_an_account_that_was_deleted_becomes_no_part_of_another(world: World, ada: Member) -> None:
    other = world.member(email="other@example.org")
    erasing.ask(world.db, ada, now=world.now)

    for gone, survivor in ((ada, other), (other, ada)):
        with pytest.raises(merging.NotOnePerson, match="has deleted it"):
            joining.merge(
                world.db,
                world.stripe,
                gone,
                survivor,
                actor="operator:1",
                reason="one person",
                now=world.now,
            )
