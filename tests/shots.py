"""Pictures of every page in every state: ``make shots`` puts them into ``shots/``.

A page of the product that is in none of them makes the command fail, and so does a state of a
member or an answer of the watch gate in which nobody is staged.

``make shots ARGS="film home"`` takes only those whose name has one of these words in it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask, template_rendered
from jinja2 import Template
from playwright.sync_api import Browser, Page, sync_playwright

from access.gate import Answer
from access.standing import State
from tests import browser as browsers
from tests import staged
from tests.staged import BARE, COUNTRIES, FILM, FROM_RIGHT, HELD_BACK, LONG, NOT_YET, Stage

HERE = Path(__file__).resolve().parent.parent
SHOTS, TEMPLATES = HERE / "shots", HERE / "templates"
WIDTHS = {320: 640, 390: 844, 768: 1024, 1280: 800, 1920: 1080}
# A picture of the whole page has what a person would meet by scrolling, so it is all drawn.
ALL_PICTURES = """() => {
  for (const row of document.querySelectorAll(".section--rail, .grid > .card")) {
    row.style.contentVisibility = "visible";
  }
  return Promise.all([...document.images].map((image) => {
    image.loading = "eager";
    return image.decode().catch(() => {});
  }));
}"""
OPEN_ALL = "() => document.querySelectorAll('main details').forEach((one) => { one.open = true; })"
SEND_REVIEW = """(address) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: address });
  const text = Object.assign(document.createElement("textarea"), { name: "text" });
  text.value = "I have seen it three times, and each time another film.";
  form.append(text);
  document.body.append(form);
  form.submit();
}"""
NO_MEDIA = {"forced_colors": "none", "reduced_motion": "reduce"}
SCHEMES: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"color_scheme": "dark", "forced_colors": "active"},
}
EVERYBODY = {
    "home": "/",
    "browse": "/browse",
    "browse-empty": "/browse?decade=1920&length=long&certificate=X",
    "genre": "/genre/drama",
    "genre-empty": "/genre/westerns",
    "search": "/search",
    "search-found": "/search?q=nosferatu",
    "search-none": "/search?q=zzqqxx",
    "search-alike": "/search?q=nosfertu",
    "search-nearest": "/search?q=charade+zzqqxx",
    "film": f"/film/{FILM}",
    "film-to-watch": f"/film/{FILM}?notice=watch",
    "film-not-yet": f"/film/{NOT_YET}",
    "film-bare": f"/film/{BARE}",
    "film-long": f"/film/{LONG}",
    "film-from-right-to-left": f"/film/{FROM_RIGHT}",
    "trailer": f"/film/{FILM}/trailer",
    "trailer-held-back": f"/film/{HELD_BACK}/trailer",
    "trailer-in-a-frame": f"/film/{FILM}/trailer/embed",
    "film-reviews": f"/film/{FILM}/reviews",
    "person": "/person/nicolas-cage",
    "collection": "/collection/new-this-week",
    "help": "/help",
    "terms": "/terms",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "country": f"/country?to=/film/{FILM}",
    "sign-in": "/account/sign-in",
    "sign-up": f"/account/sign-up?next=/trial?film={FILM}",
    "sign-in-link": "/account/sign-in/link",
    "sign-in-link-over": "/account/sign-in/link/none",
    "sign-up-link-over": "/account/sign-up/none",
    "cancel-by-mail": "/cancel",
    "cancel-by-form": "/cancellation",
    "withdraw": "/withdraw",
    "deleted": "/account/deleted",
    "error-404": "/nowhere",
    "error-link": "/cancel/none",
    "error-410": "/film/gone",
    "error-429": "/refusals/429",
    "error-500": "/refusals/500",
    "error-503": "/refusals/503",
    "error-413": "/refusals/413",
}
# What visitors meet where we sell nothing of our own, before there is a film, and before any is in
# a collection.
ELSEWHERE = {name: EVERYBODY[name] for name in ("home", "film", "sign-up")}
OTHERWISE = {
    "empty": (
        {name: EVERYBODY[name] for name in ("home", "browse", "search", "search-found")},
        staged.empty,
    ),
    "uncollected": ({"home": "/"}, staged.uncollected),
}
# What a form answers: it is filled in and sent once, and its answer taken in every size.
FILLED = {
    "sign-in-wrong": ("/account/sign-in", {"email": "noel@example.org", "password": "not it"}),
    "sign-up-wrong": ("/account/sign-up", {"email": "noel", "password": "short"}),
    "cancel-by-mail-sent": ("/cancel", {"email": "noel@example.org"}),
    "cancellation-declared": ("/cancellation", {"name": "Noel", "email": "noel@example.org"}),
    "withdrawal-declared": ("/withdraw", {"name": "Noel", "email": "noel@example.org"}),
}
# What a press or a word opens, taken in every size as well.
OPENED: dict[str, tuple[str, Callable[[Page], None]]] = {
    "film-opened": (f"/film/{FILM}", lambda page: page.evaluate(OPEN_ALL)),
    "browse-opened": ("/browse", lambda page: page.evaluate(OPEN_ALL)),
    "trailer-opened": (f"/film/{FILM}", lambda page: _press_trailer(page)),
    "search-suggestions": ("/search", lambda page: _begin_words(page)),
    "error-unsent": (f"/film/{FILM}", lambda page: _send_signed_out(page)),
}
FOR_MINUTES = ("asking", "come_by_link", "active")  # links and fresh sign-ins end: these are first
ROOMS = ("account", "desk", "errors", "information", "storefront", "trial", "watch")
OWN = {
    "home": "/",
    "film": f"/film/{FILM}",
    "account": "/account",
}
ONE_STATE = {
    "member": {
        "trial-payment": f"/trial?film={FILM}",
        "password-none": "/account/password",
        "error-403": "/desk",
    },
    "trialing": {
        "watch": f"/watch/{FILM}",
        "review-form": f"/film/{FILM}/review",
        "invoices-empty": "/account/invoices",
        "cancellation": "/account/cancellation",
    },
    "active": {
        "invoices": "/account/invoices",
        "devices": "/account/devices",
        "profile": "/account/profile",
        "deletion": "/account/deletion",
        "email-link-over": "/account/email/none",
        "password": "/account/password",
        "verify": "/account/verify",
        "emails": "/account/emails",
        "plan": "/account/plan",
    },
    "ended": {"trial-again": f"/trial?film={FILM}"},
    "cancelled": {"cancellation-done": "/account/cancellation/done"},
    "operator": {
        f"desk-{name.partition('?')[0].replace('/', '-') or 'first'}": f"/desk/{name}".rstrip("/")
        for name in (
            *("", "conversion", "films", "revenue", "reminders", "experiments", "origins"),
            *("find", "events", "drift", "alarms", "audit", "calendar", "reviews"),
            *("reviews/hidden", "watching", "rows", "rows/1", "catalogue", "catalogue/1"),
            "catalogue/1/details",
            *("events/1", "person/4"),
            "person/6/extension",
            "people?report=conversion&row=all&cell=starts",
        )
    },
}


def main(words: list[str]) -> None:
    """Take every picture, or those whose name has one of ``words`` in it."""
    executable = browsers.find()
    if executable is None:
        raise SystemExit(browsers.MISSING)
    SHOTS.mkdir(exist_ok=True)
    shown: set[str] = set()

    def note(app: Flask, template: Template, **about: object) -> None:
        shown.add(template.name or "")

    template_rendered.connect(note)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=browsers.FLAGS + sandbox
        )
        with staged.staged() as stage:
            _take_all(chromium, stage, _wanted(stage, words))
            for name, (path, fields) in FILLED.items():
                if _is_wanted(f"anonymous-{name}", words):
                    _fill(chromium, stage, name, path, fields)
            for name, (path, act) in OPENED.items():
                if _is_wanted(f"anonymous-{name}", words):
                    _open(chromium, stage, name, path, act)
        for name, (pages, other) in OTHERWISE.items():
            if those := _those(name, pages, words):
                with other() as elsewhere:
                    _take_all(chromium, elsewhere, {name: those})
        chromium.close()
    print(f"{len(list(SHOTS.glob('*.png')))} pictures are in {SHOTS.name}/")
    if missing := (_pages() - shown) | _unmet(stage):
        print("Not in them: " + ", ".join(sorted(missing)))
        if not words:
            raise SystemExit(1)


def _pages() -> set[str]:
    """The templates of all pages; what stands in others begins with a line beneath."""
    every = (path for room in ROOMS for path in (TEMPLATES / room).glob("[!_]*.html"))
    return {path.relative_to(TEMPLATES).as_posix() for path in every}


def _unmet(stage: Stage) -> set[str]:
    """The states and the gate's answers that no picture can have, as nobody meets them."""
    met = {repr(one) for one in stage.met}  # equal words of the two are not the same
    return {f"{type(one).__name__} {one}" for one in (*State, *Answer) if repr(one) not in met}


