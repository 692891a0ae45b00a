"""A whole packet of an invented case: real searches of invented people, a real ledger, a real signature."""

from __future__ import annotations

import csv
import datetime
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lookalike.disclosure.contents import (
    About,
    CaseOf,
    CohortOf,
    Contents,
    ExaminerOf,
    GalleryOf,
    GalleryPhoto,
    LedgerOf,
    ProofOf,
    RefusalOf,
    SignatureOf,
    StatementOf,
    SuspectOf,
    SystemOf,
    ValidationOf,
)
from lookalike.disclosure.contents_evidence import (
    EvidenceOf,
    GraphOf,
    HappenedOf,
    LineupOf,
    LinkOf,
    NodeOf,
    Says,
    WhereaboutsOf,
)
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
from lookalike.disclosure.packet import write
from lookalike.disclosure.values import Absent, File, Row
from lookalike.face.matcher import Matcher
from lookalike.gallery.gallery import Gallery
from lookalike.ledger.acts import Account, Act, NewEntry, Outcome
from lookalike.ledger.ledger import Ledger
from lookalike.media.edits import parse_edit
from lookalike.media.photo import encode_png, read_photo_file
from lookalike.record.search import Search, prepare_probe, search
from lookalike.signing import Signer, make_signer
from tests.conftest import PEOPLE, opened_gallery
from tests.ledger.samples import BOARD, made

AT = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)
SIGNED = datetime.datetime(2026, 3, 20, 9, 0, tzinfo=datetime.UTC)
ALLOWED = json.dumps({"allowed": True, "findings": []})
FACTS = json.dumps({"act": "search", "facts": {"case": {"number": "26-00117"}}})


@dataclass(frozen=True)
class Sample:
    """The contents, and what they were made with."""

    contents: Contents
    ledger_key: str


@dataclass(frozen=True)
class Made:
    """A packet, and what it was made with."""

    path: Path
    contents: Contents
    signer: Signer
    ledger_key: str


CLIP = bytes(range(256)) * (20 << 10)
"""Five mebibytes: more than a PDF carries."""


def made_in(folder: Path, sixty: Path, matcher: Matcher) -> Made:
    """The sample as a file, with a clip beside the document. sixty: the gallery of sixty invented people."""
    with opened_gallery(sixty) as gallery:
        given = sample(folder, gallery, matcher, clip=CLIP)
    key = signer(folder)
    with (folder / "packet.zip").open("wb") as stream:
        write(given.contents, stream, made_at=SIGNED, signer=key)
    return Made(folder / "packet.zip", given.contents, key, given.ledger_key)


def signer(folder: Path) -> Signer:
    """The agency's key, drawn anew."""
    return make_signer(folder / "key.pem", folder / "certificate.pem", name="Harbour City Police", now=AT)


def sample(folder: Path, gallery: Gallery, matcher: Matcher, *, clip: bytes = b"") -> Sample:
    """A packet's contents. gallery: of invented people, "sixty". clip: an exhibit beside the photograph."""
    with (PEOPLE / "probes.csv").open(encoding="utf-8", newline="") as stream:
        probes = [row for row in csv.DictReader(stream) if row["kind"] == "a"]
    inside = {record.person_id for record in gallery.records()}
    mated = [row for row in probes if row["person_id"] in inside]
    strangers = [row for row in probes if row["person_id"] not in inside]
    first, edited = mated[0], ["exposure=0.2"]
    searches = [
        _searched(first["file"], gallery, matcher, edits=edited, count=12),
        _searched((strangers or mated[1:])[0]["file"], gallery, matcher, edits=[], count=5),
    ]
    ledger, entries = _ledger(folder)
    runs = [
        _run(number, PEOPLE / row["file"], made_search, gallery, entries, clip if number == 1 else b"")
        for number, (row, made_search) in enumerate(
            zip((first, (strangers or mated[1:])[0]), searches, strict=True), start=1
        )
    ]
    person = first["person_id"]
    contents = _contents(gallery, searches, runs, person, ledger, entries)
    ledger.close()
    return Sample(contents, contents.ledger.keys[-1])


def _searched(name: str, gallery: Gallery, matcher: Matcher, *, edits: Sequence[str], count: int) -> Search:
    probe = prepare_probe(read_photo_file(PEOPLE / name), matcher, edits=[parse_edit(one) for one in edits])
    return search(probe, [gallery], matcher, count=count, now=AT)


