"""The acts on the board: each with its entry, nothing twice, nothing taken away."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking
from lookalike.casework.corroboration.content import CONTENT, digest
from lookalike.casework.corroboration.models import EvidenceItem, ItemChange, Link, Party, Reply, Shown, Suspect
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import checks, items, links, parties, suspects
from lookalike.casework.files import path_of
from lookalike.casework.people.models import Person
from lookalike.casework.recording import ledger, store
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.protocol.vocabulary import Role
from tests.casework.corroboration.conftest import Board, lead_of, search_of, stored

pytestmark = pytest.mark.usefixtures("db")


def last_entry() -> Any:
    """The ledger's last entry: what it says."""
    return ledger().body(store().head().size - 1)


def named(kind: str) -> list[str]:
    return [one["id"] for one in last_entry()["objects"] if one["kind"] == kind]


def test_a_lead_makes_its_person_a_suspect_whose_origin_stays(board: Board) -> None:
    suspect = board.suspect
    assert (suspect.party.name, suspect.person_id, suspect.answer) == ("Tom Example", "P1", board.answer)
    with pytest.raises(NotNow, match="suspected in this case already"):
        suspects.name_suspect(board.acting, board.case, name="tom  EXAMPLE", suspicion="A tip.")
    suspect.refresh_from_db()
    assert suspect.answer == board.answer


def test_whom_a_person_named_first_and_a_search_then_was_named_by_the_search(board: Board) -> None:
    named_first = suspects.name_suspect(board.acting, board.case, name="Ann Sample", suspicion="Seen running away.")
    assert not board.standing.independent
    search = search_of(board.case, board.still, board.unit, board.ago(0.5), ("P9",))
    answer = lead_of(search, "P9", board.unit, board.ago(0.25), "Ann Sample")
    named_first.refresh_from_db()
    assert (named_first.answer, named_first.person_id) == (answer, "P9")
    assert named_first.suspicion == "Seen running away."
    assert Suspect.objects.count() == 2


def test_a_person_is_named_with_reasons_once(board: Board) -> None:
    for _ in range(2):
        suspect = suspects.name_suspect(board.acting, board.case, name="Ann Sample", suspicion="Seen running away.")
    assert Suspect.objects.filter(party__name="Ann Sample").count() == 1
    assert suspect.written_at == board.now
    with pytest.raises(BadForm, match="Reasons"):
        suspects.name_suspect(board.acting, board.case, name="Bob Sample", suspicion=" ")
    with pytest.raises(BadForm) as caught:
        suspects.name_suspect(board.acting, board.case, name="Bob Sample", suspicion="x", person_id="nobody")
    assert "person_id" in caught.value.fields


def test_somebody_else_of_the_same_name_is_told_apart(board: Board) -> None:
    for number in (1, 2):
        Booking.objects.create(arrest_id=f"X-{number}", person_id=f"X{number}", source="booking", received_at=board.now)
    suspects.name_suspect(board.acting, board.case, name="Ned Named", person_id="X1", suspicion="A tip.")
    with pytest.raises(BadForm) as error:
        suspects.name_suspect(board.acting, board.case, name="Ned Named", person_id="X2", suspicion="A tip.")
    assert "name" in error.value.fields
    assert board.case.suspects.count() == 2


def test_the_suspicion_is_written_and_added_to_never_over(board: Board) -> None:
    suspect = suspects.write_suspicion(board.acting, board.suspect, words="His car was there.", version=1)
    assert named(CONTENT) == [digest(suspect)]
    later = board.who(board.unit.investigator, board.now + timedelta(hours=1))
    with pytest.raises(ChangedMeanwhile):
        suspects.write_suspicion(later, suspect, words="More.", version=1)
    suspect = suspects.write_suspicion(later, suspect, words="More.", version=2)
    assert suspect.suspicion.startswith("His car was there.\n\nAdded ")
    assert suspect.written_at == board.now
    ended = suspects.end_suspicion(later, suspect, reason="The prints are somebody else's.", version=3)
    assert ended.ended_because == "The prints are somebody else's."
    with pytest.raises(NotNow):
        suspects.write_suspicion(later, suspect, words="More.", version=4)


