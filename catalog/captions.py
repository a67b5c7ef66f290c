"""What the captions of a video are called: by the reader, and by whoever speaks the language."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError, get_global

from catalog.models import CaptionTrack

# From ``deu``, and ``ger``, to ``de``: ISO 639-2 and what it once was, as Unicode lists them.
SHORTER = {
    long: short for long, short in get_global("language_aliases").items() if "_" not in short
}


@lru_cache(maxsize=1_024)
def name(language: str, reader: str = "en_GB") -> str:
    """``German``: the language (BCP 47, or three letters of ISO 639-2) in the reader's words, with
    a country where the code names one, and no other."""
    known, code = Locale.parse(reader).languages, language.lower()
    alone = known.get(code) or known.get(SHORTER.get(code, code))
    return alone or _spoken(language, reader) or language


def code(spoken: str) -> str:
    """``de`` of ``German``: the code of a language that a reader names; other words as they are."""
    return _codes().get(spoken.casefold(), spoken)


def label(track: CaptionTrack) -> str:
    """``Deutsch``: what a player's menu calls them, for those who read nothing else."""
    own = track.name or _spoken(track.language) or name(track.language)
    return own[:1].upper() + own[1:]


def tag(language: str) -> str | None:
    """The same language as HTML's ``lang`` has it; ``None`` where nobody here knows it."""
    found = SHORTER.get(language.lower(), language.replace("_", "-"))
    return found if _spoken(found) else None


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    known = Locale.parse("en_GB").languages
    return {words.casefold(): found.replace("_", "-") for found, words in known.items()}


@lru_cache(maxsize=256)
def _spoken(language: str, reader: str | None = None) -> str | None:
    """The name of a language; ``None`` where nobody here knows it."""
    code, _, more = language.replace("_", "-").partition("-")
    code = SHORTER.get(code.lower(), code)
    try:
        if more:
            return Locale.parse(f"{code}-{more}", sep="-").get_display_name(reader)
        return Locale.parse(code, resolve_likely_subtags=False).get_language_name(reader)
    except (ValueError, UnknownLocaleError):
        return None
