"""The pages of the board: of a case, of a suspect, of an item, of somebody in the case."""

from __future__ import annotations

import hashlib
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse

from lookalike.casework.cases.models import Case
from lookalike.casework.cases.views import crumbs_of
from lookalike.casework.corroboration.board import (
    BoardShown,
    board_of,
    edges_of,
    facts_of,
    items_shown,
    link_words,
    nodes_shown,
)
from lookalike.casework.corroboration.forms import BoardForm, CameForm, JudgeForm, ReplyForm, ToldForm
from lookalike.casework.corroboration.graph import Standing, standing_in
from lookalike.casework.corroboration.hands import (
    board_case,
    closed_to,
    item_of,
    may_write,
    party_of,
    suspect_of,
    unread_leads,
)
from lookalike.casework.corroboration.models import EvidenceItem, Suspect
from lookalike.casework.corroboration.nodes import Evidence, evidence_of, node
from lookalike.casework.corroboration.services import items
from lookalike.casework.pages import Asked, page
from lookalike.casework.permissions import Permission
from lookalike.casework.way import way_of

READ = Permission.EVIDENCE_READ
A_PAGE = 50
Bound = tuple[EvidenceItem, BoardForm] | None
"""A form that was sent and not accepted, with the item that it is of."""


@page(READ)
def boards(request: Asked) -> HttpResponse:
    """Everybody who is suspected in a case that one may see, newest first."""
    who = request.acting
    rows = Suspect.objects.visible_to(who).select_related("case", "party", "answer__request")
    rows = rows.defer("case__narrative", "answer__sheet", "answer__judgement", "answer__facts")
    rows = rows.defer("answer__request__judgement", "answer__request__facts")
    shown = Paginator(rows.order_by("-added_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    closed = {one.pk for one in closed_to(who, [one.answer for one in shown if one.answer is not None])}
    return render(request, "corroboration/boards.html", {"page": shown, "closed": closed})


@page(READ)
def case_board(request: Asked, public_id: str) -> HttpResponse:
    """The board of a case: who is suspected and what holds of each, every item, everybody in it."""
    who = request.acting
    case = board_case(who, public_id)
    crumbs = [*crumbs_of(case), ("Evidence", "")]
    closed = unread_leads(who, case)
    if closed:  # the board names whom a lead names
        return render(request, "corroboration/closed.html", {"crumbs": crumbs, "case": case, "closed": closed})
    evidence = evidence_of(case)
    suspects = [(one, standing_in(evidence, one, at=who.at)) for one in evidence.suspects]
    context = {
        "crumbs": crumbs,
        "case": case,
        "suspects": suspects,
        "items": evidence.items,
        "parties": evidence.parties,
        "way": way_of(who, case),
        "may_write": may_write(who, case),
    }
    return render(request, "corroboration/case.html", context)


@page(READ)
def suspect(request: Asked, public_id: str) -> HttpResponse:
    """The board of a suspect."""
    return suspect_page(request, suspect_of(request.acting, public_id))


def suspect_page(request: Asked, row: Suspect, *, bound: Bound = None) -> HttpResponse:
    """The board of a suspect, with a form that was not accepted where there is one."""
    who = request.acting
    evidence = evidence_of(row.case)
    board = board_of(evidence, row, at=who.at)
    writes = may_write(who, row.case)
    context = {
        "crumbs": [*board_crumbs(row.case), (row.party.name, "")],
        "suspect": row,
        "case": row.case,
        "board": board,
        "standing": board.standing,
        "statement": digest_of(board.standing),
        "items": _sides(evidence, board, writes, bound),
        "looked": _looked(row),
        "arrests": _arrests(evidence, row),
        "shown": row.shown.select_related("by").prefetch_related("items").order_by("-pk"),
        "parties": evidence.parties,
        "way": way_of(who, row.case),
        "may_write": writes,
        "may_ask": writes and row.ended_at is None and who.may(Permission.WARRANT_ASK),
        "may_disclose": who.may(Permission.PACKET_MAKE),
    }
    return render(request, "corroboration/suspect.html", context, status=422 if bound else 200)


@page(READ, polled=True)
def statement(request: Asked, public_id: str) -> HttpResponse:
    """The live statement of a suspect, asked for by its page again and again; nothing where nothing changed."""
    row = suspect_of(request.acting, public_id)
    standing = standing_in(evidence_of(row.case), row, at=request.acting.at)
    seen = digest_of(standing)
    if request.GET.get("seen") == seen:
        return HttpResponse(status=204)
    context = {"suspect": row, "standing": standing, "statement": seen}
    return render(request, "corroboration/statement.html", context)


@page(READ)
def item(request: Asked, public_id: str) -> HttpResponse:
    """An item, with what it came of, its history, its answers."""
    return item_page(request, item_of(request.acting, public_id))


def item_page(request: Asked, row: EvidenceItem, *, bound: BoardForm | None = None) -> HttpResponse:
    """The page of an item, with a form that was not accepted where there is one."""
    who = request.acting
    evidence = evidence_of(row.case)
    about = row.about or next(iter(evidence.suspects), None) or Suspect(case=row.case)
    standing = standing_in(evidence, about, at=who.at)
    id = node("item", row.public_id)
    shown = next(one for one in items_shown(evidence, standing) if one.id == id)
    writes = may_write(who, row.case)
    context = {
        "crumbs": [*board_crumbs(row.case), (f"Item {row.number}", "")],
        "case": row.case,
        "one": shown,
        "item": shown.row,
        "facts": facts_of(shown),
        "standing": standing,
        "links": [(one, link_words(evidence, one)) for one in evidence.links if id in (one.source, one.target)],
        "history": [_correction(one) for one in shown.row.changes.all()],
        "may_write": writes,
        "forms": _item_forms(evidence, shown.row, bound) if writes else {},
        "came": _form(CameForm, evidence, shown.row, bound) if writes else None,
    }
    return render(request, "corroboration/item.html", context, status=422 if bound else 200)


@page(READ)
def file(request: Asked, public_id: str) -> StreamingHttpResponse:
    """The file of an item; recorded each time."""
    row = item_of(request.acting, public_id)
    pieces = items.take_file(request.acting, row)
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="item-{row.number}"'
    answer["Cache-Control"] = "no-store"
    return answer


@page(READ)
def party(request: Asked, public_id: str) -> HttpResponse:
    """Somebody in a case: what they were shown and told, and what they said."""
    return party_page(request, public_id)


def party_page(request: Asked, public_id: str, *, bound: BoardForm | None = None) -> HttpResponse:
    """The page of a party, with a form that was not accepted where there is one."""
    who = request.acting
    row = party_of(who, public_id)
    evidence = evidence_of(row.case)
    about = next(iter(evidence.suspects), None) or Suspect(case=row.case)
    standing = standing_in(evidence, about, at=who.at)
    id = node("party", row.public_id)
    mine = nodes_shown(evidence, standing, [evidence.nodes[id]], edges_of(evidence, standing))
    writes = may_write(who, row.case)
    context = {
        "crumbs": [*board_crumbs(row.case), (row.name, "")],
        "case": row.case,
        "party": row,
        "shown": mine[0],
        "links": [(one, link_words(evidence, one)) for one in evidence.links if one.target == id],
        "said": [one for one in evidence.items if one.by_id == row.pk],
        "collected": [one for one in evidence.items if one.collected_by_id == row.pk],
        "told": bound or (ToldForm(evidence=evidence, about=row) if writes else None),
        "may_write": writes,
    }
    return render(request, "corroboration/party.html", context, status=422 if bound else 200)


def board_crumbs(case: Case) -> list[tuple[str, str]]:
    """Where in the site the board of a case stands."""
    return [*crumbs_of(case), ("Evidence", reverse("evidence", args=[case.public_id]))]


def digest_of(standing: Standing) -> str:
    """By what the page knows whether the statement changed."""
    told = (standing.sentence, standing.citations, *(one.what for one in standing.mend))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def _sides(evidence: Evidence, board: BoardShown, writes: bool, bound: Bound) -> list[dict[str, Any]]:
    """The two sides, as large as each other, what speaks against it first; then what speaks for neither."""
    sides = (
        ("against", "Against it: speaks for the person", board.against),
        ("for", "For it: speaks for the suspicion", board.in_favour),
        ("others", "Neither, or about somebody else", board.others),
    )
    return [
        {
            "key": key,
            "title": title,
            "items": [
                {
                    "one": one,
                    "facts": facts_of(one),
                    "forms": _item_forms(evidence, one.row, bound[1] if bound and bound[0] == one.row else None)
                    if writes and key != "others"
                    else {},
                }
                for one in shown
            ],
        }
        for key, title, shown in sides
    ]


def _item_forms(evidence: Evidence, row: EvidenceItem, bound: BoardForm | None) -> dict[str, Any]:
    """The short forms of an item: an answer to what speaks against the suspect, and the judgement."""
    forms: dict[str, Any] = {}
    if row.says == "against":
        forms["reply"] = _form(ReplyForm, evidence, row, bound)
    if row.withdrawn_at is None:
        forms["judge"] = _form(JudgeForm, evidence, row, bound)
    return forms


def _form(kind: type[BoardForm], evidence: Evidence, row: EvidenceItem, bound: BoardForm | None) -> BoardForm:
    if isinstance(bound, kind):
        return bound
    words = {True: "yes", False: "no", None: None}
    initial = {"reliable": words[row.reliable], "links": words[row.links]}
    initial |= {"reliable_because": row.reliable_because, "links_because": row.links_because}
    return kind(evidence=evidence, about=row, initial=initial, auto_id=auto_id(kind, row))


def auto_id(kind: type[BoardForm], row: EvidenceItem) -> str:
    """The ids of a form's fields, where a page has the form once for each item."""
    return f"{kind.__name__.lower()}-{row.number}-%s"


def _looked(row: Suspect) -> list[tuple[str, list[Any]]]:
    """Every attempt, by what was looked into; an empty list is what the board has to show too."""
    attempts = list(row.whereabouts.select_related("by", "found").order_by("-pk"))
    questions = (("alibi", "Alibi"), ("location", "Where the person was"))
    return [(label, [one for one in attempts if one.question == key]) for key, label in questions]


def _arrests(evidence: Evidence, row: Suspect) -> list[tuple[Any, list[str]]]:
    """Every arrest of a suspect, also a withdrawn one, with the names of what it rested on."""
    rested: dict[str, list[str]] = {}
    for one in evidence.links:
        rested.setdefault(one.target, []).append(evidence.name(one.source))
    arrests = row.arrests.select_related("recorded_by", "withdrawn_by").order_by("at", "pk")
    return [(one, rested.get(node("arrest", one.public_id), [])) for one in arrests]


def _correction(one: Any) -> dict[str, Any]:
    labels = {"by": "Words of", "at": "Made", "outside": "From outside the case", "links": "Ties to the offence"}
    field = labels.get(one.field, one.field.replace("_", " ").capitalize())
    return {
        "field": field,
        "before": one.before,
        "after": one.after,
        "why": one.reason,
        "who": one.by.name,
        "at": one.at,
    }
