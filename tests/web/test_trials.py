"""From the button to the payment page and back, as a browser sees it."""

import pytest
from sqlalchemy import select

from billing.models import CheckoutAttempt, Consent
from catalog.models import FormerSlug
from core import settings
from tests import factories
from tests.web.forms import TOKEN, send, signed_in, text
from tests.web.paying import ada, attempts, had_their_trial, pressed, stripes_words
from tests.web.reading import parsed

__all__ = ["ada"]

HOSTILE = [
    "https://evil.example",
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "///evil.example",
    "/%09/evil.example",
    "javascript:alert(1)",
    "http:///evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "https://127.0.0.1@evil.example",
]


def test_a_visitor_makes_an_account_first_and_the_film_goes_along(world):
    assert world.offer.active and world.title.slug == "leaving-las-vegas"

    answer = world.site.get("/trial?film=leaving-las-vegas")

    assert answer.status_code == 303
    assert answer.location.startswith("/account/sign-up?next=/trial")
    assert "leaving-las-vegas" in answer.location


def test_where_nothing_is_sold_no_trial_is_proposed_to_anybody(world, ada):
    world.offer.active = False
    world.db.commit()

    for browser in (world.site, signed_in(world, ada)):
        answers = [browser.get(path) for path in ("/trial?film=leaving-las-vegas", "/trial")]
        assert [(one.status_code, one.location) for one in answers] == [
            (303, "/film/leaving-las-vegas?notice=watch"),
            (303, "/"),
        ]
        assert "Nothing is on sale here at the moment." in text(browser.get("/"))
        film = text(browser.get("/film/leaving-las-vegas?notice=watch"))
        assert "Nothing is on sale here at the moment." in film
        assert "This film is for subscribers." in film


def test_where_a_partner_alone_sells_his_terms_are_read_before_anybody_leaves(world, ada):
    # given a film and a partner's offer, and a page with a button of ours that is open still
    client = signed_in(world, ada)
    token = TOKEN.search(client.get("/trial?film=leaving-las-vegas").text)[1]
    world.offer.kind, world.offer.brand = "partner", "Popflix"
    world.offer.partner_url = "https://popflix.example/join"
    world.db.commit()

    # when a visitor, a member and that button come for a trial
    there = "/trial?film=leaving-las-vegas"
    answers = [
        world.site.get(there),
        client.get(there),
        client.post(there, data={"csrf_token": token, "offer": world.offer.code}),
    ]

    # then they are led to the film, which says whose offer it is, and that the button's is over
    film = "/film/leaving-las-vegas"
    assert [one.status_code for one in answers] == [303] * 3
    assert [one.location for one in answers] == [film, film, f"{film}?notice=offer"]
    assert world.site.get("/trial").location == client.get("/trial").location == "/"
    for browser in (world.site, client):
        for page in ("/", "/film/leaving-las-vegas"):
            assert "this leads to Popflix, who pays us" in text(browser.get(page))
    assert attempts(world) == 0


def test_the_terms_stand_beside_the_button_and_are_kept_word_for_word(world, ada):
    client = signed_in(world, ada)
    shown = text(client.get("/trial?film=leaving-las-vegas"))
    assert "Free until 22 December 2026, then £6.99 a month, plus tax where due" in shown

    answer = send(client, "/trial?film=leaving-las-vegas")

    consent = world.db.scalars(select(Consent)).one()
    assert answer.status_code == 303
    assert "/c/pay/" in answer.location
    assert consent.text in shown
    assert consent.network == "127.0.0.0"


@pytest.mark.parametrize(
    ("zone", "day"), [("America/Los_Angeles", "22"), ("Europe/London", "23"), ("Asia/Tokyo", "23")]
)
def test_stripes_page_says_what_ours_said_with_the_day_of_the_member(world, ada, zone, day):
    # given a member whose day is not that of everybody: it is three in the night in London
    ada.zone = zone
    world.leap(hours=15)

    client = signed_in(world, ada)
    shown = text(client.get("/trial"))
    send(client, "/trial")

    (consent,) = world.rows(Consent)
    assert consent.text.startswith(f"Free until {day} December 2026, then £6.99 a month, plus tax")
    assert consent.text in shown
    assert stripes_words(world) == consent.text


def test_stripes_page_promises_no_free_day_to_whoever_had_them(world, ada):
    had_their_trial(world, ada)

    send(signed_in(world, ada), "/trial")

    said = stripes_words(world)
    assert said == world.rows(Consent)[-1].text
    assert said.startswith("£6.99 a month from today, plus tax") and "ree" not in said


