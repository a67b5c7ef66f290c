"""Facts as they come out of imports and forms, and what the film page makes of them."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog.models import Release
from tests import factories
from tests.web.reading import graph_of, parsed, text_of
from web import filters

pytestmark = pytest.mark.usefixtures("today")


def test_words_keep_their_capitals_and_languages_have_names(
    client: FlaskClient, db: Session
) -> None:
    factories.title(
        db,
        name="Odd",
        content_notices=["use of LSD", "Nazi imagery"],
        languages=["yue", "pt-BR", "zxx", "Klingon"],
    )

    said = text_of(client.get("/film/odd").text)

    assert "Contains Use of LSD, Nazi imagery" in said
    assert "Languages Cantonese, Portuguese (Brazil), Klingon" in said


@pytest.mark.parametrize(
    ("given", "lang"),
    [(["ja"], "ja"), (["jpn"], "ja"), (["pt_BR"], "pt-BR"), (["zh-Hant"], "zh-Hant")]
    + [(codes, None) for codes in (["en"], ["ja", "en"], [], ["zxx"], ["Klingon"], ['ja" x="'])],
)
def test_an_original_title_is_read_aloud_in_the_one_language_of_its_film(
    client: FlaskClient, db: Session, given: list[str], lang: str | None
) -> None:
    factories.title(db, name="Odd", original_name="狂った一頁", languages=given)

    page = parsed(client.get("/film/odd").text)

    (original,) = (one for one in page.iter("bdi") if one.text == "狂った一頁")
    assert original.get("lang") == lang


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (["English", "en", "deu"], "English, German"),
        (["por", "pt-BR", "ara", "zho", "chi"], "Portuguese, Portuguese (Brazil), Arabic, Chinese"),
    ],
)
def test_each_language_is_named_once_and_with_no_country_that_nobody_told(
    client: FlaskClient, db: Session, given: list[str], names: str
) -> None:
    factories.title(db, name="Spoken", languages=given, runtime_minutes=90)

    tree = parsed(client.get("/film/spoken").text)
    assert names in ["".join(one.itertext()) for one in tree.iter("dd")]


@pytest.mark.parametrize("source", ["import", "   ", "\u202e", "Matinee", "MATINEE  members"])
def test_a_score_of_nobody_in_particular_is_said_to_be_none_of_ours(
    client: FlaskClient, db: Session, source: str
) -> None:
    film = factories.title(db, name="Rated")
    factories.rating(db, film, source=source, score=7, count=99)

    said = text_of(client.get("/film/rated").text)

    assert "Rating 7.0 /10 99 ratings given elsewhere" in said
    assert "from 99 ratings given elsewhere" in said


def test_a_film_that_nobody_speaks_in_has_no_heading_for_it(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="Silent", languages=["xx"])

    assert "Language" not in text_of(client.get("/film/silent").text)


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 11, 22), "Released 22 November 2026"),
        (date(2026, 11, 23), "Comes out 23 November 2026"),
    ],
)
def test_a_day_to_come_is_not_said_to_be_over(
    client: FlaskClient, db: Session, on: date, said: str
) -> None:
    film = factories.title(db, name="Soon")
    db.add(Release(title_id=film.id, territory="GB", kind="theatrical", on=on))
    db.flush()

    assert said in text_of(client.get("/film/soon").text)


def test_votes_of_which_nobody_told_the_parts_have_no_bars(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Plain")
    factories.rating(db, film, source="Matinee members", count=9, histogram=[0] * 10)

    page = client.get("/film/plain").text

    parsed(page)
    assert "9 ratings" in page and "<progress" not in page


def test_whoever_presses_a_trailer_that_a_trial_opens_reads_why(
    client: FlaskClient, db: Session
) -> None:
    factories.offer(db)
    film = factories.title(db, name="Unseen")
    factories.trailer(db, film, gate="entitled", video_id=factories.video(db).id)

    led = client.get("/film/unseen/trailer", follow_redirects=True)

    assert led.request.path == "/film/unseen"
    assert "A trial opens this trailer." in text_of(led.text)


@pytest.mark.parametrize(
    ("text", "start", "rest"),
    [
        ("short", "short", ""),
        ("word " * 100, ("word " * 60).rstrip(), " " + "word " * 40),
        ("最高。\n" + "映" * 561, "最高。\n" + "映" * 296, "映" * 265),
        (
            "映" * 299 + "👨\u200d👩\u200d👧" + "映" * 99,
            "映" * 299,
            "👨\u200d👩\u200d👧" + "映" * 99,
        ),
        ("映" * 297 + "🇩🇪🇫🇷" + "映" * 99, "映" * 297 + "🇩🇪", "🇫🇷" + "映" * 99),
        ("か\u3099" * 250, "か\u3099" * 150, "か\u3099" * 100),
        ("映" * 299 + "か\u3099" * 99, "映" * 299, "か\u3099" * 99),
        ("One.\n" + "long" * 200, "One.\n" + ("long" * 74)[:295], ("long" * 200)[295:]),
        ("\n".join("abcdefghijklmno"), "\n".join("abcdefghijklmno"), ""),
        ("\n".join("abcdefghijklmnop"), "\n".join("abcdefghijkl"), "\nm\nn\no\np"),
    ],
)
def test_a_long_review_is_cut_at_a_word_or_a_line_or_where_there_are_none_in_the_middle(
    text: str, start: str, rest: str
) -> None:
    assert filters.cut(text) == (start, rest)
    assert (start + rest).split() == text.split()


def test_a_long_review_is_one_text_in_its_own_direction(client: FlaskClient, db: Session) -> None:
    film = factories.title(db, name="Odd")
    factories.review(db, film, text="מילה " * 100)

    page = parsed(client.get("/film/odd").text)

    (body,) = (one for one in page.iter() if "review__body--long" in one.get("class", ""))
    assert body.get("dir") == "auto"
    assert [one.get("dir") for one in body.iter("p")] == [None, None]


def test_a_review_without_spaces_has_none_where_it_was_cut(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Odd")
    factories.review(db, film, text="映" * 561)

    page = parsed(client.get("/film/odd").text)

    (body,) = (one for one in page.iter() if "review__body--long" in one.get("class", ""))
    start, more = body
    summary, rest = more
    assert (start.text, rest.text) == ("映" * 300, "映" * 261)
    assert [start.tail, more.text, summary.tail] == [None, None, None]


def test_the_way_home_is_told_to_search_engines_as_it_is_seen(
    client: FlaskClient, db: Session
) -> None:
    factories.title(db, name="A long name " * 30, slug="long", genres=["Drama"])

    page = client.get("/film/long").text

    (way,) = (one for one in graph_of(page) if one["@type"] == "BreadcrumbList")
    nav = text_of("<body>" + page.partition('aria-label="Breadcrumb">')[2].partition("</nav>")[0])
    assert nav == " ".join(one["name"] for one in way["itemListElement"])
    assert len(way["itemListElement"][-1]["name"]) <= 60
