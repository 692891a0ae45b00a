"""The pages and operations of the board: what each does, without script, and to whom it is not there."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lookalike.casework.corroboration.models import EvidenceItem, Link, Reply, Shown, Suspect, Whereabouts
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.leads.models import Acknowledgement
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import Person, Token
from lookalike.casework.permissions import Permission
from lookalike.casework.waiting import waiting_for
from lookalike.protocol.vocabulary import Role
from tests.casework.corroboration.conftest import NONE, SETTLEMENT, Board, search_of, the_watches

pytestmark = pytest.mark.usefixtures("db")

SignedIn = Callable[[Person], Client]


@pytest.fixture
def client(board: Board, signed_in: SignedIn) -> Client:
    """The investigator's browser."""
    return signed_in(board.unit.investigator)


def form_of(board: Board, **more: Any) -> dict[str, Any]:
    at = timezone.localtime(board.ago(1))
    given = {
        "sort": "purchase",
        "title": "Card payment",
        "words": "<script>alert(1)</script> at the till",
        "about": board.suspect.public_id,
        "says": "for",
        "at": f"{at:%Y-%m-%dT%H:%M:%S}",
        "source": "the bank",
        "origin": "outside",
    }
    return given | more


def test_an_item_is_recorded_judged_and_changes_the_statement(board: Board, client: Client) -> None:
    page = client.get(reverse("suspect", args=[board.suspect.public_id])).content.decode()
    assert f"{NONE}</strong> ({'; '.join(SETTLEMENT)})." in page
    address = reverse("item-new", args=[board.case.public_id])
    assert client.get(address).status_code == 200
    file = SimpleUploadedFile("..\\receipt.pdf", b"%PDF receipt", "application/pdf")
    answer = client.post(address, form_of(board) | {"file": file})
    row = EvidenceItem.objects.get()
    assert (answer.status_code, answer["Location"]) == (
        303,
        f"/suspects/{board.suspect.public_id}/#item-{row.number}",
    )
    taken = client.get(reverse("item-file", args=[row.public_id]))
    assert b"".join(taken.streaming_content) == b"%PDF receipt"
    assert "no-store" in taken["Cache-Control"]
    assert "receipt" not in taken["Content-Disposition"]
    page = client.get(reverse("suspect", args=[board.suspect.public_id])).content.decode()
    assert "<script>alert" not in page
    assert NONE in page
    judge = reverse("item-judge", args=[row.public_id]) + "?on=board"
    given = {"reliable": "yes", "reliable_because": "Its own record.", "links": "yes", "version": "1"}
    refused = client.post(judge, given)
    assert refused.status_code == 422
    assert "This field is required" in refused.content.decode()
    assert client.post(judge, given | {"links_because": "At the till."}).status_code == 303
    assert client.post(judge, given | {"links_because": "At the till."}).status_code == 409
    page = client.get(reverse("suspect", args=[board.suspect.public_id])).content.decode()
    assert "One item of evidence links this person" in page
    assert NONE not in page


def test_a_form_that_cannot_be_is_shown_again_and_leaves_no_file(board: Board, client: Client) -> None:
    address = reverse("item-new", args=[board.case.public_id])
    before = StoredFile.objects.count()
    file = SimpleUploadedFile("r.pdf", b"%PDF", "application/pdf")
    for wrong in ({"title": ""}, {"origin": "inside"}, {"about": "x"}, {"came_from": ["lead-x"]}, {"at": "9999"}):
        answer = client.post(address, form_of(board, **wrong) | {"file": file})
        assert answer.status_code == 422, wrong
    assert (EvidenceItem.objects.count(), StoredFile.objects.count()) == (0, before)
    both = client.post(address, form_of(board, came_from=[board.lead]))
    assert both.status_code == 422
    assert "say one of the two" in both.content.decode()


