"""Signed notes: a text, and under it lines that each say which key signed it.

Source: C2SP signed-note and tlog-cosignature; golang.org/x/mod/sumdb/note. Two kinds of key, both Ed25519: a ledger's
own (0x01) signs the text; a witness' (0x04) signs the time with it, as cosignature/v1.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from lookalike.errors import BadNote
from lookalike.ledger.canonical import from_base64, to_base64
from lookalike.ledger.verify_ledger import usable_key

LONGEST = 1 << 16
MOST_SIGNATURES = 100
_DASH = "— "  # U+2014, three bytes in UTF-8
_SECRET = "PRIVATE+KEY+"  # noqa: S105 the form's own prefix, no secret


class Kind(IntEnum):
    """What a key signs."""

    LOG = 1
    WITNESS = 4


@dataclass(frozen=True, slots=True)
class Verifier:
    """A public key and the name it is known by. kind: what it signs. public: 32 bytes."""

    name: str
    kind: Kind
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that say which key a signature line is of."""
        return _key_id(self.name, self.kind, self.public)

    @property
    def text(self) -> str:
        """The key as it is handed to others: name+id+base64, the "vkey"."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"

    @classmethod
    def parse(cls, text: str) -> Verifier:
        """Read a vkey. Raises BadNote for any other spelling, an unknown kind, or a key that proves nothing."""
        parts = text.strip("\n").split("+", 2)  # base64 may hold a + of its own
        try:
            name, key_id, data = parts[0], bytes.fromhex(parts[1]), from_base64(parts[2])
            key = cls(name, Kind(data[0]), data[1:])
        except (IndexError, ValueError) as error:
            raise _no_key(text) from error
        if not _named(name) or not usable_key(key.public) or key.key_id != key_id or key.text != text.strip("\n"):
            raise _no_key(text)
        return key

    def verify(self, text: bytes, signature: bytes) -> bool:
        """Whether a signature, without its key id, is this key's over a note's text."""
        if self.kind is Kind.WITNESS:
            text, signature = _cosigned(int.from_bytes(signature[:8], "big"), text), signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key with its public part. The seed is shown by nothing but `secret`."""

    verifier: Verifier
    seed: bytes = field(repr=False)

    @classmethod
    def from_seed(cls, name: str, kind: Kind, seed: bytes) -> SigningKey:
        """The key of 32 random bytes. Raises BadNote for a name that cannot be one."""
        if not _named(name):
            raise BadNote(f"{name!r} cannot be the name of a key.", remedy="Use a name without spaces and without +.")
        public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
        return cls(Verifier(name, kind, public), seed)

    @classmethod
    def parse(cls, text: str) -> SigningKey:
        """Read the form that `secret` writes. Raises BadNote, which does not repeat the text."""
        try:
            name, key_id, encoded = text.removeprefix(_SECRET).rstrip("\n").split("+", 2)
            data = from_base64(encoded)
            key = cls.from_seed(name, Kind(data[0]), data[1:])
        except (IndexError, ValueError):
            raise _no_secret() from None
        if key.secret != text or key.verifier.key_id.hex() != key_id:
            raise _no_secret()
        return key

    @property
    def secret(self) -> str:
        """The key in Go's form, one line; for its file and for nothing else."""
        key_id, data = self.verifier.key_id.hex(), to_base64(bytes([self.verifier.kind]) + self.seed)
        return f"{_SECRET}{self.verifier.name}+{key_id}+{data}\n"

    def sign(self, text: bytes, at: int = 0) -> str:
        """The signature line over a note's text, with its line feed. at: seconds since 1970, of a witness' key."""
        private = Ed25519PrivateKey.from_private_bytes(self.seed)
        if self.verifier.kind is Kind.WITNESS:
            signature = at.to_bytes(8, "big") + private.sign(_cosigned(at, text))
        else:
            signature = private.sign(text)
        return f"{_DASH}{self.verifier.name} {to_base64(self.verifier.key_id + signature)}\n"


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature of a trusted key. line: as it stands in the note. at: seconds since 1970, of a witness."""

    key: Verifier
    line: str
    at: int | None


def make_note(text: bytes, lines: Sequence[str]) -> bytes:
    """A note of a text, which ends in a line feed, and its signature lines."""
    return text + b"\n" + "".join(lines).encode()


def open_note(note: bytes, trusted: Sequence[Verifier]) -> tuple[bytes, tuple[Signature, ...]]:
    """The text of a note, and the signatures of trusted keys on it, at least one and at most one a key.

    Lines of keys that are not trusted are passed over. Raises BadNote when the note is not in its form, when no
    trusted key signed it, and when the line of a trusted key is not its signature.
    """
    if len({(key.name, key.key_id) for key in trusted}) != len(trusted):
        raise BadNote("Two trusted keys have the same name and id.", remedy="Name each key once.")
    text, lines = split_note(note)
    found: dict[Verifier, Signature] = {}
    for line in lines:
        name, data = _parsed(line)
        key = next((k for k in trusted if k.name == name and k.key_id == data[:4]), None)
        if key is None or key in found:
            continue
        if not key.verify(text, data[4:]):
            raise BadNote(
                f"The signature of {name} on the note is wrong.",
                why="The note or its signature was changed.",
                remedy="Ask for the note again; keep this one.",
            )
        found[key] = Signature(key, line, int.from_bytes(data[4:12], "big") if key.kind is Kind.WITNESS else None)
    if not found:
        raise BadNote("No trusted key signed the note.", remedy="Check which key you were given.")
    return text, tuple(found.values())


def split_note(note: bytes) -> tuple[bytes, list[str]]:
    """The text of a note and its signature lines, each with its line feed; nothing is verified. Raises BadNote."""
    try:
        whole = note.decode()
    except UnicodeDecodeError as error:
        raise _no_note("it is not UTF-8") from error
    if len(note) > LONGEST or any(c < " " and c != "\n" for c in whole):
        raise _no_note("it is too long, or holds control characters")
    text, blank, signatures = whole.rpartition("\n\n")
    lines = signatures.split("\n")
    if not blank or not text or lines.pop() or not 1 <= len(lines) <= MOST_SIGNATURES:
        raise _no_note("a text, an empty line, and 1 to 100 lines of signatures are needed")
    for line in lines:
        _parsed(line + "\n")
    return (text + "\n").encode(), [line + "\n" for line in lines]


def _parsed(line: str) -> tuple[str, bytes]:
    """Name, and key id with signature."""
    dash, name, encoded = line[:2], *line[2:-1].rpartition(" ")[::2]
    try:
        data = from_base64(encoded)
    except ValueError as error:
        raise _no_note("a signature is not base64") from error
    if dash != _DASH or not _named(name) or len(data) < 5:
        raise _no_note("a line of signatures is not one")
    return name, data


def _named(name: str) -> bool:
    return bool(name) and not re.search(r"[\s+]", name) and name.isprintable()


def _key_id(name: str, kind: Kind, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def _cosigned(at: int, text: bytes) -> bytes:
    return b"cosignature/v1\ntime %d\n" % at + text


def _no_note(reason: str) -> BadNote:
    return BadNote(f"This is not a signed note: {reason}.", remedy="Ask for it again, as a file.")


def _no_key(text: str) -> BadNote:
    return BadNote(
        f"{text[:200]!r} is not a public key.",
        why="A key is a name, its id and base64, joined with +; a changed character shows in the id.",
        remedy="Copy the whole line.",
    )


def _no_secret() -> BadNote:
    return BadNote("This is not a signing key.", remedy="Put the file back from where it is kept.")
