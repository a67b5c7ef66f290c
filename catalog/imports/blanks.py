"""What sources write where they know nothing: "N/A", "null", a dash."""

from __future__ import annotations

# "unknown" apart, since there are films of that name.
BLANKS = {
    *("\\n", "n/a", "#n/a", "<na>", "null", "none", "nan", "-", "\u2013", "\u2014"),
    "(no genres listed)",  # MovieLens
}
UNKNOWN = "unknown"


def told(given: str) -> str:
    """``given``, empty where it says that nothing is known."""
    return "" if given.lower() == UNKNOWN else name(given)


def name(given: str) -> str:
    """What a film is called besides its title; empty where that says that it has no such name."""
    return "" if given.lower() in BLANKS else given