def test_every_other_form_of_the_board_does_what_it_says(board: Board, client: Client) -> None:
    suspect, case = board.suspect, board.case
    good = board.item()
    against = board.item(says="against", judged=None)
    sent: list[tuple[str, str, dict[str, Any]]] = [
        ("party-new", case.public_id, {"name": "Gina Guard", "account": board.unit.investigator.public_id}),
        ("suspect-new", case.public_id, {"name": "Ann Sample", "suspicion": "Seen running away."}),
        ("suspect-suspicion", suspect.public_id, {"words": "His car.", "version": "1"}),
        (
            "suspect-whereabouts",
            suspect.public_id,
            {"question": "alibi", "state": "tried_no_answer", "tried": "Called."},
        ),
        (
            "suspect-shown",
            suspect.public_id,
            {"what": "means", "holds": "yes", "words": "A knife.", "items_given": [good.public_id]},
        ),
        ("item-reply", against.public_id, {"words": "He lent the card."}),
        ("item-came", good.public_id, {"kind": "prompted_by", "source": board.lead}),
        ("suspect-end", suspect.public_id, {"reason": "Another man's prints.", "version": "2"}),
    ]
    for name, public_id, given in sent:
        address = reverse(name, args=[public_id])
        empty = client.post(address, {"sent": "nothing"})
        assert empty.status_code == 422, name
        answer = client.post(address, given)
        assert answer.status_code == 303, (name, answer.content.decode()[-3000:])
        assert client.get(answer["Location"]).status_code == 200
    assert (Reply.objects.count(), Shown.objects.count(), Whereabouts.objects.count(), Link.objects.count()) == (
        1,
        1,
        1,
        1,
    )
    guard = case.parties.get(name="Gina Guard")
    at = timezone.localtime(board.ago(1))
    told = {"kind": "told", "source": board.lead, "at": f"{at:%Y-%m-%dT%H:%M}"}
    assert client.post(reverse("party-shown", args=[guard.public_id]), told).status_code == 303
    assert client.post(reverse("party-shown", args=[guard.public_id]), told | {"source": "x"}).status_code == 422
    link = Link.objects.get(kind="told")
    withdrawn = client.post(reverse("link-withdraw", args=[link.public_id]), {"reason": "Mixed up."})
    assert withdrawn["Location"] == f"/parties/{guard.public_id}/"
    page = client.get(withdrawn["Location"]).content.decode()
    assert "Mixed up." in page
    gone = client.post(reverse("item-withdraw", args=[against.public_id]), {"reason": "Wrong day.", "version": "1"})
    assert gone.status_code == 303
    page = client.get(reverse("suspect", args=[suspect.public_id])).content.decode()
    assert page.count("Wrong day.") == 1
    assert "It still asks for an answer." in page
    change = reverse("item-change", args=[good.public_id])
    assert "Payment" in client.get(change).content.decode()
    good.refresh_from_db()
    given = form_of(board, title="Another title", origin="inside", reason="Misread.", version=str(good.version))
    assert client.post(change, given).status_code == 303
    good.refresh_from_db()
    assert good.title == "Another title"
    assert client.get(reverse("item", args=[good.public_id])).content.decode().count("Misread.") >= 1


def test_a_moment_that_was_not_touched_is_no_change(board: Board, client: Client) -> None:
    row = board.item()
    at = timezone.localtime(row.at)
    given = form_of(board, title=row.title, words="Other words.", at=f"{at:%Y-%m-%dT%H:%M:%S}")
    given |= {"source": row.source, "reason": "Misread.", "version": str(row.version)}
    assert client.post(reverse("item-change", args=[row.public_id]), given).status_code == 303
    assert [one.field for one in row.changes.filter(reason="Misread.")] == ["words"]


def test_the_statement_is_asked_for_and_empty_where_nothing_changed(board: Board, client: Client) -> None:
    address = reverse("suspect-statement", args=[board.suspect.public_id])
    answer = client.get(address)
    seen = answer.context["statement"]
    assert NONE in answer.content.decode()
    assert client.get(f"{address}?seen={seen}").status_code == 204
    board.item()
    assert client.get(f"{address}?seen={seen}").status_code == 200


def test_what_cannot_be_followed_is_told_on_the_board(board: Board, client: Client) -> None:
    board.item(came_from=[("derived_from", board.lead)], title="Lost")
    link = Link.objects.get()
    client.post(reverse("link-withdraw", args=[link.public_id]), {"reason": "Mixed up."})
    page = client.get(reverse("suspect", args=[board.suspect.public_id])).content.decode()
    assert "cannot be followed" in page
    assert "Lost: nobody has said what it came from." in page
    assert "Mixed up." in page


def test_the_board_names_nobody_before_the_lead_is_accepted(board: Board, client: Client, signed_in: SignedIn) -> None:
    row = board.item()
    Acknowledgement.objects.first().delete()  # type: ignore[union-attr]
    party = board.suspect.party
    for name, public_id in (
        ("suspect", board.suspect.public_id),
        ("suspect-statement", board.suspect.public_id),
        ("item", row.public_id),
        ("item-new", board.case.public_id),
        ("party", party.public_id),
    ):
        answer = client.get(reverse(name, args=[public_id]))
        assert answer.status_code == 403, name
        assert "Tom Example" not in answer.content.decode()
    for address in (reverse("evidence", args=[board.case.public_id]), reverse("boards")):
        page = client.get(address).content.decode()
        assert "Tom Example" not in page
        assert reverse("lead", args=[board.answer.public_id]) in page
    page = signed_in(board.unit.supervisor).get(reverse("suspect", args=[board.suspect.public_id]))
    assert "Tom Example" in page.content.decode()


