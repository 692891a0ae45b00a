"""The pages of one search: the request, the pictures, the list, both examinations side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lookalike.disclosure.blocks import Block, cell, facts, heading, par, pictures, said, table
from lookalike.disclosure.contents_search import ExaminationOf, FaceOf, RequestOf, RunOf, SearchOf
from lookalike.disclosure.values import Absent, File
from lookalike.disclosure.whole import present

Names = Mapping[str, str]
"""The name of each file of the packet, by its digest."""


def search_pages(number: int, of: int, search: SearchOf, suspect: object, names: Names) -> Iterator[Block]:
    """Everything about one request of the case, on pages of its own."""
    request = search.request
    yield heading(3, f"Search {number} of {of}: request {request.number}", fresh=number > 1)
    yield par(f"Outcome: {search.outcome}")
    yield from _request(request)
    if isinstance(search.run, Absent):
        yield par(f"No search was run: {search.run.because}.", warns=True)
        return
    yield from _run(number, search.run, suspect, names)


def _request(r: RequestOf) -> Iterator[Block]:
    yield heading(4, "The request")
    yield facts(
        (
            ("State", r.state),
            ("Asked by, when", f"{r.asked_by}, {said(r.asked_at)}"),
            ("Purpose", r.purpose),
            ("Suspicion", r.suspicion),
            ("Facts that were given", r.specific_facts),
            ("Route", r.route),
            ("Order of a court", r.order),
            ("On behalf of", r.on_behalf_of),
            ("What covers the face", r.obstructions),
            ("Repeats of earlier requests", r.repeats),
            ("Reason for a repeat", r.repeat_reason),
            ("Checked by, when", f"{said(r.checked_by)}, {said(r.checked_at)}"),
            ("Words of the check", r.check_words),
        )
    )


def _run(number: int, run: RunOf, suspect: object, names: Names) -> Iterator[Block]:
    record = json.loads(run.record)
    probe = record["probe"]
    yield heading(4, "What was searched")
    yield pictures(((f"received-{number}", "As received"), (f"edited-{number}", "As edited and searched")), height=58)
    yield par(
        "Faces of other people are unrecognisable on this page. The originals are in the packet as they were received.",
        small=True,
    )
    yield facts(
        (
            ("Run by, when", f"{run.run_by}, {said(run.run_at)}"),
            ("Entry of the ledger", run.entry),
            ("Exhibit as received", file_named(run.exhibit, names)),
            ("Custody", run.custody),
            ("Photograph searched", file_named(run.still, names)),
            ("Edits, in order", "; ".join(probe["edits_in_words"]) or "it was searched as it is"),
            ("Fitness for comparison", "; ".join([probe["fitness"], *probe["reasons"]])),
            ("Face", f"number {probe['face']['number']} of {probe['face']['of']}, from left to right"),
            ("Matcher", f"{record['software']['matcher']}, Lookalike {record['software']['lookalike']}"),
            *(
                (
                    "Searched",
                    f"{g['records']:,} photographs of {g['persons']:,} people in “{g['name']}”, at snapshot "
                    f"{g['snapshot']}. {g['validity']}",
                )
                for g in record["galleries"]
            ),
            ("Search record, SHA-256", run.sha256),
        )
    )
    yield heading(4, "Quality of the photograph")
    yield table(
        (2.4, 1, 1.6, 1),
        ("Measure (after ISO/IEC 29794-5)", "Raw", "Unit", "0 to 100"),
        (
            (q["measure"], f"{q['raw']:.2f}", q["unit"] or "–", "–" if q["value"] is None else q["value"])
            for q in probe["quality"]
        ),
    )
    yield from _list(number, run, record, suspect)
    yield from _examinations(run, names)


def _list(number: int, run: RunOf, record: Mapping[str, Any], suspect: object) -> Iterator[Block]:
    yield heading(4, "The whole candidate list")
    if isinstance(run.candidates, Absent):
        yield par(f"There is none: {run.candidates.because}.")
        return
    yield par(
        f"{record['asked_for']} candidates were asked for, {len(run.candidates)} came back. The order is that of the "
        "comparison score: the first is the most alike, not the likeliest. A search always returns somebody."
    )
    if any(isinstance(one.picture, File) for one in run.candidates):
        yield pictures(
            (
                (
                    f"list-{number}",
                    "The candidates in order, from the left. The faces of people who are not "
                    "the suspect are unrecognisable; their records are named below.",
                ),
            ),
            height=22 * -(-len(run.candidates) // 10),
        )
    yield table(
        (0.5, 1.3, 1.2, 1.1, 3.4, 1.5),
        ("Rank", "Record", "Person", "Taken", "What the score is worth", "Score, exactly"),
        (
            (
                str(c["rank"]),
                cell(f"{c['record_id']} ({c['gallery']})", warns=c["person_id"] == suspect),
                c["person_id"],
                f"{c['date_taken']}, {c['age']}",
                c["expected_lookalikes"]["sentence"] + _others(c),
                f"{c['score']['dot']} / √({c['score']['norm_probe']} × {c['score']['norm_reference']})",
            )
            for c in record["candidates"]
        ),
    )


def _others(candidate: Mapping[str, Any]) -> str:
    others = [f"{one['record_id']} (taken {one['date_taken']})" for one in candidate["others_not_returned"]]
    return f" Other photographs of this person were searched and did not come back: {', '.join(others)}." * bool(others)


def _told(value: object, names: Names) -> str:
    return file_named(value, names) if isinstance(value, File) else said(value)


def _examinations(run: RunOf, names: Names) -> Iterator[Block]:
    yield heading(4, "The examinations")
    if isinstance(run.examinations, Absent):
        yield par(f"There is none: {run.examinations.because}.")
        return
    yield par(f"Whether the examiners agreed: {said(run.agreement)}")
    done = run.examinations
    head = ["", *(f"{one.examiner} ({one.reference})" for one in done)]
    wide = [1.2, *(3.4 for _ in done)]
    rows = (
        ("Given", "given_at"),
        ("Description locked", "described_at"),
        ("Candidates first seen", "candidates_seen_at"),
        ("Concluded", "concluded_at"),
        ("Conclusion", "conclusion"),
        ("Face named", "named"),
        ("Reasons", "words"),
        ("Seen beside the photographs", "saw"),
        ("Withdrawn", "withdrawn"),
        ("Entry of the ledger", "entry"),
        ("Report", "report"),
    )
    yield table(
        wide,
        head,
        ((label, *(_told(getattr(one, name), names) for one in done)) for label, name in rows),
    )
    yield par("The probe, described before any candidate was seen, component by component:")
    if _components(done):
        yield table(wide, head, ((name, *(_feature(one, name) for one in done)) for name in _components(done)))
    else:
        yield par(f"Nothing: {_why_none(one.features for one in done)}.")
    corrections = [(one.examiner, c) for one in done for c in present(one.corrections)]
    if corrections:
        yield par("Said of a component after its description was locked:")
        yield table(
            (1.2, 1.4, 1.2, 2, 2, 2),
            ("Examiner", "When", "Component", "Before", "After", "Why"),
            ((who, c.at, c.component, c.before, c.after, c.reason) for who, c in corrections),
        )
    yield par("Every face that was compared, by its record. A decoy is known to be somebody else.")
    faces = sorted({f.record_id for one in done for f in present(one.faces)})
    if faces:
        yield table(wide, ["Record", *head[1:]], ((name, *(_face(one, name) for one in done)) for name in faces))
    else:
        yield par(f"None: {_why_none(one.faces for one in done)}.")


def _components(done: tuple[ExaminationOf, ...]) -> list[str]:
    return list(dict.fromkeys(f.component for one in done for f in present(one.features)))


def _why_none(values: Iterable[object]) -> str:
    return "; ".join(dict.fromkeys(one.because for one in values if isinstance(one, Absent)))


def _feature(one: ExaminationOf, component: str) -> str:
    if isinstance(one.features, Absent):
        return said(one.features)
    found = [f for f in one.features if f.component == component]
    return (
        "; ".join(
            f"{f.visible}. {said(f.words)}" + ("" if isinstance(f.limits, Absent) else f" Limits: {said(f.limits)}.")
            for f in found
        )
        or "not described"
    )


def _face(one: ExaminationOf, record_id: str) -> str:
    found: list[FaceOf] = [f for f in present(one.faces) if f.record_id == record_id]
    if not found:
        return "not before this examiner"
    face = found[0]
    compared = "; ".join(
        f"{c.component}: {c.judgement}"
        + ("" if isinstance(c.explained_by, Absent) else f" (explained by {c.explained_by})")
        + ("" if isinstance(c.words, Absent) else f", {c.words}")
        for c in present(face.compared)
    )
    head = f"{face.letter}{' (decoy)' if face.decoy else ''}: {face.outcome}. {said(face.reason)}"
    return f"{head} Compared: {compared or said(face.compared)}."


def file_named(file: object, names: Names) -> str:
    """A file as a page names it: its title, its name in the packet, its size."""
    if isinstance(file, File):
        return f"{file.title}: {names[file.sha256]}, {file.size:,} bytes"
    return said(file)
