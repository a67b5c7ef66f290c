"""What is made from somebody's session is kept by nobody, and what is the same for all may be."""

from __future__ import annotations

from tests.web.forms import send, signed_in
from tests.world import World
from web.assets import FOR_EVER


def test_a_page_with_a_form_or_from_a_session_is_kept_by_nobody(world: World) -> None:
    typed = {"email": "ada@example.org", "password": "a few long words here"}
    forms = ("/account/sign-up", "/account/sign-in", "/account/sign-in/link")

    fresh = [world.site.application.test_client().get(address) for address in forms]
    refused = send(world.site, "/account/sign-up", **{**typed, "password": "short"})
    taken = send(world.site, "/account/sign-up", **typed)
    sent = world.site.get("/account/sign-up/sent")

    assert [one.status_code for one in (refused, taken, sent)] == [422, 303, 200]
    told = [one.headers.getlist("Cache-Control") for one in (*fresh, taken, sent)]
    assert told == [["private, no-store"]] * 5
    # but by the browser that sent it, which goes back to it
    assert refused.headers.getlist("Cache-Control") == ["private, no-cache"]


def test_a_page_without_a_session_may_be_kept_and_the_same_page_with_one_may_not(
    world: World,
) -> None:
    before = world.site.get("/").headers["Cache-Control"]
    world.site.get("/account/sign-in")

    after = world.site.get("/").headers["Cache-Control"]

    assert (before, after) == ("public, no-cache", "private, no-store")


def test_a_members_browser_keeps_pictures_as_everybody_does(world: World) -> None:
    browser = signed_in(world, world.member(email="ada@example.org"))
    page = browser.get(f"/film/{world.title.slug}").text
    picture = page.partition('src="/art/')[2].partition('"')[0]

    answer = browser.get(f"/art/{picture}")

    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_EVER)


def test_whoever_signs_out_leaves_nothing_to_who_comes_next(world: World) -> None:
    browser = signed_in(world, world.member(email="ada@example.org"))

    left = send(browser, "/account", "/account/sign-out")

    assert (left.status_code, left.headers["Clear-Site-Data"]) == (302, '"cache", "storage"')
    assert "Clear-Site-Data" not in browser.get("/").headers
