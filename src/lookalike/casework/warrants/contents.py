"""Everything of a case, gathered for a packet: complete by construction, since every row of the case is asked for.

There is no argument with which anything is left out; what does not exist says why.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from django.utils.timezone import localtime

import lookalike
from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import TeamMember
from lookalike.casework.corroboration.nodes import evidence_of
from lookalike.casework.law import policy_in_force
from lookalike.casework.leads.gather import offence_in_words
from lookalike.casework.leads.models import Refusal
from lookalike.casework.lineups.models import LineupRefusal, LineupSignature
from lookalike.casework.people.models import Agency
from lookalike.casework.recording import ledger
from lookalike.casework.searches.models import Request
from lookalike.casework.warrants.contents_evidence import evidence, suspect, whereabouts
from lookalike.casework.warrants.contents_lineups import lineups
from lookalike.casework.warrants.contents_people import examiners
from lookalike.casework.warrants.contents_searches import leads, searches
from lookalike.casework.warrants.contents_systems import galleries, systems
from lookalike.casework.warrants.gathering import Gathering, as_kept, given, said, several
from lookalike.casework.warrants.holds import added, holds, in_words
from lookalike.casework.warrants.models import Packet, WarrantRefusal, WarrantSignature
from lookalike.disclosure.contents import (
    About,
    CaseOf,
    Contents,
    LedgerOf,
    ProofOf,
    RefusalOf,
    SignatureOf,
    StatementOf,
)
from lookalike.disclosure.items import Part
from lookalike.disclosure.values import Absent, Row
from lookalike.disclosure.whole import needed_entries
from lookalike.errors import NotNow

Tell = Callable[[int, int | None, str], None]
"""How far it is: done, of how many, and with what."""


def contents_of(who: Acting, packet: Packet, *, address: str, tell: Tell = lambda done, total, unit: None) -> Contents:
    """Everything of a packet's case as it stands now.

    address: of the site. Raises BrokenFile, NotNow (an entry is not signed yet).
    """
    case = packet.case
    board = evidence_of(case)
    parts = len(Part)
    tell(1, parts, "the evidence")
    graph = evidence(who, packet.suspect, board)
    tell(2, parts, "the searches")
    gathering = Gathering(who, packet.suspect.person_id, address, [])
    found = searches(case, gathering)
    tell(3, parts, "the lineups")
    held = lineups(case)
    tell(4, parts, "everybody's part")
    contents = Contents(
        about=_about(packet),
        case=_case(packet),
        suspect=suspect(packet.suspect, board),
        searches=several(found, "no search was asked for in this case"),
        systems=systems(case),
        galleries=several(galleries(case), "nothing was searched"),
        leads=several(leads(case, gathering), "no request of this case is answered"),
        lineups=several(held, "no lineup was planned in this case"),
        evidence=graph,
        whereabouts=several(whereabouts(packet.suspect), "nobody has looked into it"),
        refusals=several(sorted(_refusals(packet), key=lambda one: one.at), "nothing was refused in this case"),
        signatures=several(sorted(_signatures(packet), key=lambda one: one.at), "nobody has signed yet"),
        examiners=several(examiners(case, who.at), "nobody worked on a search in this case"),
        ledger=LedgerOf(origin="-", keys=("-",), witnesses=Absent("-"), checkpoint="-", proofs=()),
        statements=tuple(_statements(packet)),
        withheld=several(gathering.withheld, "nothing that the case holds is kept back"),
        versions=(Row("Lookalike", lookalike.__version__), *_packs()),
    )
    tell(5, parts, "the proofs of the ledger")
    return dataclasses.replace(contents, ledger=_ledger(packet, contents))


def _about(packet: Packet) -> About:
    from lookalike.casework.warrants.services.packets import last_made

    purpose = "disclosure" if packet.warrant is None else f"warrant request {packet.warrant.number}, and disclosure"
    earlier = last_made(packet)
    if earlier is None:
        purpose += ". It is the first packet of this suspect."
    else:
        more = "; ".join(in_words(added(earlier.holds, holds(packet.case)))) or "nothing"
        when = localtime(earlier.made_at)
        purpose += f". Since packet {earlier.number} of {when:%Y-%m-%d %H:%M} (SHA-256 {earlier.sha256}): {more}."
    return About(
        code=packet.code,
        agency=Agency.objects.get(own=True).name,
        purpose=purpose[0].upper() + purpose[1:],
        made_by=packet.made_by.name,
        law=tuple(f"{pack.id} (SHA-256 {pack.sha256})" for pack in policy_in_force().packs),
    )


def _case(packet: Packet) -> CaseOf:
    case = packet.case
    team = TeamMember.objects.filter(case=case).select_related("person").order_by("since", "pk")
    return CaseOf(
        number=case.number,
        agency=case.agency.name,
        offence=offence_in_words(case),
        statute=given(case.statute, "no statute is recorded"),
        attempted=bool(case.attempted),
        completed_on=given(case.completed_on, "the day is not recorded"),
        narrative=said(case.narrative),
        opened_by=case.opened_by.name,
        opened_at=case.opened_at,
        team=tuple(dict.fromkeys(one.person.name for one in team)) or (case.opened_by.name,),
    )


def _refusals(packet: Packet) -> Iterator[RefusalOf]:
    """Everything that was refused in the case: requests, leads, lineups, warrants."""
    case = packet.case
    for asked in Request.objects.filter(case=case).select_related("asked_by"):
        if not asked.judgement.get("allowed", True):
            yield _refusal("a search", asked.asked_by.name, asked.asked_at, "", asked.judgement)
    for lead in Refusal.objects.filter(request__case=case).select_related("by"):
        yield _refusal("a lead", lead.by.name, lead.at, lead.words, lead.judgement)
    for lineup in LineupRefusal.objects.filter(lineup__case=case).select_related("by"):
        yield _refusal("a lineup", lineup.by.name, lineup.at, "", lineup.judgement)
    for one in WarrantRefusal.objects.filter(warrant__case=case).select_related("by"):
        yield _refusal("a warrant request", one.by.name, one.at, "", one.judgement)


def _refusal(act: str, by: str, at: object, words: str, judgement: dict[str, object] | None) -> RefusalOf:
    rows: list[dict[str, str]] = (judgement or {}).get("judged") or []  # type: ignore[assignment]
    cited = tuple(dict.fromkeys(one["citation"] for one in rows if one["state"] != "satisfied" and one["citation"]))
    return RefusalOf(
        act=act,
        by=by,
        at=at,  # type: ignore[arg-type]
        words=said(words, "Refused by the protections." if judgement else "Refused by a person."),
        citations=cited or ("refused by a person, under no rule",),
        judgement=as_kept(judgement or {"allowed": False, "by": "a person"}),
    )


def _signatures(packet: Packet) -> Iterator[SignatureOf]:
    """Signatures on lineups and on warrant requests of the case, also those for earlier packets."""
    lineup = LineupSignature.objects.filter(lineup__case=packet.case).select_related("person", "lineup")
    warrant = WarrantSignature.objects.filter(warrant__case=packet.case).select_related("person", "warrant")
    rows = [(f"lineup {one.lineup.number}", one) for one in lineup]
    both = [*rows, *((f"warrant request {one.warrant.number}", one) for one in warrant)]
    for of, one in both:
        yield SignatureOf(
            of=of,
            name=one.person.name,
            office=said(one.office.replace("_", " "), "no office"),
            answer="for" if one.decision else "against",
            words=given(one.words, "nothing was added"),
            digest=given(one.about_sha256, "it names no digest"),
            at=one.at,
        )


def _statements(packet: Packet) -> Iterator[StatementOf]:
    """What the packs ask of lead, lineup, warrant and disclosure, each with its citation; and the affidavit's words."""
    from lookalike.casework.warrants.statement import SAYS
    from lookalike.protocol.rules import RULES

    policy = policy_in_force()
    for one in policy.entries:
        if one.rule in ("R12", "R13", "R14", "R15"):
            yield StatementOf(pack=one.pack, rule=one.rule, citation=one.citation, words=RULES[one.rule].sentence)
    yield StatementOf(pack="house", rule="R12", citation="Lookalike: the notice of every lead", words=SAYS)
    if packet.warrant is not None and packet.warrant.statement.strip():
        yield StatementOf(
            pack="house",
            rule="R14",
            citation=f"the affidavit of warrant request {packet.warrant.number}",
            words=packet.warrant.statement.strip(),
        )