ENTRIES = ("search-1", "search-2", "examination-1", "examination-2", "lead", "lineup")


def _ledger(folder: Path) -> tuple[Ledger, dict[str, int]]:
    """A ledger with an entry for each thing that was done, cosigned by a witness."""
    ledger = made(folder / "ledger-of-the-sample", 3)
    entries = {}
    for what in ENTRIES:
        account = Account(
            actor="u-1042",
            role="examiner",
            agency="Harbour City Police",
            where="workstation 17",
            source="192.0.2.7",
            objects=[("case", f"26-00117 {what}")],
        )
        (line,) = ledger.record(NewEntry(Act.SEARCH_RUN, Outcome.ALLOWED, account.body()))
        entries[what] = line.index
    text = ledger.checkpoint().split(b"\n\n")[0] + b"\n"
    ledger.add_cosignatures([BOARD.sign(text, 1_794_000_000)], [BOARD.verifier])
    return ledger, entries


def _run(
    number: int, probe: Path, made_search: Search, gallery: Gallery, entries: dict[str, int], clip: bytes
) -> RunOf:
    record = made_search.record.to_json() + "\n"
    photo = probe.read_bytes()
    still = File.of(photo, title=f"Probe {number} as received", media_type="image/jpeg")
    exhibit = File.of(clip, title="Camera above the till, as received", media_type="video/mp4") if clip else still
    candidates = tuple(
        CandidateOf(
            rank=c.rank,
            gallery=c.gallery,
            record_id=c.record_id,
            person_id=c.person_id,
            picture=File.of(
                gallery.photo(c.record_id), title=f"Candidate {c.rank} of search {number}", media_type="image/jpeg"
            ),
        )
        for c in made_search.record.candidates
    )
    return RunOf(
        id=f"search-{number}",
        run_by="C. Checker",
        run_at=AT,
        record=record,
        sha256=hashlib.sha256(record.encode()).hexdigest(),
        exhibit=exhibit,
        custody=("received from the shop's owner on 22 February 2026 by I. Investigator",),
        still=still,
        received=File.of(
            encode_png(made_search.received), title=f"Probe {number}, others hidden", media_type="image/png"
        ),
        edited=File.of(encode_png(made_search.edited), title=f"Probe {number} as edited", media_type="image/png"),
        candidates=candidates,
        examinations=_examinations(made_search, entries)
        if number == 1
        else Absent("the request was withdrawn before an examiner began"),
        agreement="both name record " + candidates[0].record_id if number == 1 else Absent("nobody examined it"),
        judgement=ALLOWED,
        facts=FACTS,
        entry=entries[f"search-{number}"],
    )


COMPONENTS = (
    "Skin",
    "Face/head outline",
    "Hair",
    "Forehead",
    "Eyebrows",
    "Eyes",
    "Nose",
    "Ears",
    "Mouth",
    "Chin/jawline",
)


def _examinations(made_search: Search, entries: dict[str, int]) -> tuple[ExaminationOf, ...]:
    records = [c.record_id for c in made_search.record.candidates[:4]]
    return tuple(
        ExaminationOf(
            reference=reference,
            examiner=who,
            given_at=AT + datetime.timedelta(hours=1),
            described_at=AT + datetime.timedelta(hours=hours),
            candidates_seen_at=AT + datetime.timedelta(hours=hours, minutes=1),
            concluded_at=AT + datetime.timedelta(hours=hours + 2),
            conclusion="possible candidate",
            named="C",
            words="The ears and the line of the jaw agree; nothing differs that the light does not explain.",
            saw=Absent("only the photographs were before the examiner"),
            withdrawn=Absent("it stands"),
            features=tuple(
                FeatureOf(
                    component=name,
                    visible="visible in part" if name == "Ears" else "visible",
                    words=f"{name} described from the image alone, as far as the light allows.",
                    limits=("shadow from above",) if name in ("Eyes", "Ears") else Absent("nothing limits it"),
                )
                for name in COMPONENTS
            ),
            corrections=(
                CorrectionOf(
                    at=AT + datetime.timedelta(hours=hours + 1),
                    component="Ears",
                    before="Attached lobes.",
                    after="The lobe of the left ear cannot be told.",
                    reason="The shadow was taken for an edge.",
                ),
            )
            if reference == "4F2A-91C0"
            else Absent("nothing was corrected"),
            faces=tuple(
                FaceOf(
                    letter="ABCD"[place],
                    record_id=record,
                    decoy=place == 3,
                    outcome="possible candidate" if place == 2 else "excluded",
                    reason="Agrees in what can be seen." if place == 2 else "The ears differ.",
                    compared=(
                        ComparedOf(
                            component="Ears",
                            judgement="similar" if place == 2 else "different",
                            explained_by=Absent("nothing else explains it"),
                            words="lobe and helix",
                        ),
                        ComparedOf(
                            component="Mouth",
                            judgement="different",
                            explained_by="expression",
                            words=Absent("nothing more was written"),
                        ),
                    ),
                    viewer=json.dumps({"version": 1, "zoom": 2}),
                )
                for place, record in enumerate((records[1], records[2], records[0], records[3]))
            ),
            judgement=ALLOWED,
            facts=FACTS,
            report=File.of(
                f"%PDF-1.7 report of {who}".encode(), title=f"Examination {reference}", media_type="application/pdf"
            ),
            entry=entries[f"examination-{number}"],
        )
        for number, (who, reference, hours) in enumerate(
            (("E. First", "4F2A-91C0", 20), ("F. Second", "77B1-0D3E", 44)), start=1
        )
    )


