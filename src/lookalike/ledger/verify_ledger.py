#!/usr/bin/env python3
"""Verify a ledger without the software that wrote it. One file, the standard library only (Python 3.9+), no network.

    python3 verify_ledger.py EXPORT --key KEY [--checkpoint OLD]... [--policy FILE] [--max-age DAYS] [--strict]

EXPORT is what `lookalike ledger export` writes. KEY is the ledger's public key (or a file that holds it), which you
have from somewhere else than the export. OLD is a checkpoint you have kept: it shows that history before it is
unchanged. Without a checkpoint held by somebody else, whoever holds the key can rewrite everything.

What is verified: every line is hashed into a Merkle tree (RFC 6962), whose root must be the one that was signed; every
payload must be the one its line commits to; every missing payload must be one that a later entry says was erased.
Exit status: 0 nothing found, 1 something found, 2 could not be verified.
"""

from __future__ import annotations

import argparse
import base64
import datetime
import hashlib
import json
import re
import sys
import time
from pathlib import Path
from typing import Any, BinaryIO, Iterable, NamedTuple

# --- Ed25519, verification only (RFC 8032). Nothing here is secret, so nothing has to take constant time.

P = 2**255 - 19
Q = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = Any  # x, y, z, t with xy = zt, in extended coordinates


def add(p: Point, q: Point) -> Point:
    """The sum of two points; this formula holds for every pair."""
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(n: int, p: Point) -> Point:
    """A point added to itself n times."""
    total = (0, 1, 1, 0)
    while n:
        if n & 1:
            total = add(total, p)
        p, n = add(p, p), n >> 1
    return total


def point(data: bytes) -> Point:
    """The point of 32 bytes; None unless they are its one encoding."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * ROOT % P
    if v * x * x % P != u or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def usable_key(key: bytes) -> bool:
    """Whether 32 bytes are a public key that proves something: not one of the few points of small order."""
    found = point(key) if len(key) == 32 else None
    if found is None:
        return False
    x, y, z, _ = times(8, found)
    return bool(x % P or (y - z) % P)


def signed(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the key signed the message. R is compared as bytes, as Go and OpenSSL do."""
    a = point(key) if len(key) == 32 and len(signature) == 64 else None
    s = int.from_bytes(signature[32:], "little")
    if a is None or s >= Q:  # else a second signature could be made from the first
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % Q
    x, y, z, _ = add(times(s, BASE), times(k, (P - a[0], a[1], 1, P - a[3])))
    w = pow(z, P - 2, P)
    encoded: bytes = (y * w % P | (x * w % P & 1) << 255).to_bytes(32, "little")
    return encoded == signature[:32]


# --- Keys and signed notes (C2SP signed-note, tlog-checkpoint, cosignature/v1)


class Unusable(Exception):
    """What was given cannot be verified at all."""


class Key(NamedTuple):
    """A public key. kind: 1 signs checkpoints, 4 cosigns them."""

    name: str
    id: bytes
    kind: int
    public: bytes
    text: str


def read_key(text: str) -> Key:
    """Read name+id+base64; the base64 may itself hold a plus."""
    try:
        name, key_id, encoded = text.strip().split("+", 2)
        data = decoded(encoded)
        found = Key(name, hashlib.sha256(name.encode() + b"\n" + data).digest()[:4], data[0], data[1:], text.strip())
    except (ValueError, IndexError) as error:
        raise Unusable("%r is not a public key" % text[:200]) from error
    if key_id != found.id.hex() or found.kind not in (1, 4) or not usable_key(found.public):
        raise Unusable("%r is not a public key" % text[:200])
    return found


def decoded(text: str) -> bytes:
    """Base64 in its one spelling: decoders pass over spare bits, so it is encoded again."""
    data = base64.b64decode(text, validate=True)
    if base64.b64encode(data) != text.encode():
        raise ValueError("not base64")
    return data


