"""The reading of pages refuses what HTML does not allow."""

from __future__ import annotations

import pytest

from tests.web.reading import parsed

PAGE = '<!doctype html><html lang="en"><title>A</title><time datetime="{}">then</time></html>'


@pytest.mark.parametrize(
    "told",
    [
        "2026-12-30",
        "2026-12-30T11:08",
        "2026-12-30T11:08:43.508+00:00",
        "2026-12-30 11:08Z",
        "11:08:43",
        "1922",
        "1922-03",
        "PT1H51M",
        "P2DT3.5S",
    ],
)
def test_a_time_is_told_to_machines_as_html_allows(told: str) -> None:
    assert parsed(PAGE.format(told)).find(".//time").text == "then"


@pytest.mark.parametrize(
    "told",
    [
        "2026-12-30T11:08:43.508372+00:00",
        "30 December 2026",
        "2026-12-30T11",
        "PT",
        "P",
        "None",
        "",
    ],
)
def test_a_time_that_no_machine_reads_is_a_mistake_in_the_page(told: str) -> None:
    with pytest.raises(AssertionError):
        parsed(PAGE.format(told))
