"""The captions of the demo clips: a few calm lines of our own in two languages, as WebVTT."""

from __future__ import annotations

ENGLISH = (
    "[Soft chords, like slow breathing]",
    "The afternoon begins, and nobody is in a hurry.",
    "A train goes by with every window lit.",
    "Somebody on it is reading. Somebody is asleep.",
    "The hills move slowly. The near ones move a little faster.",
    "[The chord changes]",
    "Watch the disc: it climbs for half of the film.",
    "Then it comes down again, as everything does.",
    "There is another train. There is always another train.",
    "If you look away now, you will miss very little.",
    "[The chord comes home]",
    "The light is different already.",
    "That was the afternoon. Thank you for staying.",
)
GERMAN = (
    "[Leise Akkorde, wie ruhiger Atem]",
    "Der Nachmittag beginnt, und niemand hat es eilig.",
    "Ein Zug fährt vorbei, jedes Fenster ist hell.",
    "Jemand darin liest. Jemand schläft.",
    "Die Hügel ziehen langsam vorbei, die nahen etwas schneller.",
    "[Der Akkord wechselt]",
    "Achte auf die Scheibe: Sie steigt den halben Film lang.",
    "Dann sinkt sie wieder, wie alles.",
    "Da ist noch ein Zug. Da ist immer noch ein Zug.",
    "Wer jetzt wegsieht, verpasst sehr wenig.",
    "[Der Akkord kehrt heim]",
    "Das Licht ist schon ein anderes.",
    "Das war der Nachmittag. Danke, dass du geblieben bist.",
)
LINES = {"en": ENGLISH, "de": GERMAN}
EACH, PAUSE = 5, 6


def file(language: str) -> str:
    """The name under which a language's captions lie in the folder of a clip."""
    return f"captions.{language}.vtt"


def webvtt(seconds: int, language: str = "en") -> str:
    """A caption file for a clip of ``seconds``: one line after another, the last when they end."""
    starts = range(1, max(2, seconds - EACH), EACH + PAUSE)
    cues = [
        f"{_clock(start)} --> {_clock(min(start + EACH, seconds))}\n{line}\n"
        for start, line in zip(starts, LINES[language], strict=False)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"
