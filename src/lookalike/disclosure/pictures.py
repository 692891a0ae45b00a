"""Faces that are nobody's business: made unrecognisable before anything of a packet is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from lookalike.disclosure.contents import Contents, WithheldOf
from lookalike.disclosure.contents_search import CandidateOf, RunOf
from lookalike.disclosure.values import Absent, File
from lookalike.disclosure.whole import present
from lookalike.media.photo import encode_jpeg, read_photo
from lookalike.record.pictures import CELLS, fitted

SIZE = (156, 195)
"""Width and height of a candidate's portrait once nobody can be recognised in it, pixels."""


OF_SOMEBODY_ELSE = "it shows the face of somebody who is not the suspect, and whom a search returned"
"""Why a photograph of a candidate list is withheld."""


def lawful(contents: Contents) -> Contents:
    """The contents with the face of every candidate unrecognisable who is not the suspect; all ids stay.

    Of the suspect the photograph stays as it is. Each photograph that is withheld is named, with its SHA-256. Raises
    what reading a photograph raises.
    """
    if isinstance(contents.searches, Absent):
        return contents
    suspect = contents.suspect.person_id
    withheld: dict[str, WithheldOf] = {}
    searches = tuple(
        replace(one, run=_lawful(one.run, suspect, withheld)) if isinstance(one.run, RunOf) else one
        for one in contents.searches
    )
    named = (*present(contents.withheld), *withheld.values())
    return replace(contents, searches=searches, withheld=named or contents.withheld)


def _lawful(run: RunOf, suspect: str | Absent, withheld: dict[str, WithheldOf]) -> RunOf:
    if isinstance(run.candidates, Absent):
        return run
    return replace(
        run,
        candidates=tuple(
            one if one.person_id == suspect or isinstance(one.picture, Absent) else _hidden(one, one.picture, withheld)
            for one in run.candidates
        ),
    )


def _hidden(candidate: CandidateOf, picture: File, withheld: dict[str, WithheldOf]) -> CandidateOf:
    title = f"Candidate {candidate.rank}, record {candidate.record_id}, made unrecognisable"
    withheld[picture.sha256] = WithheldOf(
        what=f"Photograph of record {candidate.record_id}",
        because=OF_SOMEBODY_ELSE,
        instead="the same photograph made unrecognisable, with rank, record, person and score",
        sha256=picture.sha256,
    )
    return replace(candidate, picture=File.of(unrecognisable(picture.read()), title=title, media_type="image/jpeg"))


def unrecognisable(photo: bytes) -> bytes:
    """A portrait of which a few cells are left, JPEG. What was there cannot be got back: it is not in the file."""
    import cv2

    pixels = read_photo(photo, name="a candidate's photograph").pixels
    cells = cv2.resize(pixels, (CELLS, CELLS + 1), interpolation=cv2.INTER_AREA)
    return encode_jpeg(np.asarray(cv2.resize(cells, SIZE, interpolation=cv2.INTER_LINEAR), dtype=np.uint8))


def for_the_page(file: File, *, long_side: int) -> bytes:
    """A photograph of the packet as it is printed: JPEG, no larger than the page needs."""
    return encode_jpeg(fitted(read_photo(file.read(), name=file.title).pixels, long_side=long_side))


def sheet(pictures: Sequence[File | Absent]) -> bytes:
    """A candidate list as one picture, JPEG: in order, ten in a row, an empty frame where there is no photograph."""
    import cv2

    wide, high, gap = 124, 155, 8
    rows = max(1, -(-len(pictures) // 10))
    page = np.full((rows * (high + gap), 10 * (wide + gap), 3), 255, dtype=np.uint8)
    for number, one in enumerate(pictures):
        top, left = number // 10 * (high + gap), number % 10 * (wide + gap)
        cell = np.full((high, wide, 3), 232, dtype=np.uint8)
        if isinstance(one, File):
            pixels = fitted(read_photo(one.read(), name=one.title).pixels, long_side=high)
            scale = min(wide / pixels.shape[1], high / pixels.shape[0])
            size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
            small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
            y, x = (high - size[1]) // 2, (wide - size[0]) // 2
            cell[y : y + size[1], x : x + size[0]] = small
        page[top : top + high, left : left + wide] = cell
    return encode_jpeg(page)
