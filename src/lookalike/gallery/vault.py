"""Photographs at rest: each encrypted with a key of its own, each key wrapped by a master key kept elsewhere.

AES-256-GCM throughout; the record's id is bound to both ciphertexts, so that neither a photograph nor a key can be
moved to another record. Destroying a data key makes every copy of its photograph unreadable, wherever that copy is.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lookalike.errors import BrokenGallery, KeyMissing
from lookalike.files import sync_folder, write_whole
from lookalike.gallery.segments import destroy

NONCE = 12


class MasterKey:
    """The key of one gallery, in a file of its own outside the gallery, readable by its owner only."""

    def __init__(self, secret: bytes) -> None:
        self._wrapping = AESGCM(hashlib.sha256(b"lookalike wrapping" + secret).digest())
        self._naming = hashlib.sha256(b"lookalike naming" + secret).digest()

    @classmethod
    def create(cls, path: Path) -> MasterKey:
        """Draw a new key and write it to `path`, which must not exist. Raises OSError."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        secret = os.urandom(32)
        write_whole(path, secret.hex().encode() + b"\n", new=True, mode=0o600)
        return cls(secret)

    @classmethod
    def load(cls, path: Path) -> MasterKey:
        """Read the key. Raises KeyMissing when there is none, or none that can be read."""
        try:
            secret = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as error:
            raise KeyMissing(
                f"The gallery's master key cannot be read from {path}.",
                why="Photographs are encrypted with it; searches and erasures need it too.",
                remedy="Put the key file back from where it is kept, or name its folder with LOOKALIKE_KEYS.",
            ) from error
        if len(secret) != 32:
            raise KeyMissing(f"{path} does not hold a key.", remedy="Put the right key file back.")
        return cls(secret)

    def wrap(self, key: bytes, record_id: str) -> bytes:
        """A data key, encrypted."""
        nonce = os.urandom(NONCE)
        return nonce + self._wrapping.encrypt(nonce, key, record_id.encode())

    def unwrap(self, wrapped: bytes, record_id: str) -> bytes:
        """The data key again. Raises InvalidTag for another record's or a changed one."""
        return self._wrapping.decrypt(wrapped[:NONCE], wrapped[NONCE:], record_id.encode())

    def pseudonym(self, record_id: str) -> str:
        """A name for a record, 64 hexadecimal digits, that says nothing without the key: what is kept of an erasure."""
        return hmac.new(self._naming, record_id.encode(), hashlib.sha256).hexdigest()


class Vault:
    """The folder of encrypted photographs of one gallery."""

    def __init__(self, folder: Path, master: MasterKey) -> None:
        self.folder = folder
        self._master = master

    def seal(self, record_id: str, photo: bytes) -> bytes:
        """Store a photograph, durably. Returns its wrapped data key, to be kept with the record."""
        key, nonce = os.urandom(32), os.urandom(NONCE)
        path = self.path(record_id)
        path.parent.mkdir(exist_ok=True)
        write_whole(path, nonce + AESGCM(key).encrypt(nonce, photo, record_id.encode()))
        sync_folder(self.folder)
        return self._master.wrap(key, record_id)

    def open(self, record_id: str, wrapped: bytes) -> bytes:
        """The photograph. Raises BrokenGallery when it is gone, changed, or not this record's."""
        try:
            data = self.path(record_id).read_bytes()
        except OSError as error:
            raise _broken(record_id, f"cannot be read: {error.strerror}") from error
        try:
            key = self._master.unwrap(wrapped, record_id)
            return AESGCM(key).decrypt(data[:NONCE], data[NONCE:], record_id.encode())
        except (InvalidTag, ValueError) as error:
            raise _broken(record_id, "is not the one that was enrolled") from error

    def destroy(self, record_id: str) -> Path:
        """Overwrite a photograph, durably, and unlink it; one that is gone already is no error."""
        path = self.path(record_id)
        destroy(path)
        for left in path.parent.glob(f".{path.name}.*.part"):
            destroy(left)
        if path.parent.is_dir():
            sync_folder(path.parent)
        return path

    def path(self, record_id: str) -> Path:
        """Where a record's photograph stands: a keyed name, for the id may hold anything and names somebody."""
        name = self._master.pseudonym(record_id)[:40]
        return self.folder / name[:2] / name


def _broken(record_id: str, what: str) -> BrokenGallery:
    return BrokenGallery(
        f"The photograph of record {record_id} {what}.",
        why="A lead must never show another photograph than the one that was compared.",
        remedy="Restore the gallery from its backup: `lookalike gallery restore`.",
    )
