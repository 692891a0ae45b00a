"""The tree is that of RFC 6962, and its proofs show what they should and nothing else."""

from __future__ import annotations

import functools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import BadProof
from lookalike.ledger.tree import (
    EMPTY,
    consistency_proof,
    consistent,
    inclusion_proof,
    leaf_hash,
    node_hash,
    peaks_of,
    push,
    root_from_inclusion,
    root_of,
)
from lookalike.ledger.verify_ledger import fold

MOST = 130
LEAVES = [leaf_hash(b"%d" % i) for i in range(600)]

# the leaves and roots of the reference tests of Certificate Transparency
VECTOR = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
VECTOR_LEAVES = [leaf_hash(bytes.fromhex(text)) for text in VECTOR]
VECTOR_ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def naive(leaves: tuple[bytes, ...] | list[bytes]) -> bytes:
    """The definition in RFC 6962, section 2.1."""
    if not leaves:
        return EMPTY
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node_hash(naive(leaves[:k]), naive(leaves[k:]))


@functools.cache
def complete(level: int, index: int) -> bytes:
    return naive(LEAVES[index << level : (index + 1) << level])


def stored(level: int, low: int, high: int) -> list[bytes]:
    assert level % 8 == 0
    return [complete(level, index) for index in range(low, high)]


@functools.cache
def root(size: int) -> bytes:
    return naive(LEAVES[:size])


def rfc9162(m: int, n: int, first: bytes, second: bytes, proof: list[bytes]) -> bool:
    """Section 2.1.4.2 of RFC 9162, step by step."""
    if m == n:
        return not proof and first == second
    if not proof:
        return False
    path = ([first] if m & (m - 1) == 0 else []) + proof
    fn, sn = m - 1, n - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    return fr == first and sr == second and sn == 0


def test_the_roots_are_those_of_the_reference() -> None:
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    peaks: list[bytes] = []
    for size, leaf in enumerate(VECTOR_LEAVES):
        push(peaks, size, leaf)
        assert root_of(peaks).hex() == VECTOR_ROOTS[size]


@pytest.mark.parametrize(
    ("index", "size", "expected"),
    [
        (0, 1, ""),
        (0, 8, "96a296d2 5f083f0a 6b47aaf2"),
        (5, 8, "bc1a0643 ca854ea1 d37ee418"),
        (2, 3, "fac54203"),
        (1, 5, "6e340b9c 5f083f0a bc1a0643"),
    ],
)
def test_inclusion_proofs_are_those_of_the_reference(index: int, size: int, expected: str) -> None:
    proof = inclusion_proof(index, size, lambda level, low, high: VECTOR_LEAVES[low:high])
    assert [one.hex()[:8] for one in proof] == expected.split()
    assert root_from_inclusion(index, size, VECTOR_LEAVES[index], proof).hex() == VECTOR_ROOTS[size - 1]


@pytest.mark.parametrize(
    ("old", "size", "expected"),
    [
        (1, 1, ""),
        (1, 8, "96a296d2 5f083f0a 6b47aaf2"),
        (6, 8, "0ebc5d34 ca854ea1 d37ee418"),
        (2, 5, "5f083f0a bc1a0643"),
        (6, 7, "0ebc5d34 b08693ec d37ee418"),
    ],
)
def test_consistency_proofs_are_those_of_the_reference(old: int, size: int, expected: str) -> None:
    proof = consistency_proof(old, size, lambda level, low, high: VECTOR_LEAVES[low:high])
    assert [one.hex()[:8] for one in proof] == expected.split()
    first, second = (bytes.fromhex(VECTOR_ROOTS[n - 1]) for n in (old, size))
    assert consistent(old, size, first, second, proof)


def test_every_proof_up_to_130_leaves_holds() -> None:
    for size in range(1, MOST + 1):
        for index in range(size):
            proof = inclusion_proof(index, size, stored)
            assert root_from_inclusion(index, size, LEAVES[index], proof) == root(size)
        for old in range(size + 1):
            proof = consistency_proof(old, size, stored)
            assert consistent(old, size, root(old), root(size), proof)
            assert not old or rfc9162(old, size, root(old), root(size), proof)


