"""The film page: what it tells, in each state of the person who reads it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.models import WatchProgress
from accounts.models import Member
from billing.models import Offer
from catalog import film_pages, listings
from catalog.models import Certificate, Release, Title
from catalog.scores import OURS
from tests import factories
from tests.factories import LATER, NOW
from tests.queries import counted
from tests.web.reading import parsed, text_of
from web.films import FilmPage

pytestmark = pytest.mark.usefixtures("today")


@pytest.fixture
def las_vegas(db: Session, offer: Offer) -> Title:
    """A film about which everything is known."""
    made = factories.title(
        db,
        name="Leaving Las Vegas",
        runtime_minutes=111,
        synopsis="Two people make a bargain.",
        synopsis_long="The whole story.",
        content_notices=["Alcohol dependence"],
        original_name="Las Vegas mit Abschied",
        aliases=["Vegas, leaving"],
        languages=["en", "de"],
        genres=["Drama", "Romance"],
        directors=["Mike Figgis"],
        cast=[f"Player {number}" for number in range(10)],
        video_id=factories.video(db).id,
        rights="synopsis from Wikipedia (Leaving Las Vegas), CC BY-SA 4.0",
    )
    db.add(Release(title_id=made.id, territory="US", kind="theatrical", on=date(1995, 10, 27)))
    db.add(Certificate(title_id=made.id, system="MPA", territory="US", label="R"))
    db.add(Release(title_id=made.id, territory="DE", kind="digital", on=date(1996, 3, 1)))
    factories.rating(
        db, made, source="Matinee members", histogram=[0, 0, 0, 0, 12, 0, 200, 200, 0, 0]
    )
    factories.rating(db, made, source="Elsewhere", score=9.1, count=9000)
    factories.trailer(db, made, video_id=factories.video(db, seconds=112).id)
    factories.review(db, made, name="Marta Kowal", text="Long. " * 100)
    factories.title(db, name="A Star Is Born", genres=["Drama"])
    db.flush()
    return made


def test_a_film_page_tells_a_visitor_everything_and_what_it_costs(
    client: FlaskClient, las_vegas: Title
) -> None:
    page = client.get("/film/leaving-las-vegas")
    said = text_of(page.text)

    for words in (
        "Unlimited streaming: try 30 days free",
        "Then £6.99 a month plus tax where due from 22 December 2026",
        "Home Drama Leaving Las Vegas",
        "Leaving Las Vegas (1995)",
        "Rating 7.5 /10 412 ratings by Matinee members",
        "10 0 9 0 8 200 7 200 6 0 5 12 4 0",
        "9.1/10 from 9,000 ratings by Elsewhere",
        "Certificate R MPA : under 17 only with an adult",
        "Original title: Las Vegas mit Abschied Also known as Vegas, leaving",
        "Languages English, German Captions English",
        "Rights Synopsis from Wikipedia (Leaving Las Vegas), CC BY-SA 4.0",
        "United States, in cinemas 27 October 1995",
        "Germany, online 1 March 1996",
        "Reviews 1",
        "1 h 51 min",
        "Released 27 October 1995",
        "Two people make a bargain.",
        "The whole story.",
        "Directed by Mike Figgis",
        "Contains Alcohol dependence",
        "Watch it free for 30 days",
        "Today You watch every film that plays here and pay £0.00. 15 December 2026 We remind you "
        "by e\u2011mail.",
        "22 December 2026 Your first payment, £6.99 plus tax where due.",
        "Then £6.99 a month plus tax where due, until you cancel.",
        "Cancel online before 22 December 2026 and you pay nothing.",
        "Watch trailer , length 1:52",
        "All 10 names",
        "A Star Is Born",
        "of the review by Marta Kowal",
    ):
        assert words in said
    assert page.text.count('href="/trial?film=leaving-las-vegas"') == 3
    assert '<time datetime="1995-10-27">27 October 1995</time>' in page.text
    assert 'href="/film/leaving-las-vegas/trailer"' in page.text
    parsed(page.text)


@pytest.mark.parametrize("many", [1, 8, 9, 20])
def test_eight_names_of_the_cast_stand_on_the_page_and_all_are_a_press_away(
    client: FlaskClient, db: Session, many: int
) -> None:
    names = [f"Player {number}" for number in range(many)]
    factories.title(db, name="Vegas", cast=names)

    cast = parsed(client.get("/film/vegas").text).find(".//section[@aria-labelledby='cast']")

    assert [one.text for one in cast.findall("ul/li/a")] == names[:8]
    assert [one.text for one in cast.findall("details/ul/li/a")] == names[8:]
    more = [one.text for one in cast.findall("details/summary/span")]
    assert more == ([f"All {many} names", "Fewer names"] if many > 8 else [])


def test_a_first_run_in_a_few_cinemas_is_the_release_and_every_kind_has_words(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Vegas", year=1995)
    kinds = ("premiere", "limited", "theatrical", "digital", "physical", "television")
    for day, kind in enumerate(kinds, start=1):
        db.add(Release(title_id=film.id, territory="US", kind=kind, on=date(1995, 10, day)))
    db.flush()

    said = text_of(client.get("/film/vegas").text)

    assert "Released 2 October 1995" in said
    words = ("premiere", "in a few cinemas", "in cinemas", "online", "on disc", "on television")
    for day, told in enumerate(words, start=1):
        assert f"United States, {told} {day} October 1995" in said


def test_a_film_of_which_little_is_known_leaves_the_rest_out(
    client: FlaskClient, db: Session
) -> None:
    bare = factories.title(db, name="Bare", year=None)
    factories.rating(db, bare, source="Matinee members", count=3)

    page = client.get("/film/bare")
    said = text_of(page.text)

    assert "3 ratings by Matinee members , no score yet" in said
    absences = ("None", "N/A", "()", "Directed by", "Cast", "Watch trailer", "Certificate")
    for absent in (*absences, "Reviews", "Released", "Captions", "Language", "Also known"):
        assert absent not in said.partition("Similar titles")[0].partition("Home")[2]


def test_the_breadcrumb_names_the_genre_that_the_reader_came_from(
    client: FlaskClient, las_vegas: Title
) -> None:
    def way(query: str) -> str:
        page = client.get(f"/film/leaving-las-vegas{query}")
        found = re.search(r'aria-label="Breadcrumb">(.*?)</nav>', page.text, re.S)
        assert found is not None
        return text_of("<body>" + found[1]).removeprefix("<body>")

    assert way("") == "Home Drama Leaving Las Vegas"
    assert way("?from=romance") == "Home Romance Leaving Las Vegas"
    assert way("?from=western") == "Home Drama Leaving Las Vegas"


@pytest.mark.parametrize(
    ("state", "banner"),
    [
        ({}, ""),
        ({"trial_ends_at": NOW + timedelta(days=5)}, "Your trial ends on 27 November."),
        ({"status": "active"}, ""),
        ({"cancel_at_period_end": True}, "You can watch until 22 December. Keep my trial"),
        (
            {"status": "past_due", "first_failed_at": NOW, "period_ends_at": NOW},
            "Your payment failed. Update your card before",
        ),
    ],
)
def test_somebody_who_may_watch_is_offered_the_film_and_no_trial(
    db: Session,
    las_vegas: Title,
    signed_in_as: Callable[[Member], FlaskClient],
    state: dict[str, Any],
    banner: str,
) -> None:
    ada = factories.member(db)
    factories.subscription(db, ada, **state)
    factories.entitlement(db, ada, LATER)

    page = signed_in_as(ada).get("/film/leaving-las-vegas")

    assert 'href="/watch/leaving-las-vegas"' in page.text
    assert "data-call-to-action" not in page.text
    assert "days free" not in page.text
    assert ('aria-label="Your subscription"' in page.text) is bool(banner)
    assert banner in text_of(page.text)
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_film_that_was_begun_goes_on_where_it_was_left(
    db: Session, las_vegas: Title, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    ada = factories.member(db)
    factories.entitlement(db, ada, LATER)
    db.add(
        WatchProgress(member_id=ada.id, title_id=las_vegas.id, position_seconds=40, updated_at=NOW)
    )
    db.flush()
    client = signed_in_as(ada)

    assert "Resume at 0:40" in client.get("/film/leaving-las-vegas").text
    home = text_of(client.get("/").text)
    assert "Continue watching Leaving Las Vegas 1995 1 min left" in home
    assert "Because you watched Leaving Las Vegas A Star Is Born" in home


def test_somebody_who_had_a_trial_reads_the_price_and_no_word_of_free(
    db: Session, las_vegas: Title, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    said = text_of(signed_in_as(factories.past_trialist(db)).get("/film/leaving-las-vegas").text)

    assert "Welcome back. Watch again for £6.99 a month" in said
    assert "£6.99 a month plus tax where due, from today" in said
    assert " free" not in said.partition("Cast")[0]


def test_somebody_whose_grace_is_over_is_led_to_the_card(
    db: Session, las_vegas: Title, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    ada = factories.member(db)
    long_ago = NOW - timedelta(days=90)
    factories.subscription(
        db, ada, status="past_due", first_failed_at=long_ago, period_ends_at=long_ago
    )

    said = text_of(signed_in_as(ada).get("/film/leaving-las-vegas").text)

    assert "Your last payment failed Update your card and this film plays again" in said
    assert " free" not in said.partition("Cast")[0]


def test_a_film_that_nobody_sells_shows_no_price(client: FlaskClient, db: Session) -> None:
    factories.trailer(db, factories.title(db, name="Alone"), video_id=factories.video(db).id)

    page = client.get("/film/alone")

    assert "data-call-to-action" not in page.text
    assert 'href="/film/alone/trailer"' in page.text


def test_a_visitor_sent_here_by_the_player_reads_why(client: FlaskClient, las_vegas: Title) -> None:
    for asked_for, told in {
        "watch": "A trial opens this film.",
        "trailer": "A trial opens this trailer.",
        "review": "Reviews come from people who are on a trial or subscribed.",
    }.items():
        assert told in client.get(f"/film/leaving-las-vegas?notice={asked_for}").text


def test_a_partners_trial_is_not_said_to_open_a_film_here(
    client: FlaskClient, db: Session, las_vegas: Title
) -> None:
    for offer in db.scalars(select(Offer)):
        offer.active = False
    partner = {"kind": "partner", "brand": "Popflix", "partner_url": "https://example.org/pop"}
    factories.offer(db, code="pop", **partner)

    page = text_of(client.get("/film/leaving-las-vegas?notice=watch").text)

    assert "This film is for subscribers." in page
    assert "opens this film" not in page


def test_long_reviews_are_cut_at_a_word_and_spoilers_are_covered(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Told")
    factories.review(db, film, name="Ann", text="word " * 100, written_on=date(2026, 1, 3))
    factories.review(db, film, name="Bob", text="He did it.", spoiler=True)
    factories.review(db, film, name="Cyd", text="Short.", written_on=date(2026, 1, 2))

    reviews = client.get("/film/told").text.split('<article class="review" ')[1:]
    told = (text_of("<body>" + one.partition(">")[2].partition("</article>")[0]) for one in reviews)
    bob, ann, cyd = told

    assert ann.startswith("Ann Score 8 /10 3 January 2026 word")
    assert "word … More Less of the review by Ann word" in ann
    assert bob.endswith(
        "This review gives the story away. Show it Hide this review : the review by Bob He did it."
    )
    assert cyd == "Cyd Score 8 /10 2 January 2026 Short."


def test_a_film_page_takes_as_many_queries_for_three_as_for_one(
    client: FlaskClient, db: Session, offer: Offer
) -> None:
    def queries(slug: str) -> int:
        db.expire_all()
        with counted(db) as asked:
            assert client.get(f"/film/{slug}").status_code == 200
        return len(asked)

    one = factories.title(db, name="One", genres=["Drama"], cast=["A"], directors=["B"])
    three = factories.title(
        db, name="Three", genres=["Drama", "War", "Horror"], cast=["C", "D", "E"], directors=["F"]
    )
    for film in (one, three, three, three):
        factories.review(db, film)

    assert queries("three") == queries("one")


@pytest.mark.parametrize(
    "name",
    [
        '"M" & <Sons>',
        "الأرض",
        "Ю",
        "A" * 400,
        "Le\u2019quote \u202eteef",
        "\u05e9\u05dc\u05d5\u05dd 9",
    ],
)
def test_a_title_of_any_script_or_length_is_one_heading_of_sound_markup(
    client: FlaskClient, db: Session, offer: Offer, name: str
) -> None:
    odd = factories.title(db, name=name, slug="odd", year=None, aliases=[name + "2"])
    factories.collection(db, "Shown", [odd])

    tree = parsed(client.get("/film/odd").text)

    (heading,) = list(tree.iter("h1"))
    assert [one.tag for one in heading] == ["bdi"]
    assert heading[0].text == name
    for address in ("/", "/browse", "/film/odd/reviews"):
        parsed(client.get(address).text)


def test_two_other_names_stand_by_the_title_and_the_rest_among_the_details(
    client: FlaskClient, db: Session
) -> None:
    names = ["Long " * 20 + "one", "Ein Film", "Un film", "Un filme", "En film"]
    factories.title(db, name="A Film", aliases=names)

    page = text_of(client.get("/film/a-film").text)

    assert "Also known as Ein Film , Un film" in page
    assert f"Also known as {names[0]} , Un filme , En film" in page
    assert [page.count(names[0]), page.count("En film")] == [1, 1]


def test_a_score_of_fewer_than_five_votes_is_not_drawn_and_an_imported_one_stands_in(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Few")
    factories.rating(db, film, source="Matinee members", count=4, histogram=[0] * 9 + [4])
    assert 'class="histogram"' not in client.get("/film/few").text
    factories.rating(db, film, source="Elsewhere", count=50, score=6.1)
    db.expire_all()

    said = text_of(client.get("/film/few").text)

    assert "Rating 6.1 /10 50 ratings by Elsewhere" in said
    assert "4 ratings by Matinee members, no score yet" in said


def test_best_rated_goes_by_the_scores_that_film_pages_show(db: Session) -> None:
    chance = random.Random(3)  # noqa: S311  # scores that can be repeated
    for number in range(60):
        film = factories.title(db, name=f"Film {number}")
        for source in chance.sample([OURS, "Anywhere", "Elsewhere"], chance.randrange(4)):
            scale = chance.choice([5, 10, 100])
            score = Decimal(chance.randrange(scale * 10 + 1)) / 10
            count = chance.choice([0, 4, 5, 6, 6, 400])
            factories.rating(db, film, source=source, scale=scale, score=score, count=count)

    cards = [
        card for page in (1, 2) for card in listings.listed(db, sort="rating", page=page).cards
    ]
    pages = [FilmPage(film_pages.by_slug(db, card.slug), None, []) for card in cards]
    shown = [
        page.rating.score / page.rating.scale if page.rating and page.has_score else -1
        for page in pages
    ]

    assert len(shown) == 60
    assert shown.count(-1) in range(1, 59)
    assert shown == sorted(shown, reverse=True)


def test_the_certificate_is_that_of_the_readers_own_country(
    db: Session, las_vegas: Title, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    db.add(Certificate(title_id=las_vegas.id, system="BBFC", territory="GB", label="18"))
    db.flush()

    def certificate(**over: str) -> bool:
        page = signed_in_as(factories.member(db, **over)).get("/film/leaving-las-vegas")
        return "Certificate R MPA" in text_of(page.text)

    assert [certificate(), certificate(territory="US")] == [False, True]
