"""The ledger: what is recorded, signed, proved and erased.

An act and its entry commit together: `append` is the last statement of the act's transaction. Nothing is signed before
it is committed: `publish` runs afterwards, and holds what it signs to what was signed before.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from lookalike.errors import (
    BadEntry,
    BrokenLedger,
    ClockWentBack,
    ErasureUnfinished,
    LedgerForked,
    LedgerOutsideTransaction,
    LedgerUnwritable,
    LookalikeError,
)
from lookalike.ledger import tree
from lookalike.ledger.acts import Act, NewEntry, Outcome
from lookalike.ledger.checkpoint import Checkpoint, EntryProof, Opened, Request, open_checkpoint, unsigned
from lookalike.ledger.entry import FORMAT, SALT, Line, commitment, make_blob, moment, open_blob, stamp
from lookalike.ledger.keys import KeyFolder
from lookalike.ledger.note import Verifier, make_note
from lookalike.ledger.slots import Random
from lookalike.ledger.store import Head, KeptNote, Row, Store

Clock = Callable[[], datetime.datetime]
Alarm = Callable[[str], None]

TOLERANCE = datetime.timedelta(seconds=1)
"""How far the clock may step back; the entry then takes the time of the one before it."""


class Ledger:
    """One ledger. clock: gives the time, with its zone. random: gives bytes. alarm: is told of what stops recording.

    No head is kept in memory from one append to the next: a transaction may be rolled back behind our back.
    """

    def __init__(self, store: Store, keys: KeyFolder, *, clock: Clock, random: Random, alarm: Alarm) -> None:
        """Open a ledger. Raises LedgerKeyMissing."""
        self.store, self.keys = store, keys
        self._clock, self._random, self._alarm = clock, random, alarm
        self._slots = keys.slots(random)
        self._checked = False

    def close(self) -> None:
        """Close the file of payload keys; the store is its owner's to close."""
        self._slots.close()

    def begin(self) -> Line:
        """Write the first entry, which names the ledger and its key."""
        key = self.keys.current().verifier.text
        return self._append(_own(Act.BEGIN, {"format": FORMAT, "key": key, "origin": self.keys.origin}))[0]

    def append(self, *entries: NewEntry) -> tuple[Line, ...]:
        """Record acts inside their transaction, as its last statement; a FileStore opens one where none is open.

        Raises BadEntry; LedgerUnwritable, BrokenLedger, ClockWentBack and LedgerForked, after which the act must not
        happen; a conflict that the caller resolves by trying its whole act again (SQLSTATE 40001) as it came.
        """
        for entry in entries:
            if entry.act.own:
                raise BadEntry(f"Only the ledger itself writes {entry.act}.", remedy="Record an act of your own.")
        return self._append(*entries)

    def record(self, *entries: NewEntry) -> tuple[Line, ...]:
        """Record acts that have no rows of their own, durably and signed. Only then may their result be shown."""
        self._outside("recorded for good")
        lines = self.append(*entries)
        self.publish()
        return lines

    def heartbeat(self) -> Line:
        """Say that nothing happened, so that an outsider can tell a quiet night from a suppressed one."""
        return self._record_own(Act.HEARTBEAT, {})

    def accept_clock(self, reason: str) -> Line:
        """Go on after the clock went back: the one entry that may be earlier than the one before it."""
        return self._record_own(Act.CLOCK, {"reason": reason})

    def _record_own(self, act: Act, body: dict[str, object]) -> Line:
        self._outside("recorded for good")
        line = self._append(_own(act, body))[0]
        self.publish()
        return line

    def _append(self, *entries: NewEntry) -> tuple[Line, ...]:
        with self._alarmed(), self.store.appending() as head:
            return self._write(head, entries)

    def _write(self, old: Head, entries: Sequence[NewEntry]) -> tuple[Line, ...]:
        self._check(old)
        lines, rows, nodes, peaks = self._grown(old, entries)
        if lines:
            self.store.put(old, Head(old.size + len(lines), tuple(peaks), lines[-1].time), rows, nodes)
        return lines

    def _grown(
        self, old: Head, entries: Sequence[NewEntry]
    ) -> tuple[tuple[Line, ...], list[Row], list[tuple[int, int, bytes]], list[bytes]]:
        """Lines, rows, new nodes and new peaks of entries behind a head."""
        blobs = [make_blob(entry.body, self._random(SALT)) for entry in entries]
        lines, time = [], old.time
        for number, (entry, blob) in enumerate(zip(entries, blobs, strict=True)):
            time = self._stamp(time, entry.act)
            lines.append(Line(old.size + number, time, entry.act.value, entry.outcome.value, commitment(blob)))
        texts = [line.text for line in lines]
        data = [text.encode() for text in texts]
        peaks, nodes, rows = list(old.peaks), [], []
        for line, text, raw, sealed in zip(lines, texts, data, self._slots.seal(old.size, blobs, data), strict=True):
            leaf = tree.leaf_hash(raw)
            nodes += tree.push(peaks, line.index, leaf)
            rows.append(Row(line.index, text, leaf, sealed))
        return tuple(lines), rows, nodes, peaks

    def _stamp(self, last: str, act: Act) -> str:
        now = stamp(self._clock())
        if now >= last or act is Act.CLOCK:
            return now
        if moment(last) - moment(now) > TOLERANCE:
            raise ClockWentBack(
                f"It is {now} here, and the ledger's last entry is of {last}.",
                why="Entries out of order could not be told from entries put in later.",
                remedy="Set the clock, or go on with `lookalike ledger clock --accept REASON`.",
            )
        return last

    def _check(self, head: Head) -> None:
        """Before the first entry: the head is what the rows say, and continues what was signed."""
        if self._checked:
            return
        self.store.check()
        for _, line, leaf in self.store.lines(max(head.size - 1, 0), head.size + 1):
            if tree.leaf_hash(line.encode()) != leaf or Line.parse(line.encode()).index != head.size - 1:
                raise _broken("its last entry is not the one its tree holds")
            if Line.parse(line.encode()).time != head.time:
                raise _broken("the time in its head is not that of its last entry")
        if tuple(tree.peaks_of(head.size, self.store.hashes)) != head.peaks:
            raise _broken("its head is not that of its entries")
        self._continues(head, self._last_signed())
        self._checked = True

    # signing

    def publish(self) -> bytes:
        """Sign the committed state, and finish a rotation of keys. Returns the checkpoint.

        Raises LedgerForked when it does not continue what was signed before (a restored backup, a fork), and
        LedgerOutsideTransaction inside a transaction, whose state may never be committed.
        """
        self._outside("signed")
        with self._alarmed(), self.keys.signing():
            head = self.store.head()
            self._continues(head, self._last_signed())  # before a hand-over as well: it signs, and is remembered
            self._hand_over()
            last = self._last_signed()
            if last is not None and last.checkpoint.size == head.size:
                note = last.note
            else:
                note = self._signed(head.size, tree.root_of(head.peaks))
                self.keys.remember(note)
            self._keep(head.size, "checkpoint", note)
            return note

    def rotate(self) -> Line:
        """Draw a new key and record that it takes over; `publish` has both sign that, and destroys the old one."""
        self._outside("handed over")
        with self.keys.signing():
            new, old = self.keys.draw_next(self._random).verifier.text, self.keys.current().verifier.text
            entry = self._rotation(new)
            if entry is None:
                entry = self._append(_own(Act.ROTATE, {"old": old, "new": new}))[0]
        self.publish()
        return entry

    def _rotation(self, new: str) -> Line | None:
        """The entry that says a key takes over."""
        for index, line in reversed(self.store.find(Act.ROTATE)):
            body = self.body(index)
            if body is not None and body["new"] == new:
                return Line.parse(line.encode())
        return None

    def _hand_over(self) -> None:
        """Finish a rotation whose entry is committed: both keys sign the state that ends with it."""
        new = self.keys.next()
        entry = self._rotation(new.verifier.text) if new else None
        if new is None or entry is None:
            return
        size = entry.index + 1
        root = self.root(size)
        text = Checkpoint(self.keys.origin, size, root).text
        note = make_note(text, [self.keys.current().sign(text), new.sign(text)])
        self.keys.remember(note)
        self._keep(size, "hand-over", note)
        self.keys.take_over()

    def _signed(self, size: int, root: bytes) -> bytes:
        text = Checkpoint(self.keys.origin, size, root).text
        return make_note(text, [self.keys.current().sign(text)])

    def _keep(self, size: int, kind: str, note: bytes) -> None:
        self.store.put_note(KeptNote(size, kind, self.keys.origin, note.decode(), stamp(self._clock())))

    def _last_signed(self) -> Opened | None:
        trusted = [key.verifier for key in (self.keys.current(), self.keys.next()) if key is not None]
        note = self.keys.last_signed()
        return None if note is None else open_checkpoint(note, trusted)

    def _continues(self, head: Head, last: Opened | None) -> None:
        if last is None:
            return
        signed = last.checkpoint
        fine = signed.size <= head.size
        if fine and signed.size:
            proof = tree.consistency_proof(signed.size, head.size, self.store.hashes)
            fine = tree.consistent(signed.size, head.size, signed.root, tree.root_of(head.peaks), proof)
        if not fine:
            raise LedgerForked(
                f"The ledger has {head.size} entries that do not continue the {signed.size} that were signed.",
                why="It was changed, or brought back from an older backup; signing it would be signing two histories.",
                remedy="Keep it as it is and tell whoever holds its checkpoints. A restored ledger needs a new name.",
            )

    # proving

    def checkpoint(self) -> bytes:
        """The newest checkpoint, with the cosignatures of its witnesses, the newest of each. Raises BrokenLedger."""
        kept = self.store.newest_note("checkpoint")
        if kept is None:
            raise BrokenLedger("The ledger was never signed.", remedy="Sign it with `lookalike ledger status --beat`.")
        newest = {note.name.split(" ")[0]: note for note in self.store.notes("cosignature", kept.size)}
        return (kept.note + "".join(note.note for note in newest.values())).encode()

    def root(self, size: int) -> bytes:
        """The root over the first `size` entries."""
        return tree.root_of(tree.peaks_of(size, self.store.hashes))

    def consistency(self, old: int, size: int) -> list[bytes]:
        """The proof that the first `old` entries begin the first `size`. Raises BadProof."""
        return tree.consistency_proof(old, size, self.store.hashes)

    def prove(self, index: int) -> EntryProof:
        """The proof that an entry is in the newest checkpoint. Raises BadProof."""
        note = self.checkpoint()
        size = unsigned(note).size
        hashes = tree.inclusion_proof(index, size, self.store.hashes)
        _, text, _ = next(self.store.lines(index, index + 1))
        return EntryProof(Line.parse(text.encode()), self.payload(index) or b"", tuple(hashes), note)

    def request(self, old: int) -> Request:
        """What a witness is asked, who last cosigned `old` entries; 0: none yet. Raises BadProof."""
        note = self.checkpoint()
        size = unsigned(note).size
        return Request(old, tuple(self.consistency(old, size)), note)

    def add_cosignatures(self, lines: Sequence[str], witnesses: Sequence[Verifier]) -> int:
        """Keep a witness' answer to the newest request. Returns how many signatures. Raises BadNote."""
        note = self.checkpoint().split(b"\n\n")[0] + b"\n"
        answered = make_note(note, [self.keys.current().sign(note), *lines])
        opened = open_checkpoint(answered, [self.keys.current().verifier, *witnesses])
        with self._alarmed():
            for one in opened.seen:
                name = f"{one.key.name} {one.at}"
                self.store.put_note(
                    KeptNote(opened.checkpoint.size, "cosignature", name, one.line, stamp(self._clock()))
                )
        return len(opened.seen)

    def trusted(self) -> list[Verifier]:
        """The key that signs now, as whoever verifies the newest checkpoint needs it."""
        return [self.keys.current().verifier]

    def every_key(self) -> list[Verifier]:
        """The key that signs now and all before it, as the entries name them."""
        bodies = [self.body(index) for index, _ in self.store.find(Act.ROTATE)]
        return [*(Verifier.parse(str(body["old"])) for body in bodies if body), *self.trusted()]

    # payloads

    def payload(self, index: int) -> bytes | None:
        """The blob of an entry; None when it is erased. Raises BrokenLedger when it is not the recorded one."""
        return next((blob for _, _, blob in self.payloads(index, index + 1)), None)

    def payloads(self, low: int, high: int) -> Iterator[tuple[int, str, bytes | None]]:
        """Index, line and blob of the entries [low, high); None for an erased blob. Raises BrokenLedger."""
        sealed = iter(self.store.sealed(low, high))
        at, data = next(sealed, (high, b""))
        for index, text, _ in self.store.lines(low, high):
            blob = None
            if at == index:
                blob = self.unsealed(index, text, data)
                at, data = next(sealed, (high, b""))
            yield index, text, blob

    def unsealed(self, index: int, line: str, sealed: bytes) -> bytes:
        """The blob of a stored payload. Raises BrokenLedger when it is not the one that was sealed for that line."""
        return self._slots.open(index, sealed, line.encode())

    def body(self, index: int) -> dict[str, object] | None:
        """What was recorded beside the line; None when it is erased."""
        blob = self.payload(index)
        return None if blob is None else open_blob(blob)

    def redact(self, indexes: Sequence[int], *, authority: str, certificate: str, reason: str) -> Line:
        """Erase payloads: append an entry that says so, delete them, and destroy their keys.

        authority: who ordered it. certificate: the id of the paper. reason: a word that identifies nobody.
        Inside a caller's transaction only the first step is done, and `finish_erasing` runs after the commit.
        Raises BadEntry for entries that are not there or are the ledger's own.
        """
        wanted, joined = sorted(set(indexes)), self.store.in_transaction
        body: dict[str, object] = {
            "entries": wanted,
            "authority": authority,
            "certificate": certificate,
            "reason": reason,
        }
        with self._alarmed(), self.store.appending() as head:
            if not wanted:
                raise BadEntry("No entry was named.", remedy="Name the entries to erase.")
            for index in wanted:
                if not 0 <= index < head.size:
                    raise BadEntry(f"There is no entry {index}.", remedy="Name entries that are there.")
                _, text, _ = next(self.store.lines(index, index + 1))
                if Line.parse(text.encode()).act.startswith("ledger."):
                    raise BadEntry(f"Entry {index} is the ledger's own and is never erased.", remedy="Leave it out.")
            line = self._write(head, [_own(Act.REDACT, body)])[0]
            self.store.drop(wanted, line.index)
        if not joined:
            self.finish_erasing()
        return line

    def finish_erasing(self) -> None:
        """Destroy the keys of every payload whose erasure is committed. May be called again, and is after a crash.

        Raises ErasureUnfinished when a reader keeps a log from being emptied; the keys are destroyed all the same.
        Raises BrokenLedger, and keeps the keys, where the database asks for more than recorded erasures name.
        """
        self._outside("destroyed")
        left = self.store.erasing()
        if left:
            with self._alarmed():
                if not self._said_erased().issuperset(left):
                    raise _broken("keys were to be destroyed that no recorded erasure names")
                self._slots.destroy(left)
                self.store.end_erasing(left)
        if not self.store.empty_log():
            raise ErasureUnfinished(
                "The payloads are erased, but a reader keeps deleted rows in the log.",
                why="They are encrypted, and their keys destroyed.",
                remedy="End what reads the ledger and finish again.",
            )

    def _said_erased(self) -> set[object]:
        """The entries that recorded erasures name: whoever holds the database alone can write no such entry."""
        bodies = [self.body(index) for index, _ in self.store.find(Act.REDACT)]
        return {entry for body in bodies if body for entry in cast(list[object], body["entries"])}

    def destroyed(self, index: int) -> bool:
        """Whether the key of an entry's payload was destroyed."""
        return self._slots.destroyed(index)

    def recover(self) -> None:
        """Finish what a crash cut short: an erasure, a rotation of keys, a checkpoint."""
        if self.store.erasing():
            self.finish_erasing()
        if self.store.head().size:
            self.publish()

    def _outside(self, done: str) -> None:
        if self.store.in_transaction:
            raise LedgerOutsideTransaction(
                f"What is not committed yet was to be {done}.",
                why="It could still be rolled back.",
                remedy="Commit first.",
            )

    @contextmanager
    def _alarmed(self) -> Iterator[None]:
        """Turn what a database or a disk raises into a refusal, and raise the alarm."""
        faults: tuple[type[Exception], ...] = (*self.store.faults, OSError)
        try:
            yield
        except (BrokenLedger, LedgerForked, ClockWentBack) as error:
            self._alarm(error.what)
            raise
        except LookalikeError:
            raise
        except faults as error:
            if getattr(error.__cause__ or error, "sqlstate", "") == "40001":
                raise
            self._alarm(f"The ledger cannot be written: {error}")
            raise LedgerUnwritable(
                f"The ledger cannot be written: {error}.",
                why="What cannot be recorded is not done.",
                remedy="See that the disk has space, and that nobody else holds the ledger; then do it again.",
            ) from error


def _own(act: Act, body: dict[str, object]) -> NewEntry:
    return NewEntry(act, Outcome.DONE, body)


def _broken(what: str) -> BrokenLedger:
    return BrokenLedger(
        f"The ledger is broken: {what}.",
        why="Nothing is added to a ledger that does not agree with itself.",
        remedy="Keep it as it is, run `lookalike ledger verify`, and tell whoever holds its checkpoints.",
    )
