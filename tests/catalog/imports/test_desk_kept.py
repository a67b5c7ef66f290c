"""What the desk has changed, emptied or taken out stays so, whatever is imported after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from catalog import detailing, editing
from catalog.models import Title
from tests.catalog.imports.records import row, stored
from tests.factories import NOW


def edit(db, called, *, later, **facts):
    """Change what the desk may change of a film."""
    film = db.scalars(select(Title).where(Title.name == called)).one()
    said = replace(editing.facts_of(film), **facts)
    editing.change(db, film, said, now=NOW + timedelta(days=later))


def detail(db, called, *, later, **typed):
    """Change what the desk may change of a film's details."""
    film = db.scalars(select(Title).where(Title.name == called)).one()
    detailing.change(db, film, typed, now=NOW + timedelta(days=later))
    return film


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
