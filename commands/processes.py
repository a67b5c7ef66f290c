"""The single processes of an installation: site, worker, timetable, and the stand-in for Stripe.

``web``, ``worker`` and ``beat`` are the three commands of the production image.
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import click

from core import settings as settings_room
from core.settings import Settings

SITE = "web.server:site"
GRACE_SECONDS = 8
IN_MEMORY = Path("/dev/shm")  # noqa: S108  # gunicorn's heartbeat: a slow disk must not stop it


@click.command()
def web() -> None:
    """Serve the site. WEB_CONCURRENCY says how many processes, each of MATINEE_THREADS."""
    found = settings_room.current()
    os.environ.setdefault("WEB_CONCURRENCY", "1" if found.embedded else "2")
    serve = {"gunicorn": _by_gunicorn, "granian": _by_granian}[found.server]
    serve(found)


def _by_gunicorn(found: Settings) -> None:
    from gunicorn.app.wsgiapp import run

    sys.argv = [
        "gunicorn",
        *("--bind", f"{found.host}:{found.port}"),
        *("--worker-class", "gthread", "--threads", str(found.threads)),
        *("--timeout", "30", "--graceful-timeout", str(GRACE_SECONDS), "--keep-alive", "15"),
        *("--max-requests", "500000", "--max-requests-jitter", "50000"),
        *(("--worker-tmp-dir", str(IN_MEMORY)) if IN_MEMORY.is_dir() else ()),
        *("--forwarder-headers", ""),  # else a header from this machine could name our addresses
        "--no-control-socket",
        f"{SITE}()",
    ]
    run()


def _by_granian(found: Settings) -> None:
    try:
        from granian import Granian
        from granian.constants import Interfaces, RuntimeModes
    except ImportError as missing:
        raise click.ClickException(
            "MATINEE_SERVER is granian, which is not installed: the package `granian`."
        ) from missing
    Granian(
        SITE,
        factory=True,
        interface=Interfaces.WSGI,
        address=found.host,
        port=found.port,
        workers=int(os.environ["WEB_CONCURRENCY"]),
        blocking_threads=found.threads,
        runtime_mode=RuntimeModes.st,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=GRACE_SECONDS,
    ).serve()


@click.command()
@click.option("--concurrency", default=2, show_default=True, help="Tasks at the same time.")
def worker(concurrency: int) -> None:
    """Work on what waits. A worker that is killed loses nothing: its tasks come back."""
    from workers.app import app

    # Gossip and mingling need answers over the broker, which the one in PostgreSQL cannot give.
    quiet = ("--without-gossip", "--without-mingle", "--without-heartbeat")
    app.worker_main(["worker", "-c", str(concurrency), "--loglevel", "INFO", *quiet])


@click.command()
def beat() -> None:
    """Keep the timetable. One of these runs in an installation."""
    from workers.app import app

    kept = settings_room.current().home / "run" / "timetable"
    kept.parent.mkdir(parents=True, exist_ok=True)
    app.start(["beat", "--loglevel", "INFO", "--schedule", str(kept), "--pidfile="])


@click.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def sandbox(options: tuple[str, ...]) -> None:
    """Serve the stand-in for Stripe, for development.

    It is pointed at this installation; OPTIONS of its own, such as --webhook, point it elsewhere
    (docs/sandbox.md). It listens on this machine alone, wherever the site listens.
    """
    found = settings_room.current()
    data = found.home / "sandbox" / "stripe.db"
    data.parent.mkdir(parents=True, exist_ok=True)
    sys.argv = [
        "sandbox",
        *("--port", str(found.sandbox_port), "--data", str(data)),
        *("--account-name", found.site_name),
        *("--webhook", f"http://127.0.0.1:{found.port}/webhooks/stripe"),
        *("--webhook-secret", found.webhook_secrets[0]),
        *options,
    ]
    runpy.run_module("sandbox", run_name="__main__", alter_sys=True)
