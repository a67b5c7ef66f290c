"""A file of films is checked as a whole before any record of it is looked at."""

from __future__ import annotations

import pytest

from catalog import import_file
from catalog.import_file import Unreadable


def records(tmp_path, content):
    path = tmp_path / "films.json"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_file.records(path)


def test_every_record_comes_with_the_line_on_which_it_starts(tmp_path):
    content = '\ufeff[\n  {"title": "A"},\r\n\n  {\n "title": "B\\nC"}, 7,\n null]\n'

    assert records(tmp_path, content) == [
        (2, {"title": "A"}),
        (4, {"title": "B\nC"}),
        (5, 7),
        (6, None),
    ]


def test_an_empty_list_has_no_records(tmp_path):
    assert records(tmp_path, " [ ] ") == []


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "The file is not a list of films: it does not begin with [."),
        ('{"title": "A"}', "The file is not a list of films: it does not begin with [."),
        ("[\n{]", "Line 2 is not JSON: Expecting property name enclosed in double quotes."),
        ("[1,\n]", "Line 2 is not JSON: Expecting value."),
        ("[1\n2]", "Line 2 is not JSON: Expecting a comma or the end of the list."),
        ("[1", "Line 1 is not JSON: Expecting a comma or the end of the list."),
        ("[]\n[]", "Line 2 is not JSON: Something follows the list."),
        (b'[\n"\xff"]', "Line 2 is not UTF-8 text."),
        ("[" * 100_000, "A number or a list in the file is too large to be read."),
        ("[" + "9" * 5_000 + "]", "A number or a list in the file is too large to be read."),
    ],
)
def test_a_file_that_is_no_list_says_where_in_one_line(tmp_path, content, sentence):
    with pytest.raises(Unreadable) as unreadable:
        records(tmp_path, content)
    assert unreadable.value.sentence == f"{sentence} Nothing was imported."


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "films.json"
    with path.open("wb") as file:
        file.truncate(import_file.LARGEST + 1)

    with pytest.raises(Unreadable, match="larger than 64 MB"):
        import_file.records(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unreadable, match="is not a file"):
        import_file.records(tmp_path / "none.json")
