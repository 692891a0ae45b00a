"""An entry: a line that is kept for ever and names nobody, and a blob that can be destroyed.

    lookalike1 <index> <time> <act> <outcome> <commitment>

The line is the leaf of the tree, without a line feed. The commitment is base64 of SHA-256(0x02 || blob), and

    blob = salt (32 random bytes) || length of the body (4 bytes, big-endian) || body || zeros up to a multiple of 384

so that the blob can be erased while the tree still proves, and nothing can be tried against what is left: the salt dies
with the body. 384 is 3 * 128, so the base64 of a blob has neither padding nor spare bits.
"""

from __future__ import annotations

import datetime
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

from lookalike.errors import BadEntry
from lookalike.ledger.canonical import from_base64, from_json, to_base64, to_json

FORMAT = "lookalike1"
SALT = 32
BUCKET = 384
LONGEST_BODY = 1 << 20
LONGEST_LINE = 200

_LINE = re.compile(
    rb"lookalike1 (0|[1-9][0-9]{0,15}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\dZ) ([a-z]+(?:-[a-z]+)*\.[a-z]+(?:-[a-z]+)*)"
    rb" (allowed|refused|done|failed) ([A-Za-z0-9+/]{43}=)"
)


@dataclass(frozen=True, slots=True)
class Line:
    """The part of an entry that stays.

    index: from 0. time: UTC, to the hundredth of a second, as text. act, outcome: words of `acts`; a reader takes any
    word of their form. commitment: SHA-256, 32 bytes.
    """

    index: int
    time: str
    act: str
    outcome: str
    commitment: bytes

    @property
    def text(self) -> str:
        """The line, in its one spelling."""
        return f"{FORMAT} {self.index} {self.time} {self.act} {self.outcome} {to_base64(self.commitment)}"

    @classmethod
    def parse(cls, data: bytes) -> Line:
        """Read a line without a line feed. Raises BadEntry for any other spelling than the one."""
        found = _LINE.fullmatch(data) if len(data) <= LONGEST_LINE else None
        if found is None:
            raise BadEntry(f"{data[:LONGEST_LINE]!r} is not a line of a ledger.", remedy=_ASK)
        index, time, act, outcome, commitment = (part.decode("ascii") for part in found.groups())
        try:
            moment(time)
            return cls(int(index), time, act, outcome, from_base64(commitment))
        except ValueError as error:
            raise BadEntry(f"{data!r} is not a line of a ledger: {error}.", remedy=_ASK) from error


def stamp(when: datetime.datetime) -> str:
    """A moment in UTC to the hundredth of a second (CJIS AU-8), cut off, never rounded into the next second.

    Raises BadEntry for a moment without a time zone, or outside the years 2000 to 9999.
    """
    if when.tzinfo is None or when.utcoffset() is None:
        raise BadEntry(f"The time {when.isoformat()} has no time zone.", remedy="Give a time with one.")
    utc = when.astimezone(datetime.UTC)
    if utc.year < 2000:
        raise BadEntry(f"The time {when.isoformat()} cannot be right.", remedy="Set this machine's clock.")
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 10_000:02d}Z"


def moment(text: str) -> datetime.datetime:
    """The moment a stamp means. Raises ValueError, also for 30 February and for a leap second."""
    return datetime.datetime.fromisoformat(text)


def make_blob(body: Mapping[str, object], salt: bytes) -> bytes:
    """Salt, length, canonical JSON and padding. salt: 32 fresh random bytes, never derived from anything.

    Raises BadEntry for a body that has no canonical form, or one above a mebibyte.
    """
    try:
        data = to_json(body)
    except ValueError as error:
        raise BadEntry(f"This cannot be recorded: it holds {error}.", remedy="Write numbers as text.") from error
    if len(data) > LONGEST_BODY or len(salt) != SALT:
        raise BadEntry(
            f"An entry of {len(data):,} bytes is too long.", remedy="Record the SHA-256 of what is large instead."
        )
    used = SALT + 4 + len(data)
    return salt + len(data).to_bytes(4, "big") + data + bytes(-used % BUCKET)


def open_blob(blob: bytes) -> dict[str, object]:
    """The body of a blob. Raises BadEntry unless it is spelt as `make_blob` would."""
    length = int.from_bytes(blob[SALT : SALT + 4], "big")
    used = SALT + 4 + length
    if length > LONGEST_BODY or len(blob) != used + -used % BUCKET or any(blob[used:]):
        raise BadEntry("The payload of an entry is not in its form.", remedy=_ASK)
    try:
        return from_json(blob[SALT + 4 : used])
    except ValueError as error:
        raise BadEntry(f"The payload of an entry is {error}.", remedy=_ASK) from error


def commitment(blob: bytes) -> bytes:
    """What the line says of a blob, 32 bytes; 0x02 keeps it apart from leaves (0x00) and nodes (0x01)."""
    return hashlib.sha256(b"\x02" + blob).digest()


_ASK = "Ask the ledger's keeper for it again; keep this one."
