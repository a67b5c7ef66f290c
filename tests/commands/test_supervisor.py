"""Programs are started in order, waited for, watched, and stopped in order with their children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import supervisor as supervisor_room
from commands.supervisor import Child, ChildEnded, Supervisor
from core import ports

SLEEPS = "import time; print('up', flush=True); time.sleep(60)"


def program(name: str, text: str, says: str | None = "up") -> Child:
    return Child(name, [sys.executable, "-c", text], says=says)


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


@pytest.fixture
def supervisor(home: Path) -> Iterator[Supervisor]:
    made = Supervisor(home / "logs")
    yield made
    made.stop()


def test_a_program_counts_as_started_when_it_says_so(supervisor, home):
    supervisor.start(program("web", SLEEPS))

    assert (home / "logs" / "web.log").read_text() == "up\n"


def test_a_program_that_ends_instead_ends_the_run_and_its_log_is_named(supervisor, home):
    with pytest.raises(ChildEnded, match="web has ended: see") as said:
        supervisor.start(program("web", "raise SystemExit(3)"))

    assert str(home / "logs" / "web.log") in said.value.message


def test_the_death_of_one_ends_the_run(supervisor):
    web, worker = program("web", SLEEPS), program("worker", SLEEPS)
    supervisor.start(web, worker)
    os.kill(pid_of(worker), signal.SIGKILL)

    with pytest.raises(ChildEnded, match="worker has ended"):
        supervisor.watch()


def test_the_last_started_are_stopped_first(supervisor, home):
    # given two stages that write down when they leave
    log = home / "left"
    leave = "import signal, sys, time\n"
    leave += f"def gone(*_): open({str(log)!r}, 'a').write(NAME); sys.exit()\n"
    leave += "signal.signal(signal.SIGTERM, gone); print('up', flush=True); time.sleep(60)"
    for name in ("sandbox", "web"):
        supervisor.start(program(name, f"NAME = '{name} '\n{leave}"))

    # when the run stops
    supervisor.stop()

    # then what leans on the other left first
    assert log.read_text() == "web sandbox "


def test_one_that_does_not_leave_is_killed_with_its_children(supervisor, monkeypatch):
    monkeypatch.setattr(supervisor_room, "STOP_SECONDS", 0.2)
    stubborn = "import signal, subprocess, sys, time\n"
    stubborn += "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    stubborn += f"child = subprocess.Popen([sys.executable, '-c', {SLEEPS!r}])\n"
    stubborn += "print('up', child.pid, flush=True); time.sleep(60)"
    web = program("web", stubborn)
    supervisor.start(web)
    child = int(supervisor.log(web).read_text().split()[1])

    supervisor.stop()

    assert web.process is not None and web.process.returncode == -signal.SIGKILL
    assert ended(child)


def test_only_what_is_serious_reaches_the_terminal(supervisor, capfd):
    talk = "print('INFO fine'); print('ERROR no more seats')\n"
    talk += 'print(\'{"levelname": "WARNING", "message": "bell.silent"}\')\n'
    supervisor.start(program("web", f"{talk}{SLEEPS}"))

    assert capfd.readouterr().err.splitlines() == [
        "     web | ERROR no more seats",
        "     web | WARNING bell.silent",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="the system ends orphans on Linux alone")
def test_a_supervisor_that_is_killed_leaves_nothing_running(home):
    # given a supervisor with a child that is one of our commands
    program_text = (
        "import pathlib, sys\n"
        "from commands.supervisor import Child, Supervisor, matinee\n"
        "child = Child('inbox', matinee('inbox'), answers='http://127.0.0.1:%s/health')\n"
        "Supervisor(pathlib.Path(sys.argv[1])).start(child)\n"
        "print(child.process.pid, flush=True); input()"
    )
    port = ports.free()
    environment = {"MATINEE_HOME": str(home), "MATINEE_PORT": str(port - 2), "PYTHONPATH": "."}
    parent = subprocess.Popen(
        [sys.executable, "-c", program_text % port, str(home / "logs")],
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())

    # when it is killed, then its child leaves too
    parent.kill()
    parent.communicate()
    assert ended(child)


def ended(pid: int) -> bool:
    """Whether a process is gone within a few seconds, or waits only to be collected."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
            os.kill(pid, 0)
        except (FileNotFoundError, ProcessLookupError):
            return True
    return False
