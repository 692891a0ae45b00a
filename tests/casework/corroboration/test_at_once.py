"""Two at the same moment on the board of a case."""

from __future__ import annotations

import pytest

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.models import Arrest, EvidenceItem, ItemChange, Link
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import arrests, items, links
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow
from tests.casework.at_once import Written, at_once, told
from tests.casework.corroboration.conftest import Board

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_items_at_once_are_two_and_the_same_is_one(board: Board) -> None:
    acting, case = board.acting, board.case
    one, other = board.told(), board.told()
    written = Written()
    given = at_once(
        lambda: items.record_item(acting, case, one),
        lambda: items.record_item(acting, case, other),
        lambda: items.record_item(acting, case, one),
    )
    assert sorted(EvidenceItem.objects.values_list("number", flat=True)) == [1, 2]
    assert all(isinstance(error, NotNow) for error in told(given))
    assert written.of("evidence.record").count("done") == 2


def test_of_two_who_withdraw_an_item_or_a_link_one_does(board: Board) -> None:
    acting, item = board.acting, board.item(judged=None)
    link = board.link("told", board.lead, node("party", board.party("Gina Guard").public_id), 1)
    given = at_once(
        lambda: items.withdraw_item(acting, item, version=item.version, reason="Entered twice."),
        lambda: items.withdraw_item(acting, item, version=item.version, reason="Another case."),
    )
    assert [isinstance(error, NotNow | ChangedMeanwhile) for error in told(given)] == [True]
    assert ItemChange.objects.filter(item=item, field="withdrawn").count() == 1
    given = at_once(
        lambda: links.withdraw_link(acting, link, reason="Mixed up."),
        lambda: links.withdraw_link(acting, link, reason="Another officer."),
    )
    assert [isinstance(error, NotNow) for error in told(given)] == [True]


def test_an_item_does_not_come_of_what_was_withdrawn_since_it_was_looked_at(
    board: Board, monkeypatch: pytest.MonkeyPatch
) -> None:
    arrest = arrests.record_arrest(board.acting, board.suspect, at=board.ago(2), words="The lead.")
    watch = board.told(1, sort="property", came_from=[("prompted_by", node("arrest", arrest.public_id))])
    lock = items.locked

    def late(who: Acting, case: Case) -> Case:
        row = lock(who, case)
        Arrest.objects.update(withdrawn_at=board.now)
        return row

    monkeypatch.setattr(items, "locked", late)
    with pytest.raises(BadForm, match="not in the case"):
        items.record_item(board.acting, board.case, watch)


def test_an_arrest_that_is_withdrawn_while_something_comes_of_it_leaves_a_graph_that_can_be_followed(
    board: Board,
) -> None:
    acting, suspect = board.acting, board.suspect

    def enter() -> Arrest:
        return arrests.record_arrest(acting, suspect, at=board.ago(2), words="The lead.")

    given = at_once(enter, enter)
    assert Arrest.objects.count() == 1
    arrest, came = Arrest.objects.get(), [("prompted_by", node("arrest", Arrest.objects.get().public_id))]
    watch = board.told(1, sort="property", came_from=came)
    given = at_once(
        lambda: arrests.withdraw_arrest(acting, arrest, reason="Another person."),
        lambda: items.record_item(acting, board.case, watch),
    )
    assert len(told(given)) <= 1
    assert not board.standing.mend
    arrest.refresh_from_db()
    assert (arrest.withdrawn_at is None) is Link.objects.filter(source__startswith="arrest-").exists()
