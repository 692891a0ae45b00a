"""What a file says about itself, read from its first bytes before any decoder sees it.

Only what Pillow does not tell, or tells after it has set memory aside: the format by its
signature, the canvas of a WebP (RFC 9649), and the size and precision in a JPEG 2000 codestream
(ISO/IEC 15444-1, A.5.1: the SIZ marker), which is what the decoder obeys, whatever the JP2 box
around it claims.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

# Format names are Pillow's.
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),  # BigTIFF
    (b"MM\x00+", "TIFF"),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
)

_REFUSED_KINDS: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"<svg", "an SVG drawing"),
    (b"\x00\x00\x01\x00", "an icon file"),
    (b"8BPS", "a Photoshop file"),
    (b"RIFF", "a sound or video file"),
    (b"\x1aE\xdf\xa3", "a video clip"),
)


def photo_format(data: bytes) -> str | None:
    """Return Pillow's name of the accepted format that `data` starts like, or None."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:2] == b"BM" and data[6:10] == bytes(4):  # two letters alone would claim too much
        return "BMP"
    return next((name for start, name in _SIGNATURES if data.startswith(start)), None)


def what_it_looks_like(data: bytes) -> str:
    """Say in words what a file that is not an accepted photograph seems to be. May be empty."""
    if data[4:8] == b"ftyp":
        still = data[8:12] in (b"heic", b"heix", b"mif1", b"avif", b"msf1")
        return "a HEIC or AVIF picture" if still else "a video clip"
    return next((kind for start, kind in _REFUSED_KINDS if data.startswith(start)), "")


def webp_size(data: bytes) -> tuple[int, int] | None:
    """Return (width, height) of a WebP's canvas, or None where the header does not say."""
    chunk, body = data[12:16], data[20:30]
    if len(body) < 10:
        return None
    if chunk == b"VP8X":
        return (
            int.from_bytes(body[4:7], "little") + 1,
            int.from_bytes(body[7:10], "little") + 1,
        )
    if chunk == b"VP8L" and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk == b"VP8 " and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None


@dataclass(frozen=True, slots=True)
class Codestream:
    """The SIZ marker of a JPEG 2000 codestream: size in pixels, bits and sign of each component."""

    width: int
    height: int
    bits: tuple[int, ...]
    signed: bool


def jpeg2000_codestream(data: bytes) -> Codestream | None:
    """Read the SIZ marker of the codestream; None where there is none that makes sense."""
    start = _codestream_start(data)
    if start is None or len(data) < start + 42:
        return None
    right, lower, left, upper = struct.unpack(">IIII", data[start + 8 : start + 24])
    (count,) = struct.unpack(">H", data[start + 40 : start + 42])
    depths = data[start + 42 : start + 42 + 3 * count : 3]
    if not 1 <= count <= 16384 or len(depths) != count or right <= left or lower <= upper:
        return None
    return Codestream(
        width=right - left,
        height=lower - upper,
        bits=tuple((depth & 0x7F) + 1 for depth in depths),
        signed=any(depth & 0x80 for depth in depths),
    )


def _codestream_start(data: bytes) -> int | None:
    """Walk the boxes of a JP2 to its codestream; a search could be led to a decoy."""
    marker = b"\xff\x4f\xff\x51"
    offset = 0
    while not data.startswith(marker, offset):
        if len(data) < offset + 16:
            return None
        length, kind = (
            int.from_bytes(data[offset : offset + 4], "big"),
            data[offset + 4 : offset + 8],
        )
        header = 8
        if length == 1:
            length, header = int.from_bytes(data[offset + 8 : offset + 16], "big"), 16
        if kind == b"jp2c":
            offset += header
            return offset if data.startswith(marker, offset) else None
        if length < header:
            return None
        offset += length
    return offset
