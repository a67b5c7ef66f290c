"""Drawn artwork: any title makes a sound, legible, repeatable picture."""

from __future__ import annotations

import hashlib
import json
from io import BytesIO
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from catalog import artwork
from catalog.artwork import compositions, lettering, palettes, posters, sharing
from catalog.artwork.compositions import compose
from catalog.artwork.palettes import Palette

SVG = "{http://www.w3.org/2000/svg}"
FILMS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "catalog" / "demo" / "films.json").read_text(encoding="utf-8")
)
DEMO = [(film["title"], film["year"], film["genres"][0]) for film in FILMS]

anything = st.text(st.characters(), max_size=400)
years = st.none() | st.integers(-9999, 9999)
genres = (
    st.none() | st.sampled_from(["Drama", "film noir", "SCI-FI", "Nothing we know"]) | st.text()
)


def read(svg: str) -> ElementTree.Element:
    """The picture as a strict reader of UTF-8 sees it."""
    return ElementTree.fromstring(svg.encode())  # noqa: S314 - we wrote it ourselves


def rows(svg: str) -> list[str]:
    """The lines of the title, without the year."""
    texts = read(svg).iter(f"{SVG}text")
    return [text.text or "" for text in texts if text.get("letter-spacing") is None]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG measures it, from 1 to 21."""
    dark, light = sorted(map(luminance, (one, other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance of ``#RRGGBB``, from 0 to 1."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@settings(deadline=None, max_examples=300)
@given(anything, years, genres)
def test_any_title_makes_well_formed_pictures(
    title: str, year: int | None, genre: str | None
) -> None:
    poster = read(artwork.poster_svg(title, year, genre))
    still = read(artwork.still_svg(title, year, genre))

    assert poster.get("viewBox") == "0 0 400 600"
    assert still.get("viewBox") == "0 0 400 225"


@settings(deadline=None, max_examples=300)
@given(anything)
def test_any_title_has_at_most_five_short_lines(title: str) -> None:
    lines = lettering.lines(title)

    assert len(lines) <= 5
    assert all(len(line) <= 11 or " " not in line for line in lines if line.isascii())


@settings(deadline=None, max_examples=300)
@given(anything, years)
def test_letters_stay_inside_the_margins_and_below_the_picture(
    title: str, year: int | None
) -> None:
    poster = read(artwork.poster_svg(title, year, "Drama"))
    (group,), (picture,) = poster.findall(f"{SVG}g"), poster.findall(f"{SVG}svg")
    size, lines = float(group.get("font-size", 0)), group.findall(f"{SVG}text")

    assert all(float(line.get("textLength", 0)) <= 345 for line in lines)
    assert all(0 < float(line.get("y", 0)) <= 580 for line in lines)
    if lettering.lines(title):
        top = float(lines[0].get("y", 0)) - size * 0.8
        assert float(picture.get("height", 0)) < top


@settings(deadline=None, max_examples=40)
@given(anything, years, genres, anything)
def test_any_title_makes_a_card_to_share(
    title: str, year: int | None, genre: str | None, site_name: str
) -> None:
    card = artwork.sharing_png(title, year, genre, site_name=site_name)

    with Image.open(BytesIO(card)) as image:
        assert (image.format, image.size) == ("PNG", (1200, 630))
    assert len(card) < 60_000


@pytest.mark.parametrize("palette", set(palettes.BY_GENRE.values()))
def test_the_letters_of_every_palette_are_legible_on_their_ground(palette: Palette) -> None:
    assert contrast(palette.ink, palette.ground) >= 4.5


@pytest.mark.parametrize(
    ("genre", "palette"),
    [
        ("Science fiction", palettes.SCIENCE_FICTION),
        ("sci-fi", palettes.SCIENCE_FICTION),
        ("Film noir", palettes.THRILLER),
        ("WESTERN", palettes.ADVENTURE),
        ("Something new", palettes.DRAMA),
        (None, palettes.DRAMA),
    ],
)
def test_a_genre_without_a_palette_borrows_its_nearest(genre: str | None, palette: Palette) -> None:
    assert palettes.for_genre(genre) == palette


def test_every_genre_of_the_demo_catalogue_has_a_palette_by_name() -> None:
    found = {genre.casefold() for film in FILMS for genre in film["genres"]}

    assert found - set(palettes.BY_GENRE) == set()


@pytest.mark.parametrize(
    ("title", "lines"),
    [
        ("Leaving Las Vegas", ["Leaving", "Las Vegas"]),
        ("M", ["M"]),
        ("Tom & Jerry's <Night>", ["Tom &", "Jerry's", "<Night>"]),
        ("Sita Sings the Blues", ["Sita Sings", "the Blues"]),
        ("Confidential \x00 \ud800\nReport", ["Confidential", "Report"]),
        ("Supercalifragilisticexpialidocious", ["Supercalifragilis-", "ticexpialidocious"]),
        ("Saint-Germain-des-Prés-la-Ville", ["Saint-", "Germain-", "des-Prés-", "la-Ville"]),
        ("อัศจรรย์ภาพยนตร์ยาวมากที่สุดในโลก", ["อัศจรรย์ภาพยนตร์ยา", "วมากที่สุดในโลก"]),
        ("प्रतिद्वन्द्वी कहानी", ["प्रतिद्वन्द्वी", "कहानी"]),
        ("狂った一頁の長い物語", ["狂った一頁", "の長い物語"]),
        ("我不是药神。一个关于", ["我不是药神。", "一个关于"]),
        ("スーパーマリオの「夜」。", ["スーパー", "マリオの", "「夜」。"]),
        ("ゴジラ-1.0", ["ゴジラ-1.0"]),
        ("word " * 80, ["word word"] * 4 + ["word word…"]),
        ("  ", []),
    ],
)
def test_a_title_is_broken_where_it_reads_well(title: str, lines: list[str]) -> None:
    assert lettering.lines(title) == lines
    assert rows(artwork.poster_svg(title, 1995, None)) == lines


def test_no_mark_is_parted_from_its_letter() -> None:
    title = "e\u0327\u0301" * 40

    assert all(line[0] != "\u0327" for line in lettering.lines(title))


@pytest.mark.parametrize("title", ["قصة مدينة", "סיפור על אהבה", "فيلم Matrix"])
def test_arabic_and_hebrew_begin_at_the_right(title: str) -> None:
    (group,) = read(artwork.poster_svg(title, 1960, "Drama")).findall(f"{SVG}g")

    assert group.get("direction") == "rtl"
    assert {text.get("x") for text in group} == {"372"}


def test_a_year_is_printed_only_when_it_is_known() -> None:
    assert ">1922<" in artwork.poster_svg("Nosferatu", 1922, "Horror")
    assert "None" not in artwork.poster_svg("Nosferatu", None, "Horror")


def test_a_still_is_the_picture_without_words() -> None:
    still = read(artwork.still_svg("Nosferatu", 1922, "Horror"))

    assert list(still.iter(f"{SVG}text")) == []
    assert palettes.HORROR.near in artwork.still_svg("Nosferatu", 1922, "Horror")


def test_poster_still_and_card_show_the_same_composition() -> None:
    for title, year, _ in DEMO:
        kinds = [{type(shape) for shape in compose(title, year, 400, h)} for h in (225, 400, 600)]
        assert kinds[0] == kinds[1] == kinds[2]


def test_the_demo_catalogue_shows_all_eight_compositions() -> None:
    indexes = [
        hashlib.sha256(f"{title}|{year}".encode()).digest()[0] % 8 for title, year, _ in DEMO
    ]

    assert len(compositions.COMPOSITIONS) == 8
    assert set(indexes) == set(range(8))


@pytest.mark.parametrize("draw", compositions.COMPOSITIONS)
@pytest.mark.parametrize("chance", [0.0, 0.3, 0.62, 1.0])
def test_every_composition_fits_every_frame(draw: compositions.Composition, chance: float) -> None:
    for width, height in [(400, 225), (400, 300), (400, 540), (560, 630), (1200, 630)]:
        assert draw([chance] * 31, width, height)


def test_posters_are_small_enough_to_stand_in_rows() -> None:
    sizes = [len(artwork.poster_svg(*film).encode()) for film in DEMO]

    assert min(sizes) >= 500 and max(sizes) <= 2048


def test_nothing_is_fetched_by_a_poster() -> None:
    for film in DEMO:
        drawn = artwork.poster_svg(*film).replace("http://www.w3.org/2000/svg", "")
        assert not any(word in drawn for word in ("http", "href", "url(", "@import", "<style"))


def test_a_title_in_plain_letters_is_on_the_card_and_another_script_leaves_it_to_the_picture() -> (
    None
):
    def left_half(title: str) -> int:
        card = artwork.sharing_png(title, None, "Drama", site_name="")
        with Image.open(BytesIO(card)) as image:
            colours = image.convert("RGB").crop((64, 200, 560, 430)).getcolors(10_000)
        return len(colours or [])

    assert left_half("Häxan") > 2
    for title, bare in (("Häxan", "Haxan"), ("Łódź", "Lodz"), ("Πάθη", "Παθη"), ("Ёлки", "Елки")):
        assert left_half(title) > 2
        assert artwork.sharing_png(title, None, None, site_name="A") != artwork.sharing_png(
            bare, None, None, site_name="A"
        )
    assert artwork.sharing_png("Häxan", 1922, None, site_name="A") != artwork.sharing_png(
        "Häxan", 1922, None, site_name="B"
    )
    assert artwork.sharing_png("狂った一頁", 1926, None, site_name="A") == artwork.sharing_png(
        "狂った一頁", 1926, None, site_name="B"
    )


@pytest.mark.parametrize("sign", '"%«»“”„§†')
def test_no_sign_of_a_card_lies_over_the_letter_behind_it(sign: str) -> None:
    font = sharing._font(100)

    drawn = font.getmask(sign).getbbox()

    assert drawn is not None
    assert font.getlength(sign) >= 0.8 * drawn[2]


def test_the_same_film_is_drawn_the_same_for_ever_until_the_edition_changes() -> None:
    drawn = "".join(
        draw(*film) for film in DEMO for draw in (artwork.poster_svg, artwork.still_svg)
    )

    # a new digest means new pictures at old addresses: raise EDITION together with this line
    assert (posters.EDITION, hashlib.sha256(drawn.encode()).hexdigest()[:16]) == (
        5,
        "5b6d58e42cdab809",
    )


def test_the_address_of_a_picture_changes_with_what_it_shows() -> None:
    nosferatu = artwork.content_hash("Nosferatu", 1922, "Horror")

    assert nosferatu == artwork.content_hash("Nosferatu", 1922, "horror")
    assert len({
        nosferatu,
        artwork.content_hash("Nosferatu", 1923, "Horror"),
        artwork.content_hash("Nosferatu", None, "Horror"),
        artwork.content_hash("Nosferatu", 1922, "Comedy"),
        artwork.content_hash("Nosferatu ", 1922, "Horror"),
        artwork.content_hash("\ud800", 1922, "Horror"),
    }) == 6  # fmt: skip
