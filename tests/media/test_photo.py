"""Reading photographs: what is accepted comes out as upright 8-bit RGB."""

from __future__ import annotations

import hashlib
import io
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.errors import BadInput, BrokenImage, ImageTooLarge, NotAnImage
from lookalike.media import photo
from lookalike.media.photo import read_photo, read_photo_file
from tests.media.photo_samples import ALPHA, DEEP, GREY, LOSSLESS, NOISY, RGB, H, W, by_opencv, noisy, saved


@pytest.mark.parametrize("kind", LOSSLESS)
def test_a_lossless_photograph_comes_back_pixel_for_pixel(kind: str) -> None:
    read = read_photo(LOSSLESS[kind])
    assert np.array_equal(read.pixels, RGB)
    assert read.pixels.dtype == np.uint8
    assert (read.width, read.height) == (W, H)
    assert read.format == kind.split()[0]
    assert read.conversions == ()


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"subsampling": 0}])
def test_a_jpeg_comes_back_as_its_reference_decoder_shows_it(options: dict[str, Any]) -> None:
    data = saved(noisy(), "JPEG", **options)
    assert np.array_equal(read_photo(data).pixels, np.asarray(Image.open(io.BytesIO(data))))


def test_the_hash_is_of_the_bytes_as_received_and_the_pixels_cannot_be_changed() -> None:
    data = LOSSLESS["PNG"]
    read = read_photo(data, name="still.png")
    assert read.sha256 == hashlib.sha256(data).hexdigest()
    assert read.name == "still.png"
    with pytest.raises(ValueError, match="read-only"):
        read.pixels[0, 0, 0] = 1


def test_a_photo_survives_the_way_through_png() -> None:
    read = read_photo(NOISY["JPEG"])
    assert np.array_equal(read_photo(read.to_png()).pixels, read.pixels)
    again = read_photo(photo.encode_jpeg(read.pixels, 95)).pixels
    assert np.abs(again.astype(int) - read.pixels).mean() < 8


def test_pixels_of_another_shape_or_type_are_not_encoded() -> None:
    for wrong in (GREY, RGB.astype(np.float32), RGB[:0]):
        with pytest.raises(BadInput):
            photo.encode_png(wrong)
    with pytest.raises(BadInput):
        photo.encode_jpeg(RGB, 0)


# conversions


def over_white(colour: np.ndarray[Any, Any], alpha: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    share = alpha[..., None] / 255
    return np.floor(colour * share + 255 * (1 - share) + 0.5 + 1e-9)


@pytest.mark.parametrize("fmt", ["PNG", "TIFF", "WEBP", "JPEG2000"])
def test_alpha_is_straight_and_laid_over_white(fmt: str) -> None:
    options: dict[str, Any] = {"lossless": True, "exact": True} if fmt == "WEBP" else {}
    read = read_photo(saved(np.dstack([RGB, ALPHA]), fmt, **options))
    assert np.array_equal(read.pixels, over_white(RGB, ALPHA))
    assert "transparent parts laid over white" in read.conversions


@pytest.mark.parametrize("fmt", ["PNG", "TIFF", "JPEG2000"])
def test_grey_with_alpha_is_laid_over_white(fmt: str) -> None:
    image = Image.merge("LA", [Image.fromarray(GREY), Image.fromarray(ALPHA)])
    read = read_photo(saved(image, fmt))
    assert np.array_equal(read.pixels, over_white(np.dstack([GREY] * 3), ALPHA))


@pytest.mark.parametrize("mode", ["L", "RGB", "P", "1"])
def test_a_transparent_value_of_a_png_becomes_white(mode: str) -> None:
    image = Image.fromarray(RGB).convert(mode)
    plain = np.asarray(image.convert("RGB"))
    value = image.getpixel((9, 9))
    data = saved(image, "PNG", transparency=value)
    shown = read_photo(data).pixels
    hidden = (plain == plain[9, 9]).all(-1)
    assert hidden[9, 9]
    assert (shown[hidden] == 255).all()
    assert np.array_equal(shown[~hidden], plain[~hidden])


def test_the_fourth_byte_of_a_plain_bmp_is_not_alpha() -> None:
    assert np.array_equal(read_photo(saved(np.dstack([RGB, ALPHA]), "BMP")).pixels, RGB)


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "TIFF", "BMP", "JPEG2000"])
def test_grey_becomes_three_equal_channels(fmt: str) -> None:
    read = read_photo(saved(GREY, fmt, **({"quality": 100} if fmt == "JPEG" else {})))
    assert (read.pixels == read.pixels[..., :1]).all()
    assert np.abs(read.pixels[..., 0].astype(int) - GREY).max() <= (2 if fmt == "JPEG" else 0)
    assert "grey: one value in three channels" in read.conversions


