"""Keeps every object in memory, indexed, and writes what changed through to one SQLite file."""

import json
import marshal
import random
import sqlite3
import string
from collections.abc import Callable, Iterable, Iterator
from typing import Any

Obj = dict[str, Any]
ALPHABET = string.ascii_letters + string.digits
SCHEMA = "create table if not exists object (id text primary key, kind text, body text)"
UPSERT = (
    "insert into object (id, kind, body) values (?, ?, ?) "
    "on conflict (id) do update set body = excluded.body"
)


def _owner(name: str) -> Callable[[Obj], Iterable[str]]:
    return lambda obj: [obj[name]] if isinstance(obj.get(name), str) else []


INDEXES: dict[tuple[str, str], Callable[[Obj], Iterable[str]]] = {
    **{
        (kind, "customer"): _owner("customer")
        for kind in (
            "charge",
            "checkout.session",
            "credit_note",
            "customer_balance_transaction",
            "invoice",
            "invoiceitem",
            "payment_intent",
            "payment_method",
            "setup_intent",
            "subscription",
            "subscription_schedule",
            "tax_id",
        )
    },
    ("entitlements.active_entitlement", "customer"): _owner("_customer"),
    ("customer", "test_clock"): _owner("test_clock"),
    ("customer", "email"): _owner("email"),
    ("charge", "payment_intent"): _owner("payment_intent"),
    ("credit_note", "invoice"): _owner("invoice"),
    ("event", "type"): _owner("type"),
    ("_delivery", "event"): _owner("event"),
    ("_delivery", "state"): _owner("state"),
    ("invoice_payment", "invoice"): _owner("invoice"),
    ("invoice_payment", "intent"): lambda obj: [
        id for id in [obj["payment"].get("payment_intent")] if id
    ],
    ("invoice", "subscription"): lambda obj: (
        [obj["parent"]["subscription_details"]["subscription"]]
        if (obj.get("parent") or {}).get("subscription_details")
        else []
    ),
    ("invoiceitem", "invoice"): _owner("invoice"),
    ("price", "product"): _owner("product"),
    ("product_feature", "product"): _owner("_product"),
    ("promotion_code", "code"): lambda obj: [obj["code"].lower()],
    ("refund", "charge"): _owner("charge"),
    ("setup_attempt", "setup_intent"): _owner("setup_intent"),
    ("subscription", "item"): lambda obj: [item["id"] for item in obj["items"]["data"]],
}


