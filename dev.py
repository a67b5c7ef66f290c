"""Sets the machine up and hands over: ``python3 dev.py COMMAND``, one of those in ``main``.

Standard library alone, because it runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
PYTHON = BIN / "python"
REQUIREMENTS = ROOT / "requirements"
LOG = VENV / "install.log"
OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
# Three on two cores: each waits now and then, for the database or a browser.
PYTEST = ("pytest", "-n", "3", "--dist", "loadscope", "--no-loadscope-reorder")
CHECKS = (
    ("ruff", "format", "--check", "--quiet"),
    ("ruff", "check", "--quiet"),
    ("mypy", "--no-error-summary", "."),
    ("lint-imports", "--no-logo"),
    ("djlint", "templates", "--lint", "--quiet"),
    ("python", "-m", "tests.checks"),
)
ANY_ORDER = "tests/billing/test_any_order.py"
LIVES = ("pytest", "-n", "2", "--dist", "load", "-p", "no:randomly", ANY_ORDER)
LEAST_NOTICED = 0.9
COMMANDS = "setup, run, test, check, prove, bench, shots, lighthouse, assets, format or lock"
FORMATS = (("ruff", "check", "--fix", "--quiet"), ("ruff", "format", "--quiet"))


def main(words: list[str]) -> int:
    """Do what the first word says; the others go on to the program behind it."""
    use_new_enough_python()
    os.chdir(ROOT)
    command, rest = (words or ["run"])[0], words[1:]
    if command == "setup":
        setup("run")
        print("Ready. `make run` starts Matinee, `.venv/bin/matinee --help` lists its commands.")
    elif command == "run":
        setup("run")
        assets()
        hand_over("matinee", "run", *rest)
    elif command == "test":
        setup("test")
        assets()
        checkers()
        hand_over(*PYTEST, *rest)
    elif command == "check":
        setup("test")
        return sum(failed(check) for check in CHECKS)
    elif command == "prove":
        setup("test")
        return prove()
    elif command == "bench":
        setup("test")
        setup("bench")
        hand_over("python", "-m", f"benchmarks.{(rest or ['webhook'])[0]}", *rest[1:])
    elif command == "assets":
        setup("run")
        assets()
    elif command in ("shots", "lighthouse"):
        setup("test")
        hand_over("python", "-m", f"tests.{command}", *rest)
    elif command == "format":
        setup("test")
        return sum(failed(each) for each in FORMATS)
    elif command == "lock":
        setup("test")
        lock()
    else:
        stop(f"There is no `{command}`: say {COMMANDS}.")
    return 0


def stop(line: str) -> NoReturn:
    """End with one line that says what is wrong and what to do."""
    sys.exit(f"dev.py: {line}")


def use_new_enough_python() -> None:
    """Go on with a newer Python of this machine where the one that started us is too old."""
    if sys.version_info >= OLDEST:
        return
    newer = next(filter(None, map(shutil.which, NEWER)), None)
    if newer is None:
        mine = "{}.{}".format(*sys.version_info[:2])
        stop(f"Matinee needs Python 3.11 or newer, and this is {mine}. Install a newer one.")
    os.execv(str(newer), [str(newer), *sys.argv])


def hand_over(program: str, *arguments: str) -> NoReturn:
    """Become ``program`` of the environment, so that Ctrl-C and exit codes are its own."""
    os.execv(str(BIN / program), [str(BIN / program), *arguments])


def failed(command: tuple[str, ...]) -> bool:
    """Run one check, with its name before what it says. Answers whether it failed."""
    print(f"· {' '.join(command)}", flush=True)
    return subprocess.run([str(BIN / command[0]), *command[1:]], check=False).returncode != 0


def prove() -> int:
    """What takes too long for every build. Answers how much of it failed."""
    os.environ.setdefault("PROVE_RUNS", "1000")
    return too_few_breaks_noticed() + failed(LIVES)


def too_few_breaks_noticed() -> int:
    """Break the rules of access and money one by one: the tests must notice nine of ten."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    print("· mutmut run", flush=True)
    subprocess.run([str(BIN / "mutmut"), "run"], check=True)
    subprocess.run([str(BIN / "mutmut"), "export-cicd-stats"], check=True, capture_output=True)
    found = json.loads((ROOT / "mutants" / "mutmut-cicd-stats.json").read_text())
    score = found["killed"] / found["total"]
    print(f"{found['killed']} of {found['total']} breaks were noticed ({score:.0%}).")
    return int(score < LEAST_NOTICED)


def assets() -> None:
    """Have the browser libraries, where npm is there to fetch them; the pages do without."""
    subprocess.run([str(BIN / "matinee"), "assets"], check=False)


def checkers() -> None:
    """Have the HTML checker and Lighthouse that package-lock.json pins, where npm is there to fetch
    them; the tests that use them skip without. No script of theirs is run."""
    npm = shutil.which("npm")
    if npm is not None and not (ROOT / "node_modules" / ".bin" / "html-validate").exists():
        print("Fetching the checkers that package-lock.json pins …", flush=True)
        quietly = ("--ignore-scripts", "--no-audit", "--no-fund")
        subprocess.run([npm, "ci", *quietly], stdout=subprocess.DEVNULL, check=False)


