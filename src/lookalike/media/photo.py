"""One photograph: from the bytes as received to 8-bit RGB, or a refusal that says why.

Accepted are JPEG, PNG, TIFF, WebP, BMP and JPEG 2000, of at most 100 megapixels and 64 MiB.
Headers are read first and nothing is decoded before its size is known to be within the limits.
A file that a strict decoder would complain about is refused: no part of a face may be a
decoder's guess. (Formats without checksums cannot tell every changed bit; the SHA-256 of the
original bytes is kept for that.)

How other pictures are brought to 8-bit RGB (all in integers, rounding half up):

- 16 bits a channel, or any depth `b` that is not 8: v · 255 / (2^b - 1), which for 16 bits is a
  division by 257
- grey and black-and-white: the same value in the three channels
- palette: the colours it names
- alpha, taken as straight, after the step to 8 bits: laid over white
- CMYK: R = (255 - C) · (255 - K) / 255, and so on; no ink profile is applied
- an embedded colour profile is not applied: the numbers in the file are taken as sRGB, and
  `conversions` says so
- floating point, 32-bit integers and CIELAB are refused: what their numbers mean is not in the
  file
- EXIF orientation (all eight values) is applied, after everything else
- of a phone's multi-picture JPEG (MPO) the first picture is taken

`Photo.conversions` names what was done to this one. Metadata stands apart from the pixels; a
position (GPS) is never read.
"""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lookalike.errors import BadInput, ImageTooLarge, NotAnImage
from lookalike.media._decode import MAX_PIXELS, decode
from lookalike.media._headers import photo_format, what_it_looks_like
from lookalike.media._metadata import PhotoMetadata
from lookalike.media._pixels import Pixels

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "Photo",
    "PhotoMetadata",
    "encode_jpeg",
    "encode_png",
    "read_photo",
    "read_photo_file",
]

MAX_BYTES = 64 * 1024 * 1024
"""The longest file that is read, in bytes."""

_ACCEPTED = "JPEG, PNG, TIFF, WebP, BMP and JPEG 2000 are read"


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photograph as it is to be shown.

    pixels: (H, W, 3) uint8, RGB, upright, read-only.
    sha256: of the bytes as received, 64 hexadecimal digits.
    format: JPEG, MPO, PNG, TIFF, WEBP, BMP or JPEG2000.
    width, height: W and H, in pixels.
    name: what messages call it.
    conversions: in words, what was done to bring it to upright 8-bit RGB; empty for a plain one.
    metadata: what the file says about how it came to be.
    """

    pixels: Pixels
    sha256: str
    format: str
    width: int
    height: int
    name: str
    conversions: tuple[str, ...]
    metadata: PhotoMetadata

    def to_png(self) -> bytes:
        """Return the upright pixels as a PNG file. Lossless; carries no metadata."""
        return encode_png(self.pixels)


def read_photo(data: bytes, *, name: str = "photograph") -> Photo:
    """Decode one photograph.

    data: the bytes of the file. name: what messages call it. Raises NotAnImage, BrokenImage
    (truncated or damaged), ImageTooLarge, AnimatedImage (several pictures).
    """
    data = bytes(data)
    _check_length(len(data), name)
    kind = photo_format(data)
    if kind is None:
        seems = what_it_looks_like(data)
        raise NotAnImage(
            f"{name} is not a photograph that can be read"
            + (f": it looks like {seems}." if seems else f": its first bytes are {data[:8]!r}."),
            why=f"Only {_ACCEPTED}, by their content and not by their name.",
            remedy="Export it as PNG or JPEG, or ask for the original photograph.",
        )
    picture = decode(data, kind, name)
    pixels = np.ascontiguousarray(picture.pixels)
    pixels.flags.writeable = False
    return Photo(
        pixels=pixels,
        sha256=hashlib.sha256(data).hexdigest(),
        format=picture.format,
        width=pixels.shape[1],
        height=pixels.shape[0],
        name=name,
        conversions=picture.conversions,
        metadata=picture.metadata,
    )


def read_photo_file(path: str | os.PathLike[str]) -> Photo:
    """Decode one photograph from a file; messages call it by its file name.

    Its kind and size are looked at before it is opened. Raises BadInput when there is no such
    file, it is a folder, a device or a pipe, or may not be read; otherwise as `read_photo`.
    """
    return read_photo(read_bounded(path, MAX_BYTES), name=Path(path).name)


def read_bounded(path: str | os.PathLike[str], limit: int) -> bytes:
    """Read a regular file of 1 to `limit` bytes.

    Raises BadInput when it is missing, not a regular file or unreadable, NotAnImage when empty,
    ImageTooLarge.
    """
    file = Path(path)
    try:
        _check_kind(file.stat().st_mode, file)
        # Between the look and the opening a file could be swapped for a pipe that never answers.
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as opened:
            status = os.fstat(opened.fileno())
            _check_kind(status.st_mode, file)
            _check_length(status.st_size, file.name, limit)
            data = opened.read(limit + 1)
    except FileNotFoundError as error:
        raise BadInput(f"There is no file {file}.", remedy="Check the path; names are case-sensitive.") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(
            f"{file} cannot be read: {reason}.", remedy="Check who may read it, or copy it first."
        ) from error
    _check_length(len(data), file.name, limit)
    return data


def encode_png(pixels: Pixels) -> bytes:
    """Return (H, W, 3) uint8 RGB as a PNG file, losslessly. Raises BadInput for anything else."""
    import cv2

    return _encode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 3])


def encode_jpeg(pixels: Pixels, quality: int = 90) -> bytes:
    """Return (H, W, 3) uint8 RGB as a JPEG file. quality: 1 to 100. Raises BadInput."""
    import cv2

    if not 1 <= quality <= 100:
        raise BadInput(f"A JPEG quality of {quality} does not exist.", remedy="Give 1 to 100.")
    return _encode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, int(quality)])


def _encode(extension: str, pixels: Pixels, options: list[int]) -> bytes:
    import cv2

    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise BadInput(
            f"Pixels of shape {pixels.shape} and type {pixels.dtype} are not a picture.",
            remedy="Give (H, W, 3) uint8 RGB.",
        )
    done, encoded = cv2.imencode(extension, cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), options)
    if not done:
        raise BadInput(f"A picture of {pixels.shape[1]} × {pixels.shape[0]} does not fit a {extension} file.")
    return encoded.tobytes()


def _check_length(length: int, name: str, limit: int = MAX_BYTES) -> None:
    if length == 0:
        raise NotAnImage(f"{name} is empty.", remedy="Copy it again from where it came, or ask for the original.")
    if length > limit:
        raise ImageTooLarge(
            f"{name} is {length / 2**20:.1f} MiB long.",
            why=f"More than {limit // 2**20} MiB are not read.",
            remedy="Save it with lossless compression, or crop it and keep the original.",
        )


def _check_kind(mode: int, file: Path) -> None:
    if stat.S_ISREG(mode):
        return
    kind = "a folder" if stat.S_ISDIR(mode) else "a device, a pipe or a socket"
    raise BadInput(f"{file} is {kind}, not a file.", remedy="Give the path of one photograph.")
