"""Drawn art is served under an address that follows its content, and kept for ever."""

from __future__ import annotations

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session

from catalog import pictures
from catalog.models import Title
from tests import factories
from tests.web.reading import parsed
from web import artwork, films

FOR_EVER = "public, max-age=31536000, immutable"


def addresses(site: Flask, title: Title) -> tuple[str, str, str]:
    """Where a film's poster, still and sharing picture are."""
    card = films.card_of(title)
    with site.test_request_context():
        shared = artwork.sharing_url(card).removeprefix("http://127.0.0.1:8000")
        return artwork.poster_url(card), artwork.still_url(card), shared


def test_poster_still_and_sharing_picture_may_be_kept_for_ever(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings & <Things>", slug="wings", genres=["War"])

    poster, still, shared = (client.get(one) for one in addresses(site, film))

    assert (poster.mimetype, still.mimetype) == ("image/svg+xml", "image/svg+xml")
    assert "Wings &amp;" in poster.text
    assert "&lt;" in poster.text
    assert "<text" not in still.text
    assert Image.open(io.BytesIO(shared.data)).size == (1200, 630)
    assert {one.headers["Cache-Control"] for one in (poster, still, shared)} == {FOR_EVER}


def test_an_address_of_earlier_art_leads_to_the_art_of_today(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings")
    old = addresses(site, film)[0]
    film.name = "Wings again"
    db.flush()

    answer = client.get(old)

    assert (answer.status_code, answer.location) == (302, addresses(site, film)[0])


def test_there_is_no_art_of_a_film_that_is_not_shown(client: FlaskClient, db: Session) -> None:
    factories.title(db, name="Draft", status="draft")

    assert client.get("/art/0123456789abcdef/draft.svg").status_code == 404


def picture(colour: str = "navy") -> bytes:
    """A file that an operator uploads."""
    file = io.BytesIO()
    Image.new("RGB", (800, 1200), colour).save(file, "PNG")
    return file.getvalue()


def test_an_operators_poster_takes_the_place_of_the_drawn_one_in_every_format(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    # given a film with a poster of the operator's
    film = factories.title(db, name="Wings", slug="wings")
    content = pictures.put(db, film, picture(), kind="poster", now=factories.NOW)

    # then its page shows it in three widths and two formats, with a fallback, and it is shared
    page = parsed(client.get("/film/wings").text)
    avif, webp = (source.get("srcset") for source in page.iter("source"))
    assert [one.split()[1] for one in avif.split(", ")] == ["176w", "352w", "704w"]
    image = page.find(".//picture/img").get("src")
    assert image == f"/art/{content}/wings/poster-352.jpg"
    kinds = [client.get(one.split()[0]).mimetype for one in (avif, webp)]
    assert [*kinds, client.get(image).mimetype] == ["image/avif", "image/webp", "image/jpeg"]
    assert client.get(image).headers["Cache-Control"] == FOR_EVER
    _, _, shared = addresses(site, film)
    assert Image.open(io.BytesIO(client.get(shared).data)).size == (1200, 630)


def test_the_address_of_an_earlier_poster_leads_to_the_one_of_today(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    old = pictures.put(db, film, picture(), kind="poster", now=factories.NOW)
    new = pictures.put(db, film, picture("teal"), kind="poster", now=factories.NOW)

    moved = client.get(f"/art/{old}/wings/poster-352.jpg")
    assert (moved.status_code, moved.location) == (302, f"/art/{new}/wings/poster-352.jpg")
    assert client.get(f"/art/{new}/wings/poster-9.jpg").status_code == 404

    pictures.remove(db, film, kind="poster", now=factories.NOW)
    assert client.get(f"/art/{new}/wings/poster-352.jpg").location.endswith("/wings.svg")


def test_an_operators_still_is_what_the_player_shows_before_it_plays(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    content = pictures.put(db, film, picture(), kind="still", now=factories.NOW)

    address = addresses(site, film)[1]
    assert address == f"/art/{content}/wings/still-640.jpg"
    assert client.get(address).mimetype == "image/jpeg"


def with_trailer(db: Session, *still: bytes) -> Title:
    """A film with a trailer that anybody may see, and the operator's still where it is given."""
    film = factories.title(db, name="Wings", slug="wings")
    factories.trailer(db, film, video_id=factories.video(db).id)
    for data in still:
        pictures.put(db, film, data, kind="still", now=factories.NOW)
    return film


def test_the_player_offers_the_still_at_two_widths_and_a_jpeg_to_who_reads_nothing_else(
    client: FlaskClient, db: Session
) -> None:
    film = with_trailer(db, picture())

    page = parsed(client.get("/film/wings/trailer").text)

    # given a browser without WebP, or without script, it has JPEG alone
    art = f"/art/{film.still}/wings"
    image, video = page.find(".//picture/img"), page.find(".//video")
    assert (image.get("src"), video.get("poster")) == (f"{art}/still-640.jpg",) * 2
    both = {"jpg": image.get("srcset")}
    # and any other takes WebP, as wide as its screen
    both |= {one.get("type")[6:]: one.get("srcset") for one in page.iterfind(".//picture/source")}
    assert both == {
        kind: f"{art}/still-640.{kind} 640w, {art}/still-1280.{kind} 1280w"
        for kind in ("webp", "jpg")
    }
    for kind, mimetype in (("webp", "webp"), ("jpg", "jpeg")):
        answers = [client.get(one.split()[0]) for one in both[kind].split(", ")]
        assert {(one.mimetype, one.headers["Cache-Control"]) for one in answers} == {
            (f"image/{mimetype}", FOR_EVER)
        }
        assert [Image.open(io.BytesIO(one.data)).width for one in answers] == [640, 1280]


def test_a_drawn_still_is_sharp_at_every_width_as_it_is(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    film = with_trailer(db)

    page = parsed(client.get("/film/wings/trailer").text)

    assert page.find(".//picture") is None
    poster = page.find(".//video").get("poster")
    assert poster == addresses(site, film)[1]
    drawn = client.get(poster)
    assert (drawn.mimetype, len(drawn.data) < 2048) == ("image/svg+xml", True)


def test_every_address_that_a_still_once_had_leads_to_one_that_is_there(
    client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings", slug="wings")
    old = pictures.put(db, film, picture(), kind="still", now=factories.NOW)
    new = pictures.put(db, film, picture("teal"), kind="still", now=factories.NOW)

    # while there was one size, each still was called wide.webp, today's among them
    for content in (old, new):
        moved = client.get(f"/art/{content}/wings/wide.webp")
        assert moved.location == f"/art/{new}/wings/still-640.jpg"
    moved = client.get(f"/art/{old}/wings/still-1280.webp")
    assert moved.location == f"/art/{new}/wings/still-1280.webp"
    assert client.get(f"/art/{new}/wings/still-9.jpg").status_code == 404

    pictures.remove(db, film, kind="still", now=factories.NOW)
    for name in ("wide.webp", "still-1280.webp"):
        drawn = client.get(f"/art/{new}/wings/{name}", follow_redirects=True)
        assert drawn.mimetype == "image/svg+xml"


def test_the_address_of_a_still_follows_its_picture_and_earlier_ones_lead_to_it(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    # given a film whose still was drawn, then the operator's, then another
    film = factories.title(db, name="Wings", slug="wings")
    before = [addresses(site, film)[1]]
    pictures.put(db, film, picture(), kind="still", now=factories.NOW)
    before += addresses(site, film)[1:]
    pictures.put(db, film, picture("teal"), kind="still", now=factories.NOW)
    _, still, shared = addresses(site, film)

    # then nobody keeps an earlier one, and who asks for it is led to the one of today
    assert not {still, shared} & set(before)
    assert [client.get(one).location for one in before] == [still, still, shared]

    # and when it is taken away the drawn one is back
    pictures.remove(db, film, kind="still", now=factories.NOW)
    assert [client.get(one).location for one in (still, shared)] == [*addresses(site, film)[1:]]


def test_a_shared_link_shows_the_operators_still_where_there_is_no_poster(
    site: Flask, client: FlaskClient, db: Session
) -> None:
    film = factories.title(db, name="Wings", slug="wings", cast=["Ann"])
    still = pictures.put(db, film, picture(), kind="still", now=factories.NOW)

    named = f"http://127.0.0.1:8000/art/{still}/wings/sharing.jpg"
    for address in ("/film/wings", "/film/wings/reviews", "/person/ann"):
        page = client.get(address).text
        assert f'og:image" content="{named}"' in page
        assert 'og:image:alt" content="Still of Wings"' in page
    assert f"<image:loc>{named}</image:loc>" in client.get("/sitemap.xml").text
    shared = client.get(f"/art/{still}/wings/sharing.jpg")
    assert Image.open(io.BytesIO(shared.data)).size == (1200, 630)

    poster = pictures.put(db, film, picture("teal"), kind="poster", now=factories.NOW)
    assert addresses(site, film)[2] == f"/art/{poster}/wings/sharing.jpg"


@pytest.mark.parametrize("path", ["/", "/browse", "/search", "/help", "/account/sign-up"])
def test_a_shared_page_of_no_film_shows_a_picture_of_the_site(
    client: FlaskClient, path: str
) -> None:
    head = parsed(client.get(path).text)

    (shown,) = (
        one.get("content", "") for one in head.iter("meta") if one.get("property") == "og:image"
    )
    picture = client.get(shown.removeprefix("http://127.0.0.1:8000"))
    assert Image.open(io.BytesIO(picture.data)).size == (1200, 630)
    assert picture.headers["Cache-Control"] == "public, max-age=86400"
