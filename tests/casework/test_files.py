"""Stored files: whatever is done to their bytes or rows, what comes out is what went in, or nothing."""

from __future__ import annotations

import hashlib
import io
import os
import random
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from lookalike.casework import files, regular
from lookalike.casework.files import PIECE, SEALED, Writer, path_of
from lookalike.casework.models import StoredFile
from lookalike.errors import BrokenFile, FileTooLarge

pytestmark = pytest.mark.django_db


def noise(length: int, seed: int = 1) -> bytes:
    return random.Random(seed).randbytes(length)


def kept(data: bytes) -> StoredFile:
    return files.keep(data, name="a.bin", media_type="application/octet-stream")


@pytest.mark.parametrize("length", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 1, 3 * PIECE + 7])
def test_what_went_in_comes_out(length: int) -> None:
    data = noise(length)
    file = kept(data)
    assert files.read(file) == data
    assert (file.size, file.sha256) == (length, hashlib.sha256(data).hexdigest())
    on_disk = path_of(file.public_id).read_bytes()
    assert len(on_disk) == length + max(1, -(-length // PIECE)) * (SEALED - PIECE)
    assert length < 64 or data[:32] not in on_disk


@limits(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cuts=st.lists(st.integers(0, 3 * PIECE), max_size=6), length=st.integers(0, 3 * PIECE))
def test_how_the_bytes_come_in_does_not_show(cuts: list[int], length: int) -> None:
    data = noise(length)
    places = sorted({0, length, *(cut for cut in cuts if cut < length)})
    file = files.keep((data[a:b] for a, b in pairwise(places)), name="a", media_type="x/y")
    assert files.read(file) == data


def test_it_is_read_and_searched_like_any_file() -> None:
    data = noise(3 * PIECE + 500)
    plain, chance = io.BytesIO(data), random.Random(7)
    with files.opened(kept(data)) as stream:
        for _ in range(200):
            whence = chance.choice([io.SEEK_SET, io.SEEK_CUR, io.SEEK_END])
            offset = chance.randrange(-2 * PIECE, 4 * PIECE)
            outcomes = []
            for one in (plain, stream):
                before = one.tell()
                if {io.SEEK_SET: 0, io.SEEK_CUR: before, io.SEEK_END: len(data)}[whence] + offset < 0:
                    continue
                one.seek(offset, whence)
                outcomes.append((one.tell(), one.read(70_000)))
            assert len(set(outcomes)) <= 1


@pytest.mark.parametrize("place", [0, 11, 12, 500, SEALED - 1, SEALED, SEALED + 40, -1, -20])
def test_one_changed_bit_is_told(place: int) -> None:
    file = kept(noise(2 * PIECE + 100))
    path = path_of(file.public_id)
    data = bytearray(path.read_bytes())
    data[place] ^= 1
    path.write_bytes(data)
    with pytest.raises(BrokenFile, match="not the one"):
        files.read(file)


def whole(file: StoredFile) -> list[bytes]:
    data = path_of(file.public_id).read_bytes()
    return [data[at : at + SEALED] for at in range(0, len(data), SEALED)]


@pytest.mark.parametrize("order", [[1, 0, 2], [0, 0, 2], [0, 2], [0, 1], [0], [], [2]])
def test_pieces_are_not_moved_repeated_or_cut_off(order: list[int]) -> None:
    file = kept(noise(2 * PIECE + 100))
    pieces = whole(file)
    path_of(file.public_id).write_bytes(b"".join(pieces[i] for i in order))
    with pytest.raises(BrokenFile):
        files.read(file)


def test_a_piece_of_another_file_is_not_taken_for_its_own() -> None:
    first, second = kept(noise(100)), kept(noise(100))
    path_of(first.public_id).write_bytes(path_of(second.public_id).read_bytes())
    with pytest.raises(BrokenFile):
        files.read(first)


@pytest.mark.parametrize("changes", [{"size": 99}, {"size": PIECE + 100}, {"size": 0}, {"sha256": "0" * 64}])
def test_a_changed_row_is_told(changes: dict[str, Any]) -> None:
    file = kept(noise(100))
    StoredFile.objects.filter(pk=file.pk).update(**changes)
    file.refresh_from_db()
    with pytest.raises(BrokenFile):
        files.read(file)


def test_a_row_of_another_key_opens_nothing() -> None:
    first, second = kept(noise(100)), kept(noise(100))
    for wrapped in (bytes(second.wrapped_key), b"", os.urandom(60)):
        first.wrapped_key = wrapped
        with pytest.raises(BrokenFile, match="cannot be opened"):
            files.read(first)


def test_a_file_that_is_gone_is_told() -> None:
    file = kept(noise(100))
    path_of(file.public_id).unlink()
    with pytest.raises(BrokenFile):
        files.opened(file)


def test_destroying_the_key_makes_every_copy_unreadable() -> None:
    file = kept(noise(100))
    copy = path_of(file.public_id).read_bytes()
    file.wrapped_key = b""
    path_of(file.public_id).write_bytes(copy)
    with pytest.raises(BrokenFile):
        files.read(file)


def everything() -> set[Path]:
    return {one for one in Path(settings.FILES_FOLDER).glob("*/*") if one.is_file()}


def test_a_file_that_is_too_large_is_told_and_leaves_nothing() -> None:
    before, taken = everything(), 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield bytes(100_000)

    with pytest.raises(FileTooLarge):
        files.keep(endless(), name="a", media_type="x/y", largest=1_000_000)
    assert taken == 11
    assert everything() == before


def test_what_breaks_off_leaves_nothing() -> None:
    def breaks() -> Iterator[bytes]:
        yield bytes(3 * PIECE)
        raise OSError("the disk is full")

    before = everything()
    with pytest.raises(OSError, match="full"):
        files.keep(breaks(), name="a", media_type="x/y")
    assert everything() == before
    assert not StoredFile.objects.exists()


def test_only_what_no_row_names_and_is_old_is_swept() -> None:
    now = datetime.now(UTC)
    known = kept(b"known")
    stray = files.write(b"stray", name="a", media_type="x/y")
    unfinished = Writer(name="b", media_type="x/y")
    unfinished.add(bytes(2 * PIECE))
    assert files.sweep(now - timedelta(hours=1)) == 0
    assert files.sweep(now + timedelta(hours=1)) >= 2
    assert not path_of(stray.public_id).exists()
    assert files.read(known) == b"known"
    unfinished.abandon()


def test_the_worker_sweeps_what_a_killed_process_left() -> None:
    known, stray = kept(b"known"), files.write(b"stray", name="a", media_type="x/y")
    now = datetime.now(UTC)
    part = next(one for one in regular._parts if one.work.__module__ == files.__name__)
    part.work(now + timedelta(days=6))
    assert path_of(stray.public_id).exists()
    part.work(now + timedelta(days=8))
    assert not path_of(stray.public_id).exists()
    assert files.read(known) == b"known"


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\evidence\\a.jpg", "a.jpg"),
        ("a\x00\r\nSet-Cookie: b", "aSet-Cookie: b"),
        ("/", "file"),
        ("", "file"),
        ("é" * 300 + ".jpg", "é" * 251 + ".jpg"),
        ("\u202egpj.exe", "gpj.exe"),
    ],
)
def test_a_name_is_for_people_and_never_a_path(name: str, plain: str) -> None:
    file = files.keep(b"x", name=name, media_type="t" * 300)
    assert file.name == plain
    assert len(file.media_type) == 100


def test_the_same_bytes_are_sealed_anew_each_time() -> None:
    first, second = kept(b"x" * 5000), kept(b"x" * 5000)
    assert first.sha256 == second.sha256
    assert path_of(first.public_id).read_bytes() != path_of(second.public_id).read_bytes()


def test_many_read_one_file_at_once() -> None:
    data = noise(3 * PIECE)
    file = kept(data)
    found: list[bool] = []

    def read() -> None:
        with files.opened(file) as stream:
            found.append(stream.read() == data)

    threads = [threading.Thread(target=read) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 8


def test_a_file_is_only_its_owners() -> None:
    path = path_of(kept(b"x").public_id)
    assert path.parent.stat().st_mode & 0o077 == 0


def test_a_media_type_holds_nothing_that_a_database_refuses() -> None:
    written = files.write(b"bytes", name="a\0b", media_type="image/\0jpeg\n")
    assert (written.name, written.media_type) == ("ab", "image/jpeg")
