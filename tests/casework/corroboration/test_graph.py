"""The live statement: what it says of the arrests on record, and that nothing but an independent item changes it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lookalike.casework.corroboration.exposures import Exposures, exposures, parties, show
from lookalike.casework.corroboration.graph import evidence_view, graph_of, node, standing
from lookalike.casework.corroboration.models import EvidenceItem, Link
from lookalike.casework.corroboration.nodes import KINDS, evidence_of
from lookalike.casework.corroboration.services import items, links, suspects
from lookalike.casework.examinations.models import Task
from lookalike.errors import BadEvidenceGraph, BadForm, LookalikeError
from lookalike.protocol.evidence.graph import NodeKind
from lookalike.protocol.evidence.taint import independent_for, taint
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Act
from tests.casework.corroboration.conftest import NONE, SETTLEMENT, Board, lead_of, search_of, the_watches

pytestmark = pytest.mark.usefixtures("db")


def refused(board: Board) -> set[tuple[Act, str, str]]:
    return {(one.act, one.rule, one.citation) for one in board.standing.refused}


BOTH = {(Act.LINEUP, "R13", SETTLEMENT[0]), (Act.WARRANT, "R14", SETTLEMENT[1])}


def unmoved(board: Board) -> None:
    """Nothing independent, both refused, each with the settlement cited; R24 is of a court and not asked here."""
    now = board.standing
    assert now.sentence == NONE
    assert now.independent == ()
    assert refused(board) == BOTH
    assert now.citations == "; ".join(SETTLEMENT)
    assert now.from_search


def moves(board: Board) -> None:
    """A tainted item leaves the statement as it is; an independent one changes it, and only once it is judged."""
    board.item(1, title="A tip after the lead was told", came_from=[("prompted_by", board.lead)], sort="tip")
    unmoved(board)
    row = board.item(1, judged=None, title="Card payment")
    unmoved(board)
    row = board.judge(row, reliable=True, links=False)
    unmoved(board)
    row = board.judge(row)
    now = board.standing
    assert now.independent == (node("item", row.public_id),)
    assert now.sentence == (
        "One item of evidence links this person to the offence and comes from no face search: "
        f"Item {row.number}: Card payment"
    )
    assert now.refused == ()
    items.withdraw_item(board.acting, row, version=row.version, reason="Another card.")
    unmoved(board)


def test_detroit_2018_the_watches(board: Board) -> None:
    """03, 3.6, row 1: the array after the lead, chosen by somebody who had not been there."""
    unmoved(board)
    made = the_watches(board)
    unmoved(board)
    tainted = board.standing.tainted
    for row in made.values():
        assert tainted[node("item", row.public_id)][0] == node("search", board.search.public_id)
    assert tainted[node("item", made["choice"].public_id)] == (
        node("search", board.search.public_id),
        board.lead,
        node("item", made["choice"].public_id),
    )
    moves(board)


def test_detroit_2023_the_look_alike_photograph_in_the_array(board: Board) -> None:
    """03, 3.6, row 6: the photograph of the search shown to the victim; a pregnancy not considered."""
    victim = board.party("Vera Victim")
    photo = node("photo", board.search.candidates.get(person_id="P1").public_id)
    board.link("shown", photo, node("party", victim.public_id), 3)
    board.item(3, sort="identification", title="Choice", by=victim, came_from=[("derived_from", photo)])
    said = board.item(2, sort="statement", title="Statement of the victim", by=victim)
    against = board.item(2, says="against", sort="exclusion", title="Eight months pregnant", judged=None)
    unmoved(board)
    assert node("item", said.public_id) in board.standing.tainted
    assert board.standing.view.contradictions_open == (node("item", against.public_id),)
    moves(board)


def test_new_jersey_2019_the_distance(board: Board) -> None:
    """03, 3.6, row 3: a search, then an officer's word on it; alibi, prints and DNA never looked into."""
    officer = board.party("Officer Ida", account=board.unit.investigator)
    said = board.item(1, sort="statement", title="The officer finds him alike", by=officer)
    for title in ("Prints are another man's", "DNA is another man's"):
        board.item(2, says="against", sort="exclusion", title=title, judged=None)
    unmoved(board)
    assert board.standing.tainted[node("item", said.public_id)][1:3] == (board.lead, node("party", officer.public_id))
    view = board.standing.view
    assert (view.alibi, view.location, len(view.contradictions_open)) == ("not_tried", "not_tried", 2)
    moves(board)


def test_a_warrant_alone_is_refused_where_a_person_named_the_suspect(board: Board) -> None:
    other = suspects.name_suspect(board.acting, board.case, name="Ann Sample", suspicion="Seen running away.")
    now = standing(other, at=board.now)
    assert now.sentence == "No independent evidence links this person to the offence. A warrant request is refused"
    assert not now.from_search
    assert {one.act for one in now.refused} == {Act.WARRANT}


