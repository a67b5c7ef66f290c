"""Where another page of a list ends, as an address carries it: ``7.1767225600000000.pay_12``."""

from __future__ import annotations

import re

from reports.listed import Key, Near

SPELT = re.compile(r"(?P<page>[1-9]\d{0,8})\.(?P<at>-?\d{1,18})\.(?P<name>.{0,300})", re.ASCII)


def told(page: int, key: Key) -> str:
    """The words for an address."""
    return f"{page}.{key[0]}.{key[1]}"


def read(text: str | None) -> Near | None:
    """What an address says; what is no key counts as left out, and the page is walked to."""
    found = SPELT.fullmatch(text or "")
    if found is None or "\0" in found["name"]:
        return None
    return Near(int(found["page"]), (int(found["at"]), found["name"]))
