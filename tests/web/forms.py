"""Forms as a browser sends them: the token is read from the page that shows the form."""

import re

from accounts import sessions
from core import clock

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def send(client, page, action=None, **fields):
    """Load ``page``, then post its form to ``action``; returns the answer."""
    shown = client.get(page).get_data(as_text=True)
    token = TOKEN.search(shown)
    assert token is not None, f"{page} shows no form"
    return client.post(action or page, data={"csrf_token": token[1], **fields})


def signed_in(world, member):
    """A browser at the world's site in which a member is signed in."""
    token = sessions.new_token()
    data = {"_user_id": member.fs_uniquifier, "_fresh": True}
    sessions.keep(
        world.db, token, data, fs_uniquifier=member.fs_uniquifier, device="", now=clock.now()
    )
    world.db.commit()
    client = world.site.application.test_client()
    client.set_cookie("session", token)
    return client


def text(answer):
    """What a page says."""
    return answer.get_data(as_text=True)
