"""Decode one photograph strictly. The rules of conversion are stated in `photo`.

Measured with OpenCV 5.0 and Pillow 12.3. OpenCV refuses whatever is truncated, at every cut. It
hands back a guessed picture, with a line on standard error, for damaged JPEG and deflated TIFF;
it multiplies 8-bit TIFF alpha into the colours, drops the alpha of grey TIFF and of grey PNG
with a transparent value, and reads neither CMYK nor grey with alpha from JPEG 2000. Pillow is
strict with TIFF and silent about damaged JPEG; it halves 16-bit colour to its high byte. Hence:
OpenCV for pixels, listening to its messages; Pillow for TIFF and the rare kinds named here.
"""

from __future__ import annotations

import io
import re
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import (
    AnimatedImage,
    BrokenImage,
    ImageTooLarge,
    LookalikeError,
    NotAnImage,
)
from lookalike.media._headers import Codestream, jpeg2000_codestream, webp_size
from lookalike.media._metadata import PhotoMetadata, read_metadata
from lookalike.media._pixels import (
    Pixels,
    cmyk_to_rgb,
    grey_to_rgb,
    over_white,
    to_eight_bits,
    upright,
)
from lookalike.media._quiet import codec_messages

if TYPE_CHECKING:
    from PIL import Image

MAX_PIXELS = 100_000_000
"""The most pixels that are decoded: 100 megapixels."""

_DAMAGE = re.compile(r"Corrupt JPEG data|Premature end of JPEG|Inconsistent progression|TIFF_Error|libpng error")
_PADDING = re.compile(r"Corrupt JPEG data: (\d+) extraneous bytes before marker 0xd9")
_AGAIN = "Ask for the original file, or copy it again from where it came."

