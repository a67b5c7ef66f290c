"""The maps for search engines, where the films do not fit into one."""

from __future__ import annotations

import re

from flask import Flask
from sqlalchemy.orm import Session

from catalog import sitemaps
from tests import factories


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


def test_as_many_films_as_fit_stand_in_one_map(db: Session) -> None:
    assert sitemaps.parts(db, 2) == [0]
    films = [factories.title(db) for _ in range(4)]

    assert sitemaps.parts(db, 4) == [0]
    assert sitemaps.parts(db, 2) == [0, films[1].id]
    assert [slug for slug, _ in sitemaps.films(db, 2, after=films[1].id)] == [
        *(films[2].slug, films[3].slug)
    ]
