"""Enrolment takes what is good, says why the rest is not, and survives being killed."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

from lookalike.errors import BadManifest
from lookalike.face.matcher import Matcher
from lookalike.gallery.enrol import EnrolmentResult, enrol
from lookalike.gallery.manifest import REQUIRED, read_manifest
from lookalike.gallery.records import Status
from lookalike.gallery.search import Index
from tests.conftest import NOW, created_gallery, opened_gallery, write_manifest

Rows = list[dict[str, str]]


@pytest.fixture
def folder(tmp_path: Path, people: Path, bookings: Rows) -> Path:
    """A folder with four booking photographs."""
    target = tmp_path / "folder"
    target.mkdir()
    for row in bookings[:4]:
        shutil.copy(people / row["file"], target / f"{row['id']}.jpg")
    return target


@pytest.fixture
def rows(bookings: Rows) -> Rows:
    """Their lines of a manifest."""
    return [
        {
            "id": row["id"],
            "person_id": row["person_id"],
            "file": f"{row['id']}.jpg",
            "date_taken": row["date_taken"],
            "source": row["source"],
            "status": "active",
            "sex": row["sex"],
        }
        for row in bookings[:4]
    ]


def run(folder: Path, rows: Rows, matcher: Matcher, gallery: Path | None = None) -> EnrolmentResult:
    """Enrol the rows."""
    manifest = folder.parent / "manifest.csv"
    write_manifest(manifest, rows)
    with created_gallery(gallery or folder.parent / "gallery", matcher.identity) as opened:
        return enrol(folder, manifest, opened, matcher, now=NOW, threads=2)


def test_a_record_keeps_what_the_manifest_says_and_the_photograph(folder: Path, rows: Rows, matcher: Matcher) -> None:
    result = run(folder, rows, matcher)
    assert (result.enrolled, result.already, result.rejects) == (4, 0, ())
    with opened_gallery(folder.parent / "gallery") as gallery:
        record = gallery.record(rows[0]["id"])
        assert record is not None
        assert record.labels == {"sex": rows[0]["sex"]}
        assert (record.source, record.date_taken) == (rows[0]["source"], rows[0]["date_taken"])
        assert record.quality["InterEyeDistance"] > 14
        assert gallery.photo(record.id) == (folder / rows[0]["file"]).read_bytes()


def test_bad_files_are_listed_with_their_reason_and_stop_nothing(folder: Path, rows: Rows, matcher: Matcher) -> None:
    one = cv2.imread(str(folder / rows[0]["file"]))
    two = cv2.imread(str(folder / rows[1]["file"]))
    cv2.imwrite(str(folder / "two.png"), np.hstack([one, two]))
    cv2.imwrite(str(folder / "wall.png"), np.full((300, 300, 3), 90, np.uint8))
    cv2.imwrite(str(folder / "tiny.png"), cv2.resize(one, None, fx=0.12, fy=0.12, interpolation=cv2.INTER_AREA))
    (folder / "text.jpg").write_text("not a photograph")
    (folder / "cut.jpg").write_bytes((folder / rows[0]["file"]).read_bytes()[:5000])
    (folder / "empty.jpg").touch()
    (folder / "dir.jpg").mkdir()
    (folder / "link.jpg").symlink_to("/etc/hostname")
    bad = {
        "two.png": "SeveralFaces",
        "wall.png": "NoFaceFound",
        "tiny.png": ("UnfitForComparison", "NoFaceFound"),
        "text.jpg": "NotAnImage",
        "cut.jpg": "BrokenImage",
        "empty.jpg": "NotAnImage",
        "dir.jpg": "BadInput",
        "gone.jpg": "BadInput",
        "link.jpg": "BadRecord",
        "../outside.jpg": "BadRecord",
        "/etc/hostname": "BadRecord",
    }
    extra = [rows[0] | {"id": f"bad{i}", "file": file} for i, file in enumerate(bad)]
    result = run(folder, [*extra[:6], *rows, *extra[6:]], matcher)
    assert result.enrolled == 4
    found = {reject.id: reject for reject in result.rejects}
    for row, kinds in zip(extra, bad.values(), strict=True):
        assert found[row["id"]].kind in kinds, found[row["id"]]
        assert found[row["id"]].reason
    assert [r.line for r in result.rejects] == sorted(r.line for r in result.rejects)


def test_a_second_run_enrols_nothing_twice_and_takes_up_changes(folder: Path, rows: Rows, matcher: Matcher) -> None:
    first = run(folder, rows[:2], matcher)
    again = run(folder, rows, matcher)
    assert (first.enrolled, again.enrolled, again.already, again.changed) == (2, 2, 2, 0)
    sealed = [rows[0] | {"status": "Sealed"}, *rows[1:]]
    third = run(folder, sealed, matcher)
    assert (third.enrolled, third.changed) == (0, 1)
    assert third.snapshot != again.snapshot
    with opened_gallery(folder.parent / "gallery") as gallery:
        assert gallery.counts()[Status.SEALED] == 1
    assert run(folder, rows, matcher).snapshot == again.snapshot


def test_an_id_that_names_another_photograph_is_rejected_and_not_replaced(
    folder: Path, rows: Rows, matcher: Matcher
) -> None:
    run(folder, rows[:1], matcher)
    result = run(folder, [rows[1] | {"id": rows[0]["id"]}], matcher)
    assert [reject.kind for reject in result.rejects] == ["BadRecord"]
    assert "enrolled already" in result.rejects[0].reason


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"date_taken": "11/03/2019"}, "not a date"),
        ({"date_taken": "2019-02-30"}, "not a date"),
        ({"status": "released"}, "not known"),
        ({"person_id": " "}, "person_id is empty"),
        ({"id": ""}, "id is empty"),
        ({"source": "x" * 1001}, "longer than"),
        ({"source": "a\0b"}, "cannot be seen"),
        ({"source": "a\x1b[31mb"}, "cannot be seen"),
        ({"person_id": "a\u202eb"}, "cannot be seen"),
    ],
)
def test_a_line_that_lacks_something_is_rejected(
    rows: Rows, tmp_path: Path, change: dict[str, str], reason: str
) -> None:
    write_manifest(tmp_path / "m.csv", [rows[0] | change, rows[1]])
    good, bad = read_manifest(tmp_path / "m.csv")
    assert [row.id for row in good] == [rows[1]["id"]]
    assert reason in str(bad[0][2])


def test_a_duplicate_id_is_rejected_where_it_stands_the_second_time(rows: Rows, tmp_path: Path) -> None:
    write_manifest(tmp_path / "m.csv", [rows[0], rows[1], rows[0]])
    good, bad = read_manifest(tmp_path / "m.csv")
    assert len(good) == 2
    assert bad[0][0] == 4
    assert "line 2" in str(bad[0][2])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "lacks the column id"),
        (b"id,person_id\n1,2\n", "lacks the column file"),
        (",".join(REQUIRED).encode() + b",id\n", "twice"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (",".join(REQUIRED).encode() + b'\n"1,2,3\n', "not a CSV"),
    ],
)
def test_a_manifest_that_is_none_is_one_clear_error(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "m.csv").write_bytes(data)
    with pytest.raises(BadManifest, match=reason):
        read_manifest(tmp_path / "m.csv")


def test_a_manifest_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadManifest, match="gone"):
        read_manifest(tmp_path / "gone.csv")


def test_names_of_every_script_and_a_byte_order_mark_are_kept(rows: Rows, tmp_path: Path) -> None:
    write_manifest(tmp_path / "m.csv", [rows[0] | {"source": "مقاطعة 郡 Grafschaft", "id": "Ü-1"}])
    data = (tmp_path / "m.csv").read_bytes()
    (tmp_path / "m.csv").write_bytes(b"\xef\xbb\xbf" + data)
    good, bad = read_manifest(tmp_path / "m.csv")
    assert not bad
    assert (good[0].id, good[0].source) == ("Ü-1", "مقاطعة 郡 Grafschaft")


def test_killed_at_random_moments_it_finishes_without_a_duplicate_or_a_hole(
    tmp_path: Path, people: Path, bookings: Rows, matcher: Matcher, cache: Path
) -> None:
    chosen = [row for row in bookings if row["status"] == "active"][:150]
    manifest, gallery = tmp_path / "m.csv", tmp_path / "gallery"
    write_manifest(manifest, chosen)
    command = [sys.executable, "-m", "lookalike.cli.main", "enrol", str(people)]
    command += ["--manifest", str(manifest), "--gallery", str(gallery)]
    home = tmp_path / "home"
    shutil.copytree(cache, home / "cache")
    environment = os.environ | {"LOOKALIKE_HOME": str(home), "LOOKALIKE_KEYS": str(tmp_path / "keys")}
    seed = random.Random(4)
    acknowledged: set[str] = set()
    for _ in range(4):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(2.0 + seed.uniform(0, 2.5))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if gallery.exists():
            with opened_gallery(gallery) as opened:
                now = {record.id for record in opened.records()}
                assert acknowledged <= now
                acknowledged = now
                assert len(Index(opened)) == len(now)
    subprocess.run(command, env=environment, check=True, capture_output=True)
    with opened_gallery(gallery) as opened:
        assert [record.id for record in opened.records()] == sorted(row["id"] for row in chosen)
    fresh = tmp_path / "fresh"
    with created_gallery(fresh, matcher.identity) as other:
        whole = enrol(people, manifest, other, matcher, now=NOW, threads=2)
    with opened_gallery(gallery) as opened:
        assert opened.snapshot().id == whole.snapshot
