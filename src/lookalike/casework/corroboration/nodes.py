"""The evidence of a case read once, as nodes and edges of the graph, each with its name for people and its page.

What the case holds (stills and clips, searches, leads, candidate photographs, lineups, who accepted a lead sheet) is
read from its rows; nobody enters it. Items, parties and links are what people entered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.db.models import Min, Prefetch
from django.urls import reverse
from django.utils import timezone

from lookalike.casework.cases.models import Case, Exhibit, Still
from lookalike.casework.corroboration.models import Arrest, EvidenceItem, ItemChange, Link, Party, Reply, Suspect
from lookalike.casework.examinations.models import Task
from lookalike.casework.leads.models import Acknowledgement, Answer
from lookalike.casework.searches.models import Candidate, Search
from lookalike.protocol.evidence.graph import Edge, EdgeKind, Item, NodeKind, Says
from lookalike.protocol.unknown import UNKNOWN, Unknown

Sort = EvidenceItem.Sort

KINDS: Mapping[str, NodeKind] = {
    Sort.STATEMENT: NodeKind.STATEMENT,
    Sort.TIP: NodeKind.TIP,
    Sort.PHONE: NodeKind.RECORD,
    Sort.PURCHASE: NodeKind.RECORD,
    Sort.FINGERPRINT: NodeKind.RECORD,
    Sort.DNA: NodeKind.RECORD,
    Sort.VEHICLE: NodeKind.RECORD,
    Sort.PROPERTY: NodeKind.STATEMENT,
    Sort.CONFESSION: NodeKind.STATEMENT,
    Sort.ALIBI: NodeKind.STATEMENT,
    Sort.EXCLUSION: NodeKind.RECORD,
    Sort.VIDEO: NodeKind.CLIP,
    Sort.RECORD: NodeKind.RECORD,
    Sort.IDENTIFICATION: NodeKind.IDENTIFICATION,
}
"""What an item is in the graph. A record was kept whoever was suspected, so that looking it up because of a lead does
not taint it; what somebody says because of a lead, or finds where a lead sent them, was kept by nobody.
"""

PREFIXES = ("item", "party", "search", "lead", "photo", "still", "clip", "lineup", "arrest")
"""What the ids of nodes begin with."""

ORIGINS = frozenset({EdgeKind.DERIVED_FROM, EdgeKind.PROMPTED_BY})
"""How an item came of something, as people enter it."""


def node(kind: str, public_id: str) -> str:
    """The id of a node: `item-…`, `party-…`, `search-…`, `lead-…`, `photo-…`, `still-…`, `clip-…`, `lineup-…`,
    `arrest-…`.
    """
    if kind not in PREFIXES:
        raise ValueError(f"There is no node of the kind {kind}.")
    return f"{kind}-{public_id}"


def kind_of(id: str) -> str:
    """What the id of a node begins with."""
    return id.partition("-")[0]


@dataclass(frozen=True, slots=True)
class Node:
    """A node for people. url: its page, or "". persons: whom a lead, a photograph, a lineup or an arrest holds."""

    id: str
    kind: NodeKind
    at: datetime | None
    name: str
    url: str
    source: str | None = None
    by: str | None = None
    persons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything on the board of a case. nodes: of the graph, but for items, by id. edges: what people entered and
    have not withdrawn, and what follows from the rows. links: all that were entered, also withdrawn.
    """

    case: Case
    nodes: Mapping[str, Node]
    edges: tuple[Edge, ...]
    items: tuple[EvidenceItem, ...]
    parties: tuple[Party, ...]
    suspects: tuple[Suspect, ...]
    links: tuple[Link, ...]
    leads: tuple[Answer, ...]

    @property
    def searched(self) -> bool:
        """Whether a face of the case was searched."""
        return any(one.kind is NodeKind.SEARCH for one in self.nodes.values())

    def name(self, id: str) -> str:
        """What people call a node."""
        return self.nodes[id].name if id in self.nodes else "something that nobody recorded"

    def origins(self, id: str) -> list[Edge]:
        """How an item is said to have come of something."""
        return [edge for edge in self.edges if edge.target == id and edge.kind in ORIGINS]

    def graph_items(self, suspect: Suspect) -> tuple[Item, ...]:
        """The nodes as the protections know them, with what each item says of one suspect."""
        rows = {node("item", row.public_id): row for row in self.items}
        return tuple(
            self._item(rows[one.id], one, suspect)
            if one.id in rows
            else Item(
                id=one.id,
                kind=one.kind,
                at=one.at or UNKNOWN,
                source=one.source,
                by=one.by,
                persons=one.persons,
            )
            for one in self.nodes.values()
        )

    def _item(self, row: EvidenceItem, one: Node, suspect: Suspect) -> Item:
        """Withdrawn, what speaks for it counts no more; what speaks against it goes on doing so."""
        says = Says(row.says) if row.about_id == suspect.pk else Says.NEUTRAL
        counts = row.withdrawn_at is None
        known: dict[bool | None, bool | Unknown] = {None: UNKNOWN, True: counts, False: False}
        return Item(
            id=one.id,
            kind=one.kind,
            at=row.at,
            obtained_at=row.obtained_at,
            source=None if row.outside or self.origins(one.id) else UNKNOWN,
            by=one.by,
            says=says if counts or says is Says.AGAINST else Says.NEUTRAL,
            reliable=known[row.reliable],
            links_to_offence=known[row.links],
        )


