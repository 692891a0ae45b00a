"""The document that a judge reads: every part of the packet in words, in the order of `Part`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

from lookalike.disclosure.blocks import Block, facts, heading, items, moment, nothing, par, pictures, said, table
from lookalike.disclosure.checklists import checklists
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.contents_search import RunOf
from lookalike.disclosure.items import NUMBERS, TITLES, Part
from lookalike.disclosure.pages_evidence import evidence_pages, lineups_pages, whereabouts_pages
from lookalike.disclosure.pages_search import Names, file_named, search_pages
from lookalike.disclosure.pages_systems import galleries_pages, systems_pages
from lookalike.disclosure.pages_withheld import withheld_pages
from lookalike.disclosure.values import Absent
from lookalike.disclosure.whole import present
from lookalike.record.model import LIMITS

NOTICE = "A face search returns lookalikes. It identifies nobody."

ASKED = {"R12": "Of a lead", "R13": "Of a lineup", "R14": "Of a warrant request", "R15": "Of a packet"}
"""What the rules are about whose statements a packet holds."""

FRESH = frozenset({Part.PACKET, Part.CASE, Part.SEARCHES, Part.SYSTEMS, Part.EVIDENCE, Part.LEDGER, Part.CHECKLISTS})
"""The parts that begin a page."""


def pages(contents: Contents, names: Names, made_at: datetime, listed: Sequence[Any]) -> dict[str, Any]:
    """The document as data. names: of the files, by digest; listed: (name, file, place) of every file."""
    makers: dict[Part, Callable[[], Iterator[Block]]] = {
        Part.PACKET: lambda: _packet(contents, made_at),
        Part.CASE: lambda: _case(contents, names),
        Part.SEARCHES: lambda: _searches(contents, names),
        Part.SYSTEMS: lambda: systems_pages(contents, names),
        Part.GALLERIES: lambda: galleries_pages(contents),
        Part.LEADS: lambda: _leads(contents, names),
        Part.LINEUPS: lambda: lineups_pages(contents, names),
        Part.EVIDENCE: lambda: evidence_pages(contents, names),
        Part.WHEREABOUTS: lambda: whereabouts_pages(contents),
        Part.REFUSALS: lambda: _refusals(contents),
        Part.SIGNATURES: lambda: _signatures(contents),
        Part.EXAMINERS: lambda: _examiners(contents),
        Part.LEDGER: lambda: _ledger(contents),
        Part.STATEMENTS: lambda: _statements(contents),
        Part.CHECKLISTS: lambda: _checklists(),
        Part.WITHHELD: lambda: withheld_pages(contents, names),
        Part.FILES: lambda: _files(listed),
    }
    return {
        "title": f"Face search disclosure packet {contents.about.code}",
        "code": contents.about.code,
        "case": contents.case.number,
        "agency": contents.about.agency,
        "suspect": contents.suspect.name,
        "made_at": moment(made_at),
        "notice": NOTICE,
        "parts": [
            {
                "part": part.value,
                "number": NUMBERS[part],
                "title": TITLES[part],
                "fresh": part in FRESH,
                "blocks": list(make()),
            }
            for part, make in makers.items()
        ],
    }


def _packet(c: Contents, made_at: datetime) -> Iterator[Block]:
    runs = [one.run for one in present(c.searches) if isinstance(one.run, RunOf)]
    count = len(present(c.searches))
    yield par(
        "Face recognition software was used in this case. This packet holds everything that was recorded of it, for "
        "the prosecution, the defence and the court alike."
        if runs
        else "No face search was run in this case. This packet says so, and holds what was asked and refused."
    )
    yield facts(
        (
            ("Made for", c.about.purpose),
            ("Made by, when", f"{c.about.made_by}, {moment(made_at)}"),
            ("Under", c.about.law),
            ("Face searches asked for", count if count else said(c.searches)),
            ("Of these run", len(runs)),
        )
    )
    yield heading(3, "What it is")
    yield items(
        (
            "Complete by construction. The software that writes it takes no instruction to leave anything out, and "
            "refuses to write where something lacks. Where there is nothing, it says so and why.",
            "Signed. The PDF carries the agency's signature; the attached manifest names every file with its SHA-256. "
            "Anybody can check it without the agency: lookalike disclosure verify PACKET.",
            "Repeatable. Whoever has the galleries can run every search again and see whether the list is the same, to "
            "the last bit: lookalike disclosure replay PACKET --gallery DIR.",
        )
    )
    yield heading(3, "What it is not")
    yield items(
        (
            "It is no evidence that the suspect did anything. A search returns the people who look most alike, and it "
            "returns somebody also when the person sought is not there.",
            "Not probable cause, and no identification. Nor is the choice of a witness who was shown a lead.",
            "Not proof that nothing else exists: it holds what was recorded. What the graph of evidence says depends "
            "on what people entered; who entered what, and what was withdrawn, is in it.",
        )
    )
    yield heading(3, "Limits of the method")
    yield items(LIMITS)


def _case(c: Contents, names: Names) -> Iterator[Block]:
    case, suspect = c.case, c.suspect
    yield facts(
        (
            ("Case", f"{case.number}, {case.agency}"),
            ("Offence", f"{case.offence}{' (attempted)' if case.attempted else ''}; statute {said(case.statute)}"),
            ("Completed on", case.completed_on),
            ("What is told of it", case.narrative),
            ("Opened by, when", f"{case.opened_by}, {said(case.opened_at)}"),
            ("Worked on by", case.team),
        )
    )
    yield heading(3, "The suspect")
    yield facts(
        (
            ("Name", suspect.name),
            ("Person of the booking records", suspect.person_id),
            ("How they came to be suspected", suspect.origin),
            ("Written reasons", suspect.suspicion),
            ("Written down", suspect.suspicion_written_at),
            ("Suspected no more", suspect.ended),
        )
    )
    if isinstance(suspect.photographs, Absent):
        yield from nothing(suspect.photographs, what="No photograph of the suspect stands in a gallery")
        return
    yield heading(3, "The suspect's photographs in the galleries")
    yield pictures(
        [
            (f"suspect-{n}", f"{p.record_id}, taken {said(p.taken_on)}")
            for n, p in enumerate(suspect.photographs, 1)
            if not isinstance(p.picture, Absent)
        ],
        height=52,
    )
    yield table(
        (1.2, 1.4, 1.2, 1.6, 1.6, 1.2, 2.4),
        ("Gallery", "Record", "Taken", "Age", "Source", "Returned by a search", "File"),
        (
            (p.gallery, p.record_id, p.taken_on, p.age, p.source, p.returned_by_search, file_named(p.picture, names))
            for p in suspect.photographs
        ),
    )


def _searches(c: Contents, names: Names) -> Iterator[Block]:
    if isinstance(c.searches, Absent):
        yield from nothing(c.searches, what="No search was asked for")
        return
    yield par(
        "Every request of the case is here: those refused, those without a candidate, and those that led to somebody "
        "else. The search record itself is in contents.json, and is what can be run again."
    )
    for number, one in enumerate(c.searches, 1):
        yield from search_pages(number, len(c.searches), one, c.suspect.person_id, names)


def _leads(c: Contents, names: Names) -> Iterator[Block]:
    if isinstance(c.leads, Absent):
        yield from nothing(c.leads, what="No search was answered")
        return
    for one in c.leads:
        yield heading(3, f"{one.answer.capitalize()}, {one.code}")
        yield facts(
            (
                ("Answered by, when", f"{one.by}, {said(one.at)}"),
                ("Record named", one.named),
                ("Words", one.words),
                ("Document", file_named(one.sheet, names)),
                ("Entry of the ledger", one.entry),
            )
        )


def _refusals(c: Contents) -> Iterator[Block]:
    if isinstance(c.refusals, Absent):
        yield from nothing(c.refusals, what="Nothing was refused")
        return
    yield table(
        (1, 1.6, 3.4, 2.6),
        ("Act", "Asked by, when", "What was said", "Citations"),
        ((r.act, f"{r.by}, {said(r.at)}", r.words, r.citations) for r in c.refusals),
    )


def _signatures(c: Contents) -> Iterator[Block]:
    if isinstance(c.signatures, Absent):
        yield from nothing(c.signatures, what="Nobody signed")
        return
    yield table(
        (1.5, 1.2, 1.2, 0.8, 1.5, 1.6, 2.4),
        ("Of what", "Who", "Office", "Answer", "Words", "When", "SHA-256 of what was signed"),
        ((s.of, s.name, s.office, s.answer, s.words, s.at, s.digest) for s in c.signatures),
    )


def _examiners(c: Contents) -> Iterator[Block]:
    if isinstance(c.examiners, Absent):
        yield from nothing(c.examiners, what="Nobody worked on a search")
        return
    for one in c.examiners:
        yield heading(3, f"{one.name}, {one.duty}")
        yield facts((("Qualifications", one.qualifications), ("Training", one.training)))
        yield par("Results in trials whose answer was known:")
        if isinstance(one.known_answers, Absent):
            yield par(said(one.known_answers))
        else:
            yield facts((row.label, row.value) for row in one.known_answers)


def _ledger(c: Contents) -> Iterator[Block]:
    ledger = c.ledger
    yield par(
        "Every act was entered in the agency's ledger in the moment it was done. The proofs below are attached; each "
        "shows, with the signed checkpoint and without trusting the agency, that its entry is in the ledger."
    )
    yield facts(
        (
            ("Ledger", ledger.origin),
            *(("Public key", one) for one in ledger.keys),
            ("Witnesses' keys", ledger.witnesses),
            ("Newest checkpoint", ledger.checkpoint),
        )
    )
    yield table(
        (0.6, 2.4, 5),
        ("Entry", "Of", "Line of the ledger"),
        ((one.entry, one.what, _line(one.text)) for one in ledger.proofs),
    )


def _line(text: str) -> str:
    from lookalike.ledger.checkpoint import EntryProof

    return EntryProof.parse(text.encode()).line.text


def _statements(c: Contents) -> Iterator[Block]:
    yield par(
        "What the packs in force want told of a lead, a lineup, a warrant request and a packet. Each sentence stands "
        "once, with every source that asks for it."
    )
    sources: dict[tuple[str, str], list[str]] = {}
    for one in c.statements:
        sources.setdefault((one.rule, one.words), []).append(f"{one.citation} ({one.pack})")
    for (rule, words), cited in sorted(sources.items(), key=lambda one: one[0][0]):
        yield heading(3, f"{ASKED.get(rule, 'Rule')} ({rule})")
        yield par(words)
        yield items(dict.fromkeys(cited))


def _checklists() -> Iterator[Block]:
    for one in checklists():
        yield heading(3, one.title)
        yield par(f"{one.citation}. {one.confidence}", small=True)
        yield table(
            (0.4, 4, 4),
            ("", "What is asked", "Where it is"),
            (
                (
                    str(n),
                    point.words,
                    {
                        "text": "; ".join(dict.fromkeys(p.path for p in point.places)),
                        "parts": list(dict.fromkeys(p.part.value for p in point.places)),
                    },
                )
                for n, point in enumerate(one.points, 1)
            ),
        )


def _files(listed: Sequence[Any]) -> Iterator[Block]:
    yield par(
        "The attached manifest.json names every file below. The manifest is part of what is signed; so a file that "
        "stands beside this document in the packet is covered by the same signature."
    )
    yield table(
        (2.6, 2.4, 0.9, 0.9, 3.2),
        ("File", "What it is", "Place", "Bytes", "SHA-256"),
        ((name, title, place, size, digest) for name, title, size, digest, place in listed),
    )