def test_a_party_is_entered_once(board: Board) -> None:
    guard = board.party("Gina Guard", note="saw the recording only")
    assert board.party("Gina Guard", note="saw the recording only") == guard
    with pytest.raises(BadForm, match="entered"):
        board.party("gina guard")
    with pytest.raises(BadForm):
        board.party(" ")
    board.party("Officer", account=board.unit.investigator)
    with pytest.raises(BadForm) as caught:
        board.party("Officer again", account=board.unit.investigator)
    assert "account" in caught.value.fields
    assert Party.objects.count() == 3


def test_an_item_is_recorded_with_its_file_and_its_entry_holds_the_digest(board: Board) -> None:
    clerk = board.party("Cleo Clerk")
    told = board.told(collected_by=clerk, by=clerk, sort="statement")
    item = items.record_item(board.acting, board.case, told, stored())
    assert files.read(item.file) == b"a receipt"
    assert b"a receipt" not in path_of(item.file.public_id).read_bytes()
    assert named("evidence") == [item.public_id]
    assert named(CONTENT) == [digest(EvidenceItem.objects.get())]
    said = json.dumps(last_entry())
    assert told.words not in said
    assert told.title not in said
    again = stored()
    assert items.record_item(board.acting, board.case, told, again) == item
    assert not path_of(again.public_id).exists()
    assert EvidenceItem.objects.count() == 1
    assert b"".join(items.take_file(board.acting, item)) == b"a receipt"
    assert named("evidence") == [item.public_id]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"outside": False}, "outside"),
    ({"came_from": (("derived_from", "lead-none"),)}, "came_from"),
    ({"came_from": (("told", "lead-none"),)}, "came_from"),
    ({"sort": "identification"}, "outside"),
    ({"sort": "hunch"}, "sort"),
    ({"title": " "}, "title"),
    ({"title": "x" * 201}, "title"),
    ({"words": ""}, "words"),
    ({"source": ""}, "source"),
    ({"says": "maybe"}, "says"),
    ({"about": None}, "about"),
    ({"days": -1}, "at"),
    ({"days": 80_000}, "at"),
]


@pytest.mark.parametrize(("given", "field"), WRONG)
def test_an_item_that_cannot_be_is_told_field_by_field(board: Board, given: dict[str, Any], field: str) -> None:
    file = stored()
    before = store().head().size
    with pytest.raises(BadForm) as caught:
        items.record_item(board.acting, board.case, board.told(**{"days": 1, **given}), file)
    assert field in caught.value.fields or (given == {"sort": "identification"} and "came_from" in caught.value.fields)
    assert not path_of(file.public_id).exists()
    assert (EvidenceItem.objects.count(), store().head().size) == (0, before)


def test_nothing_comes_of_what_is_later_than_it(board: Board) -> None:
    with pytest.raises(BadForm, match="later"):
        board.item(10, came_from=[("derived_from", board.lead)])
    with pytest.raises(BadForm, match="later"):
        board.item(10, came_from=[("prompted_by", board.lead)])
    late = board.item(10, came_from=[("prompted_by", board.lead)], obtained_at=board.ago(1))
    assert late.outside is False


def test_a_change_is_kept_and_a_stale_one_refused(board: Board) -> None:
    item = board.item(judged=None)
    told = board.told(title="Payment at the till")
    changed = items.change_item(board.acting, item, told, version=1, reason="Misread.")
    assert changed.title == "Payment at the till"
    one = ItemChange.objects.get(field="title")
    assert (one.before, one.after, one.reason) == ("Payment 1", "Payment at the till", "Misread.")
    with pytest.raises(ChangedMeanwhile, match="Nothing was overwritten"):
        items.change_item(board.acting, item, told, version=1, reason="Misread.")
    with pytest.raises(BadForm, match="Nothing was changed"):
        items.change_item(board.acting, changed, told, version=2, reason="Misread.")


def test_what_speaks_against_cannot_be_turned_and_stays_when_it_is_withdrawn(board: Board) -> None:
    item = board.item(says="against", sort="alibi", title="Alibi", judged=None)
    other = suspects.name_suspect(board.acting, board.case, name="Ann Sample", suspicion="Seen.")
    for turned in ({"says": "neutral"}, {"says": "for"}, {"about": other}, {"says": "neutral", "about": None}):
        told = board.told(**{"says": "against", "sort": "alibi", "title": "Alibi", **turned})
        with pytest.raises(BadForm) as caught:
            items.change_item(board.acting, item, told, version=1, reason="Less clear.")
        assert "says" in caught.value.fields
    with pytest.raises(BadForm):
        items.withdraw_item(board.acting, item, version=1, reason="")
    gone = items.withdraw_item(board.acting, item, version=1, reason="Entered on the wrong day.")
    assert gone.withdrawn_because == "Entered on the wrong day."
    id = node("item", item.public_id)
    assert board.standing.view.contradictions_open == (id,)
    with pytest.raises(NotNow):
        items.withdraw_item(board.acting, gone, version=2, reason="Again.")
    items.reply_to(board.acting, gone, words="The day was wrong; he worked on the day after.")
    assert board.standing.view.contradictions_open == ()
    assert board.standing.view.contradictions_answered == (id,)