def test_without_a_pack_nothing_is_cited(board: Board) -> None:
    from lookalike.casework.people.models import PackInForce

    PackInForce.objects.update(until=board.now)
    now = board.standing
    assert now.independent == ()
    assert now.sentence.startswith("No independent evidence links this person to the offence.")
    assert not any("Williams" in one.citation for one in now.refused)


def test_who_accepted_the_sheet_was_told_of_the_lead_from_then_on(board: Board) -> None:
    officer = board.party("Officer Ida", account=board.unit.investigator)
    before = board.item(3.5, sort="statement", by=officer, title="Before")
    after = board.item(2.5, sort="statement", by=officer, title="After")
    assert board.standing.independent == (node("item", before.public_id),)
    assert node("item", after.public_id) in board.standing.tainted


def test_what_cannot_be_followed_is_listed_whole_and_nothing_counts(board: Board) -> None:
    good = board.item()
    assert board.standing.independent
    lost = board.item(came_from=[("derived_from", board.lead)], title="Lost")
    links.withdraw_link(board.acting, Link.objects.get(), reason="Mixed up.")
    EvidenceItem.objects.filter(pk=lost.pk).update(version=9)
    early = board.item(1, title="Early", came_from=[("derived_from", node("item", good.public_id))])
    items.change_item(
        board.acting,
        early,
        board.told(30, title="Early", came_from=()).__class__(
            **{
                "sort": early.sort,
                "title": "Early",
                "words": early.words,
                "says": "for",
                "at": board.ago(30),
                "source": early.source,
                "about": board.suspect,
                "outside": False,
            }
        ),
        version=early.version,
        reason="The date was wrong.",
    )
    now = board.standing
    assert (now.independent, now.graph, now.sentence) == ((), None, NONE)
    whats = " ".join(one.what for one in now.mend)
    assert len(now.mend) == 2
    assert "Lost: nobody has said what it came from" in whats
    assert "which is later" in whats
    assert all(one.url and one.remedy for one in now.mend)
    assert now.view.independent_for is UNKNOWN
    with pytest.raises(BadEvidenceGraph) as caught:
        graph_of(board.case, board.suspect)
    assert "Lost" in caught.value.what
    assert evidence_view(board.suspect).independent_for is UNKNOWN


def test_a_lineup_that_was_held_is_in_the_graph_and_taints_its_witness(board: Board) -> None:
    from lookalike.casework.lineups.models import Lineup, Member, Witness

    witness = board.party("Wendy Witness")
    row = Witness.objects.create(case=board.case, party=witness)
    lineup = Lineup.objects.create(
        case=board.case,
        number=1,
        suspect=board.suspect,
        witness=row,
        state=Lineup.State.HELD,
        presentation="sequential",
        administration="double_blind",
        seed="s",
        made_by=board.unit.investigator,
        made_at=board.ago(2),
        allowed_at=board.ago(2),
    )
    Member.objects.create(
        lineup=lineup,
        is_suspect=True,
        place=1,
        record_id="R-2",
        person_id="P1",
        because="the suspect",
        added_by=board.unit.investigator,
        added_at=board.ago(2),
    )
    said = board.item(1, sort="statement", by=witness, title="After the lineup")
    id = node("lineup", lineup.public_id)
    assert board.standing.tainted[node("item", said.public_id)][-3:-1] == (id, node("party", witness.public_id))
    assert exposures(witness, board.suspect) == Exposures(False, False, False, True)


def test_exposures_are_read_off_the_links(board: Board) -> None:
    nobody, guard, friend = (board.party(name) for name in ("Nora", "Gina", "Fred"))
    assert exposures(nobody) == Exposures(False, False, False, False)
    show(board.acting, guard, node("still", board.still.public_id), "shown", board.ago(20))
    assert exposures(guard) == Exposures(True, False, False, False)
    show(board.acting, guard, board.lead, "shown", board.ago(2))
    assert exposures(guard) == Exposures(True, True, True, False)
    show(board.acting, friend, node("party", guard.public_id), "told", board.ago(2.5))
    assert exposures(friend) == Exposures(False, False, False, False), "the guard knew nothing then"
    show(board.acting, friend, node("party", guard.public_id), "told", board.ago(1))
    assert exposures(friend) == Exposures(False, True, False, False)
    made = Link.objects.get(source=board.lead)
    links.withdraw_link(board.acting, made, reason="It was another guard.")
    assert exposures(guard) == Exposures(True, False, False, False)
    assert [one.name for one in parties(board.case)] == ["Fred", "Gina", "Nora", "Tom Example"]
    with pytest.raises(BadForm):
        show(board.acting, guard, board.lead, "saw", board.ago(1))


def test_every_sort_of_item_is_something_in_the_graph() -> None:
    assert set(KINDS) == set(EvidenceItem.Sort)
    with pytest.raises(ValueError, match="no node"):
        node("rumour", "x")


