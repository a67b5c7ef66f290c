"""A member's page of kept parts and small ones of their own reads as one that is drawn whole."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import g
from jinja2 import TemplateSyntaxError
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from access.models import WatchProgress
from accounts.models import Member
from catalog import reviews
from catalog.models import Review, ReviewVote, Title
from core import clock, db
from tests import factories
from tests.web.desk import staff
from tests.web.kept_site import AFRESH, NAMES, NOBODY, Site, signed_in, site
from web import kept_parts, page_cache
from web.freshness import SINCE
from web.requests import find_visitor_token

__all__ = ["site"]
PARTS = "/film/one#parts#GB"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def _plain(session: Session) -> Member:
    return factories.member(session)


def _far_away(session: Session) -> Member:
    return factories.member(
        session, territory="DE", zone="Pacific/Auckland", locale="de", theme="dark", contrast="more"
    )


def _operator(session: Session) -> Member:
    return staff(session, "operator")


def _trialing(session: Session) -> Member:
    made, now = factories.member(session), clock.now()
    factories.subscription(session, made, status="trialing", trial_ends_at=now + timedelta(days=3))
    factories.entitlement(session, made, now + timedelta(days=3))
    return made


def _reviewer(session: Session) -> Member:
    """Has begun the film, wrote of it, and found another's review helpful."""
    made, now = _trialing(session), clock.now()
    film = session.scalars(select(Title).where(Title.slug == "one")).one()
    session.add(
        WatchProgress(member_id=made.id, title_id=film.id, position_seconds=60, updated_at=now)
    )
    other = session.scalars(select(Review).where(Review.text == "A first review.")).one()
    session.add(ReviewVote(review_id=other.id, member_id=made.id))
    factories.review(session, film, member_id=made.id, name="Her own name", text="Mine.")
    return made


def _failing(session: Session) -> Member:
    made, now = factories.member(session), clock.now()
    factories.subscription(
        session, made, status="past_due", first_failed_at=now, period_ends_at=now
    )
    return made


def _past_trialist(session: Session) -> Member:
    return factories.past_trialist(session)


READERS = (_plain, _far_away, _operator, _trialing, _reviewer, _failing, _past_trialist)


def _cookie(site: Site, reader: Callable[[Session], Member]) -> str:
    with db.transaction() as session:
        found = signed_in(session, reader(session))
    site.hear()
    return found


def _read(site: Site, address: str, cookie: str) -> str:
    """A page without its tokens, which are new each time."""
    return TOKEN.sub("", site.get(address, Cookie=cookie).text)


@pytest.mark.parametrize("reader", READERS)
def test_a_members_page_of_kept_parts_reads_as_one_that_is_drawn_whole(
    site: Site, reader: Callable[[Session], Member]
) -> None:
    # given parts that were drawn for visitors, for another member, and for this one
    somebody_else, cookie = _cookie(site, _reviewer), _cookie(site, reader)
    asked = [*NAMES, "/film/one?notice=watch", "/film/one?from=drama"]
    for address in asked:
        site.get(address, Cookie=somebody_else)

    # when it is read from them
    found = {one: [_read(site, one, cookie) for _ in "12"] for one in asked}

    # then it is what it would be without, and so is a visitor's after it
    changed = f"{cookie}; {kept_parts.CHANGED}=1"
    whole = {one: _read(site, one, changed) for one in asked}
    assert {one for one in asked if found[one] != [whole[one]] * 2} == set()
    assert {one for one in asked if site.get(one).data != site.draw(one).data} == set()


def test_a_member_reads_the_film_itself_only_once(site: Site) -> None:
    cookie = _cookie(site, _reviewer)
    site.get("/film/one", Cookie=cookie)
    asked: list[str] = []

    event.listen(
        db.session().get_bind(), "before_cursor_execute", lambda *told: asked.append(told[2])
    )
    page = site.get("/film/one", Cookie=cookie)

    assert "Resume at 1:00" in page.text
    assert [one for one in asked if "from title t" in one or "review.text" in one] == []


def test_nothing_of_a_reader_is_in_what_is_kept(site: Site) -> None:
    cookie = _cookie(site, _reviewer)
    for address in NAMES:
        site.get(address, Cookie=cookie)

    kept = [site.pages.find_parts(f"{one}#parts#GB") for one in NAMES]
    said = [str(part) for parts in kept if parts for part in parts.made.values()]

    assert len(said) > len(NAMES)
    assert [one for one in said if re.search("csrf|Resume|Not helpful|Your account", one)] == []


