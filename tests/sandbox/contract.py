"""Stripe's contract as an outside judge, where it lies beside the project."""

import importlib
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

from werkzeug.wrappers import Request, Response

from sandbox import events, recording
from sandbox.app import Sandbox

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "stripe"


class Judge:
    """Listens to the traffic of a sandbox and finds what does not fit the contract."""

    def __init__(self, contract: Any) -> None:
        self._contract = contract
        self._exchanges: list[dict[str, Any]] = []

    def listen(self, sandbox: Sandbox) -> None:
        """Remember every exchange from now on."""
        sandbox.observers.append(self._note)

    def _note(self, request: Request, response: Response) -> None:
        self._exchanges.append(recording.exchange(request, response))

    def problems(self, sandbox: Sandbox) -> list[str]:
        """What was wrong in the exchanges so far and in every event of the sandbox.

        A request that was refused may be as wrong as it likes; its answer must fit.
        """
        found: list[str] = []
        for said in self._exchanges:
            wrong = self._contract.problems_in_exchange(
                said["method"], said["path"], said["request"], said["status"], said["response"]
            )
            refused = said["status"] >= 400
            found += [line for line in wrong if not (refused and " answer: " not in line)]
        for event in sandbox.engine.store.all("event"):
            found += self._contract.problems_in_event(json.loads(json.dumps(events.present(event))))
        return found


def judge() -> Judge | None:
    """A fresh judge, or ``None`` where the contract is not at hand."""
    if not (FOLDER / "validate.py").exists():
        return None
    if str(FOLDER) not in sys.path:
        sys.path.append(str(FOLDER))
    return Judge(_contract())


@cache
def _contract() -> Any:
    return importlib.import_module("validate").Contract()
