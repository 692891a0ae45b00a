"""The board over the REST API: every act that the pages have, by the same services, and the statement as data."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Query

from lookalike.casework import files
from lookalike.casework.corroboration.board import edges_of, nodes_shown
from lookalike.casework.corroboration.graph import in_words, standing_in
from lookalike.casework.corroboration.hands import arrest_of, item_of, link_of, open_case, party_of, suspect_of
from lookalike.casework.corroboration.models import EvidenceItem, Party, Suspect
from lookalike.casework.corroboration.nodes import evidence_of
from lookalike.casework.corroboration.schemas import (
    ArrestIn,
    ArrestOut,
    AttemptIn,
    AttemptOut,
    BoardOut,
    CameIn,
    EvidenceChangeIn,
    EvidenceIn,
    EvidenceLinkOut,
    EvidenceOut,
    EvidenceReasonIn,
    FileIn,
    JudgeIn,
    PartyIn,
    PartyOut,
    ReplyIn,
    ReplyOut,
    ShownIn,
    ShownOut,
    SuspectIn,
    SuspectOut,
    SuspicionIn,
    ToldIn,
    WithdrawLinkIn,
)
from lookalike.casework.corroboration.services import arrests, checks, items, links, parties, suspects
from lookalike.casework.corroboration.told import ItemTold
from lookalike.casework.operations import Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission

operations = Operations(tags=["evidence"])
READ, WRITE = Permission.EVIDENCE_READ, Permission.EVIDENCE_RECORD
LARGEST_IN_BODY = 512 << 20


@operations.get("cases/{public_id}/suspects", READ, response=list[SuspectOut])
@paged
def suspects_of(request: Asked, public_id: str) -> Any:
    """Who is suspected in a case. Closed until you have accepted the statements of its leads."""
    case = open_case(request.acting, public_id)
    return case.suspects.select_related("party", "answer__request").order_by("pk")


@operations.post("cases/{public_id}/suspects", WRITE, response={201: SuspectOut})
def name_suspect(request: Asked, public_id: str, told: SuspectIn) -> Any:
    """Name somebody as suspected, with reasons. A lead names its person by itself."""
    return suspects.name_suspect(request.acting, open_case(request.acting, public_id), **told.model_dump())


@operations.get("suspects/{public_id}", READ, response=SuspectOut)
def suspect(request: Asked, public_id: str) -> Any:
    """A suspect."""
    return suspect_of(request.acting, public_id)


@operations.get("suspects/{public_id}/board", READ, response=BoardOut)
def board(request: Asked, public_id: str) -> Any:
    """The live statement on a suspect, what refuses and why; the graph, with the path of what comes from a search."""
    row = suspect_of(request.acting, public_id)
    evidence = evidence_of(row.case)
    standing = standing_in(evidence, row, at=request.acting.at)
    edges = edges_of(evidence, standing)
    shown = nodes_shown(evidence, standing, evidence.nodes.values(), edges)
    if not request.acting.may(Permission.SEARCH_READ):  # of a search's list the team sees whom its leads name
        leads = {name for one in evidence.nodes.values() if one.id.startswith("lead-") for name in one.persons}
        shown = [one for one in shown if not one.node.id.startswith("photo-") or set(one.node.persons) & leads]
    ids = {one.node.id for one in shown}
    return {
        "sentence": standing.sentence,
        "citations": standing.citations,
        "independent": list(standing.independent),
        "from_search": standing.from_search,
        "refused": [
            {"act": one.act.value, "rule": one.rule, "entry": one.entry, "citation": one.words}
            for one in standing.refused
        ],
        "mend": [f"{one.what} {one.remedy}" for one in standing.mend],
        "nodes": [
            {
                "id": one.node.id,
                "kind": one.node.kind.value,
                "name": one.node.name,
                "at": one.node.at,
                "path": list(standing.tainted.get(one.node.id, ())),
                "path_in_words": ""
                if standing.graph is None
                else in_words(evidence, standing.graph, standing.tainted.get(one.node.id, ())),
            }
            for one in shown
        ],
        "edges": [
            {"kind": one.kind.value, "source": one.source, "target": one.target, "at": one.at or None}
            for one in edges
            if one.source in ids and one.target in ids
        ],
    }


@operations.post("suspects/{public_id}/suspicion", WRITE, response=SuspectOut)
def write_suspicion(request: Asked, public_id: str, told: SuspicionIn) -> Any:
    """Write down the reasons for a suspicion, before any lineup. What was written stays."""
    return suspects.write_suspicion(request.acting, suspect_of(request.acting, public_id), **told.model_dump())


@operations.post("suspects/{public_id}/end", WRITE, response=SuspectOut)
def end_suspicion(request: Asked, public_id: str, told: EvidenceReasonIn) -> Any:
    """Say that somebody is suspected no more."""
    return suspects.end_suspicion(request.acting, suspect_of(request.acting, public_id), **told.model_dump())


@operations.get("suspects/{public_id}/arrests", READ, response=list[ArrestOut])
@paged
def arrests_of(request: Asked, public_id: str) -> Any:
    """Every arrest of a suspect, also one that was withdrawn."""
    return suspect_of(request.acting, public_id).arrests.order_by("at", "pk")


@operations.post("suspects/{public_id}/arrests", WRITE, response={201: ArrestOut})
def record_arrest(request: Asked, public_id: str, told: ArrestIn) -> Any:
    """Record an arrest, and what it rested on. What the person says after it comes from it."""
    return arrests.record_arrest(request.acting, suspect_of(request.acting, public_id), **told.model_dump())


@operations.post("arrests/{public_id}/withdraw", WRITE, response=ArrestOut)
def withdraw_arrest(request: Asked, public_id: str, told: WithdrawLinkIn) -> Any:
    """Say that an arrest was entered in error. It stays on the board."""
    return arrests.withdraw_arrest(request.acting, arrest_of(request.acting, public_id), reason=told.reason)


@operations.get("suspects/{public_id}/whereabouts", READ, response=list[AttemptOut])
@paged
def whereabouts(request: Asked, public_id: str) -> Any:
    """Every attempt to find out where a suspect was."""
    return suspect_of(request.acting, public_id).whereabouts.select_related("found").order_by("pk")


@operations.post("suspects/{public_id}/whereabouts", WRITE, response={201: AttemptOut})
def check_whereabouts(request: Asked, public_id: str, told: AttemptIn) -> Any:
    """Record an attempt to find out where a suspect was."""
    row = suspect_of(request.acting, public_id)
    item = _of_case(EvidenceItem, row, told.found)
    return checks.check_whereabouts(request.acting, row, **told.model_dump() | {"found": item})


@operations.get("suspects/{public_id}/shown", READ, response=list[ShownOut])
@paged
def shown(request: Asked, public_id: str) -> Any:
    """What was said of means, ability and opportunity. The newest of each counts."""
    return suspect_of(request.acting, public_id).shown.prefetch_related("items").order_by("pk")


@operations.post("suspects/{public_id}/shown", WRITE, response={201: ShownOut})
def say_shown(request: Asked, public_id: str, told: ShownIn) -> Any:
    """Say whether means, ability or opportunity were shown, and by which items."""
    row = suspect_of(request.acting, public_id)
    given = [_of_case(EvidenceItem, row, one) for one in told.items]
    return checks.say_shown(request.acting, row, **told.model_dump() | {"items": given})


@operations.get("cases/{public_id}/evidence", READ, response=list[EvidenceOut])
@paged
def evidence(request: Asked, public_id: str) -> Any:
    """Every item of evidence of a case, also what is withdrawn, in the order of its numbers."""
    case = open_case(request.acting, public_id)
    return case.evidence.select_related("about", "collected_by", "by", "file").order_by("number")


@operations.post("cases/{public_id}/evidence", WRITE, response={201: EvidenceOut})
def record_item(request: Asked, public_id: str, told: EvidenceIn) -> Any:
    """Record an item of evidence without a file."""
    case = open_case(request.acting, public_id)
    return items.record_item(request.acting, case, _told(case, told))


@operations.post(
    "cases/{public_id}/evidence-file",
    WRITE,
    response={201: EvidenceOut},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def record_with_file(request: Asked, public_id: str, told: Query[FileIn]) -> Any:
    """Record an item of evidence with its file, which is the body of the request."""
    case = open_case(request.acting, public_id)
    kind = request.headers.get("content-type", "application/octet-stream")
    written = files.write(_pieces(request), name=told.name, media_type=kind, largest=LARGEST_IN_BODY)
    try:
        given = _told(case, EvidenceIn(**told.model_dump(exclude={"name"})))
    except BaseException:
        files.forget(written)
        raise
    return items.record_item(request.acting, case, given, written)


@operations.get("evidence/{public_id}", READ, response=EvidenceOut)
def item(request: Asked, public_id: str) -> Any:
    """An item of evidence."""
    return item_of(request.acting, public_id)


@operations.put("evidence/{public_id}", WRITE, response=EvidenceOut)
def change_item(request: Asked, public_id: str, told: EvidenceChangeIn) -> Any:
    """Change what is said of an item. What it came of is changed by its links."""
    row = item_of(request.acting, public_id)
    given = _told(row.case, told)
    return items.change_item(request.acting, row, given, version=told.version, reason=told.reason)


@operations.post("evidence/{public_id}/judgement", WRITE, response=EvidenceOut)
def judge_item(request: Asked, public_id: str, told: JudgeIn) -> Any:
    """Judge whether an item is reliable and ties the person to the offence."""
    return items.judge_item(request.acting, item_of(request.acting, public_id), **told.model_dump())


@operations.post("evidence/{public_id}/withdraw", WRITE, response=EvidenceOut)
def withdraw_item(request: Asked, public_id: str, told: EvidenceReasonIn) -> Any:
    """Say that an item was entered in error. It stays on the board."""
    return items.withdraw_item(request.acting, item_of(request.acting, public_id), **told.model_dump())


@operations.get("evidence/{public_id}/replies", READ, response=list[ReplyOut])
@paged
def replies(request: Asked, public_id: str) -> Any:
    """How an item that speaks against a suspect was answered."""
    return item_of(request.acting, public_id).replies.order_by("pk")


@operations.post("evidence/{public_id}/replies", WRITE, response={201: ReplyOut})
def reply_to(request: Asked, public_id: str, told: ReplyIn) -> Any:
    """Answer what speaks against a suspect. It takes nothing away."""
    return items.reply_to(request.acting, item_of(request.acting, public_id), words=told.words)


@operations.get("evidence/{public_id}/file", READ, sends="application/octet-stream")
def file(request: Asked, public_id: str) -> HttpResponse:
    """The file of an item; recorded each time."""
    pieces = items.take_file(request.acting, item_of(request.acting, public_id))
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]


@operations.get("cases/{public_id}/links", READ, response=list[EvidenceLinkOut])
@paged
def links_of(request: Asked, public_id: str) -> Any:
    """What was entered of what came of what, and of who was shown or told what; also what is withdrawn."""
    return open_case(request.acting, public_id).links.order_by("pk")


@operations.post("evidence/{public_id}/came-from", WRITE, response={201: EvidenceLinkOut})
def came_from(request: Asked, public_id: str, told: CameIn) -> Any:
    """Enter what an item came of."""
    row = item_of(request.acting, public_id)
    return links.link(request.acting, row.case, target=f"item-{row.public_id}", **told.model_dump())


@operations.post("parties/{public_id}/shown", WRITE, response={201: EvidenceLinkOut})
def told_of(request: Asked, public_id: str, told: ToldIn) -> Any:
    """Enter what somebody was shown or told, and when."""
    row = party_of(request.acting, public_id)
    return links.link(request.acting, row.case, target=f"party-{row.public_id}", **told.model_dump())


@operations.post("links/{public_id}/withdraw", WRITE, response=EvidenceLinkOut)
def withdraw_link(request: Asked, public_id: str, told: WithdrawLinkIn) -> Any:
    """Say that a link was entered in error. It stays on the board."""
    return links.withdraw_link(request.acting, link_of(request.acting, public_id), reason=told.reason)


@operations.get("cases/{public_id}/parties", READ, response=list[PartyOut])
@paged
def parties_of(request: Asked, public_id: str) -> Any:
    """Everybody in a case."""
    return open_case(request.acting, public_id).parties.select_related("account").order_by("pk")


@operations.post("cases/{public_id}/parties", WRITE, response={201: PartyOut})
def add_party(request: Asked, public_id: str, told: PartyIn) -> Any:
    """Enter somebody in a case."""
    case = open_case(request.acting, public_id)
    team = Person.objects.filter(case_teams__case=case).distinct()
    account = found(team, public_id=told.account) if told.account else None
    return parties.add_party(request.acting, case, name=told.name, account=account, note=told.note)


@operations.get("parties/{public_id}", READ, response=PartyOut)
def party(request: Asked, public_id: str) -> Any:
    """Somebody in a case."""
    return party_of(request.acting, public_id)


def _told(case: Any, told: EvidenceIn) -> ItemTold:
    """For the services; whoever is named is of the case, or is not there."""
    given = told.model_dump(include=set(EvidenceIn.model_fields))
    people = {name: _of_case(Party, case, given[name]) for name in ("collected_by", "by")}
    came = tuple((told.how, source) for source in told.came_from)
    given |= people | {"about": _of_case(Suspect, case, given["about"]), "came_from": came}
    del given["how"]
    return ItemTold(**given)


def _of_case(model: Any, row: Any, public_id: str) -> Any:
    if not public_id:
        return None
    case = getattr(row, "case", row)
    return found(model.objects.filter(case=case), public_id=public_id)


def _pieces(request: Asked) -> Any:
    while piece := request.read(files.PIECE):
        yield piece
