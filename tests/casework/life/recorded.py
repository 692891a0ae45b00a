"""What a search returned, once: nothing is rendered and no face is compared while a case is lived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO

import numpy as np
import pytest

from lookalike.casework import galleries
from lookalike.casework.bookings.models import Booking
from lookalike.casework.cases.models import Still
from lookalike.casework.examinations import giving, pictures
from lookalike.casework.leads import services as leads
from lookalike.casework.lineups import documents
from lookalike.casework.searches import services as searching
from lookalike.casework.warrants.services import packets
from lookalike.record.model import SearchRecord
from lookalike.record.search import Search as Found
from tests.casework.leads.test_from_record import RECORD
from tests.casework.leads.test_from_record import candidate as candidate_record


def recorded(people: Sequence[Booking], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search returns the first three of these people; pictures, sheets, reports and packets are not drawn."""
    shown = [(one.photos.get().record_id, one.person_id) for one in people[:3]]
    rows = [
        replace(candidate_record(rank, record, "county"), person_id=person)
        for rank, (record, person) in enumerate(shown, start=1)
    ]
    probe = replace(RECORD.probe, fitness="fit for comparison", reasons=())
    gallery = replace(RECORD.galleries[0], name="county")
    record: SearchRecord = replace(RECORD, candidates=tuple(rows), galleries=(gallery,), probe=probe)
    pixels = np.zeros((2, 2, 3), np.uint8)
    sought, known = searching.sought, {}

    def once(still: Still, edits: Sequence[Any], face: int) -> Any:
        if still.file_id not in known:
            known[still.file_id] = sought(still, edits, face)
        return known[still.file_id]

    def written(contents: None, stream: BinaryIO, **more: Any) -> dict[str, Any]:
        stream.write(b"a packet")
        return {}

    monkeypatch.setattr(searching, "sought", once)
    monkeypatch.setattr(searching, "search", lambda *a, **k: Found(record, pixels, pixels, None))  # type: ignore[arg-type]
    monkeypatch.setattr(giving, "matcher", lambda: None)
    monkeypatch.setattr(pictures, "face_picture", lambda photo, matcher=None: b"a face")
    monkeypatch.setattr(pictures, "probe_picture", lambda photo, matcher=None: b"a probe")
    monkeypatch.setattr(leads, "document", lambda who, answer: None)
    monkeypatch.setattr(leads, "_portrait", lambda candidate: b"a portrait")
    monkeypatch.setattr(documents, "report", lambda who, lineup: None)
    monkeypatch.setattr(packets, "contents_of", lambda who, packet, address, tell: None)
    monkeypatch.setattr(packets, "write", written)
    monkeypatch.setattr(packets, "signer", lambda who: None)
    templates: dict[str, Any] = {}
    kept = galleries.KeptGallery.template

    def template(self: galleries.KeptGallery, record_id: str) -> Any:
        if record_id not in templates:
            templates[record_id] = kept(self, record_id)
        return templates[record_id]

    monkeypatch.setattr(galleries.KeptGallery, "template", template)
