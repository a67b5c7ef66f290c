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
            self.sentence = (
                f"{why} {stored:,} films of it are stored, the rest was not read. Give the command "
                f"again with the whole file: it goes on, and what is stored is not doubled."
            )
