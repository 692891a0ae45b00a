"""What the sheet takes from a search record holds no score and no rank."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict, replace

import pytest

from lookalike.casework.leads.content import lead_content, said
from lookalike.casework.leads.forbidden import forbidden_in
from lookalike.casework.leads.from_record import expected_of, person_of, probe_of, searched_of
from lookalike.casework.leads.sheet import Expiry
from lookalike.errors import BadSearchRecord
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.face.quality import Fitness
from lookalike.media.edits import EXAMPLES, describe, parse_edit
from lookalike.protocol.vocabulary import Fit
from lookalike.record.model import (
    CandidateRecord,
    Expected,
    GalleryRecord,
    OtherRecord,
    ProbeFace,
    ProbeRecord,
    Score,
    SearchRecord,
    Software,
)
from tests.casework.leads.examples import LEAD


def candidate(rank: int, record_id: str, gallery: str = "Sample City bookings") -> CandidateRecord:
    """A candidate as the record has it."""
    return CandidateRecord(
        rank=rank,
        gallery=gallery,
        record_id=record_id,
        person_id="P0196",
        score=Score(0.731942, 7319, 10000, 9999),
        expected_lookalikes=Expected(2.9, 1.1, 7.7, "About 3 strangers would look at least this much alike."),
        date_taken="2009-04-06",
        age="17 years before this search",
        source="Sample City Police",
        photo_sha256="3" * 64,
        others_not_returned=(OtherRecord("B000377", "2019-11-30", "Sample City Police"),),
    )


RECORD = SearchRecord(
    made_at="2026-06-10T09:02:00.000-04:00",
    software=Software("0.1.0", "yunet-sface", {}, "OpenVINO", "Undocumented."),
    probe=ProbeRecord(
        name="still.png",
        sha256="1" * 64,
        format="PNG",
        width=320,
        height=400,
        conversions=(),
        metadata={},
        edits=(),
        edits_in_words=("exposure raised by 0.6 stops",),
        edited_sha256="2" * 64,
        face=ProbeFace(1, 1, (1.0, 2.0, 3.0, 4.0), (), 0.98),
        quality=(),
        fitness=Fitness.POOR.value,
        reasons=("about 17 pixels between the eyes",),
        template="",
        template_sha256="4" * 64,
    ),
    galleries=(GalleryRecord("Sample City bookings", "g", "5" * 64, 61402, 48077, "", "No current validation."),),
    asked_for=3,
    candidates=(candidate(1, "B7"), candidate(2, "B4"), candidate(3, "B9"), candidate(4, "B9", "Other")),
)


def test_a_sheet_made_of_a_search_record_shows_its_words_and_not_its_numbers() -> None:
    sheet = replace(
        LEAD,
        probe=probe_of(RECORD, ()),
        searched=searched_of(RECORD),
        person=person_of(RECORD, "B4", name=None, expiry=Expiry.NEVER, expired_on=None),
        expected_lookalikes=expected_of(RECORD, "B4"),
    )
    assert sheet.probe.fitness is Fit.POOR
    assert sheet.person.taken_on == datetime.date(2009, 4, 6)
    assert sheet.person.others_not_returned == RECORD.candidates[1].others_not_returned
    facts, text = said(sheet), "\n".join(lead_content(sheet).texts())
    assert not facts.forbidden_shown
    for number in ("0.73", "7319", "2.9", "7.7"):
        assert number not in text
        assert number not in json.dumps(asdict(sheet), default=str)
    assert "No current validation." in text


@pytest.mark.parametrize("record_id", ["B5", "B9"])
def test_a_record_that_did_not_come_back_once_is_refused(record_id: str) -> None:
    with pytest.raises(BadSearchRecord):
        expected_of(RECORD, record_id)


def test_every_verdict_of_the_quality_has_its_word_on_the_sheet() -> None:
    assert {fitness.name for fitness in Fitness} == {fit.name for fit in Fit}


def test_the_words_of_edits_and_of_the_quality_floors_may_stand_on_a_sheet() -> None:
    edits = describe([parse_edit(text.split(" or ")[-1]) for text in EXAMPLES.values()])
    floors = [
        text
        for floor in read_pack(BUILT_IN / DEFAULT).floors
        for text in (floor.say.format(0.07), floor.unfit_because, floor.poor_because)
    ]
    assert len(floors) > 6
    assert [text for text in (*edits, *floors) if forbidden_in(text)] == []
