"""A long file comes in batch by batch: nothing twice, nothing overwritten, nothing lost."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from catalog.imports import batches, rows
from catalog.imports.models import ImportRun
from catalog.models import Title, TitleSource
from tests import searching
from tests.catalog.imports.records import row, stored
from tests.factories import NOW


def test_the_same_file_again_changes_nothing(db, bring):
    films = [row("A"), row("B", id="tt2"), row("C", genres="Drama", cast="Ada")]
    assert bring(*films) == ["line 2: A: taken", "line 3: B: taken", "line 4: C: taken"]

    assert bring(*films, later=1) == [
        *("line 2: A: unchanged", "line 3: B: unchanged", "line 4: C: unchanged"),
    ]
    assert stored(db) == 3
    assert set(db.scalars(select(Title.updated_at))) == {NOW}


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


def test_a_film_with_more_names_than_an_index_holds_is_found_by_the_first_of_them(db, bring):
    names = "; ".join(f"{chr(0x4E00 + n)}" + "映画" * 190 for n in range(30))
    said = bring(
        row("A", id="1", aliases=names, cast="; ".join(f"{n} {'名' * 110}" for n in range(60)))
    )
    assert said == ["line 2: A: taken"]
    assert [name for name, _ in searching.found(db, "A")] == ["A"]


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
