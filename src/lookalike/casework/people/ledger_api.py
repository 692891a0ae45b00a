"""The ledger over the REST API, for those who watch over the use."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import date, datetime
from typing import IO, Annotated, Any

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Field, Schema

from lookalike.casework.acting import act
from lookalike.casework.operations import Operations
from lookalike.casework.pages import Asked
from lookalike.casework.people import ledger_reading
from lookalike.casework.people.ledger_reading import Wanted
from lookalike.casework.permissions import Permission
from lookalike.casework.recording import ledger
from lookalike.ledger.acts import Act, Outcome
from lookalike.ledger.export import write_export

operations = Operations(tags=["ledger"])

Index = Annotated[int, Field(ge=0, le=2**53)]
"""The number of an entry; the first is 0."""

TEXT = "text/plain; charset=utf-8"


class EntryOut(Schema):
    """An entry. body: what was recorded; None where it was erased."""

    index: int
    at: datetime
    act: str
    outcome: str
    body: dict[str, Any] | None


class EntriesOut(Schema):
    """Entries, the newest first. before: ask again with it for older ones; None: there are none."""

    items: list[EntryOut]
    before: int | None


class OneEntryOut(EntryOut):
    """An entry and the line that the checkpoints sign."""

    line: str


@operations.get("ledger", Permission.LEDGER_READ, response=EntriesOut)
def entries(
    request: Asked,
    kind: Act | None = None,
    outcome: Outcome | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    thing: Annotated[str, Field(max_length=100)] = "",
    before: Annotated[int | None, Field(ge=0, le=2**53)] = None,
    limit: Annotated[int, Field(ge=1, le=200)] = 50,
) -> Any:
    """Entries, the newest first. kind: of the act. thing: the public id of whoever acted, or of what it was done to."""
    wanted = Wanted(
        act=kind, outcome=outcome, first_day=first_day, last_day=last_day, thing=thing.strip(), before=before
    )
    shown, older = ledger_reading.page(wanted, limit)
    return {"items": shown, "before": older}


@operations.get("ledger/checkpoint", Permission.LEDGER_READ, sends=TEXT)
def checkpoint(request: Asked) -> HttpResponse:
    """The newest checkpoint: a few lines that fix all of history, to be kept elsewhere."""
    return HttpResponse(ledger().checkpoint(), content_type=TEXT)


@operations.post("ledger/export", Permission.LEDGER_READ, sends=TEXT)
def export(request: Asked, public: bool = False) -> StreamingHttpResponse:
    """The whole ledger as one file; with `public`, without what names anybody."""
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed when it was sent
    count = write_export(ledger(), stream, public=public)
    stream.seek(0)
    with act(request.acting, Act.FILE_READ, objects=[("ledger", "export")]) as doing:
        doing.note(f"{count} entries, {'public' if public else 'full'}.")
    return StreamingHttpResponse(_pieces(stream), content_type=TEXT)


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    with stream:
        while piece := stream.read(1 << 18):
            yield piece


@operations.get("ledger/{index}", Permission.LEDGER_READ, response=OneEntryOut)
def entry(request: Asked, index: Index) -> Any:
    """One entry."""
    shown, line = ledger_reading.entry(index)
    return {
        "index": shown.index,
        "at": shown.at,
        "act": shown.act,
        "outcome": shown.outcome,
        "body": shown.body,
        "line": line,
    }


@operations.get("ledger/{index}/proof", Permission.LEDGER_READ, sends=TEXT)
def proof(request: Asked, index: Index) -> HttpResponse:
    """The proof that an entry is in the newest checkpoint."""
    ledger_reading.entry(index)
    with act(request.acting, Act.FILE_READ, objects=[("entry", str(index))]) as doing:
        text = ledger().prove(index).text
        doing.note("Proof of inclusion.")
    return HttpResponse(text, content_type=TEXT)
