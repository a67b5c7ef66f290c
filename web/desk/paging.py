"""Where in a list a page of the desk is, read from the address, and the addresses beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from flask import request, url_for

from catalog import plain
from core import keyset
from core.keyset import Place

OLDEST = "oldest"


@dataclass(frozen=True)
class Beside:
    """The addresses of the pages before and behind, and of the list in the other order."""

    previous: str | None
    next: str | None
    turned: str
    sorted: str


def place() -> Place:
    """The place that the address names; what is no key counts as left out."""
    return Place(
        behind=keyset.number(request.args.get("behind")),
        before=keyset.number(request.args.get("before")),
        oldest_first=request.args.get("order") == OLDEST,
    )


class Paged(Protocol):
    """A page of a list that knows the keys beside it."""

    @property
    def previous(self) -> object: ...
    @property
    def next(self) -> object: ...


def beside(page: Paged) -> Beside:
    """The addresses around ``page``, with the filters of this one."""
    oldest = request.args.get("order") == OLDEST
    return Beside(
        previous=None if page.previous is None else _address(before=page.previous),
        next=None if page.next is None else _address(behind=page.next),
        turned=_address(order=None if oldest else OLDEST),
        sorted="ascending" if oldest else "descending",
    )


def filters(*names: str) -> dict[str, str]:
    """What the list is narrowed to, by the name of the field."""
    return {name: said(name)[:200] for name in names}


def said(name: str) -> str:
    """What the address says under ``name``, as the database can be asked for it."""
    return plain.storable(request.args.get(name, "")).strip()


def _address(**changed: Any) -> str:
    kept = {name: value for name, value in request.args.items() if name not in ("behind", "before")}
    arguments: dict[str, Any] = {**(request.view_args or {}), **kept, **changed}
    return url_for(request.endpoint or "", **arguments)
