"""Whether a packet is what it says: asked of the file alone, offline, by somebody who trusts nobody.

What is asked, in this order: the container; the signature; the manifest and the digest of every file; the contents; the
records' own digests; the ledger's proofs; the checklists. Each answer stands by itself, and whatever fails is told in
words with what to do. Nothing of a hostile file is unpacked, followed or run but within stated bounds.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lookalike.disclosure import attachments, container
from lookalike.disclosure.checklists import checklists
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.items import found
from lookalike.disclosure.packet import MANIFEST, contents_of, document_of, manifest_of, name_files
from lookalike.disclosure.values import Absent, as_json, require_whole
from lookalike.disclosure.whole import faults, present, runs
from lookalike.errors import BadNote, BadProof, BadSearchRecord, LookalikeError, NotSigned
from lookalike.ledger.canonical import to_base64
from lookalike.ledger.checkpoint import EntryProof, open_checkpoint
from lookalike.ledger.note import Kind, Verifier
from lookalike.record.replay import parse_record
from lookalike.signing import Signature, verify_pdf

NOT_THIS = "Do not rely on it. Keep it, and ask whoever gave it to you for the packet again."


@dataclass(frozen=True, slots=True)
class Failure:
    """What is wrong, and what to do."""

    what: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One question. words: what was looked at and found. failures: none when it is as it should be.

    skipped: it could not be asked, because of a failure before it.
    """

    name: str
    words: str
    failures: tuple[Failure, ...] = ()
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """Everything that was asked. signature: whose it is, None where none can be read.

    remarks: what nobody can tell from the packet alone, and how to find out. contents: None where they cannot be read.
    """

    checks: tuple[Checked, ...]
    signature: Signature | None
    remarks: tuple[str, ...]
    contents: Contents | None

    @property
    def ok(self) -> bool:
        """Whether every question was asked and nothing failed."""
        return not any(one.failures or one.skipped for one in self.checks)

    @property
    def failures(self) -> tuple[Failure, ...]:
        """Everything that failed, in order."""
        return tuple(failure for one in self.checks for failure in one.failures)


NAMES = ("container", "signature", "manifest", "files", "contents", "records", "ledger", "checklists")


@dataclass(slots=True)
class _Walk:
    """What was found out so far, from one question to the next."""

    path: Path
    progress: Callable[[str], None]
    checks: list[Checked] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    found: list[Failure] = field(default_factory=list)
    words: str = ""

    @contextmanager
    def asked(self, name: str) -> Iterator[None]:
        """One question; an error of ours inside of it is a failure of the packet."""
        self.progress(name)
        self.found, self.words = [], ""
        try:
            yield
        except LookalikeError as error:
            self.fail(" ".join(part for part in (error.what, error.why) if part), error.remedy)
        except MemoryError:
            self.fail("It unpacks to more than this machine can hold.")
        except Exception as error:  # a hostile file may find a way past every form; what is not understood has failed
            self.fail(f"It could not be looked at to its end: {type(error).__name__}: {str(error)[:120]}.")
        self.checks.append(Checked(name, self.words, tuple(self.found)))

    def fail(self, what: str, remedy: str = NOT_THIS) -> None:
        """Something is not as it should be."""
        self.found.append(Failure(what, remedy or NOT_THIS))

    def finish(self, signature: Signature | None, contents: Contents | None) -> Verification:
        """The answer; what was not asked any more is named as skipped."""
        done = {one.name for one in self.checks}
        left = [Checked(name, "", skipped=True) for name in NAMES if name not in done]
        return Verification((*self.checks, *left), signature, tuple(self.remarks), contents)


