"""A packet: written whole or not at all, and read back with everything that it holds.

The form of the file is described in docs/packet-format.md.
"""

from __future__ import annotations

import datetime
import functools
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from lookalike.disclosure import attachments, container
from lookalike.disclosure.blocks import settable
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.drawing import drawn
from lookalike.disclosure.pages import pages
from lookalike.disclosure.pictures import for_the_page, lawful, sheet
from lookalike.disclosure.values import Absent, File, as_json, from_json, walked
from lookalike.disclosure.whole import present, require_complete, runs
from lookalike.signing import Signer, sign_pdf
from lookalike.typesetting import ARCHIVED, typeset

SCHEMA = "lookalike.packet/1"
MANIFEST, CONTENTS = "manifest.json", "contents.json"
TEMPLATE = Path(__file__).with_suffix(".typ")

LARGEST_ATTACHED = 4 << 20
"""Bytes of a file that the PDF carries itself; a larger one stands beside it."""

ALL_ATTACHED, MOST_ATTACHED = 48 << 20, 400
"""Bytes and number of files that the PDF carries; from there on files stand beside it, in the order of the contents."""

EXTENSIONS = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/xml": "xml",
    "audio/webm": "webm",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/svg+xml": "svg",
    "text/csv": "csv",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "video/x-matroska": "mkv",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A file with its name in the packet. beside: it stands beside the PDF, not in it."""

    name: str
    file: File
    beside: bool

    @property
    def place(self) -> str:
        """Where it stands, as the manifest says it."""
        return "beside" if self.beside else "attached"


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet as it was read. document: the signed PDF. manifest: what it says of every file, as JSON data."""

    document: bytes
    manifest: Mapping[str, Any]
    contents: Contents


def write(contents: Contents, stream: BinaryIO, *, made_at: datetime.datetime, signer: Signer) -> dict[str, Any]:
    """Write a packet; the same contents give the same bytes but for the signature. Returns its manifest.

    stream: is written front to back, in pieces. made_at: with its offset from UTC, whole seconds. Raises
    IncompletePacket before anything is written; BadPacket for a file that is not the stated one, after which what was
    written is thrown away; BadSigningKey; Fault.
    """
    require_complete(contents)
    shown = lawful(contents)
    named = name_files(shown)
    data = as_json(shown)
    manifest = _manifest(shown, named, data, made_at)
    document = _document(shown, named, data, manifest, made_at)
    container.write(stream, sign_pdf(document, signer, made_at), [(one.name, one.file) for one in named if one.beside])
    return manifest


def name_files(contents: Contents) -> tuple[Named, ...]:
    """Every file of the contents once, named in the order in which it first stands there."""
    found: dict[str, Named] = {}
    room = ALL_ATTACHED
    for one in walked(contents):
        if not isinstance(one, File) or one.sha256 in found:
            continue
        slug = re.sub(r"[^a-z0-9]+", "-", one.title.lower()).strip("-")[:48].strip("-") or "file"
        name = f"{len(found) + 1:03d}-{slug}.{EXTENSIONS.get(one.media_type, 'bin')}"
        attached = sum(not other.beside for other in found.values())
        beside = one.size > min(LARGEST_ATTACHED, room) or attached == MOST_ATTACHED
        room -= 0 if beside else one.size
        found[one.sha256] = Named(name, one, beside)
    return tuple(found.values())


def _manifest(contents: Contents, named: Sequence[Named], data: bytes, made_at: datetime.datetime) -> dict[str, Any]:
    own = File.of(data, title="The contents of this packet", media_type="application/json")
    return {
        "schema": SCHEMA,
        "packet": contents.about.code,
        "case": contents.case.number,
        "agency": contents.about.agency,
        "made_at": made_at.isoformat(timespec="seconds"),
        "files": [
            {
                "name": one.name,
                "place": one.place,
                "title": one.file.title,
                "media_type": one.file.media_type,
                "size": one.file.size,
                "sha256": one.file.sha256,
            }
            for one in (Named(CONTENTS, own, beside=False), *named)
        ],
    }


def manifest_json(manifest: Mapping[str, Any]) -> bytes:
    """The manifest as it is attached."""
    return json.dumps(manifest, ensure_ascii=False, indent=2).encode() + b"\n"


