"""Going to and fro in a clip, with the same frames as counted from its beginning.

`index_clip` reads a clip once, frame after frame, and keeps of each its time, whether it is damaged, and a digest of
what was decoded. `read_near` then seeks, and takes what it finds for a frame only where time and digest are those that
the reading from the beginning gave; where they are not, it reads from the beginning (`clip.read_frame`). So a seek can
be slow, but never show another frame than the one it names.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from lookalike.errors import BadInput, BrokenClip, NoSuchFrame
from lookalike.media._faults import FaultWatch
from lookalike.media._source import Clip, name_of, opened
from lookalike.media.clip import ClipFault, Decoded, Frame, counted, read_frame

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

_ROW = np.dtype([("seconds", "<f8"), ("pts", "<i8"), ("digest", "<u8"), ("corrupt", "u1"), ("stamped", "u1")])
_PACKED = struct.Struct("<dqQBB")
_EARLIER = (0.0, 2.0, 10.0)
"""Seconds before a frame to which is sought, one after the other: containers without an index seek roughly."""

_NEIGHBOURS = 96 << 20
"""Bytes of the neighbours that are brought to RGB with a frame: thirteen of 1080 lines, none of 4320."""

_MAGIC = b"lookalike clip index 2\n"


@dataclass(frozen=True, slots=True, eq=False)
class ClipIndex:
    """What is known of every frame of a clip, in the order of showing.

    rows: (n,) of seconds from the clip's start, time stamp, digest of what was decoded, whether part of it is a guess,
    whether it has a time stamp.
    """

    rows: NDArray[np.void]

    def __len__(self) -> int:
        return len(self.rows)

    def seconds(self, index: int) -> float:
        """Where a frame stands, in seconds from the clip's start."""
        return float(self.rows["seconds"][index])

    def corrupt(self, index: int) -> bool:
        """Whether part of a frame is the decoder's guess."""
        return bool(self.rows["corrupt"][index])

    def at(self, seconds: float) -> int:
        """The frame that is shown at that second: the last that begins no later; the first where there is none."""
        before = np.flatnonzero(self.rows["seconds"] <= seconds + 5e-4)  # time codes are to the millisecond
        return int(before[-1]) if len(before) else 0

    def corrupt_count(self) -> int:
        """How many frames are damaged."""
        return int(self.rows["corrupt"].sum())

    def to_bytes(self) -> bytes:
        """The index as bytes."""
        return _MAGIC + self.rows.tobytes()

    @classmethod
    def from_bytes(cls, data: bytes) -> ClipIndex:
        """Read what `to_bytes` wrote. Raises BadInput."""
        body = data.removeprefix(_MAGIC)
        if len(body) == len(data) or len(body) % _ROW.itemsize:
            raise BadInput("This is not the index of a clip.", remedy="Read the clip again.")
        return cls(np.frombuffer(body, dtype=_ROW))


def index_clip(
    clip: Clip,
    *,
    on_frame: Callable[[Decoded], None],
    on_fault: Callable[[ClipFault], None] | None = None,
    on_packet: Callable[[], None] | None = None,
) -> ClipIndex:
    """Read a clip from its beginning to its end.

    on_frame: told of each frame in turn; most need not be brought to RGB. on_fault, on_packet: as in `clip.counted`.
    Raises as `clip.frames`.
    """
    rows = bytearray()
    for one in counted(clip, on_fault=on_fault, on_packet=on_packet):
        rows += _PACKED.pack(one.seconds, one.pts or 0, one.digest(), one.corrupt, one.pts is not None)
        on_frame(one)
    return ClipIndex(np.frombuffer(bytes(rows), dtype=_ROW))


def read_near(
    clip: Clip, index: ClipIndex, wanted: int, *, around: int = 0, on_packet: Callable[[], None] | None = None
) -> tuple[Frame, ...]:
    """Exactly the frame `wanted`, and of its neighbours up to `around` on either side those that came on the way.

    Fewer of large ones. Frames are in the order of showing; `wanted` is always among them. on_packet: as in
    `clip.counted`. Raises NoSuchFrame, and as `clip.frames`.
    """
    if not 0 <= wanted < len(index):
        raise NoSuchFrame(
            f"{name_of(clip)} has no frame {wanted}: its frames are 0 to {len(index) - 1}.",
            remedy="Choose a frame of the clip.",
        )
    first, last = _reach(index, wanted, around)
    for earlier in _EARLIER if index.rows["stamped"][first : last + 1].all() else ():
        try:
            found = tuple(_sought(clip, index, wanted, around, earlier, on_packet))
        except BrokenClip:
            continue
        if any(frame.index == wanted for frame in found):
            return found
    return (read_frame(clip, wanted, on_packet=on_packet),)


def _sought(
    clip: Clip, index: ClipIndex, wanted: int, around: int, earlier: float, on_packet: Callable[[], None] | None
) -> Iterator[Frame]:
    """The frames that a seek to so many seconds before them finds, held to time stamp and digest."""
    first, last = _reach(index, wanted, around)
    stamps = {int(index.rows["pts"][i]): i for i in range(first, last + 1)}
    left = len(stamps)
    if left != last - first + 1:  # two frames of one time stamp
        return
    start, end = min(stamps), max(stamps)
    with opened(clip) as (container, stream):
        watch = FaultWatch(stream, name_of(clip))
        _seek(container, stream, start - round(earlier / watch.time_base))
        while left:
            packet = watch.next_packet(container)
            if on_packet:
                on_packet()
            for raw, _ in watch.decode(packet):
                place = stamps.get(raw.pts) if raw.pts is not None else None
                if place is not None:
                    left -= 1
                    one = Decoded(raw, place, index.seconds(place), index.corrupt(place), stream)
                    if abs(place - wanted) > _NEIGHBOURS // (2 * one.size):
                        continue
                    if one.digest() == int(index.rows["digest"][place]):
                        yield one.shown()
                elif raw.pts is not None and raw.pts > end:
                    return
            if packet is None:
                return


def _reach(index: ClipIndex, wanted: int, around: int) -> tuple[int, int]:
    return max(0, wanted - around), min(len(index) - 1, wanted + around)


def _seek(container: InputContainer, stream: VideoStream, stamp: int) -> None:
    from av.error import FFmpegError

    try:
        container.seek(stamp, stream=stream, backward=True, any_frame=False)
    except (FFmpegError, OSError, ValueError) as error:
        raise BrokenClip("The clip has no place to seek to.", remedy="Read it from its beginning.") from error
