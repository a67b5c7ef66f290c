"""Searches of large catalogues: in stages, and from what workers keep of a short beginning."""

from __future__ import annotations

import threading
from random import Random

import pytest
from sqlalchemy import delete, select, text, update

from catalog import indexing, search, search_statements, search_words, tiers
from catalog.models import SearchPrefix, Title
from core import db as core_db
from tests import factories
from tests.searching import found


def test_a_film_is_found_in_every_tier_and_the_popular_first(db):
    for number in range(8):
        factories.title(db, name=f"Love {number}", popularity=number, cast=[f"Ada Love{number}"])

    tiers.refresh(db, first=2, second=4)

    assert sorted(db.scalars(select(Title.tier))) == [0, 0, 1, 1, 2, 2, 2, 2]
    assert [name for name, _ in found(db, "love")] == [f"Love {n}" for n in range(7, -1, -1)]
    assert len(search.found(db, "ada").people) == 8


ASKED = ("moon", "red moon", "the night", "the night mo", "redder re", "ada moon", "moonlight reed")
WORDS = ("moon", "moonlight", "red", "redder", "reed", "the", "night", "nights")


@pytest.fixture
def alike(moments, home, seed):
    """Films of few words, some of which begin others, and people named like them."""
    with moments.after(f"films of seed {seed}", lambda world: _furnish(world.db, seed)).again(
        home
    ) as world:
        yield world.db


def _furnish(db, seed):
    chance = Random(seed)  # noqa: S311  # a mixture that can be repeated
    for number in chance.sample(range(1_000), 60):
        people = [f"Ada {chance.choice(WORDS)}"] if number % 3 == 0 else []
        name = " ".join(chance.sample(WORDS, 2))
        factories.title(db, name=name, slug=f"film-{number}", popularity=number, cast=people)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("named", [0, 1, search_words.NAMED_AT_MOST])
@pytest.mark.parametrize("common", [0, 10, search_words.COMMON])
def test_stages_find_what_one_look_at_all_films_finds(alike, monkeypatch, common, named, seed):
    # given films that are alike, and a search that counts a word as common sooner or later
    monkeypatch.setattr(search_words, "COMMON", common)
    monkeypatch.setattr(search_words, "NAMED_AT_MOST", named)
    db = alike

    # when they are searched in one stage, and in all of them
    tiers.refresh(db, first=60, second=60)
    at_once = {words: search.found(db, words, most=5).titles for words in ASKED}
    tiers.refresh(db, first=6, second=20)
    in_stages = {words: search.found(db, words, most=5).titles for words in ASKED}

    # then the same is found, in the same order
    assert in_stages == at_once
    assert any(at_once.values())


@pytest.mark.parametrize("common", [0, search_words.COMMON])
def test_whole_words_stand_before_beginnings_in_more_popular_films(db, monkeypatch, common):
    monkeypatch.setattr(search_words, "COMMON", common)
    for number in range(8):
        factories.title(db, name=f"Redder Moonlight {number}", popularity=100 + number)
    for number in range(4):
        factories.title(db, name=f"A Red Moon {number}", popularity=number)
    tiers.refresh(db, first=4, second=8)

    names = [hit.card.name for hit in search.found(db, "red moon", most=6).titles]

    assert names[:4] == [f"A Red Moon {number}" for number in (3, 2, 1, 0)]
    assert names[4:] == ["Redder Moonlight 7", "Redder Moonlight 6"]


@pytest.fixture
def many(db):
    """More films with a word in "m" than a search reads, and what a worker keeps of them."""
    for number in range(search_statements.POOL + 2):
        factories.title(db, name=f"Moon {number}", popularity=number)
    tiers.refresh(db)
    return db.get(SearchPrefix, "m")


def test_the_best_films_of_a_short_beginning_are_kept_and_found(db, many):
    best = [f"Moon {number}" for number in range(search_statements.POOL + 1, 1, -1)]
    names = dict(db.execute(select(Title.id, Title.name)).all())

    assert [names[one] for one in many.title_ids] == best
    assert set(db.scalars(select(SearchPrefix.prefix))) == {"m", "mo", "moo"}
    before = found(db, "m")
    db.execute(delete(SearchPrefix))
    assert before == found(db, "m")
    assert len(before) == search_statements.TITLES


