"""Bound a NIST-ITL file before it is parsed.

nistitl 0.6 trusts the lengths in a file: a record of length 0 makes it loop for ever, gathering
records; it copies the rest of the file for each record; its field look-up takes quadratic time.
So the records are walked by their lengths first (ANSI/NIST-ITL 1-2011, clause 7.1), and a file
that is not a plain row of records goes no further.
"""

from __future__ import annotations

import re

MAX_BYTES = 128 * 1024 * 1024
_MAX_RECORDS = 1000
_MAX_FIELDS = 2000
_MAX_PARTS = 50_000

# Record types of the standard; nistitl knows no others.
_TAGGED = frozenset({1, 2, *range(9, 23), 98, 99})

# Those whose last field, 999, is binary.
_WITH_DATA = frozenset({10, *range(13, 18), *range(19, 23), 99})

_FIRST_FIELD = re.compile(rb"(\d{1,2})\.0*1:(\d{1,10})\x1d")
_SHORTEST_BINARY = 18
_FS, _GS, _RS, _US = b"\x1c", b"\x1d", b"\x1e", b"\x1f"


class Unwalkable(ValueError):
    """The file is not a row of records; the message says where and why, in words."""


def check_records(data: bytes) -> int:
    """Walk the records of a transaction and return how many there are. Raises Unwalkable."""
    offset, count = 0, 0
    while offset < len(data):
        count += 1
        if count > _MAX_RECORDS:
            raise Unwalkable(f"it holds more than {_MAX_RECORDS} records")
        offset += _record_length(data, offset, count)
    return count


def _record_length(data: bytes, offset: int, number: int) -> int:
    place = f"record {number}, at byte {offset},"
    left = len(data) - offset
    head = _FIRST_FIELD.match(data, offset, offset + 32)
    if number == 1 and (head is None or int(head[1]) != 1):
        raise Unwalkable("it does not begin with a Type-1 record")
    if head is None:
        length = int.from_bytes(data[offset : offset + 4], "big")
        # Without a first field it can only be a binary record, whose length is its first four
        # bytes.
        if length < _SHORTEST_BINARY:
            raise Unwalkable(f"{place} has neither a first field nor a binary length")
        if length > left:
            raise Unwalkable(f"{place} says it is {length} bytes long, but {left} are left")
        return length
    kind, length = int(head[1]), int(head[2])
    if kind not in _TAGGED:
        raise Unwalkable(f"{place} is of type {kind}, which does not exist as a tagged record")
    if kind == 1 and number > 1:
        raise Unwalkable(f"{place} is a second Type-1 record")
    if length > left:
        raise Unwalkable(f"{place} says it is {length} bytes long, but {left} are left")
    if length <= head.end() - offset:
        raise Unwalkable(f"{place} says it is {length} bytes long, which holds nothing")
    if data[offset + length - 1 : offset + length] != _FS:
        raise Unwalkable(f"{place} does not end where its length says")
    stop = offset + length
    if kind in _WITH_DATA:
        # Text stops at the picture, whose bytes may be anything.
        text_end = data.find(_GS + b"%d.999:" % kind, offset, stop)
        stop = stop if text_end < 0 else text_end
        if data.find(b"999:", offset, stop) >= 0:
            raise Unwalkable(f"{place} has '999:' in its text, which could pass for its picture")
    if data.count(_GS, offset, stop) > _MAX_FIELDS:
        raise Unwalkable(f"{place} has more than {_MAX_FIELDS} fields")
    names = [field.partition(b":")[0] for field in data[offset:stop].split(_GS)]
    if len(set(names)) < len(names):
        raise Unwalkable(f"{place} holds the same field twice")
    if data.count(_RS, offset, stop) + data.count(_US, offset, stop) > _MAX_PARTS:
        raise Unwalkable(f"{place} has more than {_MAX_PARTS} subfields and items")
    return length
