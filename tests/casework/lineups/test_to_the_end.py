"""From the interview to the report: a lineup that goes the real way under Detroit's pack, none of it made by hand."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from lookalike.casework import files
from lookalike.casework.corroboration.graph import standing
from lookalike.casework.corroboration.models import EvidenceItem
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.lineups import views_witness
from lookalike.casework.lineups.facts import held
from lookalike.casework.lineups.models import Lineup, LineupRefusal
from lookalike.casework.lineups.services import allow, mock, plans
from lookalike.casework.lineups.services.holding import begin
from lookalike.casework.people.models import Person
from lookalike.errors import NotNow
from lookalike.protocol.court_words import Administration, Instruction, LineupOutcome, Recording
from lookalike.protocol.unknown import UNKNOWN
from tests.casework.at_once import Written
from tests.casework.lineups.conftest import Court
from tests.casework.lineups.holding.conftest import Witness, address, place_of_suspect
from tests.casework.pdf import is_accessible, letters, text_of

pytestmark = pytest.mark.django_db
State = Lineup.State


@pytest.fixture
def now() -> datetime:
    """When the preparing began: the witness's screen goes by the real time, and comes after it."""
    return datetime.now(UTC) - timedelta(hours=2)


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views_witness, "SENT_AFTER", 0.0)


@pytest.fixture
def allowed(court: Court) -> Lineup:
    """A lineup that was prepared, made alike by the worker, tested, signed and allowed."""
    lineup, links = court.testing(court.pictured(court.proposed(), real=True))
    court.choose(links, lineup)
    mock.close(court.planner, lineup, version=lineup.version)
    return allowed_by(court, lineup)


def allowed_by(court: Court, lineup: Lineup) -> Lineup:
    """Signed by the captain, and allowed."""
    signed = court.signed(court.again(lineup))
    return allow.allow(court.acting(court.captain), signed)


def begun_by(client: Client, lineup: Lineup) -> Witness:
    """Begun by its administrator on the page; the witness's browser at the address that the page tells."""
    page = client.post(f"/holdings/{lineup.public_id}/begin/", {"language": "en"})
    assert page.status_code == 200, page.content.decode()[:3000]
    (key,) = re.findall(r"<code>http://testserver/witness/([^/]+)/</code>", page.content.decode())
    return Witness(Lineup.objects.get(pk=lineup.pk).holding, key)


def test_a_lineup_is_held_and_told_to_the_last_word(
    court: Court, allowed: Lineup, signed_in: Callable[[Person], Client]
) -> None:
    written = Written()
    witness = begun_by(signed_in(court.holder), allowed)
    row = witness.holding
    assert row.lineup.state == State.HOLDING
    assert row.lineup.judgement is not None
    assert row.lineup.judgement["allowed"] is True
    place = place_of_suspect(row)
    witness.to_photographs("disagree", "I would rather not.")
    witness.through({place: "yes"}, sure="About as sure as one can be after a week.")
    lineup = court.again(allowed)
    assert lineup.state == State.HELD
    assert (row.outcome, row.confidence) == ("chosen", "About as sure as one can be after a week.")
    assert written.of("lineup.hold") == ["allowed"]
    assert written.of("lineup.end") == ["done"]
    assert written.of("document.make") == ["done"]

    (told,) = held(court.suspect)
    assert UNKNOWN not in dataclasses.astuple(told)  # or no warrant could rest on it
    assert told.outcome == LineupOutcome.SUSPECT
    assert told.decision_id is not None
    assert told.order_drawn is True
    assert told.acknowledged == frozenset(Instruction)
    assert told.recording == Recording.REFUSED_IN_WORDS
    assert told.confidence_verbatim is True
    assert (told.administrator_knew, told.shown_before) == (False, False)
    assert told.uses_search_photo is False
    item = EvidenceItem.objects.get(case=court.case, sort=EvidenceItem.Sort.IDENTIFICATION)
    assert item.says == "for"
    assert f"item-{item.public_id}" not in standing(court.suspect).independent  # it rests on the search that named them

    assert lineup.report is not None
    pdf = files.read(lineup.report)
    assert is_accessible(pdf, f"Lineup {lineup.number} of case {court.case.number}")
    said = letters(text_of(pdf))
    for words in (
        "About as sure as one can be after a week.",
        f"{place}: the suspect, chosen",
        "I would rather not.",
        "E′",
    ):
        assert letters(words) in said, words
    reader = signed_in(court.board.unit.investigator)
    assert reader.get(f"/lineups/{lineup.public_id}/held/").status_code == 200
    assert reader.get(f"/lineups/{lineup.public_id}/held/report.pdf").content == pdf
    with pytest.raises(NotNow):
        begin(court.acting(court.holder), lineup, "en", address=address)  # no repeat
    with pytest.raises(NotNow, match="may not be shown"):
        court.plan(witness=lineup.witness)  # nor to this witness in another lineup


def test_what_changed_after_it_was_allowed_refuses_it_on_the_day(
    court: Court, allowed: Lineup, signed_in: Callable[[Person], Client]
) -> None:
    still = node("still", court.board.still.public_id)
    court.board.link("shown", still, node("party", allowed.witness.party.public_id), 0.001)
    client = signed_in(court.holder)
    page = client.post(f"/holdings/{allowed.public_id}/begin/", {"language": "en"})
    assert page.status_code == 409
    assert "still" not in page.content.decode()  # the administrator is not told what
    assert court.again(allowed).state == State.ALLOWED
    kept = LineupRefusal.objects.get()
    assert any("saw the still" in reason for one in kept.judgement["judged"] for reason in one["reasons"])


def test_nobody_blind_is_there_and_the_witness_is_alone_with_the_device(
    court: Court, allowed: Lineup, signed_in: Callable[[Person], Client]
) -> None:
    told = plans.Plan(
        presentation="sequential", administration=Administration.SELF_ADMINISTERED, administrator=court.holder
    )
    row = plans.change_plan(court.planner, court.again(allowed), told, version=allowed.version)
    row = allowed_by(court, row)
    client = signed_in(court.holder)
    answer = client.post(f"/holdings/{row.public_id}/begin/", {"language": "es", "here": "on"})
    assert answer.status_code == 302
    key = answer["Location"].strip("/").split("/")[1]
    witness = Witness(Lineup.objects.get(pk=row.pk).holding, key, client)
    witness.to_photographs()
    witness.through(dict.fromkeys(range(1, 7), "not_sure"), last="dont_know")
    (said,) = held(court.suspect)
    assert said.outcome == LineupOutcome.DONT_KNOW
    assert court.again(row).report is not None
