"""The maps for search engines, where the films do not fit into one."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from flask import Flask
from sqlalchemy.orm import Session

from catalog import sitemaps
from tests import factories
from web import crawlers

LONGEST_MAP = 50_000  # addresses, by the protocol of sitemaps.org
A_THOUSAND_GENRES = 1_000 - 4  # those on the list of lists beside the few of this test


def addresses(site: Flask, path: str) -> list[str]:
    answer = site.test_client().get(path)
    assert answer.mimetype == "application/xml"
    return [one.split("8000")[1] for one in re.findall("<loc>(.*?)</loc>", answer.text)]


def test_films_that_do_not_fit_into_one_map_are_listed_in_several_each_once(
    site: Flask, db: Session
) -> None:
    for number in range(7):
        factories.title(db, name=f"Film {number}", genres=["Drama"])
    factories.title(db, name="Left", status="withdrawn")
    site.config["FILMS_IN_A_SITEMAP"] = 3

    lists, *maps = addresses(site, "/sitemap.xml")

    assert addresses(site, lists) == ["/", "/browse", "/genre/drama"]
    assert [len(addresses(site, one)) for one in maps] == [3, 3, 1]
    films = [film for one in maps for film in addresses(site, one)]
    assert films == [f"/film/film-{number}" for number in range(7)]
    assert addresses(site, f"/sitemaps/films-{10**30}.xml") == []


def test_no_map_is_longer_than_search_engines_read(site: Flask, db: Session) -> None:
    factories.title(db, genres=["Drama"])
    lists = addresses(site, "/sitemaps/lists.xml")

    assert 45_000 < crawlers.MOST_IN_A_MAP + len(lists) + A_THOUSAND_GENRES <= LONGEST_MAP


def test_as_many_films_as_fit_stand_in_one_map(db: Session) -> None:
    assert sitemaps.parts(db, 2) == [0]
    films = [factories.title(db) for _ in range(4)]

    assert sitemaps.parts(db, 4) == [0]
    assert sitemaps.parts(db, 2) == [0, films[1].id]
    assert [film.card.slug for film in sitemaps.films(db, 2, after=films[1].id)] == [
        *(films[2].slug, films[3].slug)
    ]


def test_a_map_shows_each_films_picture_and_the_trailer_that_everybody_may_see(
    site: Flask, db: Session
) -> None:
    # given a film with a public trailer, one with a trailer for members, and one without
    for name, gate in (("Wings & Co", "everyone"), ("Hidden", "entitled")):
        film = factories.title(db, name=name, synopsis="Two <pilots>.")
        factories.trailer(db, film, gate=gate, video_id=factories.video(db, seconds=61).id)
    factories.title(db, name="Bare")

    # when a search engine reads the map
    text = site.test_client().get("/sitemap.xml").text
    tree = ElementTree.fromstring(text)  # noqa: S314  # our own

    # then each film has its picture, and one of them its video, with what it is about
    space = {
        "image": "http://www.google.com/schemas/sitemap-image/1.1",
        "video": "http://www.google.com/schemas/sitemap-video/1.1",
    }
    pictures = [one.text for one in tree.iterfind(".//image:loc", space)]
    assert [one.rpartition("/")[2] for one in pictures if one] == [
        *("wings-co.png", "hidden.png", "bare.png")
    ]
    [video] = tree.iterfind(".//video:video", space)
    said = {one.tag.rpartition("}")[2]: one.text for one in video}
    assert said["title"] == "Trailer: Wings & Co"
    assert said["description"] == "Two <pilots>."
    assert str(said["player_loc"]).endswith("/film/wings-co/trailer/embed")
    assert said["duration"] == "61"


def test_a_page_names_its_language_and_that_there_is_no_other(site: Flask, db: Session) -> None:
    factories.title(db, name="Wings")

    page = site.test_client().get("/film/wings").text

    address = "http://127.0.0.1:8000/film/wings"
    assert f'<link rel="alternate" hreflang="en" href="{address}">' in page
    assert f'<link rel="alternate" hreflang="x-default" href="{address}">' in page
