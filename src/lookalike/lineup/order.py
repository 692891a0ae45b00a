"""The order in which photographs are shown, drawn from a seed.

The algorithm, so that anybody can draw the same order with a dozen lines of any language:

1. The ids are sorted by their code points (which is the order of their UTF-8 bytes): what order they came in, and so
   who was named first, has no say.
2. Block n, counted from 0, is HMAC-SHA-256 with the seed's UTF-8 bytes as key and, as message, the ASCII text
   "lookalike lineup order 1", a zero byte, and n as 8 bytes, most significant first. The 32 bytes of each block are
   four numbers of 8 bytes, most significant first; the numbers are used up in turn.
3. For i from the last place down to 1, a whole number j from 0 to i is drawn: the next number x below the greatest
   multiple of i + 1 that is at most 2^64 is taken, any x beyond it is passed over, and j is x modulo i + 1 (rejection,
   so that no place is likelier). The ids at places i and j change places (Fisher and Yates; Durstenfeld 1964).

The seed is secret until the lineup is over; with it the order can be drawn again by anybody. It has to come from a
source of randomness of at least 128 bits, since a short seed could be guessed from one order.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence

from lookalike.errors import BadInput

LABEL = b"lookalike lineup order 1\x00"

_RANGE = 1 << 64


def drawn(seed: str, ids: Sequence[str]) -> list[str]:
    """The ids in the order that the seed draws: every order is equally likely over all seeds.

    seed: any text but an empty one. ids: each once, in any order. Raises BadInput.
    """
    if not seed:
        raise BadInput(
            "An order cannot be drawn without a seed.",
            why="The order would be the same for every lineup, and somebody could know it.",
            remedy="Give a seed of random letters or digits; 32 hexadecimal digits are enough.",
        )
    order = sorted(ids)
    if len(set(order)) < len(order):
        raise BadInput("An id is named twice in what is to be put in order.", remedy="Name every photograph once.")
    numbers = _numbers(seed.encode())
    for i in range(len(order) - 1, 0, -1):
        j = _below(i + 1, numbers)
        order[i], order[j] = order[j], order[i]
    return order


def _below(end: int, numbers: Iterator[int]) -> int:
    """A whole number from 0 to end - 1, each equally likely."""
    limit = _RANGE - _RANGE % end
    return next(number for number in numbers if number < limit) % end


def _numbers(key: bytes) -> Iterator[int]:
    """Whole numbers below 2^64, without end."""
    block = 0
    while True:
        digest = hmac.new(key, LABEL + block.to_bytes(8, "big"), hashlib.sha256).digest()
        yield from (int.from_bytes(digest[at : at + 8], "big") for at in range(0, 32, 8))
        block += 1
