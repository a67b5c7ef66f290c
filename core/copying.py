"""Adding many rows to a table by COPY: a row takes some microseconds, where a statement of a
thousand rows is written, parsed and planned anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import psycopg
from psycopg import sql
from sqlalchemy import Column, Table, func, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from core.db import Base


def copy(db: Session, table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """Add ``rows``, each by the names of its columns. What one of them does not say stands as its
    model has it by default, and is null where it has nothing.

    Raises ``sqlalchemy.exc.DBAPIError`` as any other statement does.
    """
    if not rows:
        return
    said = {name for row in rows for name in row}
    columns = cast("Table", table.__table__).columns
    usual = {
        column.name: _usual(column)
        for column in columns
        if column.name in said or column.default is not None
    }
    names = sql.SQL(", ").join(map(sql.Identifier, usual))
    into = sql.SQL("copy {} ({}) from stdin").format(sql.Identifier(table.__tablename__), names)
    db.flush()  # what these rows belong to may wait in the session
    driver = cast("psycopg.Connection", db.connection().connection.driver_connection)
    try:
        with driver.cursor() as cursor, cursor.copy(into) as written:
            for row in rows:
                written.write_row([row.get(name, default) for name, default in usual.items()])
    except psycopg.Error as wrong:
        said_so = f"copy {table.__tablename__}"
        raise DBAPIError.instance(said_so, None, wrong, psycopg.Error) from wrong


def _usual(column: Column[Any]) -> Any:
    default: Any = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def free_ids(db: Session, table: type[Base], number: int) -> list[int]:
    """Ids for so many new rows, in rising order, taken from the table's own sequence."""
    sequence = func.pg_get_serial_sequence(table.__tablename__, "id")
    taken = select(func.nextval(sequence)).select_from(func.generate_series(1, number))
    return list(db.scalars(taken))
