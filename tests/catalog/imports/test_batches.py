"""A long file comes in batch by batch: nothing twice, nothing overwritten, nothing lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from catalog import detailing, editing, titles
from catalog.imports import batches, rows
from catalog.imports.models import ImportRun
from catalog.models import Title, TitleSource
from tests import factories, searching
from tests.factories import NOW


def row(title, **over):
    return {"title": title, "year": "1995", **{key: str(value) for key, value in over.items()}}


@pytest.fixture
def bring(db):
    """Import these rows as one file, in one batch; the answer is what is said of each."""

    def bring(*given, file="a", source="import", finish=True, later=0):
        now = NOW + timedelta(days=later)
        run = batches.begin(db, fingerprint=file, source=source, name=file, now=now)
        readings = [rows.read(line, one, source) for line, one in enumerate(given, start=2)]
        entries = batches.store(db, run.id, readings, done=run.records, now=now)
        if finish:
            batches.finish(db, run.id, now=now)
        db.expire_all()
        return [str(entry) for entry in entries]

    return bring


def stored(db):
    return db.scalar(select(func.count()).select_from(Title))


def test_the_same_file_again_changes_nothing(db, bring):
    films = [row("A"), row("B", id="tt2"), row("C", genres="Drama", cast="Ada")]
    assert bring(*films) == ["line 2: A: taken", "line 3: B: taken", "line 4: C: taken"]

    assert bring(*films, later=1) == [
        *("line 2: A: unchanged", "line 3: B: unchanged", "line 4: C: unchanged"),
    ]
    assert stored(db) == 3
    assert set(db.scalars(select(Title.updated_at))) == {NOW}


def test_what_the_catalogue_says_otherwise_is_told_and_stays(db, bring):
    # given a film of ours
    film = factories.title(db, name="A", year=1995, runtime_minutes=100, synopsis="Ours.")

    # when a file says more of it, and other things
    said = bring(row("A", runtime=111, synopsis="Theirs.", languages="en", directors="Di"))

    # then it is completed, and both are told where they differ
    assert said == [
        "line 2: A: in the catalogue already: languages, director filled in; "
        "runtime: the catalogue says 100, the file 111: kept; "
        "synopsis: the file has another text: kept"
    ]
    assert (film.runtime_minutes, film.synopsis, film.languages) == (100, "Ours.", ["en"])


def edit(db, called, *, later, **facts):
    """Change what the desk may change of a film."""
    film = db.scalars(select(Title).where(Title.name == called)).one()
    said = replace(editing.facts_of(film), **facts)
    editing.change(db, film, said, now=NOW + timedelta(days=later))


def test_what_the_desk_has_changed_since_is_told_when_the_same_file_comes_again(db, bring):
    # given a film whose facts the desk has changed, one whose address alone, and one as it was
    films = [row("A", runtime=90, synopsis="Theirs."), row("B", id="2"), row("C")]
    bring(*films)
    edit(db, "A", later=1, name="Aa", year=1989, runtime_minutes=120, synopsis=None)
    edit(db, "B", later=1, slug="bb")

    # when the same file comes again and again
    first, second = bring(*films, later=2), bring(*films, later=3)

    # then what differs is told once, nothing is overwritten, and what was emptied stays so
    assert first == [
        "line 2: A: name: the catalogue says Aa, the file A: kept; "
        "year: the catalogue says 1989, the file 1995: kept; "
        "runtime: the catalogue says 120, the file 90: kept; "
        "synopsis: emptied at the desk: left empty",
        *("line 3: B: unchanged", "line 4: C: unchanged"),
    ]
    assert [one.rpartition(" ")[2] for one in second] == ["unchanged"] * 3
    film = db.scalars(select(Title).where(Title.slug == "a")).one()
    assert (film.name, film.aliases, film.year, film.synopsis) == ("Aa", [], 1989, None)
    assert film.updated_at == NOW + timedelta(days=1)


def test_a_name_that_the_desk_has_put_right_does_not_come_back_as_another_one(db, bring):
    # given films with slips in their names, of which the desk has put one right
    bring(row("Slipp", id="1"), row("Othr", id="2"))
    edit(db, "Slipp", later=1, name="Slip")

    # when the source tells more of both, and has put the other one right itself
    more = {"runtime": 90, "aliases": "Lapse"}
    first, second = bring(row("Slipp", id="1", **more), row("Other", id="2"), file="b", later=2)

    # then the name that was put right is told and not added, others are
    assert first == (
        "line 2: Slipp: changed since its import: runtime, other name filled in; "
        "name: the catalogue says Slip, the file Slipp: kept"
    )
    assert second.startswith("line 3: Other: changed since its import: other name filled in; ")
    assert db.scalars(select(Title.aliases).order_by(Title.id)).all() == [["Lapse"], ["Other"]]


def test_a_film_without_an_id_that_the_desk_renamed_is_no_second_one_as_its_cast_grows(db, bring):
    # given films without ids, of which the desk has renamed two
    bring(row("Slipp", cast="Ann; Bo"), row("Slip", cast="Cy"), row("100% Wolff!", cast=""))
    edit(db, "Slipp", later=1, name="Right", year=1990)
    edit(db, "100% Wolff!", later=1, name="100% Wolf")

    # when their table comes with more people, and with a film of others by the name of old
    said = bring(
        row("Slipp", cast="Ann; Bo; Di"),
        row("Slipp", cast="Ed"),
        *(row("100% Wolff!", cast="Flo"), row("Slip", cast="Cy; Guy")),
        **{"file": "b", "later": 2},
    )

    # then those are found, and their names of old stay away
    assert said == [
        "line 2: Slipp: changed since its import: nothing filled in; "
        "name: the catalogue says Right, the file Slipp: kept; "
        "year: the catalogue says 1990, the file 1995: kept; "
        "cast: the file also names Di: kept as it is",
        "line 3: Slipp: taken",
        "line 4: 100% Wolff!: changed since its import: cast filled in; "
        "name: the catalogue says 100% Wolf, the file 100% Wolff!: kept",
        "line 5: Slip: changed since its import: nothing filled in; "
        "cast: the file also names Guy: kept as it is",
    ]
    assert stored(db) == 4
    assert set(map(tuple, db.scalars(select(Title.aliases)))) == {()}


def test_what_the_desk_has_emptied_stays_empty_until_it_fills_it_in(db, bring):
    # given a film of which the desk has emptied what a file told
    facts = {"runtime": 90, "synopsis": "Theirs.", "rights": "Synopsis from X"}
    told = row("A", id="1", original_title="Aa", **facts)
    bring(told)
    emptied = dict.fromkeys(("original_name", "runtime_minutes", "synopsis"))
    edit(db, "A", later=1, **emptied)

    # when its source tells more of it, and then another source
    more = told | {"languages": "en", "synopsis_long": "Theirs. And long."}
    [said] = bring(more, file="b", later=2)
    [other] = bring(told | {"id": "tt1"}, file="c", source="other", later=3)

    # then that is told and nothing filled in, but for what nobody has emptied
    assert said == (
        "line 2: A: changed since its import: languages filled in; "
        + "".join(
            f"{fact}: emptied at the desk: left empty; "
            for fact in ("original name", "runtime", "synopsis")
        )
        + "synopsis long: of a text emptied at the desk: left empty; "
        "rights: emptied at the desk: left empty"
    )
    assert other.startswith("line 2: A: in the catalogue already: nothing filled in; original name")
    film = db.scalars(select(Title)).one()
    assert {name: getattr(film, name) for name in emptied} == emptied
    assert (film.synopsis_long, film.rights) == (None, None)

    # and what the desk fills in is no longer emptied
    edit(db, "A", later=4, synopsis="Ours.", original_name="Aaa")
    assert film.emptied == ["runtime_minutes", "rights"]


def detail(db, called, *, later, **typed):
    """Change what the desk may change of a film's details."""
    film = db.scalars(select(Title).where(Title.name == called)).one()
    detailing.change(db, film, typed, now=NOW + timedelta(days=later))
    return film


