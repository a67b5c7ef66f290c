"""Signing up tells nobody which addresses have an account, and proves each before a trial."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from accounts import passwords
from accounts.models import Member, SignUpRequest, Visitor
from core import settings
from notices.models import Notice
from tests import factories
from tests.web.forms import send
from tests.web.test_trials import HOSTILE
from tests.world import World
from web.signing_up import ASKED
from workers import tasks, upkeep

FORM = "/account/sign-up?next=/trial?film%3Dleaving-las-vegas"
PASSWORD = "a few long words here"
WEAK = [
    "password1234",
    "123456789012",
    "qwertyuiopas",
    "iloveyou1234",
    "passwordpassword",
    "matinee12345",
    "noel@example.org",
    "            ",
    "password1234" * 10,
]
LINK = re.compile(r"http://\S+/account/sign-up/(\S+)")


@pytest.fixture(autouse=True)
def on_offer(world: World) -> None:
    assert world.offer.active and world.title.slug == "leaving-las-vegas"
    world.db.commit()


def another_browser(world: World) -> FlaskClient:
    return world.site.application.test_client()


def sign_up(world: World, email: str, browser: FlaskClient | None = None, **over: str) -> str:
    """Sign up, and be told by every step what the last page says."""
    browser = browser or world.site
    answer = send(browser, FORM, **{"email": email, "password": PASSWORD, **over})
    assert (answer.status_code, answer.location) == (303, "/account/sign-up/sent")
    return browser.get(answer.location).get_data(as_text=True)


def mails(world: World) -> list[str]:
    """The texts of what a sender has handed in."""
    tasks.send_owed()
    world.db.expire_all()
    found = [mail.get_body(("plain",)) for mail in world.mailbox.of_kind("sign_up")]
    return [body.get_content() for body in found if body is not None]


def link(world: World) -> str:
    """The path of the link that was mailed last."""
    found = LINK.search(mails(world)[-1])
    assert found is not None
    return f"/account/sign-up/{found[1]}"


def test_the_link_of_the_e_mail_leads_on_to_payment_with_the_film(world: World) -> None:
    page = sign_up(world, "Noel@Example.org ", zone="Asia/Tokyo")
    assert "noel@example.org" in page and "Leaving Las Vegas" in page
    assert world.rows(Member) == []

    answer = world.site.get(link(world))

    (noel,) = world.rows(Member)
    assert (answer.status_code, answer.location) == (303, "/trial?film=leaving-las-vegas")
    assert (noel.email, noel.zone, noel.confirmed_at) == (
        "noel@example.org",
        "Asia/Tokyo",
        world.now,
    )
    assert world.site.get(answer.location).status_code == 200


def test_the_code_of_an_address_is_named_at_each_step_before_it_is_taken_off(world: World) -> None:
    there = "/account/sign-up?next=/trial?film%3Dleaving-las-vegas%26code%3D"
    without = "These are the prices without your code <b>AUTUMN</b>."

    shown = world.site.get(there + "AUTUMN").text
    refused = send(world.site, there + "AUTUMN", email="noel", password="short").text
    answer = send(world.site, there + "AUTUMN", email="noel@example.org", password=PASSWORD)
    sent = world.site.get(answer.location).text
    elsewhere, there_too = another_browser(world), link(world)
    asked = elsewhere.get(there_too).text
    again = send(elsewhere, there_too, password="another one").text

    assert all(without in page for page in (shown, refused, sent, asked, again))
    for said in ("", "a%2520b", "%253Cb%253E", "x" * 101):
        assert "prices without your code" not in world.site.get(there + said).text


def test_a_known_address_is_answered_as_a_new_one_and_its_account_stays_as_it_is(
    world: World,
) -> None:
    ada = world.member(email="ada@example.org", password=passwords.hashed("her own password"))
    before = ada.password

    known = sign_up(world, "ada@example.org", another_browser(world))
    new = sign_up(world, "noel@example.org", another_browser(world))

    assert known.replace("ada@", "noel@") == new
    to_ada, to_noel = mails(world)
    assert "You have an account already" in to_ada and "/account/sign-in?next=/trial" in to_ada
    assert LINK.search(to_ada) is None and LINK.search(to_noel) is not None
    assert [one.password for one in world.rows(Member)] == [before]


def test_a_password_is_hashed_once_whoever_has_the_address(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.member(email="ada@example.org")
    hashed: list[str] = []
    usual = passwords.hashed

    def noted(password: str) -> str:
        hashed.append(password)
        return usual(password)

    monkeypatch.setattr(passwords, "hashed", noted)

    for address in ("ada@example.org", "noel@example.org"):
        sign_up(world, address, another_browser(world))

    assert hashed == [PASSWORD, PASSWORD]
    assert all(row.password.startswith("$argon2id$") for row in world.rows(SignUpRequest))


def test_on_another_device_the_link_asks_for_the_password_that_was_chosen(world: World) -> None:
    sign_up(world, "noel@example.org")
    there, phone = link(world), another_browser(world)

    # a program that follows links in mails makes no account, nor does a wrong password
    asked = phone.get(there).get_data(as_text=True)
    assert "Enter your password" in asked and "js/zone." in asked
    assert send(phone, there, password="not the one").status_code == 422
    assert world.rows(Member) == []

    answer = send(phone, there, password=PASSWORD)

    assert answer.location == "/trial?film=leaving-las-vegas"
    assert [one.email for one in world.rows(Member)] == ["noel@example.org"]


def test_whoever_signs_up_twice_goes_on_by_either_link_without_a_password(world: World) -> None:
    sign_up(world, "noel@exmaple.org")
    slip = link(world)
    sign_up(world, "noel@example.org")
    first = link(world)
    page = sign_up(world, "noel@example.org")
    assert "noel@example.org" in page

    answer = world.site.get(first)

    assert (answer.status_code, answer.location) == (303, "/trial?film=leaving-las-vegas")
    assert [one.email for one in world.rows(Member)] == ["noel@example.org"]
    assert "Enter your password" in another_browser(world).get(slip).get_data(as_text=True)


def test_a_browser_knows_the_sign_up_that_it_asked_for_before_it_kept_several(
    world: World,
) -> None:
    sign_up(world, "noel@example.org")
    with world.site.session_transaction() as session:
        session[ASKED] = session[ASKED][-1]

    assert world.site.get(link(world)).status_code == 303


@pytest.mark.parametrize("case", ["used", "too old", "forged", "known meanwhile"])
def test_a_link_that_is_over_says_so_and_makes_no_account(world: World, case: str) -> None:
    sign_up(world, "noel@example.org")
    there = link(world)
    if case == "used":
        world.site.get(there)
    if case == "too old":
        world.leap(minutes=61)
    if case == "known meanwhile":
        world.member(email="noel@example.org")
    members = len(world.rows(Member))

    answer = another_browser(world).get("/account/sign-up/x.y" if case == "forged" else there)

    assert answer.status_code == 409
    says = "sign up once more" if case in ("used", "forged") else "We can send you a new one."
    assert says in answer.get_data(as_text=True)
    assert len(world.rows(Member)) == members


def test_a_link_that_is_too_old_is_sent_anew_and_leads_to_the_same_film(world: World) -> None:
    # given a link that is opened too late, in the browser that asked and in another
    sign_up(world, "noel@example.org")
    old = link(world)
    world.leap(minutes=61)
    elsewhere = another_browser(world)

    # when a new one is asked for
    said = send(elsewhere, old, f"{old}/again").get_data(as_text=True)

    # then it comes by e-mail, the old one stays over, and the password is asked for elsewhere
    assert "Your new link is on its way" in said
    assert "sign up once more" in elsewhere.get(old).get_data(as_text=True)
    fresh = link(world)
    assert fresh != old
    assert "password" in elsewhere.get(fresh).get_data(as_text=True)
    assert send(elsewhere, fresh, password=PASSWORD).location == "/trial?film=leaving-las-vegas"


def test_three_e_mails_go_to_an_address_in_six_hours_and_the_page_says_no_more(
    world: World,
) -> None:
    said = [sign_up(world, "noel@example.org", another_browser(world)) for _ in range(4)]

    assert len(mails(world)) == 3
    assert said[3] == said[0]
    world.leap(hours=6, minutes=1)
    sign_up(world, "noel@example.org", another_browser(world))
    assert len(mails(world)) == 4


def test_the_sixth_sign_up_in_an_hour_waits_and_a_short_password_costs_nothing(
    world: World,
) -> None:
    short = [send(world.site, FORM, email="x@example.org", password="short") for _ in range(6)]
    long = [
        send(world.site, FORM, email=f"noel{n}@example.org", password=PASSWORD) for n in range(6)
    ]

    assert [answer.status_code for answer in short] == [422] * 6
    assert [answer.status_code for answer in long] == [303] * 5 + [429]

    # and the page keeps the address, and says what to do
    page = long[5].get_data(as_text=True)
    assert 'value="noel5@example.org"' in page and PASSWORD not in page
    assert "Wait 60 minutes and send it again, or use another connection." in page
    assert int(long[5].headers["Retry-After"]) > 3500


def test_what_is_wrong_stands_beside_its_field_and_the_address_is_kept(world: World) -> None:
    answer = send(world.site, FORM, email="noel@", password="short", zone="Mars/Base")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "<title>Error: Start your free trial" in page
    assert 'id="email-error"' in page and 'id="password-error"' in page
    assert 'value="noel@"' in page and 'value="short"' not in page


@pytest.mark.parametrize(
    "password, told",
    [
        ("eleven char", "12 characters or more."),
        (("plum ladder tin " * 9)[:129], "at most 128 characters"),
        *((weak, "easy to guess. Take a few words that have nothing") for weak in WEAK),
    ],
)
def test_a_password_that_is_short_long_or_easy_to_guess_is_sent_back(
    world: World, password: str, told: str
) -> None:
    answer = send(world.site, FORM, email="noel@example.org", password=password)

    assert answer.status_code == 422
    assert told in answer.get_data(as_text=True)


def test_a_password_may_have_128_letters(world: World) -> None:
    sign_up(world, "noel@example.org", password="plum ladder tin tomorrow " + "x" * 103)

    assert len(world.rows(SignUpRequest)) == 1


def test_a_zone_that_does_not_exist_is_left_out(world: World) -> None:
    sign_up(world, "noel@example.org", zone="Mars/Base")
    world.site.get(link(world))

    assert [one.zone for one in world.rows(Member)] == ["UTC"]


def test_without_script_the_account_tells_days_in_the_zone_of_the_pages_that_led_to_it(
    world: World,
) -> None:
    # given a site of New Zealand
    settings.use(settings.current().model_copy(update={"zone": "Pacific/Auckland"}))
    offered = world.site.get(FORM).text

    # when somebody signs up whose browser does not say its zone
    sign_up(world, "noel@example.org", zone="")
    answer = world.site.get(link(world))

    # then the payment page names the day that the offer named
    assert [one.zone for one in world.rows(Member)] == ["Pacific/Auckland"]
    (free_until,) = re.findall(r"(?<=<dt>Free until</dt><dd>)[^<]+", offered)
    assert f"Free until {free_until}, then" in world.site.get(answer.location).text


def test_the_browser_that_asked_is_joined_to_the_account_wherever_the_link_is_opened(
    world: World,
) -> None:
    world.site.get("/trial?film=leaving-las-vegas")
    sign_up(world, "noel@example.org")

    send(another_browser(world), link(world), password=PASSWORD)

    (noel,) = world.rows(Member)
    assert [one.member_id for one in world.rows(Visitor)] == [noel.id]


def test_where_nothing_is_sold_an_account_is_made_without_a_word_of_trials(world: World) -> None:
    world.offer.active = False
    world.db.commit()
    form = world.site.get("/account/sign-up").get_data(as_text=True)
    asked = {"email": "noel@example.org", "password": PASSWORD}
    sent = world.site.get(send(world.site, "/account/sign-up", **asked).location)

    for page in (form, sent.get_data(as_text=True)):
        assert [
            word for word in ("trial", "ayment", "charge") if word in page.partition("<footer")[0]
        ] == []
    assert "<h1>Make an account</h1>" in form
    assert world.site.get(link(world)).location == "/"


def test_where_a_partner_alone_sells_an_account_leads_to_the_films(world: World) -> None:
    world.offer.active = False
    partner = {"kind": "partner", "brand": "Popflix", "partner_url": "https://popflix.example/"}
    factories.offer(world.db, code="popflix", **partner)
    world.db.commit()
    send(world.site, "/account/sign-up", email="noel@example.org", password=PASSWORD)

    assert world.site.get(link(world)).location == "/"


@pytest.mark.parametrize("there", HOSTILE)
def test_a_link_never_leads_to_another_site(world: World, there: str) -> None:
    page = f"/account/sign-up?next={there}"
    send(world.site, page, email="noel@example.org", password=PASSWORD)

    assert world.site.get(link(world)).location == "/trial"


def test_what_came_to_nothing_is_forgotten_within_two_days(world: World) -> None:
    sign_up(world, "noel@example.org")
    mails(world)

    world.leap(hours=25)
    upkeep.purge_sessions()

    assert world.rows(SignUpRequest) == []
    assert world.db.scalars(select(Notice.address)).all() == []


def test_two_presses_of_one_link_make_one_account(world: World) -> None:
    sign_up(world, "noel@example.org")
    there = link(world)

    answers = [world.site.get(there).status_code for _ in range(2)]

    assert answers == [303, 303]
    assert len(world.rows(Member)) == 1
    assert world.now - world.rows(SignUpRequest)[0].asked_at < timedelta(hours=1)


@pytest.mark.parametrize(
    ("typed", "written_to"),
    [
        ("ada@münchen.example", "ada@xn--mnchen-3ya.example"),
        ("jörg@example.org", "jörg@example.org"),
    ],
)
def test_an_address_in_other_letters_is_written_to_as_mail_servers_read_it(
    world, typed, written_to
):
    send(world.site, "/account/sign-up", email=typed, password="a few long words here")
    world.tick()

    assert world.mailbox.sent == [(written_to, "sign_up")]
