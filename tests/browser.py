"""A Chromium for the browser tests: found on the machine, or installed, or loudly missed."""

from __future__ import annotations

import fcntl
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

from tests.databases import HOME

MISSING = "no Chromium was found or could be installed: set MATINEE_CHROMIUM to one"
NAMES = (
    "chromium-headless-shell",  # without windows to draw it takes a third less of the processor
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
)
IN_PLAYWRIGHT = (
    "chromium_headless_shell-*/*/*headless*shell",
    "chromium-*/chrome-*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
)
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
    # Pages of ours name no other host; one that does finds nothing there.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OF_COLOURS = ["color-contrast", "link-in-text-block"]
WIDTHS = (390, 1280)

expect.set_options(timeout=20_000)  # a busy machine may take its time; a quick one loses none


@pytest.fixture(scope="session")
def browser(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """One headless Chromium a process. Without one its tests are skipped; in CI they fail."""
    run = getattr(request.config, "workerinput", {}).get("testrunuid", str(os.getpid()))
    executable = find() or _installed(run)
    if executable is None and os.environ.get("CI") == "true":
        pytest.fail(MISSING)
    if executable is None:
        pytest.skip(MISSING)
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable, args=FLAGS + sandbox)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a browser that knows nobody: no cookies, no cache, English, London time."""
    context = browser.new_context(locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def follow(it: Locator) -> None:
    """Press a link or button, and wait for the page that it leads to: what asks the document at
    once, and does not wait as ``expect`` does, would find the old one, or none."""
    with it.page.expect_navigation(wait_until="load"):
        it.click()


def faults(page: Page, rules: Sequence[str] = RULES) -> list[str]:
    """The names of the rules that axe finds broken on a page; what is in order it does not list,
    which spares a third of its time."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(Axe().axe_script)
    options = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate("options => axe.run(options)", options)
    return [one["id"] for one in found["violations"]]


def faults_on_each_screen(page: Page) -> dict[tuple[int, str], list[str]]:
    """The same on a phone and a desk, light and dark. Of what does not hang on colours, a width is
    asked once."""
    found = {}
    for width, scheme in itertools.product(WIDTHS, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]  # one of the two words it knows
        found[width, scheme] = faults(page, RULES if scheme == "light" else OF_COLOURS)
    return {screen: names for screen, names in found.items() if names}


def find() -> str | None:
    """A Chromium that is there: the one named, one on the PATH, or one in Playwright's cache."""
    named = os.environ.get("MATINEE_CHROMIUM")
    if named:
        return named
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _in_cache()


def _in_cache() -> str | None:
    mac = sys.platform == "darwin"
    usual = Path.home() / ("Library/Caches" if mac else ".cache") / "ms-playwright"
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or usual)
    for pattern in IN_PLAYWRIGHT:
        for path in sorted(cache.glob(pattern), reverse=True):
            if os.access(path, os.X_OK) and path.is_file():
                return str(path)
    return None


def _installed(run: str) -> str | None:
    """Try to install one, a single time a run, whichever of its processes comes first."""
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "browser.lock").open("a+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.seek(0)
        if lock.read() != run:
            lock.truncate(0)
            lock.write(run)
            lock.flush()
            _install()
        return find()


def _install() -> None:
    ways = [[sys.executable, "-m", "playwright", "install", "chromium-headless-shell"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        packages = ("chromium-headless-shell", "chromium")  # the first is not known everywhere
        apt = ["apt-get", "install", "-y", "--no-install-recommends"]
        ways = [[*apt, package] for package in packages] + ways
    for way in ways:
        done = subprocess.run(way, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode == 0 and find():
            return
