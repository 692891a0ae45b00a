"""The list of images: what can be used is used, every other line is told with its reason, and no size is too much."""

from __future__ import annotations

import time
import tracemalloc
from pathlib import Path

import pytest

from lookalike.errors import BadManifest
from lookalike.evaluation.manifest import MOST_COHORTS, Image, Manifest, read_manifest


def manifest_of(folder: Path, text: str | bytes) -> Manifest:
    """Read a manifest of this text."""
    path = folder / "list.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_manifest(path)


def test_labels_and_the_chosen_face_are_kept_and_other_columns_passed_over(tmp_path: Path) -> None:
    found = manifest_of(
        tmp_path,
        "note,file,person_id,face,capture,cohort\nx,a.jpg,P1,2,still, A \n,./sub/b.jpg,P2,,,\n\n,sub\\c.jpg,P2\n",
    )
    assert found.images == (
        Image(2, "a.jpg", "P1", "A", "still", 2),
        Image(3, "sub/b.jpg", "P2", "", "", None),
        Image(5, "sub/c.jpg", "P2", "", "", None),
    )
    assert found.bad == ()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "lacks the column file, person_id"),
        (b"file,who\na.jpg,P1\n", "lacks the column person_id"),
        (b"file,person_id,file\na,b,c\n", "names a column twice"),
        (b"file,person_id\n\xff\xfe,P1\n", "not UTF-8"),
        (b'file,person_id\n"a.jpg,P1\n', "not a CSV"),
        (b"file,person_id\n", "It is empty"),
        (b"file,person_id\n,P1\n/a.jpg,P2\n", "Line 2: file is empty"),
        (b"file,person_id\na.jpg,P1\nb.jpg,P1\n", "one person only"),
    ],
)
def test_a_list_that_cannot_be_used_is_one_clear_error(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(BadManifest, match=says) as caught:
        manifest_of(tmp_path, data)
    assert caught.value.remedy


def test_a_list_that_is_not_there_or_is_a_folder_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "gone.csv", tmp_path):
        with pytest.raises(BadManifest, match=path.name):
            read_manifest(path)


GOOD = "a.jpg,P1,\nb.jpg,P2,\n"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("a.jpg,P1,", "a.jpg stands on line 2 already"),
        ("./a.jpg,P9,", "a.jpg stands on line 2 already"),
        ("c.jpg,,", "person_id is empty"),
        ("c.jpg,P\x1b[31m3,", "cannot be seen"),
        ("c.jpg,P\u202e3,", "cannot be seen"),
        ("c\0.jpg,P3,", "cannot be seen"),
        ("../c.jpg,P3,", "outside the folder"),
        ("/etc/hostname,P3,", "outside the folder"),
        ("sub\\..\\..\\c.jpg,P3,", "outside the folder"),
        ("c.jpg,P3,1,4", "more fields"),
        (f"c.jpg,{'P' * 1001},", "longer than"),
        ("c.jpg,P3,0", "not a number from 1"),
        ("c.jpg,P3,-1", "not a number from 1"),
        ("c.jpg,P3,1.5", "not a number from 1"),
        ("c.jpg,P3,left", "not a number from 1"),
        ("c.jpg,P3,²", "not a number from 1"),
        ("c.jpg,P3,٢", "not a number from 1"),
        (f"c.jpg,P3,{'9' * 5000}", "longer than"),
    ],
)
def test_a_bad_line_is_told_and_the_others_are_used(tmp_path: Path, line: str, says: str) -> None:
    found = manifest_of(tmp_path, f"file,person_id,face\n{GOOD}{line}\nd.jpg,P4,\n")
    assert [image.file for image in found.images] == ["a.jpg", "b.jpg", "d.jpg"]
    assert [number for number, _ in found.bad] == [4]
    assert says in found.bad[0][1]


def test_two_faces_of_one_photograph_are_two_images(tmp_path: Path) -> None:
    found = manifest_of(tmp_path, "file,person_id,face\na.jpg,P1,1\na.jpg,P2,2\na.jpg,P3,2\n")
    assert [(image.person_id, image.face) for image in found.images] == [("P1", 1), ("P2", 2)]
    assert [number for number, _ in found.bad] == [4]


def test_names_and_labels_of_every_script_are_kept(tmp_path: Path) -> None:
    text = "\ufefffile,person_id,cohort\nβ/人.jpg,مریم‌خانم,אשכנזי\nü.jpg,Ångström,नारी\n"
    found = manifest_of(tmp_path, text)
    assert [(i.file, i.person_id, i.cohort) for i in found.images] == [
        ("β/人.jpg", "مریم‌خانم", "אשכנזי"),
        ("ü.jpg", "Ångström", "नारी"),
    ]


def test_a_column_of_cohorts_that_holds_names_is_not_taken_for_one(tmp_path: Path) -> None:
    head = "file,person_id,cohort\n"
    rows = [f"{i}.jpg,P{i},C{i}\n" for i in range(MOST_COHORTS + 1)]
    assert len(manifest_of(tmp_path, head + "".join(rows[:-1])).images) == MOST_COHORTS
    with pytest.raises(BadManifest, match="101 different labels"):
        manifest_of(tmp_path, head + "".join(rows))


def test_a_million_lines_are_read_in_seconds_and_in_bounded_memory(tmp_path: Path) -> None:
    rows = 1_000_000
    path = tmp_path / "list.csv"
    with path.open("w") as stream:
        stream.write("file,person_id,cohort\n")
        stream.writelines(f"images/{i:07}.jpg,P{i // 3:07},group {i % 8}\n" for i in range(rows))
    start = time.process_time()
    found = read_manifest(path)
    assert time.process_time() - start < 30
    assert len(found.images) == rows
    del found
    # memory for each line, measured on fewer: tracing allocations makes it four times as slow
    with path.open() as stream:
        few = [next(stream) for _ in range(50_001)]
    path.write_text("".join(few))
    tracemalloc.start()
    read_manifest(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak / 50_000 < 1_500
