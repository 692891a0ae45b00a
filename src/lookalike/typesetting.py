"""A template, data and pictures to a PDF that a screen reader reads as well as an eye does (PDF/UA-1)."""

from __future__ import annotations

import datetime
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lookalike.errors import Fault


def typeset(template: Path, data: Any, files: Mapping[str, bytes], *, made_at: datetime.datetime) -> bytes:
    """Typeset a document; the same input gives the same bytes.

    template: a Typst file. It reads data.json, and `files` (pictures) by their names beside it. made_at: the date in
    the PDF's metadata, whole seconds. Raises Fault when the document cannot be made.
    """
    with tempfile.TemporaryDirectory(prefix="lookalike-document-") as name:
        folder = Path(name)
        for file, content in files.items():
            (folder / file).write_bytes(content)
        (folder / "document.typ").write_bytes(template.read_bytes())
        try:
            return _compiled(folder, data, made_at)
        except _Undisplayable:
            return _compiled(folder, _spelled_out(data), made_at)


class _Undisplayable(Exception):  # a signal between two functions
    """No font here has a character of the data."""


def _compiled(folder: Path, data: Any, made_at: datetime.datetime) -> bytes:
    import typst

    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    try:
        made = typst.compile(
            folder / "document.typ",
            root=folder,
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=made_at.replace(microsecond=0),
        )
    except typst.TypstError as error:
        if "could not be displayed" in error.message:
            raise _Undisplayable from error
        raise Fault(
            f"The document could not be typeset: {error.message}.",
            remedy="What it was made from is whole: keep that as JSON, and report this.",
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
