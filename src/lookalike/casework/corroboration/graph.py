"""The graph of a case's evidence, and the live statement at the top of the board.

    standing(suspect).sentence   "No independent evidence links this person to the offence. …"

Nothing here is stored: the statement changes when the graph does, and only then.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.models import Shown, Suspect, Whereabouts
from lookalike.casework.corroboration.nodes import Evidence, evidence_of, node, person_of_suspect
from lookalike.casework.law import policy_in_force
from lookalike.errors import BadEvidenceGraph
from lookalike.protocol.court_words import CheckState
from lookalike.protocol.decide import decide
from lookalike.protocol.evidence.graph import TO_PERSON, EdgeKind, Graph, Item, NodeKind
from lookalike.protocol.evidence.taint import taint
from lookalike.protocol.evidence.view import EvidenceView, Try
from lookalike.protocol.facts.base import ActFacts, unknown
from lookalike.protocol.facts.court import LineupFacts, WarrantFacts
from lookalike.protocol.persons import person_of
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Act
from lookalike.protocol.words import cited

__all__ = ["Standing", "evidence_view", "graph_of", "node", "standing", "standing_in", "to_mend"]

NONE = "No independent evidence links this person to the offence."
REFUSED = {
    (Act.LINEUP, Act.WARRANT): "A lineup and a warrant request are refused",
    (Act.LINEUP,): "A lineup is refused",
    (Act.WARRANT,): "A warrant request is refused",
    (): "",
}
ASKS = frozenset({"independent_evidence", "independent_items"})
"""The checks of rules R13 and R14 that ask for independent evidence."""

ORDER = (CheckState.NOT_TRIED, CheckState.TRIED_NO_ANSWER, CheckState.TRIED_ANSWERED)


@dataclass(frozen=True, slots=True)
class Cited:
    """An entry of a pack in force that refuses an act for want of independent evidence. words: as it is cited."""

    act: Act
    rule: str
    entry: str
    citation: str
    words: str


@dataclass(frozen=True, slots=True)
class ToMend:
    """Why the graph cannot be followed, and what is to be done. url: where."""

    what: str
    remedy: str
    url: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of a suspect now. independent: the ids of the items that come from no search of the case.

    refused: the entries that refuse a lineup or a warrant request for want of them. mend: why the graph cannot be
    followed; nothing counts as independent then. graph None: it cannot. tainted: the path of every node that comes
    from a search. from_search: whether a search named the suspect.
    """

    sentence: str
    independent: tuple[str, ...]
    refused: tuple[Cited, ...]
    mend: tuple[ToMend, ...]
    from_search: bool
    graph: Graph | None
    tainted: dict[str, tuple[str, ...]]
    view: EvidenceView

    @property
    def citations(self) -> str:
        """What refuses, in one line."""
        return "; ".join(dict.fromkeys(one.citation for one in self.refused))


def graph_of(case: Case, suspect: Suspect) -> Graph:
    """The graph of the case with what each item says of this suspect. Raises BadEvidenceGraph, naming all to mend."""
    return _graph(evidence_of(case), suspect)


def evidence_view(suspect: Suspect, evidence: Evidence | None = None) -> EvidenceView:
    """What the protections see of the evidence about a suspect. evidence: of the case, where it was read already."""
    evidence = evidence or evidence_of(suspect.case)
    try:
        graph: Graph | None = _graph(evidence, suspect)
    except BadEvidenceGraph:
        graph = None
    return _view(evidence, suspect, graph)


def standing(suspect: Suspect, *, at: datetime | None = None) -> Standing:
    """The live statement on a suspect. at: the moment for which the packs are asked; None: now."""
    return standing_in(evidence_of(suspect.case), suspect, at=at or timezone.now())


def standing_in(evidence: Evidence, suspect: Suspect, *, at: datetime) -> Standing:
    """The same, of evidence that was read already."""
    mend = tuple(to_mend(evidence, suspect))
    graph = None if mend else _graph(evidence, suspect)
    view = _view(evidence, suspect, graph)
    named = from_search(evidence, suspect)
    refused = tuple(_refused(view, named, evidence.searched, at))
    independent = view.independent_for if view.independent_for is not UNKNOWN else ()
    assert isinstance(independent, tuple)
    tainted: dict[str, tuple[str, ...]] = {} if graph is None else tainted_of(graph)
    sentence = _sentence(evidence, independent, refused)
    return Standing(sentence, independent, refused, mend, named, graph, tainted, view)


