"""An operator's picture is checked, cut to every size, and takes the place of the drawn one."""

from __future__ import annotations

import hashlib
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from catalog import picture_cuts, pictures
from catalog.models import Picture, PictureCut
from catalog.picture_cuts import UnusablePicture
from tests import colour_profiles, factories
from tests.factories import NOW


def file(width=900, height=1400, kind="JPEG", mode="RGB", **options):
    """A busy picture, as an operator would upload it."""
    small = Image.new(mode, (60, 90))
    small.frombytes(hashlib.shake_128(b"noise").digest(60 * 90 * len(small.getbands())))
    out = BytesIO()
    small.resize((width, height), Image.Resampling.BICUBIC).save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "mode"), [("PNG", "RGBA"), ("WEBP", "RGB"), ("AVIF", "RGB")])
def test_a_poster_is_cut_to_every_width_within_its_weight(kind, mode):
    cuts = dict(picture_cuts.posters(picture_cuts.opened(file(kind=kind, mode=mode))))

    sizes = {name: Image.open(BytesIO(data)).size for name, data in cuts.items()}
    assert sizes == {
        **{
            f"poster-{w}.{end}": (w, w * 3 // 2)
            for w in (176, 352, 704)
            for end in ("avif", "webp")
        },
        "poster-352.jpg": (352, 528),
        "sharing.jpg": (1200, 630),
    }
    limits = {"176": 12_000, "352": 30_000, "704": 70_000}
    packed = {name: data for name, data in cuts.items() if name.endswith(("avif", "webp"))}
    assert all(len(data) <= limits[name[7:10]] for name, data in packed.items())


def test_a_picture_that_lies_on_its_side_is_turned_and_tells_nothing_of_its_maker():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "A camera"

    picture = picture_cuts.opened(file(900, 600, exif=exif))

    assert picture.size == (600, 900)
    assert not any(Image.open(BytesIO(cut)).getexif() for _, cut in picture_cuts.stills(picture))


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (352, 352), (900, 5000)])
def test_a_still_is_cut_to_every_width_in_two_formats_within_its_weight(width, height):
    cuts = dict(picture_cuts.stills(picture_cuts.opened(file(width, height))))

    shown = {name: Image.open(BytesIO(data)) for name, data in cuts.items()}
    ends = {"webp": "WEBP", "jpg": "JPEG"}
    assert {name: (one.format, one.size) for name, one in shown.items()} == {
        **{f"still-640.{end}": (kind, (640, 360)) for end, kind in ends.items()},
        **{f"still-1280.{end}": (kind, (1280, 720)) for end, kind in ends.items()},
        "sharing.jpg": ("JPEG", (1200, 630)),
    }
    limits = {"640": 50_000, "1280": 150_000}
    assert all(
        len(cuts[f"still-{width}.{end}"]) <= most for width, most in limits.items() for end in ends
    )


def saved(picture, kind="PNG", **options):
    """A picture as a file."""
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_large_picture_is_made_smaller_before_anything_else(kind, monkeypatch):
    copied = []
    convert = Image.Image.convert
    monkeypatch.setattr(
        Image.Image, "convert", lambda it, *to: copied.append(it.size) or convert(it, *to)
    )

    picture = picture_cuts.opened(saved(Image.new("RGB", (3000, 4500), "navy"), kind))

    assert (picture.size, {*copied}) == ((2560, 3840), {(2560, 3840)})


def test_what_is_seen_through_becomes_white_and_half_of_it_half_white():
    clear = Image.new("RGBA", (400, 400), (200, 0, 0, 0))
    clear.paste((200, 0, 0, 128), (200, 0, 400, 400))

    picture = picture_cuts.opened(saved(clear))

    assert [picture.getpixel((x, 9)) for x in (9, 390)] == [(255, 255, 255), (227, 127, 127)]


def test_grey_of_sixteen_bits_is_as_light_as_it_was():
    grey = Image.new("I;16", (400, 400), 128 * 256)

    assert picture_cuts.opened(saved(grey)).getpixel((9, 9)) == (128, 128, 128)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK"])
def test_a_picture_in_other_colours_is_used(mode):
    kind = "JPEG" if mode == "CMYK" else "PNG"

    picture = picture_cuts.opened(saved(Image.new("RGB", (400, 400), "white").convert(mode), kind))

    assert (picture.mode, picture.getpixel((9, 9))) == ("RGB", (255, 255, 255))


PROFILED = {
    "red that is green": ("RGB", (255, 0, 0), colour_profiles.red_is_green, (0, 255, 0)),
    "the same, in a clear picture": (
        "RGBA",
        (255, 0, 0, 255),
        colour_profiles.red_is_green,
        (0, 255, 0),
    ),
    "grey of half the light": ("L", 128, colour_profiles.even_grey, (188, 188, 188)),
    "the same, seen through": ("LA", (128, 255), colour_profiles.even_grey, (188, 188, 188)),
    "an ink that prints red": ("CMYK", (255, 0, 0, 0), colour_profiles.cyan_is_red, (255, 0, 0)),
}