def test_an_answer_is_kept_once_and_only_to_what_speaks_against(board: Board) -> None:
    against = board.item(says="against", judged=None)
    for _ in range(2):
        items.reply_to(board.acting, against, words="He lent the card.")
    assert Reply.objects.count() == 1
    with pytest.raises(BadForm):
        items.reply_to(board.acting, board.item(judged=None), words="Yes.")


def test_an_item_is_judged_with_reasons(board: Board) -> None:
    item = board.item(judged=None)
    with pytest.raises(BadForm) as caught:
        items.judge_item(
            board.acting, item, version=1, reliable=True, reliable_because="", links=True, links_because="x"
        )
    assert list(caught.value.fields) == ["reliable_because"]
    judged = board.judge(item)
    assert (judged.reliable, judged.links, judged.version) == (True, True, 2)
    assert {one.field for one in judged.changes.all()} == {"reliable", "links"}


def test_a_link_is_entered_once_also_without_a_moment(board: Board) -> None:
    item = board.item()
    for _ in range(2):
        made = board.link("prompted_by", board.lead, node("item", item.public_id))
    assert Link.objects.count() == 1
    assert set(named("link")) == {made.public_id}
    item.refresh_from_db()
    assert item.outside is False
    from django.db import IntegrityError, transaction

    for at in (None, board.now):
        given = {"case": board.case, "kind": "told", "source": "a", "target": "b", "at": at}
        given |= {"recorded_by": board.unit.investigator, "recorded_at": board.now}
        Link.objects.create(**given)
        with pytest.raises(IntegrityError), transaction.atomic():
            Link.objects.create(**given)


def test_a_withdrawn_link_is_kept_and_its_item_has_no_origin_any_more(board: Board) -> None:
    item = board.item(came_from=[("derived_from", board.lead)])
    assert board.standing.mend == ()
    made = Link.objects.get()
    with pytest.raises(BadForm):
        links.withdraw_link(board.acting, made, reason=" ")
    links.withdraw_link(board.acting, made, reason="Mixed up with another receipt.")
    with pytest.raises(NotNow):
        links.withdraw_link(board.acting, made, reason="Again.")
    item.refresh_from_db()
    assert item.outside is None
    (mend,) = board.standing.mend
    assert "nobody has said what it came from" in mend.what
    assert board.standing.independent == ()
    assert Link.objects.get().withdrawn_because == "Mixed up with another receipt."


def test_links_that_cannot_be_are_refused(board: Board) -> None:
    guard, item = board.party("Gina Guard"), board.item()
    person, thing = node("party", guard.public_id), node("item", item.public_id)
    other = node("item", board.item().public_id)
    cannot: list[tuple[str, str, str, float | None]] = [
        ("told", board.lead, thing, 1),
        ("told", board.lead, person, None),
        ("told", board.lead, person, -1),
        ("told", board.lead, person, 30),
        ("derived_from", board.lead, thing, 1),
        ("derived_from", person, thing, None),
        ("derived_from", thing, thing, None),
        ("derived_from", "lead-of-somebody-else", thing, None),
        ("contains", board.lead, thing, None),
        ("spoke", person, thing, None),
    ]
    for kind, source, target, days in cannot:
        with pytest.raises(BadForm):
            board.link(kind, source, target, days)
    board.link("derived_from", thing, other)
    assert Link.objects.count() == 1


def test_a_circle_is_not_entered(board: Board) -> None:
    one, two = board.item(1), board.item(1)
    ids = [node("item", row.public_id) for row in (one, two)]
    board.link("derived_from", ids[0], ids[1])
    with pytest.raises(BadForm, match="nobody could follow"):
        board.link("derived_from", ids[1], ids[0])
    assert Link.objects.count() == 1


