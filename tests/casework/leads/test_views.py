"""The pages and operations: what is closed until the statements are accepted, and what nobody below sees."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from lookalike.casework.acting import Acting
from lookalike.casework.codes import LENGTH, as_written, new_code
from lookalike.casework.leads import services, views
from lookalike.casework.leads.content import NOTICE, statements
from lookalike.casework.leads.models import Acknowledgement, Answer, Refusal
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.casework.recording import ledger
from lookalike.ledger.checkpoint import EntryProof
from lookalike.protocol.vocabulary import Role
from tests.casework.leads.conftest import RECORDS, Examined
from tests.casework.leads.test_services import close
from tests.casework.tokens import token_of

pytestmark = pytest.mark.usefixtures("db")

Making = Callable[..., Examined]
SignedIn = Callable[[Person], Client]
EVERY = {one.key: "on" for one in statements()}


@pytest.fixture
def asks(agency: object) -> Callable[..., Client]:
    """A client of the API with a token of somebody. scopes: all that the roles give unless told otherwise."""

    def make(person: Person, *scopes: Permission) -> Client:
        _, secret = token_of(person, person.made_at, *scopes)
        return Client(headers={"authorization": f"Bearer {secret}"})

    return make


def test_a_supervisor_reads_the_file_and_what_speaks_against_it_stands_first(
    examined: Making, signed_in: SignedIn
) -> None:
    one = examined()
    client = signed_in(one.unit.supervisor)
    assert f"/requests/{one.request.public_id}/answer/" in client.get("/leads/").content.decode()
    page = client.get(f"/requests/{one.request.public_id}/answer/").content.decode()
    places = [
        page.index(words)
        for words in (
            "What speaks against this lead",
            "There are 4 contradictions.",
            "A man with a knife took",
            "I looked down on him",
            "Face D (control): excluded",
            "How the lead is judged now",
            "I have read the whole file",
        )
    ]
    assert places == sorted(places)
    assert "Nobody has measured how often this examiner is wrong." in page


def test_a_lead_is_signed_read_and_opened(examined: Making, signed_in: SignedIn) -> None:
    one = examined()
    client, path = signed_in(one.unit.supervisor), f"/requests/{one.request.public_id}/answer/"
    assert client.post(f"{path}sign/", {"version": 1}).status_code == 422
    assert not Refusal.objects.exists()
    done = client.post(f"{path}sign/", {"version": 1, "read": "on"})
    answer = Answer.objects.get()
    assert (done.status_code, done["Location"]) == (302, f"/leads/{answer.public_id}/")
    again = client.post(f"{path}sign/", {"version": 1, "read": "on", "more_than_one": ""})
    assert again.status_code == 409
    page = client.get(f"/leads/{answer.public_id}/").content.decode()
    assert "NOT AN IDENTIFICATION." in page
    assert answer.code in page
    pdf = client.get(f"/leads/{answer.public_id}/document.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert "no-store" in pdf["Cache-Control"]
    assert pdf.content.startswith(b"%PDF")
    for name in ("probe", "photograph"):
        picture = client.get(f"/leads/{answer.public_id}/{name}/")
        assert picture.content[:3] == b"\xff\xd8\xff"
        assert b"Exif" not in picture.content[:4000]
        assert "no-store" in picture["Cache-Control"]


def test_no_lead_is_one_click(examined: Making, signed_in: SignedIn) -> None:
    one = examined((None, None))
    client = signed_in(one.unit.supervisor)
    page = client.get(f"/requests/{one.request.public_id}/answer/").content.decode()
    assert "Sign the lead" not in page
    done = client.post(f"/requests/{one.request.public_id}/answer/no-lead/", {"version": 1})
    letter = signed_in(one.unit.investigator).get(done["Location"])
    assert letter.status_code == 200
    assert "clears nobody and accuses nobody" in letter.content.decode()


def test_refusing_a_lead_without_reasons_shows_the_form_again(examined: Making, signed_in: SignedIn) -> None:
    one = examined()
    client, path = signed_in(one.unit.supervisor), f"/requests/{one.request.public_id}/answer/no-lead/"
    answer = client.post(path, {"version": 1})
    assert answer.status_code == 422
    assert "whoever reads the file will ask" in answer.content.decode()
    assert client.post(path, {"version": 1, "words": "An alibi."}).status_code == 302


def test_sheet_document_pictures_and_data_are_closed_until_every_statement_is_accepted(
    led: Answer, signed_in: SignedIn, asks: Callable[..., Client]
) -> None:
    investigator = led.request.asked_by
    client, path = signed_in(investigator), f"/leads/{led.public_id}/"
    tokens = [asks(investigator), asks(investigator, Permission.SHEET_READ)]

    def closed() -> list[int]:
        pages = [client.get(path + rest) for rest in ("", "document.pdf", "probe/", "photograph/")]
        for token in tokens:
            pages += [token.get(f"/api/answers/{led.public_id}/{rest}") for rest in ("sheet", "document")]
        if pages[0].status_code == 403:
            assert all(RECORDS[0].encode() not in one.content for one in pages)
            assert b"What to do" in pages[1].content
        return [one.status_code for one in pages]

    assert closed() == [403] * 8
    assert client.post(f"{path}acknowledge/", {}).status_code == 422
    some = dict(list(EVERY.items())[:-1])
    assert client.post(f"{path}acknowledge/", some).status_code == 302
    assert closed() == [403] * 8
    assert client.post(f"{path}acknowledge/", {"disclosed": "on"}).status_code == 302
    assert closed() == [200] * 8
    assert Acknowledgement.objects.filter(answer=led).count() == len(EVERY)


def test_the_investigator_never_sees_list_order_or_controls(led: Answer, signed_in: SignedIn) -> None:
    client = signed_in(led.request.asked_by)
    client.post(f"/leads/{led.public_id}/acknowledge/", EVERY)
    page = client.get(f"/leads/{led.public_id}/").content.decode()
    assert NOTICE.split(". ")[0] in page
    for hidden in (*RECORDS[1:], "0.73", "7319", "control", "rank", "0.7319"):
        assert hidden not in page
    assert client.get(f"/requests/{led.request.public_id}/answer/").status_code == 403
    assert client.get(f"/searches/{led.request.search.public_id}/").status_code == 403


def test_an_answer_of_another_case_is_not_there(
    led: Answer, signed_in: SignedIn, someone: Callable[..., Person]
) -> None:
    stranger = signed_in(someone("olga", Role.INVESTIGATOR))
    for rest in ("", "document.pdf", "probe/"):
        assert stranger.get(f"/leads/{led.public_id}/{rest}").status_code == 404
    assert stranger.post(f"/leads/{led.public_id}/acknowledge/", EVERY).status_code == 404
    assert led.public_id not in stranger.get("/leads/").content.decode()
    examiner = signed_in(someone("ernest", Role.EXAMINER))
    assert examiner.get(f"/leads/{led.public_id}/").status_code == 403


def test_a_changed_sheet_is_told_on_every_page(led: Answer, signed_in: SignedIn) -> None:
    data = Answer.objects.get(pk=led.pk).sheet
    data["says"]["expected_lookalikes"] = "No stranger looks like this."
    Answer.objects.filter(pk=led.pk).update(sheet=data)
    page = signed_in(led.by).get(f"/leads/{led.public_id}/")
    assert page.status_code == 500
    assert "not what was signed" in page.content.decode()
    assert "No stranger" not in page.content.decode()
    assert "Do not rely on this." in Client().get(f"/verify/{led.code}/").content.decode()


def test_an_entry_that_no_checkpoint_signs_yet_is_told_as_such(led: Answer) -> None:
    assert "the next checkpoint will sign it" in Client().get(f"/verify/{led.code}/").content.decode()
    assert Client().get(f"/verify/{led.code}/proof.txt").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_anybody_may_check_a_code_and_learns_nobodys_name(led: Answer) -> None:
    client = Client()
    page = client.get(f"/verify/{led.code}/")
    text = page.content.decode()
    assert page.status_code == 200
    assert led.document is not None
    for shown in ("Detroit Police Department", led.leaf, led.document.sha256, "lead.issue allowed"):
        assert shown in text
    people = [led.by.name, led.request.asked_by.name, led.by.public_id]
    for hidden in (*people, led.request.case.number, led.request.public_id, led.public_id, RECORDS[0], "127.0.0.1"):
        assert hidden not in text
    proof = client.get(f"/verify/{led.code}/proof.txt")
    assert proof["Content-Disposition"].startswith("attachment")
    read = EntryProof.parse(proof.content)
    assert read.payload == b""
    assert read.verify(ledger().trusted()).checkpoint.size > led.entry  # type: ignore[operator]
    assert read.line.index == led.entry
    spoken = led.code.replace("-", " ").lower().replace("0", "o")
    assert client.get("/verify/", {"code": spoken})["Location"] == f"/verify/{led.code}/"


@pytest.mark.parametrize("code", ["0000-0000-0000-0000", "x", "-", "a" * 300, "%00", "<script>", "٣٣٣٣"])
def test_an_unknown_code_says_so_and_does_the_same_work(
    code: str, led: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    real = type(ledger()).prove
    monkeypatch.setattr(type(ledger()), "prove", lambda self, index: asked.append(index) or real(self, index))
    page = Client().get(f"/verify/{code}/")
    assert page.status_code == 404
    assert b"No document has this code." in page.content
    assert len(asked) == 1
    assert b"<script>alert" not in page.content
    assert Client().get(f"/verify/{code}/proof.txt").status_code == 302


def test_trying_codes_is_stopped(led: Answer) -> None:
    client = Client()
    statuses = [client.get("/verify/0000-0000-0000-0000/").status_code for _ in range(2 * views.A_MINUTE + 2)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert client.get(f"/verify/{led.code}/", REMOTE_ADDR="192.0.2.9").status_code == 200


def test_codes_are_read_as_they_are_spoken() -> None:
    code = new_code()
    assert len(code.replace("-", "")) == LENGTH
    assert as_written(f"  {code.lower().replace('-', ' ')} ") == code
    assert as_written("O0Il") == "0011"
    assert as_written("0\x00<é") == "0???"


def test_every_act_can_be_done_over_the_api(
    examined: Making, asks: Callable[..., Client], acting: Callable[..., Acting]
) -> None:
    one = examined()
    supervisor, investigator = asks(one.unit.supervisor), asks(one.unit.investigator)
    path = f"/api/requests/{one.request.public_id}"
    judged = supervisor.get(f"{path}/lead-judgement").json()
    assert (judged["agreed"], judged["allowed"]) == (True, True)
    send = {"content_type": "application/json"}
    refused = supervisor.post(f"{path}/lead", json.dumps({"read": False, "version": 1}), **send)
    assert refused.status_code == 403, refused.content
    assert Refusal.objects.count() == 1
    assert investigator.post(f"{path}/lead", json.dumps({"read": True, "version": 1}), **send).status_code == 403
    issued = supervisor.post(f"{path}/lead", json.dumps({"read": True, "version": 1}), **send)
    assert issued.status_code == 201, issued.content
    answer = issued.json()
    assert answer["lead"] is True
    listed = investigator.get("/api/answers").json()["items"]
    assert [row["public_id"] for row in listed] == [answer["public_id"]]
    mine = investigator.get(f"/api/answers/{answer['public_id']}").json()
    assert mine["missing"] == list(EVERY)
    keys = {"statements": list(EVERY)}
    accepted = investigator.post(f"/api/answers/{answer['public_id']}/acknowledge", json.dumps(keys), **send)
    assert accepted.json()["missing"] == []
    sheet = investigator.get(f"/api/answers/{answer['public_id']}/sheet").json()
    assert sheet["shown"]["sections"][0]["heading"] == "What speaks against this lead"
    assert sheet["entry"] == answer["entry"]
    assert "rank" not in json.dumps(sheet)
    none = examined((None, None))
    closed = supervisor.post(f"/api/requests/{none.request.public_id}/no-lead", '{"version": 1}', **send)
    assert closed.json()["lead"] is False


def test_lists_are_read_in_few_queries(
    led: Answer,
    examined: Making,
    acting: Callable[..., Acting],
    signed_in: SignedIn,
    django_assert_max_num_queries: Callable[[int], object],
) -> None:
    for _ in range(4):
        close(acting, examined((None, None)))
    client = signed_in(led.by)
    client.get("/leads/")
    with django_assert_max_num_queries(14):  # type: ignore[attr-defined]
        assert client.get("/leads/").status_code == 200
    one = examined()
    services.consider(acting(led.by), one.request)
    with django_assert_max_num_queries(90):  # type: ignore[attr-defined]
        client.get(f"/requests/{one.request.public_id}/answer/")


def test_a_supervisor_is_told_what_waits_and_refuses_with_a_field_that_asks(
    examined: Making, signed_in: SignedIn
) -> None:
    one, two = examined(), examined((None, None))
    client = signed_in(one.unit.supervisor)
    agreed = client.get(f"/requests/{one.request.public_id}/answer/").content.decode()
    nobody = client.get(f"/requests/{two.request.public_id}/answer/").content.decode()
    assert agreed.count('id="close_words"') == agreed.count('id="sign_words"') == 1
    assert "required" in agreed.split('id="close_words"')[0].rsplit("<textarea", 1)[1]
    assert "required" not in nobody.split('id="close_words"')[0].rsplit("<textarea", 1)[1]