def verify(
    path: Path,
    *,
    certificate: str | None = None,
    ledger_keys: Sequence[Verifier] = (),
    progress: Callable[[str], None] = lambda name: None,
) -> Verification:
    """Verify a packet.

    certificate: the fingerprint of the agency's certificate, SHA-256, as the agency makes it public; without it the
    signature shows only that whoever made it had some key. ledger_keys: of the agency's ledger and of witnesses, from
    somewhere else than the packet; without them the packet's own are taken, which its maker chose. progress: is told
    each question. Raises nothing for whatever the file holds.
    """
    walk = _Walk(path, progress)
    signature: Signature | None = None
    entries: tuple[container.Entry, ...] = ()
    document = b""
    with walk.asked("container"):
        entries = container.read(path)
        document = document_of(path, entries[0])
        walk.words = (
            f"A document of {len(document):,} bytes and {len(entries) - 1:,} files beside it, and nothing else."
        )
    if not document:
        return walk.finish(None, None)
    with walk.asked("signature"):
        signature = _signature(walk, document, certificate)
    held: dict[str, bytes] = {}
    manifest: dict[str, Any] = {}
    with walk.asked("manifest"):
        held = attachments.read(document)
        manifest = manifest_of(held)
        _same_names(walk, entries, held, manifest)
    if not manifest:
        return walk.finish(signature, None)
    with walk.asked("files"):
        _files(walk, path, entries, held, manifest)
    contents: Contents | None = None
    with walk.asked("contents"):
        contents = contents_of(path, entries, held, manifest)
        _contents(walk, contents, held, manifest)
    if contents is None:
        return walk.finish(signature, None)
    with walk.asked("records"):
        _records(walk, contents)
    with walk.asked("ledger"):
        _ledger(walk, contents, ledger_keys)
    with walk.asked("checklists"):
        _checklists(walk, contents)
    return walk.finish(signature, contents)


def _signature(walk: _Walk, document: bytes, certificate: str | None) -> Signature | None:
    try:
        found = verify_pdf(document)
    except NotSigned as error:
        walk.fail(f"{error.what} {error.why}")
        return None
    if not found.intact:
        walk.fail("The signed document was changed after it was signed.")
    if not found.whole:
        walk.fail("Something was added to the document after it was signed.")
    when = "an unknown time" if found.when is None else f"{found.when:%Y-%m-%d %H:%M %Z}"
    walk.words = f"Signed by “{found.who}” at {when} by the signer's clock; certificate {found.fingerprint}."
    wanted = None if certificate is None else "".join(certificate.split()).replace(":", "").lower()
    if wanted is None:
        walk.remarks.append(
            "The name in a certificate is what it says of itself. Compare its fingerprint with the one that the agency "
            "makes public, and name that with --certificate."
        )
    elif wanted != found.fingerprint:
        walk.fail(
            "The document is signed with another certificate than the one you named.",
            "Check the fingerprint with the agency. If it is right, somebody else made this packet.",
        )
    return found


def _same_names(
    walk: _Walk, entries: Sequence[container.Entry], held: Mapping[str, bytes], manifest: Mapping[str, Any]
) -> None:
    """Manifest, attachments and archive name the same files."""
    attached = {one["name"] for one in manifest["files"] if one["place"] == "attached"}
    beside = {one["name"] for one in manifest["files"] if one["place"] == "beside"}
    there = {one.name.removeprefix(container.BESIDE) for one in entries[1:]}
    for name in sorted((attached - set(held)) | (beside - there)):
        walk.fail(f"The file {name} is named in the manifest and is not in the packet.")
    for name in sorted(((set(held) - {MANIFEST}) - attached) | (there - beside)):
        walk.fail(f"The file {name[:120]!r} is in the packet, and the manifest does not name it.")
    walk.words = f"{len(manifest['files']):,} files are named."


