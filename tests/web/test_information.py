"""Terms and help say beforehand what may surprise somebody later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from accounts.models import Member
from core import settings
from tests import factories
from tests.web.reading import text_of


@pytest.mark.usefixtures("offer")
@pytest.mark.parametrize(("by_card", "told"), [(1, "one"), (3, "3 trials")])
def test_who_may_have_a_trial_is_told_before_a_card_is_given(
    client: FlaskClient, by_card: int, told: str
) -> None:
    settings.use(settings.current().model_copy(update={"trials_per_card": by_card}))

    for page in ("/terms", "/help"):
        said = f"Each person may have one trial, and each card may begin {told}."
        assert said in text_of(client.get(page).text)


@pytest.mark.usefixtures("offer")
def test_whose_card_began_a_trial_of_somebody_else_is_not_told_that_they_had_theirs(
    db: Session, signed_in_as: Callable[[Member], FlaskClient]
) -> None:
    # given somebody whose trial was ended at once, for its card had begun another's
    client = signed_in_as(factories.past_trialist(db))

    for page in ("/terms", "/help", "/trial"):
        said = text_of(client.get(page).text)
        assert "You cannot have another" in said and "have had your" not in said


def test_how_a_payment_that_keeps_failing_ends_is_told_beforehand(client: FlaskClient) -> None:
    said = "If the last try fails too, the subscription ends, and nothing more is charged."

    for page in ("/terms", "/help"):
        assert said in text_of(client.get(page).text)
