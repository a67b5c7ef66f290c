"""Where a test run keeps what it makes and throws away."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import in_memory


@pytest.fixture(autouse=True)
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that stands for memory, with room for anything."""
    made = tmp_path / "memory"
    made.mkdir()
    monkeypatch.setattr(in_memory, "MEMORY", made)
    monkeypatch.setattr(in_memory, "ROOM", 0)
    return made


def test_all_who_use_it_share_a_folder_which_goes_with_the_last(tmp_path, memory):
    with in_memory.folder(tmp_path / "one") as first:
        (first / "data").write_text("x")
        with in_memory.folder(tmp_path / "one") as second:
            assert second == first
        assert (first / "data").read_text() == "x"

        with in_memory.folder(tmp_path / "another") as other:
            assert other != first

    assert list(memory.iterdir()) == []


def test_what_a_killed_run_left_is_used_and_cleared_away(tmp_path, memory):
    left = in_memory.place(tmp_path / "one")
    left.mkdir()

    with in_memory.folder(tmp_path / "one") as found:
        assert found == left

    assert not left.exists()


@pytest.mark.parametrize("why", ["no such place", "no room", "somebody else's", "a link"])
def test_without_a_place_of_our_own_in_memory_the_disk_serves(tmp_path, memory, monkeypatch, why):
    taken = in_memory.place(tmp_path / "one")
    if why == "no such place":
        memory.rmdir()
    elif why == "no room":
        monkeypatch.setattr(in_memory, "ROOM", 2**62)
    elif why == "somebody else's":
        taken.mkdir()
        monkeypatch.setattr(in_memory.os, "getuid", lambda: taken.stat().st_uid + 1)
    else:
        (tmp_path / "elsewhere").mkdir()
        taken.symlink_to(tmp_path / "elsewhere")

    with in_memory.folder(tmp_path / "one") as found:
        assert found == tmp_path / "one"

    assert found.exists()
