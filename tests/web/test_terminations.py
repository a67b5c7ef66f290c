"""Ending a contract by the public form: received from anybody, answered at once, undone by one."""

import re
from dataclasses import asdict

import pytest
import stripe

from billing import alarms, labels, terminations, withdrawals
from billing.case_models import Termination, Withdrawal
from sandbox.faults import Fault
from tests.web.forms import TOKEN, send, signed_in, text
from tests.web.reading import parsed, text_of
from tests.world import STEP

ADA = "ada@example.org"
FORM = {"name": "Ada Lovelace", "email": ADA, "kind": "ordinary"}
KEEP = re.compile(r"http://127\.0\.0\.1:8000(/cancellation/keep/[\w.-]+)")
GERMAN = {"Accept-Language": "de-DE,de;q=0.9"}


def started(world):
    ada = world.member(email=ADA)
    world.start_trial(ada)
    world.tick()
    return ada


def receipt(world):
    [mail] = world.mailbox.of_kind("termination")
    return mail, mail.get_body(("plain",)).get_content()


def test_a_visitor_in_german_comes_from_the_footer_to_the_form_and_its_button(world):
    assert world.offer.active
    home = world.site.get("/", headers=GERMAN).text
    [link] = re.findall(r'href="([^"]+)">Verträge hier kündigen', home)

    form = world.site.get(link, headers=GERMAN).text

    for words in (
        "Art der Kündigung",
        "Kündigungsgrund",
        "Ihr Name",
        "Zeitpunkt",
        "Jetzt kündigen",
    ):
        assert words in form


def test_a_mistake_in_the_german_form_is_told_in_german(world):
    assert world.offer.active
    token = TOKEN.search(world.site.get("/cancellation", headers=GERMAN).text)[1]

    form = world.site.post("/cancellation", data={"csrf_token": token}, headers=GERMAN).text

    page = parsed(form)
    [title] = page.iter("title")
    assert title.get("lang") == "de" and title.text.startswith("Fehler: Verträge hier kündigen")
    [said] = [one for one in page.iter("div") if one.get("lang") == "de"]
    told = " ".join("".join(said.itertext()).split())
    assert "Es gibt ein Problem" in told and "Fehler: Geben Sie Ihren Namen an." in told
    assert "Error" not in form and "There is a problem" not in form


def test_what_was_declared_in_german_says_so_on_the_page_that_keeps(world):
    started(world)
    token = TOKEN.search(world.site.get("/cancellation", headers=GERMAN).text)[1]
    data = {"csrf_token": token, **FORM}
    world.site.post("/cancellation", data=data, headers=GERMAN)
    world.tick()

    mail, said = receipt(world)
    page = world.site.get(KEEP.search(said)[1]).text

    assert '<span lang="de">Ich kündige meinen Vertrag' in page
    assert "Eingegangen am 22. November 2026, 12:00 UTC" in said
    assert "Der Vertrag endet am 22. Dezember 2026, 12:00" in said
    assert '<html lang="de">' in mail.get_body(("html",)).get_content()


@pytest.mark.parametrize("accepted", ["de", "fr"])
@pytest.mark.parametrize("address", ["/withdraw", "/cancel", "/cancellation"])
def test_words_of_another_language_than_their_page_are_marked(world, accepted, address):
    assert world.offer.active

    page = parsed(world.site.get(address, headers={"Accept-Language": accepted}).text)

    there = labels.of(accepted)
    ours = {one for one in asdict(there).values() if isinstance(one, str) and " " in one}
    found = [one for one in page.iter() if (one.text or "").strip() in ours]
    assert len(found) >= 3
    assert {spoken_in(page, one) for one in found} == {accepted}


def spoken_in(page, element):
    """The language that is nearest around ``element``."""
    above = {child: parent for parent in page.iter() for child in parent}
    while "lang" not in element.attrib:
        element = above[element]
    return element.get("lang")


def test_a_member_signed_out_ends_the_contract_and_has_the_receipt(world):
    # given a trial, and its member before the form, not signed in
    ada = started(world)

    # when the form is sent
    answer = text(send(world.site, "/cancellation", **FORM))
    world.tick()

    # then page and e-mail say what was declared and when, and the trial ends with its days
    assert "Your cancellation has reached us" in answer
    assert "Kind: ordinary. It shall end on the next possible day. Name: " in answer
    assert "Received on 22 November 2026, 12:00 UTC" in answer
    mail, said = receipt(world)
    assert mail["To"] == ADA
    assert "Received on 22 November 2026, 12:00 UTC" in said
    assert "The contract ends on 22 December 2026, 12:00" in said
    assert world.subscription(ada).cancel_at_period_end