class Note(NamedTuple):
    """A checkpoint as it was read, before anybody asks who signed it."""

    text: bytes
    origin: str
    size: int
    root: bytes
    signatures: list[tuple[str, bytes]]

    def by(self, key: Key) -> Any:
        """True or False: whether the line of this key is its signature. None: there is no such line."""
        for name, data in self.signatures:
            if name == key.name and data[:4] == key.id:
                message, signature = self.text, data[4:]
                if key.kind == 4:
                    message = b"cosignature/v1\ntime %d\n" % self.time(data) + message
                    signature = signature[8:]
                return signed(key.public, message, signature)
        return None

    @staticmethod
    def time(data: bytes) -> int:
        """When a witness cosigned, in seconds since 1970."""
        return int.from_bytes(data[4:12], "big")


def read_note(data: bytes) -> Note:
    """Read a checkpoint: name, size and root, an empty line, and lines of signatures."""
    try:
        whole = data.decode()
        text, blank, lines = whole.rpartition("\n\n")
        origin, size, root = text.split("\n")
        signatures = []
        for line in lines[:-1].split("\n"):
            dash, name, encoded = line.split(" ")
            signatures.append((name, decoded(encoded)))
            if dash != "\u2014" or not name or "+" in name or len(signatures[-1][1]) < 5:
                raise ValueError("not a signature")
        if not (blank and lines.endswith("\n") and re.fullmatch("0|[1-9][0-9]{0,15}", size)):
            raise ValueError("not a note")
        if (
            len(data) > 65536
            or len(signatures) > 100
            or len(decoded(root)) != 32
            or re.search("[\0-\x09\x0b-\x1f]", whole)
        ):
            raise ValueError("not a note")
        return Note((text + "\n").encode(), origin, int(size), decoded(root), signatures)
    except ValueError as error:
        raise Unusable("a checkpoint is not in its form: %r" % data[:200]) from error


# --- The tree (RFC 6962)


def fold(hashes: list[bytes]) -> bytes:
    """The root over hashes of one level, pair by pair; an odd one out is carried upwards as it is."""
    sha = hashlib.sha256
    while len(hashes) > 1:
        pairs = [sha(b"\x01" + a + b).digest() for a, b in zip(hashes[::2], hashes[1::2])]
        hashes = pairs + hashes[len(hashes) & ~1 :]
    return hashes[0] if hashes else sha(b"").digest()


# --- The export


LINE = re.compile(
    rb"lookalike1 (0|[1-9][0-9]{0,15}) ((\d{4}-\d\d-\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d\dZ) "
    rb"([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*) (allowed|refused|done|failed) ([A-Za-z0-9+/]{43}=)"
)
BLOCK = 256
LONGEST = 2 << 20