def _files(
    walk: _Walk,
    path: Path,
    entries: Sequence[container.Entry],
    held: Mapping[str, bytes],
    manifest: Mapping[str, Any],
) -> None:
    beside = {one.name.removeprefix(container.BESIDE): one for one in entries[1:]}
    count = 0
    for one in manifest["files"]:
        name, size = one["name"], -1
        digest = hashlib.sha256()
        if one["place"] == "attached" and name in held:
            size = len(held[name])
            digest.update(held[name])
        elif one["place"] == "beside" and name in beside:
            size = beside[name].size
            with container.span(path, beside[name]) as stream:
                while piece := stream.read(container.PIECE):
                    digest.update(piece)
        if size < 0:
            continue  # told with the manifest
        count += 1
        if size != one["size"] or digest.hexdigest() != one["sha256"]:
            walk.fail(f"The file {name} is not the one that was signed: its SHA-256 is {digest.hexdigest()}.")
    walk.words = f"The SHA-256 of {count:,} files was computed."


def _contents(walk: _Walk, contents: Contents, held: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    require_whole(contents, Contents, "contents")
    if as_json(contents) != held["contents.json"]:
        walk.fail("The contents are not spelt as a packet's contents are.")
    stated = [(one["name"], one["place"], one["size"], one["sha256"]) for one in manifest["files"][1:]]
    named = [(one.name, one.place, one.file.size, one.file.sha256) for one in name_files(contents)]
    if stated != named:
        walk.fail("The manifest does not name the files that the contents name.")
    if (manifest["packet"], manifest["case"]) != (contents.about.code, contents.case.number):
        walk.fail("The manifest is of another packet than the contents.")
    count = len(present(contents.searches))
    walk.words = f"Packet {contents.about.code} of case {contents.case.number}: {count:,} requests, whole."


def _records(walk: _Walk, contents: Contents) -> None:
    for fault in faults(contents):
        walk.fail(fault.what)
    count = 0
    for number, run in runs(contents):
        try:
            parse_record(run.record, f"the record of search {number}")
            count += 1
        except BadSearchRecord as error:
            walk.fail(error.what)
    walk.words = f"{count:,} search records can be run again."


def _ledger(walk: _Walk, contents: Contents, given: Sequence[Verifier]) -> None:
    ledger = contents.ledger
    own = [Verifier.parse(text) for text in (*ledger.keys, *present(ledger.witnesses))]
    trusted = list(given) or own
    if not given:
        walk.remarks.append(
            "The ledger's proofs were held to the key that the packet itself names. Get the ledger's key, and its "
            "witnesses', from somewhere else and name them with --ledger-key."
        )
    seen: set[str] = set()
    proved = 0
    for one in ledger.proofs:
        try:
            opened = EntryProof.parse(one.text.encode()).verify(trusted)
        except (BadProof, BadNote) as error:
            walk.fail(f"Entry {one.entry} of the ledger, of {one.what}, is not proved: {error.what}")
            continue
        seen |= {cosigned.key.name for cosigned in opened.seen}
        proved += 1
        if opened.checkpoint.origin != ledger.origin:
            walk.fail(f"Entry {one.entry} is of the ledger {opened.checkpoint.origin}, not of {ledger.origin}.")
    newest = open_checkpoint(ledger.checkpoint.encode(), trusted).checkpoint
    witnesses = ", ".join(sorted(seen)) or "nobody else: only the agency says that nothing was changed"
    walk.words = (
        f"{proved:,} entries are proved in {ledger.origin}, {newest.size:,} entries with root "
        f"{to_base64(newest.root)}; cosigned by {witnesses}."
    )
    if given and not any(key.kind is Kind.LOG for key in given):
        walk.fail("None of the keys you named is a ledger's.", "Name the ledger's key as well.")


def _checklists(walk: _Walk, contents: Contents) -> None:
    """Every point of every list is found in its place, or said there to be none, with the reason."""
    points = [(one, point) for one in checklists() for point in one.points]
    absent = 0
    for one, point in points:
        told = [found(contents, place) for place in point.places]
        absent += all(isinstance(value, Absent) for values in told for value in values)
        if not all(told):
            walk.fail(f"{one.title}: the packet holds nothing for “{point.words}”.")
    walk.words = (
        f"{len(points)} points of {len(checklists())} lists have their place in the packet; of {absent} it says that "
        "there is none, and why."
    )
