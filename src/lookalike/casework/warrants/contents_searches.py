"""The searches in a packet: every request of the case, also refused and withdrawn, with all that came of it."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.casework import files
from lookalike.casework.cases.models import Case, Custody
from lookalike.casework.examinations.documents import document_of, issue
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.galleries import matcher
from lookalike.casework.leads.document import Pictures, sheet_pdf
from lookalike.casework.leads.documents import candidate_picture, document, probe_picture
from lookalike.casework.leads.gather import covered
from lookalike.casework.leads.kept import sheet_of
from lookalike.casework.leads.models import Answer
from lookalike.casework.leads.sheet import LeadSheet
from lookalike.casework.models import StoredFile
from lookalike.casework.recording import ledger, store
from lookalike.casework.searches.models import Request, Search
from lookalike.casework.searches.services import record_of
from lookalike.casework.warrants.gathering import Gathering, as_kept, given, said, several, stored
from lookalike.disclosure.contents import WithheldOf
from lookalike.disclosure.contents_search import (
    CandidateOf,
    ComparedOf,
    CorrectionOf,
    ExaminationOf,
    FaceOf,
    FeatureOf,
    LeadOf,
    RequestOf,
    RunOf,
    SearchOf,
)
from lookalike.disclosure.pictures import unrecognisable
from lookalike.disclosure.values import Absent, File
from lookalike.ledger.acts import Act
from lookalike.ledger.entry import Line
from lookalike.media.edits import apply, from_dict
from lookalike.media.photo import encode_png
from lookalike.record import places
from lookalike.record.pictures import fitted, without_others

RELATED = ("asked_by", "checked_by", "behalf_of", "still__exhibit__file", "still__file", "case__agency")


def searches(case: Case, gathering: Gathering) -> tuple[SearchOf, ...]:
    """Every request of a case in the order in which it was made."""
    rows = Request.objects.filter(case=case).select_related(*RELATED).prefetch_related("repeats", "answers")
    return tuple(_search(one, gathering) for one in rows.order_by("asked_at", "pk"))


def leads(case: Case, gathering: Gathering) -> Iterator[LeadOf]:
    """Every answer to a request of the case: leads, and letters without one.

    The sheet of a lead on somebody else is set again with that face unrecognisable; the signed one is withheld.
    """
    rows = Answer.objects.filter(request__case=case, entry__isnull=False).select_related(
        "by", "candidate", "document", "portrait", "request__case", "request__search__probe_picture"
    )
    for one in rows.order_by("at", "pk"):
        name = "Lead sheet" if one.candidate else "Letter without a lead"
        yield LeadOf(
            code=one.code,
            answer="lead" if one.candidate else "no lead",
            by=one.by.name,
            at=one.at,
            named=given(one.candidate.record_id if one.candidate else None, "it names nobody"),
            words=given(one.words, "nothing was added"),
            sheet=_sheet(one, f"{name} {one.code}", gathering),
            entry=one.entry or 0,
        )


def _sheet(row: Answer, title: str, gathering: Gathering) -> File:
    """The document of an answer as it was signed, or without the face of somebody else; made where it is not yet."""
    signed = document(gathering.who, row)
    if row.candidate is None or row.candidate.person_id == gathering.suspect:
        return stored(signed, title)
    sheet = sheet_of(row)
    assert isinstance(sheet, LeadSheet)
    shown = sheet_pdf(sheet, Pictures(probe_picture(row), unrecognisable(candidate_picture(row))))
    instead = File.of(shown, title=f"{title}, the face made unrecognisable", media_type="application/pdf")
    return _withheld(signed, instead, title, gathering)


def _withheld(document: StoredFile, instead: File, title: str, gathering: Gathering) -> File:
    gathering.withheld.append(
        WithheldOf(
            what=f"{title}, as it was signed",
            because="it shows faces of people who are not the suspect",
            instead="the same document, every word of it, set again without those faces and not signed by itself",
            sha256=document.sha256,
        )
    )
    return instead


def _search(row: Request, gathering: Gathering) -> SearchOf:
    run = Search.objects.filter(request=row).select_related("run_by", "probe_picture").first()
    return SearchOf(
        request=_request(row),
        outcome=_outcome(row),
        run=Absent(_not_run(row)) if run is None else _run(row, run, gathering),
    )


def _outcome(row: Request) -> str:
    state = Request.State(row.state)
    words = {
        Request.State.REFUSED: "Refused by the protections; nothing was searched.",
        Request.State.WAITING: "Asked for; it waits for its check, and nothing was searched.",
        Request.State.SENT_BACK: "Sent back; nothing was searched.",
        Request.State.APPROVED: "Approved; not searched yet.",
        Request.State.WITHDRAWN: "Withdrawn; nothing was searched.",
        Request.State.SEARCHED: "Searched; the examiners have not concluded.",
        Request.State.ANSWERED: "Searched and examined; the supervisor has not answered.",
        Request.State.LEAD: "A lead.",
        Request.State.NO_LEAD: "No lead: nobody was named.",
    }
    named = [one.code for one in row.answers.all() if one.candidate_id]
    return words[state] + (f" Leads: {len(named)} ({', '.join(named)})." if named else "")


def _not_run(row: Request) -> str:
    return f"the request is {row.get_state_display()}: nothing was searched"


def _request(row: Request) -> RequestOf:
    unchecked = "nobody has checked it"
    order = f"{row.order_by}, {row.order_at:%Y-%m-%d %H:%M}" if row.order_by and row.order_at else None
    return RequestOf(
        number=f"{row.number}",
        state=str(row.get_state_display()),
        asked_by=row.asked_by.name,
        asked_at=row.asked_at,
        purpose=str(row.get_purpose_display()),
        suspicion=str(row.get_suspicion_display()),
        specific_facts=said(row.specific_facts),
        route=str(row.get_route_display()),
        order=given(order, "no court was asked"),
        on_behalf_of=given(row.behalf_of.name if row.behalf_of else None, "asked for nobody else"),
        obstructions=several(covered(row), "nothing covers the face"),
        repeats=several((f"request {one.number}" for one in row.repeats.all()), "the face was not asked for before"),
        repeat_reason=given(row.repeat_reason, "no reason was given or needed"),
        checked_by=given(row.checked_by.name if row.checked_by else None, unchecked),
        checked_at=given(row.checked_at, unchecked),
        check_words=given(row.check_words, unchecked),
        judgement=as_kept(row.judgement),
        facts=as_kept(row.facts),
    )


def _run(row: Request, run: Search, gathering: Gathering) -> RunOf:
    still, exhibit = row.still, row.still.exhibit
    number = row.number
    tasks = Task.objects.filter(search=run).exclude(state=Task.State.HELD).select_related("examiner", "named", "report")
    examined = tuple(_examination(one, gathering) for one in tasks.order_by("nth", "pk"))
    custody = Custody.objects.filter(exhibit=exhibit, viewing=False).select_related("by").order_by("at", "pk")
    told = tuple(_link(one) for one in custody)
    return RunOf(
        id=run.public_id,
        run_by=run.run_by.name,
        run_at=run.run_at,
        record=record_of(run) + "\n",
        sha256=run.sha256,
        exhibit=stored(exhibit.file, f"Exhibit {exhibit.number} as received"),
        custody=told or (f"received from {exhibit.received_from} on {exhibit.received_on}",),
        still=stored(still.file, f"Probe of request {number} as received"),
        received=_received(row, number),
        edited=File.of(
            files.read(run.probe_picture), title=f"Probe of request {number} as searched", media_type="image/png"
        ),
        candidates=several(
            (
                CandidateOf(
                    rank=one.rank,
                    gallery=one.gallery,
                    record_id=one.record_id,
                    person_id=one.person_id,
                    picture=stored(one.picture, f"Candidate {one.rank} of request {number}"),
                )
                for one in run.candidates.select_related("picture").order_by("rank")
            ),
            "the search returned nobody",
        ),
        examinations=several(examined, "nobody has examined it"),
        agreement=given(_agreement(run), "nobody has examined it"),
        judgement=as_kept(run.judgement),
        facts=as_kept(run.facts),
        entry=entry_of(run),
    )


def entry_of(run: Search) -> int:
    """The entry of the ledger that names a search. -1: there is none, and no packet can be made."""
    book = ledger()
    for index, text in store().find(Act.SEARCH_RUN):
        if Line.parse(text.encode()).time < run.run_at.isoformat()[:10]:
            continue
        body = book.body(index) or {}
        objects: list[dict[str, str]] = body.get("objects") or []  # type: ignore[assignment]
        if {"kind": "search", "id": run.public_id} in objects:
            return index
    return -1


def _received(row: Request, number: int) -> File:
    """The probe as it came, nobody else's face in it, as PNG."""
    from lookalike.casework.cases.pictures import photo

    steps = tuple(from_dict(one) for one in row.edits)
    original = photo(row.still).pixels
    engine = matcher()
    edited = apply(original, steps)
    chosen = places.before(engine.detect(edited)[row.face - 1], steps, original.shape)
    everybody = [
        *engine.detect_thoroughly(original),
        *(places.before(face, steps, original.shape) for face in engine.detect_thoroughly(edited)),
    ]
    hidden = fitted(without_others(original, everybody, chosen), long_side=1600)
    return File.of(
        encode_png(hidden), title=f"Probe of request {number} as received, others hidden", media_type="image/png"
    )