def test_the_board_is_read_with_the_same_few_queries(board: Board) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            standing(board.suspect, at=board.now)
        return len(asked)

    the_watches(board)
    few = counted()
    for number in range(12):
        row = board.item(1, by=board.party(f"Person {number}"))
        board.link("prompted_by", board.lead, node("item", row.public_id))
        search_of(board.case, board.still, board.unit, board.ago(0.5), (f"P{number}",))
    assert counted() == few
    assert few <= 22


# whatever sequence of acts

ACTS = ("record", "record", "judge", "judge", "link", "show", "unlink", "withdraw", "reply", "change", "lead", "check")


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(draw=st.randoms(use_true_random=False), steps=st.integers(4, 14))
def test_whatever_is_done_independent_is_what_the_graph_says(board: Board, draw: Any, steps: int) -> None:
    from django.db import transaction

    with transaction.atomic():
        for _ in range(steps):
            try:
                with transaction.atomic():
                    _any_act(board, draw)
            except LookalikeError:
                pass
            _holds(board)
        transaction.set_rollback(True)


def _holds(board: Board) -> None:
    now = board.standing
    if now.graph is None:
        assert now.mend
        assert (now.independent, now.sentence) == ((), NONE)
        return
    assert now.independent == independent_for(now.graph)
    assert (now.sentence == NONE) is (not now.independent)
    searches = {id for id, item in now.graph.items.items() if item.kind is NodeKind.SEARCH}
    tainted = {id for search in searches for id in taint(now.graph, search)}
    assert set(now.tainted) == tainted
    assert not tainted & set(now.independent)
    assert all(path[0] in searches and path[-1] == id for id, path in now.tainted.items())
    for row in board.case.evidence.filter(says="against"):
        open_or_closed = now.view.contradictions_open, now.view.contradictions_answered
        assert any(node("item", row.public_id) in side for side in open_or_closed)


def _any_act(board: Board, draw: Any) -> None:
    rows, made = list(board.case.evidence.order_by("pk")), list(board.case.links.order_by("pk"))
    ids = list(evidence_of(board.case).nodes)
    person = draw.choice(("Ann", "Bob", "Cy"))
    days = draw.uniform(0, 9)
    name = draw.choice(ACTS)
    if name == "record":
        came = [(draw.choice(("derived_from", "prompted_by")), draw.choice(ids))] if draw.random() < 0.5 else []
        board.item(
            days,
            judged=draw.choice((None, True, False)),
            sort=draw.choice(EvidenceItem.Sort.values),
            says=draw.choice(("for", "for", "against", "neutral")),
            by=board.party(person) if draw.random() < 0.6 else None,
            came_from=came,
        )
    elif name == "show":
        party = node("party", board.party(person).public_id)
        board.link(draw.choice(("shown", "told")), draw.choice(ids), party, days)
    elif name == "lead":
        search = search_of(board.case, board.still, board.unit, board.ago(days), (f"N{draw.random()}", "P1"))
        if draw.random() < 0.5:
            lead_of(search, "P1", board.unit, board.ago(days / 2))
    elif name == "check":
        board.check(draw.choice(("alibi", "location")))
    elif name == "unlink" and made:
        links.withdraw_link(board.acting, draw.choice(made), reason="An error.")
    elif rows:
        row = draw.choice(rows)
        if name == "judge":
            board.judge(row, reliable=draw.random() < 0.8, links=draw.random() < 0.8)
        elif name == "link":
            kind = draw.choice(("derived_from", "prompted_by"))
            board.link(kind, draw.choice(ids), node("item", row.public_id))
        elif name == "withdraw":
            items.withdraw_item(board.acting, row, version=row.version, reason="An error.")
        elif name == "reply":
            items.reply_to(board.acting, row, words="Answered.")
        elif name == "change":
            told = board.told(days, sort=row.sort, says=row.says, outside=draw.random() < 0.5)
            items.change_item(board.acting, row, told, version=row.version, reason="Better known.")


def test_whoever_examined_the_faces_of_a_search_was_shown_it(board: Board) -> None:
    """What an examiner of the case says afterwards comes from the search, and they are no witness of a lineup."""
    officer = board.party("Officer Eva", account=board.unit.first)
    said = board.item(1, sort="statement", title="I know him", by=officer)
    assert board.standing.independent == (node("item", said.public_id),)
    Task.objects.create(
        search=board.search,
        nth=1,
        examiner=board.unit.first,
        given_at=board.ago(5),
        probe=board.search.probe_picture,
        seed=1,
        state=Task.State.COMPARING,
        probe_locked_at=board.ago(4.9),
        candidates_seen_at=board.ago(4.8),
        saw=[],
    )
    assert board.standing.independent == ()
    assert exposures(officer, board.suspect) == Exposures(False, True, True, False)