def test_a_checkout_that_names_another_day_by_now_is_opened_anew(world, ada):
    world.leap(hours=11, minutes=50)
    client = signed_in(world, ada)
    send(client, "/trial")
    send(client, "/trial")
    assert attempts(world) == 1

    world.leap(minutes=20)
    send(client, "/trial")

    assert [one.state for one in world.rows(CheckoutAttempt)] == ["expired", "open"]
    assert "Free until 23 December 2026" in stripes_words(world)


def test_who_goes_back_and_chooses_another_film_is_led_to_that_one(world, ada):
    other = factories.title(world.db, name="Nosferatu")
    world.db.commit()
    client = signed_in(world, ada)
    for film in ("leaving-las-vegas", "nosferatu", "nosferatu"):
        send(client, f"/trial?film={film}")
    send(client, "/trial")

    found = [(one.state, one.title_id) for one in world.rows(CheckoutAttempt)]
    assert found == [("expired", world.title.id), ("open", other.id)]


def test_reading_pages_starts_nothing(world, ada):
    client = signed_in(world, ada)

    for address in ("/trial", "/trial?film=leaving-las-vegas", "/account", "/account/cancellation"):
        assert client.get(address).status_code == 200

    assert attempts(world) == 0


def test_a_form_without_our_token_starts_nothing(world, ada):
    answer = signed_in(world, ada).post("/trial", data={"offer": "standard"})

    assert answer.status_code == 400
    assert attempts(world) == 0


def test_price_and_days_are_never_the_forms(world, ada):
    client = signed_in(world, ada)

    send(client, "/trial", amount_minor="1", trial_days="700", currency="jpy", customer="cus_x")

    attempt = world.db.scalars(select(CheckoutAttempt)).one()
    assert (attempt.trial_days, attempt.offer.amount_minor) == (30, 699)


def test_the_return_shows_access_before_any_webhook(world, ada):
    client = signed_in(world, ada)
    send(client, "/trial?film=leaving-las-vegas")
    attempt = world.db.scalars(select(CheckoutAttempt)).one()
    world.pay(attempt)

    shown = text(
        client.get(f"/trial/welcome?film=leaving-las-vegas&session_id={attempt.stripe_session_id}")
    )

    assert "Your trial has started" in shown
    assert "Watch <bdi>Leaving Las Vegas</bdi>" in shown


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ({"status": "withdrawn"}, "Choose a film"),
        ({"slug": "new-here"}, "Watch <bdi>Leaving Las Vegas</bdi>"),
    ],
)
def test_a_film_that_leaves_or_moves_meanwhile_takes_no_trial_with_it(world, ada, now, then):
    client = signed_in(world, ada)
    send(client, "/trial?film=leaving-las-vegas")
    attempt = world.db.scalars(select(CheckoutAttempt)).one()
    for name, value in now.items():
        setattr(world.title, name, value)
    if "slug" in now:
        world.db.add(FormerSlug(slug="leaving-las-vegas", title_id=world.title.id))
    world.db.commit()
    world.pay(attempt)

    back = f"/trial/welcome?film=leaving-las-vegas&session_id={attempt.stripe_session_id}"
    shown = client.get(back)

    assert shown.status_code == 200
    assert "Your trial has started" in text(shown) and then in text(shown)
    others = (
        "/account/sign-up?next=/trial%3Ffilm%3Dleaving-las-vegas",
        "/trial?film=leaving-las-vegas",
    )
    assert {client.get(each).status_code for each in others} <= {200, 303}


def test_the_return_without_a_payment_opens_nothing(world, ada):
    client = signed_in(world, ada)
    send(client, "/trial")
    attempt = world.db.scalars(select(CheckoutAttempt)).one()

    shown = text(client.get(f"/trial/welcome?session_id={attempt.stripe_session_id}"))

    assert "Your trial has started" not in shown


def test_another_members_checkout_shows_nothing(world, ada):
    send(signed_in(world, ada), "/trial")
    attempt = world.db.scalars(select(CheckoutAttempt)).one()
    bob = signed_in(world, world.member(email="bob@example.org"))

    theirs = bob.get(f"/trial/welcome?session_id={attempt.stripe_session_id}")
    nobodys = bob.get("/trial/welcome?session_id=cs_nobody")

    assert (theirs.status_code, nobodys.status_code) == (404, 404)


@pytest.mark.parametrize("there", HOSTILE)
def test_signing_in_never_leads_to_another_site(world, ada, there):
    answer = send(
        world.site, "/account/sign-in", f"/account/sign-in?next={there}", email="x", password="y"
    )
    client = signed_in(world, ada)
    after = client.get("/account/sign-in", query_string={"next": there})

    for found in (answer.location, after.location):
        assert found is None or (found.startswith("/") and not found.startswith(("//", "/\\")))


