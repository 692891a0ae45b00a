"""The search record as a PDF that a screen reader reads as well as an eye does (PDF/UA-1)."""

from __future__ import annotations

import datetime
import hashlib
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lookalike.errors import Fault
from lookalike.face.matcher import Matcher
from lookalike.gallery.search import SearchableGallery
from lookalike.media.photo import encode_jpeg
from lookalike.record.model import SearchRecord
from lookalike.record.pictures import candidate_portrait, fitted, portrait
from lookalike.record.search import Search

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
    with tempfile.TemporaryDirectory(prefix="lookalike-record-") as name:
        folder = Path(name)
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
        for file, pixels in pictures.items():
            (folder / file).write_bytes(encode_jpeg(pixels, 90))
        (folder / "record.typ").write_bytes(Path(__file__).with_suffix(".typ").read_bytes())
        made_at = datetime.datetime.fromisoformat(record.made_at).replace(microsecond=0)
        try:
            return _typeset(folder, data, made_at)
        except _Undisplayable:
            return _typeset(folder, _spelled_out(data), made_at)


class _Undisplayable(Exception):  # a signal between two functions
    """No font here has a character of the record."""


def _typeset(folder: Path, data: Any, made_at: datetime.datetime) -> bytes:
    import typst

    (folder / "record.json").write_text(json.dumps(data), encoding="utf-8")
    try:
        made = typst.compile(
            folder / "record.typ", root=folder, format="pdf", pdf_standards=["ua-1"], timestamp=made_at
        )
    except typst.TypstError as error:
        if "could not be displayed" in error.message:
            raise _Undisplayable from error
        raise Fault(
            f"The document could not be typeset: {error.message}.",
            remedy="The record itself is whole: keep it with --record, and report this.",
        ) from error
    assert isinstance(made, bytes)
    return made


def _spelled_out(value: Any) -> Any:
    """The data with every character beyond Latin, Greek and Cyrillic as its code point: U+6F22."""
    if isinstance(value, str):
        return "".join(c if ord(c) < 0x530 or 0x2000 <= ord(c) < 0x2070 else f"[U+{ord(c):04X}]" for c in value)
    if isinstance(value, dict):
        return {key: _spelled_out(entry) for key, entry in value.items()}
    return [_spelled_out(entry) for entry in value] if isinstance(value, list | tuple) else value