@pytest.mark.parametrize("fmt", ["PNG", "TIFF", "BMP"])
def test_black_and_white_and_palette_pictures_show_their_colours(fmt: str) -> None:
    for mode in ("1", "P"):
        image = Image.fromarray(RGB).convert(mode)
        read = read_photo(saved(image, fmt))
        assert np.array_equal(read.pixels, np.asarray(image.convert("RGB")))
        assert read.conversions


def rounded(deep: np.ndarray[Any, Any], top: int = 65535) -> np.ndarray[Any, Any]:
    return np.floor(deep.astype(np.float64) * 255 / top + 0.5)


@pytest.mark.parametrize("extension", [".png", ".tiff", ".jp2"])
def test_sixteen_bits_are_rounded_and_not_cut(extension: str) -> None:
    rgb = np.dstack([DEEP, DEEP // 3, 65535 - DEEP])
    read = read_photo(by_opencv(extension, rgb[..., ::-1]))
    assert np.array_equal(read.pixels, rounded(rgb))
    assert any(note.startswith("16 bits") for note in read.conversions)
    grey = read_photo(by_opencv(extension, DEEP)).pixels
    assert np.array_equal(grey[..., 0], rounded(DEEP))
    cut = DEEP >> 8
    assert not np.array_equal(grey[..., 0], cut)


def test_sixteen_bit_grey_tiff_in_which_zero_is_white_is_turned_over() -> None:
    data = bytearray(saved(Image.fromarray(DEEP), "TIFF"))
    tag = data.find(struct.pack("<HHIH", 262, 3, 1, 1))
    assert tag > 0
    struct.pack_into("<H", data, tag + 8, 0)
    assert np.array_equal(read_photo(bytes(data)).pixels[..., 0], 255 - rounded(DEEP))


def test_a_shallower_jpeg_2000_is_scaled_by_its_own_depth() -> None:
    data = bytearray(by_opencv(".jp2", np.full((40, 56), 65535, np.uint16)))
    siz = data.find(b"\xff\x4f\xff\x51")
    assert data[siz + 42] == 15
    data[siz + 42] = 11  # 12 bits: the decoder clips to 4095, which is white
    read = read_photo(bytes(data))
    assert (read.pixels == 255).all()
    assert any(note.startswith("12 bits") for note in read.conversions)


@pytest.mark.parametrize("fmt", ["JPEG", "TIFF", "JPEG2000"])
def test_cmyk_follows_the_stated_rule(fmt: str) -> None:
    inks = np.dstack([RGB, GREY // 2])
    data = saved(Image.fromarray(inks, "CMYK"), fmt, **({"quality": 100} if fmt == "JPEG" else {}))
    read = read_photo(data)
    stored = np.asarray(Image.open(io.BytesIO(data))).astype(np.float64)
    expected = np.floor((255 - stored[..., :3]) * (255 - stored[..., 3:]) / 255 + 0.5)
    assert np.array_equal(read.pixels, expected)
    assert "CMYK brought to RGB without an ink profile" in read.conversions


def test_floating_point_and_32_bit_pictures_are_refused() -> None:
    for data in (
        saved(DEEP.astype(np.float32), "TIFF"),
        saved(DEEP.astype(np.int32), "TIFF"),
        by_opencv(".tiff", RGB.astype(np.float32)),
    ):
        with pytest.raises(BadInput) as refusal:
            read_photo(data)
        assert isinstance(refusal.value, NotAnImage | BrokenImage)
        assert refusal.value.remedy


def test_a_colour_profile_is_named_and_not_applied() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    read = read_photo(saved(RGB, "PNG", icc_profile=profile))
    assert np.array_equal(read.pixels, RGB)
    assert "the embedded colour profile was not applied" in read.conversions


# orientation and metadata


def turned(orientation: int) -> np.ndarray[Any, Any]:
    exif = Image.Exif()
    exif[0x0112] = orientation
    image = Image.fromarray(RGB)
    image.getexif()[0x0112] = orientation
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image)
    assert upright is not None
    return np.asarray(upright)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_is_applied_once_in_every_format(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    expected = turned(orientation)
    files = {
        "PNG": saved(RGB, "PNG", exif=exif),
        "TIFF": saved(RGB, "TIFF", tiffinfo={274: orientation}),
        "TIFF deflate": saved(RGB, "TIFF", tiffinfo={274: orientation}, compression="tiff_adobe_deflate"),
        "WEBP": saved(RGB, "WEBP", lossless=True, exif=exif),
    }
    for kind, data in files.items():
        read = read_photo(data)
        assert np.array_equal(read.pixels, expected), kind
        assert (read.height, read.width) == expected.shape[:2]
        assert read.metadata.orientation == orientation
        assert bool(read.conversions) == (orientation != 1)
    jpeg = read_photo(saved(RGB, "JPEG", quality=98, exif=exif))
    assert np.abs(jpeg.pixels.astype(int) - expected).mean() < 4


@pytest.mark.parametrize("orientation", [2, 3, 5, 6])
def test_a_16_bit_tiff_is_turned_too(orientation: int) -> None:
    data = bytearray(by_opencv(".tiff", (RGB.astype(np.uint16) * 257)[..., ::-1]))
    plain = read_photo(bytes(data)).pixels
    assert np.array_equal(plain, RGB)
    # OpenCV's writer leaves no orientation: put one in the place of tag 284 (planar, its default)
    entry = data.find(struct.pack("<HHI", 284, 3, 1))
    assert entry > 0
    struct.pack_into("<HHIHH", data, entry, 274, 3, 1, orientation, 0)
    read = read_photo(bytes(data))
    assert np.array_equal(read.pixels, turned(orientation))


def test_an_orientation_that_does_not_exist_is_ignored_and_said() -> None:
    exif = Image.Exif()
    exif[0x0112] = 77
    read = read_photo(saved(RGB, "PNG", exif=exif))
    assert np.array_equal(read.pixels, RGB)
    assert read.metadata.orientation == 1
    assert read.conversions == ("orientation 77 does not exist and was ignored",)


def camera_jpeg() -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "Lensmaker\0\0"
    exif[0x0110] = "Model 7\x1b[31m"
    exif[0x0131] = "Firmware 1.2"
    exif[0x0132] = "2020:01:01 00:00:00"
    exif.get_ifd(0x8769)[0x9003] = "2019:07:06 05:04:03"
    exif.get_ifd(0x8825)[2] = (52.0, 30.0, 0.0)
    exif.get_ifd(0x8825)[1] = "N"
    return saved(RGB, "JPEG", exif=exif)


def test_metadata_names_the_camera_and_never_the_place() -> None:
    data = camera_jpeg()
    assert Image.open(io.BytesIO(data)).getexif().get_ifd(0x8825)  # the position is in the file
    read = read_photo(data)
    assert read.metadata == photo.PhotoMetadata(
        camera_make="Lensmaker",
        camera_model="Model 7[31m",
        captured="2019:07:06 05:04:03",
        software="Firmware 1.2",
        orientation=1,
    )
    assert "52" not in repr(read.metadata)
    assert not Image.open(io.BytesIO(read.to_png())).getexif()


def test_damaged_metadata_takes_nothing_from_the_picture() -> None:
    data = camera_jpeg()
    start = data.find(b"Exif\0\0") + 6
    broken = data[: start + 4] + b"\xff" * 40 + data[start + 44 :]
    assert np.array_equal(read_photo(broken).pixels, read_photo(data).pixels)


# files


def test_a_file_is_read_and_called_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "still 7.png"
    file.write_bytes(LOSSLESS["PNG"])
    read = read_photo_file(file)
    assert read.name == "still 7.png"
    assert np.array_equal(read.pixels, RGB)


def test_what_is_not_a_readable_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    fifo = tmp_path / "pipe.jpg"
    os.mkfifo(fifo)
    empty = tmp_path / "empty.jpg"
    empty.touch()
    for path, words in (
        (tmp_path / "none.jpg", "There is no file"),
        (tmp_path, "is a folder"),
        (fifo, "pipe"),
        (Path("/dev/zero"), "device"),
        (empty, "empty"),
        (tmp_path / ("x" * 300), "cannot be read"),
    ):
        with pytest.raises(BadInput, match=words):
            read_photo_file(path)


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "sealed.png"
    file.write_bytes(LOSSLESS["PNG"])

    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    # chmod 0 would not stop root, as which these tests often run
    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(BadInput, match="cannot be read"):
        read_photo_file(file)


def test_a_huge_file_is_refused_by_its_size_alone(tmp_path: Path) -> None:
    file = tmp_path / "huge.jpg"
    with file.open("wb") as handle:
        handle.truncate(10 * 2**30)
    with pytest.raises(ImageTooLarge):
        read_photo_file(file)


def test_what_another_part_writes_to_stderr_meanwhile_is_passed_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    from lookalike.media._quiet import codec_messages

    with codec_messages() as heard:
        os.write(2, b"Corrupt JPEG data: bad Huffman code\nsomebody else's log line\n")
    assert heard == ["Corrupt JPEG data: bad Huffman code"]
    assert capfd.readouterr().err == "somebody else's log line\n"