class Store:
    """All objects by type and id, oldest first; a change is final only after ``commit``.

    Objects are plain dicts whose ``object`` member names their type. ``get`` hands out the living
    object and remembers how it was, so ``rollback`` can undo; ``peek`` is for reading only.
    """

    def __init__(self, path: str, seed: int | None = None) -> None:
        self._file = None if path == ":memory:" else sqlite3.connect(path, check_same_thread=False)
        self._random = random.Random(seed)
        self._kinds: dict[str, dict[str, Obj]] = {}
        self._kind_of: dict[str, str] = {}
        self._index: dict[tuple[str, str, str], dict[str, None]] = {}
        self._indexed: dict[str, list[tuple[str, str, str]]] = {}
        self._before: dict[str, bytes] = {}
        self._announced: dict[str, bytes] = {}
        self._new: list[str] = []
        self._gone: dict[str, Obj] = {}
        self._dirty: dict[str, None] = {}
        if self._file is not None:
            self._open(self._file)

    def _open(self, file: sqlite3.Connection) -> None:
        file.execute("pragma journal_mode = wal")
        file.execute("pragma synchronous = normal")
        file.execute(SCHEMA)
        for kind, body in file.execute("select kind, body from object order by rowid"):
            self._insert(kind, json.loads(body))

    def new_id(self, prefix: str, length: int = 24) -> str:
        """An id nobody has yet; repeatable when the store was given a seed."""
        while True:
            id = prefix + "_" + "".join(self._random.choices(ALPHABET, k=length))
            if id not in self._kind_of:
                return id

    def add(self, obj: Obj) -> Obj:
        """Keep a new object."""
        self._insert(obj["object"], obj)
        self._new.append(obj["id"])
        self._dirty[obj["id"]] = None
        return obj

    def _insert(self, kind: str, obj: Obj) -> None:
        self._kinds.setdefault(kind, {})[obj["id"]] = obj
        self._kind_of[obj["id"]] = kind
        self._reindex(kind, obj)

    def _reindex(self, kind: str, obj: Obj) -> None:
        keys = [
            (kind, name, value)
            for (of, name), values in INDEXES.items()
            if of == kind
            for value in values(obj)
        ]
        old = self._indexed.get(obj["id"], [])
        if keys == old:
            return
        for key in old:
            self._index[key].pop(obj["id"], None)
        for key in keys:
            self._index.setdefault(key, {})[obj["id"]] = None
        self._indexed[obj["id"]] = keys

    def peek(self, id: str) -> Obj | None:
        """The object with this id, to look at."""
        kind = self._kind_of.get(id)
        return None if kind is None else self._kinds[kind][id]

    def get(self, kind: str, id: str) -> Obj | None:
        """The object of this type with this id, to work on; ``None`` when there is none."""
        obj = self._kinds.get(kind, {}).get(id)
        if obj is not None and id not in self._before:
            self._before[id] = self._announced[id] = marshal.dumps(obj)
        return obj

    def announced(self, id: str) -> Obj | None:
        """How an object was when this piece of work began, or when it was last announced."""
        known = self._announced.get(id)
        return None if known is None else marshal.loads(known)

    def announce(self, obj: Obj) -> None:
        """Remember that the world has been told how the object is now."""
        self._announced[obj["id"]] = marshal.dumps(obj)

    def put(self, obj: Obj) -> None:
        """Note that an object has changed."""
        self._reindex(obj["object"], obj)
        self._dirty[obj["id"]] = None

    def remove(self, obj: Obj) -> None:
        """Forget an object for good."""
        kind = self._kind_of.pop(obj["id"])
        del self._kinds[kind][obj["id"]]
        for key in self._indexed.pop(obj["id"], []):
            self._index[key].pop(obj["id"], None)
        if obj["id"] not in self._new:
            self._gone[obj["id"]] = obj
        self._dirty[obj["id"]] = None

    def all(self, kind: str) -> Iterator[Obj]:
        """Every object of a type, oldest first."""
        return iter(list(self._kinds.get(kind, {}).values()))

    def newest(self, kind: str) -> Iterator[Obj]:
        """Every object of a type, newest first, without a copy of the whole."""
        return reversed(self._kinds.get(kind, {}).values())

    def count(self, kind: str) -> int:
        """How many objects of a type there are."""
        return len(self._kinds.get(kind, {}))

    def size(self) -> int:
        """How many objects there are of all types, the sandbox's own notes included."""
        return len(self._kind_of)

    def where(self, kind: str, name: str, value: str) -> list[Obj]:
        """The objects of a type that an index finds, oldest first."""
        known = self._kinds.get(kind, {})
        return [known[id] for id in self._index.get((kind, name, value), {})]

    def is_indexed(self, kind: str, name: str) -> bool:
        """Whether ``where`` can be asked for this member."""
        return (kind, name) in INDEXES

    def commit(self) -> None:
        """Make the work since the last commit final and, with a file, durable."""
        if self._file is not None and self._dirty:
            with self._file:
                for id in self._dirty:
                    self._write(self._file, id)
        self._settle()

    def _write(self, file: sqlite3.Connection, id: str) -> None:
        kind = self._kind_of.get(id)
        if kind is None:
            file.execute("delete from object where id = ?", (id,))
        else:
            body = json.dumps(self._kinds[kind][id], separators=(",", ":"))
            file.execute(UPSERT, (id, kind, body))

    def rollback(self) -> None:
        """Undo everything since the last commit."""
        for id in self._new:
            if id in self._kind_of:
                self.remove(self._kinds[self._kind_of[id]][id])
        for obj in self._gone.values():
            self._insert(obj["object"], obj)
        for id, snapshot in self._origin().items():
            obj = self._kinds[self._kind_of[id]][id]
            obj.clear()
            obj.update(marshal.loads(snapshot))
            self._reindex(obj["object"], obj)
        self._settle()

    def _origin(self) -> dict[str, bytes]:
        return {id: before for id, before in self._before.items() if id in self._kind_of}

    def _settle(self) -> None:
        self._before.clear()
        self._announced.clear()
        self._new.clear()
        self._gone.clear()
        self._dirty.clear()

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
