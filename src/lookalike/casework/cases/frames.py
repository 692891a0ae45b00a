"""Frames of a clip for the scrubber: exactly the one that is named, decoded from the encrypted original.

Nothing decrypted is laid down. What was decoded is held in memory for a while, within a bound, so that the next frame
and the one before come at once.
"""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable

from lookalike.casework import files
from lookalike.casework.cases.held import Held
from lookalike.casework.cases.models import Exhibit
from lookalike.errors import BadInput, BrokenClip, NotNow
from lookalike.media.clip import Frame, Recording
from lookalike.media.scrub import ClipIndex, read_near

AROUND = 6
"""Neighbours that are held with a frame, on either side, where they come on the way."""

LONGEST = 45.0
"""Seconds that are spent on a frame: less than a proxy waits for an answer."""

_indexes: Held[ClipIndex] = Held(64 << 20)
_frames: Held[Frame] = Held(192 << 20)
_busy = [threading.Lock() for _ in range(64)]
"""Held while a clip is decoded, by the hash of its id: two clips seldom share one, and then wait for each other."""

_TIME = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,5}(?:[.,]\d{1,6})?)", re.ASCII)
_NUMBER = re.compile(r"#?\s*(\d{1,9})", re.ASCII)


def index(exhibit: Exhibit) -> ClipIndex:
    """What is known of every frame of a clip. Raises NotNow while it is not read."""
    file = exhibit.index
    if file is None:
        raise NotNow(
            "The clip has not been read yet.",
            why="Only then is it known which of its frames are whole.",
            remedy="Wait for the reading to end; its page says how far it is.",
        )
    return _indexes.of(file.public_id, lambda: ClipIndex.from_bytes(files.read(file)), lambda one: one.rows.nbytes)


def frame(exhibit: Exhibit, number: int) -> Frame:
    """Exactly that frame. Raises NoSuchFrame, NotNow, BrokenFile."""
    known = index(exhibit)
    key = f"{exhibit.file.public_id} {number}"
    found = _frames.get(key)
    if found is not None:
        return found
    with _busy[hash(exhibit.file.public_id) % len(_busy)]:  # who asks for the next frame meanwhile finds it held
        found = _frames.get(key)
        if found is not None:
            return found
        clip = Recording(exhibit.file.name, lambda: files.opened(exhibit.file))
        for near in read_near(clip, known, number, around=AROUND, on_packet=_patience(number)):
            _frames.put(f"{exhibit.file.public_id} {near.index}", near, near.pixels.nbytes)
            if near.index == number:
                found = near
    assert found is not None  # read_near gives it or raises
    return found


def _patience(number: int) -> Callable[[], None]:
    """What ends a search for a frame that takes too long, so that nobody holds the site up with a clip."""
    end = time.monotonic() + LONGEST

    def on_packet() -> None:
        if time.monotonic() > end:
            raise BrokenClip(
                f"Frame {number} was not reached within {LONGEST:.0f} seconds.",
                why="The clip has few key frames or no time stamps: what stands before a frame has to be decoded.",
                remedy="Choose one nearer to the beginning, or ask for the part around it as a recording of its own.",
            )

    return on_packet


def place(exhibit: Exhibit, text: str) -> int:
    """The frame that somebody names: "#120" or "120" is a frame, "1:02.5" or "00:01:02.500" a time code.

    Raises BadInput for anything else. A time past the end is the last frame.
    """
    known = index(exhibit)
    number = _NUMBER.fullmatch(text.strip())
    if number:
        return min(int(number[1]), len(known) - 1)
    code = _TIME.fullmatch(text.strip())
    if code is None:
        raise BadInput(
            f"“{text[:40]}” names no place in a clip.",
            remedy="Write a time code such as 00:01:02.500, or the number of a frame such as #120.",
        )
    hours, minutes, seconds = (float((part or "0").replace(",", ".")) for part in code.groups())
    return known.at(3600 * hours + 60 * minutes + seconds)