def test_the_word_itself_stands_before_many_more_popular_films_with_a_longer_one(db):
    for number in range(search_statements.POOL + 2):
        factories.title(db, name=f"Lovely Warden {number}", popularity=1_000 + number)
    for name in ("Love Story", "War Horse"):
        factories.title(db, name=name, popularity=1)

    before = [found(db, words)[0][0] for words in ("love", "war")]
    tiers.refresh(db)
    kept = [found(db, words)[0][0] for words in ("love", "war")]

    assert before == kept == ["Love Story", "War Horse"]
    assert db.get(SearchPrefix, "war") is not None


def test_what_changed_since_a_short_beginning_was_kept_is_right_at_once(db, many):
    best, second, *_ = many.title_ids
    db.execute(update(Title).where(Title.id == best).values(status="withdrawn"))
    renamed = db.get_one(Title, second)
    renamed.name = "Sun"
    indexing.refresh(db, renamed)
    factories.title(db, name="M", popularity=0)

    names = [name for name, _ in found(db, "m")]
    assert names[:2] == ["M", f"Moon {search_statements.POOL - 1}"]
    assert not {"Sun", f"Moon {search_statements.POOL + 1}"} & set(names)


def test_a_short_beginning_of_which_most_were_withdrawn_is_looked_for_again(db, many):
    db.execute(update(Title).where(Title.id != many.title_ids[3]).values(status="withdrawn"))
    factories.title(db, name="More", popularity=0)

    assert {name for name, _ in found(db, "mo")} == {f"Moon {search_statements.POOL - 2}", "More"}


@pytest.fixture
def crowd(db):
    """More people of a short beginning than a search reads; the later, the more films."""
    names = [f"Mo Number{number}" for number in range(2 * search_statements.PEOPLE + 1)]
    films = [factories.title(db, cast=names[number:]) for number in range(len(names))]
    tiers.refresh(db)
    return names, films


def test_the_people_with_the_most_films_are_kept_for_a_short_beginning(db, crowd):
    names, _ = crowd

    people = search.found(db, "mo").people

    assert {(one.name, one.titles) for one in people} == {
        (name, number) for number, name in enumerate(names, start=1) if number > 13
    }


def test_the_people_with_the_most_films_are_found_first_however_many_have_the_name(db, crowd):
    names, films = crowd

    people = search.found(db, "mo numb").people
    assert {one.titles for one in people} == {*range(len(names), len(names) - 12, -1)}

    # one who is new is counted at once, and one whose last film goes is found no more
    factories.title(db, cast=["Mo Newcomer"])
    assert [(one.name, one.titles) for one in search.found(db, "mo newc").people] == [
        ("Mo Newcomer", 1)
    ]
    for film in films:
        film.status = "withdrawn"
    db.flush()
    assert search.found(db, "mo numb").people == []


def test_a_kept_person_without_a_film_left_is_found_no_more(db, crowd):
    _, films = crowd
    for film in films[1:]:
        film.status = "withdrawn"
    db.flush()
    tiers.refresh(db)
    assert len(search.found(db, "mo").people) == search_statements.PEOPLE

    films[0].status = "withdrawn"
    db.flush()
    assert search.found(db, "mo").people == []


def test_tiers_given_out_by_two_at_once_are_given_out_in_a_row(fresh_database):
    # given more films with a word in "m" than a search reads, the best of which are kept
    with core_db.transaction() as db:
        for number in range(search_statements.POOL + 2):
            factories.title(db, name=f"Moon {number}", popularity=number)
        tiers.refresh(db)
    kept = []

    def refresh():
        with core_db.transaction() as db:
            tiers.refresh(db)
            kept.append(db.get(SearchPrefix, "m").title_ids)

    # when they are chosen anew, and by another one before that has ended
    second = threading.Thread(target=refresh)
    with core_db.transaction() as db:
        tiers.refresh(db)
        second.start()
        second.join(0.5)
        assert kept == []
    second.join()

    # then that one has waited, and keeps the same
    with core_db.transaction() as db:
        assert kept == [db.get(SearchPrefix, "m").title_ids]


def test_the_planner_is_told_of_an_import_before_it_compares_titles(fresh_database):
    with core_db.transaction() as db:
        db.execute(
            text(
                "insert into title (slug, name, plain_name, plain_names, words, status, popularity,"
                " aliases, languages, countries, content_notices, created_at, updated_at)"
                " select 'f' || n, 'F', 'f', 'f', '', 'draft', 0, '{}', '{}', '{}', '{}', now(),"
                " now() from generate_series(1, 1200) as n"
            )
        )

    with core_db.transaction() as db:
        tiers.refresh(db)

    with core_db.transaction() as db:
        told = "select reltuples from pg_class where oid = cast('title' as regclass)"
        assert db.scalar(text(told)) == 1200
