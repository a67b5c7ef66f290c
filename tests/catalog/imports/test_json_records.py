"""The records of a JSON file come one after the other, however long the file and its lines are."""

from __future__ import annotations

import gzip
import itertools
import json
import math
import tracemalloc

import pytest

from catalog.imports import formats, json_records, opening
from catalog.imports.json_records import Odd
from catalog.imports.unreadable import Unreadable


@pytest.fixture
def read(tmp_path):
    """The records of a file with this content."""

    def read(content, name="films.json"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with opening.opened(path) as text:
            return list(json_records.read(text))

    return read


def test_every_record_comes_with_the_line_on_which_it_starts(read):
    content = '\ufeff[\n  {"title": "A"},\r\n\n  {\n "title": "B\\nC"}, 7,\n null]\n'

    assert read(content) == [
        (2, {"title": "A"}),
        (4, {"title": "B\nC"}),
        (5, 7),
        (6, None),
    ]


def test_an_empty_list_has_no_records(read):
    assert read(" [ ] ") == []


def test_one_object_alone_and_one_a_line_are_read(read):
    assert read('\n{"title":\n"A"}\n') == [(2, {"title": "A"})]
    assert read('{"title": "A"}\n\n{"title": "B"}\n') == [(1, {"title": "A"}), (3, {"title": "B"})]


@pytest.mark.parametrize("at_once", range(1, 40))
def test_a_list_is_read_alike_in_pieces_of_any_size(read, monkeypatch, at_once):
    # given values that can be cut in the middle of a word, a number and an escape
    records = [
        {"a": '\U0001f600é\\"]', "b": [True, None, -12.5e-3, math.inf, {"c": {}}]},
        *(12.5, "x", [], "", 10**30, False, {"ü": "\n"}),
    ]
    monkeypatch.setattr(json_records, "AT_ONCE", at_once)

    for indent in (None, 1):
        assert [record for _, record in read(json.dumps(records, indent=indent))] == records


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("[\n{]", "Line 2 is not JSON: Expecting property name enclosed in double quotes."),
        ("[1,\n]", "Line 2 is not JSON: Expecting value."),
        ("[1\n2]", "Line 2 is not JSON: Expecting a comma or the end of the list."),
        ("[1", "Line 1 is not JSON: Expecting a comma or the end of the list."),
        ("[]\n[]", "Line 2 is not JSON: Something follows the end."),
        ('{"a":\n1}\n{"a": 2}', "Line 3 is not JSON: Something follows the end."),
        ('[\n{"a":\n "b}]\n', "Line 3 is not JSON: Invalid control character at."),
        ("[" * 100_000, "What starts on line 1 is nested too deeply to be read."),
        (
            '[{"a": "' + "x" * 9_000_000,
            "What starts on line 1 is no film: it is longer than 4 MB, or a quotation mark is "
            "missing.",
        ),
    ],
)
def test_a_file_that_is_no_list_says_where_in_one_line(read, content, sentence):
    with pytest.raises(Unreadable) as unreadable:
        read(content)
    assert unreadable.value.sentence == f"{sentence} Nothing was imported."


def test_a_record_that_alone_is_broken_stands_for_itself(read):
    assert read(b'[{"a": "\xff"}, {"a": "\\ud800"}]') == [(1, Odd.NOT_TEXT), (1, {"a": "\ud800"})]
    lines = b'{"a": 1}\n{broken\n{"a": "\xff"}\n' + b"[" * 99_999 + b"\n"
    assert read(lines) == [
        *((1, {"a": 1}), (2, Odd.NOT_JSON), (3, Odd.NOT_TEXT), (4, Odd.NOT_JSON)),
    ]


def test_a_number_that_nobody_can_read_means_nothing(read):
    assert read("[" + "9" * 5_000 + "]") == [(1, math.inf)]


def test_what_gzip_packed_is_read_as_it_is(read):
    packed = gzip.compress(b'[\n{"title": "A"}\n]')

    assert read(packed, "films.json.gz") == [(2, {"title": "A"})]
    with pytest.raises(Unreadable, match="is not whole"):
        read(packed[:-12], "films.json.gz")


def test_a_list_of_any_length_on_one_line_is_read_in_little_memory(tmp_path):
    # given a list that unpacked has 40 MB, on one line, behind 20 MB of nothing
    path = tmp_path / "films.json.gz"
    record = json.dumps({"title": "A", "extract": "word " * 1_000}).encode()
    with gzip.open(path, "wb", compresslevel=1) as file:
        file.write(b" " * 20_000_000 + b"[")
        file.writelines(itertools.repeat(record + b",", 8_000))
        file.write(record + b"]")

    # when its records are counted
    tracemalloc.start()
    assert formats.kind_of(path) == formats.JSON
    with opening.opened(path) as text:
        number = sum(1 for _ in json_records.read(text))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # then all are there, and never more than a piece of it was held
    assert number == 8_001
    assert most < 4_000_000


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(Unreadable, match="is not a file"):
        formats.kind_of(tmp_path / "none.json")
