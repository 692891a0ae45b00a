"""The pages of the evidence: every item for and against, the graph, where the suspect was, and the lineups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lookalike.disclosure.blocks import Block, cell, facts, heading, items, nothing, par, pictures, said, table
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.contents_evidence import EvidenceOf, GraphOf, LineupOf, NodeOf, Says
from lookalike.disclosure.drawing import called, left_out, tall
from lookalike.disclosure.pages_search import Names, file_named
from lookalike.disclosure.values import Absent
from lookalike.disclosure.whole import present


def lineups_pages(c: Contents, names: Names) -> Iterator[Block]:
    """Every lineup, held or not."""
    if isinstance(c.lineups, Absent):
        yield from nothing(c.lineups, what="There is no lineup")
        return
    for one in c.lineups:
        yield from _lineup(one, names)


def _lineup(one: LineupOf, names: Names) -> Iterator[Block]:
    yield heading(3, f"Lineup {one.number}: {one.state}")
    yield facts(
        (
            ("Witness", one.witness),
            ("Description, in the witness's words", one.description),
            ("Conditions of viewing", one.conditions),
            ("Held", one.held_at),
            ("How", f"{one.presentation}, {one.administration}"),
            ("Administrator", one.administrator),
            ("Outcome", one.outcome),
            ("Confidence, in the witness's words", one.confidence),
            ("Report", file_named(one.report, names)),
            (
                "Recordings",
                one.recordings
                if isinstance(one.recordings, Absent)
                else "; ".join(file_named(f, names) for f in one.recordings),
            ),
            ("Entry of the ledger", one.entry),
        )
    )
    yield heading(4, "Members, in order of place")
    yield items(one.members if not isinstance(one.members, Absent) else (said(one.members),))
    yield heading(4, "Fairness")
    if isinstance(one.fairness, Absent):
        yield from nothing(one.fairness, what="It was not tested")
    else:
        yield facts((row.label, row.value) for row in one.fairness)
    if not isinstance(one.events, Absent):
        yield heading(4, "What happened")
        yield table((1.6, 1, 4), ("When", "What", "Words"), ((e.at, e.kind, e.words) for e in one.events))


def evidence_pages(c: Contents, names: Names) -> Iterator[Block]:
    """The graph, what speaks against the suspect, what for, and what came of what."""
    graph = c.evidence
    yield par(graph.standing, warns=True)
    found = present(graph.items)
    if not found:
        yield from nothing(graph.items, what="No item of evidence is recorded")
    else:
        yield pictures((("graph", _caption(graph)),), height=tall(graph))
    for says, title in (
        (Says.AGAINST, "Against the suspect having done it"),
        (Says.FOR, "For it"),
        (Says.NEUTRAL, "Neither"),
    ):
        yield heading(3, title)
        rows = [one for one in found if one.says is says]
        if not rows:
            yield par("Nothing is recorded.")
        for one in rows:
            yield from _item(one, names)
    yield heading(3, "People, searches, leads and lineups")
    out = left_out(graph)
    named = {one.id: one.words for one in present(graph.nodes)} | {one.id: one.title for one in found}
    yield table(
        (1.6, 3, 2),
        ("Kind", "What", "In the picture, and in contents.json from its beginning"),
        (
            *(
                (one.kind.replace("_", " "), one.words, called(one.id))
                for one in present(graph.nodes)
                if one not in out
            ),
            *((_kind(one), f"{count} times: {one.words}", "not there") for one, count in _times(out)),
        ),
    )
    yield heading(3, "What came of what, and who was shown or told what")
    if isinstance(graph.links, Absent):
        yield from nothing(graph.links, what="No link is recorded")
        return
    yield table(
        (1.2, 2, 2, 1.6, 2, 1.8),
        ("How", "From", "To", "When", "Recorded", "Withdrawn"),
        (
            (
                one.kind.replace("_", " "),
                named.get(one.source, one.source),
                named.get(one.target, one.target),
                one.at,
                f"{one.recorded_by}, {said(one.recorded_at)}",
                cell(said(one.withdrawn), warns=not isinstance(one.withdrawn, Absent)),
            )
            for one in graph.links
            if one.target not in {photograph.id for photograph in out}
        ),
    )


def _caption(graph: GraphOf) -> str:
    count = len(left_out(graph))
    without = f" Not in it: {count} photographs of candidate lists of which nothing came." if count else ""
    return f"What came of what. A dashed red frame: it comes from a face search. Struck out: withdrawn.{without}"


def _times(nodes: tuple[NodeOf, ...]) -> list[tuple[NodeOf, int]]:
    """One node of each words, and how many are called so."""
    counts, first = Counter(one.words for one in nodes), {one.words: one for one in nodes}
    return [(first[words], count) for words, count in counts.items()]


def _kind(one: NodeOf) -> str:
    return one.kind.replace("_", " ")


def _item(one: EvidenceOf, names: Names) -> Iterator[Block]:
    yield heading(4, one.title)
    if not isinstance(one.withdrawn, Absent):
        yield par(f"Withdrawn: {one.withdrawn}", warns=True)
    if not isinstance(one.taint, Absent):
        yield par(f"Not independent: {one.taint}", warns=True)
    yield facts(
        (
            ("Id", one.id),
            ("Kind, date", f"{one.sort}, {said(one.at)}"),
            ("Came to the police", one.obtained_at),
            ("What it says", one.words),
            ("From", one.source),
            ("Collected by; words of", f"{said(one.collected_by)}; {said(one.by)}"),
            ("Reliable", one.reliable),
            ("Tied to the offence", one.linked),
            ("Independent of every search", one.independent),
            ("Answers to it", one.replies),
            ("Changes", one.changes),
            ("File", file_named(one.file, names)),
        )
    )


def whereabouts_pages(c: Contents) -> Iterator[Block]:
    """What was done to find out where the suspect was."""
    if isinstance(c.whereabouts, Absent):
        yield par(f"Nobody looked into it: {c.whereabouts.because}.", warns=True)
        return
    yield table(
        (1, 1.2, 2.4, 2, 1.6),
        ("Question", "State", "What was tried", "What was found", "By, when"),
        ((w.question, w.state, w.tried, w.found, f"{w.by}, {said(w.at)}") for w in c.whereabouts),
    )
