"""What a browser calls itself, as people call it: Chrome on Windows, Safari on an iPhone."""

from __future__ import annotations

BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
PLACES = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "a Mac"),
    ("Linux", "Linux"),
)


def name(user_agent: str) -> str:
    """A device's name from the ``User-Agent`` that it sends; a hint for people, never a proof."""
    browser = next((said for mark, said in BROWSERS if mark in user_agent), "A browser")
    place = next((said for mark, said in PLACES if mark in user_agent), None)
    return f"{browser} on {place}" if place else browser
