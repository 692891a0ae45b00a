"""The ledger's keys, in files of a folder outside it, each readable by its owner only.

`.signing-key` signs checkpoints; `.signing-key.next` is one that is about to take over; `.signed` is the last note that
was signed, so that a restored backup is never signed on; `.payload-key` and `.slots` are for payloads; `.lock` lets one
process sign at a time.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import BadNote, LedgerKeyMissing, NoSuchLedger, OutputExists
from lookalike.files import sync_folder, write_whole
from lookalike.ledger.checkpoint import is_origin
from lookalike.ledger.note import Kind, SigningKey
from lookalike.ledger.slots import Random, Slots

SEED = 32


class KeyFolder:
    """The keys of one ledger in a folder that may hold others'. origin: the ledger's name."""

    def __init__(self, folder: Path, origin: str) -> None:
        if not is_origin(origin):
            raise NoSuchLedger(
                f"{origin!r} cannot be the name of a ledger.",
                remedy="Use an address you own, without https://: ledger.example.org/police.",
            )
        self.folder, self.origin = folder, origin
        self._stem = origin.replace("/", "+")  # an origin has no + of its own
        self._current, self._next = self._path("signing-key"), self._path("signing-key.next")

    def create(self, random: Random) -> SigningKey:
        """Draw all keys. Raises OutputExists rather than replace one, and OSError."""
        if self._current.exists():
            raise OutputExists(
                f"{self._current} exists already.",
                why="The key of a ledger is never silently replaced.",
                remedy="Use another name, or move it away.",
            )
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = SigningKey.from_seed(self.origin, Kind.LOG, random(SEED))
        write_whole(self._path("payload-key"), random(SEED).hex().encode() + b"\n", new=True, mode=0o600)
        Slots.create(self._path("slots"))
        write_whole(self._current, key.secret.encode(), new=True, mode=0o600)
        return key

    def current(self) -> SigningKey:
        """The key that signs. Raises LedgerKeyMissing."""
        return load_key(self._current, self.origin)

    def next(self) -> SigningKey | None:
        """The key that is about to take over, if there is one."""
        return load_key(self._next, self.origin) if self._next.exists() else None

    def draw_next(self, random: Random) -> SigningKey:
        """Draw the key that will take over, or give the one that was drawn before and never took over."""
        if not self._next.exists():
            key = SigningKey.from_seed(self.origin, Kind.LOG, random(SEED))
            write_whole(self._next, key.secret.encode(), new=True, mode=0o600)
        return load_key(self._next, self.origin)

    def take_over(self) -> None:
        """Let the next key be the current one; the old file is overwritten."""
        with self._current.open("r+b") as old:
            self._next.replace(self._current)
            sync_folder(self.folder)
            old.write(bytes(os.fstat(old.fileno()).st_size))
            old.flush()
            os.fsync(old.fileno())

    def slots(self, random: Random) -> Slots:
        """The payload keys. Raises LedgerKeyMissing."""
        path = self._path("payload-key")
        try:
            master = bytes.fromhex(_private(path))
        except ValueError:
            master = b""
        if len(master) != SEED:
            raise _missing(path, "it does not hold a key")
        return Slots(self._path("slots"), master, random)

    def last_signed(self) -> bytes | None:
        """The last note that was signed here."""
        try:
            return self._path("signed").read_bytes()
        except FileNotFoundError:
            return None

    def remember(self, note: bytes) -> None:
        """Keep the last note, durably, before it is handed out."""
        write_whole(self._path("signed"), note, mode=0o600)

    @contextmanager
    def signing(self) -> Iterator[None]:
        """Only one process signs at a time."""
        descriptor = os.open(self._path("lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _path(self, kind: str) -> Path:
        return self.folder / f"{self._stem}.{kind}"


def load_key(path: Path, name: str | None = None) -> SigningKey:
    """Read a signing key, of a given name. Raises LedgerKeyMissing; the message never repeats the key."""
    text = _private(path)
    try:
        key = SigningKey.parse(text)
    except BadNote:
        raise _missing(path, "it does not hold a signing key") from None
    if name is not None and key.verifier.name != name:
        raise _missing(path, f"it holds the key of {key.verifier.name}")
    return key


def _private(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_mode & 0o077:
                raise _missing(path, "others than its owner may read it")
            return stream.read(4096).decode("ascii")
    except OSError as error:
        raise _missing(path, str(error.strerror)) from error
    except UnicodeDecodeError:
        raise _missing(path, "it does not hold a key") from None


def _missing(path: Path, reason: str) -> LedgerKeyMissing:
    return LedgerKeyMissing(
        f"The key in {path} cannot be used: {reason}.",
        why="Nothing is signed or recorded without the ledger's keys.",
        remedy="Put the file back from where it is kept, readable by its owner only (chmod 600).",
    )
