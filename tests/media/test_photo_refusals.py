"""Photographs that are refused, and that say why: damage, size, several pictures in one."""

from __future__ import annotations

import struct
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lookalike.errors import AnimatedImage, BadInput, BrokenImage, ImageTooLarge, NotAnImage
from lookalike.media import photo
from lookalike.media.photo import Photo, read_photo
from tests.media.photo_samples import NOISY, RGB, saved


@pytest.mark.parametrize(
    "data", [b"", b"x", b"hello, world " * 50, b"GIF89a" + bytes(40), b"%PDF-1.7", b"BMW is a car"]
)
def test_what_is_no_photograph_is_refused_as_such(data: bytes) -> None:
    with pytest.raises(NotAnImage) as refusal:
        read_photo(data, name="upload.jpg")
    assert "upload.jpg" in str(refusal.value)
    assert refusal.value.remedy


@pytest.mark.parametrize("kind", NOISY)
def test_a_truncated_photograph_is_refused_wherever_it_was_cut(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    data = NOISY[kind]
    step = max(1, len(data) // 25)
    for cut in [*range(12, len(data), step), *range(len(data) - 9, len(data))]:
        with pytest.raises((BrokenImage, AnimatedImage)):
            read_photo(data[:cut])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("filler", [0x00, 0xFF, 0xAA])
def test_a_jpeg_whose_end_was_lost_and_filled_up_is_refused(filler: int) -> None:
    data = NOISY["JPEG"]
    half = len(data) // 2
    for end in (b"", b"\xff\xd9"):
        with pytest.raises(BrokenImage):
            read_photo(data[:half] + bytes([filler]) * half + end)


def test_damage_that_libjpeg_only_murmurs_about_is_refused_and_stderr_stays_clean(
    capfd: pytest.CaptureFixture[str],
) -> None:
    murmured = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        data = bytearray(NOISY["JPEG progressive"])
        at = int(rng.integers(len(data) // 2, len(data) - 40))
        data[at : at + 16] = rng.integers(0, 255, 16, dtype=np.uint8).tobytes()
        guessed = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
        if guessed is None or not capfd.readouterr().err:
            continue
        murmured += 1
        with pytest.raises(BrokenImage, match="Corrupt JPEG data"):
            read_photo(bytes(data))
        assert capfd.readouterr() == ("", "")
    assert murmured > 10


def test_threads_that_decode_at_once_do_not_hear_each_others_damage(
    capfd: pytest.CaptureFixture[str],
) -> None:
    whole = NOISY["TIFF deflate"]
    damaged = bytearray(whole)
    damaged[len(whole) // 2 : len(whole) // 2 + 8] = b"\xff" * 8

    def outcome(data: bytes) -> bool:
        try:
            read_photo(data)
        except BrokenImage:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(outcome, [whole, bytes(damaged)] * 40))
    assert outcomes == [True, False] * 40
    assert capfd.readouterr() == ("", "")


def test_zero_bytes_before_the_end_marker_are_a_habit_of_cameras_and_no_damage() -> None:
    data = NOISY["JPEG"]
    assert data.endswith(b"\xff\xd9")
    read = read_photo(data[:-2] + bytes(33) + b"\xff\xd9")
    assert np.array_equal(read.pixels, read_photo(data).pixels)


def test_bytes_after_the_end_of_a_jpeg_do_no_harm() -> None:
    data = NOISY["JPEG"]
    assert np.array_equal(read_photo(data + b"trailer" * 9).pixels, read_photo(data).pixels)


@pytest.mark.parametrize("kind", ["PNG", "TIFF deflate", "TIFF LZW"])
def test_changed_bytes_in_a_format_with_checks_are_refused(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    data = bytearray(NOISY[kind])
    middle = len(data) // 2
    data[middle : middle + 8] = b"\xff" * 8
    with pytest.raises(BrokenImage):
        read_photo(bytes(data))
    assert capfd.readouterr() == ("", "")


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png_of_size(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    start = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header)
    return start + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


def claims(kind: str, width: int, height: int) -> bytes:
    """Return a file of a few hundred bytes that claims to be `width` by `height`."""
    if kind == "PNG":
        return png_of_size(width, height)
    if kind == "JPEG":
        data = bytearray(saved(RGB, "JPEG"))
        at = data.find(b"\xff\xc0") + 5
        struct.pack_into(">HH", data, at, height, width)
    elif kind == "BMP":
        data = bytearray(saved(RGB, "BMP"))
        struct.pack_into("<ii", data, 18, width, height)
    elif kind == "TIFF":
        data = bytearray(saved(RGB, "TIFF"))
        for tag, value in ((256, width), (257, height)):
            at = next(at for t in (3, 4) if (at := data.find(struct.pack("<HHI", tag, t, 1))) > 0)
            struct.pack_into("<HHII", data, at, tag, 4, 1, value)
    elif kind == "WEBP":
        body = b"VP8X" + struct.pack("<I", 10) + bytes(4)
        body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        data = bytearray(b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body)
    else:
        data = bytearray(saved(RGB, "JPEG2000"))
        at = data.find(b"\xff\x4f\xff\x51") + 8
        struct.pack_into(">II", data, at, width, height)
        if kind == "JPEG2000 both":
            struct.pack_into(">II", data, data.find(b"ihdr") + 4, height, width)
    return bytes(data)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "TIFF", "WEBP", "JPEG2000", "JPEG2000 both"])
@pytest.mark.parametrize("size", [(10_001, 10_000), (16_000, 16_000), (65_000, 65_000)])
def test_a_picture_that_claims_too_many_pixels_is_refused_before_it_is_decoded(
    kind: str, size: tuple[int, int]
) -> None:
    if kind == "WEBP" and size[0] > 16384:
        size = (16_384, 16_384)
    data = claims(kind, *size)
    started = time.perf_counter()
    with pytest.raises(ImageTooLarge) as refusal:
        read_photo(data)
    assert time.perf_counter() - started < 2
    assert "100 megapixels" in str(refusal.value)


def test_a_jpeg_2000_whose_two_headers_disagree_is_refused() -> None:
    with pytest.raises(BrokenImage, match="headers"):
        read_photo(claims("JPEG2000", 3000, 3000))


def test_a_decoy_codestream_in_a_metadata_box_misleads_nobody() -> None:
    data = bytearray(claims("JPEG2000", 20_000, 20_000))
    small = saved(RGB, "JPEG2000", no_jp2=True)[:120]
    box = struct.pack(">I", 8 + 16 + len(small)) + b"uuid" + bytes(16) + small
    at = data.find(b"jp2c") - 4
    with pytest.raises(ImageTooLarge):
        read_photo(bytes(data[:at] + box + data[at:]))


def test_a_picture_of_no_pixels_is_refused() -> None:
    for kind in ("PNG", "JPEG", "BMP", "TIFF"):
        with pytest.raises((BrokenImage, NotAnImage)):
            read_photo(claims(kind, 0, 7))


def test_a_file_that_is_too_long_is_refused_unread() -> None:
    with pytest.raises(ImageTooLarge, match="64 MiB"):
        read_photo(b"\xff\xd8\xff" + bytes(photo.MAX_BYTES))


@pytest.mark.parametrize("fmt", ["PNG", "WEBP", "TIFF"])
def test_several_pictures_in_one_file_are_refused(fmt: str) -> None:
    second = Image.fromarray(RGB[::-1])
    with pytest.raises(AnimatedImage):
        read_photo(saved(RGB, fmt, save_all=True, append_images=[second]))


def test_the_first_picture_of_a_phones_multi_picture_jpeg_is_taken_and_said() -> None:
    data = saved(RGB, "MPO", save_all=True, append_images=[Image.fromarray(RGB[::-1])])
    read = read_photo(data)
    assert read.format == "MPO"
    assert np.abs(read.pixels.astype(int) - RGB).mean() < 6
    assert read.conversions == ("the first picture of a multi-picture JPEG was taken",)


@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(sorted(NOISY)),
    edits=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=6)), max_size=4),
    early=st.booleans(),
)
def test_damaged_files_are_read_or_refused_and_nothing_else(
    kind: str, edits: list[tuple[float, bytes]], early: bool
) -> None:
    data = bytearray(NOISY[kind])
    for where, patch in edits:
        at = int(where * (200 if early else len(data) - 8))
        data[at : at + len(patch)] = patch
    try:
        read = read_photo(bytes(data))
    except BadInput:
        return
    assert isinstance(read, Photo)
    assert read.pixels.shape == (read.height, read.width, 3)


STARTS = [d[:n] for d in NOISY.values() for n in (0, 4, 12, 40, 120)]


@settings(deadline=None, max_examples=400, suppress_health_check=list(HealthCheck))
@given(start=st.sampled_from(STARTS), rest=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(start: bytes, rest: bytes) -> None:
    with suppress(BadInput):
        read_photo(start + rest)