def _request(number: int, state: str) -> RequestOf:
    return RequestOf(
        number=f"R-{number}",
        state=state,
        asked_by="I. Investigator",
        asked_at=AT - datetime.timedelta(hours=30 - number),
        purpose="identify a suspect",
        suspicion="reasonable suspicion",
        specific_facts="The clerk pressed the alarm while the man with the knife stood at the till.",
        route="a case of the own agency",
        order=Absent("no court was asked"),
        on_behalf_of=Absent("asked for nobody else"),
        obstructions=("cap",) if number == 3 else Absent("nothing covers the face"),
        repeats=Absent("the face was not asked for before"),
        repeat_reason=Absent("it repeats none"),
        checked_by="C. Checker" if number < 3 else Absent("it was refused at once"),
        checked_at=AT - datetime.timedelta(hours=2) if number < 3 else Absent("it was refused at once"),
        check_words="Fit for comparison." if number < 3 else Absent("it was refused at once"),
        judgement=ALLOWED if number < 3 else json.dumps({"allowed": False, "findings": ["R03"]}),
        facts=FACTS,
    )


def _contents(
    gallery: Gallery,
    searches: list[Search],
    runs: list[RunOf],
    person: str,
    ledger: Ledger,
    entries: dict[str, int],
) -> Contents:
    record = searches[0].record
    own = next(c for c in record.candidates if c.person_id == person)
    note = ledger.checkpoint().decode()
    return Contents(
        about=About(
            code="PK-26-00117-1",
            agency="Harbour City Police",
            purpose="a warrant request, and disclosure to the defence",
            made_by="I. Investigator",
            law=("detroit-2024", "house"),
        ),
        case=CaseOf(
            number="26-00117",
            agency="Harbour City Police",
            offence="robbery",
            statute="750.529",
            attempted=False,
            completed_on=datetime.date(2026, 2, 20),
            narrative="A man with a knife took the day's money from a shop.",
            opened_by="I. Investigator",
            opened_at=AT - datetime.timedelta(days=8),
            team=("I. Investigator",),
        ),
        suspect=SuspectOf(
            id="suspect-1",
            name="Invented Person",
            person_id=person,
            origin="named by the lead L-26-00117 of a face search",
            suspicion="Bought the knife that was found; paid with a card in the same street that evening.",
            suspicion_written_at=AT + datetime.timedelta(days=8),
            ended=Absent("still suspected"),
            photographs=(
                GalleryPhoto(
                    gallery=own.gallery,
                    record_id=own.record_id,
                    taken_on=datetime.date.fromisoformat(own.date_taken),
                    age=own.age,
                    source=own.source,
                    returned_by_search=True,
                    picture=File.of(
                        gallery.photo(own.record_id),
                        title=f"Booking photograph {own.record_id}",
                        media_type="image/jpeg",
                    ),
                ),
            ),
        ),
        searches=(
            SearchOf(request=_request(1, "lead"), outcome="A lead was answered.", run=runs[0]),
            SearchOf(request=_request(2, "withdrawn"), outcome="No candidate was taken up.", run=runs[1]),
            SearchOf(
                request=_request(3, "refused"),
                outcome="Refused: the face is covered.",
                run=Absent("the request was refused (R03)"),
            ),
        ),
        systems=(_system(searches),),
        galleries=(
            GalleryOf(
                name=gallery.name,
                id=gallery.id,
                description="Booking photographs of the county, of invented people.",
                obtained="Taken at booking after an arrest.",
                kept="Until the arrest record is destroyed.",
                access=("examiners of the unit", "the gallery desk"),
                snapshots=tuple(dict.fromkeys(g.snapshot for one in searches for g in one.record.galleries)),
                photographs=record.galleries[0].records,
                persons=record.galleries[0].persons,
            ),
        ),
        leads=(
            LeadOf(
                code="L-26-00117",
                answer="lead",
                by="S. Supervisor",
                at=AT + datetime.timedelta(days=3),
                named=own.record_id,
                words=Absent("nothing was added"),
                sheet=File.of(b"%PDF-1.7 lead sheet", title="Lead sheet", media_type="application/pdf"),
                entry=entries["lead"],
            ),
        ),
        lineups=(_lineup(entries),),
        evidence=_graph(),
        whereabouts=(
            WhereaboutsOf(
                question="alibi",
                state="tried, answered",
                tried="The employer was asked for the roster.",
                found="The roster shows no shift that evening (item-3).",
                by="I. Investigator",
                at=AT + datetime.timedelta(days=9),
            ),
        ),
        refusals=(
            RefusalOf(
                act="lineup",
                by="I. Investigator",
                at=AT + datetime.timedelta(days=4),
                words="No independent evidence links this person to the offence.",
                citations=("Williams v. City of Detroit, settlement, term 1",),
                judgement=json.dumps({"allowed": False, "findings": ["R12"]}),
            ),
        ),
        signatures=(
            SignatureOf(
                of="the warrant request",
                name="K. Captain",
                office="captain",
                answer="for",
                words=Absent("nothing was added"),
                digest=Absent("this is the packet that is signed"),
                at=AT + datetime.timedelta(days=18),
            ),
        ),
        examiners=tuple(
            ExaminerOf(
                name=name,
                duty=duty,
                qualifications=("certificate of facial comparison, 2024",),
                training=("facial comparison, 40 hours, 12 May 2025",),
                known_answers=(Row("Round of January 2026", "29 of 30 right, 1 wrongly named"),),
            )
            for name, duty in (("E. First", "examiner"), ("F. Second", "examiner"), ("C. Checker", "who checked"))
        ),
        ledger=LedgerOf(
            origin=ledger.keys.origin,
            keys=tuple(key.text for key in ledger.every_key()),
            witnesses=(BOARD.verifier.text,),
            checkpoint=note,
            proofs=tuple(
                ProofOf(entry=index, what=what, text=ledger.prove(index).text.decode())
                for what, index in entries.items()
            ),
        ),
        withheld=Absent("nothing that the case holds is kept back"),
        statements=(
            StatementOf(
                pack="detroit-2024",
                rule="R12",
                citation="Williams v. City of Detroit, settlement, term 1",
                words="A lead is not an identification, and no arrest is made on it.",
            ),
        ),
        versions=(Row("Lookalike", record.software.lookalike), Row("Runtime", record.software.runtime)),
    )


