"""What may never be, read from the rows and the ledger alone: no rule, no graph, no fact of the protections is asked.

`Reader.look` is called after every deed. A lineup is judged at the deed that began it, a warrant request at each deed
that brought it before the prosecutor or had it accepted: what becomes of the evidence later is later.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from lookalike.casework.cases.models import Case, TeamMember
from lookalike.casework.corroboration.models import EvidenceItem, Link, Party, Suspect
from lookalike.casework.examinations.models import Task
from lookalike.casework.leads.models import Acknowledgement, Answer
from lookalike.casework.lineups.models import Holding, LineupSignature, Witness
from lookalike.casework.people.models import Person
from lookalike.casework.recording import store
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.casework.warrants.models import Packet, WarrantRequest, WarrantSignature

State = WarrantRequest.State
SPOKEN = ("statement", "tip", "property", "confession", "alibi", "identification")
"""What somebody says; of an unnamed one after a search nobody knows what they had seen."""


class Broken(AssertionError):
    """Something that may never be."""


@dataclass
class Reader:
    """Remembers what was read already: lineups by row, warrant requests by row and version; the ledger up to a line."""

    seen: set[tuple[str, int, int]] = field(default_factory=set)
    size: int = 0

    def again(self) -> Reader:
        return Reader(set(self.seen), self.size)

    def look(self, case: Case) -> Counter[str]:
        """Read what is new. Returns what was reached. Raises Broken."""
        reached: Counter[str] = Counter()
        for holding in Holding.objects.filter(lineup__case=case):
            if self._new("lineup", holding.pk, 0):
                lineup(holding)
                reached["lineup"] += 1
        rows = WarrantRequest.objects.filter(case=case).exclude(state__in=[State.DRAFT, State.SIGNING, State.WITHDRAWN])
        for row in rows.select_related("suspect"):
            if self._new("warrant", row.pk, row.version):
                reached[f"warrant {row.state}"] += 1
                if row.state in (State.SENT, State.ACCEPTED):
                    warrant(row)
                    self._entered(row.state)
        self.size = store().head().size
        return reached

    def _entered(self, state: str) -> None:
        """The ledger tells of it, among the entries since the last look."""
        act = {"sent": "warrant.ask", "accepted": "warrant.decide"}[state]
        since = [line.split(" ")[3:5] for _, line, _ in store().lines(self.size, store().head().size)]
        if [act, "allowed"] not in since:
            raise Broken(f"The request is {state}, and the ledger tells of no {act} that was allowed: {since}.")

    def _new(self, kind: str, pk: int, version: int) -> bool:
        new = (kind, pk, version) not in self.seen
        self.seen.add((kind, pk, version))
        return new


def lineup(holding: Holding) -> None:
    """A lineup that was begun: its witness was there and saw nothing since, and what else the law of Detroit asks."""
    row, at = holding.lineup, holding.begun_at
    witness: Witness = row.witness
    party = witness.party
    if not (witness.interviewed_at and witness.present_at_scene and witness.saw_perpetrator):
        raise Broken("A lineup was begun for a witness who was not there.")
    if not witness.asked_at or any(one["said"] == "yes" for one in witness.answers.values()):
        raise Broken("A lineup was begun for a witness who said what they had seen, or was not asked.")
    shown = Link.objects.filter(case=row.case, target=f"party-{party.public_id}", withdrawn_at=None)
    seen = {one.source.partition("-")[0] for one in shown} - {"item"}
    if seen or told(party):
        raise Broken(f"A lineup was begun for a witness who had been shown or told {sorted(seen) or 'of the search'}.")
    before = Holding.objects.filter(lineup__witness=witness, lineup__suspect=row.suspect, begun_at__lte=at)
    chose = EvidenceItem.objects.filter(by=party, sort="identification", about=row.suspect)
    if before.exclude(pk=holding.pk).exists() or chose.exists():
        raise Broken("A lineup was begun for a witness who had been shown this suspect.")
    if of_search(row.suspect) and not any(one.at < at for one in independent(row.suspect)):
        raise Broken("A lineup was begun without independent evidence.")
    signed = [one for one in newest(LineupSignature.objects.filter(lineup=row)) if one.decision and one.office]
    if not {one.person_id for one in signed} - {row.made_by_id, holding.held_by_id}:
        raise Broken("A lineup was begun that no third person signed.")
    if row.administration == "double_blind" and row.case.team.filter(person=holding.held_by).exists():
        raise Broken("Somebody of the team held a lineup.")


def warrant(row: WarrantRequest) -> None:
    """A request that came before the prosecutor: evidence that comes from no search, two examiners, those who sign."""
    if not independent(row.suspect):
        raise Broken("A warrant request came through without independent evidence.")
    parts = investigators(row.case)
    if row.suspect.answer is not None:
        lead(row.suspect.answer, parts | {row.asked_by_id})
    packet = Packet.objects.filter(warrant=row, file__isnull=False).order_by("-number").first()
    if packet is None:
        raise Broken("A warrant request came through without a packet.")
    examined = set(
        Task.objects.filter(search__request__case=row.case).exclude(state="held").values_list("examiner", flat=True)
    )
    signed = [
        one
        for one in newest(WarrantSignature.objects.filter(warrant=row, about_sha256=packet.sha256))
        if one.decision and one.person_id not in parts | examined | {row.asked_by_id}
    ]
    captains = {one.person_id for one in signed if one.office == "captain"}
    if len(captains) < 2:
        raise Broken("A warrant request came through without the signatures of two captains.")
    if not any(one.office == "prosecutor_supervisor" for one in signed):
        raise Broken("A warrant request came through that no supervisor of the prosecutors signed.")


def lead(answer: Answer, parts: set[int]) -> None:
    """Two people finished an examination each by itself, and named whom the lead names; a third signed it."""
    tasks = Task.objects.filter(search=answer.candidate.search, state="concluded").select_related("named")  # type: ignore[union-attr]
    named = {
        one.examiner_id
        for one in tasks
        if one.conclusion == "possible_candidate" and one.named and one.named.candidate_id == answer.candidate_id
        if one.probe_locked_at and one.candidates_seen_at and one.concluded_at
        if one.probe_locked_at < one.candidates_seen_at < one.concluded_at
    }
    if len(named - parts) < 2:
        raise Broken("A warrant request came through on a lead that no two examiners agreed on.")
    if answer.by_id in named | parts or answer.by.office not in ("supervisor", "captain"):
        raise Broken("A warrant request came through on a lead that no third person of the office signed.")


def independent(suspect: Suspect) -> list[EvidenceItem]:
    """The items that speak for it, judged good, and come from no search of the case."""
    rows = EvidenceItem.objects.filter(about=suspect, says="for", reliable=True, links=True, withdrawn_at=None)
    first = (
        Search.objects.filter(request__case=suspect.case_id).order_by("run_at").values_list("run_at", flat=True).first()
    )
    return [
        one
        for one in rows.select_related("by")
        if not _from_search(one, one.at, set())
        if one.by_id or one.sort not in SPOKEN or first is None or one.at < first
    ]


def of_search(suspect: Suspect) -> bool:
    """Whether a lead of the case names this person."""
    leads = Answer.objects.filter(request__case=suspect.case_id, candidate__person_id=suspect.person_id)
    return suspect.answer_id is not None or (bool(suspect.person_id) and leads.exists())


def investigators(case: Case) -> set[int]:
    """Whoever investigates the case, also who has left it."""
    team = TeamMember.objects.filter(case=case).values_list("person", flat=True)
    return {*team, *Request.objects.filter(case=case).values_list("asked_by", flat=True), case.opened_by_id}


def told(party: Party) -> bool:
    """Whether anything of a search has reached somebody, whenever it was."""
    return _reached(party, None, set())


def newest(rows: object) -> list[LineupSignature]:
    """The newest signature of each person."""
    found = {one.person_id: one for one in rows.order_by("pk")}  # type: ignore[attr-defined]
    return list(found.values())


def _from_search(item: EvidenceItem, until: datetime, on: set[tuple[str, int]]) -> bool:
    """Whether what an item was by a moment comes from a search: by what it came of, or by whoever said it."""
    if ("item", item.pk) in on:
        return False
    on = on | {("item", item.pk)}
    if item.by is not None and _reached(item.by, item.at, on):
        return True
    for link in Link.objects.filter(case=item.case_id, target=f"item-{item.public_id}", withdrawn_at=None):
        moment = item.at
        if link.kind == "prompted_by" and item.obtained_at is not None and item.obtained_at <= until:
            moment = item.obtained_at
        if link.kind in ("derived_from", "prompted_by") and _is_of_search(link.source, item.case_id, moment, on):
            return True
    return False


def _reached(party: Party, until: datetime | None, on: set[tuple[str, int]]) -> bool:
    """Whether a search, its list or a lead has reached somebody by a moment; None: ever."""
    if ("party", party.pk) in on:
        return False
    on = on | {("party", party.pk)}
    for link in Link.objects.filter(case=party.case_id, target=f"party-{party.public_id}", withdrawn_at=None):
        assert link.at is not None
        if (until is None or link.at <= until) and _is_of_search(link.source, party.case_id, link.at, on):
            return True
    moments = _of_account(party.account, party.case_id) if party.account_id else []
    if until is not None:  # a witness may have held a lineup of somebody else: only what they say since comes from it
        held = Holding.objects.filter(lineup__witness__party=party, begun_at__lte=until).select_related("lineup")
        moments += [one.begun_at for one in held if _holds_a_candidate(one)]
    return any(until is None or one <= until for one in moments)


def _of_account(person: Person | None, case: int) -> list[datetime]:
    """When somebody who works here came to know of a search: ran it, saw its faces, issued or accepted a lead."""
    searches = Search.objects.filter(request__case=case, run_by=person).values_list("run_at", flat=True)
    faces = Task.objects.filter(search__request__case=case, examiner=person, candidates_seen_at__isnull=False)
    leads = Answer.objects.filter(request__case=case, by=person, candidate__isnull=False).values_list("at", flat=True)
    accepted = Acknowledgement.objects.filter(answer__request__case=case, person=person).values_list("at", flat=True)
    return [*searches, *faces.values_list("candidates_seen_at", flat=True), *leads, *accepted]


def _is_of_search(source: str, case: int, until: datetime, on: set[tuple[str, int]]) -> bool:
    """Whether a node is a search, its list, a lead or a lineup after it, or comes from one, by a moment."""
    kind, _, public_id = source.partition("-")
    if kind == "search":
        return Search.objects.filter(public_id=public_id, run_at__lte=until).exists()
    if kind == "photo":
        return Candidate.objects.filter(public_id=public_id, search__run_at__lte=until).exists()
    if kind == "lead":
        return Answer.objects.filter(public_id=public_id, at__lte=until).exists()
    if kind == "lineup":
        held = Holding.objects.select_related("lineup").filter(lineup__public_id=public_id, begun_at__lte=until)
        return any(_holds_a_candidate(one) for one in held)
    if kind == "item":
        item = EvidenceItem.objects.select_related("by").get(public_id=public_id)
        return item.at <= until and _from_search(item, until, on)
    return False


def _holds_a_candidate(holding: Holding) -> bool:
    """Whether a lineup shows somebody whom a search returned before."""
    people = {*holding.lineup.members.filter(removed_at=None).values_list("person_id", flat=True)}
    returned = Candidate.objects.filter(
        search__request__case=holding.lineup.case_id, search__run_at__lte=holding.begun_at
    )
    return returned.filter(person_id__in=people).exists()
