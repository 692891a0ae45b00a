"""A witness: somebody else who remembers what a ledger said of itself, and cosigns only what continues it.

The bytes are those of C2SP tlog-witness' add-checkpoint, so that a request may travel by stick, by mail or by HTTP. A
witness needs no trust in the ledger's keeper, and learns nothing of any entry.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import BadNote, NoSuchLedger, OutputExists
from lookalike.files import write_whole
from lookalike.ledger.checkpoint import Checkpoint, Request, open_checkpoint, unsigned
from lookalike.ledger.keys import load_key
from lookalike.ledger.note import Kind, SigningKey, Verifier
from lookalike.ledger.slots import Random
from lookalike.ledger.tree import EMPTY, consistent

KEY = "witness.signing-key"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness says. status: as in HTTP, 200 when it cosigned. text: the signature line; or its own size (409).

    reason: a sentence for a person. evidence: the file in which two contradicting notes are kept.
    """

    status: int
    text: str
    reason: str
    evidence: Path | None = None


class Witness:
    """A witness' key, the ledgers it knows, and the last checkpoint of each that it cosigned, in a folder."""

    def __init__(self, folder: Path) -> None:
        """Open a witness. Raises LedgerKeyMissing."""
        self.folder = folder
        self._key = load_key(folder / KEY)

    @classmethod
    def create(cls, folder: Path, name: str, random: Random) -> Witness:
        """Draw the key of a new witness. Raises OutputExists, and BadNote for a name that cannot be one."""
        if (folder / KEY).exists():
            raise OutputExists(f"{folder} holds a witness already.", remedy="Name another folder.")
        key = SigningKey.from_seed(name, Kind.WITNESS, random(32))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(folder / KEY, key.secret.encode(), new=True, mode=0o600)
        return cls(folder)

    @property
    def verifier(self) -> Verifier:
        """The public key, which the ledger's keeper and everybody who relies on this witness are given."""
        return self._key.verifier

    def trust(self, log: Verifier) -> None:
        """Know a ledger by its key; a key that took over is trusted beside the one before. Raises BadNote."""
        if log.kind is not Kind.LOG:
            raise BadNote(f"{log.text} is not the key of a ledger.", remedy="Give the ledger's public key.")
        with self._locked():
            known = {key.text: None for key in self._known(log.name)} | {log.text: None}
            write_whole(self._path(log.name, "keys"), "".join(f"{text}\n" for text in known).encode())

    def latest(self, origin: str) -> bytes | None:
        """The note that was cosigned last."""
        path = self._path(origin, "checkpoint")
        return path.read_bytes() if path.exists() else None

    def answer(self, request: bytes, now: int) -> Answer:
        """Hold a request to what was cosigned before, and cosign it at `now`, seconds since 1970. Raises BadNote.

        What is remembered is written before the signature is given. Contradicting notes are kept as evidence.
        """
        asked = Request.parse(request)
        said = unsigned(asked.note)
        with self._locked():
            known = self._known(said.origin)
            if not known:
                return Answer(404, "", f"This witness does not know {said.origin}.")
            try:
                open_checkpoint(asked.note, known)
            except BadNote as error:
                return Answer(403, "", error.what)
            if asked.old > said.size:
                return Answer(400, "", f"{asked.old} entries cannot be continued by {said.size}.")
            before = self.latest(said.origin)
            last = Checkpoint(said.origin, 0, EMPTY) if before is None else unsigned(before)
            if asked.old != last.size:
                return Answer(409, f"{last.size}\n", f"This witness last cosigned {last.size} entries.")
            if said.size == last.size and said.root != last.root:
                return self._contradicted(409, before or b"", asked, "Two histories of the same size were signed.")
            if not consistent(last.size, said.size, last.root, said.root, asked.hashes):
                reason = f"The proof does not show that {said.size} entries continue {last.size}."
                return self._contradicted(422, before or b"", asked, reason)
            write_whole(self._path(said.origin, "checkpoint"), asked.note)
            return Answer(200, self._key.sign(said.text, now), "Cosigned.")

    def _contradicted(self, status: int, before: bytes, asked: Request, reason: str) -> Answer:
        # one file for each two states that were signed, the first that came: anybody may ask again with another proof
        said = unsigned(asked.note)
        name = hashlib.sha256(before + said.text).hexdigest()[:16]
        path = self._path(said.origin, f"evidence-{name}")
        if not path.exists():
            write_whole(path, before + b"\n" + asked.text)
        return Answer(status, "", reason, path)

    def _known(self, origin: str) -> list[Verifier]:
        path = self._path(origin, "keys")
        return [Verifier.parse(line) for line in path.read_text().splitlines()] if path.exists() else []

    def _path(self, origin: str, kind: str) -> Path:
        return self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()[:16]}.{kind}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self.folder.is_dir():
            raise NoSuchLedger(f"{self.folder} is not a witness' folder.", remedy="Make one first.")
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)
