"""Replaces ids by objects where a request asks for it, without touching what is stored."""

from collections.abc import Callable
from typing import Any

from .engine import Engine
from .errors import ApiError
from .events import public
from .shapes import is_expandable

Obj = dict[str, Any]
Include = Callable[[Engine, Obj], Any]
DEEPEST = 4

INCLUDED: dict[tuple[str, str], Include] = {}


def included(kind: str, name: str) -> Callable[[Include], Include]:
    """Register a member that an object only shows when it is asked for."""

    def keep(include: Include) -> Include:
        INCLUDED[(kind, name)] = include
        return include

    return keep


def expanded(engine: Engine, answer: Obj, paths: list[str]) -> Obj:
    """A copy of the answer in which every asked-for path leads to whole objects."""
    answer = public(answer)
    if answer.get("object") in ("list", "search_result"):
        answer["data"] = [public(row) for row in answer["data"]]
    for path in paths:
        parts = path.split(".")
        if len(parts) - parts.count("data") > DEEPEST:
            raise ApiError(
                f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}",
                param="expand",
            )
        answer = _open(engine, answer, parts, path)
    return answer


def _open(engine: Engine, node: Any, parts: list[str], path: str) -> Any:
    if isinstance(node, list):
        return [_open(engine, part, parts, path) for part in node]
    if not parts or node is None:
        return node
    if not isinstance(node, dict):
        raise _refused(path)
    name, rest = parts[0], parts[1:]
    value = _member(engine, node, name, path)
    return {**node, name: _open(engine, value, rest, path)}


def _member(engine: Engine, node: Obj, name: str, path: str) -> Any:
    include = INCLUDED.get((str(node.get("object")), name))
    if include is not None:
        return node[name] if isinstance(node.get(name), dict) else include(engine, node)
    if name not in node:
        raise _refused(path)
    value = node[name]
    if isinstance(value, str):
        return _whole(engine, node, name, value, path)
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return [_whole(engine, node, name, part, path) for part in value]
    return value


def _whole(engine: Engine, node: Obj, name: str, id: str, path: str) -> Any:
    found = engine.store.peek(id)
    if "object" in node and not is_expandable(node, name):
        raise _refused(path)
    if found is None:
        if "object" not in node:
            raise _refused(path)
        return id
    if found.get("_deleted"):
        return {"id": found["id"], "object": found["object"], "deleted": True}
    return public(found)


def _refused(path: str) -> ApiError:
    return ApiError(f"This property cannot be expanded ({path}).", param="expand")
