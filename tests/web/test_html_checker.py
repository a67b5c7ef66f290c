"""What an HTML checker finds on the pages: html-validate by its own standard, which npm fetches."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from tests import factories
from tests.web.test_calls_to_action import PARTNER, known, pages_of

__all__ = ["known"]
CHECKER = Path(__file__).resolve().parents[2] / "node_modules" / ".bin" / "html-validate"

pytestmark = [
    pytest.mark.usefixtures("today", "known", "offer"),
    pytest.mark.skipif(not CHECKER.exists(), reason="html-validate is not there: npm ci"),
]


def errors(folder: Path, pages: dict[str, str]) -> dict[str, list[str]]:
    """What the checker says of each page that has an error."""
    rules = {"root": True, "extends": ["html-validate:standard"]}
    (folder / ".htmlvalidate.json").write_text(json.dumps(rules))
    names = {f"{number}.html": address for number, address in enumerate(pages)}
    for name, address in names.items():
        (folder / name).write_text(pages[address])
    command = [str(CHECKER), "--formatter", "json", *names]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert ran.stdout.startswith("["), ran.stderr
    return {
        names[Path(one["filePath"]).name]: [
            f"{said['line']}: {said['message']}" for said in one["messages"]
        ]
        for one in json.loads(ran.stdout)
    }


def test_no_page_of_a_visitor_or_a_member_has_an_error(
    client: FlaskClient,
    db: Session,
    signed_in_as: Callable[[Member], FlaskClient],
    tmp_path: Path,
) -> None:
    factories.offer(db, **PARTNER)
    ada = factories.member(db)
    factories.subscription(db, ada, status="active")
    pages = pages_of(client)
    theirs = {
        f"{address} of a member": page for address, page in pages_of(signed_in_as(ada)).items()
    }

    assert len(pages) > 30 and len(theirs) > len(pages)
    assert errors(tmp_path, pages | theirs) == {}


def test_the_checker_notices_an_error(client: FlaskClient, tmp_path: Path) -> None:
    page = client.get("/film/known").text.replace("</main>", "<p><div>Within</div></p></main>")

    assert "/film/known" in errors(tmp_path, {"/film/known": page})
