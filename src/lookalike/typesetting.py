"""A template, data and pictures to a PDF that a screen reader reads as well as an eye does (PDF/UA-1).

What it is made from stays in memory: a document shows evidence, which stands on the disk only sealed.
"""

from __future__ import annotations

import datetime
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from lookalike.errors import Fault


def typeset(template: Path, data: Any, files: Mapping[str, bytes], *, made_at: datetime.datetime) -> bytes:
    """Typeset a document; the same input gives the same bytes.

    template: a Typst file. It reads data.json, and `files` (pictures) by their names beside it. made_at: the date in
    the PDF's metadata, whole seconds. Raises Fault when the document cannot be made.
    """
    try:
        return _compiled(template, files, data, made_at)
    except _Undisplayable:
        return _compiled(template, files, _spelled_out(data), made_at)


class _Undisplayable(Exception):  # a signal between two functions
    """No font here has a character of the data."""


def _compiled(template: Path, files: Mapping[str, bytes], data: Any, made_at: datetime.datetime) -> bytes:
    import typst

    try:
        with _in_memory({**files, "data.json": json.dumps(data).encode()}) as folder:
            (folder / "document.typ").write_bytes(template.read_bytes())
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


@contextmanager
def _in_memory(files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder of names that lead to files in memory; where the system has none (not Linux), of plain files."""
    with tempfile.TemporaryDirectory(prefix="lookalike-document-") as name, ExitStack() as held:
        for file, content in files.items():
            path = Path(name) / file
            if hasattr(os, "memfd_create"):
                stream = held.enter_context(os.fdopen(os.memfd_create(file), "wb", buffering=0))
                path.symlink_to(f"/proc/self/fd/{stream.fileno()}")
            else:
                stream = held.enter_context(path.open("wb", buffering=0))
            stream.write(content)
        yield Path(name)


def _spelled_out(value: Any) -> Any:
    """The data with every character beyond Latin, Greek and Cyrillic as its code point: U+6F22."""
    if isinstance(value, str):
        return "".join(c if ord(c) < 0x530 or 0x2000 <= ord(c) < 0x2070 else f"[U+{ord(c):04X}]" for c in value)
    if isinstance(value, dict):
        return {key: _spelled_out(entry) for key, entry in value.items()}
    return [_spelled_out(entry) for entry in value] if isinstance(value, list | tuple) else value
