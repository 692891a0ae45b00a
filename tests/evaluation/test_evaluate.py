"""A whole evaluation as a function: the same seed gives the same bytes, and the odd image is counted for what it is."""

from __future__ import annotations

import datetime
import shutil
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from lookalike.errors import BadEvaluation, PackDiffers
from lookalike.evaluation.evaluate import Evaluated, evaluate
from lookalike.evaluation.page import render
from lookalike.evaluation.report import digest_of, doubts_csv
from lookalike.evaluation.report_json import from_json, to_json
from lookalike.face.matcher import Matcher
from tests.conftest import NOW, created_gallery, identity, new, opened_gallery, write_manifest

Rows = list[dict[str, str]]
WHEN = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory, people: Path, bookings: Rows, probes: Rows) -> Path:
    """A list of forty who are in the gallery of sixty, their stills, and images that something is wrong with."""
    folder = tmp_path_factory.mktemp("images")
    active = [row for row in bookings if row["status"] == "active"][:40]
    inside = {row["person_id"] for row in active}
    stills = [row for row in probes if row["person_id"] in inside and row["kind"] in "ab"]
    listed = [{"file": row["file"], "person_id": row["person_id"], "cohort": row["sex"]} for row in active]
    listed += [{"file": row["file"], "person_id": row["person_id"], "cohort": ""} for row in stills]
    for entry in listed:
        target = folder / entry["file"]
        target.parent.mkdir(exist_ok=True)
        shutil.copy(people / entry["file"], target)
    # one photograph under two people, one person under two names, one that is none, and one that is not there
    for name in ("one.jpg", "two.jpg"):
        shutil.copy(people / bookings[-1]["file"], folder / name)
    cv2.imwrite(str(folder / "alias.png"), cv2.imread(str(people / active[0]["file"])))
    (folder / "text.jpg").write_text("no photograph")
    for name, person in (
        ("one.jpg", "Q1"),
        ("two.jpg", "Q2"),
        ("alias.png", "=Alias"),
        ("text.jpg", "Q3"),
        ("gone.jpg", "Q4"),
    ):
        listed.append({"file": name, "person_id": person, "cohort": "odd"})
    listed.append({"file": "../outside.jpg", "person_id": "Q5", "cohort": ""})
    write_manifest(folder / "list.csv", listed)
    return folder


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what is done is kept."""
    return tmp_path_factory.mktemp("work") / "book"


def made(images: Path, sixty: Path, matcher: Matcher, book: Path, seed: int = 1, threads: int = 2) -> Evaluated:
    """Evaluate the gallery of sixty."""
    with opened_gallery(sixty) as gallery:
        return evaluate(images / "list.csv", gallery, matcher, book, centre=False, seed=seed, threads=threads, now=WHEN)


@pytest.fixture(scope="module")
def found(images: Path, sixty: Path, matcher: Matcher, book: Path) -> Evaluated:
    """One evaluation."""
    return made(images, sixty, matcher, book)


def test_the_same_seed_gives_the_same_bytes_and_another_one_other_intervals(
    found: Evaluated, images: Path, sixty: Path, matcher: Matcher, book: Path
) -> None:
    again = made(images, sixty, matcher, book, threads=1)
    numbers = to_json(found.evaluation)
    assert to_json(again.evaluation) == numbers
    assert again.ratios.to_json() == found.ratios.to_json()
    assert again.doubts == found.doubts
    assert render(again.evaluation, digest=digest_of(numbers)) == render(found.evaluation, digest=digest_of(numbers))
    assert from_json(numbers) == found.evaluation
    other = made(images, sixty, matcher, book, seed=2)
    assert to_json(replace(other.evaluation, seed=1)) != numbers
    first, second = found.evaluation.identification[0], other.evaluation.identification[0]
    assert [estimate.value for _, estimate in first.rank] == [estimate.value for _, estimate in second.rank]


def test_every_line_is_counted_for_what_became_of_it(found: Evaluated, images: Path) -> None:
    data = found.evaluation.data
    lines = (images / "list.csv").read_text().splitlines()[1:]
    assert data["images"] == len(lines)
    assert (data["left_out"], data["unreadable"], data["bad_lines"], data["several_faces"]) == (2, 2, 1, 0)
    assert data["searched"] + data["unfit"] + data["no_face"] == len(lines) - 5
    # every booking photograph is itself enrolled, and never its own mate; the alias has another person's id
    assert data["same_photo"] == 40
    (everybody,) = (one for one in found.evaluation.identification if one.stratum == "all")
    assert everybody.nonmated == data["searched"]
    assert 0 < everybody.mated <= data["searched"] - 41
    assert found.evaluation.gallery["persons"] == 60


def test_a_person_under_two_names_is_somebody_to_look_at_again(found: Evaluated, bookings: Rows) -> None:
    own = next(row["person_id"] for row in bookings if row["status"] == "active")
    assert ("=Alias", own) in {(doubt.person, doubt.other) for doubt in found.doubts}
    assert [doubt.score for doubt in found.doubts] == sorted((doubt.score for doubt in found.doubts), reverse=True)
    assert found.doubts[0].score == pytest.approx(1.0)
    assert f"'=Alias,{own},1.0" in doubts_csv(found.doubts)
    assert "Alias" not in to_json(found.evaluation)


def test_another_matchers_gallery_and_a_small_one_are_refused_before_any_work(
    images: Path, matcher: Matcher, tmp_path: Path
) -> None:
    def tried(which: str) -> None:
        name = identity(128) if which == "other" else matcher.identity
        with created_gallery(tmp_path / which, name) as gallery:
            evaluate(
                images / "list.csv", gallery, matcher, tmp_path / "book", centre=False, seed=1, threads=1, now=WHEN
            )

    with pytest.raises(PackDiffers):
        tried("other")
    _three(tmp_path / "small", matcher)
    with pytest.raises(BadEvaluation, match="holds 3 people") as caught:
        tried("small")
    assert caught.value.remedy
    assert not (tmp_path / "book").exists()


def _three(folder: Path, matcher: Matcher) -> None:
    rng = np.random.default_rng(1)
    with created_gallery(folder, matcher.identity) as gallery, gallery.writing():
        gallery.add([new(f"R{i}", rng.integers(-99, 99, 128)) for i in range(3)], at=NOW)
