"""Each of the nine outcomes, and which one holds where several could."""

from __future__ import annotations

from reports.outcomes import Outcome
from tests.reports.stories import changed, ended, known, outcome, paid, states, trial

START = "05-01 10:00"  # a trial of 30 days ends on 31 May, its window on 14 June, at 10:00


def test_a_trial_set_to_cancel_is_cancelling_until_its_end_and_then_lost() -> None:
    facts = (trial("A", START), changed("A", "05-10 00:00", "cancel set"))

    assert outcome(known(*facts, as_of="05-31 09:59"), "A") is Outcome.CANCELLING
    assert outcome(known(*facts, as_of="05-31 10:00"), "A") is Outcome.LOST_VOLUNTARY


def test_a_trial_that_is_kept_after_all_is_running_again() -> None:
    facts = (
        trial("A", START),
        changed("A", "05-10 00:00", "cancel set"),
        changed("A", "05-11 00:00", "cancel unset"),
    )

    assert outcome(known(*facts, as_of="05-12 00:00"), "A") is Outcome.RUNNING
    assert outcome(known(*facts, as_of="05-31 10:00"), "A") is Outcome.COLLECTING


def test_an_unpaid_first_invoice_is_collected_for_fourteen_days() -> None:
    facts = (trial("A", START),)

    assert outcome(known(*facts, as_of="06-14 09:59"), "A") is Outcome.COLLECTING
    assert outcome(known(*facts, as_of="06-14 10:00"), "A") is Outcome.LOST_PAYMENT


def test_access_that_ends_for_want_of_a_payment_leaves_the_invoice_open() -> None:
    facts = (trial("A", START), ended("A", "06-03 10:00", "payment"))

    assert outcome(known(*facts, as_of="06-05 00:00"), "A") is Outcome.COLLECTING
    assert outcome(known(*facts, as_of="06-14 10:00"), "A") is Outcome.LOST_PAYMENT


def test_an_invoice_of_zero_makes_a_trial_comped_until_money_comes() -> None:
    facts = (trial("A", START), paid("A", "05-31 11:00", 0), paid("A", "06-30 11:00"))

    assert outcome(known(*facts, as_of="06-20 00:00"), "A") is Outcome.COMPED
    assert outcome(known(*facts, as_of="07-01 00:00"), "A") is Outcome.CONVERTED


def test_an_invoice_of_zero_that_names_no_subscription_is_the_persons_own() -> None:
    unnamed = paid("A", "05-31 11:00", 0, subscription="of A")
    another = paid("B", "05-31 11:00", 0, subscription="another")

    assert states(
        known(trial("A", START), unnamed, trial("B", START), another, as_of="06-20 00:00")
    ) == {
        "A": Outcome.COMPED,
        "B": Outcome.LOST_PAYMENT,
    }


def test_the_invoice_of_zero_at_the_start_of_a_trial_says_nothing() -> None:
    facts = (trial("A", START), paid("A", START, 0))

    assert outcome(known(*facts, as_of="05-10 00:00"), "A") is Outcome.RUNNING


def test_a_price_that_is_all_tax_is_no_conversion() -> None:
    facts = (trial("A", START), paid("A", "05-31 11:00", 100, tax_minor=100))

    assert outcome(known(*facts, as_of="06-20 00:00"), "A") is Outcome.COMPED


def test_a_trial_without_a_card_is_lost_for_want_of_one() -> None:
    told = (trial("A", START, carded=False), ended("A", "05-31 10:00", "no_method"))
    silent = (trial("B", START, carded=False),)

    assert states(known(*told, *silent, as_of="06-14 10:00")) == {
        "A": Outcome.LOST_NO_METHOD,
        "B": Outcome.LOST_NO_METHOD,
    }


def test_a_trial_ended_by_the_operator_says_so_even_if_it_was_comped() -> None:
    facts = (
        trial("A", START),
        paid("A", "05-31 11:00", 0),
        ended("A", "06-02 10:00", "operator"),
    )

    assert outcome(known(*facts, as_of="06-20 00:00"), "A") is Outcome.LOST_OPERATOR


def test_money_by_another_subscription_converts_a_trial_that_was_lost() -> None:
    facts = (
        trial("A", START),
        ended("A", "05-20 10:00", "voluntary"),
        paid("A", "06-10 10:00", subscription="another"),
    )

    assert outcome(known(*facts, as_of="06-09 00:00"), "A") is Outcome.LOST_VOLUNTARY
    assert outcome(known(*facts, as_of="06-11 00:00"), "A") is Outcome.CONVERTED


def test_a_longer_trial_runs_longer_and_a_shorter_one_is_collected_earlier() -> None:
    longer = (trial("A", START), changed("A", "05-20 00:00", "extended", "06-10 10:00"))
    shorter = (trial("B", START), changed("B", "05-20 00:00", "ended early", "05-20 00:00"))

    assert states(known(*longer, *shorter, as_of="06-02 00:00")) == {
        "A": Outcome.RUNNING,
        "B": Outcome.COLLECTING,
    }
    assert outcome(known(*shorter, as_of="06-03 00:00"), "B") is Outcome.LOST_PAYMENT


def test_a_second_subscription_inside_a_trial_is_no_second_trial() -> None:
    inside = trial("A2", "05-15 10:00", person="A")
    after = trial("A3", "06-01 10:00", person="A")

    found = known(trial("A", START), inside, after, as_of="06-20 00:00")

    assert list(states(found)) == ["A", "A3"]


def test_a_trial_marked_as_fraud_is_counted_nowhere() -> None:
    facts = (trial("A", START), trial("B", START), changed("B", "05-03 00:00", "fraud"))

    assert list(states(known(*facts, as_of="05-10 00:00"))) == ["A"]
    assert list(states(known(*facts, as_of="05-02 00:00"))) == ["A", "B"]
