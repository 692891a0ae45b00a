"""Verifying a ledger where it stands, with its keys: every row, every payload, every note.

What an outsider can verify is in `verify_ledger`, which shares no code with this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from lookalike.errors import BadEntry, BadNote, BrokenLedger, HistoryChanged
from lookalike.ledger import tree
from lookalike.ledger.acts import Act
from lookalike.ledger.checkpoint import open_checkpoint, unsigned
from lookalike.ledger.entry import Line, commitment, moment, open_blob
from lookalike.ledger.ledger import TOLERANCE, Ledger
from lookalike.ledger.note import Verifier

MOST = 1000
"""Findings that are told."""


@dataclass(frozen=True, slots=True)
class Finding:
    """kind: one word, as in docs/ledger-format.md. index: the entry, where one is known. sentence: for a person."""

    kind: str
    index: int | None
    sentence: str


def require_whole(ledger: Ledger) -> int:
    """Verify, and raise HistoryChanged for the first finding. Returns the number of entries."""
    for finding in verify_store(ledger):
        error = HistoryChanged(finding.sentence, remedy="Keep everything as it is; tell whoever holds a checkpoint.")
        error.kind, error.index = finding.kind, finding.index
        raise error
    return ledger.store.head().size


def verify_store(ledger: Ledger, *, progress: Callable[[int], None] = lambda count: None) -> list[Finding]:
    """Read every row of a ledger. progress: is told how many entries were read. Returns at most a thousand findings."""
    findings: list[Finding] = []
    # a row of another type than its column's, a text that is not UTF-8, a table that is gone
    unreadable: tuple[type[Exception], ...] = (*ledger.store.faults, ArithmeticError, AttributeError, ValueError)
    try:
        for finding in _Walk(ledger, progress).findings():
            findings.append(finding)
            if len(findings) == MOST:
                break
    except BrokenLedger as error:
        findings.append(Finding("broken-store", None, error.what))
    except unreadable as error:
        what = f"A row cannot be read ({type(error).__name__}); what stands behind it was not looked at."
        findings.append(Finding("broken-store", None, what))
    return findings


class _Walk:
    """One pass over the rows of a ledger, and what has to be remembered of it."""

    def __init__(self, ledger: Ledger, progress: Callable[[int], None]) -> None:
        self.ledger, self.store, self.progress = ledger, ledger.store, progress
        self.head = self.store.head()
        self.noted = {note.size for kind in ("checkpoint", "hand-over") for note in self.store.notes(kind)}
        last = ledger.keys.last_signed()
        with suppress(BadNote):  # told with the notes
            self.noted |= set() if last is None else {unsigned(last).size}
        self.roots: dict[int, bytes] = {0: tree.EMPTY}
        self.bare: set[int] = set()
        self.redacted: dict[int, int] = {}
        self.rotations: list[tuple[int, str, str]] = []
        self.first_key = ""

    def findings(self) -> Iterator[Finding]:
        """Everything that is not as it should be."""
        peaks: list[bytes] = []
        yield from self._entries(peaks)
        if tuple(peaks) != self.head.peaks:
            yield Finding("broken-store", None, "The head does not hold the peaks of the entries.")
        yield from self._payloads()
        yield from self._notes()

    def _entries(self, peaks: list[bytes]) -> Iterator[Finding]:
        expected, last = 0, ""
        for index, text, leaf in self.store.lines(0, max(self.head.size, *self.noted, 0) + 1):
            if index != expected:
                yield Finding("missing", expected, f"Entries {expected} to {index - 1} are missing.")
                return
            raw = text.encode()
            if tree.leaf_hash(raw) != leaf:
                yield Finding("changed-entry", index, f"The line of entry {index} was changed.")
            try:
                line = Line.parse(raw)
            except BadEntry:
                yield Finding("changed-entry", index, f"The line of entry {index} is not in its form.")
                line = Line(index, last, "", "", b"")
            if line.index != index:
                kind = "repeated" if line.index < index else "reordered"
                yield Finding(kind, index, f"Entry {line.index} stands in the place of entry {index}.")
            if line.time < last and moment(last) - moment(line.time) > TOLERANCE and line.act != Act.CLOCK:
                yield Finding("clock-back", index, f"Entry {index} is earlier than the one before it.")
            last = line.time
            for level, node, value in tree.push(peaks, index, leaf):
                if self._stored(level, node) != value:
                    yield Finding("broken-store", index, f"Node {node} of level {level} is not that of its entries.")
            expected += 1
            if expected in self.noted:
                self.roots[expected] = tree.root_of(peaks)
            if expected % 10_000 == 0:
                self.progress(expected)
        if expected != self.head.size:
            kind = "truncated" if expected < self.head.size else "surplus"
            yield Finding(kind, expected, f"{expected} entries are there, and the head says {self.head.size}.")
        elif last != self.head.time:
            yield Finding("broken-store", None, "The time in the head is not that of the last entry.")

    def _stored(self, level: int, index: int) -> bytes:
        try:
            return self.store.hashes(level, index, index + 1)[0]
        except BrokenLedger:
            return b""

    def _payloads(self) -> Iterator[Finding]:
        sealed = self.store.sealed(0, self.head.size)
        at, data = next(sealed, (self.head.size, b""))
        for index, text, _ in self.store.lines(0, self.head.size):
            while at < index:
                at, data = next(sealed, (self.head.size, b""))
            if at == index:
                yield from self._payload(index, text, data)
            else:
                self.bare.add(index)
        for index in sorted(self.bare - set(self.redacted)):
            yield Finding("withheld", index, f"The payload of entry {index} is gone, and nothing says it was erased.")
        for index, by in self.redacted.items():
            if index not in self.bare:
                yield Finding("not-erased", index, f"Entry {by} says that entry {index} was erased; it is there.")
            elif not self.ledger.destroyed(index):
                yield Finding("not-erased", index, f"The key of the erased entry {index} is still there.")

    def _payload(self, index: int, text: str, sealed: bytes) -> Iterator[Finding]:
        try:
            line, blob = Line.parse(text.encode()), self.ledger.unsealed(index, text, sealed)
            if commitment(blob) != line.commitment:
                raise BadEntry("It is not the one that its line names.")
            body = open_blob(blob)
        except (BrokenLedger, BadEntry):
            yield Finding("changed-payload", index, f"The payload of entry {index} is not the one that was recorded.")
            return
        if line.act == Act.REDACT:
            entries = body["entries"]
            assert isinstance(entries, list)
            for entry in entries:
                self.redacted.setdefault(entry, index)
        elif line.act == Act.ROTATE:
            self.rotations.append((index, str(body["old"]), str(body["new"])))
        elif line.act == Act.BEGIN:
            self.first_key = str(body["key"])

    def _notes(self) -> Iterator[Finding]:
        """Every hand-over is signed by both keys; every checkpoint by the key of its time, over this history."""
        held: list[tuple[Verifier, int]] = []
        handed = {note.size: note.note.encode() for note in self.store.notes("hand-over")}
        for index, old, new in self.rotations:
            note = handed.pop(index + 1, b"")
            held.append((Verifier.parse(old), index + 1))
            yield from self._note(
                note, index + 1, [Verifier.parse(old), Verifier.parse(new)], "bad-hand-over", all_of=True
            )
        for size in handed:
            yield Finding(
                "bad-hand-over", size - 1, f"A hand-over of keys at {size} entries is one that no entry names."
            )
        current = self.ledger.keys.current().verifier
        if current.text != (self.rotations[-1][2] if self.rotations else self.first_key):
            yield Finding("unknown-key", None, "The key that signs is not the one the entries name.")
        for kept in self.store.notes("checkpoint"):
            key = next((old for old, until in held if kept.size < until), current)
            yield from self._note(kept.note.encode(), kept.size, [key], "bad-signature", all_of=False)
        last = self.ledger.keys.last_signed()
        if last is not None:
            yield from self._note(last, None, [current], "bad-signature", all_of=False)

    def _note(
        self, note: bytes, size: int | None, keys: list[Verifier], kind: str, *, all_of: bool
    ) -> Iterator[Finding]:
        try:
            opened = open_checkpoint(note, keys)
        except BadNote as error:
            yield Finding(kind, None, f"The checkpoint of {size} entries: {error.what}")
            return
        said = opened.checkpoint
        if (all_of and len(opened.by) != len(keys)) or (size is not None and said.size != size):
            yield Finding(kind, None, f"The checkpoint of {size} entries is not what it should be.")
        elif said.size > self.head.size:
            yield Finding("truncated", self.head.size, f"{said.size} entries were signed, {self.head.size} are there.")
        elif self.roots.get(said.size, b"") != said.root:
            yield Finding("history-changed", said.size, f"History was changed before entry {said.size}.")