def test_genres_that_the_desk_has_emptied_stay_away_until_it_writes_some(db, bring):
    # given a film whose genres and year the desk has emptied
    told = row("A", id="1", genres="War")
    bring(told)
    detail(db, "A", later=1, genres=[])
    edit(db, "A", later=1, year=None)

    # when its source tells them anew
    [said] = bring(told | {"runtime": "90"}, file="b", later=2)

    # then that is told, and they stay away
    assert said == (
        "line 2: A: changed since its import: runtime filled in; "
        "year: emptied at the desk: left empty; genres: emptied at the desk: left empty"
    )
    film = db.scalars(select(Title)).one()
    assert (film.genres, film.year, film.emptied) == ([], None, ["genres", "year"])

    # and what the desk writes is told, and no longer emptied
    detail(db, "A", later=3, genres=["Drama"])
    [again] = bring(told, later=4)
    assert again.endswith("genre: the catalogue says Drama, the file War: kept")
    assert film.emptied == ["year"]


@pytest.mark.parametrize("stored_as", ["Science fiction", "Sci-fi"])
def test_a_genre_that_another_source_calls_otherwise_is_no_other_one(db, bring, stored_as):
    factories.title(db, name="A", year=1995, genres=[stored_as])

    for number, genre in enumerate(("Sci-Fi", "sci-fi", "Science Fiction", "science fiction")):
        [said] = bring(row("A", genres=genre), file=genre, later=number)
        assert "genre" not in said
    assert [one.name for one in titles.by_slug(db, "a", whole=True).genres] == [stored_as]


