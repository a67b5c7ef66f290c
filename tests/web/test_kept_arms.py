"""While something is tried on the film page, each arm has kept pages of its own."""

from __future__ import annotations

from sqlalchemy.orm import Session
from werkzeug.test import Client

from core import clock
from reports import experiments
from tests.web.kept_site import NAMES, Site, site, try_words

__all__ = ["site"]


def test_while_something_is_tried_each_arm_has_kept_pages_of_its_own(site: Site) -> None:
    # given an experiment, and browsers that fell into both of its arms
    site.change(try_words)
    browsers = [Client(site.client.application) for _ in range(16)]
    first = [browser.get("/film/one") for browser in browsers]
    arms = [answer.headers.getlist("Set-Cookie")[-1].split(";")[0] for answer in first]

    # when each reads the page again
    again = [browser.get("/film/one") for browser in browsers]

    # then everybody sees their own arm still, now from what is kept for it
    words = ["Start watching free" in answer.text for answer in first]
    assert [arm.endswith(".start-watching") for arm in arms] == words
    assert ["Start watching free" in answer.text for answer in again] == words
    kept = {arm: site.pages.find("/film/one#" + arm.partition("=")[2]) for arm in arms}
    assert (len(kept), None in kept.values()) == (2, False)

    # and once it is stopped everybody sees the same page
    site.change(_stop)
    assert all("Try 30 days free" in browser.get("/film/one").text for browser in browsers)


def test_only_the_pages_of_films_are_drawn_anew_for_what_is_tried(site: Site) -> None:
    site.change(try_words)

    assert set(NAMES) - site.kept() == {f"/film/{name}" for name in ("one", "two", "far", "next")}


def test_a_browser_that_names_an_arm_of_its_own_choice_has_nothing_kept(site: Site) -> None:
    browser = Client(site.client.application)
    browser.set_cookie("arms", "9.start-watching", domain="localhost")

    browser.get("/film/one")

    assert site.pages.find("/film/one#9.start-watching") is None


def test_the_first_page_of_a_browser_in_an_experiment_is_as_small_as_any(site: Site) -> None:
    site.change(try_words)

    first = site.get("/film/one", **{"Accept-Encoding": "br"})

    assert first.headers.getlist("Set-Cookie")
    assert first.headers["Content-Encoding"] == "br"


def test_a_page_is_kept_for_the_arm_that_its_view_reads_however_the_cookies_are_written(
    site: Site,
) -> None:
    # given a browser that fell into one arm of an experiment
    site.change(try_words)
    cookies = site.get("/film/one").headers.getlist("Set-Cookie")
    name, arm = (cookie.partition(";")[0] for cookie in cookies)
    other = {"try-free": "start-watching", "start-watching": "try-free"}
    arm = arm.partition("=")[2]
    run, _, word = arm.partition(".")

    # when it writes its arm as only some readers of cookies understand it
    site.get("/film/one", Cookie=f"{name}; arms ={arm}; arms={run}.{other[word]}")
    site.get("/film/one", Cookie=f"{name}; arms ={arm}")

    # then its page is kept for its own arm and for nobody else
    others = [site.pages.find(f"/film/one{end}") for end in ("", f"#{run}.{other[word]}")]
    assert (others, site.pages.find(f"/film/one#{arm}") is None) == ([None, None], False)


def _stop(session: Session) -> None:
    run = experiments.running(session)[0]
    experiments.stop(session, run.id, actor="operator:1", reason="Enough", now=clock.now())