def _is_wanted(name: str, words: list[str]) -> bool:
    return not words or any(word in name for word in words)


def _wanted(stage: Stage, words: list[str]) -> dict[str, dict[str, str]]:
    """The pages of each state, by name."""
    states = {state: {**OWN, **ONE_STATE.get(state, {})} for state in stage.sessions}
    states |= {"operator": ONE_STATE["operator"], "asking": {}, "come_by_link": {}}
    every = {"anonymous": EVERYBODY, **states, **dict.fromkeys(COUNTRIES, ELSEWHERE)}
    every |= {state: every[state] | pages for state, pages in stage.pages.items()}
    return {state: _those(state, pages, words) for state, pages in every.items()}


def _those(state: str, pages: dict[str, str], words: list[str]) -> dict[str, str]:
    return {name: path for name, path in pages.items() if _is_wanted(f"{state}-{name}", words)}


def _take_all(chromium: Browser, stage: Stage, wanted: dict[str, dict[str, str]]) -> None:
    """The pages of each state, in every size and scheme."""
    for state, pages in sorted(wanted.items(), key=lambda one: one[0] not in FOR_MINUTES):
        for width in WIDTHS:
            for scheme in SCHEMES:
                _take(chromium, stage, state, pages, width, scheme)


def _take(
    chromium: Browser, stage: Stage, state: str, pages: dict[str, str], width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        locale="en-GB",
        **SCHEMES[scheme],
    )
    known = {"session": stage.sessions.get(state), "country": COUNTRIES.get(state)}
    for name, value in known.items():
        if value is not None:
            context.add_cookies([{"name": name, "value": value, "url": stage.address}])
    page = context.new_page()
    for name, path in pages.items():
        page.goto(stage.address + path, wait_until="load")
        _shoot(page, f"{state}-{name}-{width}-{scheme}")
    page.goto("about:blank")  # a player gives its place back when it is left
    context.close()


