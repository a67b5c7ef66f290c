"""Searching: by name, other names and people, with accents and typing slips forgiven."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from catalog import indexing, search, search_statements, tiers
from catalog.models import SearchPrefix, SearchWord, Title
from catalog.search import Suggestion
from tests import factories
from tests.queries import counted


@pytest.fixture
def films(db):
    """A few films, each findable in its own way."""
    factories.title(
        db,
        name="Leaving Las Vegas",
        directors=["Mike Figgis"],
        cast=["Nicolas Cage", "Elisabeth Shue"],
    )
    factories.title(db, name="It", year=1927, popularity=1)
    factories.title(db, name="It Happened One Night", popularity=99)
    factories.title(db, name="Wing It!", popularity=50)
    factories.title(db, name="Star Wars", year=1977)
    factories.title(db, name="Häxan", aliases=["Witchcraft Through the Ages"])
    factories.title(db, name="Pandora's Box", original_name="Die Büchse der Pandora", popularity=3)
    factories.title(db, name="Berlin", original_name="Die Sinfonie der Großstadt")
    factories.title(db, name="Tokyo Story", original_name="東京物語")
    factories.title(db, name="The Hitch-Hiker")
    factories.title(db, name="Draft of a Star", status="draft")


def found(db, words):
    return [(hit.card.name, hit.why) for hit in search.found(db, words).titles]


def test_a_film_of_exactly_that_name_stands_first(db, films):
    assert [name for name, _ in found(db, "it")] == ["It", "It Happened One Night", "Wing It!"]


def test_whole_words_stand_before_words_that_only_begin_so(db):
    for name in ("Lovely", "All for Love", "Love Story", "True Lovers"):
        factories.title(db, name=name)

    assert [name for name, _ in found(db, "love")] == [
        *("Love Story", "All for Love", "Lovely", "True Lovers")
    ]


@pytest.mark.parametrize(
    ("words", "name", "why"),
    [
        ("LEAVING las vegas", "Leaving Las Vegas", None),
        ("vegas", "Leaving Las Vegas", None),
        ("elisabeth shue", "Leaving Las Vegas", "with Elisabeth Shue"),
        ("figgis", "Leaving Las Vegas", "directed by Mike Figgis"),
        ("vegas cage", "Leaving Las Vegas", "with Nicolas Cage"),
        ("haxan", "Häxan", None),
        ("witchcraft", "Häxan", "also known as Witchcraft Through the Ages"),
        ("Büchse", "Pandora's Box", "also known as Die Büchse der Pandora"),
        ("pandoras box", "Pandora's Box", None),
        ("Großstadt", "Berlin", "also known as Die Sinfonie der Großstadt"),
        ("grossstadt", "Berlin", "also known as Die Sinfonie der Großstadt"),
        ("東京物語", "Tokyo Story", "also known as 東京物語"),
        ("物語", "Tokyo Story", "also known as 東京物語"),
        ("hitchhiker", "The Hitch-Hiker", None),
    ],
)
def test_a_film_is_found_by_any_of_its_names_and_people_and_says_why(db, films, words, name, why):
    assert found(db, words)[0] == (name, why)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("leavng las vegas", "Leaving Las Vegas"),
        ("star wras", "Star Wars"),
        ("starwars", "Star Wars"),
        ("elisabeth shoe", "Leaving Las Vegas"),
        ("nicholas cage", "Leaving Las Vegas"),
        ("buechse", "Pandora's Box"),
        ("hitch hicker", "The Hitch-Hiker"),
    ],
)
def test_typing_slips_are_forgiven(db, films, words, name):
    assert [one for one, _ in found(db, words)] == [name]


def test_people_are_found_beside_films(db, films):
    factories.title(db, name="Raising Arizona", cast=["Nicolas Cage"])

    results = search.found(db, "nicolas")

    assert [(one.slug, one.name, one.titles) for one in results.people] == [
        ("nicolas-cage", "Nicolas Cage", 2)
    ]
    assert {hit.why for hit in results.titles} == {"with Nicolas Cage"}


def test_one_letter_finds_what_begins_with_it(db, films):
    factories.title(db, name="M", year=1931)

    assert found(db, "m")[0] == ("M", None)
    assert found(db, "h")[0] == ("Häxan", None)


SIGNS = ["%", "_", "%%__", "\\", "'", "''", "\0", "a\0b", "\ud800", "\u200b", "😀", "؟", "٪"]
WRITTEN = ["' | 'a':*", "& | ! ( )", "<->", ":*", "", " ", "x" * 10_000, "it " * 3_000]


@pytest.mark.parametrize("words", SIGNS + WRITTEN)
def test_no_words_make_a_search_fail(db, films, words):
    search.found(db, words)
    search.suggested(db, words)


def test_wildcards_stand_for_nothing(db, films):
    assert found(db, "%") == found(db, "_") == []


def test_a_search_that_finds_nothing_offers_the_film_spelt_most_like_it(db, films):
    results = search.found(db, "wingspan")

    assert (results.titles, results.people) == ([], [])
    assert results.nearest.name == "Wing It!"


SEQUELS = [
    *("Ghostbusters", "Ghostbusters II", "Rocky IV", "Def-Con 4", "Superman III", "Saturn 3"),
    *("Beverly Hills Cop II", "Die Hard", "9½ Weeks", "Full Metal Jacket", "Full Moon High"),
    *("Friday the 13th Part 2", "Stand by Me", "The Terminator", "Exterminator 2"),
]


@pytest.fixture
def sequels(db):
    """Films of several parts, the least telling named the most popular."""
    for number, name in enumerate(SEQUELS):
        factories.title(db, name=name, popularity=number)


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("ghostbusters 2", "Ghostbusters II"),
        ("beverly hills cop 2", "Beverly Hills Cop II"),
        ("rocky 4", "Rocky IV"),
        ("superman 3", "Superman III"),
        ("friday the 13th part ii", "Friday the 13th Part 2"),
    ],
)
def test_a_part_is_found_by_its_number_in_either_writing(db, sequels, words, name):
    assert found(db, words) == [(name, None)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("die hard 1", "Die Hard"),
        ("full mettle jacket", "Full Metal Jacket"),
        ("the ghostbusters 2", "Ghostbusters II"),
        ("stand by meeee please", "Stand by Me"),
        ("terminator 9", "The Terminator"),
    ],
)
def test_the_film_offered_is_most_like_all_that_was_asked(db, sequels, words, name):
    results = search.found(db, words)

    assert (results.titles, results.nearest and results.nearest.name) == ([], name)


def test_no_film_is_offered_for_a_number_alone(db, sequels):
    assert search.found(db, "zzqqxxvvww 2").nearest is None


def test_the_film_offered_is_looked_for_in_the_same_number_of_queries(db, sequels):
    with counted(db) as three:
        search.found(db, "full mettle jacket")
    with counted(db) as six:
        search.found(db, "the full mettle jacket of war")

    assert len(three) == len(six)


@pytest.mark.parametrize("part", [slice(0, 70), slice(35, 45), slice(55, 57), slice(20, 85)])
def test_a_long_name_without_spaces_is_found_by_any_part(db, part):
    name = "".join(chr(0x4E00 + number) for number in range(90))
    factories.title(db, name="Long", original_name=name)

    assert found(db, name[part]) == [("Long", f"also known as {name}")]


def test_a_film_named_by_signs_alone_is_found(db, films):
    factories.title(db, name="!!!", slug="signs")

    assert found(db, "!!!") == [("!!!", None)]


def test_the_box_suggests_films_and_then_people(db, films):
    assert search.suggested(db, "nicolas c") == [
        Suggestion("film", "leaving-las-vegas", "Leaving Las Vegas", 1995),
        Suggestion("person", "nicolas-cage", "Nicolas Cage", None),
    ]
    assert len(search.suggested(db, "t")) <= search.SUGGESTIONS


def test_a_search_takes_the_same_number_of_queries_with_one_result_and_with_three(db, films):
    with counted(db) as one:
        assert len(found(db, "vegas")) == 1
    with counted(db) as three:
        assert len(found(db, "it")) == 3

    assert len(one) == len(three) == 4


def test_a_film_is_found_in_every_tier_and_the_popular_first(db):
    for number in range(8):
        factories.title(db, name=f"Love {number}", popularity=number, cast=[f"Ada Love{number}"])

    tiers.refresh(db, first=2, second=4)

    assert sorted(db.scalars(select(Title.tier))) == [0, 0, 1, 1, 2, 2, 2, 2]
    assert [name for name, _ in found(db, "love")] == [f"Love {n}" for n in range(7, -1, -1)]
    assert len(search.found(db, "ada").people) == 8


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


def test_a_word_that_is_not_known_is_looked_for_once(db, films):
    with counted(db) as known:
        assert found(db, "vegas")
    with counted(db) as slip:
        assert found(db, "vgeas")

    assert len(slip) == len(known) + 1


def test_a_common_word_beside_a_rare_one_narrows_all_the_same(db):
    for name in ("The Night", "The Kalaley", "Kalaley", "The Day"):
        factories.title(db, name=name)
    db.execute(update(SearchWord).where(SearchWord.word == "the").values(titles=9_000))

    assert found(db, "the kalaley") == [("The Kalaley", None)]
    assert found(db, "kalaley the") == [("The Kalaley", None)]


def test_common_words_that_are_passed_over_are_still_asked_for(db):
    for name in ("The Sun and Moon", "Sun Moon", "A Sun and a Moon"):
        factories.title(db, name=name)
    for word, titles in (("the", 250_000), ("and", 130_000), ("sun", 17_000), ("moon", 18_000)):
        db.execute(update(SearchWord).where(SearchWord.word == word).values(titles=titles))

    assert found(db, "the sun and moon") == [("The Sun and Moon", None)]
    assert found(db, "teh sun and moon") == [("The Sun and Moon", None)]


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("lasvegas leaving", "Leaving Las Vegas"),
        ("pnadora", "Pandora's Box"),
        ("witchcarft trough", "Häxan"),
        ("shuee", "Leaving Las Vegas"),
    ],
)
def test_slips_in_other_names_and_words_run_together_are_forgiven(db, films, words, name):
    assert [one for one, _ in found(db, words)] == [name]


def test_a_slip_in_a_name_without_letters_offers_the_film_that_begins_like_it(db, films):
    assert search.found(db, "東京物誤").nearest.name == "Tokyo Story"
    assert search.found(db, "Любоф").nearest is None
    factories.title(db, name="Love", original_name="Любовь")
    assert [name for name, _ in found(db, "Лбовь")] == ["Love"]
