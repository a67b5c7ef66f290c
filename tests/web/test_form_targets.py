"""Where forms may lead: to the payment provider from the two pages that lead there, else to us."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core import settings
from tests.web.desk import staff
from tests.web.forms import TOKEN
from tests.web.presses import ADA, PRESSES
from tests.world import World

STRIPE = " https://checkout.stripe.com https://billing.stripe.com"
LEADING = {"start a trial": "/trial", "change the card": "/account/card"}
OURS = [
    *("/", "/browse", "/search?q=wings", "/film/leaving-las-vegas", "/help", "/terms", "/privacy"),
    *("/cancel", "/cancellation", "/withdraw", "/country", "/nowhere", "/account/sign-in"),
    *("/account/sign-in/link", "/account/sign-up"),
]
THEIRS = [
    *("/", "/film/leaving-las-vegas", "/account/invoices", "/account/devices", "/account/profile"),
    *("/account/emails", "/account/plan", "/account/cancellation", "/withdraw", "/nowhere"),
]


def targets(page: TestResponse) -> str:
    """What a page's policy says of its forms."""
    policy = page.headers["Content-Security-Policy"]
    return policy.partition("form-action ")[2].partition(";")[0]


@pytest.fixture
def real(world: World) -> World:
    """A world whose pages name Stripe's own hosts."""
    settings.use(settings.current().model_copy(update={"stripe_url": ""}))
    assert world.title and world.offer
    return world


@pytest.mark.parametrize("address", OURS)
def test_a_page_that_anybody_reads_sends_forms_to_nobody_else(real: World, address: str) -> None:
    assert targets(real.site.get(address)) == "'self'"


@pytest.mark.parametrize(
    "address", ["/", "/film/leaving-las-vegas", "/account/sign-up", "/nowhere"]
)
def test_the_policy_of_a_page_lets_nothing_in_that_is_not_ours(real: World, address: str) -> None:
    policy = real.site.get(address).headers["Content-Security-Policy"]

    said = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert said == {
        "default-src": "'self'",
        "img-src": "'self' data:",
        "media-src": "'self' blob:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }


def test_no_page_of_a_member_sends_forms_to_anybody_else_but_two(real: World) -> None:
    ada = real.member(email=ADA)
    browser = real.signed_in(ada)
    proposed = targets(browser.get("/trial"))
    real.start_trial(ada)

    found = {address: targets(browser.get(address)) for address in [*THEIRS, "/account"]}

    assert proposed == f"'self'{STRIPE}"
    assert found == dict.fromkeys(THEIRS, "'self'") | {"/account": f"'self'{STRIPE}"}


def test_a_payment_page_that_is_shown_anew_leads_there_as_well(real: World) -> None:
    browser = real.signed_in(real.member(email=ADA))

    again = press(browser, "/trial", {"offer": real.offer.code, "terms": "of another day"})

    assert (again.status_code, targets(again)) == (409, f"'self'{STRIPE}")


@pytest.mark.parametrize("name", PRESSES)
def test_whatever_leads_to_the_provider_was_pressed_on_a_page_that_may_lead_there(
    world: World, name: str
) -> None:
    # given somebody before a page with a button that asks something of Stripe
    pressed = PRESSES[name]
    ada = world.member(email=ADA)
    pressed.given(world, ada)
    page = pressed.page(world, ada)
    browser = world.signed_in(staff(world.db, "admin") if pressed.by_staff else ada)
    form, shown = pressed.form(browser, page), browser.get(page)

    # when it is pressed
    answer = pressed.send(browser, page, form)

    # then the answer leads away only where the page has said so
    host = urlsplit(answer.location or "").netloc
    away = {host} - {"", urlsplit(settings.current().origin).netloc, "localhost"}
    assert bool(away) is (name in LEADING)
    assert all(one in targets(shown) for one in away)


def press(browser: FlaskClient, page: str, fields: dict[str, str]) -> TestResponse:
    """Send the form of ``page`` with other fields than it has."""
    token = TOKEN.search(browser.get(page).text)
    assert token is not None
    return browser.post(page, data={"csrf_token": token[1], **fields})
