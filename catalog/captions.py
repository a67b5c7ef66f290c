"""What the captions of a video are called: by the reader, and by whoever speaks the language."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError

from catalog.models import CaptionTrack


def name(language: str, reader: str = "en_GB") -> str:
    """``German``: the language (BCP 47) in the reader's words."""
    spoken = _spoken(language, reader)
    return spoken or Locale.parse(reader).languages.get(language, language)


def label(track: CaptionTrack) -> str:
    """``Deutsch``: what a player's menu calls them, for those who read nothing else."""
    own = track.name or _spoken(track.language) or name(track.language)
    return own[:1].upper() + own[1:]


@lru_cache(maxsize=256)
def _spoken(language: str, reader: str | None = None) -> str | None:
    """The name of a BCP 47 language; ``None`` where nobody here knows it."""
    try:
        return Locale.parse(language, sep="-").get_display_name(reader)
    except (ValueError, UnknownLocaleError):
        return None
