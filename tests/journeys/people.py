"""What people do in a browser, step by step, in the words of the pages."""

from __future__ import annotations

import re
from email.message import EmailMessage

from playwright.sync_api import Page, expect

from tests.journeys.stack import Stack
from tests.workers.processes import eventually

FILM = "/film/leaving-las-vegas"
LONGEST_START = 60_000
PASSWORD = "a few long words here"


def sign_up_from_the_film(page: Page, product: Stack, address: str) -> None:
    """Press the trial button of the film page, sign up, and open the link of the e-mail."""
    page.goto(product.site + FILM)
    page.get_by_role("link", name="Try 30 days free").last.click()
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", name="Open the link in your e-mail")).to_be_visible()
    page.goto(_link_to(product, address))
    expect(page.get_by_role("main").get_by_role("button")).to_be_visible()


def _link_to(product: Stack, address: str) -> str:
    """The link of the e-mail that proves ``address``, once it has arrived."""

    def links() -> list[str]:
        texts = [_text(mail) for mail in product.mails() if mail["To"] == address]
        return [one for text in texts for one in re.findall(r"\S+/account/sign-up/\S+", text)]

    eventually(lambda: bool(links()))
    return links()[-1]


def _text(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body is not None else ""


def pay(page: Page, card: str = "4242 4242 4242 4242") -> None:
    """Agree to the terms, and give a card on the payment page."""
    page.get_by_role("main").get_by_role("button").click()
    page.get_by_label("Card number").fill(card)
    page.get_by_label("Expiry").fill("12/34")
    page.get_by_label("Security code").fill("123")
    page.get_by_label("Name on card").fill("Ana Walker")
    page.get_by_label("Postcode").fill("N1 1AA")
    page.get_by_role("button", name="Start trial").click()


def watch(page: Page) -> float:
    """Play the film of the welcome page; returns the second that it reached."""
    page.get_by_role("link", name="Watch Leaving Las Vegas").click()
    expect(page.locator("video")).to_be_attached()
    page.evaluate("() => document.querySelector('video').play()")
    page.wait_for_function(
        "() => document.querySelector('video').currentTime > 1", timeout=LONGEST_START
    )
    return float(page.evaluate("() => document.querySelector('video').currentTime"))


def sign_in(page: Page, site: str, address: str, password: str, to: str = "/account") -> None:
    """Sign in and arrive at ``to``."""
    page.goto(f"{site}/account/sign-in?next={to}")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}{to}")