def test_a_newer_score_of_a_source_takes_the_place_of_its_older_one(db, bring):
    bring(row("A", score=7, votes=10))

    said = bring(row("A", score=8.5, votes=12), later=1)

    assert said == ["line 2: A: changed since its import: score filled in"]
    [rating] = titles.by_slug(db, "a", whole=True).ratings
    assert (float(rating.score), rating.count) == (8.5, 12)


def test_a_film_that_its_source_withdraws_is_withdrawn(db, bring):
    bring(row("A"), row("B"))

    said = bring(row("A", status="withdrawn"), row("B"))

    assert said[0].endswith("nothing filled in; withdrawn, as the file says")
    states = dict(db.execute(select(Title.name, Title.status)).all())
    assert states == {"A": "withdrawn", "B": "published"}


def test_films_that_a_file_lacks_are_withdrawn_when_that_is_wished(db, bring):
    # given films of two sources
    bring(row("A"), row("B"))
    bring(row("C"), file="other", source="archive")

    # when the first source's next file has one film less
    run = batches.begin(db, fingerprint="b", source="import", name="b", now=NOW)
    batches.store(db, run.id, [rows.read(2, row("B"), "import")], done=0, now=NOW)

    # then that one goes, and no film of another source
    assert batches.withdraw_missing(db, run.id, now=NOW) == ["A"]
    assert batches.withdraw_missing(db, run.id, now=NOW) == []


def test_a_film_that_a_file_tells_twice_is_taken_once(db, bring):
    said = bring(row("A", id="1"), row("A again", id="1"))

    assert said[0] == "line 2: A: taken"
    assert said[1].endswith("name: the catalogue says A, the file A again: kept")
    assert stored(db) == 1


def test_two_films_of_one_source_with_one_name_and_year_are_two(db, bring):
    bring(row("A", id="1"))

    assert bring(row("A", id="2"), file="b") == ["line 2: A: taken"]
    assert db.scalars(select(Title.slug).order_by(Title.id)).all() == ["a", "a-1995"]


def test_two_ids_that_differ_behind_their_two_hundredth_letter_are_two_films(db, bring):
    long = "https://films.example/" + "x" * 200
    films = [row("A", id=f"{long}/1"), row("B", id=f"{long}/2"), row("A", id=f"{long}/3")]

    assert bring(*films) == ["line 2: A: taken", "line 3: B: taken", "line 4: A: taken"]
    assert [one.rpartition(" ")[2] for one in bring(*films, later=1)] == ["unchanged"] * 3