def test_whoever_changed_something_reads_it_before_it_is_heard(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a member to whom a page was shown, while news of changes takes its time
    cookie = _cookie(site, _reviewer)
    site.get("/film/one", Cookie=cookie)
    monkeypatch.setattr(site.pages, "drop", lambda tags: None)

    # when they change something
    form = TOKEN.search(site.get("/", Cookie=cookie).text)
    sent = site.client.post(
        "/film/one/progress/removal",
        headers={"Cookie": cookie},
        data={"csrf_token": form[1] if form else ""},
    )
    told = sent.headers["Set-Cookie"].split(";")[0]
    with db.transaction() as session:
        session.execute(text("update review set text = 'Other words.'"))

    # then what they read next has it, whatever is kept
    assert told == f"{kept_parts.CHANGED}=1"
    assert "Other words." not in site.get("/film/one", Cookie=cookie).text
    assert "Other words." in site.get("/film/one", Cookie=f"{cookie}; {told}").text


def test_what_a_browser_tells_by_itself_is_no_change(site: Site) -> None:
    cookie = _cookie(site, _reviewer)

    told = site.client.post("/events", json={"events": []}, headers={"Cookie": cookie})

    assert told.status_code < 300
    assert kept_parts.CHANGED not in str(told.headers)


def test_parts_are_drawn_anew_from_the_instant_at_which_their_quarter_ends(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given parts of this quarter, and a look at the clock that is still good for a moment
    site.fill("/film/one")
    before = site.pages.find_parts(PARTS)
    assert before is not None
    monkeypatch.setattr(site.pages, "_look_again", float("inf"))

    # when the next quarter begins
    monkeypatch.setattr(clock, "now", lambda: before.until)
    site.fill("/film/one")

    # then none of them is in a page of the next one
    after = site.pages.find_parts(PARTS)
    assert after is not None
    assert (after is before, after.until > before.until) == (False, True)


def test_parts_are_kept_for_each_country(site: Site) -> None:
    german = _cookie(site, _far_away)

    site.get("/film/one", Cookie=german)

    assert site.pages.find_parts("/film/one#parts#DE") is not None


def test_a_part_that_was_changed_while_it_was_drawn_is_not_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.pages.drop(["film:one"])
    read = page_cache.next_quarter

    def meanwhile(now: Any) -> Any:
        monkeypatch.undo()
        site.change(lambda session: session.execute(text("update title set synopsis = 'Else.'")))
        return read(now)

    monkeypatch.setattr(page_cache, "next_quarter", meanwhile)
    site.fill("/film/one")

    assert site.pages.find_parts(PARTS) is None


def test_what_was_read_before_a_change_is_not_kept_though_it_is_drawn_after_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    # given a page of reviews whose rows are read, and changed and heard of before they are drawn
    site.pages.drop(["reviews:one"])
    read = reviews.page

    def meanwhile(*args: Any, **more: Any) -> Any:
        monkeypatch.undo()
        found = read(*args, **more)
        site.change(lambda session: session.execute(text("update review set text = 'Else.'")))
        return found

    monkeypatch.setattr(reviews, "page", meanwhile)
    during = site.fill("/film/one/reviews")

    # then what the next reader is shown is not made of it
    assert "A first review." in during.text
    assert "Else." in site.fill("/film/one/reviews").text


@pytest.mark.parametrize(
    ("address", "who", "left"),
    [
        ("/film/one", NOBODY, True),
        ("/film/one?from=drama", NOBODY, True),
        ("/film/one?cuckoo=1", NOBODY, False),
        ("/film/one", AFRESH, False),
    ],
)
def test_an_address_with_more_than_the_view_reads_leaves_no_parts_nor_does_who_changed_something(
    site: Site, address: str, who: dict[str, str], left: bool
) -> None:
    site.pages.drop(["film:one"])

    site.get(address, **who)

    assert (site.pages.find_parts(f"{address}#parts#GB") is not None) is left


def test_without_the_line_on_which_changes_are_heard_a_member_is_drawn_all(site: Site) -> None:
    cookie = _cookie(site, _plain)
    site.get("/film/one", Cookie=cookie)

    site.pages.close()
    with db.transaction() as session:
        session.execute(text("update title set synopsis = 'Unheard of.'"))

    assert "Unheard of." in site.get("/film/one", Cookie=cookie).text


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ('{% shared "a" %}{{ member.name }}{% endshared %}', "member"),
        ('{% shared "a" %}{% if viewer.is_open %}b{% endif %}{% endshared %}', "viewer"),
        ('{% shared "a" %}{{ csrf_token() }}{% endshared %}', "csrf_token"),
        ('{% shared "a" %}{% include "storefront/_way_in.html" %}{% endshared %}', "includes"),
    ],
)
def test_a_template_cannot_share_what_it_says_to_its_reader(
    site: Site, template: str, said: str
) -> None:
    with pytest.raises(TemplateSyntaxError, match=said):
        site.app.jinja_env.from_string(template)


def test_what_is_shared_cannot_look_at_the_visitors_name(site: Site) -> None:
    from web.kept_facts import FACTS, KeptFacts

    facts = {FACTS: KeptFacts(site.pages), SINCE: site.pages.moment}
    with site.app.test_request_context("/film/one", environ_overrides=facts):
        g.only_reads, g.shown, g.reads, g.member = True, {"offers"}, frozenset(), None
        with pytest.raises(kept_parts.DependsOnReader, match="name"):
            kept_parts.of("name", find_visitor_token)
