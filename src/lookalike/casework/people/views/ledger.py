"""The ledger for those who watch over the use: entries, their proofs, the export and the script that verifies it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from importlib.resources import files as packaged

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timezone import localtime

from lookalike.casework.acting import act
from lookalike.casework.pages import Asked, page
from lookalike.casework.parts import Column, hundredths
from lookalike.casework.people.forms import EntryFilter
from lookalike.casework.people.ledger_reading import Shown, Wanted, entry
from lookalike.casework.people.ledger_reading import page as entries
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.casework.recording import ledger
from lookalike.ledger.acts import Act, Outcome
from lookalike.ledger.checkpoint import unsigned
from lookalike.ledger.export import write_export

A_PAGE = 50
COLUMNS = [Column(one) for one in ("Entry", "When", "Act", "Outcome", "Who", "What", "Note")]


@page(Permission.LEDGER_READ)
def listed(request: Asked) -> HttpResponse:
    """The entries, newest first."""
    form = EntryFilter(request.GET)
    valid = form.is_valid()
    given = form.cleaned_data if valid else {}
    before = request.GET.get("before", "")
    wanted = Wanted(
        act=Act(given["act"]) if given.get("act") else None,
        outcome=Outcome(given["outcome"]) if given.get("outcome") else None,
        first_day=given.get("first_day"),
        last_day=given.get("last_day"),
        thing=_id_of(given.get("thing", "")),
        before=int(before) if before.isdecimal() and len(before) < 16 else None,
    )
    shown, more = entries(wanted, A_PAGE)
    asked = request.GET.copy()
    asked.pop("before", None)
    rest = asked.urlencode()
    asked["before"] = str(more)
    note = ledger().checkpoint()
    context = {
        "filter": form,
        "columns": COLUMNS,
        "rows": _rows(shown),
        "older": f"?{asked.urlencode()}" if more is not None else "",
        "newest": f"?{rest}" if wanted.before is not None else "",
        "checkpoint": unsigned(note),
        "note": note.decode(),
    }
    return render(request, "people/ledger.html", context, status=200 if valid else 422)


@page(Permission.LEDGER_READ)
def one(request: Asked, index: int) -> HttpResponse:
    """One entry, with what was recorded."""
    shown, line = entry(index)
    body = dict(shown.body or {})
    decision = body.pop("decision", None)
    objects = body.pop("objects", None) or []
    actor = str(body.pop("actor", ""))
    facts = [("Who", _names([actor]).get(actor, actor))] if actor else []
    facts += [(name.replace("_", " ").capitalize(), value) for name, value in body.items() if value is not None]
    context = {"entry": shown, "line": line, "facts": facts, "objects": objects, "decision": decision}
    return render(request, "people/entry.html", context)


@page(Permission.LEDGER_READ)
def proof(request: Asked, index: int) -> HttpResponse:
    """The proof that an entry is in the newest checkpoint, as a file."""
    entry(index)
    with act(request.acting, Act.FILE_READ, objects=[("entry", str(index))]) as doing:
        text = ledger().prove(index).text
        doing.note("Proof of inclusion.")
    return _download(text, f"entry-{index}.tlog-proof")


@page(Permission.LEDGER_READ, methods=("POST",))
def export(request: Asked) -> FileResponse:
    """The whole ledger as one file; with `public`, without what names anybody. The file is deleted when it was sent."""
    public = request.POST.get("public") == "1"
    stream = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the response
    count = write_export(ledger(), stream, public=public)
    stream.seek(0)
    with act(request.acting, Act.FILE_READ, objects=[("ledger", "export")]) as doing:
        doing.note(f"{count} entries, {'public' if public else 'full'}.")
    name = f"ledger-{'public' if public else 'full'}.txt"
    return FileResponse(stream, as_attachment=True, filename=name, content_type="text/plain; charset=utf-8")


@page(Permission.LEDGER_READ)
def script(request: Asked) -> HttpResponse:
    """The script with which an outsider verifies an export: standard library of Python 3.9, nothing of ours."""
    return _download((packaged("lookalike.ledger") / "verify_ledger.py").read_bytes(), "verify_ledger.py")


@page(Permission.LEDGER_READ)
def checkpoint(request: Asked) -> HttpResponse:
    """The newest checkpoint: a few lines that fix all of history, to be kept elsewhere."""
    return _download(ledger().checkpoint(), "checkpoint.txt")


def _download(data: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(data, content_type="text/plain; charset=utf-8", headers=headers)


def _id_of(thing: str) -> str:
    """The id of a person by the name to sign in with; anything else is an id already."""
    person = Person.objects.filter(username=thing.strip().lower()).values_list("public_id", flat=True).first()
    return person or thing.strip()


def _names(ids: Iterable[str]) -> dict[str, str]:
    return dict(Person.objects.filter(public_id__in=set(ids)).values_list("public_id", "name"))


def _short(thing: str) -> str:
    """An id of ours by its first digits; the page of the entry has all of them."""
    return thing[:8] if len(thing) == 32 and not set(thing) - set("0123456789abcdef") else thing


def _rows(shown: list[Shown]) -> list[list[object]]:
    """Each entry as cells: who acted by name, what it was done to by kind."""
    names = _names(str((one.body or {}).get("actor", "")) for one in shown)
    rows: list[list[object]] = []
    for one in shown:
        body = one.body or {}
        actor = str(body.get("actor", "")) or ("the ledger" if one.act.startswith("ledger.") else "erased")
        link = format_html('<a href="{}">{}</a>', reverse("entry", args=[one.index]), f"{one.index:,}")
        things = ", ".join(f"{thing['kind']} {_short(thing['id'])}" for thing in one.objects)
        when = hundredths(localtime(one.at))
        rows.append([link, when, one.act, one.outcome, names.get(actor, actor), things, body.get("note") or ""])
    return rows