def test_films_whose_long_ids_were_once_cut_are_found_and_not_missing(db, bring):
    # given films of an earlier version, which kept the beginning of an id alone
    ids = [letter * 250 for letter in "abc"]
    films = [row(id_[0].upper(), id=id_) for id_ in ids]
    bring(*films)
    db.execute(update(TitleSource).values(key=func.left(TitleSource.key, 200)))

    # when the file tells of them again, one as another film, one so that it is refused
    other = row("Other", id="a" * 250 + "/2")
    said = bring(other, *films[:2], row("", id=ids[2]), later=1)

    # then each is what it was, the other is new, and none is missing
    assert [one.rpartition(" ")[2] for one in said] == [
        *("taken", "unchanged", "unchanged", "refused"),
    ]
    assert stored(db) == 4
    run_id = db.scalar(select(func.max(ImportRun.id)))
    assert batches.withdraw_missing(db, run_id, now=NOW) == []


def test_an_import_that_was_broken_off_is_taken_up_and_a_finished_one_begins_anew(db, bring):
    bring(row("A"), row("B"), finish=False)

    again = batches.begin(db, fingerprint="a", source="import", name="a", now=NOW)
    assert (again.records, again.counts) == (2, {"taken": 2})

    batches.finish(db, again.id, now=NOW)
    assert batches.begin(db, fingerprint="a", source="import", name="a", now=NOW).records == 0
    assert db.scalar(select(func.count()).select_from(ImportRun)) == 2


def test_a_film_whose_record_is_refused_is_not_missing(db, bring):
    bring(row("A", id="1"), row("B", id="2"))

    run = batches.begin(db, fingerprint="b", source="import", name="b", now=NOW)
    readings = [rows.read(2, row("A", id="1"), "import")]
    readings.append(rows.read(3, row("B", id="2") | {"year": "n/a"}, "import"))
    batches.store(db, run.id, readings, done=0, now=NOW)

    assert [one.film is None for one in readings] == [False, True]
    assert batches.withdraw_missing(db, run.id, now=NOW) == []


def test_where_a_refused_record_names_no_film_none_is_judged_missing(db, bring):
    bring(row("A"), row("B"))

    run = batches.begin(db, fingerprint="b", source="import", name="b", now=NOW)
    readings = [rows.read(2, row("A"), "import"), rows.read(3, row("B", year="n/a"), "import")]
    batches.store(db, run.id, readings, done=0, now=NOW)

    with pytest.raises(batches.Unjudged) as told:
        batches.withdraw_missing(db, run.id, now=NOW)
    assert "1 records were refused that have no id" in told.value.sentence


def test_what_a_later_file_tells_is_not_missing_from_one_that_was_taken_up_again(db, bring):
    # given a file that was broken off, and a later one of the same source
    bring(row("A", id="1"), finish=False)
    bring(row("A", id="1"), row("C", id="3"), file="b")

    # when the first is taken up to its end
    run = batches.begin(db, fingerprint="a", source="import", name="a", now=NOW)
    batches.store(db, run.id, [rows.read(3, row("B", id="2"), "import")], done=1, now=NOW)

    assert batches.withdraw_missing(db, run.id, now=NOW) == []


def test_an_older_import_that_goes_on_leaves_the_films_of_a_newer_one(db, bring):
    # given a file that was broken off, and a newer one of the same source
    bring(row("Old", id="2"), finish=False)
    newer = batches.begin(db, fingerprint="b", source="import", name="b", now=NOW)
    batches.store(db, newer.id, [rows.read(2, row("A", id="1"), "import")], done=0, now=NOW)

    # when the older one goes on and tells a film of the newer one, twice
    older = batches.begin(db, fingerprint="a", source="import", name="a", now=NOW)
    facts = [{"runtime": 90}, {"runtime": 90, "languages": "en"}]
    for done, more in enumerate(facts, start=1):
        readings = [rows.read(3, row("A", id="1", **more), "import")]
        [entry] = batches.store(db, older.id, readings, done=done, now=NOW)
        assert "A: told by a later import as well: " in str(entry)

    # then the newer one withdraws what its file lacks, and both find the film unchanged
    assert batches.withdraw_missing(db, newer.id, now=NOW) == ["Old"]
    assert bring(row("A", id="1"), file="c") == ["line 2: A: unchanged"]
    assert bring(row("A", id="1", **facts[0]), file="d") == ["line 2: A: unchanged"]


