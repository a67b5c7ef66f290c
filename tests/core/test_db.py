"""Sessions at their edges: one statement by itself, and a connection that breaks under locks."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from core import db


@pytest.mark.usefixtures("fresh_database")
def test_a_single_statement_is_committed_before_its_block_ends():
    with db.single() as once:
        once.execute(text("create table kept as select 7 as number"))

        with db.transaction() as other:
            assert other.scalar(text("select number from kept")) == 7


@pytest.mark.usefixtures("fresh_database")
def test_a_connection_that_breaks_under_locks_is_told_as_what_it_is():
    with pytest.raises(OperationalError, match="terminating"), db.held() as holder:
        holder.execute(text("select pg_terminate_backend(pg_backend_pid())"))

    with db.transaction() as after:
        assert after.scalar(text("select 1")) == 1