def test_whoever_did_not_cancel_takes_it_back_with_one_button(world):
    # given a stranger who cancels for Ada
    ada = started(world)
    send(world.site, "/cancellation", **FORM | {"name": "Mallory"})
    world.tick()
    assert world.subscription(ada).cancel_at_period_end

    # when she presses the button of the receipt
    mail, said = receipt(world)
    link = KEEP.search(said)[1]
    shown = text_of(text(world.site.get(link)))
    assert world.subscription(ada).cancel_at_period_end
    answer = text(send(world.site, link))

    # then everything is as before, and what is charged stood beside the button
    assert "Keep my trial</a>" in mail.get_body(("html",)).get_content()
    assert "First payment if you keep it £6.99 on 22 December 2026, plus tax where due" in shown
    assert "Keep my trial" in shown and "You keep your trial" in answer
    assert not world.subscription(ada).cancel_at_period_end


def test_a_stranger_reads_the_same_and_a_person_looks(world):
    # given an address that nobody has
    started(world)
    known = text(send(world.site, "/cancellation", **FORM))
    unknown = text(send(world.site, "/cancellation", **FORM | {"email": "eve@example.org"}))

    # then the page does not tell, the receipt goes out, and an operator is called
    assert known.replace(ADA, "eve@example.org") == unknown
    world.tick()
    sent = [to for to, kind in world.mailbox.sent if kind == "termination"]
    assert sorted(sent) == [ADA, "eve@example.org"]
    [alarm] = [one for one in alarms.waiting(world.db) if one.kind == "contract.termination"]
    assert "eve@example.org" in alarm.text


def test_a_refusal_by_stripe_tells_nobody_who_is_a_member(world):
    # given a key of ours that may change nothing at Stripe
    ada = started(world)
    world.transport.passes = lambda what: refuse_changes(world, what)

    # when the contract of a member is cancelled, and one that nobody has
    known = send(world.site, "/cancellation", **FORM)
    unknown = send(world.site, "/cancellation", **FORM | {"email": "eve@example.org"})
    world.transport.passes = None

    # then both read the same, and it is carried out once the key may
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(ADA, "eve@example.org") == unknown.text
    assert not world.subscription(ada).cancel_at_period_end
    world.tick()
    assert world.subscription(ada).cancel_at_period_end


def test_a_withdrawal_that_stripe_refuses_is_carried_out_by_the_timetable(world):
    ada = started(world)
    world.transport.passes = lambda what: refuse_changes(world, what)

    answer = send(signed_in(world, ada), "/withdraw", name="Ada Lovelace", email=ADA)
    world.transport.passes = None
    assert (answer.status_code, world.subscription(ada).status) == (200, "trialing")

    world.tick()
    assert [row.state for row in world.rows(Withdrawal)] == ["done"]
    assert world.subscription(ada).status == "canceled"


@pytest.mark.parametrize(
    ("address", "table", "kind", "status"),
    [
        ("/cancellation", Termination, "contract.refused", "trialing"),
        ("/withdraw", Withdrawal, "withdrawal.refused", "canceled"),
    ],
)
def test_what_stripe_refuses_for_good_goes_to_a_person_and_is_tried_no_more(
    world, address, table, kind, status
):
    # given a declaration that Stripe refuses each time
    ada = started(world)
    world.transport.passes = lambda what: refuse_changes(world, what)
    send(signed_in(world, ada), address, **FORM)

    # when the timetable has tried it for five hours, at most once an hour
    for _ in range(10):
        world.leap(minutes=30.5)
        world.tick()

    # then a person is called, once, with what Stripe says
    assert [row.refusals for row in world.rows(table)] == [5]
    [alarm] = [one for one in alarms.waiting(world.db) if one.kind == kind]
    assert (alarm.member_id, "may not change subscriptions" in alarm.text) == (ada.id, True)

    # and it is not tried again by itself, whatever Stripe would say
    world.transport.passes = None
    world.leap(hours=9)
    world.tick()
    assert world.subscription(ada).canceled_at is None

    # when somebody does it after all, then nobody is called any more
    row = world.db.get_one(table, world.rows(table)[0].id)
    if table is Withdrawal:
        assert withdrawals.waiting(world.db) == [row]
        withdrawals.carry_out(world.db, world.stripe, row, actor="operator:1", now=world.now)
    else:
        terminations.carry_out(world.db, world.stripe, row, now=world.now)
    world.db.commit()
    assert [one for one in alarms.waiting(world.db) if one.kind == kind] == []
    world.deliver()
    assert world.subscription(ada).canceled_at is not None
    assert world.subscription(ada).status == status


