"""Uploads of any size: nothing plain of them touches the disk, and nothing is left of one that was not taken."""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.http.request import UnreadablePostError
from django.test import Client, RequestFactory

from lookalike.casework import files, uploads
from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case, CaseRead, TeamMember
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import Agency, Person
from lookalike.protocol.vocabulary import Role
from lookalike.typesetting import typeset
from tests.casework.tokens import token_of

pytestmark = pytest.mark.django_db

MARK = b"<the picture of an invented person>"
LARGE = MARK * (6_000_000 // len(MARK))

_opened: list[str] | None = None


def _hear(event: str, given: tuple[Any, ...]) -> None:
    writes = os.O_WRONLY | os.O_RDWR | os.O_CREAT
    if _opened is not None and event == "open" and not isinstance(given[0], int) and (given[2] or 0) & writes:
        _opened.append(os.fsdecode(given[0]))


sys.addaudithook(_hear)  # cannot be taken away again; it hears nothing outside of `disk`


@pytest.fixture
def disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every file that is opened for writing, with an empty folder for temporary files."""
    global _opened
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    _opened = []
    yield _opened
    _opened = None


def stored() -> set[Path]:
    return {one for one in Path(settings.FILES_FOLDER).glob("*/*") if one.is_file()}


@pytest.fixture(autouse=True)
def no_file(tmp_path: Path, settings: Any) -> None:
    """A folder of stored files of the test's own."""
    settings.FILES_FOLDER = str(tmp_path / "files")


@pytest.fixture
def sealed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many sealed files a request held when it was over; none of them shows what was sent."""
    held: list[int] = []
    close = uploads.SealedFile.close

    def look(one: uploads.SealedFile) -> None:
        on_disk = stored()
        held.append(len(on_disk))
        assert on_disk
        assert all(MARK not in path.read_bytes() for path in on_disk)
        close(one)

    monkeypatch.setattr(uploads.SealedFile, "close", look)
    return held


@pytest.fixture
def everybody(someone: Callable[..., Person], acting: Callable[..., Acting]) -> Person:
    """Somebody who may bring every file that the site takes."""
    person = someone("cory", Role.CUSTODIAN, Role.ADMINISTRATOR)
    token_of(person, acting(person).at, secret="lookalike_feed")
    return person


def large(name: str = "1.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, LARGE)


PAPER = {"kind": "board_policy", "issued_by": "Board", "issued_on": "2026-01-05"}
CHANGE = {"taken_on": "2026-01-05", "reason": "Sharper."}
ENTRIES: list[tuple[str, Callable[[], dict[str, Any]]]] = [
    ("/api/deliveries/messages", lambda: {"feed": "county", "message": '{"fields": {}}', "pictures": large()}),
    ("/api/deliveries/transactions", lambda: {"feed": "county", "file": large("a.an2")}),
    ("/api/deliveries/lists", lambda: {"feed": "county", "file": large("a.csv"), "pictures": [large(), large()]}),
    ("/api/deliveries/none/mend", lambda: {"mending": "{}", "pictures": large()}),
    ("/api/photographs/none/replace", lambda: CHANGE | {"file": large()}),
    ("/api/law/papers", lambda: PAPER | {"document": large("a.pdf")}),
    ("/law/papers/", lambda: PAPER | {"file": large("a.pdf")}),
    ("/law/packs/own/", lambda: {"file": large("a.toml")}),
]


@pytest.mark.parametrize(("address", "given"), ENTRIES, ids=[address for address, _ in ENTRIES])
def test_a_large_upload_is_never_plain_on_the_disk(
    address: str,
    given: Callable[[], dict[str, Any]],
    everybody: Person,
    signed_in: Callable[[Person], Client],
    disk: list[str],
    sealed: list[int],
) -> None:
    token = Client(headers={"Authorization": "Bearer lookalike_feed"})
    client = token if address.startswith("/api/") else signed_in(everybody)
    answer = client.post(address, given())
    assert answer.status_code < 500, answer.content
    assert sealed, "nothing was sealed: the upload went elsewhere"
    known = (settings.FILES_FOLDER, settings.LEDGER_FOLDER, settings.LEDGER_KEYS)
    assert [path for path in disk if not path.startswith(known)] == []
    assert {path.name for path in stored()} == {one.public_id for one in StoredFile.objects.all()}
    assert all(MARK not in path.read_bytes() for path in stored())


def test_evidence_is_sealed_however_small(
    someone: Callable[..., Person],
    signed_in: Callable[[Person], Client],
    agency: Agency,
    now: datetime,
    disk: list[str],
) -> None:
    ivy = someone("ivy", Role.INVESTIGATOR)
    case = Case.objects.create(agency=agency, number="1", opened_by=ivy, opened_at=now)
    TeamMember.objects.create(case=case, person=ivy, since=now)
    CaseRead.objects.create(case=case, person=ivy, at=now)
    for data in (MARK, LARGE):
        form = {"kind": "photograph", "title": "Camera", "file": SimpleUploadedFile("a.jpg", data)}
        assert signed_in(ivy).post(f"/cases/{case.public_id}/exhibits/new/", form).status_code == 422
    assert len(disk) == 2
    assert all(path.startswith(settings.FILES_FOLDER) for path in disk)
    assert stored() == set()


def test_nobody_brings_a_large_file_without_signing_in(db: None, disk: list[str]) -> None:
    client = Client(enforce_csrf_checks=True)
    client.get("/notice/")
    assert client.post("/notice/", {"file": large()}).status_code in (400, 403)
    assert client.post("/api/deliveries/messages", {"pictures": large()}).status_code == 401
    assert disk == []


def test_a_request_that_is_too_large_is_refused_before_it_is_read(
    everybody: Person, disk: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "LARGEST_REQUEST", 5 << 20)
    token = Client(headers={"Authorization": "Bearer lookalike_feed"})
    answer = token.post("/api/deliveries/transactions", {"feed": "county", "file": large()})
    assert answer.status_code == 413
    assert "too large" in answer.json()["title"]
    assert disk == []


def request_of(body: Any, length: int) -> Any:
    request: Any = RequestFactory().post("/", content_type="multipart/form-data; boundary=edge")
    request.META["CONTENT_LENGTH"] = str(length)
    request._stream = body
    request.acting = object()
    return request


HEAD = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'


class Dropped(io.BytesIO):
    """The line of a browser that goes away in the middle."""

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        if not data:
            raise OSError("the browser went away")
        return data


@pytest.mark.parametrize("body", [Dropped, io.BytesIO])
def test_of_an_upload_that_breaks_off_nothing_is_left(db: None, body: type[io.BytesIO]) -> None:
    whole = HEAD + LARGE + b"\r\n" + HEAD + LARGE
    request = request_of(body(whole), 2 * len(whole))

    def view(request: Any) -> HttpResponse:
        with suppress(UnreadablePostError):
            assert request.FILES
        return HttpResponse()

    uploads.tidy(view)(request)
    request.close()
    assert stored() == set()


def test_what_was_sealed_is_read_like_any_file_and_taken_once(db: None) -> None:
    request = request_of(io.BytesIO(HEAD + LARGE + b"\r\n--edge--\r\n"), len(HEAD + LARGE) + 12)
    file: Any = request.FILES["file"]
    assert (file.size, file.read(), file.seek(0), b"".join(file.chunks())) == (len(LARGE), LARGE, 0, LARGE)
    written = file.take()
    request.close()
    assert files.read(written) == LARGE
    files.forget(written)
    assert stored() == set()


def test_a_document_is_typeset_in_memory(tmp_path: Path, disk: list[str]) -> None:
    template = tmp_path / "a.typ"
    template.write_text('#set document(title: "A")\n#json("data.json").word #read("beside.txt")\n')
    disk.clear()
    there = list(Path("/proc/self/fd").iterdir())
    made = typeset(template, {"word": "likeness"}, {"beside.txt": b"text"}, made_at=datetime(2026, 1, 5, tzinfo=UTC))
    assert made.startswith(b"%PDF")
    assert [Path(path).name for path in disk] == ["document.typ"]
    assert not list(Path(tempfile.gettempdir()).iterdir())
    assert len(list(Path("/proc/self/fd").iterdir())) <= len(there)
