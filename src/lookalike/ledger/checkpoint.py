"""Checkpoints, and the texts in which proofs travel.

Source: C2SP tlog-checkpoint (three lines, no extensions here), tlog-proof, and tlog-witness' add-checkpoint.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lookalike.errors import BadEntry, BadNote, BadProof
from lookalike.ledger.canonical import from_base64, to_base64
from lookalike.ledger.entry import Line, commitment
from lookalike.ledger.note import Kind, Signature, Verifier, open_note, split_note
from lookalike.ledger.tree import LARGEST, LONGEST_PROOF, leaf_hash, root_from_inclusion

PROOF = "c2sp.org/tlog-proof@v1"
LONGEST_ORIGIN = 100
_ORIGIN = re.compile(r"[a-z0-9][a-z0-9.-]*(/[a-z0-9][a-z0-9._-]*)*")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,15}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The state of a ledger. origin: its name. size: entries. root: of the tree, 32 bytes."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> bytes:
        """The bytes that are signed."""
        return f"{self.origin}\n{self.size}\n{to_base64(self.root)}\n".encode()

    @classmethod
    def parse(cls, text: bytes) -> Checkpoint:
        """Read the text of a checkpoint. Raises BadNote for any other spelling, and for extension lines."""
        try:
            origin, size, root, end = text.decode().split("\n")
            found = cls(origin, _number(size), from_base64(root))
        except ValueError as error:
            raise _no_checkpoint() from error
        if end or len(found.root) != 32 or not is_origin(origin):
            raise _no_checkpoint()
        return found


@dataclass(frozen=True, slots=True)
class Opened:
    """A checkpoint whose signatures were verified. note: as it was given. signed: by the ledger's keys and others'."""

    checkpoint: Checkpoint
    note: bytes
    signed: tuple[Signature, ...]

    @property
    def by(self) -> tuple[Verifier, ...]:
        """The ledger's keys that signed."""
        return tuple(one.key for one in self.signed if one.key.kind is Kind.LOG)

    @property
    def seen(self) -> tuple[Signature, ...]:
        """The witnesses' cosignatures."""
        return tuple(one for one in self.signed if one.key.kind is Kind.WITNESS)


def is_origin(text: str) -> bool:
    """Whether a text can be the name of a ledger: an address without its scheme."""
    return len(text) <= LONGEST_ORIGIN and bool(_ORIGIN.fullmatch(text))


def open_checkpoint(note: bytes, trusted: Sequence[Verifier]) -> Opened:
    """Read a checkpoint that one of the trusted ledger keys signed, under the name of that key.

    trusted: keys of ledgers and witnesses. Raises BadNote.
    """
    text, signed = open_note(note, trusted)
    opened = Opened(Checkpoint.parse(text), note, signed)
    if not any(key.name == opened.checkpoint.origin for key in opened.by):
        raise BadNote(
            "The checkpoint is not signed by the ledger it names.", remedy="Check which ledger and key you were given."
        )
    return opened


def unsigned(note: bytes) -> Checkpoint:
    """What a note says without asking who signed it. Raises BadNote."""
    return Checkpoint.parse(split_note(note)[0])


@dataclass(frozen=True, slots=True)
class EntryProof:
    """That one entry is in a ledger. payload: the blob, empty where it is erased or withheld. note: the checkpoint."""

    line: Line
    payload: bytes
    hashes: tuple[bytes, ...]
    note: bytes

    @property
    def text(self) -> bytes:
        """The proof as a file, C2SP tlog-proof; the entry itself stands in its `extra`."""
        extra = to_base64(self.line.text.encode() + b"\n" + self.payload)
        head = [PROOF, f"extra {extra}", f"index {self.line.index}", *map(to_base64, self.hashes), "", ""]
        return "\n".join(head).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> EntryProof:
        """Read a proof file; nothing is verified. Raises BadProof."""
        head, _, note = data.partition(b"\n\n")
        try:
            first, extra, index, *hashes = head.decode("ascii").split("\n")
            line, _, payload = from_base64(extra.removeprefix("extra ")).partition(b"\n")
            found = cls(Line.parse(line), payload, tuple(map(from_base64, hashes)), note)
        except (ValueError, BadEntry) as error:
            raise _no_proof() from error
        if first != PROOF or not extra.startswith("extra ") or index != f"index {found.line.index}":
            raise _no_proof()
        return found

    def verify(self, trusted: Sequence[Verifier]) -> Opened:
        """Hold the entry to its proof, its payload and a checkpoint of a trusted key. Raises BadProof or BadNote."""
        opened = open_checkpoint(self.note, trusted)
        leaf, state = leaf_hash(self.line.text.encode()), opened.checkpoint
        if root_from_inclusion(self.line.index, state.size, leaf, self.hashes) != state.root:
            raise BadProof(
                f"Entry {self.line.index} is not in the ledger that was signed.", remedy="Keep this proof as evidence."
            )
        if self.payload and commitment(self.payload) != self.line.commitment:
            raise BadProof(
                f"The payload is not the one that entry {self.line.index} names.", remedy="Keep it as evidence."
            )
        return opened


@dataclass(frozen=True, slots=True)
class Request:
    """What a ledger asks of a witness: to cosign `note`, which continues the `old` entries cosigned before."""

    old: int
    hashes: tuple[bytes, ...]
    note: bytes

    @property
    def text(self) -> bytes:
        """The bytes of add-checkpoint."""
        return "\n".join([f"old {self.old}", *map(to_base64, self.hashes), "", ""]).encode() + self.note

    @classmethod
    def parse(cls, data: bytes) -> Request:
        """Read a request; nothing is verified. Raises BadNote."""
        head, blank, note = data.partition(b"\n\n")
        try:
            old, *hashes = head.decode("ascii").split("\n")
            word, size = old.split(" ")
            found = cls(_number(size), tuple(map(from_base64, hashes)), note)
        except ValueError as error:
            raise _no_request() from error
        if not blank or word != "old" or len(hashes) > LONGEST_PROOF:
            raise _no_request()
        return found


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text) or int(text) > LARGEST:
        raise ValueError("not a size")
    return int(text)


def _no_checkpoint() -> BadNote:
    return BadNote("This note is not a checkpoint: name, size and root are needed.", remedy="Ask for it again.")


def _no_proof() -> BadProof:
    return BadProof("This is not a proof of an entry.", remedy="Ask for it again, as a file.")


def _no_request() -> BadNote:
    return BadNote("This is not a request to a witness.", remedy="Ask the ledger's keeper for it again, as a file.")