def _system(searches: list[Search]) -> SystemOf:
    software = searches[0].record.software
    return SystemOf(
        name="Lookalike",
        maker="The Lookalike project",
        version=software.lookalike,
        source_code="public; commit 0123456789abcdef0123456789abcdef01234567, reproducible build",
        matcher=software.matcher,
        files=tuple(Row(role, sha) for role, sha in software.files.items()),
        training_data=software.training_data,
        features="128 numbers that a neural network computes from the aligned face; none has a name.",
        ordering="By the comparison score, the exact product of two templates; ties by record id.",
        tools=("exposure raised by 0.2 stops in the site's editor, before the search",),
        flaws=("Two strangers of one group are taken for one person more often than two of different groups.",),
        error_rates=(Row("Misses at a list of 50", "0.02 (0.01 to 0.05)"),),
        nist=Absent("the matcher was never in NIST's evaluation"),
        validations=(
            ValidationOf(
                id="validation-1",
                gallery="sixty",
                accepted="by C. Supervisor on 1 February 2026",
                words="Measured on 400 searches.",
                cohorts=(CohortOf(name="invented people", persons=60, rate="0.02 (0.01 to 0.05)"),),
                report=File.of(b"%PDF-1.7 evaluation", title="Evaluation report", media_type="application/pdf"),
                levels=(Row("fit for comparison", "relied on; measured on 400 searches"),),
                differentials=(Row("missed", "women to men: 1.3 times (0.9 to 1.9); chance alone could do it"),),
                numbers=File.of(b"{}", title="Evaluation as data", media_type="application/json"),
                measured=json.dumps({"schema": "lookalike.validation/2"}),
            ),
        ),
    )


