"""The one face that is asked for: measured, and templated only if it is fit. No other face of the still ever is."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lookalike.casework.cases.models import Still
from lookalike.casework.cases.pictures import photo
from lookalike.casework.galleries import matcher
from lookalike.face.detector import Face
from lookalike.face.matcher import Capture, choose_face
from lookalike.face.template import Template
from lookalike.media.edits import Edit, apply, to_dict
from lookalike.media.photo import Photo
from lookalike.record.search import Probe, quality_rows


@dataclass(frozen=True, slots=True)
class Sought:
    """The one face of a still, measured. pixels: (H, W, 3) uint8 RGB, as edited. chosen: its index in `faces`."""

    photo: Photo
    edits: tuple[Edit, ...]
    pixels: NDArray[np.uint8]
    faces: tuple[Face, ...]
    chosen: int
    capture: Capture

    @property
    def template(self) -> str:
        """The template as it is kept with a request, base64; "" for a face that is unfit."""
        found = self.capture.template
        return "" if found is None else base64.b64encode(found.tobytes()).decode()

    @property
    def edit_data(self) -> list[dict[str, object]]:
        """The chain of edits as it is kept with a request."""
        return [to_dict(edit) for edit in self.edits]

    @property
    def quality(self) -> list[dict[str, object]]:
        """The measures as they are kept with a request."""
        return list(quality_rows(self.capture.quality))

    def probe(self) -> Probe:
        """What a search takes. Only a fit or poor face has one."""
        return Probe(self.photo, self.edits, self.pixels, self.faces, self.chosen, self.capture)


def sought(still: Still, edits: Sequence[Edit], face: int) -> Sought:
    """Edit a still, find its faces and measure the one that is asked for.

    face: counted from 1, left to right. Raises what reading and editing raise, NoFaceFound, NoSuchFace.
    """
    original, engine = photo(still), matcher()
    pixels = apply(original.pixels, edits)
    faces = engine.detect(pixels)
    chosen = choose_face(faces, face, name=original.name, option="the choice of a face")
    return Sought(original, tuple(edits), pixels, faces, chosen, engine.capture(pixels, faces, chosen))


def template_of(text: str) -> Template:
    """The template that is kept with a request, (D,) int8."""
    return np.frombuffer(base64.b64decode(text), dtype=np.int8)