class Report:
    """What was found, each with one word for its kind."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int | None, str]] = []
        self.size = self.erased = self.withheld = self.witnesses = 0
        self.newest = self.key = ""
        self.clocks: list[int] = []

    def add(self, kind: str, index: int | None, sentence: str) -> None:
        """Keep a finding; after a thousand only the first thousand are told."""
        if len(self.found) < 1000:
            self.found.append((kind, index, sentence))


class Reader:
    """One pass over an export."""

    def __init__(self, stream: BinaryIO, report: Report, sizes: set[int], strict: bool) -> None:
        self.stream, self.report, self.strict = stream, report, strict
        self.sizes = sizes  # at which the root is to be remembered
        self.roots: dict[int, bytes] = {}
        self.blocks: list[bytes] = []  # the roots over 256 entries each
        self.leaves: list[bytes] = []  # of the last, unfinished block
        self.bare: list[int] = []  # entries without payload
        self.redacted: dict[int, int] = {}  # entry -> the entry that says it was erased
        self.rotations: list[tuple[int, str, str]] = []

    def line(self) -> bytes:
        """The next line, without its line feed."""
        raw = self.stream.readline(LONGEST)
        if not raw.endswith(b"\n"):
            raise Unusable("bad-format: the export ends early, or a line of it is too long")
        return raw[:-1]

    def number(self) -> int:
        """The next line, as a number in its one spelling."""
        text = self.line()
        if not re.fullmatch(rb"0|[1-9][0-9]{0,5}", text):
            raise Unusable("bad-format: the end of the export is not in its form")
        return int(text)

    def note(self) -> Note:
        """The next note, behind its length."""
        length = self.number()
        data = self.stream.read(length)
        if len(data) != length:
            raise Unusable("bad-format: the export ends early")
        return read_note(data)

    def root(self) -> bytes:
        """The root over everything read so far."""
        return fold(self.blocks + ([fold(self.leaves)] if self.leaves else []))

    def entries(self) -> int:
        """Read and hash every entry. Returns how many there are."""
        sha, b64, unb64, read = hashlib.sha256, base64.b64encode, base64.b64decode, self.stream.readline
        add, leaves, fit, sizes, strict = self.report.add, self.leaves, LINE.fullmatch, self.sizes, self.strict
        count, expected, last, day, runs = 0, 0, b"", b"", [[0, 0]]
        if 0 in sizes:
            self.roots[0] = self.root()
        while True:
            raw = read(LONGEST)
            if raw == b".\n":
                break
            if not raw.endswith(b"\n"):
                raise Unusable("bad-format: the export ends early, or a line of it is too long")
            line, _, encoded = raw[:-1].rpartition(b" ")
            parts = fit(line)
            if parts is None:
                add("changed-entry", expected, "entry %d is not in its form: %r" % (expected, line[:200]))
                expected += 1
            else:
                number, when, date, act, _, commitment = parts.groups()
                index = int(number)
                if index != expected and len(runs) < 1000:
                    runs[-1][1] = expected
                    runs.append([index, index])
                expected = index + 1
                if date != day:
                    day = date
                    if not real(date):
                        add("changed-entry", index, "entry %d has a date that does not exist: %r" % (index, date))
                if when < last and seconds(last) - seconds(when) > 1 and act != b"ledger.clock":
                    add("clock-back", index, "entry %d is earlier than the one before it" % index)
                if act == b"ledger.clock":
                    self.report.clocks.append(index)
                last = when
                own = act.startswith(b"ledger.")
                if encoded == b"-":
                    self.bare.append(index)
                    if own:
                        add("withheld", index, "entry %d is the ledger's own, and its payload is not there" % index)
                else:
                    try:
                        blob = unb64(encoded)
                    except ValueError:
                        blob = b""
                    if len(blob) % 384 or b64(blob) != encoded or b64(sha(b"\x02" + blob).digest()) != commitment:
                        add(
                            "changed-payload", index, "the payload of entry %d is not the one that was recorded" % index
                        )
                    elif own or strict:
                        self.payload(index, act, blob)
            leaves.append(sha(b"\x00" + line).digest())
            count += 1
            if len(leaves) == BLOCK:
                self.blocks.append(fold(leaves))
                leaves.clear()
            if count in sizes:
                self.roots[count] = self.root()
        runs[-1][1] = expected
        self.order([run for run in runs if run[0] < run[1]])
        self.report.size, self.report.newest = count, last.decode()
        return count

    def order(self, runs: list[list[int]]) -> None:
        """What the runs [first, end) of consecutive numbers say: each number once, in order."""
        covered = 0
        for number, (first, _) in enumerate(runs):
            before = runs[:number]
            if number and first < before[-1][1] and not any(low <= first < high for low, high in before):
                self.report.add("reordered", first, "entry %d stands behind entry %d" % (first, before[-1][1] - 1))
        for first, end in sorted(runs):
            if first > covered:
                self.report.add("missing", covered, "entries %d to %d are missing" % (covered, first - 1))
            elif first < covered:
                self.report.add("repeated", first, "entry %d is there twice" % first)
            covered = max(covered, end)

    def payload(self, index: int, act: bytes, blob: bytes) -> None:
        """Read a payload: its form, and what the ledger says of itself."""
        length = int.from_bytes(blob[32:36], "big")
        data = blob[36 : 36 + length]
        try:
            body = json.loads(data.decode())
            again = json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
            if again.encode() != data or not isinstance(body, dict):
                raise ValueError("not canonical")
            if len(blob) != 36 + length + -(36 + length) % 384 or any(blob[36 + length :]):
                raise ValueError("not canonical")
            if act == b"ledger.redact":
                for entry in body["entries"]:
                    if not (type(entry) is int and 0 <= entry < index):
                        self.report.add("bad-redaction", index, "entry %d erases what was not there yet" % index)
                    else:
                        self.redacted.setdefault(entry, index)
            elif act == b"ledger.rotate":
                self.rotations.append((index, str(body["old"]), str(body["new"])))
                self.roots[index + 1] = b""
                self.sizes.add(index + 1)
        except (ValueError, KeyError, TypeError, RecursionError):
            self.report.add("changed-payload", index, "the payload of entry %d is not in its form" % index)


def real(date: bytes) -> bool:
    """Whether a date exists."""
    try:
        datetime.date.fromisoformat(date.decode())
    except ValueError:
        return False
    return True


def seconds(stamp: bytes) -> float:
    """Seconds of a time, for differences; 0 for a date that does not exist."""
    if not real(stamp[:10]):
        return 0.0
    base = datetime.datetime.strptime(stamp[:19].decode(), "%Y-%m-%dT%H:%M:%S")
    return (base - datetime.datetime(1970, 1, 1)).total_seconds() + int(stamp[20:22]) / 100


# --- Putting it together


def read_policy(text: str) -> tuple[dict[str, Key], dict[str, tuple[int, list[str]]], str]:
    """Read a C2SP tlog-policy: witnesses by name, groups (how many of whom), and the name that must hold.

    A name is defined once and before it is used, and is a member of one group at most, so that none counts twice.
    """
    witnesses: dict[str, Key] = {}
    groups: dict[str, tuple[int, list[str]]] = {}
    quorum = ""
    for line in text.split("\n"):
        words = line.split()
        if not words or words[0].startswith("#") or words[0] == "log":
            continue
        new = len(words) > 2 and words[1] != "none" and words[1] not in witnesses and words[1] not in groups
        if words[0] == "witness" and new and len(words) < 5:
            witnesses[words[1]] = read_key(words[2])
        elif words[0] == "group" and new and 1 <= needed(words[2], len(words) - 3) <= len(words) - 3:
            taken = [member for _, members in groups.values() for member in members]
            for number, member in enumerate(words[3:], 3):
                if (member not in witnesses and member not in groups) or member in taken + words[3:number]:
                    raise Unusable("the policy has a member that is unknown or counts twice: %r" % line[:200])
            groups[words[1]] = needed(words[2], len(words) - 3), words[3:]
        elif words[0] == "quorum" and len(words) == 2 and not quorum:
            quorum = words[1]
        else:
            raise Unusable("the policy has a line that is not understood: %r" % line[:200])
    if quorum != "none" and quorum not in witnesses and quorum not in groups:
        raise Unusable("the policy has no quorum")
    if len({key.public for key in witnesses.values()}) != len(witnesses):
        raise Unusable("the policy names one key twice")
    return witnesses, groups, quorum


def needed(word: str, members: int) -> int:
    """How many members of a group are enough; 0 for a word that says no number."""
    return {"any": 1, "all": members}.get(word) or (int(word) if re.fullmatch("[1-9][0-9]{0,5}", word) else 0)


def verify(
    stream: BinaryIO,
    key: Key,
    held: Iterable[bytes] = (),
    policy: str = "",
    max_age: float = 7.0,
    now: float = 0.0,
    strict: bool = False,
) -> Report:
    """Verify an export. held: checkpoints that somebody kept. max_age: days. now: seconds since 1970, for ages."""
    report, kept = Report(), [read_note(data) for data in held]
    reader = Reader(stream, report, {note.size for note in kept}, strict)
    kind = reader.line()
    if kind not in (b"lookalike-ledger-export1 full", b"lookalike-ledger-export1 public"):
        raise Unusable("bad-format: this is not an export of a ledger")
    first = reader.line()
    count = reader.entries()
    listed, notes = read_rest(reader, count)
    keys = chain(reader, notes[:-1], key)
    final = notes[-1]
    bad = authority(final, keys, count)
    if bad:
        report.add(bad, None, "the checkpoint of the export: " + WORDS[bad])
    report.key = keys[-1][0].text
    if first != b"log " + keys[0][0].text.encode():
        report.add("bad-format", None, "the first key of the export is not that of its entries")
    if final.size != count:
        word = "truncated" if final.size > count else "surplus"
        report.add(word, None, "%d entries are there and %d were signed" % (count, final.size))
    elif reader.root() != final.root:
        where = "the last %d entries, or the list of blocks," % len(reader.leaves)
        for number, (one, other) in enumerate(zip(reader.blocks, listed)):
            if one != other:
                where = "entries %d to %d" % (number * BLOCK, number * BLOCK + BLOCK - 1)
                break
        report.add("changed-entry", None, "%s are not those that were signed" % where)
    elif listed != reader.blocks:
        report.add("bad-format", None, "the list of blocks is not that of the entries")
    for note in kept:
        compare_held(note, keys, reader, report)
    erasures(reader, report, full=kind.endswith(b"full"))
    if policy:
        quorum(final, policy, max_age, now, report)
    return report


WORDS = {
    "unknown-key": "no trusted key signed it",
    "bad-signature": "the signature of the ledger's key is wrong",
    "retired-key": "it is signed by a key that was retired before",
}


def read_rest(reader: Reader, count: int) -> tuple[list[bytes], list[Note]]:
    """The list of blocks and the notes behind the entries; nothing may follow them."""
    try:
        listed = [decoded(reader.line().decode()) for _ in range(count // BLOCK)]
        if reader.line() != b".":
            raise Unusable("bad-format: the list of blocks has another length than the entries")
        notes = [reader.note() for _ in range(reader.number())]
    except ValueError as error:
        raise Unusable("bad-format: the end of the export is not in its form") from error
    if not notes or reader.stream.read(1):
        raise Unusable("bad-format: the end of the export is not in its form")
    return listed, notes


def chain(reader: Reader, handovers: list[Note], trusted: Key) -> list[tuple[Key, int, int]]:
    """The ledger's keys, each with the sizes it may sign; every change of keys is signed by both."""
    found = [(trusted, 0, 1 << 53)]
    keys = [(read_key(old), read_key(new)) for _, old, new in reader.rotations]
    if not keys:
        if handovers:
            reader.report.add("bad-hand-over", None, "a hand-over of keys is there that no entry names")
        return found
    found, start = [], 0
    for number, (index, _, _) in enumerate(reader.rotations):
        old, new = keys[number]
        note = handovers[number] if number < len(handovers) else None
        follows = number == 0 or keys[number - 1][1] == old
        if note is None or note.size != index + 1 or not follows or not (note.by(old) and note.by(new)):
            reader.report.add("bad-hand-over", index, "the change of keys at entry %d is not signed by both" % index)
        elif note.root != reader.roots[index + 1]:
            reader.report.add("changed-entry", None, "the entries up to %d are not those that both keys signed" % index)
        found.append((old, start, index + 1))
        start = index + 1
    found.append((keys[-1][1], start, 1 << 53))
    if trusted not in [one for one, _, _ in found]:
        reader.report.add("unknown-key", None, "the trusted key is none of this ledger's")
        return [(trusted, 0, 1 << 53)]
    return found