def refuse_changes(world, what):
    """What Stripe says to a key that may only read."""
    if what == "call" and not world.calls[-1].startswith("GET"):
        raise stripe.PermissionError("This key may not change subscriptions.")


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "Enter your name."),
        ({"email": " "}, "Enter the e-mail address of the contract."),
        ({"email": "ada at home"}, "Enter the e-mail address of the contract."),
        ({"kind": "gift"}, "Choose the kind of cancellation."),
        ({"kind": "extraordinary"}, "Write the reason, or choose the ordinary kind."),
        ({"wished_on": "2026-11-21"}, "Enter a day that is still to come, or leave it empty."),
        ({"wished_on": "soon"}, "Enter a day that is still to come, or leave it empty."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(world, wrong, sentence):
    started(world)

    answer = send(world.site, "/cancellation", **FORM | {"contract": "The one of May"} | wrong)

    assert answer.status_code == 422
    assert sentence in text(answer)
    assert 'value="The one of May"' in answer.text
    assert world.rows(Termination) == []


def test_a_declaration_that_stripe_did_not_hear_is_carried_out_by_the_timetable(world):
    # given a Stripe that is away
    ada = started(world)
    world.sandbox.faults.plan(Fault("error", count=1000))
    assert send(world.site, "/cancellation", **FORM).status_code == 200
    world.sandbox.faults.planned.clear()
    assert not world.subscription(ada).cancel_at_period_end

    # when it is back
    world.tick()

    # then the contract ends
    assert world.subscription(ada).cancel_at_period_end
    assert [row.state for row in world.rows(Termination)] == ["done"]


def test_who_keeps_the_trial_before_stripe_answers_again_keeps_it_for_good(world):
    # given a Stripe that is away, and a cancellation that waits for it
    ada = started(world)
    world.sandbox.faults.plan(Fault("error", count=1000))
    send(world.site, "/cancellation", **FORM)
    world.tick()
    link = KEEP.search(receipt(world)[1])[1]

    # when the trial is kept, which Stripe does not hear either, and once more when it is back
    away = send(world.site, link).status_code
    world.sandbox.faults.planned.clear()
    world.tick()
    answer = text(send(world.site, link))

    # then nothing was cancelled between
    assert away == 503
    assert "You keep your trial" in answer
    assert not world.subscription(ada).cancel_at_period_end
    assert [row.state for row in world.rows(Termination)] == ["void"]


def test_a_later_day_ends_the_contract_with_the_period_into_which_it_falls(world):
    # given a day after the trial
    ada = started(world)
    send(world.site, "/cancellation", **FORM | {"wished_on": "2027-01-05"})
    world.tick()
    assert not world.subscription(ada).cancel_at_period_end

    # when the paid month has begun
    world.pass_the_first_charge(by=2 * STEP)

    # then it is the last one
    assert world.subscription(ada).cancel_at_period_end
    assert [row.state for row in world.rows(Termination)] == ["done"]


def test_today_is_a_day_to_come_wherever_it_is_today(world):
    # given a day that has ended in London, and lasts for hours in Honolulu
    started(world)
    world.leap(hours=20)

    today = send(world.site, "/cancellation", **FORM | {"wished_on": "2026-11-22"})
    world.leap(hours=5)
    yesterday = send(world.site, "/cancellation", **FORM | {"wished_on": "2026-11-22"})

    assert (today.status_code, yesterday.status_code) == (200, 422)


def test_a_cause_is_judged_by_a_person_and_nothing_more_is_charged_meanwhile(world):
    ada = started(world)
    client = signed_in(world, ada)

    send(client, "/cancellation", **FORM | {"kind": "extraordinary", "cause": "No film plays."})

    assert world.subscription(ada).cancel_at_period_end
    [alarm] = [one for one in alarms.waiting(world.db) if one.kind == "contract.termination"]
    assert "No film plays." in alarm.text


def test_a_link_that_we_did_not_make_keeps_nothing(world):
    assert world.offer.active

    assert world.site.get("/cancellation/keep/forged").status_code == 404


def test_a_withdrawal_needs_an_address_to_which_its_receipt_can_go(world):
    started(world)

    answer = send(world.site, "/withdraw", name="Ada Lovelace", email="ada at home")

    assert answer.status_code == 422
    assert "Enter the e-mail address of the contract." in text(answer)
    assert world.rows(Withdrawal) == []
