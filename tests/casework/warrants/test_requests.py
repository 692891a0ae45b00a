"""A warrant request from its draft to the prosecutor's word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lookalike.casework.acting import Acting
from lookalike.casework.law import Judgement
from lookalike.casework.people.models import Person
from lookalike.casework.recording import store
from lookalike.casework.warrants.facts import current
from lookalike.casework.warrants.models import WarrantRefusal, WarrantRequest
from lookalike.casework.warrants.services import deciding, requests, signing
from lookalike.errors import ActRefused, BadForm, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.protocol.vocabulary import Role
from tests.casework.warrants.conftest import Court

State = WarrantRequest.State
pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]


def failures(error: ActRefused) -> set[str]:
    return {failure.key for one in error.decision.refusals() for failure in one.failures}


def test_a_request_with_everything_reaches_the_prosecutor_and_is_accepted(court: Court) -> None:
    row = court.sent()
    assert row.state == State.SENT
    packet = current(row)
    assert packet is not None
    assert packet.entry is not None
    done = deciding.accept(court.as_(court.prosecutor), row, words="Read.", version=row.version)
    assert (done.state, done.decided_by) == (State.ACCEPTED, court.prosecutor)
    _, line, _ = next(store().lines(packet.entry, packet.entry + 1))
    assert " packet.make done " in line


def test_a_request_on_a_lead_alone_is_refused_with_its_citation_and_kept(court: Court) -> None:
    row = court.signed()
    with pytest.raises(ActRefused) as refused:
        requests.ask(court.investigator, row, version=row.version)
    assert {"independent_items", "alibi_check", "location_check"} <= failures(refused.value)
    kept = WarrantRefusal.objects.get(warrant=row)
    cited = " ".join(one.citation for one in Judgement.from_data(kept.judgement).judged if one.state != "satisfied")
    assert "no arrest on a face search, none on a lineup that follows one" in cited
    row.refresh_from_db()
    assert row.state == State.SIGNING


@pytest.mark.parametrize("missing", ["one", "chief", "statement"])
def test_each_signature_and_the_packet_is_asked_for(court: Court, missing: str) -> None:
    court.corroborated()
    row = court.forward()
    for name in ("one", "two", "chief"):
        if name != missing:
            court.sign(getattr(court, name), row)
    row.refresh_from_db()
    if missing == "statement":
        WarrantRequest.objects.filter(pk=row.pk).update(statement="")
        requests.ask(court.investigator, row, version=row.version)  # the pack does not ask for it
        return
    with pytest.raises(ActRefused) as refused:
        requests.ask(court.investigator, row, version=row.version)
    assert failures(refused.value) & {"police_signatures", "prosecutor_supervisor", "sole_basis"}


def test_another_packet_needs_other_signatures(court: Court) -> None:
    court.corroborated()
    row = court.signed()
    old = current(row)
    court.board.item(2, says="against", judged=None, title="The prints are another's")
    with pytest.raises(ActRefused) as refused:
        requests.ask(court.investigator, row, version=row.version)
    assert {"contradictions_answered", "packet"} <= failures(refused.value)
    new = court.packet(row)
    assert old is not None
    assert new.sha256 != old.sha256
    assert {"what": "item of evidence", "new": True, "count": 1} in new.added
    with pytest.raises(ChangedMeanwhile):
        court.sign(court.one, row, about_sha256=old.sha256)
    row.refresh_from_db()
    with pytest.raises(ActRefused) as refused:
        requests.ask(court.investigator, row, version=row.version)
    assert "police_signatures" in failures(refused.value)


def test_who_examined_investigated_or_asked_does_not_sign(court: Court) -> None:
    row = court.forward()
    for person in (court.board.unit.first, court.board.unit.checker, court.board.unit.investigator):
        with pytest.raises(NotPermitted):
            court.sign(person, row)
    person = court.board.unit.first
    person.office = "captain"
    person.roles_held.create(role=Role.SUPERVISOR.value, since=court.at)
    del person._roles
    person.save()
    with pytest.raises(NotPermitted, match="another part"):
        court.sign(person, row)
    assert row.signatures.count() == 0


def test_a_refused_signature_stops_the_request_and_needs_reasons(court: Court) -> None:
    court.corroborated()
    row = court.signed()
    with pytest.raises(BadForm):
        court.sign(court.one, row, decision=False)
    court.sign(court.one, row, decision=False, words="The alibi convinces me.")
    row.refresh_from_db()
    with pytest.raises(ActRefused) as refused:
        requests.ask(court.investigator, row, version=row.version)
    assert "police_signatures" in failures(refused.value)


def test_the_same_signature_twice_is_kept_once_and_unread_counts_not(court: Court) -> None:
    row = court.forward()
    court.sign(court.one, row)
    with pytest.raises(NotNow):
        court.sign(court.one, row)
    with pytest.raises(BadForm):
        court.sign(court.two, row, read_all=False)
    assert row.signatures.count() == 1


def test_questions_go_back_and_are_answered_before_it_comes_again(court: Court) -> None:
    row = court.sent()
    questions = deciding.send_back(
        court.as_(court.prosecutor), row, questions=["Who saw him?", " ", "Where was he?"], version=row.version
    )
    row.refresh_from_db()
    assert row.state == State.QUESTIONS
    with pytest.raises(NotNow):
        requests.ask(court.investigator, row, version=row.version)
    for one in questions:
        requests.reply(court.investigator, one, words="The clerk; at the shop.")
    with pytest.raises(NotNow):
        requests.reply(court.investigator, questions[0], words="Again.")
    row.refresh_from_db()
    row = requests.ask(court.investigator, row, version=row.version)
    done = deciding.decline(court.as_(court.prosecutor), row, words="Not enough.", version=row.version)
    assert done.state == State.DECLINED
    with pytest.raises(NotNow):
        deciding.accept(court.as_(court.prosecutor), done, words="", version=done.version)


def test_what_comes_after_the_packet_stops_its_acceptance(court: Court) -> None:
    row = court.sent()
    court.board.item(1, says="against", judged=None, title="He was in Toledo")
    with pytest.raises(NotNow, match="does not tell"):
        deciding.accept(court.as_(court.prosecutor), row, words="", version=row.version)


def test_one_request_is_open_a_suspect_and_only_the_team_makes_it(
    court: Court, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    row = court.draft()
    assert requests.draft(court.investigator, court.suspect) == row
    stranger = someone("stranger", Role.INVESTIGATOR)
    with pytest.raises(NotPermitted):
        requests.draft(acting(stranger), court.suspect)
    with pytest.raises(NotPermitted):
        signing.sign(
            acting(stranger), row, decision=True, words="", read_all=True, about_sha256="0" * 64, sole_basis=None
        )
    with pytest.raises(NotNow, match="no packet"):
        requests.put_forward(court.investigator, row, version=row.version)
    requests.withdraw(court.investigator, row, version=row.version)
    assert requests.draft(court.investigator, court.suspect).number == 2