def test_whereabouts_are_looked_into_and_every_attempt_is_kept(board: Board) -> None:
    assert board.standing.view.alibi == "not_tried"
    for _ in range(2):
        board.check("alibi")
    assert board.suspect.whereabouts.count() == 1
    assert board.standing.view.alibi == "tried_no_answer"
    with pytest.raises(BadForm):
        board.check("alibi", state="tried_answered")
    with pytest.raises(BadForm):
        board.check("alibi", state="not_tried")
    with pytest.raises(BadForm):
        board.check("weather")
    with pytest.raises(BadForm) as caught:
        checks.say_shown(board.acting, board.suspect, what="motive", holds=True, words="x", items=[])
    assert list(caught.value.fields) == ["what"]
    found = board.item(says="against", sort="alibi", judged=None)
    board.check("alibi", state="tried_answered", tried="Asked the employer again.", found=found)
    board.check("alibi", tried="Called once more.")
    assert board.suspect.whereabouts.count() == 3
    assert (board.standing.view.alibi, board.standing.view.location) == ("tried_answered", "not_tried")


def test_means_are_shown_by_items_that_do_not_come_from_the_search(board: Board) -> None:
    tainted = board.item(came_from=[("derived_from", board.lead)])
    with pytest.raises(BadForm):
        checks.say_shown(board.acting, board.suspect, what="means", holds=True, words="He owns such a knife.")
    for item, held in ((tainted, False), (board.item(), True)):
        for _ in range(2):
            checks.say_shown(board.acting, board.suspect, what="means", holds=True, words="Knife.", items=[item])
        assert board.standing.view.means is held
    assert Shown.objects.count() == 2
    checks.say_shown(board.acting, board.suspect, what="means", holds=False, words="It was another knife.")
    assert board.standing.view.means is False


def test_only_the_team_and_supervisors_write(
    board: Board, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    stranger = acting(someone("otto", Role.INVESTIGATOR))
    auditor = acting(someone("ada", Role.AUDITOR))
    item = board.item(judged=None)
    for who in (stranger, auditor):
        with pytest.raises(NotPermitted):
            items.record_item(who, board.case, board.told())
        with pytest.raises(NotPermitted):
            parties.add_party(who, board.case, name="Somebody")
        with pytest.raises(NotPermitted):
            suspects.name_suspect(who, board.case, name="Somebody", suspicion="x")
        with pytest.raises(NotPermitted):
            items.withdraw_item(who, item, version=1, reason="x")
        with pytest.raises(NotPermitted):
            checks.check_whereabouts(who, board.suspect, question="alibi", state="tried_no_answer", tried="x")
        assert not EvidenceItem.objects.visible_to(who).exists() or Role.AUDITOR in who.roles
    parties.add_party(acting(board.unit.supervisor), board.case, name="Somebody")


def test_what_is_of_another_case_is_not_taken(board: Board, agency: Any) -> None:
    from lookalike.casework.cases.models import Case, TeamMember

    other = Case.objects.create(number="26-2", agency=agency, opened_by=board.unit.investigator, opened_at=board.now)
    TeamMember.objects.create(case=other, person=board.unit.investigator, since=board.now)
    stranger = parties.add_party(board.acting, other, name="Somebody")
    with pytest.raises(BadForm):
        items.record_item(board.acting, other, board.told())
    with pytest.raises(BadForm):
        board.item(by=stranger)
    with pytest.raises(BadForm):
        board.link("told", board.lead, node("party", stranger.public_id), 1)


def test_who_holds_a_lineup_of_the_case_sees_nothing_of_its_board(
    board: Board, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    from lookalike.casework.lineups.models import Lineup, Witness

    holder = someone("lena", Role.LINEUP_ADMINISTRATOR, Role.SUPERVISOR)
    item = board.item()
    assert EvidenceItem.objects.visible_to(acting(holder)).count() == 1
    witness = Witness.objects.create(case=board.case, party=board.party("Wendy"))
    Lineup.objects.create(
        case=board.case,
        number=1,
        suspect=board.suspect,
        witness=witness,
        presentation="sequential",
        administration="double_blind",
        administrator=holder,
        seed="s",
        made_by=board.unit.investigator,
        made_at=board.now,
    )
    for model in (EvidenceItem, Suspect, Party, Link):
        assert not model.objects.visible_to(acting(holder)).exists()
    assert EvidenceItem.objects.visible_to(board.acting).get() == item
