"""The embedded PostgreSQL starts by itself, survives a kill and stops with its last holder."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from core import postgres, postgres_programs
from core.postgres import PostgresDown

ROOT = Path(__file__).resolve().parents[2]


def _pid(home: Path) -> int:
    return int((home / "postgres" / "data" / "postmaster.pid").read_text().splitlines()[0])


def test_the_database_starts_by_itself_and_stops_with_its_last_holder(home):
    # given two programs that use it
    with postgres.hold(home, fsync=False) as url:
        with postgres.hold(home, fsync=False) as again:
            assert again == url
        # when the first has ended, then the second still has it
        assert postgres.running_url(home) == url

    # and with the second it stops, and says so in one line
    with pytest.raises(PostgresDown, match="is not running"):
        postgres.running_url(home)


def test_the_owner_of_the_database_is_no_superuser_and_may_add_trusted_extensions(home):
    with postgres.hold(home, fsync=False) as url, psycopg.connect(url) as db:
        for extension in ("pg_trgm", "unaccent", "btree_gist"):
            db.execute(f"CREATE EXTENSION {extension}".encode())
        asked = "SELECT rolname, rolsuper, lower('É') FROM pg_roles WHERE rolname = current_user"
        assert db.execute(asked).fetchone() == ("matinee", False, "é")


def test_nobody_comes_in_without_the_generated_password(home):
    with postgres.hold(home, fsync=False) as url, pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, password="matinee")
    kept = home / "postgres" / "owner_password"
    assert (kept.stat().st_mode & 0o777, kept.read_text() in url) == (0o600, True)


def test_a_killed_server_loses_nothing_and_starts_again_at_once(home):
    # given a row that was committed
    url = postgres.start(home)
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("CREATE TABLE seat (number int)")
        db.execute("INSERT INTO seat VALUES (7)")

        # when the server is killed while a client is connected
        os.kill(_pid(home), signal.SIGKILL)
        postgres.start(home)

    # then the row is there, at the same address
    with postgres.hold(home) as again, psycopg.connect(again) as db:
        assert (again, db.execute("SELECT number FROM seat").fetchone()) == (url, (7,))


def test_a_program_that_is_killed_keeps_nobody_from_stopping_the_server(home):
    # given a program that holds the server and is killed
    program = "import sys, pathlib; from core import postgres\n"
    program += "with postgres.hold(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"
    holder = subprocess.Popen(
        [sys.executable, "-c", program, home],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.communicate()

    # when another comes and goes, then the server has stopped
    with postgres.hold(home):
        pass
    assert not (home / "postgres" / "data" / "postmaster.pid").exists()


def test_a_process_id_that_another_program_has_taken_is_not_mistaken_for_the_server(home):
    postgres.start(home, fsync=False)
    written = home / "postgres" / "data" / "postmaster.pid"
    before = written.read_text()
    postgres.stop(home)
    written.write_text(f"{os.getpid()}\n{before.partition(chr(10))[2]}")

    with postgres.hold(home, fsync=False) as url:
        psycopg.connect(url).close()
    assert not written.exists()


def test_a_port_that_is_taken_is_replaced_by_a_free_one(home):
    with postgres.hold(home, fsync=False) as first:
        port = (home / "postgres" / "port").read_text()
    other = home / "other"
    (other / "postgres").mkdir(parents=True)
    (other / "postgres" / "port").write_text(port)

    with postgres.hold(home, fsync=False), postgres.hold(other, fsync=False) as second:
        assert first.partition("@")[2] != second.partition("@")[2]


def test_a_broken_data_folder_is_one_clear_line(home):
    with postgres.hold(home, fsync=False):
        pass
    (home / "postgres" / "data" / "global" / "pg_control").unlink()

    with pytest.raises(PostgresDown, match=r"does not start: .*pg_control") as said:
        postgres.start(home)
    assert "\n" not in str(said.value)


def test_a_folder_with_other_things_in_it_is_left_alone(home):
    stray = home / "postgres" / "data" / "holiday.jpg"
    stray.parent.mkdir(parents=True)
    stray.write_text("sun")

    with pytest.raises(PostgresDown, match="is not a data folder of PostgreSQL"):
        postgres.start(home)
    assert stray.exists()


def test_data_of_another_major_version_are_not_opened(home):
    written_by = home / "postgres" / "data" / "PG_VERSION"
    written_by.parent.mkdir(parents=True)
    written_by.write_text("9\n")

    with pytest.raises(PostgresDown, match="written by PostgreSQL 9, which is not installed"):
        postgres.start(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_without_user_namespaces_runs_it_as_another_account(home):
    # given a home that only root can enter, and a place that the other account can
    (home / "postgres").mkdir(mode=0o700)
    found = postgres_programs.find(home / "postgres")
    postgres_programs.as_other_user(found, home / "postgres")
    place = (home / "postgres" / "data").readlink().parent

    # when the server starts, then its data are the other account's
    with postgres.hold(home, fsync=False) as url, psycopg.connect(url) as db:
        assert db.execute("SELECT 1").fetchone() == (1,)
    assert (place / "data" / "PG_VERSION").stat().st_uid == place.stat().st_uid != 0
    shutil.rmtree(place)
