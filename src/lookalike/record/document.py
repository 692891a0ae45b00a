"""The search record as a PDF that a screen reader reads as well as an eye does (PDF/UA-1)."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from pathlib import Path

from lookalike.face.matcher import Matcher
from lookalike.gallery.search import SearchableGallery
from lookalike.media.photo import encode_jpeg
from lookalike.record.model import SearchRecord
from lookalike.record.pictures import candidate_portrait, fitted, portrait
from lookalike.record.search import Search
from lookalike.typesetting import typeset

PICTURE = (312, 390)
"""Width and height of a portrait in the document, pixels: 26 mm at 300 dpi."""


def record_digest(record: SearchRecord) -> str:
    """SHA-256 of the record's JSON file as `lookalike search --record` writes it, with its last line break."""
    return hashlib.sha256(f"{record.to_json()}\n".encode()).hexdigest()


def to_pdf(search: Search, galleries: Sequence[SearchableGallery], matcher: Matcher) -> bytes:
    """Typeset a finished search.

    The candidates' photographs are read from the galleries; the detector finds where to crop them. Raises
    BrokenGallery when a photograph is gone or changed, Fault when the document cannot be made.
    """
    record = search.record
    data = record.to_data() | {"sha256": record_digest(record), "id": record_digest(record)[:10]}
    by_name = {gallery.name: gallery for gallery in galleries}
    for searched in data["galleries"]:
        searched["records_in_words"] = f"{searched['records']:,} photographs of {searched['persons']:,} people"
    width, height = PICTURE
    pictures = {
        "received.jpg": fitted(search.received, long_side=1200),
        "edited.jpg": fitted(search.edited, long_side=1200),
        "probe.jpg": portrait(search.edited, search.face, width=width, height=height),
    }
    for candidate in data["candidates"]:
        stored = by_name[candidate["gallery"]].photo(candidate["record_id"])
        candidate["picture"] = f"candidate-{candidate['rank']}.jpg"
        pictures[candidate["picture"]] = candidate_portrait(
            stored, matcher, name=candidate["record_id"], width=width, height=height
        )
    return typeset(
        Path(__file__).with_suffix(".typ"),
        data,
        {file: encode_jpeg(pixels, 90) for file, pixels in pictures.items()},
        made_at=datetime.datetime.fromisoformat(record.made_at),
    )