def test_other_peoples_cases_are_not_there(board: Board, someone: Callable[..., Person], signed_in: SignedIn) -> None:
    row = board.item(came_from=[("derived_from", board.lead)])
    public = {
        "evidence": board.case.public_id,
        "item-new": board.case.public_id,
        "suspect-new": board.case.public_id,
        "party-new": board.case.public_id,
        "suspect": board.suspect.public_id,
        "suspect-statement": board.suspect.public_id,
        "suspect-shown": board.suspect.public_id,
        "item": row.public_id,
        "item-file": row.public_id,
        "item-change": row.public_id,
        "party": board.suspect.party.public_id,
        "link-withdraw": Link.objects.get().public_id,
    }
    stranger = signed_in(someone("otto", Role.INVESTIGATOR))
    for name, public_id in public.items():
        assert stranger.get(reverse(name, args=[public_id])).status_code == 404, name
    assert "Tom Example" not in stranger.get(reverse("boards")).content.decode()
    auditor = signed_in(someone("ada", Role.AUDITOR))
    page = auditor.get(reverse("suspect", args=[board.suspect.public_id])).content.decode()
    assert "Tom Example" in page
    assert "<form" not in page.split("<main", 1)[1]
    assert auditor.get(reverse("item-new", args=[board.case.public_id])).status_code == 403
    for role in (Role.EXAMINER, Role.CUSTODIAN, Role.LINEUP_ADMINISTRATOR, Role.ADMINISTRATOR):
        who = signed_in(someone(role.value, role))
        assert who.get(reverse("suspect", args=[board.suspect.public_id])).status_code == 403, role


def test_both_sides_stand_beside_each_other_and_what_speaks_for_the_person_first(board: Board, client: Client) -> None:
    the_watches(board)
    board.item(says="against", judged=None, title="An alibi", sort="alibi")
    page = client.get(reverse("suspect", args=[board.suspect.public_id])).content.decode()
    assert page.index("Against it: speaks for the person") < page.index("For it: speaks for the suspicion")
    assert "Comes from a face search:" in page
    assert page.count("Item 2: Statement on the choice") >= 2
    assert 'style="' not in page
    # the picture and the list hold the same
    drawing, _, listed = page.partition("The same as a list")
    assert drawing.count('class="box ') == listed.count('<li id="in-')


def test_the_pages_ask_the_same_few_queries_however_much_there_is(board: Board, client: Client) -> None:
    addresses = [
        reverse("boards"),
        reverse("evidence", args=[board.case.public_id]),
        reverse("suspect", args=[board.suspect.public_id]),
    ]

    def counted() -> list[int]:
        counts = []
        for address in addresses:
            with CaptureQueriesContext(connection) as asked:
                assert client.get(address).status_code == 200
            counts.append(len(asked))
        return counts

    the_watches(board)
    board.item(says="against", judged=None, sort="alibi")
    board.check("alibi")
    counted()
    few = counted()
    for number in range(10):
        row = board.item(1, by=board.party(f"Person {number}"), says="against" if number % 2 else "for")
        board.link("prompted_by", board.lead, node("item", row.public_id))
        search_of(board.case, board.still, board.unit, board.ago(0.5), (f"P{number}",))
        board.check("location", tried=f"Call {number}.")
    assert counted()[::2] == few[::2]
    assert counted() == few
    assert max(few) <= 60, few


def test_what_waits_is_told_to_the_team(board: Board) -> None:
    against, unjudged = board.item(says="against", judged=None), board.item(judged=None)
    told = {one.label: one.count for one in waiting_for(board.acting)}
    assert told["Items that speak for a suspected person, not answered"] == 1
    assert told["Items of evidence that nobody has judged"] == 1
    from lookalike.casework.corroboration.services import items

    items.reply_to(board.acting, against, words="Answered.")
    board.judge(unjudged)
    assert not any("Items" in one.label for one in waiting_for(board.acting))


# the API


@pytest.fixture
def asks(board: Board, now: Any) -> Callable[..., Any]:
    """Ask the API as the investigator."""
    secret = f"lookalike_{secrets.token_hex(16)}"
    Token.objects.create(
        person=board.unit.investigator,
        name="test",
        sha256=hashlib.sha256(secret.encode()).hexdigest(),
        scopes=[one.value for one in Permission],
        made_at=now,
        expires_at=now + timedelta(days=1),
    )
    client = Client(headers={"authorization": f"Bearer {secret}"})

    def ask(method: str, path: str, body: Any = None) -> Any:
        data = "" if body is None else json.dumps(body)
        answer = client.generic(method, f"/api/{path}", data, content_type="application/json")
        return answer.status_code, answer.json()

    return ask


