"""What search engines and schema.org ask of each type that our pages mark up, as a validator.

For each type: the properties that must be there, those that should be wherever the page knows
them, and the form of every value. A property that is not listed is a complaint too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.numbers import list_currencies

Thing = dict[str, Any]
Form = Callable[[Any], bool]
DURATION = re.compile(r"PT(?=\d)(?:\d+H)?(?:\d{1,2}M)?(?:\d{1,2}S)?")
LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
PRICE = re.compile(r"\d+(?:\.\d+)?")
RASTER = re.compile(r"https?://[^\s]+\.(?:png|jpe?g|webp)(?:\?\S*)?")
ADDRESS = re.compile(r"https?://[^\s\"<>]+")
PLAYER = re.compile(rf"{ADDRESS.pattern}/trailer/embed")  # the one page that others may frame


def text(value: Any) -> bool:
    """Some words, without space around them."""
    return isinstance(value, str) and bool(value) and value == value.strip()


def number(low: float, high: float) -> Form:
    """A number, not a text, between two."""
    return lambda value: type(value) in (int, float) and low <= value <= high


def matching(pattern: re.Pattern[str]) -> Form:
    """A text of this form."""
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def one_of(*values: Any) -> Form:
    """One of these values."""
    return lambda value: value in values


def day(value: Any) -> bool:
    """A calendar day or a year: 1995-10-27, 1995."""
    try:
        return bool(re.fullmatch(r"\d{4}", value)) or bool(date.fromisoformat(value))
    except (TypeError, ValueError):
        return False


def instant(value: Any) -> bool:
    """An instant that names its zone."""
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def thing(*kinds: str) -> Form:
    """A thing of one of these types; what is in it is looked at by itself."""
    return lambda value: isinstance(value, dict) and value.get("@type") in kinds


def many(form: Form) -> Form:
    """A list of at least one."""
    return lambda value: isinstance(value, list) and bool(value) and all(map(form, value))


@dataclass(frozen=True)
class Rule:
    """One type: what it must have, what it should have, and what more it may have."""

    must: dict[str, Form]
    should: dict[str, Form]
    may: dict[str, Form]


PERSON, CURRENCY = thing("Person"), one_of(*list_currencies())
RULES = {
    "Movie": Rule(
        {"name": text, "image": matching(RASTER), "url": matching(ADDRESS)},
        {
            "dateCreated": day,
            "director": many(PERSON),
            "aggregateRating": thing("AggregateRating"),
            "review": many(thing("Review")),
        },
        {
            "datePublished": day,
            "duration": matching(DURATION),
            "contentRating": text,
            "genre": many(text),
            "description": text,
            "actor": many(PERSON),
            "alternateName": many(text),
            "subtitleLanguage": many(matching(LANGUAGE)),
            "trailer": thing("VideoObject"),
            "offers": thing("Offer"),
        },
    ),
    "AggregateRating": Rule(
        {"ratingValue": number(1, 10), "ratingCount": number(1, 10**9)},
        {"bestRating": number(10, 10), "worstRating": number(1, 1)},
        {},
    ),
    "Review": Rule(
        {"author": PERSON, "reviewRating": thing("Rating")},
        {"datePublished": day, "reviewBody": text},
        {},
    ),
    "Rating": Rule(
        {"ratingValue": number(1, 10)},
        {"bestRating": number(10, 10), "worstRating": number(1, 1)},
        {},
    ),
    "BreadcrumbList": Rule({"itemListElement": many(thing("ListItem"))}, {}, {}),
    "ListItem": Rule({"position": number(1, 10), "name": text}, {}, {"item": matching(ADDRESS)}),
    "VideoObject": Rule(
        {"name": text, "thumbnailUrl": matching(RASTER), "uploadDate": instant},
        {"description": text, "duration": matching(DURATION), "embedUrl": matching(PLAYER)},
        {},
    ),
    "Offer": Rule(
        {"price": matching(PRICE), "priceCurrency": CURRENCY},
        {
            "availability": one_of("https://schema.org/InStock"),
            "url": matching(ADDRESS),
            "priceSpecification": thing("UnitPriceSpecification"),
        },
        {"category": text, "seller": thing("Organization")},
    ),
    "UnitPriceSpecification": Rule(
        {"price": matching(PRICE), "priceCurrency": CURRENCY},
        {"unitCode": one_of("MON", "ANN"), "valueAddedTaxIncluded": one_of(True, False)},
        {},
    ),
    "Organization": Rule({"name": text}, {}, {}),
    "Person": Rule({"name": text}, {}, {}),
}
IF_KNOWN = {"Movie"}


def complaints(found: Thing, where: str = "") -> Iterator[str]:
    """What is wrong with a thing and everything in it."""
    kind = found.get("@type", "nothing")
    where = f"{where}/{kind}"
    rule = RULES.get(kind)
    if rule is None:
        yield f"{where} is no type of ours"
        return
    forms = rule.must | rule.should | rule.may
    needed = set(rule.must) | (set() if kind in IF_KNOWN else set(rule.should))
    yield from (f"{where} has no {name}" for name in sorted(needed - set(found)))
    for name, value in found.items():
        if name == "@type":
            continue
        if name not in forms:
            yield f"{where} has {name}, which is not a property of it here"
        elif not forms[name](value):
            yield f"{where}/{name} cannot be {value!r}"
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                yield from complaints(inner, f"{where}/{name}")
    if kind == "BreadcrumbList":
        yield from _steps(found)


def _steps(way: Thing) -> Iterator[str]:
    """The places of a breadcrumb count up, and all but the last lead somewhere."""
    steps = [one for one in way.get("itemListElement", ()) if isinstance(one, dict)]
    if [one.get("position") for one in steps] != list(range(1, len(steps) + 1)):
        yield "the breadcrumb is not counted from 1"
    if any("item" not in one for one in steps[:-1]):
        yield "the breadcrumb has a step that leads nowhere"
