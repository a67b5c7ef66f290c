"""The family of errors that people can be told about."""

from __future__ import annotations


class DomainError(Exception):
    """Something that a rule forbids: an HTTP ``status``, and a ``sentence`` for the person."""

    status = 400
    sentence = "That did not work. Go back and try again."


class NotFound(DomainError):
    """No such thing, or none that this person may know of."""

    status = 404
    sentence = "This page is not in the programme."


class Gone(DomainError):
    """There was such a film, and it has been withdrawn."""

    status = 410
    sentence = "This film has left the catalogue."

    def __init__(self, slug: str = "") -> None:
        super().__init__(slug)
        self.slug = slug


class Forbidden(DomainError):
    """The person is known, and this is not for them."""

    status = 403
    sentence = "Your account does not have the role that this page needs."