@pytest.mark.parametrize("what", PROFILED)
def test_a_picture_has_the_colours_that_its_profile_says(what):
    mode, colour, profile, meant = PROFILED[what]
    kind = "JPEG" if mode == "CMYK" else "PNG"
    data = saved(Image.new(mode, (400, 400), colour), kind, icc_profile=profile())

    picture = picture_cuts.opened(data)

    assert picture.getpixel((9, 9)) == pytest.approx(meant, abs=2)
    assert (picture.mode, picture.info) == ("RGB", {})


@pytest.mark.parametrize(
    "profile", [b"nonsense", colour_profiles.red_is_green()[:200], colour_profiles.cyan_is_red()]
)
def test_a_profile_that_is_broken_or_of_other_colours_is_passed_over(profile):
    picture = picture_cuts.opened(saved(Image.new("RGB", (400, 400), "red"), icc_profile=profile))

    assert picture.getpixel((9, 9)) == (255, 0, 0)


def test_a_damaged_picture_is_refused_with_a_profile_as_without_one():
    with pytest.raises(UnusablePicture, match="damaged"):
        picture_cuts.opened(file(icc_profile=colour_profiles.red_is_green())[:5_000])


@pytest.mark.parametrize(
    "exif", [b"Exif\0\0MM\0*", b"Exif\0\0nonsense", b"Exif\0\0II*\0\x08\0\0\0\7"]
)
def test_a_good_picture_with_broken_words_of_its_camera_is_used(exif):
    assert picture_cuts.opened(file(exif=exif)).size == (900, 1400)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "This is no JPEG, PNG, WebP or AVIF picture."),
        (
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            "This is no JPEG, PNG, WebP or AVIF picture.",
        ),
        (file(kind="GIF"), "This is no JPEG, PNG, WebP or AVIF picture."),
        (file()[:5_000], "The picture is damaged and cannot be read."),
        (file(351, 900), "The picture is smaller than 352 pixels."),
        (b"\xff\xd8" + b"0" * 10_485_760, "The file is larger than 10 MB."),
    ],
)
def test_what_cannot_be_used_is_refused_with_the_reason(data, why):
    with pytest.raises(UnusablePicture) as refused:
        picture_cuts.opened(data)

    assert refused.value.sentence == f"{why} What the film shows now stays."


def test_a_small_file_of_too_many_pixels_is_refused_before_it_is_unpacked():
    bomb = BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, "PNG")

    with pytest.raises(UnusablePicture) as refused:
        picture_cuts.opened(bomb.getvalue())

    assert refused.value.sentence.startswith("The picture has more than 50 million pixels.")


def test_a_picture_stays_while_a_film_shows_it_and_the_same_file_again_changes_nothing(db):
    # given two films with one poster
    first, second = factories.title(db, name="A"), factories.title(db, name="B")
    content = pictures.put(db, first, file(), kind="poster", now=NOW)
    assert pictures.put(db, second, file(), kind="poster", now=NOW) == content
    assert pictures.put(db, first, file(), kind="poster", now=NOW) == content

    # when one of them goes back to the drawn one, the other still shows it
    pictures.remove(db, first, kind="poster", now=NOW)
    assert (first.picture, second.picture) == (None, content)
    assert pictures.cut(db, content, "poster-352.avif") is not None

    # and with the last one it goes, with all its cuts
    pictures.remove(db, second, kind="poster", now=NOW)
    assert db.scalar(select(func.count()).select_from(PictureCut)) == 0
    assert db.scalar(select(func.count()).select_from(Picture)) == 0


def test_a_file_of_too_many_bytes_or_pixels_or_too_few_is_no_still_of_a_film(db):
    film = factories.title(db, name="A")
    many = saved(Image.new("1", (8_000, 6_251)))
    exact, least = saved(Image.new("1", (8_000, 6_250))), saved(Image.new("L", (352, 352)))
    padded = saved(Image.new("L", (400, 400)))
    padded += b"0" * (10 * 1024 * 1024 - len(padded))

    for data, why in (
        (many, "more than 50 million pixels"),
        (saved(Image.new("L", (351, 400))), "smaller than 352 pixels"),
        (padded + b"0", "larger than 10 MB"),
    ):
        with pytest.raises(UnusablePicture, match=why):
            pictures.put(db, film, data, kind="still", now=NOW)
        assert film.still is None

    for data in (exact, least, padded):
        content = pictures.put(db, film, data, kind="still", now=NOW)
        assert film.still == content
        assert pictures.cut(db, content, "still-1280.webp") is not None


def test_a_file_that_cannot_be_read_leaves_the_picture_before(db):
    film = factories.title(db, name="A")
    content = pictures.put(db, film, file(), kind="poster", now=NOW)

    with pytest.raises(UnusablePicture):
        pictures.put(db, film, b"nonsense", kind="poster", now=NOW)

    assert film.picture == content


def test_pure_noise_weighs_no_more_than_a_page_has_room_for():
    noise = Image.effect_noise((704, 1056), 120).convert("RGB")

    cuts = dict([*picture_cuts.posters(noise), *picture_cuts.stills(noise)])

    for width, most in picture_cuts.WIDTHS.items():
        assert max(len(cuts[f"poster-{width}.{end}"]) for end in ("avif", "webp")) <= most
    for width, most in picture_cuts.STILL_WIDTHS.items():
        assert max(len(cuts[f"still-{width}.{end}"]) for end in ("webp", "jpg")) <= most
