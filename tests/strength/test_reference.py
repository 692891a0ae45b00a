"""The reference cohort's numbers are read strictly: a wrong one would make every small gallery wrong."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from lookalike.errors import BrokenPack
from lookalike.strength.reference import Reference


def test_what_a_manifest_holds_is_what_is_read(reference: Reference) -> None:
    table = {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(reference).items()}
    assert Reference.from_mapping(table) == reference


@pytest.mark.parametrize("name", list(Reference.__dataclass_fields__))
def test_every_number_is_needed(reference: Reference, name: str) -> None:
    table = asdict(reference)
    del table[name]
    with pytest.raises(BrokenPack, match=f"{name} is missing"):
        Reference.from_mapping(table)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("mean", "0.05", "mean is not a number"),
        ("mean", True, "mean is not a number"),
        ("mean", 1.5, "mean must lie"),
        ("mean", float("nan"), "not finite"),
        ("spread", 0.0, "spread between"),
        ("mean_sd", 0.0, "above 0"),
        ("shape_sd", -0.1, "above 0"),
        ("shape", 0.9, "shape must lie"),
        ("survival", 0.5, "survival is not a list"),
        ("survival", (0.5, 0.1), "one length"),
        ("survival", (0.1, 0.5, 0.01, 0.001, 0.0001), "must fall"),
        ("survival", (1.0, 0.1, 0.01, 0.001, 0.0001), "between 0 and 1"),
        ("deviation", (0.0, 0.0, 1.0, 2.0, 3.0), "must rise"),
        ("deviation", (0.0, "1", 2.0, 3.0, 4.0), "deviation is not a number"),
        ("deviation", (0.0, 1.0, 2.0, 3.0, float("inf")), "not finite"),
        ("source", " ", "source is empty"),
        ("source", 3, "not a sentence"),
        ("sorce", "x", "not a known key"),
    ],
)
def test_a_wrong_number_is_named(reference: Reference, name: str, value: object, says: str) -> None:
    with pytest.raises(BrokenPack, match=says):
        Reference.from_mapping({**asdict(reference), name: value})