def test_two_that_bring_the_same_file_in_at_once_lose_nothing(db, bring):
    run = batches.begin(db, fingerprint="a", source="import", name="a", now=NOW)
    first = [rows.read(2, row("A"), "import")]
    batches.store(db, run.id, first, done=0, now=NOW)

    with pytest.raises(batches.GoesOnElsewhere):
        batches.store(db, run.id, first, done=0, now=NOW)
    assert (run.records, stored(db)) == (1, 1)


def test_a_film_with_an_id_takes_no_film_of_another_id_that_was_once_told_without(db, bring):
    bring(row("Twin"))
    bring(row("Twin", id="1"), file="b")

    assert bring(row("Twin", id="2"), file="c") == ["line 2: Twin: taken"]
    assert bring(row("Twin", id="1"), file="d")[0].startswith("line 2: Twin: unchanged")
    assert stored(db) == 2


def test_only_a_source_itself_brings_its_score_up_to_date(db, bring):
    bring(row("A", id="1", score="8.8", votes="90000"), source="IMDb")

    facts = {"score": "1.1", "votes": "3", "score_source": "IMDb"}
    said = bring(row("A", id="9", **facts), file="b")
    assert said == [
        "line 2: A: in the catalogue already: nothing filled in; "
        "score of IMDb: the catalogue says 8.8 by 90,000, the file 1.1 by 3: kept"
    ]
    stars = facts | {"score": "4.4/5", "votes": "90000"}
    [said] = bring(row("A", id="9", **stars), file="d")
    assert said.endswith("the catalogue says 8.8 by 90,000, the file 4.4/5 by 90,000: kept")
    assert bring(row("A", id="1", score="8.9", votes="90001"), source="IMDb", file="c") == [
        "line 2: A: changed since its import: score filled in"
    ]


def test_a_text_whose_paragraphs_were_once_joined_has_them_from_the_next_import(db, bring):
    story = {"synopsis": "Short.", "synopsis_long": "It begins. It ends."}
    bring(row("A", **story))

    parted = story | {"synopsis_long": "It begins.\n\nIt ends."}
    [said] = bring(row("A", **parted), file="b")
    [other] = bring(row("A", **story, runtime="90"), file="c")

    assert said == "line 2: A: changed since its import: long synopsis filled in"
    assert db.scalars(select(Title.synopsis_long)).one() == parted["synopsis_long"]
    assert other.endswith("runtime filled in; synopsis long: the file has another text: kept")


def test_a_longer_text_its_rights_and_parts_are_filled_in_each_by_itself(db, bring):
    bring(row("A", synopsis="Short.", cast="Ann Player; Bob"))
    more = {"synopsis_long": "Short. And long.", "rights": "CC0", "cast": "Ann Player as Queen"}

    assert bring(row("A", synopsis="Short.", **more), file="b") == [
        "line 2: A: changed since its import: long synopsis, rights, role filled in"
    ]
    assert bring(row("A", synopsis="Short.", **(more | {"rights": "MIT"})), file="c") == [
        "line 2: A: changed since its import: nothing filled in; "
        "rights: the file has another text: kept"
    ]


def test_a_film_with_more_names_than_an_index_holds_is_found_by_the_first_of_them(db, bring):
    names = "; ".join(f"{chr(0x4E00 + n)}" + "映画" * 190 for n in range(30))
    said = bring(
        row("A", id="1", aliases=names, cast="; ".join(f"{n} {'名' * 110}" for n in range(60)))
    )
    assert said == ["line 2: A: taken"]
    assert [name for name, _ in searching.found(db, "A")] == ["A"]


def test_a_day_gives_the_year_however_it_is_written_and_no_country_is_made_up(db, bring):
    compact = {"year": "", "released_on": "20201231", "certificate": "15"}
    bring(row("A", id="1", **compact), row("B", id="2", year="", released_on="1800-05-05"))

    first, other = db.scalars(select(Title).order_by(Title.id))
    assert (first.year, other.year, other.releases) == (2020, None, [])
    assert [one.territory for one in first.releases] == ["ZZ"]
    assert [(one.system, one.label) for one in first.certificates] == [("", "15")]


