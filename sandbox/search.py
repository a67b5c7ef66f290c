"""Stripe's search language: ``status:'active' AND metadata['plan']:'gold'``."""

import base64
import re
from typing import Any

from .engine import Engine
from .errors import BadParameters
from .lists import limit_of
from .operations import Call, operation

Obj = dict[str, Any]
CLAUSE = re.compile(
    r"""\s*(?P<not>-)?(?P<field>[\w.]+(\[["'][^"']+["']\])?)\s*
        (?P<op>:|~|<=|>=|<|>)\s*(?P<value>"[^"]*"|'[^']*'|[\w.-]+)\s*""",
    re.VERBOSE,
)
JOINER = re.compile(r"\s*(AND|OR)\s+", re.IGNORECASE)
FIELDS = {
    "charge": "amount billing_details.address.postal_code created currency customer disputed "
    "metadata payment_method_details.type refunded status",
    "customer": "created email metadata name phone",
    "invoice": "billing_reason created currency customer last_finalization_error_code "
    "last_finalization_error_type metadata number receipt_number subscription total status",
    "payment_intent": "amount created currency customer metadata status",
    "price": "active currency lookup_key metadata product type",
    "product": "active description metadata name shippable url",
    "subscription": "canceled_at created metadata status customer",
}


def register(kind: str, route: str, name: str) -> None:
    """Register the search operation of a kind."""

    @operation(f"GET {route}", name)
    def answer(call: Call) -> Obj:
        rows = _found(call.engine, kind, call.params["query"])
        limit = limit_of(call.params)
        start = _start(call.params.get("page"))
        page = rows[start : start + limit]
        more = start + limit < len(rows)
        token = base64.urlsafe_b64encode(str(start + limit).encode()).decode() if more else None
        return {
            "object": "search_result",
            "data": page,
            "has_more": more,
            "next_page": token,
            "url": route,
        }


def _start(page: str | None) -> int:
    if page is None:
        return 0
    try:
        return int(base64.urlsafe_b64decode(page))
    except ValueError:
        raise BadParameters("Invalid page token.", param="page") from None


def _found(engine: Engine, kind: str, query: str) -> list[Obj]:
    clauses, joiner = _parsed(kind, query)
    combine = any if joiner == "OR" else all
    return [
        obj
        for obj in engine.store.newest(kind)
        if not obj.get("_deleted") and combine(_matches(obj, clause) for clause in clauses)
    ]


def _parsed(kind: str, query: str) -> tuple[list[re.Match[str]], str]:
    clauses, joiners, place = [], set(), 0
    while True:
        clause = CLAUSE.match(query, place)
        if clause is None:
            raise BadParameters(
                "We were unable to parse your search query. Try using the format "
                '`metadata["key"]:"value"` to query for metadata or key:"value" to query for '
                "other fields.",
                param="query",
            )
        _check_field(kind, clause["field"])
        clauses.append(clause)
        joiner = JOINER.match(query, clause.end())
        if joiner is None:
            break
        joiners.add(joiner[1].upper())
        place = joiner.end()
    if query[clauses[-1].end() :].strip() or len(joiners) > 1:
        raise BadParameters("AND and OR cannot be used in one query.", param="query")
    return clauses, joiners.pop() if joiners else "AND"


def _check_field(kind: str, field: str) -> None:
    if field.split("[")[0] not in FIELDS[kind].split():
        raise BadParameters(
            f"Field `{field}` is an unsupported search field for resource `{kind}s`.",
            param="query",
        )


def _value(obj: Obj, field: str) -> Any:
    if "[" in field:
        name, key = field.split("[", 1)
        return (obj.get(name) or {}).get(key[1:-2])
    if field == "subscription":
        return ((obj.get("parent") or {}).get("subscription_details") or {}).get("subscription")
    value: Any = obj
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _matches(obj: Obj, clause: re.Match[str]) -> bool:
    value = _value(obj, clause["field"])
    wanted = clause["value"].strip("'\"")
    return _compare(value, clause["op"], wanted) is (clause["not"] is None)


def _compare(value: Any, op: str, wanted: str) -> bool:
    if wanted == "null":
        return value is None
    if value is None:
        return False
    if op == "~":
        return wanted.lower() in str(value).lower()
    if op == ":":
        shown = str(value).lower() if isinstance(value, (bool, str)) else str(value)
        return shown == wanted.lower()
    try:
        left, right = float(value), float(wanted)
    except (TypeError, ValueError):
        return False
    return {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[op]
