"""The template, and the one comparison score of this project.

A template is a row of signed bytes, made from the embedder's float vector and then all that is kept of it. A score is
three exact integer dot products and three IEEE double operations in a fixed order, so that any expert on any processor
gets the same bits. Measured on LFW: rank-1 as with float32, FNIR at FPIR 1 % within 0.2 points.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Template = NDArray[np.int8]

LARGEST = 127


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison of two templates.

    dot, norm_a, norm_b: the exact integers a·b, a·a and b·b. score: the comparison score, from -1 to 1.
    """

    dot: int
    norm_a: int
    norm_b: int
    score: float


def quantise(vector: NDArray[np.floating]) -> Template:
    """Turn an embedder's vector into a template.

    vector: (D,) finite floats, not all zero. It is scaled by its own largest component to ±127 and rounded half to
    even; its length is lost, which is why the length is kept apart as a quality measure.
    Returns (D,) int8. Raises ValueError for a vector that is zero or not finite: a fault of the embedder.
    """
    values = np.asarray(vector, dtype=np.float64).ravel()
    largest = float(np.abs(values).max(initial=0.0))
    if not math.isfinite(largest) or largest == 0.0:
        raise ValueError("the embedder gave a vector that is zero or not finite")
    return np.rint(values * (LARGEST / largest)).astype(np.int8)


def compare(a: Template, b: Template) -> Comparison:
    """Compare two templates of the same matcher pack.

    a, b: (D,) int8. A zero template scores 0 against everything. The product of the norms is below 2**53 for every
    D up to 4,096, so the only roundings are those of the square root and the division.
    """
    wide_a, wide_b = a.astype(np.int64), b.astype(np.int64)
    dot, norm_a, norm_b = int(wide_a @ wide_b), int(wide_a @ wide_a), int(wide_b @ wide_b)
    return Comparison(dot, norm_a, norm_b, _score(dot, norm_a, norm_b))


def _score(dot: int, norm_a: int, norm_b: int) -> float:
    product = norm_a * norm_b
    return dot / math.sqrt(product) if product else 0.0


def scores_from_parts(dots: NDArray[np.int64], norms: NDArray[np.int64], probe_norm: int) -> NDArray[np.float64]:
    """Score many rows against one probe with the same bits as `compare`.

    dots, norms: (n,) int64 exact dot products with the probe and of each row with itself. Returns (n,) float64.
    """
    product = (norms * probe_norm).astype(np.float64)
    return np.divide(dots.astype(np.float64), np.sqrt(product), out=np.zeros(len(dots)), where=product > 0)


def digest(template: Template) -> str:
    """SHA-256 of the template's bytes, in hexadecimal."""
    return hashlib.sha256(template.tobytes()).hexdigest()
