"""Every image becomes an outcome, nothing is raised, and a run that was cut short goes on where it stopped."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest

from lookalike.errors import BadEvaluation
from lookalike.evaluation.captures import FITNESS, Captured, Outcome, Workbook, capture, capture_all
from lookalike.evaluation.manifest import Image
from lookalike.face.matcher import Matcher
from lookalike.face.quality import Fitness

Rows = list[dict[str, str]]
UNFIT = FITNESS.index(Fitness.UNFIT)


def image(file: str, line: int = 2, face: int | None = None) -> Image:
    """One line of a manifest."""
    return Image(line, file, f"P{line}", "", "", face)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, people: Path, bookings: Rows) -> Path:
    """A folder with good photographs and with everything else that lies about in folders."""
    target = tmp_path_factory.mktemp("images")
    for number, row in enumerate(bookings[:4]):
        shutil.copy(people / row["file"], target / f"good{number}.jpg")
    one, two = (cv2.imread(str(target / f"good{number}.jpg")) for number in (0, 1))
    height, width = one.shape[:2]
    edge = cv2.resize(two, (width // 2, height // 2))
    wide = np.full((height, 3 * width, 3), 90, np.uint8)
    wide[:, width : 2 * width] = one
    wide[: height // 2, : width // 2] = edge
    cv2.imwrite(str(target / "two.png"), wide)
    cv2.imwrite(str(target / "wall.png"), np.full((300, 300, 3), 90, np.uint8))
    small = cv2.resize(one, None, fx=0.2, fy=0.2, interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(target / "dark.png"), (cv2.resize(small, (width, height)) * 0.15).astype(np.uint8))
    (target / "text.jpg").write_text("not a photograph")
    (target / "cut.jpg").write_bytes((target / "good0.jpg").read_bytes()[:5000])
    (target / "empty.jpg").touch()
    (target / "dir.jpg").mkdir()
    outside = target.parent / "outside.jpg"
    shutil.copy(target / "good0.jpg", outside)
    (target / "link.jpg").symlink_to(outside)
    (target / "inner.jpg").symlink_to(target / "good0.jpg")
    (target / "loop.jpg").symlink_to(target / "loop.jpg")
    return target


@pytest.mark.parametrize(
    ("file", "face", "centre", "outcome", "says"),
    [
        ("good0.jpg", None, False, Outcome.MEASURED, ""),
        ("inner.jpg", 1, False, Outcome.MEASURED, ""),
        ("two.png", None, False, Outcome.SEVERAL, "shows 2 faces"),
        ("two.png", None, True, Outcome.MEASURED, ""),
        ("two.png", 1, False, Outcome.MEASURED, ""),
        ("two.png", 3, True, Outcome.NO_FACE, "no face number 3"),
        ("good0.jpg", 10**999, False, Outcome.NO_FACE, "no face number"),
        ("wall.png", None, True, Outcome.NO_FACE, "No face found"),
        ("text.jpg", None, True, Outcome.UNREADABLE, "text.jpg"),
        ("cut.jpg", None, True, Outcome.UNREADABLE, "cut.jpg"),
        ("empty.jpg", None, True, Outcome.UNREADABLE, "empty.jpg"),
        ("dir.jpg", None, True, Outcome.UNREADABLE, "dir.jpg"),
        ("gone.jpg", None, True, Outcome.UNREADABLE, "gone.jpg"),
        ("link.jpg", None, True, Outcome.UNREADABLE, "outside the folder"),
        ("../outside.jpg", None, True, Outcome.UNREADABLE, "outside the folder"),
        ("loop.jpg", None, True, Outcome.UNREADABLE, "loop.jpg"),
    ],
)
def test_every_image_has_an_outcome_with_its_reason(
    folder: Path, matcher: Matcher, file: str, face: int | None, centre: bool, outcome: Outcome, says: str
) -> None:
    found = capture(image(file, face=face), folder, matcher, centre=centre)
    assert found.outcome is outcome, found.reason
    assert says in found.reason
    assert (found.template is not None) == (outcome is Outcome.MEASURED)
    assert bool(found.sha256) == (outcome is not Outcome.UNREADABLE)


def test_the_face_that_is_taken_is_the_one_that_was_meant(folder: Path, matcher: Matcher) -> None:
    def likeness(a: Captured, b: Captured) -> float:
        assert a.template is not None
        assert b.template is not None
        x, y = a.template.astype(float), b.template.astype(float)
        return float(x @ y / np.sqrt((x @ x) * (y @ y)))

    alone = [capture(image(f"good{number}.jpg"), folder, matcher, centre=False) for number in (0, 1)]
    centre = capture(image("two.png"), folder, matcher, centre=True)
    left = capture(image("two.png", face=1), folder, matcher, centre=True)
    assert likeness(centre, alone[0]) > 0.8 > likeness(centre, alone[1])
    assert likeness(left, alone[1]) > 0.8 > likeness(left, alone[0])


def test_an_unfit_face_keeps_its_template_for_error_measurement(folder: Path, matcher: Matcher) -> None:
    found = capture(image("dark.png"), folder, matcher, centre=False)
    assert found.fitness == UNFIT
    assert found.template is not None
    assert found.reason
    assert found.quality["InterEyeDistance"] > 0
    assert "EmbeddingNorm" in found.quality


MADE_FOR = {"manifest": "a", "snapshot": "b"}


@pytest.fixture
def workbook(tmp_path: Path) -> Iterator[Workbook]:
    """An empty one."""
    made = Workbook(tmp_path / "work" / "book", MADE_FOR)
    yield made
    made.close()


def test_what_was_kept_is_there_again_for_the_same_work_only(tmp_path: Path, workbook: Workbook) -> None:
    path = tmp_path / "work" / "book"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    workbook.keep("capture", [(2, b"two"), (3, b"three")])
    workbook.keep("search", [(2, b"other")])
    workbook.close()
    with closing(Workbook(path, dict(reversed(MADE_FOR.items())))) as again:
        assert again.done("capture") == {2: b"two", 3: b"three"}
        assert again.done("search") == {2: b"other"}
    with closing(Workbook(path, MADE_FOR | {"manifest": "c"})) as other:
        assert other.done("capture") == {}
    assert b"three" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_batch_is_kept_whole_or_not_at_all(workbook: Workbook) -> None:
    def failing() -> Iterator[tuple[int, bytes]]:
        yield 2, b"two"
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="gone"):
        workbook.keep("capture", failing())
    assert workbook.done("capture") == {}


@pytest.mark.parametrize("where", ["first page", "last page", "another table", "a folder"])
def test_a_damaged_workbook_is_a_clear_error(tmp_path: Path, where: str) -> None:
    path = tmp_path / "book"
    if where == "a folder":
        path.mkdir()
    elif where == "another table":
        with closing(sqlite3.connect(path)) as base:
            base.execute("CREATE TABLE made_for (other TEXT)")
    else:
        with closing(Workbook(path, MADE_FOR)) as made:
            made.keep("capture", [(line, bytes(3000)) for line in range(100)])
        data = bytearray(path.read_bytes())
        place = slice(0, 4096) if where == "first page" else slice(8192, len(data))
        data[place] = b"\xa5" * len(data[place])
        path.write_bytes(data)
    with pytest.raises(BadEvaluation, match="cannot be used") as caught, closing(Workbook(path, MADE_FOR)) as opened:
        opened.done("capture")
    assert "Remove it" in caught.value.remedy


def shown(found: list[Captured]) -> list[tuple[object, ...]]:
    """Everything of captures that can be compared."""
    return [
        (
            c.image,
            c.outcome,
            c.reason,
            c.sha256,
            c.fitness,
            dict(c.quality),
            None if c.template is None else bytes(c.template),
        )
        for c in found
    ]


def test_what_was_done_is_not_done_again_but_what_could_not_be_read_is(
    tmp_path: Path, folder: Path, matcher: Matcher, workbook: Workbook
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    for name in ("good0.jpg", "wall.png", "two.png", "dark.png"):
        shutil.copy(folder / name, own / name)
    images = [
        image(name, line) for line, name in enumerate(["good0.jpg", "wall.png", "late.jpg", "two.png", "dark.png"], 2)
    ]
    at: list[tuple[int, int]] = []
    first = capture_all(
        images, own, matcher, workbook, centre=False, threads=2, on_progress=lambda *now: at.append(now)
    )
    assert at == [(done, 5) for done in range(6)]
    assert [one.outcome for one in first] == [
        Outcome.MEASURED, Outcome.NO_FACE, Outcome.UNREADABLE, Outcome.SEVERAL, Outcome.MEASURED
    ]  # fmt: skip
    for name in ("good0.jpg", "wall.png", "two.png", "dark.png"):
        (own / name).unlink()
    shutil.copy(folder / "good1.jpg", own / "late.jpg")
    at.clear()
    again = capture_all(
        images, own, matcher, workbook, centre=False, threads=2, on_progress=lambda *now: at.append(now)
    )
    assert at == [(4, 5), (5, 5)]
    assert again[2].outcome is Outcome.MEASURED
    assert shown(again[:2] + again[3:]) == shown(first[:2] + first[3:])


KILLED = """
import os, sys
from pathlib import Path
from lookalike.evaluation.captures import Workbook, capture_all
from lookalike.evaluation.manifest import read_manifest
from lookalike.face.matcher import Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
manifest, cache, book = map(Path, sys.argv[1:])
capture_all(
    read_manifest(manifest).images, manifest.parent, Matcher(read_pack(BUILT_IN / DEFAULT), cache=cache, threads=2),
    Workbook(book, {"manifest": "a"}), centre=False, threads=2, on_progress=lambda done, _: print(done, flush=True),
)
"""


def test_killed_in_the_middle_it_goes_on_to_the_same_result(
    tmp_path: Path, people: Path, bookings: Rows, matcher: Matcher, cache: Path
) -> None:
    files = [row["file"] for row in bookings[:100]]
    own = tmp_path / "own"
    own.mkdir()
    for file in files:
        shutil.copy(people / file, own / Path(file).name)
    manifest, book = own / "list.csv", tmp_path / "book"
    images = [image(Path(file).name, line) for line, file in enumerate(files, 2)]
    manifest.write_text("file,person_id\n" + "".join(f"{i.file},{i.person_id}\n" for i in images))
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(manifest), str(cache), str(book)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    seen = next(int(line) for line in process.stdout if int(line) >= 70)
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    time.sleep(0.1)
    at: list[int] = []
    with closing(Workbook(book, {"manifest": "a"})) as opened:
        kept = opened.done("capture")
        assert 64 <= len(kept) < 100
        resumed = capture_all(
            images, own, matcher, opened, centre=False, threads=2, on_progress=lambda done, _: at.append(done)
        )
    assert at == list(range(len(kept), 101))
    assert seen < 100
    with closing(Workbook(tmp_path / "fresh", {"manifest": "a"})) as fresh:
        whole = capture_all(images, own, matcher, fresh, centre=False, threads=1)
    assert shown(resumed) == shown(whole)
