"""An arrest on the board: what somebody says after it comes from what it rested on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from lookalike.casework.corroboration.content import digest
from lookalike.casework.corroboration.exposures import exposures
from lookalike.casework.corroboration.models import Arrest, EvidenceItem, Link, Party
from lookalike.casework.corroboration.nodes import evidence_of, node
from lookalike.casework.corroboration.services import arrests, links
from lookalike.casework.people.models import Person
from lookalike.casework.recording import ledger, store
from lookalike.casework.warrants.contents_evidence import evidence as told_in_a_packet
from lookalike.casework.warrants.holds import holds
from lookalike.errors import BadForm, NotNow, NotPermitted
from tests.casework.corroboration.conftest import Board

pytestmark = pytest.mark.django_db


def arrested(board: Board, days: float = 2, **more: object) -> Arrest:
    given = {"at": board.ago(days), "words": "The warrant of that day."} | more
    return arrests.record_arrest(board.acting, board.suspect, **given)  # type: ignore[arg-type]


def confessed(board: Board, days: float, **more: object) -> EvidenceItem:
    given = {"sort": "confession", "title": "Confession", "words": "It was me.", "source": "the interview room"}
    return board.item(days, **given | more)


def path_of(board: Board, item: EvidenceItem) -> list[str]:
    """The kinds of nodes on the way from a search to an item."""
    return [one.partition("-")[0] for one in board.standing.tainted.get(node("item", item.public_id), ())]


def test_what_williams_says_after_the_arrest_comes_from_the_search(board: Board) -> None:
    before, after = confessed(board, 2.5), confessed(board, 1.5, title="Confession in custody")
    assert set(board.standing.independent) == {node("item", one.public_id) for one in (before, after)}
    arrest = arrested(board)  # nobody says that it rested on the lead, and it did
    assert board.standing.independent == (node("item", before.public_id),)
    assert path_of(board, after) == ["search", "lead", "arrest", "party", "item"]
    name = board.suspect.party.name
    client_words = [one.path for one in _shown(board) if one.row == after]
    assert f"Arrest of {name}" in client_words[0]
    assert f"{name}, who was arrested on" in client_words[0]
    denied = board.item(1, sort="statement", says="against", words="This is not me.", by=board.suspect.party)
    assert node("item", denied.public_id) in board.standing.view.contradictions_open  # type: ignore[operator]
    assert arrest.words == "The warrant of that day."


def _shown(board: Board) -> list:  # type: ignore[type-arg]
    from lookalike.casework.corroboration.board import items_shown

    return items_shown(evidence_of(board.case), board.standing)


def test_an_arrest_of_somebody_whom_no_search_named_taints_by_what_it_rested_on(board: Board) -> None:
    from lookalike.casework.corroboration.services import suspects

    other = suspects.name_suspect(board.acting, board.case, name="Otto Other", suspicion="Seen at the door.")
    said = confessed(board, 1, about=other)
    free = arrests.record_arrest(board.acting, other, at=board.ago(2), words="A witness pointed him out.")
    assert path_of(board, said) == []
    arrests.withdraw_arrest(board.acting, free, reason="Entered twice.")
    rested = [board.lead, board.lead]
    arrests.record_arrest(board.acting, other, at=board.ago(2), words="The lead.", rested_on=rested)
    assert path_of(board, said) == ["search", "lead", "arrest", "party", "item"]
    assert Link.objects.filter(target__startswith="arrest-", withdrawn_at=None).count() == 1


def test_what_was_found_because_of_an_arrest_comes_from_it(board: Board) -> None:
    arrest = node("arrest", arrested(board).public_id)
    watch = board.item(1, sort="property", title="A watch", came_from=[("prompted_by", arrest)])
    assert path_of(board, watch) == ["search", "lead", "arrest", "item"]


def test_an_arrest_is_kept_once_and_what_it_says_stands_in_the_ledger(board: Board) -> None:
    one = arrested(board, rested_on=[board.lead])
    assert arrested(board, rested_on=[board.lead]) == one
    with pytest.raises(NotNow):
        arrested(board, words="Something else.")
    body = ledger().body(store().head().size - 1)
    assert {"kind": "content_sha256", "id": digest(Arrest.objects.get())} in (body or {})["objects"]
    link = Link.objects.get(target=node("arrest", one.public_id))
    with pytest.raises(NotNow):
        links.withdraw_link(board.acting, link, reason="It was not so.")
    assert f"corroboration.Arrest {one.pk}" in holds(board.case)


def test_an_arrest_that_cannot_be_is_refused(board: Board) -> None:
    later = board.item(1)
    for wrong in (
        {"words": " "},
        {"at": board.now + timedelta(days=1)},
        {"rested_on": ["lead-nothing"]},
        {"rested_on": [node("party", board.suspect.party.public_id)]},
        {"rested_on": [node("item", later.public_id)]},
    ):
        with pytest.raises(BadForm):
            arrested(board, **wrong)
    with pytest.raises(NotPermitted):
        arrests.record_arrest(board.who(board.unit.checker, board.now), board.suspect, at=board.ago(1), words="So.")
    assert not Arrest.objects.exists()


def test_a_withdrawn_arrest_stays_to_be_read_and_what_came_of_it_is_withdrawn_first(board: Board) -> None:
    one = arrested(board, rested_on=[board.lead])
    id = node("arrest", one.public_id)
    watch = board.item(1, sort="property", came_from=[("prompted_by", id)])
    with pytest.raises(NotNow, match="come of this arrest"):
        arrests.withdraw_arrest(board.acting, one, reason="Another person.")
    links.withdraw_link(board.acting, Link.objects.get(target=node("item", watch.public_id)), reason="Found before.")
    gone = arrests.withdraw_arrest(board.acting, one, reason="Another person.")
    assert id not in evidence_of(board.case).nodes
    with pytest.raises(NotNow, match="already"):
        arrests.withdraw_arrest(board.acting, gone, reason="Once more.")
    told = told_in_a_packet(board.acting, board.suspect, evidence_of(board.case))
    words = [each.words for each in told.nodes if each.id == id]  # type: ignore[union-attr]
    assert "The warrant of that day." in words[0]
    assert "Another person." in words[0]
    assert [each.target for each in told.links if each.target == id]  # type: ignore[union-attr]


def test_a_witness_who_was_told_of_the_arrest_knows_whom_the_lead_named(board: Board) -> None:
    ruth: Party = board.party("Ruth Witness")
    arrest = node("arrest", arrested(board).public_id)
    assert not exposures(ruth).told_of_lead
    board.link("told", arrest, node("party", ruth.public_id), 1)
    assert exposures(ruth).told_of_lead


def test_the_pages_record_and_withdraw_an_arrest(board: Board, signed_in: Callable[[Person], Client]) -> None:
    client, suspect = signed_in(board.unit.investigator), board.suspect
    url = f"/suspects/{suspect.public_id}/"
    assert "None is recorded." in client.get(url).content.decode()
    at = f"{board.ago(2):%Y-%m-%dT%H:%M:%S}"
    assert client.post(f"{url}arrests/new/", {"at": at, "words": ""}).status_code == 422
    sent = {"at": at, "words": "The <b>warrant</b>.", "rested_on": [board.lead]}
    assert client.post(f"{url}arrests/new/", sent).status_code == 303
    page = client.get(url).content.decode()
    assert "The &lt;b&gt;warrant&lt;/b&gt;." in page
    assert "Arrest of " in page
    one = Arrest.objects.get()
    assert client.post(f"/arrests/{one.public_id}/withdraw/", {"reason": "Another person."}).status_code == 303
    assert "Another person." in client.get(url).content.decode()
