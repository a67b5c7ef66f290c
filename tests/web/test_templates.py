"""Rules that hold for every template, whoever wrote it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
PAGES = [
    path
    for path in sorted(TEMPLATES.rglob("*.html"))
    if path.relative_to(TEMPLATES).parts[0] not in ("email", "inbox")
]
STRANGERS = re.compile(r"""(?:src|href|action|poster)=["'](?:https?:)?//""")


def name(path: Path) -> str:
    """How a test is called by the template it reads."""
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_has_no_style_script_or_file_of_another_host_in_its_markup(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"\sstyle=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"\son[a-z]+=", text) == []
    assert re.findall(r"<script(?![^>]*(?:\ssrc=|application/(?:ld\+)?json))", text) == []
    assert STRANGERS.findall(text) == []
    assert "javascript:" not in text


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_says_in_its_first_line_what_it_is(path: Path) -> None:
    assert path.read_text().startswith("{# ")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_stays_short_enough_to_be_read_at_once(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120
