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
OFFER = TEMPLATES / "components" / "trial.html"
STRANGERS = re.compile(r"""(?:src|href|action|poster)=["'](?:https?:)?//""")
IMPERATIVE = re.compile(r"\b(?:Try|Start)\b[^<]*\bfree\b", re.IGNORECASE)


def name(path: Path) -> str:
    """How a test is called by the template it reads."""
    return str(path.relative_to(TEMPLATES))


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_has_no_style_script_or_file_of_another_host_in_its_markup(path: Path) -> None:
    text = path.read_text()

    assert re.findall(r"\sstyle=", text) == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"\son[a-z]+=", text) == []
    assert re.findall(r"<script(?![^>]*(?:\ssrc=|application/ld\+json))", text) == []
    assert STRANGERS.findall(text) == []
    assert "javascript:" not in text


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_says_in_its_first_line_what_it_is(path: Path) -> None:
    assert path.read_text().startswith("{# ")


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_template_stays_short_enough_to_be_read_at_once(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 120


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_a_link_to_the_trial_is_painted_as_a_button_by_the_component_alone(path: Path) -> None:
    if path == OFFER:
        return
    for element in re.findall(
        r"<(?:a|button)\b[^>]*button--primary.*?</(?:a|button)>", path.read_text()
    ):
        says_terms = "terms.button" in element or "terms.paid_button" in element
        assert says_terms or not IMPERATIVE.search(element), element


def test_the_component_prints_price_and_date_beside_each_of_its_buttons() -> None:
    macros = re.findall(r"{% macro (\w+).*?%}(.*?){%-? endmacro %}", OFFER.read_text(), flags=re.S)
    painted = {title: body for title, body in macros if "button--primary" in body}

    assert set(painted) == {"trial_button", "offer_bar"}
    assert "terms_text(" in painted["trial_button"]
    assert "terms.price" in painted["offer_bar"]
    assert "terms.free_until" in painted["offer_bar"]
    assert "terms.sentence" in dict(macros)["terms_text"]


def test_only_the_component_and_the_banner_call_to_a_trial() -> None:
    calling = {name(path) for path in PAGES if "data-call-to-action" in path.read_text()}

    assert calling == {"components/banner.html", "components/trial.html"}
    assert "terms.free_until" in (TEMPLATES / "components" / "banner.html").read_text()
