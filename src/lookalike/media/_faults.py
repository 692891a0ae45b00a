"""Watch a clip being demultiplexed and decoded, and keep account of where it is damaged."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NoReturn

from lookalike.errors import BrokenClip

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.video.codeccontext import VideoCodecContext
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

_MOST_FAULTS = 1000

# These decoders pass a damaged picture on without a mark. The first is told to refuse instead;
# what the others log as an
# error (a wrong checksum, a missing reference) is taken as the mark. Measured with FFmpeg 8.0.
_CHECKS = {"mjpeg": "explode", "hevc": "crccheck", "ffv1": "crccheck"}
_ONLY_LOGS = frozenset({"hevc", "ffv1"})


class FaultWatch:
    """The demultiplexer and decoder of one pass through one clip.

    faults: (seconds, reason) of each place that could not be decoded, in order, at most a thousand.
    start_pts: the time stamp that counts as second 0.
    """

    def __init__(self, stream: VideoStream, name: str) -> None:
        self.stream, self.name = stream, name
        self.faults: list[tuple[float, str]] = []
        self.time_base = stream.time_base or Fraction(1)
        self.start_pts = stream.start_time or 0
        self._packets: Iterator[Packet[VideoStream]] | None = None
        self._seen = 0
        self._last = 0.0
        self._damaged = False
        self._damaged_pts: int | None = None
        self._just_faulted = False
        # One frame waits for the next packet: damage is often noticed one packet after it began.
        self._held: list[tuple[VideoFrame, bool]] = []
        # More threads are faster, but what they conceal in a damaged clip would depend on their
        # number.
        stream.thread_type = "NONE"
        stream.thread_count = 1
        context = stream.codec_context
        if checks := _CHECKS.get(context.name):
            context.options = {**context.options, "err_detect": checks}

    def seconds(self, pts: int | None) -> float:
        """Return seconds from the clip's start; without a time stamp, the last known place."""
        if pts is not None:
            self._last = float((pts - self.start_pts) * self.time_base)
        return self._last

    def next_packet(self, container: InputContainer) -> Packet[VideoStream] | None:
        """Return the next packet, None at the end or where the container breaks off."""
        from av.error import FFmpegError

        if self._packets is None:
            self._packets = container.demux(self.stream)
        try:
            packet = next(self._packets)
        except StopIteration:
            promised = self.stream.frames
            if self._seen < promised:
                self._note(self._last, f"the file ends after {self._seen} of {promised} frames")
            return None
        except (FFmpegError, OSError, ValueError) as error:
            self._fault(None, f"the container cannot be read on ({_said(error)})")
            return None
        self._seen += packet.size > 0
        if self._just_faulted and packet.pts is not None:
            # A lost stretch may reach into the next packet too, so that packet clears nothing.
            self._damaged_pts = max(packet.pts, self._damaged_pts or packet.pts)
        self._just_faulted = False
        if packet.is_corrupt:
            self._fault(packet, "a packet is marked as damaged or is cut off")
        return packet

    def decode(self, packet: Packet[VideoStream] | None) -> list[tuple[VideoFrame, bool]]:
        """Return the frames that are certain after this packet, each with whether it is corrupt.

        None, at the end, returns all that are left.
        """
        ready = self._held + [(frame, self._judged(frame)) for frame in self._decoded(packet)]
        if self._just_faulted and self._held:
            ready[0] = (ready[0][0], True)
        waiting = len(ready) - 1 if packet is not None and ready else len(ready)
        self._held = ready[waiting:]
        return ready[:waiting]

    def _decoded(self, packet: Packet[VideoStream] | None) -> list[VideoFrame]:
        from av.error import EOFError as EndOfFile
        from av.error import FFmpegError

        context = self.stream.codec_context
        try:
            if context.name in _ONLY_LOGS:
                decoded, complaint = _listening(context, packet)
                if complaint:
                    self._fault(packet, complaint)
            else:
                decoded = context.decode(packet)
        except EndOfFile:  # already emptied
            return []
        except (FFmpegError, OSError, ValueError) as error:
            self._fault(packet, f"a frame cannot be decoded ({_said(error)})")
            return []
        return decoded

    def refuse(self) -> NoReturn:
        """Raise BrokenClip: nothing could be decoded."""
        seconds, reason = self.faults[0] if self.faults else (0.0, "it holds no frame")
        raise BrokenClip(
            f"{self.name} is broken at second {seconds:.1f}: {reason}.",
            why="Not one frame of it can be decoded.",
            remedy="Ask for the original recording, or for an export as MP4, MKV, AVI or MPEG-TS.",
        )

    def _judged(self, frame: VideoFrame) -> bool:
        """Say whether a frame is damaged, or follows a damaged one with no key frame since."""
        if frame.pts is None:
            frame.pts = frame.dts
        later = self._damaged_pts is None or frame.pts is None or frame.pts > self._damaged_pts
        if frame.is_corrupt:
            if not self._damaged:
                self._note(self.seconds(frame.pts), "part of a frame had to be filled in")
            self._just_faulted = self._damaged = True
            self._damaged_pts = frame.pts
        elif frame.key_frame and later:
            self._damaged, self._damaged_pts = False, None
        return self._damaged

    def _fault(self, packet: Packet[VideoStream] | None, reason: str) -> None:
        self._just_faulted = self._damaged = True
        stamp = None if packet is None else packet.pts if packet.pts is not None else packet.dts
        if stamp is not None:
            self._damaged_pts = stamp
            place = float((stamp - self.start_pts) * self.time_base)
        else:
            place = self._last
        self._note(place, reason)

    def _note(self, seconds: float, reason: str) -> None:
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append((seconds, reason))


def _listening(context: VideoCodecContext, packet: Packet[VideoStream] | None) -> tuple[list[VideoFrame], str]:
    """Decode, and return the first error that the decoder only logs."""
    from av import logging

    level = logging.get_level()
    # PyAV's logging is off unless somebody wants it; the level is put back at once.
    logging.set_level(logging.ERROR)
    try:
        with logging.Capture() as lines:
            decoded = context.decode(packet)
    finally:
        logging.set_level(level)
    errors = [text for severity, _, text in lines if severity <= logging.ERROR]
    return decoded, " ".join(errors[0].split())[:120] if errors else ""


def _said(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)[:120]