def authority(note: Note, keys: list[tuple[Key, int, int]], size: int) -> str:
    """What is wrong with who signed a note of this size; empty when nothing is."""
    said = [(note.by(key), low <= size <= high) for key, low, high in keys if key.name == note.origin]
    if any(verdict is False for verdict, _ in said):
        return "bad-signature"
    if any(verdict and current for verdict, current in said):
        return ""
    return "retired-key" if any(verdict for verdict, _ in said) else "unknown-key"


def compare_held(note: Note, keys: list[tuple[Key, int, int]], reader: Reader, report: Report) -> None:
    """Hold the export to a checkpoint that somebody kept."""
    bad = authority(note, keys, note.size)
    if bad:
        report.add(bad, None, "the checkpoint of %d entries that you hold: %s" % (note.size, WORDS[bad]))
    elif note.size > report.size:
        sentence = "the export has %d entries, the checkpoint you hold has %d: it is older than what you hold"
        report.add("old-tree", None, sentence % (report.size, note.size))
    elif reader.roots.get(note.size) != note.root:
        report.add("history-changed", note.size, "history was changed before entry %d" % note.size)


def erasures(reader: Reader, report: Report, full: bool) -> None:
    """Every payload that is not there was erased, and every erased one is not there."""
    bare = set(reader.bare)
    for index in reader.bare:
        if index not in reader.redacted and full:
            report.add(
                "withheld", index, "the payload of entry %d is not there, and nothing says it was erased" % index
            )
    for index, by in reader.redacted.items():
        if index not in bare:
            report.add("not-erased", index, "entry %d says that entry %d was erased; it is there" % (by, index))
    report.erased = sum(index in reader.redacted for index in bare)
    report.withheld = len(bare) - report.erased