def test_films_without_an_id_are_two_where_their_casts_share_nobody(db, bring):
    first = row("Same", cast="Ann X; Bob Y")

    assert bring(first, row("Same", cast="Carl Z")) == [
        *("line 2: Same: taken", "line 3: Same: taken"),
    ]
    assert bring(first | {"runtime": "77"}, row("Same", cast="Carl Z; Dora Q"), file="b") == [
        "line 2: Same: changed since its import: runtime filled in",
        "line 3: Same: changed since its import: nothing filled in; "
        "cast: the file also names Dora Q: kept as it is",
    ]
    assert stored(db) == 2


def test_people_genres_and_states_that_differ_are_told_and_what_lacks_is_filled_in(db, bring):
    facts = {"directors": "Di", "genres": "Drama", "released_on": "1990-01-02"}
    first = row("A", id="1", **facts) | {"year": ""}
    bring(first, row("B", id="2"))

    said = bring(
        row(
            "A",
            **{"id": "1", "directors": "Somebody Else", "genres": "War", "status": "draft"},
            **{"territory": "GB", "released_on": "1991-03-04", "collections": "My rail"},
        )
        | {"year": "1990"},
        row("B", id="2"),
        file="b",
    )

    assert said == [
        "line 2: A: changed since its import: collection, release date filled in; "
        "director: the file also names Somebody Else: kept as it is; "
        "genre: the catalogue says Drama, the file War: kept; "
        "status: the catalogue says published, the file draft: kept",
        "line 3: B: unchanged",
    ]


def test_a_withdrawn_film_that_its_file_still_tells_is_said_to_stay_so(db, bring):
    bring(row("A"))
    db.scalars(select(Title)).one().status = "withdrawn"
    db.flush()

    assert bring(row("A"), file="b") == ["line 2: A: status: withdrawn in the catalogue: kept"]
    [said] = bring(row("A", status="published"), file="c")
    assert said.endswith("; status: the catalogue says withdrawn, the file published: kept")


def test_of_many_people_whom_the_file_names_besides_the_first_are_told_and_how_many_more(bring):
    bring(row("A", id="1", cast="Ann"))

    [said] = bring(row("A", id="1", cast=";".join(["Ann", *"BCDEFGH"])), file="b")

    assert said.endswith("cast: the file also names B, C, D, E, F and 2 more: kept as it is")


def test_a_certificate_that_the_desk_took_out_stays_away_and_others_come(db, bring):
    # given a film of whose certificates the desk has taken out one and put one right
    told = row("A", id="1", territory="US", certificate="X")
    british = row("A", year="1995", territory="GB", certificate="12")
    bring(told)
    bring(british, source="other", file="b", later=1)
    film = detail(db, "A", later=2, certificates=["BBFC, 15"])

    # when both sources tell more, and a third one tells another one
    [first] = bring(told | {"runtime": "90"}, file="c", later=3)
    [second] = bring(british | {"genres": "War"}, source="other", file="d", later=3)
    third = bring(row("A", territory="DE", certificate="12"), source="third", file="e", later=3)

    # then the one that was taken out stays away, and what is there stays as it is
    assert first.endswith("runtime filled in; certificate MPA: taken out at the desk: left out")
    assert second.endswith("certificate: the catalogue says 15, the file 12: kept")
    assert third == ["line 2: A: in the catalogue already: certificate filled in"]
    db.refresh(film)
    assert {one.system: one.label for one in film.certificates} == {"BBFC": "15", "FSK": "12"}

    # and one that has none at the desk's word takes none
    detail(db, "A", later=4, certificates=[])
    [last] = bring(told | {"runtime": "91"}, file="f", later=5)
    assert last.endswith("certificates: emptied at the desk: left empty")