def _packs() -> Iterator[Row]:
    for pack in policy_in_force().packs:
        yield Row(f"Pack {pack.id}", pack.sha256)


def _ledger(packet: Packet, contents: Contents) -> LedgerOf:
    """The proofs of every entry that the packet names, under the newest checkpoint."""
    book = ledger()
    book.publish()
    needed = needed_entries(contents)
    if packet.suspect.answer is not None and packet.suspect.answer.entry is not None:
        needed.setdefault(packet.suspect.answer.entry, "the lead")
    needed = needed or {0: "the first entry of the ledger"}
    proofs = []
    for entry, what in sorted(needed.items()):
        if entry < 0:
            raise NotNow(
                f"The ledger's entry of {what} cannot be found.",
                why="A packet proves everything that it tells.",
                remedy="Tell the administrator, and whoever holds the ledger's checkpoints.",
            )
        proofs.append(ProofOf(entry=entry, what=what, text=book.prove(entry).text.decode()))
    return LedgerOf(
        origin=book.keys.origin,
        keys=tuple(key.text for key in book.every_key()),
        witnesses=Absent(
            "whoever cosigns this ledger publishes their own keys; the checkpoint carries their signatures"
        ),
        checkpoint=book.checkpoint().decode(),
        proofs=tuple(proofs),
    )
