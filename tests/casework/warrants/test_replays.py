"""The arrests of reference 03, 3.6, asked for again through the services: each is refused, by what failed then."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lookalike.casework.corroboration.nodes import node
from lookalike.casework.law import Judgement
from lookalike.casework.warrants.models import WarrantRefusal, WarrantRequest
from lookalike.casework.warrants.services import requests
from lookalike.errors import ActRefused
from tests.casework.corroboration.conftest import Board
from tests.casework.warrants.conftest import Court

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]

SETTLEMENT = "Williams v. City of Detroit, settlement: no arrest on a face search, none on a lineup that follows one"
CHECKS = "Lookalike rule R14, after the wrongful arrests on record"


def _array(board: Board, name: str = "Wes Witness") -> None:
    """Somebody who was there chooses out of photographs that a lead put there."""
    witness = board.party(name)
    board.item(
        0.0001,
        sort="identification",
        title="Choice out of six photographs",
        words="That is him.",
        by=witness,
        came_from=[("derived_from", board.lead)],
        source="a photo array",
    )


def _shown_the_still(board: Board) -> None:
    """Somebody who was shown the still says who it is (a probation officer; a coached witness)."""
    party = board.party("Olive Officer")
    board.link("shown", node("still", board.still.public_id), node("party", party.public_id), 0.0003)
    board.link("told", board.lead, node("party", party.public_id), 0.0002)
    board.item(0.0001, sort="statement", title="It is him on the still", by=party, source="an acquaintance")


def _against(*titles: str) -> Callable[[Board], None]:
    def write(board: Board) -> None:
        for title in titles:
            board.item(0.0001, judged=None, says="against", sort="exclusion", title=title, source="the file")

    return write


def _both(*works: Callable[[Board], None]) -> Callable[[Board], None]:
    def write(board: Board) -> None:
        for work in works:
            work(board)

    return write


def _watches(board: Board) -> None:
    """The guard who was not there: what the demo and the graph's tests tell, at the moment of this case."""
    _shown_the_still(board)
    _array(board, "Gina Guard")


ARRESTS = {
    "williams-2020": (_watches, {"independent_items", "alibi_check"}),
    "oliver-2019": (_both(_array, _against("His arms are tattooed, the man's were not")), {"contradictions_answered"}),
    "parks-2019": (_against("He was 30 miles away", "DNA and prints are another's"), {"contradictions_answered"}),
    "sawyer-2022": (_both(_shown_the_still, _against("He is taller, and older")), {"contradictions_answered"}),
    "reid-2022": (lambda board: None, {"independent_items", "location_check"}),
    "woodruff-2023": (_both(_array, _against("She is eight months pregnant")), {"contradictions_answered"}),
    "murphy-2022": (_array, {"independent_items", "alibi_check"}),
    "t-williams-2025": (_both(_array, _against("8 in taller", "Phone 12 miles off")), {"contradictions_answered"}),
    "gatlin-2021": (_both(_shown_the_still, _array), {"independent_items"}),
    "dillon-2024": (_array, {"independent_items", "location_check"}),
    "lipps-2025": (lambda board: None, {"independent_items", "alibi_check"}),
    "crutchfield-2025": (_against("Age and height are another's"), {"contradictions_answered"}),
}


@pytest.mark.parametrize("arrest", ARRESTS)
def test_an_arrest_on_record_is_refused_a_warrant_by_what_failed_then(court: Court, arrest: str) -> None:
    write, keys = ARRESTS[arrest]
    write(court.board)
    row = court.draft()
    with pytest.raises(ActRefused) as refused:
        requests.ask(court.investigator, row, version=row.version)
    failed = {failure.key for one in refused.value.decision.refusals() for failure in one.failures}
    assert keys | {"independent_items", "alibi_check", "location_check", "police_signatures"} <= failed
    kept = WarrantRefusal.objects.get(warrant=row)
    cited = " ".join(one.citation for one in Judgement.from_data(kept.judgement).judged if one.state != "satisfied")
    assert SETTLEMENT in cited
    assert CHECKS in cited
    assert court.board.standing.independent == ()
    row.refresh_from_db()
    assert row.state == WarrantRequest.State.DRAFT
