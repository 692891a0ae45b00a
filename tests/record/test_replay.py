"""A recorded search can be run again by anybody, and says what has changed since without naming the erased."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path

import pytest

from lookalike.errors import BadSearchRecord, OtherGallery, SameGallery
from lookalike.face.matcher import Matcher
from lookalike.gallery.enrol import enrol
from lookalike.gallery.erasure import erase
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import Status
from lookalike.gallery.search import Filter
from lookalike.media.photo import read_photo_file
from lookalike.record.replay import Outcome, read_record, replay
from lookalike.record.search import Probe, prepare_probe, search
from tests.conftest import NOW, created_gallery, write_manifest

Rows = list[dict[str, str]]
WHEN = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def active(bookings: Rows) -> Rows:
    """Active records, one a person."""
    seen: dict[str, dict[str, str]] = {}
    for row in bookings:
        if row["status"] == "active":
            seen.setdefault(row["person_id"], row)
    return list(seen.values())


@pytest.fixture(scope="module")
def probe(people: Path, active: Rows, matcher: Matcher) -> Probe:
    """A booking photograph as probe: its own record is sure to be first."""
    return prepare_probe(read_photo_file(people / active[0]["file"]), matcher)


def filled(folder: Path, name: str, rows: Rows, people: Path, matcher: Matcher) -> Gallery:
    """A gallery of these records."""
    manifest = folder / f"{name}.csv"
    write_manifest(manifest, rows)
    gallery = created_gallery(folder / name, matcher.identity)
    result = enrol(people, manifest, gallery, matcher, now=NOW, threads=2)
    assert not result.rejects
    return gallery


@pytest.fixture
def county(tmp_path: Path, people: Path, active: Rows, matcher: Matcher) -> Gallery:
    """Thirty people."""
    return filled(tmp_path, "county", active[:30], people, matcher)


def written(path: Path, made: object) -> Path:
    """Write a record as the command line does."""
    path.write_text(made.record.to_json() + "\n", encoding="utf-8")  # type: ignore[attr-defined]
    return path


def test_the_same_gallery_gives_the_identical_list(
    tmp_path: Path, county: Gallery, probe: Probe, matcher: Matcher
) -> None:
    record = written(tmp_path / "r.json", search(probe, [county], matcher, count=7, now=WHEN))
    again = replay(read_record(record), [county])
    assert again.outcome is Outcome.IDENTICAL
    assert (again.added, again.removed, again.gone) == (0, 0, 0)


def test_what_came_and_went_is_counted_and_the_erased_are_not_named(
    tmp_path: Path, county: Gallery, probe: Probe, matcher: Matcher, people: Path, active: Rows
) -> None:
    made = search(probe, [county], matcher, count=7, now=WHEN)
    record = written(tmp_path / "r.json", made)
    erased = made.record.candidates[2].record_id
    sealed = county.record(made.record.candidates[4].record_id)
    assert sealed is not None
    erase(county, erased, at=NOW)
    with county.writing():
        county.update([replace(sealed, status=Status.SEALED)], at=NOW)
    write_manifest(tmp_path / "more.csv", active[30:34])
    enrol(people, tmp_path / "more.csv", county, matcher, now=NOW, threads=2)
    again = replay(read_record(record), [county])
    assert again.outcome is Outcome.CHANGED
    assert (again.added, again.removed, again.gone) == (4, 2, 2)
    assert erased not in str(again)
    assert sealed.id not in str(again)


def test_a_record_that_was_changed_differs_or_is_refused(
    tmp_path: Path, county: Gallery, probe: Probe, matcher: Matcher
) -> None:
    record = written(tmp_path / "r.json", search(probe, [county], matcher, count=5, now=WHEN))
    data = json.loads(record.read_text())
    data["candidates"][1]["record_id"], data["candidates"][2]["record_id"] = "X1", "X2"
    record.write_text(json.dumps(data))
    assert replay(read_record(record), [county]).outcome is Outcome.DIFFERS
    data["probe"]["template"] = "A" + data["probe"]["template"][1:]
    if data["probe"]["template"] != json.loads(record.read_text())["probe"]["template"]:
        record.write_text(json.dumps(data))
        with pytest.raises(BadSearchRecord, match="not the one its digest names"):
            read_record(record)


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", '{"schema": "lookalike.search-record/9"}', "\0", "[" * 5000])
def test_a_file_that_is_no_record_is_one_clear_error(tmp_path: Path, text: str) -> None:
    (tmp_path / "r.json").write_text(text)
    with pytest.raises(BadSearchRecord):
        read_record(tmp_path / "r.json")
    with pytest.raises(BadSearchRecord):
        read_record(tmp_path / "gone.json")


def test_another_gallery_is_not_searched_in_its_place(
    tmp_path: Path, county: Gallery, probe: Probe, matcher: Matcher, people: Path, active: Rows
) -> None:
    record = written(tmp_path / "r.json", search(probe, [county], matcher, count=5, now=WHEN))
    state = filled(tmp_path, "state", active[:10], people, matcher)
    with pytest.raises(OtherGallery):
        replay(read_record(record), [state])
    data = json.loads(record.read_text())
    data["galleries"][0]["snapshot"] = "0" * 64
    record.write_text(json.dumps(data))
    with pytest.raises(OtherGallery, match="never stood at the snapshot"):
        replay(read_record(record), [county])


def test_several_galleries_are_one_act_and_each_candidate_says_where_it_came_from(
    tmp_path: Path, county: Gallery, probe: Probe, matcher: Matcher, people: Path, active: Rows
) -> None:
    state = filled(tmp_path, "state", active[30:60], people, matcher)
    whole = filled(tmp_path, "whole", active[:60], people, matcher)
    together = search(probe, [county, state], matcher, count=20, now=WHEN).record
    alone = search(probe, [whole], matcher, count=20, now=WHEN).record
    assert [(c.record_id, c.score) for c in together.candidates] == [(c.record_id, c.score) for c in alone.candidates]
    assert [c.expected_lookalikes for c in together.candidates] == [c.expected_lookalikes for c in alone.candidates]
    inside = {"county": {r["id"] for r in active[:30]}, "state": {r["id"] for r in active[30:60]}}
    assert all(c.record_id in inside[c.gallery] for c in together.candidates)
    assert [g.records for g in together.galleries] == [30, 30]
    record = written(tmp_path / "r.json", search(probe, [county, state], matcher, count=9, now=WHEN))
    assert replay(read_record(record), [county, state]).outcome is Outcome.IDENTICAL
    with pytest.raises(OtherGallery):
        replay(read_record(record), [county])
    with pytest.raises(SameGallery):
        search(probe, [county, county], matcher, count=5, now=WHEN)


def test_a_filter_is_given_to_the_scan_so_that_k_stays_k(
    county: Gallery, probe: Probe, matcher: Matcher, active: Rows
) -> None:
    sources = {row["source"] for row in active[:30]}
    chosen = sorted(sources)[0]
    wanted = [row for row in active[:30] if row["source"] == chosen]
    record = search(probe, [county], matcher, count=50, now=WHEN, only=Filter(sources=(chosen,))).record
    assert {c.record_id for c in record.candidates} == {row["id"] for row in wanted}
    assert record.galleries[0].records == len(wanted)
    dates = sorted(row["date_taken"] for row in active[:30])
    only = Filter(taken_from=dates[5], taken_to=dates[20])
    record = search(probe, [county], matcher, count=50, now=WHEN, only=only).record
    inside = {row["id"] for row in active[:30] if dates[5] <= row["date_taken"] <= dates[20]}
    assert {c.record_id for c in record.candidates} == inside