def _fill(chromium: Browser, stage: Stage, name: str, path: str, fields: dict[str, str]) -> None:
    context = chromium.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(stage.address + path)
    for field, value in fields.items():
        page.locator(f"main [name={field}]").fill(value)
    browsers.follow(page.locator("main form [type=submit]").first)
    for width in WIDTHS:
        for scheme, media in SCHEMES.items():
            page.set_viewport_size({"width": width, "height": WIDTHS[width]})
            page.emulate_media(**{**NO_MEDIA, **media})
            _shoot(page, f"anonymous-{name}-{width}-{scheme}")
    context.close()


def _open(
    chromium: Browser, stage: Stage, name: str, path: str, act: Callable[[Page], None]
) -> None:
    for width, height in WIDTHS.items():
        for scheme, media in SCHEMES.items():
            context = chromium.new_context(
                viewport={"width": width, "height": height}, locale="en-GB", **media
            )
            page = context.new_page()
            page.goto(stage.address + path, wait_until="load")
            act(page)
            _shoot(page, f"anonymous-{name}-{width}-{scheme}")
            context.close()


def _press_trailer(page: Page) -> None:
    page.locator("a[data-trailer]").first.click()
    page.locator("dialog.trailer video").wait_for()


def _begin_words(page: Page) -> None:
    page.locator("main input[name=q]").press_sequentially("le")
    page.locator(".suggestions__item").first.wait_for()


def _send_signed_out(page: Page) -> None:
    """Send a review whose writer has signed out in another window."""
    with page.expect_navigation():
        page.evaluate(SEND_REVIEW, f"/film/{FILM}/review")


def _shoot(page: Page, name: str) -> None:
    page.evaluate(ALL_PICTURES)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


if __name__ == "__main__":
    main(sys.argv[1:])
