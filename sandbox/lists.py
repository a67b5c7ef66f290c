"""Cursor pages of a kind of object, newest first, and the filters that most lists share."""

from collections.abc import Callable, Iterable
from typing import Any

from .engine import Engine
from .errors import BadParameters, no_such
from .operations import Call, operation

Obj = dict[str, Any]
Present = Callable[[Obj], Obj]
Keep = Callable[[Obj], bool]
CURSORS = ("limit", "starting_after", "ending_before", "expand")


def page_of(
    call: Call, newest_first: Iterable[Obj], *, keep: Keep | None = None, url: str = ""
) -> Obj:
    """One page: ``limit`` objects after or before a cursor, in Stripe's list envelope."""
    limit = limit_of(call.params)
    after, before = call.params.get("starting_after"), call.params.get("ending_before")
    wanted = (obj for obj in newest_first if keep is None or keep(obj))
    if before is not None:
        rows, more = _before(list(wanted), before, limit)
    else:
        rows, more = _after(wanted, after, limit)
    return envelope(rows, url or call.path, more)


def limit_of(params: Obj) -> int:
    """How many objects a page holds: 10 unless told, 100 at most."""
    limit: int = params.get("limit", 10)
    bounds = "greater than or equal to 1" if limit < 1 else "less than or equal to 100"
    if not 1 <= limit <= 100:
        raise BadParameters(
            f"This value must be {bounds}.", param="limit", code="parameter_invalid_integer"
        )
    return limit


def _after(wanted: Iterable[Obj], cursor: str | None, limit: int) -> tuple[list[Obj], bool]:
    rows: list[Obj] = []
    waiting = cursor is not None
    for obj in wanted:
        if waiting:
            waiting = obj["id"] != cursor
        elif len(rows) == limit:
            return rows, True
        else:
            rows.append(obj)
    if waiting:
        raise no_such("object", str(cursor), "starting_after")
    return rows, False


def _before(wanted: list[Obj], cursor: str, limit: int) -> tuple[list[Obj], bool]:
    places = [place for place, obj in enumerate(wanted) if obj["id"] == cursor]
    if not places:
        raise no_such("object", cursor, "ending_before")
    start = max(0, places[0] - limit)
    return wanted[start : places[0]], start > 0


def envelope(rows: list[Obj], url: str, more: bool = False) -> Obj:
    """Stripe's list object."""
    return {"object": "list", "data": rows, "has_more": more, "url": url}


def candidates(engine: Engine, kind: str, filters: Obj) -> Iterable[Obj]:
    """Living objects of a kind newest first, narrowed by the first filter that has an index."""
    found: Iterable[Obj] = engine.store.newest(kind)
    for name, value in filters.items():
        if isinstance(value, str) and engine.store.is_indexed(kind, name):
            found = reversed(engine.store.where(kind, name, value))
            break
    return (obj for obj in found if not obj.get("_deleted"))


def fits(obj: Obj, filters: Obj) -> bool:
    """Whether an object has the values that were asked for; instants may be ranges."""
    return all(_fits(obj.get(name), wanted) for name, wanted in filters.items())


def _fits(value: Any, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return bool(value == wanted)
    if isinstance(value, dict):
        return all(_fits(value.get(name), part) for name, part in wanted.items())
    bounds = {
        "gt": lambda v, b: v > b,
        "gte": lambda v, b: v >= b,
        "lt": lambda v, b: v < b,
        "lte": lambda v, b: v <= b,
    }
    return value is not None and all(bounds[name](value, b) for name, b in wanted.items())


def listing(kind: str, route: str, name: str, present: Present | None = None) -> None:
    """Register the list operation of a kind whose filters are members of the objects."""

    @operation(f"GET {route}", name)
    def answer(call: Call) -> Obj:
        filters = {k: v for k, v in call.params.items() if k not in CURSORS}
        found = candidates(call.engine, kind, filters)
        page = page_of(call, found, keep=lambda obj: fits(obj, filters))
        if present is not None:
            page["data"] = [present(obj) for obj in page["data"]]
        return page
