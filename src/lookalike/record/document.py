"""The search record as a PDF that a screen reader reads as well as an eye does (PDF/UA-1)."""

from __future__ import annotations

import datetime
import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lookalike.errors import Fault
from lookalike.face.matcher import Matcher
from lookalike.gallery.gallery import Gallery
from lookalike.media.photo import encode_jpeg, read_photo
from lookalike.record.model import SearchRecord
from lookalike.record.pictures import fitted, portrait
from lookalike.record.search import Search

PICTURE = (312, 390)
"""Width and height of a portrait in the document, pixels: 26 mm at 300 dpi."""


def record_id(record: SearchRecord) -> str:
    """A short name for a record: the first ten digits of the SHA-256 of its JSON."""
    return hashlib.sha256(record.to_json().encode()).hexdigest()[:10]


def to_pdf(search: Search, galleries: Sequence[Gallery], matcher: Matcher) -> bytes:
    """Typeset a finished search.

    The candidates' photographs are read from the galleries; the detector finds where to crop them. Raises
    BrokenGallery when a photograph is gone or changed, Fault when the document cannot be made.
    """
    import typst

    record = search.record
    data = record.to_data() | {"id": record_id(record)}
    by_name = {gallery.name: gallery for gallery in galleries}
    for searched in data["galleries"]:
        searched["records_in_words"] = f"{searched['records']:,} photographs of {searched['persons']:,} people"
    width, height = PICTURE
    with tempfile.TemporaryDirectory(prefix="lookalike-record-") as name:
        folder = Path(name)
        pictures = {
            "received.jpg": fitted(search.received, long_side=1200),
            "edited.jpg": fitted(search.edited, long_side=1200),
            "probe.jpg": portrait(search.edited, search.face, width=width, height=height),
        }
        for candidate in data["candidates"]:
            stored = by_name[candidate["gallery"]].photo(candidate["record_id"])
            photo = read_photo(stored, name=candidate["record_id"])
            faces = matcher.detect(photo.pixels)
            largest = max(faces, key=lambda face: face.area, default=None)
            candidate["picture"] = f"candidate-{candidate['rank']}.jpg"
            pictures[candidate["picture"]] = portrait(photo.pixels, largest, width=width, height=height)
        for file, pixels in pictures.items():
            (folder / file).write_bytes(encode_jpeg(pixels, 90))
        (folder / "record.json").write_text(json.dumps(data), encoding="utf-8")
        source = Path(__file__).with_suffix(".typ").read_bytes()
        (folder / "record.typ").write_bytes(source)
        try:
            made = typst.compile(
                folder / "record.typ",
                root=folder,
                format="pdf",
                ignore_system_fonts=True,
                pdf_standards=["ua-1"],
                timestamp=datetime.datetime.fromisoformat(record.made_at).replace(microsecond=0),
            )
        except typst.TypstError as error:
            raise Fault(
                f"The document could not be typeset: {error.message}.",
                remedy="The record itself is whole: keep it with --json, and report this.",
            ) from error
    assert isinstance(made, bytes)
    return made