def _link(one: Custody) -> str:
    way = f" from {one.source}" if one.source else ""
    way += f" to {one.target}" if one.target else ""
    return f"{one.at:%Y-%m-%d %H:%M}, {one.by.name}: {one.what}{way}{'. ' + one.note if one.note else ''}"


def _agreement(run: Search) -> str | None:
    from lookalike.casework.examinations.facts import concluded, where

    done = concluded(run)
    if not done:
        return None
    named = [f"{one.examiner.name} named {one.named.record_id if one.named else 'nobody'}" for one in done]
    return f"{where(run).value.replace('_', ' ')}: {'; '.join(named)}"


def _report(task: Task, gathering: Gathering) -> File | Absent:
    """The document of an examination: as it was issued where it shows no other face, else with the suspect's alone."""
    if task.state != Task.State.CONCLUDED or task.entry is None:
        return Absent("its document is made when it is concluded")
    issued = issue(task, address=gathering.address)
    title = f"Report of examination {task.reference}"
    others = task.faces.filter(viewer__isnull=False).exclude(candidate__person_id=gathering.suspect)
    if not others.exists():
        return stored(issued, title)
    shown = document_of(task, address=gathering.address, shows=gathering.is_suspect)
    instead = File.of(shown, title=f"{title}, faces of others left out", media_type="application/pdf")
    return _withheld(issued, instead, title, gathering)