def _document(
    contents: Contents, named: Sequence[Named], data: bytes, manifest: Mapping[str, Any], made_at: datetime.datetime
) -> bytes:
    """The PDF, not signed yet."""
    files = {one.name: one.file.read() for one in named if not one.beside}
    files[CONTENTS], files[MANIFEST] = data, manifest_json(manifest)
    names = {one.file.sha256: one.name for one in named}
    listed = [(one["name"], one["title"], one["size"], one["sha256"], one["place"]) for one in manifest["files"]]
    attached = [
        {"name": MANIFEST, "title": "SHA-256 of every file", "media_type": "application/json", "relationship": "data"},
        *(
            {
                "name": one["name"],
                "title": one["title"],
                "media_type": one["media_type"],
                "relationship": "data" if one["name"] == CONTENTS else "supplement",
            }
            for one in manifest["files"]
            if one["place"] == "attached"
        ),
    ]
    told = settable(pages(contents, names, made_at, listed)) | {"attached": attached}
    return typeset(TEMPLATE, told, files | _pictures(contents), made_at=made_at, standards=ARCHIVED)


def _pictures(contents: Contents) -> dict[str, bytes]:
    """What the pages show, by the names that the pages use."""
    made = {"graph": drawn(contents.evidence)}
    for number, run in runs(contents):
        made[f"received-{number}"] = for_the_page(run.received, long_side=1200)
        made[f"edited-{number}"] = for_the_page(run.edited, long_side=1200)
        made[f"list-{number}"] = sheet([one.picture for one in present(run.candidates)])
    for number, photo in enumerate(present(contents.suspect.photographs), 1):
        if not isinstance(photo.picture, Absent):
            made[f"suspect-{number}"] = for_the_page(photo.picture, long_side=700)
    return made


def read(path: Path) -> Packet:
    """Read a packet. Who signed it, and whether every file is the one of the manifest, is `verify`'s to say.

    Raises BadPacket for a file that is no packet, IncompletePacket for contents that lack something.
    """
    entries = container.read(path)
    document = document_of(path, entries[0])
    held = attachments.read(document)
    manifest = manifest_of(held)
    contents = contents_of(path, entries, held, manifest)
    require_complete(contents)
    return Packet(document, manifest, contents)


def document_of(path: Path, entry: container.Entry) -> bytes:
    """The signed PDF of a packet."""
    with container.span(path, entry) as stream:
        return stream.read()


def manifest_of(held: Mapping[str, bytes]) -> dict[str, Any]:
    """The manifest among the attachments, in its form. Raises BadPacket."""
    if MANIFEST not in held:
        raise container.bad("The document has no manifest")
    try:
        read: dict[str, Any] = json.loads(held[MANIFEST].decode())
        if read["schema"] != SCHEMA:
            raise ValueError(f"its schema is {str(read['schema'])[:60]!r}, not {SCHEMA!r}")
        for one in read["files"]:
            texts = (one["name"], one["title"], one["media_type"], one["sha256"])
            if not all(type(text) is str for text in texts) or type(one["size"]) is not int:
                raise ValueError("a file in it is not described as one")
            if not container.NAME.fullmatch(one["name"]) or one["place"] not in ("attached", "beside"):
                raise ValueError(f"it names a file {one['name'][:80]!r}")
        names = [one["name"] for one in read["files"]]
        if len(set(names)) < len(names) or CONTENTS not in names:
            raise ValueError("a file is named twice, or the contents are not named")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise container.bad(f"The manifest is not in its form: {str(error)[:120]}") from error
    return read


def contents_of(
    path: Path, entries: Sequence[container.Entry], held: Mapping[str, bytes], manifest: Mapping[str, Any]
) -> Contents:
    """The contents among the attachments, each file of them openable. Raises BadPacket."""
    by_digest = {one["sha256"]: one for one in manifest["files"]}
    beside = {one.name.removeprefix(container.BESIDE): one for one in entries[1:]}

    def opener(digest: str) -> Callable[[], BinaryIO]:
        one = by_digest.get(digest, {"name": "", "place": ""})
        if one["place"] == "attached" and one["name"] in held:
            return functools.partial(io.BytesIO, held[one["name"]])
        if one["place"] == "beside" and one["name"] in beside:
            return functools.partial(container.span, path, beside[one["name"]])
        return _gone

    if CONTENTS not in held:
        raise container.bad("The document does not carry its contents")
    return from_json(Contents, held[CONTENTS], opener)


def _gone() -> BinaryIO:
    raise container.bad("A file that the contents name is not in the packet")
