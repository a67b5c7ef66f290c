"""Captions are called by their own language, for the reader and in the player's menu."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalog import captions
from catalog.models import CaptionTrack
from tests import factories
from tests.web.reading import text_of


@pytest.mark.parametrize(
    ("language", "name", "label"),
    [
        ("en", "English", "English"),
        ("de", "German", "Deutsch"),
        ("pt-BR", "Portuguese (Brazil)", "Português (Brasil)"),
        ("ja", "Japanese", "日本語"),
        ("tlh", "Klingon", "Klingon"),
        ("qqz", "qqz", "Qqz"),
        ("deu", "German", "Deutsch"),
        ("ger", "German", "Deutsch"),
        ("por", "Portuguese", "Português"),
        ("ara", "Arabic", "العربية"),
        ("zho", "Chinese", "中文"),
        ("por-BR", "Portuguese (Brazil)", "Português (Brasil)"),
        ("pt_PT", "Portuguese (Portugal)", "Português (Portugal)"),
    ],
)
def test_a_language_is_named_twice(language: str, name: str, label: str) -> None:
    track = CaptionTrack(language=language, file="captions.vtt")

    assert (captions.name(track.language), captions.label(track)) == (name, label)


def test_a_name_of_its_own_goes_before_that_of_the_language() -> None:
    track = CaptionTrack(language="en", name="English, for the hard of hearing", file="c.vtt")

    assert captions.label(track) == "English, for the hard of hearing"


def test_a_film_page_lists_every_language_and_a_trailer_offers_each(
    client: FlaskClient, db: Session
) -> None:
    # given a film and a trailer with captions in two languages, German first
    tracks = [("de", "captions.de.vtt"), ("en", "captions.vtt")]
    video = factories.video(
        db,
        captions=[
            CaptionTrack(language=language, file=file, position=at)
            for at, (language, file) in enumerate(tracks)
        ],
    )
    film = factories.title(db, name="Wings", video_id=video.id)
    factories.trailer(db, film, video_id=video.id)

    page, player = client.get("/film/wings").text, client.get("/film/wings/trailer").text

    assert "Captions German, English" in text_of(page)
    assert '<track kind="captions" srclang="de" label="Deutsch"' in player
    assert '<track kind="captions" srclang="en" label="English"' in player
    assert player.index("/captions.de.vtt") < player.index("/captions.vtt")
