"""Hear what the C decoders say on standard error, and keep it off the user's terminal.

libjpeg, libpng and libtiff report damaged data by writing a line to file descriptor 2 and, for
JPEG and TIFF, hand back a picture all the same. Those lines are the only way to learn that part
of a picture was guessed, and they have no other outlet in OpenCV's or Pillow's Python
interface. So descriptor 2 is pointed at memory while one picture is decoded. The lock makes
that safe between threads that decode; anything another thread wrote meanwhile is passed on.
"""

from __future__ import annotations

import os
import re
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_STDERR = 2
_MOST_BYTES = 64 * 1024

# Held while descriptor 2 is pointed elsewhere, and around fork, so that no child is born
# without its standard error.
_LOCK = threading.RLock()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_LOCK.acquire, after_in_parent=_LOCK.release, after_in_child=_LOCK.release)

_FROM_A_DECODER = re.compile(
    r"^\[ ?(?:WARN|ERROR|FATAL|INFO|DEBUG)[:@]"  # OpenCV
    r"|^libpng |^OpenCV|^\s*$"
    r"|Corrupt JPEG|Premature end of JPEG|^Inconsistent progression|^Invalid SOS"
    r"|^Unsupported marker|^Warning: unknown JFIF|^Unknown Adobe|^Application transferred too many"
    r"|^(?:TIFF|LZW|ZIP|JPEG|Fax|PackBits|PixarLog|SGILog|LogL|LZMA|ZSTD|WebP|Thunder|NeXT)\w*: "
    r"|^(?:MissingRequired|_TIFF|OJPEG)\w*: |^foo: "
)


@contextmanager
def codec_messages() -> Iterator[list[str]]:
    """Collect the lines that decoders write to standard error inside the block.

    Yields a list that is empty inside the block and holds the lines, at most 64 KiB of them,
    after it.
    """
    heard: list[str] = []
    with _LOCK:
        saved: int | None = None
        with suppress(OSError):  # a daemon may run with standard error closed
            saved = os.dup(_STDERR)
        sink = _memory_file()
        try:
            os.dup2(sink, _STDERR)
            try:
                yield heard
            finally:
                if saved is None:
                    os.close(_STDERR)
                else:
                    os.dup2(saved, _STDERR)
                    os.close(saved)
            if size := os.lseek(sink, 0, os.SEEK_END):
                os.lseek(sink, 0, os.SEEK_SET)
                text = os.read(sink, min(size, _MOST_BYTES)).decode("utf-8", "replace")
                _sort_out(text, heard, pass_on=saved is not None)
        finally:
            os.close(sink)


def _sort_out(text: str, heard: list[str], *, pass_on: bool) -> None:
    for line in text.splitlines():
        if _FROM_A_DECODER.search(line):
            heard.append(line)
        elif pass_on:
            with suppress(OSError):
                os.write(_STDERR, (line + "\n").encode())


def _memory_file() -> int:
    if hasattr(os, "memfd_create"):
        return os.memfd_create("decoder-messages")
    handle, path = tempfile.mkstemp()
    Path(path).unlink()
    return handle
