"""Pictures of every page in every state: ``make shots`` puts them into ``shots/``.

``make shots ARGS="film home"`` takes only those whose name has one of these words in it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests import browser as browsers
from tests import staged
from tests.staged import BARE, FILM, LONG, NOT_YET, Stage

SHOTS = Path(__file__).resolve().parent.parent / "shots"
WIDTHS = {320: 640, 390: 844, 768: 1024, 1280: 800, 1920: 1080}
# A picture of the whole page has what a person would meet by scrolling.
ALL_PICTURES = """() => Promise.all([...document.images].map((image) => {
  image.loading = "eager";
  return image.decode().catch(() => {});
}))"""
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
    "search": "/search",
    "search-found": "/search?q=nosferatu",
    "search-none": "/search?q=zzqqxx",
    "film": f"/film/{FILM}",
    "film-to-watch": f"/film/{FILM}?notice=watch",
    "film-not-yet": f"/film/{NOT_YET}",
    "film-bare": f"/film/{BARE}",
    "film-long": f"/film/{LONG}",
    "trailer": f"/film/{FILM}/trailer",
    "film-reviews": f"/film/{FILM}/reviews",
    "person": "/person/nicolas-cage",
    "collection": "/collection/new-this-week",
    "help": "/help",
    "terms": "/terms",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "sign-in": "/account/sign-in",
    "sign-up": f"/account/sign-up?next=/trial?film={FILM}",
    "sign-in-link": "/account/sign-in/link",
    "sign-in-link-over": "/account/sign-in/link/none",
    "cancel-by-mail": "/cancel",
    "cancel-by-form": "/cancellation",
    "withdraw": "/withdraw",
    "error-404": "/nowhere",
    "error-410": "/film/gone",
    "error-429": "/refusals/429",
    "error-500": "/refusals/500",
    "error-503": "/refusals/503",
}
OWN = {
    "home": "/",
    "film": f"/film/{FILM}",
    "account": "/account",
}
ONE_STATE = {
    "member": {"trial-payment": f"/trial?film={FILM}", "error-403": "/desk"},
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
        "password": "/account/password",
        "emails": "/account/emails",
        "plan": "/account/plan",
    },
    "cancelled": {"cancellation-done": "/account/cancellation/done"},
    "operator": {
        f"desk-{name.replace('/', '-') or 'first'}": f"/desk/{name}".rstrip("/")
        for name in (
            *("", "conversion", "films", "revenue", "reminders", "experiments", "origins"),
            *("find", "events", "drift", "alarms", "audit", "calendar", "reviews"),
            *("watching", "catalogue", "catalogue/1", "events/1", "person/4"),
        )
    },
}


def main(words: list[str]) -> None:
    """Take every picture, or those whose name has one of ``words`` in it."""
    executable = browsers.find()
    if executable is None:
        raise SystemExit(browsers.MISSING)
    SHOTS.mkdir(exist_ok=True)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with staged.staged() as stage, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=browsers.FLAGS + sandbox
        )
        for state, pages in _wanted(stage, words).items():
            for width in WIDTHS:
                for scheme in SCHEMES:
                    _take(chromium, stage, state, pages, width, scheme)
        chromium.close()
    print(f"{len(list(SHOTS.glob('*.png')))} pictures are in {SHOTS.name}/")


def _wanted(stage: Stage, words: list[str]) -> dict[str, dict[str, str]]:
    """The pages of each state, by name."""
    states = {state: {**OWN, **ONE_STATE.get(state, {})} for state in stage.sessions}
    states |= {"operator": ONE_STATE["operator"], "asking": {}, "come_by_link": {}}
    every = {"anonymous": EVERYBODY, **states}
    every |= {state: every[state] | pages for state, pages in stage.pages.items()}
    return {
        state: {
            name: path
            for name, path in pages.items()
            if not words or any(word in f"{state}-{name}" for word in words)
        }
        for state, pages in every.items()
    }


def _take(
    chromium: Browser, stage: Stage, state: str, pages: dict[str, str], width: int, scheme: str
) -> None:
    context = chromium.new_context(
        viewport={"width": width, "height": WIDTHS[width]},
        locale="en-GB",
        **SCHEMES[scheme],
    )
    if state in stage.sessions:
        token = stage.sessions[state]
        context.add_cookies([{"name": "session", "value": token, "url": stage.address}])
    page = context.new_page()
    for name, path in pages.items():
        page.goto(stage.address + path, wait_until="load")
        page.evaluate(ALL_PICTURES)
        page.screenshot(path=SHOTS / f"{state}-{name}-{width}-{scheme}.png", full_page=True)
    context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
