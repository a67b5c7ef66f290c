"""The check of the production files notices what would hurt."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests import checks

SERVICE = """
services:
  db:
    image: postgres:18.1
    healthcheck: {test: [CMD, pg_isready]}
  web:
    build: .
    image: matinee:0.1.0
    command: [web]
    healthcheck: {test: [CMD, curl]}
    depends_on: {db: {condition: service_healthy}}
    environment: {MATINEE_SECRET_KEY_FILE: /run/secrets/secret_key}
    secrets: [secret_key]
    volumes: ["home:/var/lib/matinee"]
volumes: {home: }
secrets: {secret_key: {file: ./secrets/secret_key}}
"""


def complaints(before: str, after: str) -> list[str]:
    assert before in SERVICE
    found = checks.about_compose(yaml.safe_load(SERVICE.replace(before, after)))
    return [line.removeprefix("docker-compose.yml, ") for line in found]


def test_a_good_composition_is_left_in_peace():
    assert complaints("", "") == []


def test_a_service_is_pinned_and_watched():
    assert complaints("postgres:18.1", "postgres:latest") == [
        "db: its image is not pinned to an exact version."
    ]
    assert complaints("    healthcheck: {test: [CMD, curl]}\n", "") == ["web: has no health check."]


def test_a_service_waits_until_what_it_needs_is_healthy():
    assert complaints("service_healthy", "service_started") == [
        "web: waits for db with service_started, not service_healthy."
    ]


def test_a_secret_is_given_as_a_file_and_declared():
    assert complaints("_KEY_FILE: /run/secrets/secret_key", "_KEY: tulip") == [
        "web: MATINEE_SECRET_KEY is a secret: give it as a file."
    ]
    assert complaints("secrets: [secret_key]", "secrets: [other]") == [
        "web: the secret other is not declared."
    ]


def test_a_setting_and_a_command_have_to_exist():
    assert complaints(
        "MATINEE_SECRET_KEY_FILE: /run/secrets/secret_key", "MATINEE_COLOUR: red"
    ) == ["web: there is no setting MATINEE_COLOUR."]
    assert complaints("[web]", "[serve]") == ["web: ['serve'] is not a command of ours."]


def test_an_image_runs_as_nobody_in_particular_and_installs_by_hash():
    said = list(checks.about_dockerfile("FROM python:3.13\nRUN pip install flask\nADD x y\n"))

    assert [line for line in said if "the room" not in line] == [
        "Dockerfile: ADD is not an instruction that we use.",
        "Dockerfile: installs without hashes: pip install flask",
        "Dockerfile: runs as root.",
        "Dockerfile: has no HEALTHCHECK.",
    ]
    assert "Dockerfile: the room access is missing." in said


def test_the_example_lists_every_setting():
    said = list(checks.about_example("MATINEE_ENV=development\nMATINEE_COLOUR=red\n"))

    assert said[-1] == ".env.example: there is no setting MATINEE_COLOUR."
    assert ".env.example: MATINEE_PORT is missing." in said


@pytest.mark.parametrize(
    ("component", "terms"),
    [
        ("trial.html", "{{ terms_text(terms, had_trial) }}"),
        (
            "trial.html",
            '__terms">{{ (terms.paid_promise if had_trial else terms.brief) | unbroken }}',
        ),
        ("trial.html", "with {{ terms.partner }}. {{ terms.sentence | unbroken }}"),
        ("banner.html", "{{ terms.last_free_day | unbroken }}"),
    ],
)
def test_a_call_to_action_that_loses_its_terms_fails_the_build(component: str, terms: str) -> None:
    path = Path("templates/components") / component
    text = (checks.ROOT / path).read_text()
    name = f"components/{component}"
    assert terms in text
    assert list(checks.about_calls_to_action({name: text})) == []

    (said,) = checks.about_calls_to_action({name: text.replace(terms, "")})

    assert said.endswith("calls to a trial without its price and date.")


def test_a_page_paints_no_call_of_its_own() -> None:
    said = list(checks.about_calls_to_action({"b.html": "data-call-to-action"}))

    assert said == ["templates/b.html: calls to a trial itself; use components/trial.html."]


@pytest.mark.parametrize(
    "bare",
    [
        '<a class="button button--primary" href="/sign-up">Start a free month</a>',
        '<a class="button" href="{{ trial_href }}">Go</a>',
        '<a href="{{ href }}">{{ terms.call }}</a>',
        '<a href="/trial">Go</a>',
        '<a href="/offer/popflix">Go</a>',
        '<a href="{{ url_for("trials.propose") }}">Go</a>',
        '<a href="{{ url_for("proposals.leave", code="a") }}">Go</a>',
        '<a href="{{ url_for("signing_up.show") }}">Go</a>',
        '<a href="/account/sign-up">Go</a>',
        '<a href="/help">Your free trial</a>',
        "<button>Watch free</button>",
        "<button>Get 30 days free</button>",
        '<a href="/sign-up">Subscribe now</a>',
    ],
)
def test_nothing_to_press_leads_to_an_offer_without_its_terms(bare: str) -> None:
    said = list(checks.about_calls_to_action({"a.html": bare}))

    assert said[-1].startswith("templates/a.html: offers a trial without its terms: <")


@pytest.mark.parametrize(
    "bare",
    [
        '{% set there = trial_href %}<a class="button" href="{{ there }}">Join</a>',
        '<form method="post" action="{{ url_for("trials.start") }}"><button>Join</button></form>',
        '{{ button("Join", trial_href) }}',
    ],
)
def test_no_page_leads_to_an_offer_by_a_way_of_its_own(bare: str) -> None:
    said = list(checks.about_calls_to_action({"a.html": bare}))

    assert said == ["templates/a.html: leads to an offer past the components that say its terms."]


def test_a_page_hands_the_way_to_an_offer_to_what_says_its_terms() -> None:
    page = '{# trial_href #}{{ trial_button(terms, url_for("trials.propose"), true) }}'

    assert list(checks.about_calls_to_action({"a.html": page})) == []


def test_no_page_takes_the_words_of_a_call_alone() -> None:
    taken = '{% from "components/trial.html" import offer_bar, words %}'

    (said,) = checks.about_calls_to_action({"a.html": taken})

    assert said == "templates/a.html: takes the words of a call without its terms."
