"""What an import says where a file cannot be read, or cannot be read on."""

from __future__ import annotations

from core.errors import DomainError


class Unreadable(DomainError):
    """A file that cannot be imported, or not to its end: ``why``. ``sentence`` also says what is
    stored of it: ``stored`` films, 0 where nothing is."""

    def __init__(self, why: str, *, stored: int = 0) -> None:
        super().__init__(why)
        self.why = why
        self.sentence = f"{why} Nothing was imported."
        if stored:
            films = "1 film of it is" if stored == 1 else f"{stored:,} films of it are"
            self.sentence = (
                f"{why} {films} stored, the rest was not read. Give the command again with the "
                f"whole file: it goes on, and what is stored is not doubled."
            )