def test_a_release_date_that_the_desk_took_out_stays_away_and_others_come(db, bring):
    # given a film of whose days the desk has taken out one and put one right
    american = row("A", id="1", territory="US", released_on="1995-01-01")
    british = row("A", territory="GB", released_on="1995-02-01")
    bring(american)
    bring(british, source="other", file="b", later=1)
    film = detail(db, "A", later=2, releases=["GB, cinema, 1995-02-03"])

    # when both sources tell more, and a third one tells of another country
    [first] = bring(american | {"runtime": "90"}, file="c", later=3)
    [second] = bring(british | {"genres": "War"}, source="other", file="d", later=3)
    french = row("A", territory="FR", released_on="1995-03-01")
    [third] = bring(french, source="third", file="e", later=3)

    # then the one that was taken out stays away, and what is there stays as it is
    told = "release date US theatrical: taken out at the desk: left out"
    assert first == f"line 2: A: changed since its import: runtime filled in; {told}"
    kept = "release date: the catalogue says 1995-02-03, the file 1995-02-01: kept"
    assert second == f"line 2: A: changed since its import: genre filled in; {kept}"
    assert third == "line 2: A: in the catalogue already: release date filled in"
    db.refresh(film)
    days = {one.territory: one.on.isoformat() for one in film.releases}
    assert days == {"GB": "1995-02-03", "FR": "1995-03-01"}


def test_people_and_parts_that_the_desk_took_out_stay_away(db, bring):
    # given a film whose directors the desk has emptied, with a part and a player of its cast
    told = row("A", id="1", directors="Di", cast="Ann as Ada; Bo as Ben; Cy")
    bring(told)
    film = detail(db, "A", later=1, directors=[], cast=["Cy", "Ann"])
    assert film.emptied == ["directors", "part of ann"]

    # when its source tells them anew, and a part that nobody has taken out
    more = {"runtime": "90", "cast": "Ann as Ada; Bo as Ben; Cy as Cid"}
    [said] = bring(told | more, file="b", later=2)

    # then that is told, and they stay away
    assert said == (
        "line 2: A: changed since its import: runtime, role filled in; "
        "directors: emptied at the desk: left empty; "
        "part of ann: taken out at the desk: left out; "
        "cast: the file also names Bo: kept as it is"
    )
    db.refresh(film)
    assert [(one.person.name, one.role) for one in film.credits] == [("Cy", "Cid"), ("Ann", None)]


def test_other_names_that_the_desk_took_out_stay_away_and_others_come(db, bring):
    # given a film of whose other names the desk has taken out one, and whose notices it emptied
    told = row("Wings", id="1", aliases="Wingz; Ailes", content_notices="war", cast="Bo")
    bring(told)
    film = detail(db, "Wings", later=1, aliases=["Ailes"], content_notices=[])

    # when its source tells them anew, and another one calls the film so
    [first] = bring(told | {"aliases": "Wingz; Ailes; Ali"}, file="b", later=2)
    other = row("Wingz", original_title="Wings", cast="Bo")
    [second] = bring(other, source="other", file="c", later=3)

    # then that is told, and they stay away
    assert first == (
        "line 2: Wings: changed since its import: other name filled in; "
        "content notices: emptied at the desk: left empty; "
        "other name wingz: taken out at the desk: left out"
    )
    assert second.startswith("line 2: Wingz: in the catalogue already: original name filled in; ")
    db.refresh(film)
    assert (film.aliases, film.content_notices) == (["Ailes", "Ali"], [])


def test_a_score_that_the_desk_took_out_is_not_brought_up_to_date(db, bring):
    told = row("A", id="1", score="9", votes="100")
    bring(told, source="IMDb")
    film = detail(db, "A", later=1, ratings=[])

    [first] = bring(told | {"score": "9.1"}, source="IMDb", file="b", later=2)
    [second] = bring(row("A", score="8", votes="50"), source="other", file="c", later=2)

    said = "nothing filled in; score of imdb: taken out at the desk: left out"
    assert first == f"line 2: A: changed since its import: {said}"
    assert second == "line 2: A: in the catalogue already: score filled in"
    db.refresh(film)
    assert [one.source for one in film.ratings] == ["other"]
