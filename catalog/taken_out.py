"""What the desk has taken out of a film: remembered by its name, for imports to leave it out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from catalog.models import Title
from catalog.records import Film

PLAIN_FACTS = (
    "year",
    "original_name",
    "runtime_minutes",
    "languages",
    "countries",
    "content_notices",
)
STORIES = ("synopsis", "synopsis_long")
TEXTS = (*STORIES, "rights")
FACTS = (*PLAIN_FACTS, *TEXTS, "genres")


def standing(title: Title) -> list[str]:
    """The names of all that a film has of what an import would fill in."""
    return [fact for fact in FACTS if getattr(title, fact)]


def remember(title: Title, stood: Sequence[str]) -> None:
    """Note what ``stood`` before and stands no more, beside what was taken out earlier; what stands
    again is no longer taken out."""
    stands = standing(title)
    gone = dict.fromkeys((*title.emptied, *stood))
    title.emptied = [name for name in gone if name not in stands]


def facts(title: Title, film: Film) -> list[str]:
    """What the record tells and the desk has emptied; without its synopsis a film takes no other
    text either, nor the rights of one."""
    emptied, stands = set(title.emptied), standing(title)
    tells = film.synopsis or film.synopsis_long
    if tells and not title.synopsis and not emptied.isdisjoint(STORIES):
        emptied.update(TEXTS)
    told = [fact for fact in FACTS if fact in emptied and getattr(film, fact)]
    return [fact for fact in told if fact not in stands]


def nothing(film: Film, fact: str) -> Any:
    """What a record says that does not tell this."""
    return () if isinstance(getattr(film, fact), tuple) else None