# Bits of a TIFF sample (tag 258) and "0 is white" (tag 262).
_BITS_PER_SAMPLE, _PHOTOMETRIC = 258, 262


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What `decode` found: upright (H, W, 3) uint8 RGB and how it came about."""

    pixels: Pixels
    format: str
    conversions: tuple[str, ...]
    metadata: PhotoMetadata


def decode(data: bytes, kind: str, name: str) -> Decoded:
    """Decode `data`, which starts like a `kind` (Pillow's name). Raises as `read_photo`."""
    if kind == "WEBP" and (size := webp_size(data)):
        _check_size(*size, name)  # before Pillow sets a canvas aside
    codestream = jpeg2000_codestream(data) if kind == "JPEG2000" else None
    if codestream:
        _check_size(codestream.width, codestream.height, name)
    with codec_messages() as heard, warnings.catch_warnings():
        # Pillow warns about odd metadata and about large pictures; both are judged here.
        warnings.simplefilter("ignore")
        try:
            work = _Work(data, kind, name, codestream)
            decoded = work.run()
        except LookalikeError:
            raise
        except Exception as error:  # a decoder may raise anything on hostile bytes
            _broken(name, str(error))
    if complaint := next((line for line in heard if _DAMAGE.search(line)), None):
        _judge(complaint, data, name)
    return decoded


class _Work:
    """One file on its way through header, decoder and conversion."""

    def __init__(self, data: bytes, kind: str, name: str, codestream: Codestream | None) -> None:
        from PIL import Image, UnidentifiedImageError

        self.data, self.kind, self.name, self.codestream = data, kind, name, codestream
        self.notes: list[str] = []
        try:
            self.image = Image.open(io.BytesIO(data), formats=[kind])
        except Image.DecompressionBombError as error:
            _too_large(name, str(error))
        except UnidentifiedImageError:
            raise BrokenImage(
                f"{name} starts like a {kind} file, but its header is damaged or of a kind that is not read.",
                why="Without its header the picture cannot be decoded safely.",
                remedy="Ask for the original file, or for an 8-bit RGB copy as PNG.",
            ) from None

    def run(self) -> Decoded:
        image, name = self.image, self.name
        _check_size(*image.size, name)
        if getattr(image, "is_animated", False):
            if image.format != "MPO":
                raise AnimatedImage(
                    f"{name} holds several pictures.",
                    why="A person has to choose the picture that is searched.",
                    remedy="Save the chosen picture or page as a file of its own.",
                )
            self.notes.append("the first picture of a multi-picture JPEG was taken")
        metadata, wrong = read_metadata(image, self.data)
        if wrong:
            self.notes.append(wrong)
        if image.info.get("icc_profile"):
            self.notes.append("the embedded colour profile was not applied")
        pixels = self.pixels(metadata.orientation)
        if metadata.orientation != 1:
            self.notes.append(f"turned upright after EXIF orientation {metadata.orientation}")
        return Decoded(pixels, image.format or self.kind, tuple(self.notes), metadata)

    def pixels(self, orientation: int) -> Pixels:
        """Return the upright pixels."""
        mode = self.image.mode
        if mode in ("F", "I", "LAB", "HSV", "I;16S"):
            raise NotAnImage(
                f"{self.name} holds floating-point, 32-bit or CIELAB samples (mode {mode}).",
                why="It does not say which of its numbers is white: a picture would be a guess.",
                remedy="Ask for an 8-bit or 16-bit RGB copy, with how it was made.",
            )
        if self.kind == "TIFF" and not self.deep_colour():
            return self.pillow()
        size = (self.image.size[1], self.image.size[0])
        if self.codestream and (self.codestream.height, self.codestream.width) != size:
            _broken(self.name, "its two headers name different sizes")
        pixels = self.rare() if self.is_rare() else self.opencv()
        if pixels.shape[:2] != size:
            _broken(self.name, f"its header says {size[1]} × {size[0]} pixels, it decodes to others")
        # Pillow and OpenCV both turn a TIFF upright themselves, whatever they are told.
        return pixels if self.kind == "TIFF" else upright(pixels, orientation)

    def deep_colour(self) -> bool:
        return self.image.mode.startswith(("RGB", "CMYK")) and ";16" in str(self.image.tile)

    def is_rare(self) -> bool:
        mode = self.image.mode
        see_through_grey = self.kind == "PNG" and "transparency" in self.image.info
        return (
            mode == "CMYK"
            or (mode in ("L", "1") and see_through_grey)
            or (self.kind == "JPEG2000" and mode in ("LA", "P", "PA", "YCbCr"))
        )

    def rare(self) -> Pixels:
        """Read with Pillow what OpenCV reads wrongly; OpenCV judges whether it is whole."""
        if self.kind != "JPEG2000":
            self.imdecode(None)
        return self.pillow()

    def imdecode(self, flags: int | None) -> NDArray[Any]:
        import cv2

        try:
            array: NDArray[Any] | None = cv2.imdecode(
                np.frombuffer(self.data, np.uint8), cv2.IMREAD_UNCHANGED if flags is None else flags
            )
        except cv2.error as error:
            _broken(self.name, str(error))
        if array is None:
            _broken(self.name, "")
        return array

    def opencv(self) -> Pixels:
        import cv2

        mode = self.image.mode
        if self.kind == "JPEG":
            if mode == "L":
                self.notes.append("grey: one value in three channels")
            flags = cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION
            return self.imdecode(flags).astype(np.uint8, copy=False)
        if self.kind == "TIFF":
            self.image.load()  # for its strictness only: its 16-bit colour is cut to 8
        array = self.imdecode(None)
        samples = self.eight_bits(array)
        if samples.ndim == 2:
            rgb = grey_to_rgb(samples)
            black_and_white = mode == "1"
            self.notes.append("black and white" if black_and_white else "grey: one value in three channels")
            return self.see_through(rgb, self.transparent_grey(array))
        rgb = np.ascontiguousarray(samples[..., 2::-1])
        if mode == "P":
            self.notes.append("palette colours looked up")
        alpha = samples[..., 3] if samples.shape[2] == 4 else None
        see_through = "A" in mode or "transparency" in self.image.info
        return self.see_through(rgb, alpha if see_through else None)

    def eight_bits(self, array: NDArray[Any]) -> Pixels:
        bits = {np.dtype(np.uint8): 8, np.dtype(np.uint16): 16}.get(array.dtype)
        if self.codestream:
            depths = set(self.codestream.bits)
            if len(depths) != 1 or self.codestream.signed:
                bits = None
            elif bits:
                bits = depths.pop()
        if bits is None or bits > 16:
            raise NotAnImage(
                f"{self.name} holds samples of type {array.dtype}, which are not read.",
                why="Its channels are signed, deeper than 16 bits, or of different depths.",
                remedy="Ask for an 8-bit or 16-bit RGB copy.",
            )
        if bits == 8:
            return array.astype(np.uint8, copy=False)
        self.notes.append(f"{bits} bits a channel brought to 8: v · 255 / {2**bits - 1}, rounded")
        return to_eight_bits(array, bits)

    def transparent_grey(self, array: NDArray[Any]) -> Pixels | None:
        """Return the alpha of a 16-bit grey PNG whose transparent value OpenCV ignores."""
        value = self.image.info.get("transparency")
        if not isinstance(value, int) or array.dtype != np.uint16:
            return None
        return np.where(array == value, 0, 255).astype(np.uint8)

    def see_through(self, rgb: Pixels, alpha: Pixels | None) -> Pixels:
        if alpha is None:
            return rgb
        self.notes.append("transparent parts laid over white")
        return over_white(rgb, alpha)

    def pillow(self) -> Pixels:
        """Convert what Pillow decodes; a TIFF comes upright."""
        image: Image.Image = self.image
        tags: Any = getattr(image, "tag_v2", {})
        bits, photometric = tags.get(_BITS_PER_SAMPLE, (8,)), tags.get(_PHOTOMETRIC, 1)
        image.load()
        mode = image.mode
        if mode.startswith("I;16"):
            array = np.asarray(image).astype(np.uint16)
            depth = max(bits)
            self.notes.append(f"{depth} bits a channel brought to 8: v · 255 / {2**depth - 1}, rounded")
            grey = to_eight_bits(array, depth)
            self.notes.append("grey: one value in three channels")
            return grey_to_rgb(np.uint8(255) - grey if photometric == 0 else grey)
        if mode == "CMYK":
            self.notes.append("CMYK brought to RGB without an ink profile")
            return cmyk_to_rgb(np.asarray(image))
        words = {"1": "black and white", "L": "grey: one value in three channels"}
        if word := words.get(mode.rstrip("Aa")):
            self.notes.append(word)
        if mode in ("P", "PA"):
            self.notes.append("palette colours looked up")
        if mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
            straight = np.asarray(image.convert("RGBA"))
            return self.see_through(straight[..., :3], straight[..., 3])
        return np.array(image if mode == "RGB" else image.convert("RGB"))


def _check_size(width: int, height: int, name: str) -> None:
    if width < 1 or height < 1:
        raise BrokenImage(f"{name} says it is {width} × {height} pixels: there is nothing in it.", remedy=_AGAIN)
    if width * height > MAX_PIXELS:
        _too_large(name, f"{width} × {height} pixels, {width * height / 1e6:.1f} megapixels")


def _too_large(name: str, size: str) -> NoReturn:
    raise ImageTooLarge(
        f"{name} is too large: {size}.",
        why=f"More than {MAX_PIXELS // 1_000_000} megapixels are not decoded.",
        remedy="Crop it to the person with a tool that keeps the original, and note that you did.",
    ) from None


def _judge(complaint: str, data: bytes, name: str) -> None:
    """Refuse damage, but not the zero bytes that some cameras put before a JPEG's end marker."""
    if padding := _PADDING.search(complaint):
        end = data.rfind(b"\xff\xd9")
        if end > 0 and not any(data[end - int(padding[1]) : end]):
            return
    _broken(name, complaint)


def _broken(name: str, reason: str) -> NoReturn:
    said = f" (the decoder says: {' '.join(reason.split())[:160]})" if reason else ""
    raise BrokenImage(
        f"{name} is truncated or damaged{said}.",
        why="Part of the picture would have to be invented, perhaps part of the face.",
        remedy=_AGAIN,
    )