def from_search(evidence: Evidence, suspect: Suspect) -> bool:
    """Whether a search named the suspect, before or after a person did.

    Only leads are asked. An investigator sees no candidate list, and must not be able to read one by naming people.
    """
    if suspect.answer_id is not None:
        return True
    whom = person_of(person_of_suspect(suspect))
    return any(
        person_of(name) == whom for one in evidence.nodes.values() if one.kind is NodeKind.LEAD for name in one.persons
    )


def tainted_of(graph: Graph) -> dict[str, tuple[str, ...]]:
    """The path of every node that comes from a search of the case; of several searches, the shortest."""
    found: dict[str, tuple[str, ...]] = {}
    for search in (id for id, item in graph.items.items() if item.kind is NodeKind.SEARCH):
        for id, path in taint(graph, search).items():
            if id not in found or (len(path), path) < (len(found[id]), found[id]):
                found[id] = path
    return found


def to_mend(evidence: Evidence, suspect: Suspect) -> Iterator[ToMend]:
    """Everything for which the graph cannot be followed; nothing where it can."""
    items = {item.id: item for item in evidence.graph_items(suspect)}
    found = [*_unsaid(evidence, items), *_too_late(evidence, items)]
    if not found:
        try:
            Graph(tuple(items.values()), evidence.edges)
        except BadEvidenceGraph as error:
            what = error.what
            for id in sorted(items, key=len, reverse=True):
                what = what.replace(id, f"“{evidence.name(id)}”")
            found = [ToMend(what, error.remedy, "")]
    yield from found


def _unsaid(evidence: Evidence, items: dict[str, Item]) -> Iterator[ToMend]:
    came = {edge.target for edge in evidence.edges if edge.kind not in (EdgeKind.SPOKE, EdgeKind.COLLECTED_BY)}
    for id, item in items.items():
        one = evidence.nodes[id]
        if item.kind is NodeKind.IDENTIFICATION and id not in came:
            yield ToMend(
                f"{one.name}: nobody has said what was chosen from.", "Name the picture or the lineup.", one.url
            )
        elif item.source is UNKNOWN:
            yield ToMend(
                f"{one.name}: nobody has said what it came from.",
                "Say that it came from outside the case, or name what it came from.",
                one.url,
            )


def _too_late(evidence: Evidence, items: dict[str, Item]) -> Iterator[ToMend]:
    for edge in evidence.edges:
        source, target = items.get(edge.source), items.get(edge.target)
        if source is None or target is None or edge.kind is EdgeKind.COLLECTED_BY:
            continue
        later = edge.at if edge.kind in TO_PERSON else target.at
        if edge.kind is EdgeKind.PROMPTED_BY and target.kind is NodeKind.RECORD:
            later = target.obtained_at or target.at
        if isinstance(later, datetime) and isinstance(source.at, datetime) and later < source.at:
            one = evidence.nodes[target.id]
            yield ToMend(
                f"{one.name} is said to come from “{evidence.name(source.id)}”, which is later.",
                "Correct one of the dates, or withdraw the link.",
                one.url,
            )


def _graph(evidence: Evidence, suspect: Suspect) -> Graph:
    mend = list(to_mend(evidence, suspect))
    if mend:
        raise BadEvidenceGraph(
            " ".join(one.what for one in mend),
            why="Whether evidence is independent of a search is computed, not guessed.",
            remedy=" ".join(dict.fromkeys(one.remedy for one in mend)),
        )
    return Graph(evidence.graph_items(suspect), evidence.edges)


def _view(evidence: Evidence, suspect: Suspect, graph: Graph | None) -> EvidenceView:
    answered = frozenset(node("item", one.public_id) for one in evidence.items if one.replies.all())
    looked, tries = _looked_into(suspect), _last_tries(suspect)
    shown = _shown(suspect, graph)
    return EvidenceView.of(
        UNKNOWN if graph is None else graph,
        answered=answered,
        alibi=looked[Whereabouts.Question.ALIBI],
        alibi_try=tries[Whereabouts.Question.ALIBI],
        location=looked[Whereabouts.Question.LOCATION],
        location_try=tries[Whereabouts.Question.LOCATION],
        means=shown[Shown.What.MEANS],
        ability=shown[Shown.What.ABILITY],
        opportunity=shown[Shown.What.OPPORTUNITY],
    )


