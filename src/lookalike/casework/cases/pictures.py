"""Pictures of a still: the original, the edits, its faces, and what may be shown of them.

Every face but the chosen one is made unrecognisable wherever a still is shown; only whoever chooses a face sees all of
them, numbered. Faces are found and measured here; no template is made.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from lookalike.casework import files
from lookalike.casework.cases.held import Held
from lookalike.casework.cases.models import Still
from lookalike.casework.galleries import matcher
from lookalike.errors import NoSuchFace
from lookalike.face.detector import Face
from lookalike.face.quality import Quality, Verdict
from lookalike.media import edits
from lookalike.media import photo as photos
from lookalike.media._pixels import Pixels
from lookalike.media.edits import Chain
from lookalike.media.photo import Photo
from lookalike.record import places
from lookalike.record.pictures import fitted, without_others
from lookalike.record.pictures import numbered as framed

LONG_SIDE = 1600
"""Pixels of the long side of a picture on a page."""

_photos: Held[Photo] = Held(256 << 20)
_pixels: Held[Pixels] = Held(256 << 20)
_faces: Held[tuple[Face, ...]] = Held(4 << 20)


def photo(still: Still) -> Photo:
    """The still as it was delivered, or as the frame was taken out of its clip, read strictly.

    Raises BrokenFile, and what `media.read_photo` raises.
    """
    return _photos.of(
        still.file.public_id,
        lambda: photos.read_photo(files.read(still.file), name=f"still {still.public_id[:8]}"),
        lambda one: one.pixels.nbytes,
    )


def chain(still: Still) -> Chain:
    """The edits of the still that are not taken back, in order."""
    return tuple(edits.from_dict(step.edit) for step in still.edits.all() if step.undone_at is None)


def edited(still: Still, steps: Chain | None = None) -> Pixels:
    """The still with its edits, or with these, (H, W, 3) uint8. Raises BadEdit."""
    steps = chain(still) if steps is None else steps
    if not steps:
        return photo(still).pixels
    return _pixels.of(_key(still, steps), lambda: edits.apply(photo(still).pixels, steps), lambda one: one.nbytes)


def faces(still: Still, steps: Chain | None = None) -> tuple[Face, ...]:
    """Every face that the detector finds in the still as edited, left to right."""
    steps = chain(still) if steps is None else steps
    return _faces.of(_key(still, steps), lambda: matcher().detect(edited(still, steps)), _size)


def measured(still: Still, number: int) -> tuple[Quality, Verdict]:
    """The quality of one face of the still as edited, in measures and in words. Nothing of it is templated.

    number: counted from 1, left to right. Raises NoSuchFace.
    """
    found = faces(still)
    return matcher().measure(edited(still), found, _index(found, number))


def shown(still: Still, face: int | None, *, original: bool = False, long_side: int = LONG_SIDE) -> bytes:
    """The still as JPEG, without metadata, with every face but the chosen one made unrecognisable.

    face: counted from 1, left to right, in the still as edited; None: nobody is chosen, and every face is hidden.
    original: as it was before the edits. Raises NoSuchFace.
    """
    steps = chain(still)
    found = faces(still, steps)
    chosen = None if face is None else found[_index(found, face)]
    pixels = edited(still, () if original else steps)
    if original and chosen is not None:
        chosen = places.before(chosen, steps, photo(still).pixels.shape)
    hidden = without_others(pixels, _everybody(still, steps, original=original), chosen)
    return photos.encode_jpeg(fitted(hidden, long_side=long_side), 92)


def to_choose_from(still: Still, *, original: bool = False, long_side: int = LONG_SIDE) -> bytes:
    """The still as JPEG with every face framed and numbered, for whoever has to choose one. For nobody else."""
    pixels = photo(still).pixels if original else framed(edited(still), faces(still))
    return photos.encode_jpeg(fitted(pixels, long_side=long_side), 92)


def _everybody(still: Still, steps: Chain, *, original: bool) -> list[Face]:
    """All that may be a face, wherever it was found: before the edits, after them, with and without those of tone.

    A face of which a crop left a part is no face to the detector any more, and is known all the same.
    """
    tone: Chain = tuple(edit for edit in steps if not edit.moves)
    moves: Chain = tuple(edit for edit in steps if edit.moves)
    shape = photo(still).pixels.shape
    first = [face for one in dict.fromkeys(((), tone)) for face in _anybody(still, one)]
    last = [face for one in dict.fromkeys((steps, moves)) for face in _anybody(still, one)]
    if original:
        return [*faces(still, ()), *first, *(places.before(face, steps, shape) for face in last)]
    return [*faces(still, steps), *last, *(places.after(face, steps, shape) for face in first)]


def _anybody(still: Still, steps: Chain) -> tuple[Face, ...]:
    return _faces.of(f"all {_key(still, steps)}", lambda: matcher().detect_thoroughly(edited(still, steps)), _size)


def _index(found: Sequence[Face], number: int) -> int:
    if not 1 <= number <= len(found):
        raise NoSuchFace(
            f"There is no face {number} in this still: it shows {len(found)}.",
            remedy="Choose one of the faces that are numbered on the picture.",
        )
    return number - 1


def _key(still: Still, steps: Chain) -> str:
    return f"{still.file.public_id} {json.dumps([edits.to_dict(one) for one in steps], sort_keys=True)}"


def _size(found: tuple[Face, ...]) -> int:
    return 1000 + 500 * len(found)