def quorum(note: Note, text: str, max_age: float, now: float, report: Report) -> None:
    """Whether enough witnesses saw the checkpoint, and lately."""
    witnesses, groups, name = read_policy(text)
    seen = set()
    for who, key in witnesses.items():
        verdict = note.by(key) if key.kind == 4 else None
        if verdict is False:
            report.add("bad-cosignature", None, "the cosignature of %r is wrong" % who)
        elif verdict:
            at = next(note.time(data) for name_, data in note.signatures if (name_, data[:4]) == (key.name, key.id))
            if now - at > max_age * 86400 or at - now > 300:
                report.add("stale", None, "the cosignature of %r is older than %g days, or ahead" % (who, max_age))
            seen.add(who)
    for group, (least, members) in groups.items():
        if sum(member in seen for member in members) >= least:
            seen.add(group)
    report.witnesses = sum(who in seen for who in witnesses)
    if name != "none" and name not in seen:
        report.add("no-quorum", None, "%d witnesses saw the checkpoint, which is not enough" % report.witnesses)


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("export", type=Path)
    parser.add_argument("--key", required=True, help="the ledger's public key, or a file that holds it")
    parser.add_argument("--checkpoint", type=Path, action="append", default=[], help="a checkpoint you have kept")
    parser.add_argument("--policy", type=Path, help="which witnesses must have seen the checkpoint (C2SP tlog-policy)")
    parser.add_argument("--max-age", type=float, default=7.0, help="days since a witness saw it; 7")
    parser.add_argument("--strict", action="store_true", help="read every payload, not only the ledger's own")
    args = parser.parse_args(arguments)
    try:
        key = read_key(args.key if args.key.count("+") > 1 else Path(args.key).read_text())
        held = [path.read_bytes() for path in args.checkpoint]
        policy = args.policy.read_text() if args.policy else ""
        with args.export.open("rb") as stream:
            report = verify(stream, key, held, policy, args.max_age, time.time(), args.strict)
    except (Unusable, OSError, ValueError) as error:
        print("CANNOT BE VERIFIED:", str(error).encode("unicode_escape").decode())
        return 2
    return tell(report, len(held))


def tell(report: Report, held: int) -> int:
    """Print a report. Returns the exit status."""
    for index in report.clocks:
        print("note: at entry %d an operator accepted a clock that went back" % index)
    for kind, _, sentence in report.found:
        print("FOUND %s: %s." % (kind, sentence))
    facts = "%s entries, %d erased, %d withheld, the newest of %s" % (
        format(report.size, ","),
        report.erased,
        report.withheld,
        report.newest or "never",
    )
    print("%s: %s; signed by %s" % ("CHANGED" if report.found else "OK", facts, ascii(report.key)[1:-1]))
    print("held to %d kept checkpoints; %d witnesses of the policy saw it" % (held, report.witnesses))
    if not held:
        print("Without a checkpoint held by somebody else, whoever holds the key can rewrite everything.")
    return 1 if report.found else 0


if __name__ == "__main__":
    sys.exit(main())