def _looked_into(suspect: Suspect) -> dict[str, CheckState]:
    """How far each question was looked into at best: an answer that was got is not lost by asking again."""
    states = dict.fromkeys(Whereabouts.Question.values, CheckState.NOT_TRIED)
    for question, state in suspect.whereabouts.values_list("question", "state"):
        states[question] = max(states[question], CheckState(state), key=ORDER.index)
    return states


def _last_tries(suspect: Suspect) -> dict[str, Try | None]:
    """The last attempt on each question: when, and what was done."""
    tries: dict[str, Try | None] = dict.fromkeys(Whereabouts.Question.values)
    for question, at, tried in suspect.whereabouts.order_by("pk").values_list("question", "at", "tried"):
        tries[question] = Try(at=at, words=tried)
    return tries


def _shown(suspect: Suspect, graph: Graph | None) -> dict[str, bool | Unknown]:
    """Whether each was shown, the newest word on it: never on what comes from a search alone."""
    newest: dict[str, bool | Unknown] = dict.fromkeys(Shown.What.values, UNKNOWN)
    tainted = {} if graph is None else tainted_of(graph)
    for row in suspect.shown.prefetch_related("items").order_by("pk"):
        holds: bool | Unknown = row.holds
        if row.holds:
            good = [one for one in row.items.all() if one.withdrawn_at is None]
            holds = UNKNOWN if graph is None else any(node("item", one.public_id) not in tainted for one in good)
        newest[row.what] = holds
    return newest


def _refused(view: EvidenceView, named: bool, searched: bool, at: datetime) -> Iterator[Cited]:
    """The entries in force that refuse for want of independent evidence, whatever else they would say."""
    policy = policy_in_force()
    entries = {entry.id: entry for entry in policy.entries}
    asked: tuple[ActFacts, ...] = (
        dataclasses.replace(unknown(LineupFacts), at=at, evidence=view, suspect_from_search=named),
        dataclasses.replace(unknown(WarrantFacts), at=at, evidence=view, search_used=searched),
    )
    for facts in asked:
        for one in decide(facts, policy).refusals():
            if one.rule is not None and any(failure.key in ASKS for failure in one.failures):
                entry = entries[one.entry]
                yield Cited(facts.act, one.rule, one.entry, entry.citation, cited(entry))


def _sentence(evidence: Evidence, independent: tuple[str, ...], refused: tuple[Cited, ...]) -> str:
    if independent:
        names = "; ".join(evidence.name(id) for id in independent)
        one = len(independent) == 1
        said = "One item of evidence links" if one else f"{len(independent)} items of evidence link"
        comes = "comes" if one else "come"
        return f"{said} this person to the offence and {comes} from no face search: {names}"
    acts = tuple(act for act in (Act.LINEUP, Act.WARRANT) if any(one.act is act for one in refused))
    return f"{NONE} {REFUSED[acts]}".strip()


def in_words(evidence: Evidence, graph: Graph, path: tuple[str, ...]) -> str:
    """A path as people say it: "Search of request 3, 1 March 2019 → Lead of request 3, 11 March 2019 → …"."""
    return " → ".join(_step(evidence, graph, path, place) for place in range(len(path)))


def _step(evidence: Evidence, graph: Graph, path: tuple[str, ...], place: int) -> str:
    one = evidence.nodes[path[place]]
    if one.kind is not NodeKind.PERSON:
        return f"{one.name}, {day(one.at)}"
    came = [
        edge
        for edge in graph.edges
        if place and edge.source == path[place - 1] and edge.target == one.id and edge.kind in TO_PERSON
    ]
    if not came:
        return one.name
    first = min(came, key=lambda edge: str(edge.at))
    assert isinstance(first.at, datetime)
    how = "was shown it" if first.kind is EdgeKind.SHOWN else "was told of it"
    if evidence.nodes[path[place - 1]].kind is NodeKind.ARREST:
        how = "was arrested"
    return f"{one.name}, who {how} on {day(first.at)}"


def day(moment: datetime | None) -> str:
    """A day as people write it, where the site is: 1 March 2019."""
    if moment is None:
        return "no date"
    local = timezone.localtime(moment)
    return f"{local.day} {local:%B %Y}"
