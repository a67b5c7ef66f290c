"""An operator's picture, checked, turned upright and re-encoded at every size that pages want."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, ImageFilter, ImageOps, UnidentifiedImageError

from core.errors import DomainError

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 50_000_000
LEAST_WIDTH = 352
FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
POSTER, WIDE, SHARING = (2, 3), (16, 9), (1200, 630)
# Widths of a poster and of a still, with the most bytes that one may weigh.
WIDTHS = {176: 12_000, 352: 30_000, 704: 70_000}
STILL_WIDTHS = {640: 50_000, 1280: 150_000}
SHARING_BYTES = 300_000
LARGE = 2 * max(STILL_WIDTHS)
QUALITIES = (72, 62, 52, 42, 32, 22)
BLURS = (1, 2, 4, 8)
KINDS = {"avif": "image/avif", "webp": "image/webp", "jpg": "image/jpeg"}
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
UNREADABLE = (OSError, ValueError, SyntaxError, TypeError, LookupError, struct.error)
PILLOW = {"avif": "AVIF", "webp": "WEBP", "jpg": "JPEG"}


class UnusablePicture(DomainError):
    """A file that cannot be used as a picture; ``sentence`` says why and what would be."""

    status = 400

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.sentence = f"{why} What the film shows now stays."


def opened(data: bytes) -> Image.Image:
    """The picture in a file, upright, without its metadata, in red, green and blue, and no larger
    than twice what the largest cut needs.

    Raises ``UnusablePicture`` for what is too large, too small, of another kind or damaged. The
    number of pixels is read before any is unpacked, and it is made smaller before it is copied.
    """
    if len(data) > MOST_BYTES:
        raise UnusablePicture("The file is larger than 10 MB.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=FORMATS) as found:
                _check(found)
                return _flat(_upright(_as_meant(_smaller(found), found), found))
    except UnidentifiedImageError as wrong:
        raise UnusablePicture("This is no JPEG, PNG, WebP or AVIF picture.") from wrong
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise UnusablePicture("The picture has more than 50 million pixels.") from bomb
    except (OSError, ValueError, SyntaxError) as wrong:
        raise UnusablePicture("The picture is damaged and cannot be read.") from wrong


def _check(found: Image.Image) -> None:
    if found.width * found.height > MOST_PIXELS:
        raise UnusablePicture("The picture has more than 50 million pixels.")
    if min(found.size) < LEAST_WIDTH:
        raise UnusablePicture(f"The picture is smaller than {LEAST_WIDTH} pixels.")


def _smaller(found: Image.Image) -> Image.Image:
    """At the size that the cuts are made from. A JPEG is not even unpacked at its own size."""
    found.draft(None, (LARGE, LARGE))
    shown = _of_eight_bits(found)
    share = LARGE / min(shown.size)
    if share >= 1:
        return shown
    size = (round(shown.width * share), round(shown.height * share))
    return shown.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def _of_eight_bits(found: Image.Image) -> Image.Image:
    """In colours that can be mixed: not in numbers of a palette, nor in grey of 16 bits."""
    if found.mode.startswith("I"):
        return found.point(lambda light: light / 256).convert("L")
    if found.has_transparency_data and found.mode not in ("RGBA", "LA"):
        return found.convert("RGBA")
    return found.convert("RGB") if found.mode in ("1", "P") else found


def _as_meant(picture: Image.Image, found: Image.Image) -> Image.Image:
    """In the colours of the web (sRGB), where the file says by a profile which ones it has.

    Red, green and blue are changed where they stand, for a copy costs as much memory again. What
    is broken in a profile, or is not of this picture, is passed over.
    """
    profile = found.info.get("icc_profile")
    if not profile:
        return picture
    picture.load()  # or what is damaged would pass for a broken profile
    given, web = BytesIO(profile), ImageCms.createProfile("sRGB")
    try:
        if picture.mode in ("RGB", "RGBA"):
            ImageCms.profileToProfile(picture, given, web, inPlace=True)
            return picture
        solid = picture.convert("L") if picture.mode == "LA" else picture
        meant = ImageCms.profileToProfile(solid, given, web, outputMode="RGB") or picture
    except ImageCms.PyCMSError:
        return picture
    if picture.mode == "LA":
        meant.putalpha(picture.getchannel("A"))
    return meant


def _upright(picture: Image.Image, found: Image.Image) -> Image.Image:
    """Turned as the camera says that it was held; what cannot be read of that is passed over."""
    try:
        turn = TURNS.get(found.getexif().get(ExifTags.Base.Orientation, 1))
    except UNREADABLE:
        turn = None
    return picture if turn is None else picture.transpose(turn)


def _flat(picture: Image.Image) -> Image.Image:
    """In red, green and blue alone; what is seen through becomes white."""
    flat = picture.convert("RGB")
    if picture.mode in ("RGBA", "LA"):
        ground = Image.new("RGB", picture.size, "white")
        ground.paste(flat, mask=picture.getchannel("A"))
        return ground
    flat.info = {}
    return flat


def posters(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    """A poster at every width in AVIF and WebP, one JPEG for old browsers, and the card of a shared
    link; each with its name."""
    for width, most in WIDTHS.items():
        cut = ImageOps.fit(picture, (width, width * POSTER[1] // POSTER[0]))
        for end in ("avif", "webp"):
            yield f"poster-{width}.{end}", _encoded(cut, end, most)
        if width == LEAST_WIDTH:
            yield f"poster-{width}.jpg", _encoded(cut, "jpg", WIDTHS[704])
    yield "sharing.jpg", _encoded(_card(picture), "jpg", SHARING_BYTES)


def stills(picture: Image.Image) -> Iterator[tuple[str, bytes]]:
    """A still in 16:9 at every width in WebP and, for old browsers, in JPEG; and the card of a
    shared link; each with its name.

    AVIF would take seconds of work for each of these, to save little beside the video behind it.
    """
    for width, most in STILL_WIDTHS.items():
        cut = ImageOps.fit(picture, (width, width * WIDE[1] // WIDE[0]))
        for end in ("webp", "jpg"):
            yield f"still-{width}.{end}", _encoded(cut, end, most)
    yield "sharing.jpg", _encoded(ImageOps.fit(picture, SHARING), "jpg", SHARING_BYTES)


def _card(picture: Image.Image) -> Image.Image:
    """The whole poster beside nothing: in the middle of its own picture, made large and dim."""
    ground = ImageOps.fit(picture, (60, 32)).resize(SHARING).point(lambda light: light // 2)
    poster = ImageOps.contain(picture, (SHARING[0], SHARING[1] - 60))
    ground.paste(poster, ((SHARING[0] - poster.width) // 2, 30))
    return ground


def _encoded(cut: Image.Image, end: str, most: int) -> bytes:
    """The picture at the best quality of no more than ``most`` bytes; grain that no quality makes
    small enough is blurred, until it is."""
    data = b""
    for quality, blur in (*((each, 0) for each in QUALITIES), *((QUALITIES[-1], r) for r in BLURS)):
        file = BytesIO()
        shown = cut.filter(ImageFilter.GaussianBlur(blur)) if blur else cut
        shown.save(file, PILLOW[end], quality=quality)
        data = file.getvalue()
        if len(data) <= most:
            break
    return data