def person_of_suspect(suspect: Suspect) -> str:
    """By what a suspect is known in leads, lists and lineups."""
    return suspect.person_id or node("party", suspect.party.public_id)


def evidence_of(case: Case) -> Evidence:
    """Read everything of a case that the graph is made of: the same few queries, however much there is."""
    parties = tuple(case.parties.select_related("account").order_by("pk"))
    suspects = tuple(case.suspects.select_related("party").order_by("pk"))
    items = tuple(
        case.evidence.select_related("about__party", "collected_by", "by", "file", "recorded_by", "withdrawn_by")
        .prefetch_related(
            Prefetch("replies", Reply.objects.select_related("by").order_by("pk")),
            Prefetch("changes", ItemChange.objects.select_related("by").order_by("-pk")),
        )
        .order_by("at", "number")
    )
    links = tuple(case.links.select_related("recorded_by", "withdrawn_by").order_by("pk"))
    searches = list(
        Search.objects.filter(request__case=case)
        .select_related("request__still")
        .only("public_id", "run_at", "run_by", "request__number", "request__public_id", "request__still__public_id")
        .order_by("run_at", "pk")
    )
    leads = tuple(
        Answer.objects.filter(request__case=case, candidate__isnull=False)
        .select_related("candidate", "request__search")
        .only("public_id", "at", "by", "candidate__person_id", "request__number", "request__search__public_id")
        .order_by("at", "pk")
    )
    active = [one for one in links if one.withdrawn_at is None]
    named = {id for one in active for id in (one.source, one.target)}
    nodes = [
        *(_party(one) for one in parties),
        *_pictures(case, searches, named, active),
        *(_search(one) for one in searches),
        *(_lead(one) for one in leads),
        *_photographs(case),
        *_lineups(case),
        *_arrests(case),
        *(_item_node(one) for one in items),
    ]
    edges = [
        *(Edge(kind=EdgeKind(one.kind), source=one.source, target=one.target, at=one.at) for one in active),
        *_followed(parties, items, searches, leads),
    ]
    by_id = {one.id: one for one in nodes}
    return Evidence(case, by_id, tuple(edges), items, parties, suspects, links, leads)


def _party(one: Party) -> Node:
    return Node(node("party", one.public_id), NodeKind.PERSON, None, one.name, reverse("party", args=[one.public_id]))


def _item_node(one: EvidenceItem) -> Node:
    speaker = one.by or (one.about.party if one.sort == Sort.CONFESSION and one.about else None)
    by = node("party", speaker.public_id) if speaker else None
    name = f"Item {one.number}: {one.title}"
    return Node(
        node("item", one.public_id), KINDS[one.sort], one.at, name, reverse("item", args=[one.public_id]), by=by
    )


def _search(one: Search) -> Node:
    request = one.request
    name, url = f"Search of request {request.number}", reverse("request", args=[request.public_id])
    source = node("still", request.still.public_id)
    return Node(node("search", one.public_id), NodeKind.SEARCH, one.run_at, name, url, source)


def _lead(one: Answer) -> Node:
    assert one.candidate is not None
    name, url = f"Lead of request {one.request.number}", reverse("lead", args=[one.public_id])
    source = node("search", one.request.search.public_id)
    return Node(
        node("lead", one.public_id), NodeKind.LEAD, one.at, name, url, source, persons=(one.candidate.person_id,)
    )


def _photographs(case: Case) -> Iterator[Node]:
    rows = Candidate.objects.filter(search__request__case=case).order_by("pk")
    keys = ("public_id", "person_id", "search__public_id", "search__run_at", "search__request__number")
    for public_id, person_id, search, at, number in rows.values_list(*keys):
        name = f"Photograph that the search of request {number} returned"
        source = node("search", search)
        id = node("photo", public_id)
        yield Node(id, NodeKind.CANDIDATE_PHOTO, at, name, "", source, persons=(person_id,))


