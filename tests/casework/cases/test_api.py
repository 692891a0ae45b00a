"""Cases over the REST API: every act of the pages, by the same services, for whoever holds a token."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from lookalike.casework import jobs
from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case, Exhibit, Still
from lookalike.casework.people.models import Agency, Person
from lookalike.protocol.vocabulary import Role
from tests.casework.cases.conftest import STILL
from tests.casework.cases.test_evidence import on_disk
from tests.casework.tokens import token_of
from tests.media.clip_samples import MP4, TS
from tests.media.test_itl import face_record, transaction

CASE = {"number": "26-000300", "nibrs": "120", "statute": "750.529", "narrative": "A robbery."}
EXHIBIT = "kind={kind}&title=Camera&probe_kind=still_from_evidence&received_from=Shop&received_on=2026-01-05&name=a"


class Over:
    """The API as one person with a token asks it."""

    def __init__(self, token: str) -> None:
        self._client, self._headers = Client(), {"authorization": f"Bearer {token}"}

    def get(self, path: str) -> Any:
        return self._client.get(f"/api/{path}", headers=self._headers)

    def send(self, path: str, body: Any, method: str = "post") -> Any:
        ask = getattr(self._client, method)
        return ask(f"/api/{path}", body, content_type="application/json", headers=self._headers)

    def upload(self, path: str, data: bytes) -> Any:
        return self._client.generic(
            "POST", f"/api/{path}", data, content_type="application/octet-stream", headers=self._headers
        )

    def broken_off(self, path: str, query: str, data: bytes, said: int | None) -> Any:
        told = {} if said is None else {"CONTENT_LENGTH": str(said)}
        return self._client.request(
            REQUEST_METHOD="POST",
            PATH_INFO=f"/api/{path}",
            QUERY_STRING=query,
            CONTENT_TYPE="application/octet-stream",
            HTTP_AUTHORIZATION=self._headers["authorization"],
            **told,
            **{"wsgi.input": io.BytesIO(data)},
        )


@pytest.fixture
def over(now: datetime) -> Callable[[Person], Over]:
    """Draw a token for somebody."""

    def drawn(person: Person) -> Over:
        return Over(token_of(person, now)[1])

    return drawn


def test_a_case_from_its_opening_to_a_chosen_face(
    over: Callable[[Person], Over], investigator: Person, agency: Agency, now: datetime
) -> None:
    api = over(investigator)
    made = api.send("cases", CASE | {"agency": agency.pk})
    assert made.status_code == 201, made.content
    case = made.json()["public_id"]
    changed = api.send(f"cases/{case}", CASE | {"attempted": True, "version": 1, "reason": "So."}, "put")
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = api.send(f"cases/{case}", CASE | {"version": 1, "reason": "So."}, "put")
    assert stale.status_code == 409
    said = {"witness": "W", "words": "Tall.", "given_on": "2026-01-04", "height_low_cm": 180}
    assert api.send(f"cases/{case}/descriptions", said).status_code == 201
    assert api.get(f"cases/{case}/descriptions").json()[0]["before_search"] is True

    taken = api.upload(f"cases/{case}/exhibits?{EXHIBIT.format(kind='photograph')}", STILL.read_bytes())
    assert taken.status_code == 201, taken.content
    assert taken.json()["sha256"] == hashlib.sha256(STILL.read_bytes()).hexdigest()
    (still,) = taken.json()["stills"]
    edited = api.send(f"stills/{still}/edits", {"version": 1, "edit": {"edit": "gamma", "gamma": 1.2}})
    assert edited.status_code == 201, edited.content
    assert api.send(f"stills/{still}/undo", {"version": 2}).json()["edits"][0]["undone_at"] is not None
    assert api.send(f"stills/{still}/redo", {"version": 3}).json()["edits"][0]["undone_at"] is None
    (face,) = api.get(f"stills/{still}/faces").json()
    assert face["number"] == 1
    assert {one["name"] for one in face["measures"]} >= {"InterEyeDistance", "Sharpness"}
    assert api.get(f"stills/{still}/picture?face=1")["Content-Type"] == "image/jpeg"

    clip = api.upload(f"cases/{case}/exhibits?{EXHIBIT.format(kind='clip')}", MP4).json()
    assert api.get(f"jobs/{clip['job']}").json()["state"] == "waiting"
    jobs.run_one(clip["job"], now=now)
    assert api.get(f"exhibits/{clip['public_id']}/frames/7")["Content-Type"] == "image/png"
    chosen = api.send(f"exhibits/{clip['public_id']}/stills", {"place": 7})
    assert (chosen.status_code, chosen.json()["frame"]) == (201, 7)
    original = api.send(f"exhibits/{clip['public_id']}/original", {"reason": "For the laboratory."})
    assert b"".join(original.streaming_content) == MP4
    acts = [one["what"] for one in api.get(f"exhibits/{clip['public_id']}/custody").json()]
    assert acts[0] == "taken in"
    assert acts[-1] == "copied out of the site"
    assert [one["number"] for one in api.get("cases").json()["items"]] == ["26-000300"]


def test_a_picture_of_a_nist_file_is_chosen_over_the_api(over: Any, investigator: Person, case: Case) -> None:
    api, picture = over(investigator), STILL.read_bytes()
    data = transaction(face_record(4, STILL.with_name("S001-b.jpg").read_bytes()), face_record(5, picture))
    taken = api.upload(f"cases/{case.public_id}/exhibits?{EXHIBIT.format(kind='nist')}", data).json()
    assert [row["idc"] for row in taken["about"]["records"]] == [4, 5]
    assert taken["stills"] == []
    chosen = api.send(f"exhibits/{taken['public_id']}/stills", {"place": 1})
    assert (chosen.status_code, chosen.json()["frame"]) == (201, 1)
    still = Still.objects.get(public_id=chosen.json()["public_id"])
    assert still.file.sha256 == hashlib.sha256(picture).hexdigest()
    assert len(api.get(f"stills/{still.public_id}/faces").json()) == 1
    assert api.send(f"exhibits/{taken['public_id']}/stills", {"place": 2}).status_code == 422


@pytest.mark.parametrize(("said", "came"), [(len(TS), len(TS) // 2), (len(TS), 0), (None, len(TS))])
def test_a_file_that_breaks_off_on_its_way_is_no_evidence(
    over: Any, investigator: Person, case: Case, said: int | None, came: int
) -> None:
    """Half of a transport stream is a clip too: only its length tells that the rest is missing."""
    before = on_disk()
    answer = over(investigator).broken_off(
        f"cases/{case.public_id}/exhibits", EXHIBIT.format(kind="clip"), TS[:came], said
    )
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:lookalike:error:BadForm")
    assert on_disk() == before
    assert not Exhibit.objects.exists()


def test_what_is_wrong_is_told_by_field(over: Any, investigator: Person, agency: Agency, case: Case) -> None:
    api = over(investigator)
    wrong = api.send("cases", CASE | {"agency": agency.pk, "statute": "750.81"})
    assert wrong.status_code == 422
    assert "statute" in wrong.json()["fields"]
    picture = api.upload(f"cases/{case.public_id}/exhibits?{EXHIBIT.format(kind='photograph')}", b"no picture")
    assert picture.status_code == 422
    assert "not a photograph" in picture.json()["title"]
    assert not Exhibit.objects.exists()


def test_an_examiner_reads_a_case_only_by_saying_so(
    over: Any, case: Case, someone: Callable[..., Person], who: Acting
) -> None:
    from lookalike.casework.cases import services

    examiner = someone("eve", Role.EXAMINER, Role.INVESTIGATOR)
    services.join_team(who, case, examiner, version=1)
    api = over(examiner)
    refused = api.get(f"cases/{case.public_id}")
    assert refused.status_code == 409
    assert case.narrative not in refused.content.decode()
    assert api.send(f"cases/{case.public_id}/reading", {}).json()["narrative"] == case.narrative
    assert api.get(f"cases/{case.public_id}").status_code == 200


def test_a_case_of_another_team_is_not_there(
    over: Any, case: Case, bring: Any, someone: Callable[..., Person], now: datetime
) -> None:
    clip, still = bring(MP4, "clip", name="a.mp4"), bring(STILL).stills.get()
    assert clip.job is not None
    jobs.run_one(clip.job.public_id, now=now)
    api = over(someone("otto", Role.INVESTIGATOR))
    assert api.get("cases").json()["items"] == []
    for path in (
        f"cases/{case.public_id}",
        f"cases/{case.public_id}/descriptions",
        f"cases/{case.public_id}/exhibits",
        f"exhibits/{clip.public_id}",
        f"exhibits/{clip.public_id}/custody",
        f"exhibits/{clip.public_id}/frames/0",
        f"stills/{still.public_id}",
        f"stills/{still.public_id}/faces",
        f"stills/{still.public_id}/picture",
        f"jobs/{clip.job.public_id}",
    ):
        assert api.get(path).status_code == 404, path
    member = {"person": case.opened_by.public_id, "version": 1}
    for path, body, method in (
        (f"cases/{case.public_id}/reading", {}, "post"),
        (f"cases/{case.public_id}", CASE | {"version": 1, "reason": "x"}, "put"),
        (f"cases/{case.public_id}/team", member, "post"),
        (f"cases/{case.public_id}/team/leave", member, "post"),
        (f"cases/{case.public_id}/descriptions", {"witness": "W", "words": "x", "given_on": "2026-01-04"}, "post"),
        (f"exhibits/{clip.public_id}/original", {"reason": "x"}, "post"),
        (f"exhibits/{clip.public_id}/hand-over", {"reason": "x", "to": "y"}, "post"),
        (f"exhibits/{clip.public_id}/reading", {}, "post"),
        (f"exhibits/{clip.public_id}/stills", {"place": 0}, "post"),
        (f"stills/{still.public_id}/edits", {"version": 1, "edit": {"edit": "gamma", "gamma": 1.2}}, "post"),
        (f"stills/{still.public_id}/undo", {"version": 1}, "post"),
        (f"stills/{still.public_id}/redo", {"version": 1}, "post"),
        (f"jobs/{clip.job.public_id}/cancel", {}, "post"),
    ):
        assert api.send(path, body, method).status_code == 404, path
    upload = api.upload(f"cases/{case.public_id}/exhibits?{EXHIBIT.format(kind='photograph')}", STILL.read_bytes())
    assert upload.status_code == 404


@pytest.mark.parametrize(
    "edit",
    [
        {},
        {"edit": "inpaint"},
        {"edit": "resize", "width": 9, "height": 9},
        {"edit": "gamma", "gamma": "much"},
        {"edit": "crop", "left": 0, "top": 0, "width": 10**9, "height": 1},
        {"edit": ["gamma"]},
        {"edit": "rotate", "degrees": {}},
    ],
)
def test_an_edit_that_does_not_exist_is_not_made(over: Any, investigator: Person, bring: Any, edit: Any) -> None:
    still = bring(STILL).stills.get()
    answer = over(investigator).send(f"stills/{still.public_id}/edits", {"version": 1, "edit": edit})
    assert answer.status_code == 422
    assert still.edits.count() == 0