def _examination(task: Task, gathering: Gathering) -> ExaminationOf:
    faces = task.faces.order_by("place").prefetch_related("comparisons")
    open_ = "it is not concluded"
    return ExaminationOf(
        reference=task.reference,
        examiner=task.examiner.name,
        given_at=task.given_at,
        described_at=given(task.probe_locked_at, "the probe is not described yet"),
        candidates_seen_at=given(task.candidates_seen_at, "no face was shown yet"),
        concluded_at=given(task.concluded_at, open_),
        conclusion=given(task.conclusion.replace("_", " "), open_),
        named=given(task.named.letter if task.named else None, "nobody was named"),
        words=given(task.words, "nothing was written"),
        saw=several((one.replace("_", " ") for one in task.saw), "only the photographs were before the examiner"),
        withdrawn=given(task.withdrawn_because, "it was not withdrawn"),
        features=several(
            (
                FeatureOf(
                    component=one.component,
                    visible=str(one.get_visible_display()),
                    words=given(one.words, "nothing was written"),
                    limits=several((str(limit) for limit in one.limits), "nothing limits it"),
                )
                for one in task.features.order_by("pk")
            ),
            "the probe is not described yet",
        ),
        corrections=several(
            (
                CorrectionOf(
                    at=one.at,
                    component=one.component,
                    before=said(one.before),
                    after=said(one.after),
                    reason=said(one.reason),
                )
                for one in task.corrections.order_by("at", "pk")
            ),
            "nothing was corrected",
        ),
        faces=several((_face(one) for one in faces), "no face was given"),
        judgement=given(as_kept(task.judgement) if task.judgement else None, open_),
        facts=given(as_kept(task.facts) if task.facts else None, open_),
        report=_report(task, gathering),
        entry=given(task.entry, open_),
    )


def _face(one: TaskFace) -> FaceOf:
    return FaceOf(
        letter=one.letter,
        record_id=one.record_id,
        decoy=one.candidate_id is None,
        outcome=str(one.get_outcome_display()),
        reason=given(one.reason, "nothing was written"),
        compared=several(
            (
                ComparedOf(
                    component=part.component,
                    judgement=str(part.get_judgement_display()),
                    explained_by=given(part.explained_by, "nothing else explains it"),
                    words=given(part.words, "nothing was written"),
                )
                for part in one.comparisons.all()
            ),
            "no component was compared",
        ),
        viewer=given(as_kept(one.viewer) if one.viewer else None, "the viewer was not used"),
    )
