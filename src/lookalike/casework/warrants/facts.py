"""What the protections have to know of a warrant request, read from the rows as they stand now."""

from __future__ import annotations

from collections.abc import Iterable

from lookalike.casework.acting import Acting
from lookalike.casework.cases.facts import offence
from lookalike.casework.corroboration.graph import evidence_view, from_search
from lookalike.casework.corroboration.nodes import evidence_of
from lookalike.casework.examinations.facts import examinations
from lookalike.casework.examinations.models import Task
from lookalike.casework.leads.models import Answer, Refusal
from lookalike.casework.people import facts as people
from lookalike.casework.searches import facts as asked
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.searches.models import Request, Search
from lookalike.casework.warrants.holds import stale
from lookalike.casework.warrants.models import Packet, WarrantRequest, WarrantSignature
from lookalike.protocol.court_words import PacketItem, Recipient
from lookalike.protocol.facts import common
from lookalike.protocol.facts.court import LeadBehind, LineupHeld, WarrantFacts
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Act, Office, OtherPurpose


def warrant_facts(who: Acting, warrant: WarrantRequest) -> WarrantFacts:
    """The facts of asking for a warrant. who: the investigator, who would ask now."""
    case, suspect = warrant.case, warrant.suspect
    packet, evidence = current(warrant), evidence_of(case)
    return WarrantFacts(
        at=who.at,
        actor=people.actor(who, duties=duties_in_case(who.person, case), known_answer_on=None),
        session=people.session(who),
        case=case_facts(warrant),
        signatures=tuple(_signature(one) for one in standing_signatures(warrant, packet)),
        evidence=evidence_view(suspect, evidence),
        examiners=examiners_of(warrant),
        lead=lead_behind(suspect.answer),
        search_used=Search.objects.filter(request__case=case).exists(),
        suspect_from_search=from_search(evidence, suspect),
        packet=packet_facts(packet),
        lineups=lineups_held(warrant),
        sole_basis_search=UNKNOWN if warrant.sole_basis is None else warrant.sole_basis,
        statement_in_affidavit=bool(warrant.statement.strip()),
    )


def current(warrant: WarrantRequest) -> Packet | None:
    """The newest packet of a request that was made; what is signed is this one, and no other."""
    made = Packet.objects.filter(warrant=warrant, file__isnull=False).select_related("file", "made_by")
    return made.order_by("-number").first()


def packet_facts(packet: Packet | None) -> common.Packet:
    """What the packet holds and who has it. What came into the case since is what it lacks."""
    if packet is None:
        return common.Packet(items=frozenset(), deliveries=(), shortened=UNKNOWN)
    return common.Packet(
        items=frozenset(PacketItem(one) for one in packet.items),
        deliveries=tuple(
            common.Delivery(to=Recipient(one.to), on=one.at.date()) for one in packet.deliveries.order_by("pk")
        ),
        shortened=stale(packet),
    )


def standing_signatures(warrant: WarrantRequest, packet: Packet | None) -> list[WarrantSignature]:
    """The signatures that are of this packet, the newest of each person."""
    if packet is None:
        return []
    newest: dict[int, WarrantSignature] = {}
    for one in warrant.signatures.filter(about_sha256=packet.sha256).select_related("person").order_by("pk"):
        newest[one.person_id] = one
    return list(newest.values())


def examiners_of(warrant: WarrantRequest) -> frozenset[str]:
    """Everybody who examined the faces of the case, or checked and searched a request of it."""
    tasks = Task.objects.filter(search__request__case=warrant.case).exclude(state=Task.State.HELD)
    searches = Search.objects.filter(request__case=warrant.case)
    checked = Request.objects.filter(case=warrant.case, checked_by__isnull=False)
    rows: Iterable[str] = (
        *tasks.values_list("examiner__public_id", flat=True),
        *searches.values_list("run_by__public_id", flat=True),
        *checked.values_list("checked_by__public_id", flat=True),
    )
    return frozenset(rows)


def case_facts(warrant: WarrantRequest) -> common.Case:
    """The case as the lead's request gives its reasons; without a lead, as the newest request that was searched."""
    rows = Request.objects.select_related("case__agency").filter(case=warrant.case, search__isnull=False)
    answer = warrant.suspect.answer
    row = answer.request if answer is not None else rows.order_by("-asked_at").first()
    if row is not None:
        return asked.case(row)
    case = warrant.case
    return common.Case(
        number=case.number,
        offence=offence(case),
        other_purpose=OtherPurpose(case.other_purpose) if case.other_purpose else None,
        suspicion=UNKNOWN,
        specific_facts=warrant.suspect.suspicion.strip() or None,
        route=UNKNOWN,
        authority_ref=None,
    )


def lead_behind(answer: Answer | None) -> LeadBehind | None:
    """The lead that named the suspect, with every examination and every word of a supervisor on it."""
    if answer is None or answer.candidate is None:
        return None
    allowed = answer.entry is not None and bool((answer.judgement or {}).get("allowed"))
    return LeadBehind(
        decision_id=f"entry {answer.entry}" if allowed else None,
        record=answer.candidate.record_id,
        examinations=examinations(answer.candidate.search),
        signatures=(*_of_lead(answer), *_against_lead(answer)),
    )


def lineups_held(warrant: WarrantRequest) -> tuple[LineupHeld, ...] | Unknown:
    """The lineups of the suspect as they were held."""
    from lookalike.casework.lineups.models import Lineup

    states = (Lineup.State.HOLDING, Lineup.State.HELD, Lineup.State.VOID)
    if not Lineup.objects.filter(suspect=warrant.suspect, state__in=states, holding__isnull=False).exists():
        return ()
    from lookalike.casework.lineups.facts import held

    found: tuple[LineupHeld, ...] = held(warrant.suspect)
    return found


def _signature(row: WarrantSignature) -> common.Signature:
    return common.Signature(
        person=row.person.public_id,
        office=Office(row.office) if row.office else UNKNOWN,
        act=Act.WARRANT,
        decision=row.decision,
        at=row.at,
        management_view=row.read_all,
    )


def _of_lead(answer: Answer) -> Iterable[common.Signature]:
    """The supervisor's signature as the facts of the lead have it: the office of that day."""
    signed = ((answer.facts or {}).get("facts") or {}).get("signatures") or []
    offices = {one["person"]: one.get("office") for one in signed if isinstance(one, dict)}
    office = offices.get(answer.by.public_id)
    yield common.Signature(
        person=answer.by.public_id,
        office=Office(office) if office in set(Office) else UNKNOWN,
        act=Act.LEAD,
        decision=True,
        at=answer.at,
        management_view=any(one.get("management_view") is True for one in signed if isinstance(one, dict)),
    )


def _against_lead(answer: Answer) -> Iterable[common.Signature]:
    """Supervisors who refused: not the protections, which refuse with a judgement."""
    for one in Refusal.objects.filter(request=answer.request_id, judgement=None).select_related("by"):
        yield common.Signature(
            person=one.by.public_id,
            office=Office(one.by.office) if one.by.office else UNKNOWN,
            act=Act.LEAD,
            decision=False,
            at=one.at,
            management_view=True,
        )
