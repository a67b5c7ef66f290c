"""Starts the sandbox as a server: ``python -m sandbox``."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from . import recording
from .app import Sandbox, create
from .engine import Settings
from .server import Background, serve

LOOPBACK = ("127.0.0.1", "::1", "localhost")


def options(arguments: list[str]) -> argparse.Namespace:
    """The command line; every option can also be set as ``SANDBOX_…`` in the environment."""
    env = os.environ
    parser = argparse.ArgumentParser("sandbox", description=__doc__)
    parser.add_argument("--host", default=env.get("SANDBOX_HOST", "127.0.0.1"))
    parser.add_argument("--port", type=int, default=int(env.get("SANDBOX_PORT", "8001")))
    parser.add_argument("--data", default=env.get("SANDBOX_DATA", "var/sandbox.sqlite"))
    parser.add_argument("--public-url", default=env.get("SANDBOX_PUBLIC_URL"))
    parser.add_argument("--webhook", default=env.get("SANDBOX_WEBHOOK"))
    parser.add_argument("--webhook-secret", default=env.get("SANDBOX_WEBHOOK_SECRET"))
    parser.add_argument("--record", default=env.get("SANDBOX_RECORD"), help="file for traffic")
    parser.add_argument("--account-name", default=env.get("SANDBOX_ACCOUNT_NAME", "Sandbox"))
    parser.add_argument(
        "--after-retries",
        choices=("cancel", "unpaid", "past_due"),
        default=env.get("SANDBOX_AFTER_RETRIES", "cancel"),
    )
    parser.add_argument(
        "--open-to-network",
        action="store_true",
        default=env.get("SANDBOX_OPEN_TO_NETWORK") == "1",
        help="allow a host that other machines can reach",
    )
    return parser.parse_args(arguments)


def main() -> int:
    """Serve until asked to stop."""
    chosen = options(sys.argv[1:])
    if chosen.host not in LOOPBACK and not chosen.open_to_network:
        print(
            f"sandbox: {chosen.host} can be reached from other machines; "
            "add --open-to-network if that is meant",
            file=sys.stderr,
        )
        return 2
    if chosen.webhook and not chosen.webhook_secret:
        print("sandbox: --webhook needs --webhook-secret", file=sys.stderr)
        return 2
    if chosen.data != ":memory:":
        Path(chosen.data).resolve().parent.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        account_name=chosen.account_name,
        after_retries=chosen.after_retries,
        public_url=chosen.public_url or f"http://{chosen.host}:{chosen.port}",
    )
    sandbox = create(
        chosen.data,
        settings=settings,
        webhook=chosen.webhook,
        webhook_secret=chosen.webhook_secret if chosen.webhook else None,
    )
    if chosen.record:
        sandbox.observers.append(recording.to_file(Path(chosen.record)))
    return run(sandbox, chosen.host, chosen.port)


def run(sandbox: Sandbox, host: str, port: int) -> int:
    """Serve, deliver and tick; SIGTERM and SIGINT end all three."""
    server = serve(sandbox, host, port)
    background = Background(sandbox)
    stop = threading.Event()

    def ask_to_stop(number: int, frame: FrameType | None) -> None:
        stop.set()

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, ask_to_stop)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    background.start()
    print(f"sandbox ready on http://{host}:{server.server_port}", flush=True)
    stop.wait()
    background.stop()
    server.shutdown()
    sandbox.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
