"""What no linter looks at: the production files, the list of settings, and what may not be named.

``python -m tests.checks`` prints one line per complaint and fails if there is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from commands.main import COMMANDS
from core.settings import PREFIX, Settings

ROOT = Path(__file__).resolve().parent.parent
INSTRUCTIONS = {
    *("FROM", "RUN", "COPY", "WORKDIR", "ENV", "USER", "EXPOSE"),
    *("HEALTHCHECK", "ENTRYPOINT", "CMD"),
}
ROOMS = {
    *("core", "accounts", "catalog", "billing", "access", "notices", "reports", "workers"),
    *("web", "commands", "templates", "migrations"),
}
EXACT = re.compile(r"^[\w./-]+:v?\d+\.\d+(\.\d+)?[\w.-]*$")
SECRET = re.compile(r"PASSWORD|SECRET|KEY|TOKEN|DATABASE_URL|BROKER_URL|SMTP_URL")
NAMES = {PREFIX + name.upper() for name in Settings.model_fields}
CALLING = ("components/banner.html", "components/trial.html")
MACRO = re.compile(r"{% macro (\w+).*?%}(.*?){%-? endmacro %}", re.S)
CALLED = re.compile(r"{{ (\w+)\(")
PRESSED = re.compile(r"<(?:a|button)\b.*?</(?:a|button)>", re.S)
TO_AN_OFFER = re.compile(
    r"trial_href|terms\.call|proposals\.(?:leave|address)|trials\.propose|signing_up\.show\"\)"
    r"|href=\"/(?:trial|offer|account/sign-up)\b|\bfree\b[^<]*\btrial\b|\btrial\b[^<]*\bfree\b"
    r"|\b(?:Try|Start|Watch|Get|Subscribe)\b[^<]*\bfree\b|\bSubscribe (?:now|today|for)\b",
    re.IGNORECASE,
)
# The way to an offer, and where it may stand: handed to what paints a call, in a comment, and in
# the forms of the page that says all of it.
WAY = re.compile(r"trial_href|trials\.(?:start|propose)")
HANDED_ON = re.compile(
    r"{#.*?#}|{{ (?:banner|offer_bar|offer_line|trial_button)\(.*?}}|{% call offer_box\(.*?%}", re.S
)
SAYS_ALL = "trial/payment.html"
WORDS_TAKEN = re.compile(r'{% from "components/trial\.html" import [^%]*\bwords\b')
WAYS_TO_SAY = (
    ("{{ terms.sentence | unbroken }}",),
    ("terms.sentence", "terms.paid_promise"),
    ("terms.brief", "terms.paid_promise"),
    ("terms.price", "terms.tax", "terms.last_free_day"),
)
# Put together here, so that this file does not name them either.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
PERSONAL = re.compile(r"/(?:home|Users)/[a-z]\w*/|/root/")


def main() -> None:
    """Print every complaint."""
    complaints = [
        *about_dockerfile((ROOT / "Dockerfile").read_text()),
        *about_compose(yaml.safe_load((ROOT / "docker-compose.yml").read_text())),
        *about_calls_to_action(_pages()),
        *about_example((ROOT / ".env.example").read_text()),
        *about_tracked_files(),
    ]
    print("\n".join(complaints) or "Nothing to complain about.")
    sys.exit(1 if complaints else 0)


def about_dockerfile(text: str) -> Iterator[str]:
    """It is pinned, installs by hash, has every room in it, and does not run as root."""
    steps = [line.split(None, 1) for line in text.replace("\\\n", " ").splitlines()]
    steps = [step for step in steps if step and not step[0].startswith("#")]
    words = [(step[0], step[1]) for step in steps if len(step) == 2]
    for unknown in {step[0] for step in steps} - INSTRUCTIONS:
        yield f"Dockerfile: {unknown} is not an instruction that we use."
    for name, rest in words:
        if name == "FROM" and not EXACT.match(rest.split()[0]):
            yield f"Dockerfile: {rest} is not pinned to an exact version."
        for part in re.split(r"&&", rest) if name == "RUN" else ():
            if "pip install" in part and "--require-hashes" not in part:
                yield f"Dockerfile: installs without hashes: {part.strip()}"
    users = [rest for name, rest in words if name == "USER"]
    if not users or users[-1] in ("0", "root"):
        yield "Dockerfile: runs as root."
    if not any(name == "HEALTHCHECK" for name, _ in words):
        yield "Dockerfile: has no HEALTHCHECK."
    copied = [rest.split()[0] for name, rest in words if name == "COPY" and "--from" not in rest]
    yield from (f"Dockerfile: the room {room} is missing." for room in ROOMS - set(copied))
    yield from (
        f"Dockerfile: {each} is not there." for each in copied if not (ROOT / each).exists()
    )


def about_compose(compose: dict[str, Any]) -> Iterator[str]:
    """Each service is pinned, watched, waits for healthy ones, and has no secret written out."""
    services: dict[str, dict[str, Any]] = compose["services"]
    for name, service in services.items():
        yield from (f"docker-compose.yml, {name}: {said}" for said in _about(service, services))
        for given in service.get("secrets", []):
            source = given["source"] if isinstance(given, dict) else given
            if source not in compose.get("secrets", {}):
                yield f"docker-compose.yml, {name}: the secret {source} is not declared."
        for volume in service.get("volumes", []):
            if volume.split(":")[0] not in compose.get("volumes", {}):
                yield f"docker-compose.yml, {name}: the volume {volume} is not declared."


def _about(service: dict[str, Any], services: dict[str, dict[str, Any]]) -> Iterator[str]:
    if not EXACT.match(service.get("image", "")):
        yield "its image is not pinned to an exact version."
    once = service.get("restart") == "no"
    if not once and "test" not in service.get("healthcheck", {}):
        yield "has no health check."
    for other, how in service.get("depends_on", {}).items():
        waits = how.get("condition")
        runs_once = services.get(other, {}).get("restart") == "no"
        wanted = "service_completed_successfully" if runs_once else "service_healthy"
        if other not in services or waits != wanted:
            yield f"waits for {other} with {waits}, not {wanted}."
    for variable, value in service.get("environment", {}).items():
        if variable.startswith(PREFIX) and variable.removesuffix("_FILE") not in NAMES:
            yield f"there is no setting {variable}."
        if SECRET.search(variable) and not (variable.endswith("_FILE") and "/secrets/" in value):
            yield f"{variable} is a secret: give it as a file."
    words = service.get("command", [])
    if "build" in service and (not words or words[0] not in COMMANDS):
        yield f"{words} is not a command of ours."


def about_example(text: str) -> Iterator[str]:
    """``.env.example`` has every setting and no other."""
    shown = set(re.findall(rf"^({PREFIX}\w+)=", text, re.MULTILINE))
    yield from (f".env.example: {name} is missing." for name in sorted(NAMES - shown))
    yield from (f".env.example: there is no setting {name}." for name in sorted(shown - NAMES))


def _pages() -> dict[str, str]:
    """The text of every page's template, by its name."""
    found = sorted((ROOT / "templates").rglob("*.html"))
    return {str(path.relative_to(ROOT / "templates")): path.read_text() for path in found}


