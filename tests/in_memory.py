"""A folder in memory for what a test run makes and throws away by the hundred: databases.

On a disk each clone is some 770 files, and a disk that lately lost many files is slow to make new
ones: at the end of a run a clone took it forty times as long as memory.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder is made for this user alone, below
ROOM = 2 * 1024**3


def place(beside: Path) -> Path:
    """Where the folder in memory is, or would be, for those who name ``beside``."""
    return MEMORY / f"matinee-{hashlib.sha256(bytes(beside)).hexdigest()[:12]}"


@contextmanager
def folder(beside: Path) -> Iterator[Path]:
    """A folder in memory for as long as somebody uses it, the same for all who name ``beside``, or
    ``beside`` itself on a system without such a place or without room there for ``ROOM`` bytes."""
    found = place(beside)
    beside.mkdir(parents=True, exist_ok=True)
    with (beside / "memory.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        if not _is_ours(found):
            yield beside
            return
        try:
            yield found
        finally:
            with suppress(BlockingIOError):  # somebody else uses it still
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(found, ignore_errors=True)


def _is_ours(found: Path) -> bool:
    """Whether ``found`` is there, or could be made, and belongs to nobody else."""
    with suppress(OSError):
        if not found.exists() and shutil.disk_usage(MEMORY).free < ROOM:
            return False
        found.mkdir(exist_ok=True)
        return found.lstat().st_uid == os.getuid() and not found.is_symlink()
    return False
