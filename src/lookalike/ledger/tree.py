"""The Merkle tree: hashing, growing, and the two proofs. Pure functions over 32-byte hashes.

Source: RFC 6962, section 2.1 (hashing, proofs); RFC 9162, section 2.1 (the same tree; verification). The verification
is in the decomposed form of transparency-dev/merkle, which checks the length of a proof before anything is hashed.

A proof does not bind the size of the tree: it holds for every size whose path has the same shape. The size is bound by
the signature over the checkpoint, and here by the index in each entry's line; never accept a size without a note.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from lookalike.errors import BadProof

EMPTY = hashlib.sha256(b"").digest()
"""The root of a tree without leaves."""

LARGEST = 2**53 - 1
LONGEST_PROOF = 63
ROW = 8
"""Every eighth level is stored, as in C2SP tiles; what lies between is folded on demand."""

Stored = Callable[[int, int, int], Sequence[bytes]]
"""(level, first, end) -> the stored hashes of a level that is a multiple of 8; level 0 are the leaves."""


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf, 32 bytes."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others, 32 bytes."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def push(peaks: list[bytes], size: int, leaf: bytes) -> list[tuple[int, int, bytes]]:
    """Grow a tree of `size` leaves by one, in place.

    peaks: the roots of its complete subtrees, the largest first; one for each binary one in `size`.
    Returns the nodes (level, index, hash) on stored levels that became complete; most often none.
    """
    completed, level = [], 0
    while size & 1:
        leaf = node_hash(peaks.pop(), leaf)
        size >>= 1
        level += 1
        if level % ROW == 0:
            completed.append((level, size, leaf))
    peaks.append(leaf)
    return completed


def root_of(peaks: Sequence[bytes]) -> bytes:
    """The root of a tree, from the roots of its complete subtrees, the largest first."""
    if not peaks:
        return EMPTY
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def subtrees(size: int) -> list[tuple[int, int]]:
    """The ranges [low, high) of leaves under the peaks of a tree of `size` leaves, the largest first."""
    ranges, low = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            ranges.append((low, low + (1 << level)))
            low += 1 << level
    return ranges


def peaks_of(size: int, stored: Stored) -> list[bytes]:
    """The roots of the complete subtrees of the first `size` leaves, from stored hashes."""
    return [range_hash(low, high, stored) for low, high in subtrees(size)]


def inclusion_proof(index: int, size: int, stored: Stored) -> list[bytes]:
    """The hashes that lead from a leaf to the root of the first `size` leaves, the leaf's sibling first.

    Raises BadProof unless 0 <= index < size. Source: RFC 6962, section 2.1.1.
    """
    if not 0 <= index < size:
        raise BadProof(f"Entry {index} is not in a ledger of {size} entries.", remedy="Name one that is.")
    low, high, ranges = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low = middle
    read = _by_tile(size, stored)
    return [range_hash(low, high, read) for low, high in reversed(ranges)]


def consistency_proof(old: int, size: int, stored: Stored) -> list[bytes]:
    """The hashes that show that the first `old` leaves begin the tree of `size` leaves. Empty when old is 0 or size.

    Raises BadProof unless 0 <= old <= size. Source: RFC 6962, section 2.1.2.
    """
    if not 0 <= old <= size:
        raise BadProof(
            f"A ledger of {size} entries does not continue one of {old}.",
            remedy="Ask for the newest state, or name an older size.",
        )
    if old == 0:
        return []
    low, high, ranges, whole = 0, size, [], True
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            ranges.append((middle, high))
            high = middle
        else:
            ranges.append((low, middle))
            low, whole = middle, False
    if not whole:
        ranges.append((low, high))
    read = _by_tile(size, stored)
    return [range_hash(low, high, read) for low, high in reversed(ranges)]


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """The root that a leaf and its proof lead to; the caller compares it with a signed one.

    Raises BadProof for a proof that cannot belong to this index and size.
    """
    inner = (index ^ (size - 1)).bit_length() if 0 <= index < size else 0
    if (
        not 0 <= index < size <= LARGEST
        or not _hashes([leaf, *proof])
        or len(proof) != inner + (index >> inner).bit_count()
    ):
        raise BadProof(
            f"The proof is not one for entry {index} of {size}.",
            remedy="Ask the ledger's keeper for the proof again; keep this one.",
        )
    found = leaf
    for level, other in enumerate(proof):
        left = level >= inner or index >> level & 1
        found = node_hash(other, found) if left else node_hash(found, other)
    return found


def consistent(old: int, size: int, old_root: bytes, root: bytes, proof: Sequence[bytes]) -> bool:
    """Whether the proof shows that the tree of `old` leaves begins the tree of `size` leaves.

    An empty tree begins every tree, and no proof says so: old = 0 is a statement about nothing, not evidence.
    Source: RFC 9162, section 2.1.4.2, decomposed.
    """
    if not 0 <= old <= size <= LARGEST or not _hashes([old_root, root, *proof]):
        return False
    if old == size:
        return not proof and old_root == root
    if old == 0:
        return not proof and old_root == EMPTY
    shift = (old & -old).bit_length() - 1
    inner = ((old - 1) ^ (size - 1)).bit_length()
    border = ((old - 1) >> inner).bit_count()
    path = list(proof)
    if old == 1 << shift:
        seed = old_root
    elif path:
        seed = path.pop(0)
    else:
        return False
    if len(path) != inner - shift + border:
        return False
    first = second = seed
    for level, other in enumerate(path):
        if level >= inner - shift or (old - 1) >> shift >> level & 1:
            first = node_hash(other, first)
            second = node_hash(other, second)
        else:
            second = node_hash(second, other)
    return first == old_root and second == root


def range_hash(low: int, high: int, stored: Stored) -> bytes:
    """The root over the leaves [low, high), which is a range of a proof: complete, or the ragged end of a tree."""
    size = high - low
    if size & (size - 1):
        split = _split(size)
        return node_hash(range_hash(low, low + split, stored), range_hash(low + split, high, stored))
    level = size.bit_length() - 1
    base = level - level % ROW
    hashes = list(stored(base, low >> base, high >> base))
    while len(hashes) > 1:
        hashes = [node_hash(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _by_tile(size: int, stored: Stored) -> Stored:
    """Read 256 neighbours at once: the ranges of a proof stand side by side in the same few tiles."""
    tiles: dict[tuple[int, int], Sequence[bytes]] = {}

    def read(level: int, low: int, high: int) -> Sequence[bytes]:
        first = low >> ROW << ROW
        if (level, first) not in tiles:
            tiles[level, first] = stored(level, first, min(first + (1 << ROW), size >> level))
        return tiles[level, first][low - first : high - first]

    return read


def _split(size: int) -> int:
    """The largest power of two below `size`, which is 2 or more."""
    return 1 << (size - 1).bit_length() - 1


def _hashes(values: Sequence[bytes]) -> bool:
    return len(values) <= LONGEST_PROOF + 2 and all(len(value) == 32 for value in values)