def setup(what: str) -> None:
    """Have the environment, with what ``requirements/<what>.txt`` pins; nothing where it is so."""
    marker = VENV / f"installed-{what}"
    if runs() and marker.exists() and marker.read_text() == fingerprint(what):
        return
    make_environment()
    print(f"Installing what requirements/{what}.txt pins …", flush=True)
    LOG.unlink(missing_ok=True)
    install(what)
    link()
    for part in ("run", what):
        (VENV / f"installed-{part}").write_text(fingerprint(part))


def fingerprint(what: str) -> str:
    """Changes with the pins."""
    pins = (REQUIREMENTS / "uv.txt").read_bytes() + (REQUIREMENTS / f"{what}.txt").read_bytes()
    return hashlib.sha256(pins).hexdigest()


def runs() -> bool:
    """Whether the environment was made for this folder, and its Python starts."""
    made_for = VENV / "made-for"
    if not made_for.exists() or made_for.read_text() != str(VENV):
        return False
    return subprocess.run([str(PYTHON), "-c", ""], check=False).returncode == 0


def make_environment() -> None:
    """Make ``.venv``, anew where its Python is gone or it has been moved."""
    if runs():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
        said = (done.stderr or done.stdout).strip()
        if "ensurepip" in said or "No module named venv" in said:
            stop("Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv")
        stop(f"The environment {VENV} could not be made: {said.splitlines()[-1]}")
    (VENV / "made-for").write_text(str(VENV))


def install(what: str) -> None:
    """With uv, which is quick; with pip where uv fails, which knows this machine's mirrors.

    One package comes as source alone (flask-principal): the setuptools that builds it is pinned
    beside uv, so nothing is fetched that the repository has no hash of.
    """
    locked = ("--require-hashes", "-r", str(REQUIREMENTS / f"{what}.txt"))
    pip = (str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    tools = (*pip, "--require-hashes", "-r", str(REQUIREMENTS / "uv.txt"))
    uv = (str(BIN / "uv"), "pip", "install", "--quiet", "--compile-bytecode")
    principal = ("--no-build-isolation-package", "flask-principal")
    if not logged(*tools):
        stop(why_not(LOG.read_text(errors="replace")))
    if logged(*uv, "--python", str(PYTHON), *principal, *locked):
        return
    print("uv could not; trying pip …", flush=True)
    if not logged(*pip, "--no-build-isolation", *locked):
        stop(why_not(LOG.read_text(errors="replace")))


def logged(*command: str) -> bool:
    """Run an installer with its words going to a file. Answers whether it went well."""
    with LOG.open("a") as log:
        done = subprocess.run(
            command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, check=False
        )
    return done.returncode == 0


def why_not(said: str) -> str:
    """What the installers' last words mean, in one line."""
    no_compiler = re.search(
        r"command '?\S*(cc|gcc|clang)\S*'? failed: No such file|"
        r"(unable to execute|cannot find) '?\S*(cc|gcc|clang)",
        said,
    )
    package = re.search(r"[Ff]ailed (?:to build|building wheel for) `?([\w.-]+)", said)
    if no_compiler:
        name = package.group(1) if package else "A package"
        return (
            f"{name} has no ready-made build for this machine, and there is no C compiler. "
            "Debian and Ubuntu: apt install build-essential python3-dev. "
            "macOS: xcode-select --install"
        )
    if re.search(r"(?i)do not match the hashes|hash mismatch", said):
        return f"A package is not the one that was pinned; nothing was installed (see {LOG})."
    if re.search(
        r"Could not find a version|No matching distribution|Name or service|Connection|"
        r"error sending request|timed out",
        said,
    ):
        return f"The package index does not answer or lacks a package (see {LOG})."
    return f"The packages could not be installed: {said.strip().splitlines()[-1]} (see {LOG})."


def link() -> None:
    """Let the environment see the checkout, and put ``matinee`` beside its Python."""
    site = next((VENV / "lib").glob("python*/site-packages"))
    (site / "matinee.pth").write_text(f"{ROOT}\n")
    command = BIN / "matinee"
    command.write_text(f"#!/bin/sh\nexec '{PYTHON}' -P -m commands \"$@\"\n")
    command.chmod(0o755)


def lock() -> None:
    """Write ``requirements/*.txt`` from ``pyproject.toml``: every version, every hash, no host."""
    compile_ = (
        *(str(BIN / "uv"), "pip", "compile", "--universal", "--python-version", "3.11"),
        *("--generate-hashes", "--no-header", "--no-emit-index-url", "--quiet"),
    )
    constrained = ("-c", "requirements/run.txt")
    extras = {
        "run": ("--extra", "embedded", "--extra", "video"),
        "test": tuple(f"--extra={one}" for one in ("embedded", "video", "granian", "test", "dev")),
        "production": ("--extra", "video", "--extra", "granian"),
    }
    for name, extra in extras.items():
        limits = () if name == "run" else constrained
        out = ("-o", f"requirements/{name}.txt")
        subprocess.run([*compile_, *extra, *limits, "pyproject.toml", *out], check=True)
    wagtail = ("wagtail", "gunicorn", "psycopg[binary]", "granian")  # programs as ours are
    for name, wanted, limits in (
        ("uv", ("setuptools", "uv"), ()),
        ("bench", ("duckdb",), ()),
        ("wagtail", wagtail, ("-c", "requirements/production.txt")),
    ):
        alone = [*compile_, "--no-annotate", "-", *limits, "-o", f"requirements/{name}.txt"]
        subprocess.run(alone, input="\n".join(wanted), text=True, check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
