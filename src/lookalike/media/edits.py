"""What may be done to a photograph before it is searched: a chain of values on the original.

An edit is a frozen value with its parameters; a chain is a tuple of them, applied in order to
the pixels as received; `moves` says whether it changes where things are. The same chain on the
same pixels gives the same bytes: tables of 256 values, integer geometry, one rounding at the end
of each edit. Operations that add content
(inpainting, generated detail, pasting, super-resolution) do not exist.

Tone edits work on the 256 levels of a channel, in double precision rounded half up, clipped to
0..255:

- Exposure and WhiteBalance multiply light: level → linear light by IEC 61966-2-1 (sRGB) → times
  2^stops or the gain → back to a level
- Gamma: 255 · (v / 255)^(1 / gamma); above 1 brightens the shadows
- Contrast: 127.5 + factor · (v - 127.5)

Denoise is OpenCV's non-local means (Buades, Coll and Morel 2005; template 7, window 21), which
sums in integers.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from typing import Any, TypeAlias

import numpy as np

from lookalike.errors import BadEdit
from lookalike.media._edit_kinds import (
    EXAMPLES,
    MAX_PIXELS,
    Contrast,
    Crop,
    Deinterlace,
    Denoise,
    Edit,
    Exposure,
    Gamma,
    Resize,
    Rotate,
    WhiteBalance,
)
from lookalike.media._pixels import Pixels

__all__ = [
    "MAX_PIXELS",
    "Chain",
    "Contrast",
    "Crop",
    "Deinterlace",
    "Denoise",
    "Edit",
    "Exposure",
    "Gamma",
    "Resize",
    "Rotate",
    "WhiteBalance",
    "apply",
    "describe",
    "from_dict",
    "from_json",
    "parse_edit",
    "to_dict",
    "to_json",
]

Chain: TypeAlias = tuple[Edit, ...]

_LONGEST_CHAIN = 100

_KINDS: Mapping[str, Callable[..., Edit]] = {
    kind.name: kind
    for kind in (
        Crop, Rotate, Exposure, Gamma, Contrast, WhiteBalance, Denoise, Deinterlace, Resize,
    )
}  # fmt: skip


def apply(pixels: Pixels, chain: Sequence[Edit]) -> Pixels:
    """Apply a chain to the pixels of an original.

    pixels: (H, W, 3) uint8 RGB; left unchanged. Returns a new contiguous array of the same
    kind. Raises BadEdit when an edit does not fit the picture that reaches it, naming its place
    in the chain.
    """
    if pixels.ndim != 3 or pixels.shape[2] != 3 or pixels.dtype != np.uint8 or not pixels.size:
        raise BadEdit(
            f"Pixels of shape {pixels.shape} and type {pixels.dtype} cannot be edited.",
            remedy="Give (H, W, 3) uint8 RGB.",
        )
    result = pixels
    for place, edit in enumerate(chain, start=1):
        try:
            result = edit.apply(result)
        except BadEdit as error:
            raise BadEdit(f"Edit {place} ({edit.name}): {error.what}", why=error.why, remedy=error.remedy) from error
    return np.array(result, copy=True, order="C")


def to_json(chain: Sequence[Edit]) -> str:
    """Return the chain as JSON: a list of `to_dict`; the same text for the same chain."""
    return json.dumps([to_dict(edit) for edit in chain], sort_keys=True)


def to_dict(edit: Edit) -> dict[str, Any]:
    """Return one edit as a JSON object: its name under "edit", then its parameters."""
    return {"edit": edit.name} | {field.name: getattr(edit, field.name) for field in fields(edit)}


def from_json(text: str) -> Chain:
    """Read what `to_json` wrote. Raises BadEdit for anything else."""
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadEdit(f"The list of edits is not JSON: {error}.", remedy="Give what this program wrote.") from error
    if not isinstance(entries, list) or len(entries) > _LONGEST_CHAIN:
        raise BadEdit(
            f"A list of at most {_LONGEST_CHAIN} edits is expected.",
            remedy='For example [{"edit": "gamma", "gamma": 1.4}].',
        )
    return tuple(from_dict(entry) for entry in entries)


def from_dict(entry: object) -> Edit:
    """Read what `to_dict` wrote. Raises BadEdit."""
    if not isinstance(entry, dict) or not isinstance(entry.get("edit"), str):
        raise BadEdit(
            f'An edit is an object with an "edit" name, not {str(entry)[:60]!r}.',
            remedy='For example {"edit": "gamma", "gamma": 1.4}.',
        )
    values = {str(key): value for key, value in entry.items() if key != "edit"}
    return _make(entry["edit"], (), values)


def parse_edit(text: str) -> Edit:
    """Read the short form: "crop=10,20,200,240", "gamma=1.4", "rotate=12.5,expand".

    The values are the edit's parameters in their order. Raises BadEdit.
    """
    name, _, rest = text.strip().partition("=")
    name = name.strip().lower()
    values = [part.strip() for part in rest.split(",")] if rest.strip() else []
    return _make(name, tuple(_value(part) for part in values), {})


def describe(chain: Sequence[Edit]) -> tuple[str, ...]:
    """Say in plain words what each edit of the chain does, in order."""
    return tuple(edit.describe() for edit in chain)


def _make(name: str, values: tuple[object, ...], named: Mapping[str, object]) -> Edit:
    kind = _KINDS.get(name)
    if kind is None:
        raise BadEdit(
            f"There is no edit called {name[:40]!r}.",
            why="Operations that add content do not exist: a search sees what the camera saw.",
            remedy=f"The edits are {', '.join(_KINDS)}.",
        )
    try:
        return kind(*values, **named)
    except TypeError as error:
        wanted = ", ".join(field.name for field in fields(kind))  # type: ignore[arg-type]
        raise BadEdit(
            f"{name} does not take these parameters.",
            why=f"It takes {wanted}, in this order.",
            remedy=f"For example {EXAMPLES[name]}.",
        ) from error


def _value(text: str) -> object:
    if text in ("expand", "true"):
        return True
    if text == "false":
        return False
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
