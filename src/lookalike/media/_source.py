"""Open a recorded clip, and nothing else.

Cameras, streams and playlists are refused by what they are before anything is opened. What is
opened is one regular file, handed to FFmpeg as an open file and not as a name, with a list of
the only containers it may recognise: no text in a file can send it to another file or to a
network.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from lookalike.errors import BadInput, BrokenClip, LiveSource
from lookalike.media._headers import photo_format

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.stream import VideoStream

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True)
class Recording:
    """A recorded clip that is no plain file, such as one in an encrypted store.

    name: what messages call it. open: gives a new binary stream from its first byte, which can be read and searched.
    known: its SHA-256 in hexadecimal and its length in bytes, where the store vouches for them; else worked out.
    """

    name: str
    open: Callable[[], BinaryIO]
    known: tuple[str, int] | None = None


Clip = PathLike | Recording
"""Where a clip is read from."""

MAX_PIXELS = 100_000_000
"""The most pixels of a frame that are decoded, as in `photo`."""

# Containers that hold their own frames and their own time stamps. Playlists (hls, dash, concat,
# sdp), image sequences
# and capture devices are not among them.
_CONTAINERS = "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,asf,flv,mxf,ogg,dv,dhav"

_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+:")
_CAPTURE = re.compile(r"^(?:video|audio|screen|desktop|title)=", re.IGNORECASE)
_PLAYLIST_NAMES = frozenset(
    [
        ".m3u8",
        ".m3u",
        ".sdp",
        ".pls",
        ".mpd",
        ".asx",
        ".xspf",
        ".ffconcat",
        ".smil",
        ".ram",
        ".strm",
    ]
)
_PLAYLIST_STARTS = tuple(
    b"#extm3u ffconcat v=0\n v=0\r [playlist] [reference] <mpd <asx <smil "
    b"<smoothstreamingmedia rtsp:// rtsps:// http:// https:// udp:// rtmp:// mms://".split(b" ")
)

_RECORDED = "Searches run on recorded evidence only: one still that a person has chosen."
_EXPORT = "Export the recording as a file (MP4, MKV, AVI or MPEG-TS) and give that."


def refuse_live(path: PathLike) -> Path:
    """Return the path of what may be a recorded clip. Nothing is opened.

    Raises LiveSource for a stream, a capture device, a pipe or a playlist's name, BadInput when
    there is no such file.
    """
    text = os.fspath(path)
    if "\0" in text:
        raise BadInput("The path holds a NUL character.", remedy="Check the path.")
    if _CAPTURE.match(text):
        _live(text, "names a capture device")
    if text.startswith("/dev/") and not text.startswith("/dev/shm/"):  # noqa: S108 (only a name is looked at)
        _live(text, "is a device")
    file = Path(text)
    try:
        mode = file.stat().st_mode
    except OSError as error:
        if _SCHEME.match(text):
            _live(text, f"is a stream ({text.partition(':')[0]})")
        reason = error.strerror or "it is not there"
        raise BadInput(
            f"{text} cannot be read: {reason}.", remedy="Check the path; names are case-sensitive."
        ) from error
    _check_kind(mode, file)
    if file.suffix.lower() in _PLAYLIST_NAMES:
        _live(file.name, "is a playlist or a stream description")
    return file


def name_of(clip: Clip) -> str:
    """What messages call a clip."""
    return clip.name if isinstance(clip, Recording) else Path(clip).name


@contextmanager
def opened(clip: Clip) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open a recorded clip and yield its container and first video stream.

    Raises LiveSource, BadInput (no such file, unreadable) or BrokenClip (no clip, no video,
    damaged header).
    """
    import av

    name = name_of(clip)
    with _stream(clip) as handle:
        _check_start(handle, name)
        options = {
            "protocol_whitelist": "none",
            "format_whitelist": _CONTAINERS,
            "max_pixels": str(MAX_PIXELS),
        }
        try:
            container = av.open(handle, "r", options=options, metadata_errors="replace", buffer_size=1 << 18)
        except (av.error.FFmpegError, ValueError, OSError) as error:
            raise BrokenClip(
                f"{name} cannot be opened as a clip, from its first second on.",
                why=f"It is damaged, cut off before its index, or in a container that is not read ({_said(error)}).",
                remedy=f"Ask for the original recording. {_EXPORT}",
            ) from error
        with container:
            moving = [s for s in container.streams.video if not _is_cover(s)]
            if not moving:
                raise BrokenClip(
                    f"{name} holds no video.",
                    why=f"It holds {_streams(container)}.",
                    remedy="Check that this is the right file.",
                )
            yield container, moving[0]


def sha256_of(clip: Clip) -> tuple[str, int]:
    """Return the SHA-256 of a clip in hexadecimal, and its length in bytes; read in pieces where they are not known."""
    if isinstance(clip, Recording) and clip.known:
        return clip.known
    with _stream(clip) as handle:
        digest = hashlib.sha256()
        while piece := handle.read(1 << 20):
            digest.update(piece)
        return digest.hexdigest(), handle.tell()


@contextmanager
def _stream(clip: Clip) -> Iterator[BinaryIO]:
    if isinstance(clip, Recording):
        if Path(clip.name).suffix.lower() in _PLAYLIST_NAMES:
            _live(clip.name, "is a playlist or a stream description")
        with clip.open() as handle:
            yield handle
    else:
        with _regular(refuse_live(clip)) as handle:
            yield handle


@contextmanager
def _regular(file: Path) -> Iterator[BinaryIO]:
    try:
        # Between the look and the opening a file could be swapped for a pipe that never answers.
        handle = os.fdopen(os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb")
    except OSError as error:
        raise BadInput(
            f"{file} cannot be read: {error.strerror}.",
            remedy="Check who may read it, or copy it first.",
        ) from error
    with handle:
        _check_kind(os.fstat(handle.fileno()).st_mode, file)
        yield handle


def _check_kind(mode: int, file: Path) -> None:
    if stat.S_ISREG(mode):
        return
    if stat.S_ISDIR(mode):
        raise BadInput(f"{file} is a folder, not a clip.", remedy="Give the path of one clip.")
    _live(str(file), "is a device, a pipe or a socket")


def _check_start(handle: BinaryIO, name: str) -> None:
    start = handle.read(4096)
    handle.seek(0)
    if not start:
        raise BrokenClip(f"{name} is empty.", remedy="Copy it again, or ask for the original recording.")
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    xml = text.startswith(b"<?xml") and any(
        tag in text for tag in (b"<mpd", b"<smil", b"<playlist", b"<smoothstreamingmedia")
    )
    if xml or text.startswith(_PLAYLIST_STARTS):
        _live(name, "is a playlist or a stream description")
    if photo_format(start):
        raise BrokenClip(f"{name} is a photograph, not a clip.", remedy="Read it as a photograph.")


def _live(what: str, kind: str) -> NoReturn:
    raise LiveSource(f"{what[:200]} {kind}, not a recorded clip.", why=_RECORDED, remedy=_EXPORT)


def _is_cover(stream: VideoStream) -> bool:
    from av.stream import Disposition

    return bool(stream.disposition & (Disposition.attached_pic | Disposition.still_image))


def _streams(container: InputContainer) -> str:
    return " and ".join(sorted({f"{stream.type}" for stream in container.streams})) or "nothing"


def _said(error: BaseException) -> str:
    return str(getattr(error, "strerror", None) or error)[:120]
