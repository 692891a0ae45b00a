"""Stills out of a recorded clip: where faces are to be seen, and one frame written losslessly.

Listing finds *faces*, never who they are: the detector is given by the caller, sees one frame
at a time, and nothing of a face is kept. A person chooses the frame that becomes evidence.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Generic, TypeVar

from lookalike.errors import BrokenClip, OutputExists, OutputFailed
from lookalike.files import write_whole
from lookalike.media._pixels import Pixels
from lookalike.media._source import PathLike
from lookalike.media.clip import ClipFault, ClipInfo, Frame, frames
from lookalike.media.photo import encode_png

Face = TypeVar("Face")


@dataclass(frozen=True, slots=True)
class StillFound(Generic[Face]):
    """A frame in which the detector found at least one face.

    index, pts, time_base, seconds, timecode, interlaced, corrupt: as in `clip.Frame`.
    faces: what the detector returned for it.
    """

    index: int
    pts: int | None
    time_base: str
    seconds: float
    timecode: str
    interlaced: bool
    corrupt: bool
    faces: tuple[Face, ...]


@dataclass(frozen=True, slots=True)
class StillRecord:
    """Where a still came from; written beside it as JSON, field for field.

    file: name of the PNG. file_sha256: of the PNG. pixels_sha256: of its RGB bytes, row by row.
    clip, clip_sha256: name and hash of the clip.
    stream_index, frame_index, pts, time_base: the frame in it.
    seconds, timecode: its place from the clip's start.
    width, height: in pixels, as shown.
    pixel_aspect: width of a pixel over its height; the still is not stretched.
    rotation: degrees counterclockwise that were applied because the clip asks for it.
    decoder: versions of the libraries that decoded it.
    """

    file: str
    file_sha256: str
    pixels_sha256: str
    clip: str
    clip_sha256: str
    stream_index: int
    frame_index: int
    pts: int | None
    time_base: str
    seconds: float
    timecode: str
    width: int
    height: int
    pixel_aspect: str
    interlaced: bool
    rotation: int
    decoder: str


def list_stills(
    path: PathLike,
    detect: Callable[[Pixels], Sequence[Face]],
    *,
    start: float | None = None,
    end: float | None = None,
    every: int = 1,
    progress: Callable[[int], None] | None = None,
    on_fault: Callable[[ClipFault], None] | None = None,
) -> Iterator[StillFound[Face]]:
    """Yield every frame with a face in it, in the order of showing.

    detect: takes (H, W, 3) uint8 RGB and returns one entry a face; it must not say who a face is.
    progress: told after each frame that was looked at how many are done; `probe_clip` says of how many.
    start, end, every, on_fault: as in `clip.frames`, and what it raises.
    """
    for frame in frames(path, start=start, end=end, every=every, on_fault=on_fault):
        faces = tuple(detect(frame.pixels))
        if progress:
            progress(frame.index + 1)
        if faces:
            yield StillFound(
                index=frame.index,
                pts=frame.pts,
                time_base=_ratio(frame.time_base),
                seconds=frame.seconds,
                timecode=frame.timecode,
                interlaced=frame.interlaced,
                corrupt=frame.corrupt,
                faces=faces,
            )


def write_still(frame: Frame, clip: ClipInfo, directory: str | os.PathLike[str]) -> StillRecord:
    """Write a frame as PNG, losslessly, and beside it a JSON file that says where it came from.

    The names are made of the clip's name and the frame's index; nothing is ever overwritten.
    The JSON comes last: a still without one was not finished. Raises BrokenClip for a corrupt
    frame, OutputExists, OutputFailed.
    """
    if frame.corrupt:
        raise BrokenClip(
            f"Frame {frame.index} of {clip.name}, at second {frame.seconds:.1f}, is damaged.",
            why="Part of it was filled in by the decoder and is not evidence.",
            remedy="Choose another frame, or ask for the original recording.",
        )
    folder = Path(directory)
    stem = f"{_plain(Path(clip.name).stem)}-frame{frame.index:06d}"
    picture, sidecar = folder / f"{stem}.png", folder / f"{stem}.json"
    for file in (picture, sidecar):
        if os.path.lexists(file):
            _exists(file)
    data = encode_png(frame.pixels)
    record = StillRecord(
        file=picture.name,
        file_sha256=hashlib.sha256(data).hexdigest(),
        pixels_sha256=hashlib.sha256(frame.pixels.tobytes()).hexdigest(),
        clip=clip.name,
        clip_sha256=clip.sha256,
        stream_index=clip.stream_index,
        frame_index=frame.index,
        pts=frame.pts,
        time_base=_ratio(frame.time_base),
        seconds=frame.seconds,
        timecode=frame.timecode,
        width=frame.pixels.shape[1],
        height=frame.pixels.shape[0],
        pixel_aspect=_ratio(clip.pixel_aspect),
        interlaced=frame.interlaced,
        rotation=clip.rotation,
        decoder=_decoder(),
    )
    _write_new(picture, data)
    text = json.dumps(asdict(record), indent=2, ensure_ascii=False)
    try:
        _write_new(sidecar, (text + "\n").encode())
    except BaseException:
        picture.unlink(missing_ok=True)
        raise
    return record


def _write_new(file: Path, data: bytes) -> None:
    try:
        write_whole(file, data, new=True)
    except FileExistsError:
        _exists(file)
    except OSError as error:
        raise OutputFailed(
            f"{file} could not be written: {error.strerror}.",
            why="Nothing half-written was left behind.",
            remedy="Check that the folder exists, may be written to and has room.",
        ) from error


def _exists(file: Path) -> None:
    raise OutputExists(
        f"{file} is already there.",
        why="A still is never overwritten: it may be evidence.",
        remedy="Use it, or choose another folder.",
    ) from None


def _plain(stem: str) -> str:
    return re.sub(r"[^\w.-]+", "_", stem).strip("._-")[:80] or "clip"


def _ratio(value: object) -> str:
    numerator, denominator = getattr(value, "numerator", 0), getattr(value, "denominator", 1)
    return f"{numerator}/{denominator}"


def _decoder() -> str:
    import av

    parts = [f"PyAV {av.__version__}"]
    for library in ("libavformat", "libavcodec", "libswscale"):
        parts.append(f"{library} {'.'.join(map(str, av.library_versions[library]))}")
    return ", ".join(parts)