def _pictures(case: Case, searches: Iterable[Search], named: set[str], links: Iterable[Link]) -> Iterator[Node]:
    """The stills that were searched or that a link names, and the clips that they are from."""
    shown: dict[str, datetime] = {}
    for one in links:
        if one.at is not None:
            shown[one.source] = min(one.at, shown.get(one.source, one.at))
    wanted = {node("still", one.request.still.public_id) for one in searches} | named
    stills = Still.objects.filter(exhibit__case=case).select_related("exhibit").order_by("pk")
    clips: dict[str, Exhibit] = {}
    for still in stills:
        id, of = node("still", still.public_id), still.exhibit
        clip = node("clip", of.public_id) if of.kind == Exhibit.Kind.CLIP else None
        if id in wanted or clip in named:
            if clip is not None:
                clips[clip] = of
            place = f" at {still.timecode}" if still.timecode else ""
            name = f"Still{place} of exhibit {of.number}"
            begun = min([_received(of), *(shown[one] for one in (id, clip) if one is not None and one in shown)])
            yield Node(id, NodeKind.STILL, begun, name, reverse("still", args=[still.public_id]), clip)
    lone = [one.partition("-")[2] for one in named if kind_of(one) == "clip" and one not in clips]
    if lone:
        rows = Exhibit.objects.filter(case=case, public_id__in=lone)
        clips |= {node("clip", one.public_id): one for one in rows}
    for clip, of in clips.items():
        stills_of = [node("still", one.public_id) for one in stills if one.exhibit_id == of.pk]
        begun = min([_received(of), *(shown[one] for one in (clip, *stills_of) if one in shown)])
        yield Node(clip, NodeKind.CLIP, begun, f"Clip, exhibit {of.number}", reverse("exhibit", args=[of.public_id]))


def _received(exhibit: Exhibit) -> datetime:
    """When an exhibit was there at the latest; a still or a clip shown before that was there when it was shown."""
    day = timezone.make_aware(datetime.combine(exhibit.received_on, time.min))
    return min(day, exhibit.added_at)


def _lineups(case: Case) -> Iterator[Node]:
    from lookalike.casework.lineups.models import Lineup

    states = (Lineup.State.HOLDING, Lineup.State.HELD, Lineup.State.VOID)
    rows = Lineup.objects.filter(case=case, state__in=states).order_by("pk")
    for one in rows.select_related("suspect__party", "witness__party", "holding").prefetch_related("members"):
        holding = getattr(one, "holding", None)
        if holding is None and one.state == Lineup.State.VOID:
            continue  # given up before anybody saw it
        at = holding.begun_at if holding else one.allowed_at or one.made_at
        persons = {member.person_id for member in one.members.all() if member.removed_at is None}
        yield Node(
            node("lineup", one.public_id),
            NodeKind.LINEUP,
            at,
            f"Lineup {one.number}",
            "",
            by=node("party", one.witness.party.public_id),
            persons=tuple(sorted(persons | {person_of_suspect(one.suspect)})),
        )


def _arrests(case: Case) -> Iterator[Node]:
    """The arrests that stand, each of the suspect as a person and by the name that a lead has for them."""
    for one in Arrest.objects.filter(case=case, withdrawn_at=None).select_related("suspect__party").order_by("pk"):
        party = node("party", one.suspect.party.public_id)
        url = reverse("suspect", args=[one.suspect.public_id]) + "#arrests"
        persons = tuple(dict.fromkeys((party, person_of_suspect(one.suspect))))
        name = f"Arrest of {one.suspect.party.name}"
        yield Node(node("arrest", one.public_id), NodeKind.ARREST, one.at, name, url, persons=persons)


def _followed(
    parties: Iterable[Party], items: Iterable[EvidenceItem], searches: Iterable[Search], leads: Iterable[Answer]
) -> Iterator[Edge]:
    """What follows from the rows: who was told of a lead by its sheet, who ran a search or examined what it returned,
    who collected an item.
    """
    accounts: dict[Any, list[str]] = defaultdict(list)
    for one in parties:
        if one.account_id is not None:
            accounts[one.account_id].append(node("party", one.public_id))
    for item in items:
        if item.collected_by is not None:
            source = node("party", item.collected_by.public_id)
            yield Edge(kind=EdgeKind.COLLECTED_BY, source=source, target=node("item", item.public_id))
    if not accounts:
        return
    for search in searches:
        for party in accounts[search.run_by_id]:
            yield Edge(kind=EdgeKind.SHOWN, source=node("search", search.public_id), target=party, at=search.run_at)
    seen = Task.objects.filter(search__in=[one.pk for one in searches], examiner__in=list(accounts))
    ran = {one.pk: node("search", one.public_id) for one in searches}
    for search_pk, person, at in seen.exclude(candidates_seen_at=None).values_list(
        "search", "examiner", "candidates_seen_at"
    ):
        for party in accounts[person]:
            yield Edge(kind=EdgeKind.SHOWN, source=ran[search_pk], target=party, at=at)
    told = Acknowledgement.objects.filter(answer__in=[one.pk for one in leads], person__in=list(accounts))
    first = told.values_list("answer", "person").annotate(at=Min("at")).order_by("answer", "person")
    moments = [(lead.pk, lead.by_id, lead.at) for lead in leads] + list(first)
    ids = {lead.pk: node("lead", lead.public_id) for lead in leads}
    for lead_pk, person, at in moments:
        for party in accounts.get(person, []):
            yield Edge(kind=EdgeKind.TOLD, source=ids[lead_pk], target=party, at=at)