def test_the_sixth_checkout_in_ten_minutes_waits(world, ada):
    client = signed_in(world, ada)
    answers = [send(client, "/trial").status_code for _ in range(6)]

    assert answers == [303] * 5 + [429]
    world.leap(minutes=11)
    assert send(client, "/trial").status_code == 303


def test_the_eleventh_attempt_to_sign_in_waits_and_an_invented_address_changes_nothing(world, ada):
    wrong = {"email": "ada@example.org", "password": "wrong"}
    answers = [send(world.site, "/account/sign-in", **wrong) for _ in range(10)]
    assert 429 not in [answer.status_code for answer in answers]

    last = send(world.site, "/account/sign-in", **wrong)
    assert last.status_code == 429
    assert 300 <= int(last.headers["Retry-After"]) <= 301
    assert "Wait 5 minutes, then go back and try again." in last.text


def test_whoever_had_a_trial_reads_the_price_as_that_of_today(world, ada):
    had_their_trial(world, ada)

    shown = text(signed_in(world, ada).get("/trial"))

    assert "<dt>Today</dt><dd>£6.99, plus tax where due</dd>" in shown
    assert "£0.00" not in shown


def test_a_page_of_free_days_that_were_used_elsewhere_leads_to_no_charge(world, ada):
    # given a page that promises a trial, which is then had and over in another tab
    client = signed_in(world, ada)
    old = text(client.get("/trial?film=leaving-las-vegas"))
    had_their_trial(world, ada)
    before = attempts(world)
    client = signed_in(world, ada)
    token = TOKEN.search(text(client.get("/trial")))[1]

    # when its button is pressed
    answer = pressed(client, TOKEN.sub(f'name="csrf_token" value="{token}"', old))

    # then what it costs now is read first, and the new button leads there
    assert answer.status_code == 409
    assert "The offer has changed since you opened this page." in text(answer)
    assert "Subscribe for £6.99 a month" in text(answer)
    assert attempts(world) == before
    assert pressed(client, text(answer)).status_code == 303


def test_the_button_of_another_tab_says_that_the_trial_has_started(world, ada):
    client = signed_in(world, ada)
    old = text(client.get("/trial?film=leaving-las-vegas"))
    world.start_trial(ada)
    before = attempts(world)

    answer = pressed(client, old)

    assert (answer.status_code, answer.location) == (303, "/account")
    assert "You have started already." in text(client.get("/account"))
    assert attempts(world) == before


def test_a_price_that_was_changed_meanwhile_is_read_before_it_is_agreed_to(world, ada):
    client = signed_in(world, ada)
    old = text(client.get("/trial"))
    world.offer.amount_minor = 999
    world.db.commit()

    answer = pressed(client, old)

    assert answer.status_code == 409
    assert "then £9.99 a month" in text(answer) and "The offer has changed" in text(answer)
    assert attempts(world) == 0


def test_tax_is_worked_out_by_stripe_where_the_operator_says_so(world, ada):
    settings.use(settings.current().model_copy(update={"stripe_tax": True}))

    send(signed_in(world, ada), "/trial")

    attempt = world.db.scalars(select(CheckoutAttempt)).one()
    session = world.at_stripe("get", f"/v1/checkout/sessions/{attempt.stripe_session_id}")
    assert session["automatic_tax"]["enabled"]


@pytest.mark.parametrize(
    ("accepted", "territory", "kept", "by_law"),
    [
        ("de-AT,de;q=0.9", "AT", "de-AT", "Zahlungspflichtig bestellen: "),
        ("fr", "FR", "fr-FR", "Commander avec obligation de paiement: "),
        ("en-GB", "DE", "en-DE", "Order with obligation to pay: "),
        ("pl", "PL", "en-PL", "Order with obligation to pay: "),
        ("en-IE", "IE", "en-IE", "Order with obligation to pay: "),
        ("en-GB", "GB", "en-GB", ""),
        ("en-US", None, "en-GB", ""),
    ],
)
def test_the_last_button_says_what_the_law_of_the_place_asks_and_is_kept(
    world, ada, accepted, territory, kept, by_law
):
    ada.territory = territory
    world.db.commit()
    client = signed_in(world, ada)
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = accepted
    words = f"{by_law}Start free trial, then £6.99 a month"
    button = parsed(client.get("/trial").text).find(".//button[@class='button button--primary']")
    assert "".join(button.itertext()) == words
    spoken = {one.get("lang"): one.text for one in button.iterfind(".//span[@lang]")}
    foreign = kept[:2] != "en"
    assert spoken == ({kept[:2]: by_law.removesuffix(": ")} if foreign else {})

    send(client, "/trial")

    assert world.db.execute(select(Consent.button, Consent.locale)).one() == (words, kept)