@pytest.mark.parametrize("size", [255, 256, 257, 511, 512, 513, 600])
def test_proofs_across_stored_rows_hold(size: int) -> None:
    for index in (0, 1, 253, 254, size - 1):
        proof = inclusion_proof(index, size, stored)
        assert root_from_inclusion(index, size, LEAVES[index], proof) == root(size)
    for old in (1, 255, 256, size - 1, size):
        if old <= size:
            assert consistent(old, size, root(old), root(size), consistency_proof(old, size, stored))


def test_growing_gives_peaks_and_the_stored_rows() -> None:
    peaks: list[bytes] = []
    nodes = []
    for size, leaf in enumerate(LEAVES):
        nodes += push(peaks, size, leaf)
        assert root_of(peaks) == fold(LEAVES[: size + 1])
        if size % 37 == 0:
            assert root_of(peaks) == root(size + 1)
            assert peaks == peaks_of(size + 1, stored)
    assert nodes == [(8, i, naive(LEAVES[256 * i : 256 * i + 256])) for i in range(2)]


def test_changed_proofs_are_refused_as_rfc_9162_refuses_them() -> None:
    draw = random.Random(1)
    tried = {0: 0, 2: 0, 3: 0, 4: 0, 5: 0}
    while min(tried.values()) < 500:
        size = draw.randint(1, MOST)
        old = draw.randint(1, size)
        kind = draw.choice(list(tried))
        m, first, second, proof = old, root(old), root(size), consistency_proof(old, size, stored)
        good = list(proof)
        if kind == 0:
            m = draw.randint(1, size)
        elif kind == 2 and proof:
            at = draw.randrange(len(proof))
            proof[at] = bytes([proof[at][0] ^ 1 << draw.randrange(8)]) + proof[at][1:]
        elif kind == 3:
            proof.insert(draw.randint(0, len(proof)), draw.choice([*proof, first]))
        elif kind == 4 and proof:
            proof.pop(draw.randrange(len(proof)))
        elif kind == 5:
            first, second = second, first
        if (m, first, second, proof) == (old, root(old), root(size), good):
            continue
        tried[kind] += 1
        assert not consistent(m, size, first, second, proof), (kind, old, size, m)
        assert not rfc9162(m, size, first, second, proof)


def test_no_other_index_and_no_other_leaf_passes() -> None:
    for size in range(2, 60):
        for index in range(size):
            proof = inclusion_proof(index, size, stored)
            for other in range(size):
                if other != index:
                    try:
                        found = root_from_inclusion(other, size, LEAVES[index], proof)
                    except BadProof:
                        continue
                    assert found != root(size)
            assert root_from_inclusion(index, size, LEAVES[(index + 1) % size], proof) != root(size)


def test_a_proof_alone_does_not_bind_the_size() -> None:
    # not a fault: RFC 9162's own algorithm takes these too. The size is bound by the signed note and by the line
    proof = inclusion_proof(0, 3, stored)
    assert root_from_inclusion(0, 4, LEAVES[0], proof) == root(3)
    accepted = [n for n in range(6, 60) if consistent(5, n, root(5), root(7), consistency_proof(5, 7, stored))]
    assert accepted == [7, 8]
    assert rfc9162(5, 8, root(5), root(7), consistency_proof(5, 7, stored))


def test_an_empty_tree_is_evidence_of_nothing() -> None:
    assert consistent(0, 5, EMPTY, root(5), [])
    assert not consistent(0, 5, root(1), root(5), [])
    assert not consistent(0, 5, EMPTY, root(5), [root(1)])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0), (5, 2)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(BadProof):
        inclusion_proof(index, size, stored)
    with pytest.raises(BadProof):
        root_from_inclusion(index, size, LEAVES[0], [])


def test_a_shorter_ledger_does_not_continue_a_longer_one() -> None:
    with pytest.raises(BadProof, match="does not continue"):
        consistency_proof(4, 3, stored)
    assert not consistent(4, 3, root(4), root(3), [])


@given(
    st.integers(-2, 2**60),
    st.integers(-2, 2**60),
    st.lists(st.binary(max_size=33), max_size=80),
    st.binary(max_size=33),
)
def test_nonsense_is_refused_and_never_breaks(m: int, n: int, proof: list[bytes], value: bytes) -> None:
    if m != n:
        assert not consistent(m, n, value, LEAVES[0], proof) or m == 0
    try:
        found = root_from_inclusion(m, n, value, proof)
    except BadProof:
        return
    assert len(value) == 32
    assert len(found) == 32
