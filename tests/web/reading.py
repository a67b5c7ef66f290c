"""Reading a page as a person, a browser or a search engine does."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import html5lib

DAY, TIME = r"\d{4,}-[01]\d-[0-3]\d", r"[0-2]\d:[0-5]\d(?::[0-5]\d(?:\.\d{1,3})?)?"
LENGTH = r"P(?!$)(?:\d+D)?(?:T(?!$)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d{1,3})?S)?)?"
# What ``datetime`` may hold: https://html.spec.whatwg.org/multipage/text-level-semantics.html
MACHINE_TIME = re.compile(
    rf"{DAY}(?:[T ]{TIME}(?:Z|[+-][0-2]\d:?[0-5]\d)?)?|{TIME}|\d{{4,}}(?:-[01]\d)?|{LENGTH}"
)


def text_of(page: str) -> str:
    """What a page says, without its markup, on one line."""
    body = page.partition("<body")[2]
    words = re.sub(r"<script\b.*?</script>|<[^>]+>", " ", "<body" + body, flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(words)).strip()


def graph_of(page: str) -> list[dict[str, Any]]:
    """The structured data of a page: the things in its one graph."""
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, flags=re.S)
    assert len(found) == 1
    told = json.loads(found[0])
    assert told["@context"] == "https://schema.org"
    things: list[dict[str, Any]] = told["@graph"]
    return things


def parsed(page: str) -> Any:
    """The page as a tree. Any mistake in its markup is an error, as is an id that stands twice,
    a time that no machine may be told so (a second has three digits behind the point at most), or a
    choice that must be made and whose first line is one already.
    """
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    ids = [element.get("id") for element in tree.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    times = {element.get("datetime") for element in tree.iter() if "datetime" in element.attrib}
    wrong = {told for told in times if not MACHINE_TIME.fullmatch(told)}
    assert not wrong, wrong
    choices = [element for element in tree.iter("select") if "required" in element.attrib]
    assert all(choice.find("option").get("value") == "" for choice in choices)
    return tree