def _lineup(entries: dict[str, int]) -> LineupOf:
    at = AT + datetime.timedelta(days=12)
    return LineupOf(
        number=1,
        state="held",
        witness="W. Witness",
        description="A thin man of about thirty with a dark cap and a short beard.",
        conditions="Four metres, bright light, less than a minute.",
        presentation="sequential",
        administration="double-blind",
        administrator="A. Administrator",
        members=tuple(
            f"place {n}: {'the suspect' if n == 3 else f'filler, record F{n}, by the description'}" for n in range(1, 7)
        ),
        fairness=(Row("Mock witnesses", "36"), Row("Chose the suspect", "7 (p = 0.38)"), Row("Effective size", "4.9")),
        held_at=at,
        events=(
            HappenedOf(at=at, kind="instruction", words="The person may or may not be among the photographs."),
            HappenedOf(at=at + datetime.timedelta(minutes=3), kind="answer", words="I do not know."),
        ),
        outcome="don't know",
        confidence="I really could not say.",
        recordings=(File.of(b"\x1aE\xdf\xa3 recording", title="Recording of lineup 1", media_type="video/webm"),),
        report=File.of(b"%PDF-1.7 lineup", title="Lineup report", media_type="application/pdf"),
        record=json.dumps({"seed": "0" * 64}),
        entry=entries["lineup"],
    )


def _graph() -> GraphOf:
    def item(number: int, title: str, says: Says, **other: object) -> EvidenceOf:
        given: dict[str, object] = {
            "id": f"item-{number}",
            "title": title,
            "sort": "other record",
            "words": f"{title}, in the words of whoever recorded it.",
            "says": says,
            "at": AT + datetime.timedelta(days=number),
            "obtained_at": Absent("when it was made"),
            "source": "outside the case",
            "collected_by": "I. Investigator",
            "by": Absent("nobody's words"),
            "reliable": "yes: kept by a machine",
            "linked": "yes: the knife",
            "independent": True,
            "taint": Absent("no path leads to it from a search"),
            "replies": Absent("nobody answered it"),
            "changes": Absent("never changed"),
            "withdrawn": Absent("it stands"),
            "file": Absent("it has none"),
        }
        return EvidenceOf(**(given | other))  # type: ignore[arg-type]

    return GraphOf(
        standing="One item of independent evidence links this person to the offence: item-1.",
        items=(
            item(
                1,
                "Purchase of the knife",
                Says.FOR,
                file=File.of(b"date,item\n2026-02-18,knife\n", title="Receipt", media_type="text/csv"),
            ),
            item(
                2,
                "The guard's choice",
                Says.FOR,
                sort="choice of a witness",
                independent=False,
                taint="search of 1 March 2026 → lead on Invented Person → lineup → choice by the guard",
            ),
            item(3, "The roster", Says.AGAINST, replies=("The shift was given away; the manager confirms it.",)),
            item(4, "A tip of a neighbour", Says.NEUTRAL, withdrawn="entered in the wrong case, 9 March 2026"),
        ),
        nodes=(
            NodeOf(id="search-1", kind="search", words="search of 1 March 2026"),
            NodeOf(id="lead-1", kind="lead", words="lead L-26-00117"),
            NodeOf(id="party-guard", kind="person", words="the guard"),
        ),
        links=(
            LinkOf(
                kind="derived_from",
                source="search-1",
                target="lead-1",
                at=Absent("not a telling"),
                recorded_by="the site",
                recorded_at=AT,
                withdrawn=Absent("it stands"),
            ),
            LinkOf(
                kind="shown",
                source="lead-1",
                target="party-guard",
                at=AT + datetime.timedelta(days=5),
                recorded_by="I. Investigator",
                recorded_at=AT + datetime.timedelta(days=5),
                withdrawn=Absent("it stands"),
            ),
            LinkOf(
                kind="spoke",
                source="party-guard",
                target="item-2",
                at=Absent("not a telling"),
                recorded_by="I. Investigator",
                recorded_at=AT + datetime.timedelta(days=6),
                withdrawn=Absent("it stands"),
            ),
        ),
    )
