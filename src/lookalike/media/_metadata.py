"""What a photograph's file says about how it came to be. A position (GPS) is never read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL import Image

# EXIF 2.32, tables 4 and 7.
_MAKE, _MODEL, _ORIENTATION, _SOFTWARE, _DATE_TIME = 0x010F, 0x0110, 0x0112, 0x0131, 0x0132
_EXIF_IFD, _DATE_TIME_ORIGINAL = 0x8769, 0x9003
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class PhotoMetadata:
    """What the file says about how it came to be: claims, not facts.

    Text is "" where the file is silent.
    captured: the capture time as the camera wrote it, usually "YYYY:MM:DD hh:mm:ss" in an
    unknown time zone. orientation: the EXIF orientation, 1 to 8; already applied to the pixels.
    """

    camera_make: str = ""
    camera_model: str = ""
    captured: str = ""
    software: str = ""
    orientation: int = 1


def read_metadata(image: Image.Image, data: bytes) -> tuple[PhotoMetadata, str]:
    """Read the EXIF fields above from a file that is opened and not decoded.

    Returns the metadata, and in words what was wrong with it, or "".
    """
    if image.format == "PNG" and "exif" not in image.info and b"eXIf" not in data:
        # Pillow would decode the whole picture to look for EXIF behind the pixels.
        return PhotoMetadata(software=_text(image.info.get("Software", ""))), ""
    try:
        tags: Any = image.getexif()
        details: Mapping[int, Any] = tags.get_ifd(_EXIF_IFD)
        orientation = tags.get(_ORIENTATION, 1)
        metadata = PhotoMetadata(
            camera_make=_text(tags.get(_MAKE)),
            camera_model=_text(tags.get(_MODEL)),
            captured=_text(details.get(_DATE_TIME_ORIGINAL) or tags.get(_DATE_TIME)),
            software=_text(tags.get(_SOFTWARE)),
            orientation=orientation if orientation in range(1, 9) else 1,
        )
    except Exception:  # a camera's malformed metadata takes nothing from the picture
        return PhotoMetadata(), "its metadata is damaged and was ignored"
    if orientation in range(1, 9):
        return metadata, ""
    return metadata, f"orientation {_text(orientation)} does not exist and was ignored"


def _text(value: object) -> str:
    if value is None:
        return ""
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return "".join(c for c in text.split("\0")[0] if c.isprintable()).strip()[:_LONGEST]
