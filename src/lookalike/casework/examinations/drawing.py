"""Chance in an examination: the order of the faces, drawn from a recorded seed, so that anybody can draw it again.

The place of a face is that of SHA-256("seed:record") among the others. It depends on nothing that a search knew.
"""

from __future__ import annotations

import hashlib
import os
import random
from collections.abc import Iterable, Sequence
from string import ascii_uppercase

MOST_DECOYS = 3
"""One to three known non-mates are mixed in: `reference/protocols/05`, bias controls 6."""


def new_seed() -> int:
    """A seed of 63 bits from the system's random source: what a task's chances are drawn from."""
    return int.from_bytes(os.urandom(8), "big") >> 1


def shuffled(seed: int, records: Iterable[str]) -> list[str]:
    """The records in the order that the seed gives them."""
    return sorted(records, key=lambda record: hashlib.sha256(f"{seed}:{record}".encode()).digest())


def is_drawn(seed: int, records: Sequence[str]) -> bool:
    """Whether these records stand in the order that the seed gives: then the order says nothing but the seed."""
    return list(records) == shuffled(seed, records)


def letter(place: int) -> str:
    """The letter of a place counted from 0: A to Z, then AA to ZZ."""
    high, low = divmod(place, 26)
    return (ascii_uppercase[high - 1] if high else "") + ascii_uppercase[low]


def chances(seed: int, what: str) -> random.Random:
    """Further chances of one task, apart from its order. what: which."""
    return random.Random(f"{what}:{seed}")  # noqa: S311 - hidden by the seed, which is from the system; to be drawn again
