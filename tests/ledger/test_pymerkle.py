"""Roots and proofs beside an independent implementation. GPL: a test dependency only, never imported from src."""

from __future__ import annotations

import pytest

from lookalike.ledger.tree import consistent, inclusion_proof
from tests.ledger.test_tree import MOST, root, stored

pymerkle = pytest.importorskip("pymerkle", reason="pymerkle, the oracle for roots and proofs, is not installed")


@pytest.fixture(scope="module")
def theirs() -> object:
    """A tree of the same leaves."""
    tree = pymerkle.InmemoryTree()
    for i in range(MOST):
        tree.append_entry(b"%d" % i)
    return tree


def test_every_root_is_the_same(theirs: object) -> None:
    assert all(theirs.get_root(n) == root(n) for n in range(MOST + 1))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 64, 100, 130])
def test_every_inclusion_proof_is_the_same(theirs: object, size: int) -> None:
    for index in range(size):
        path = list(theirs.prove_inclusion(index + 1, size).path)
        assert path[1:] == inclusion_proof(index, size, stored)


@pytest.mark.parametrize("size", [2, 3, 7, 64, 100, 130])
def test_its_consistency_proofs_lead_to_our_roots(theirs: object, size: int) -> None:
    # its proofs are not those of the RFC byte for byte, so its verifier is asked about our roots
    for old in range(1, size + 1):
        proof = theirs.prove_consistency(old, size)
        pymerkle.verify_consistency(root(old), root(size), proof)
        with pytest.raises(pymerkle.InvalidProof):
            pymerkle.verify_consistency(root(old), root(size - 1), proof)
    assert consistent(1, 1, root(1), root(1), [])
