"""The official trigger scripts, replayed against the sandbox and judged by Stripe's contract."""

import importlib
import json
import sys
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import Client

from sandbox.app import Sandbox

from . import contract

pytestmark = pytest.mark.skipif(
    not (contract.FOLDER / "scenarios.json").exists(), reason="the scripts are not at hand"
)


class InProcess:
    """What the player of the scripts calls instead of a server."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._client = Client(sandbox)

    def call(self, method: str, path: str, params: Any = ()) -> tuple[int, Any, str]:
        """One call; the status, the answer and the form that was sent."""
        form = urlencode(list(params))
        answer = self._client.open(
            path,
            method=method,
            query_string=form if method != "POST" else "",
            data=form if method == "POST" else None,
            content_type="application/x-www-form-urlencoded",
            headers={"Authorization": "Bearer sk_test_scenarios"},
        )
        return answer.status_code, json.loads(answer.get_data()), form


def test_every_official_script_leads_to_its_event(sandbox: Sandbox) -> None:
    sys.path.append(str(contract.FOLDER))
    player = importlib.import_module("run_scenarios")
    validate = importlib.import_module("validate")
    scripts = json.loads((contract.FOLDER / "scenarios.json").read_text())["scenarios"]
    judge = validate.Contract()
    client = InProcess(sandbox)

    found = {name: player.play(script, client, judge) for name, script in scripts.items()}

    assert {name: problems for name, problems in found.items() if problems} == {}
    assert len(found) == 80