def test_every_act_over_the_api(board: Board, asks: Callable[..., Any]) -> None:
    case, suspect = board.case.public_id, board.suspect.public_id
    assert asks("GET", f"suspects/{suspect}/board")[1]["sentence"] == NONE
    given = {
        "sort": "purchase",
        "title": "Card payment",
        "words": "At the till.",
        "about": suspect,
        "says": "for",
        "at": board.ago(1).isoformat(),
        "source": "the bank",
        "outside": True,
    }
    status, item = asks("POST", f"cases/{case}/evidence", given)
    assert (status, item["number"], item["outside"]) == (201, 1, True)
    status, other = asks("POST", f"cases/{case}/evidence", given | {"outside": False})
    assert status == 422
    assert "outside" in other["fields"]
    assert asks("POST", f"cases/{case}/evidence", given | {"at": "2026-01-01T00:00:00"})[0] == 422
    id = item["public_id"]
    judged = {"reliable": True, "reliable_because": "x", "links": True, "links_because": "x", "version": 1}
    assert asks("POST", f"evidence/{id}/judgement", judged)[0] == 200
    assert asks("POST", f"evidence/{id}/judgement", judged)[0] == 409
    board_now = asks("GET", f"suspects/{suspect}/board")[1]
    assert board_now["independent"] == [node("item", id)]
    assert {one["kind"] for one in board_now["nodes"]} >= {"search", "lead", "still", "record", "person"}
    assert sum(one["kind"] == "candidate_photo" for one in board_now["nodes"]) == 1
    assert asks("POST", f"evidence/{id}/came-from", {"kind": "derived_from", "source": board.lead})[0] == 201
    board_now = asks("GET", f"suspects/{suspect}/board")[1]
    assert board_now["independent"] == []
    path = next(one for one in board_now["nodes"] if one["id"] == node("item", id))
    assert path["path_in_words"].startswith("Search of request 1, ")
    link = asks("GET", f"cases/{case}/links")[1]["items"][0]["public_id"]
    assert asks("POST", f"links/{link}/withdraw", {"reason": "Mixed up."})[0] == 200
    status, party = asks("POST", f"cases/{case}/parties", {"name": "Gina Guard"})
    assert status == 201
    told = {"kind": "told", "source": board.lead, "at": board.ago(1).isoformat()}
    assert asks("POST", f"parties/{party['public_id']}/shown", told)[0] == 201
    row = EvidenceItem.objects.get()
    change = given | {"reason": "x", "version": row.version, "title": "Payment"}
    assert asks("PUT", f"evidence/{id}", change)[1]["title"] == "Payment"
    status, against = asks("POST", f"cases/{case}/evidence", given | {"says": "against"})
    assert asks("POST", f"evidence/{against['public_id']}/replies", {"words": "x"})[0] == 201
    gone = {"reason": "x", "version": 1}
    assert asks("POST", f"evidence/{against['public_id']}/withdraw", gone)[1]["withdrawn_because"] == "x"
    attempt = {"question": "alibi", "state": "tried_no_answer", "tried": "x"}
    assert asks("POST", f"suspects/{suspect}/whereabouts", attempt)[0] == 201
    shown = {"what": "means", "holds": True, "words": "x", "items": [id]}
    assert asks("POST", f"suspects/{suspect}/shown", shown)[1]["items"] == [id]
    arrest = {"at": board.ago(1).isoformat(), "words": "The lead.", "rested_on": [board.lead]}
    status, made = asks("POST", f"suspects/{suspect}/arrests", arrest)
    assert status == 201
    assert "arrest" in {one["kind"] for one in asks("GET", f"suspects/{suspect}/board")[1]["nodes"]}
    assert asks("POST", f"suspects/{suspect}/arrests", arrest | {"rested_on": ["lead-x"]})[0] == 422
    assert asks("POST", f"arrests/{made['public_id']}/withdraw", {"reason": "x"})[1]["withdrawn_because"] == "x"
    assert asks("POST", f"cases/{case}/suspects", {"name": "Ann", "suspicion": "x"})[0] == 201
    assert asks("POST", f"suspects/{suspect}/suspicion", {"words": "x", "version": 1})[0] == 200
    assert asks("POST", f"suspects/{suspect}/end", {"reason": "x", "version": 2})[0] == 200
    for path in (
        f"cases/{case}/suspects",
        f"cases/{case}/evidence",
        f"cases/{case}/parties",
        f"suspects/{suspect}/whereabouts",
        f"suspects/{suspect}/shown",
        f"suspects/{suspect}/arrests",
        f"evidence/{against['public_id']}/replies",
    ):
        status, listed = asks("GET", path)
        assert (status, listed["count"] > 0) == (200, True), path
    for path in (f"suspects/{suspect}", f"evidence/{id}", f"parties/{party['public_id']}"):
        assert asks("GET", path)[0] == 200
    assert asks("GET", f"suspects/{'0' * 32}")[0] == 404
    assert Suspect.objects.count() == 2
