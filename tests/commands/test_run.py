"""``matinee run`` refuses in one line what cannot work, and says where everything is."""

from __future__ import annotations

import signal
import socket

import pytest
from click.testing import CliRunner

from commands.run import _alone_in, _table, run
from core import ports, settings
from core.settings import Settings


def use(**changed: object) -> Settings:
    settings.use(settings.current().model_copy(update=changed))
    return settings.current()


def refusal() -> str:
    result = CliRunner().invoke(run)
    assert result.exit_code == 1
    return result.output.strip()


def test_a_port_in_use_is_named_with_the_way_out():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        use(port=port)

        assert refusal().startswith(f"Error: Port {port} is in use. Choose another with")


def test_a_second_run_from_the_same_home_is_refused(home):
    with _alone_in(home):
        assert refusal().startswith(f"Error: Matinee already runs from {home}.")


def test_production_is_not_started_by_it():
    use(env="production")

    assert "In production start `matinee web`" in refusal()


def test_the_table_says_where_everything_is_and_how_to_stop(home):
    (home / "secrets").mkdir()
    (home / "secrets" / "demo_password").write_text("tulip-carrot\n")

    table = _table(use(port=8100))

    for part in ("127.0.0.1:8100", "127.0.0.1:8101", "127.0.0.1:8102", "4242 4242 4242 4242"):
        assert part in table
    for part in ("ada@matinee.example", "operator@matinee.example", "tulip-carrot", "Ctrl-C"):
        assert part in table


def test_a_free_port_is_the_preferred_one_while_nobody_has_it():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert (ports.is_free(port), ports.free(port) == port) == (False, False)
    assert (ports.is_free(port), ports.free(port)) == (True, port)


@pytest.fixture(autouse=True)
def signals_as_before():

    kept = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    yield
    for each, handler in kept.items():
        signal.signal(each, handler)
