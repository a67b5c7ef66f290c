"""What the captions of a video are called: by the reader, and by whoever speaks the language."""

from __future__ import annotations

from babel import Locale
from babel.core import UnknownLocaleError

from catalog.models import CaptionTrack


def name(track: CaptionTrack, reader: str = "en_GB") -> str:
    """``German``: the language in the reader's words."""
    spoken = _spoken(track.language, reader)
    return spoken or Locale.parse(reader).languages.get(track.language, track.language)


def label(track: CaptionTrack) -> str:
    """``Deutsch``: what a player's menu calls them, for those who read nothing else."""
    own = track.name or _spoken(track.language) or name(track)
    return own[:1].upper() + own[1:]


def _spoken(language: str, reader: str | None = None) -> str | None:
    """The name of a BCP 47 language; ``None`` where nobody here knows it."""
    try:
        return Locale.parse(language, sep="-").get_display_name(reader)
    except (ValueError, UnknownLocaleError):
        return None