def about_calls_to_action(pages: dict[str, str]) -> Iterator[str]:
    """Price, tax and date stand in the same element as every call to a trial, and only two
    components paint one; ``tests/web/test_calls_to_action.py`` reads the pages themselves."""
    for name, text in pages.items():
        if name in CALLING:
            yield from (f"templates/{name}: {said}" for said in _unsaid(text))
            continue
        if "data-call-to-action" in text:
            yield f"templates/{name}: calls to a trial itself; use components/trial.html."
        if WORDS_TAKEN.search(text):
            yield f"templates/{name}: takes the words of a call without its terms."
        if name != SAYS_ALL and WAY.search(HANDED_ON.sub("", text)):
            yield f"templates/{name}: leads to an offer past the components that say its terms."
        for element in PRESSED.findall(text):
            says = "terms.button" in element or "terms.paid_button" in element
            if TO_AN_OFFER.search(element) and not says:
                yield f"templates/{name}: offers a trial without its terms: {element[:80]}"


def _unsaid(text: str) -> Iterator[str]:
    """What is missing from the macros that paint a call, with what they call in turn."""
    macros = dict(MACRO.findall(text))
    for name, body in macros.items():
        if "data-call-to-action" not in body:
            continue
        told = body + "".join(macros.get(other, "") for other in CALLED.findall(body))
        if not any(all(part in told for part in way) for way in WAYS_TO_SAY):
            yield f"{name} calls to a trial without its price and date."


def about_tracked_files() -> Iterator[str]:
    """No committed file names a package index or a place on somebody's machine."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    here = str(ROOT) if len(ROOT.parts) > 2 else None
    for name in listed.stdout.decode().split("\0"):
        path = ROOT / name
        if not path.is_file() or path == Path(__file__).resolve():
            continue
        text = path.read_bytes().decode("utf-8", errors="ignore")
        yield from (f"{name}: names the package index {host}." for host in HOSTS if host in text)
        personal = PERSONAL.search(text)
        if personal or (here and here in text):
            yield f"{name}: names a place on one machine: {personal[0] if personal else here}"


if __name__ == "__main__":
    main()
