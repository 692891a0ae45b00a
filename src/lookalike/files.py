"""Writing a file so that it is there whole, or not at all, and stays after a power cut."""

from __future__ import annotations

import os
import secrets
from pathlib import Path


def write_whole(path: Path, data: bytes, *, new: bool = False, mode: int = 0o644) -> None:
    """Write `data` under another name, sync it, and rename it into place; then sync the folder.

    new: refuse with FileExistsError, also when the name is taken while this runs; else replace what is there.
    mode: permissions, narrowed by the umask. Raises OSError, and then leaves nothing behind but what was there before.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    named = False
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if new:
            _rename_new(part, path)
        else:
            part.replace(path)
        named = True
        sync_folder(path.parent)
    except BaseException:
        part.unlink(missing_ok=True)
        if new and named:
            path.unlink(missing_ok=True)
        raise


def _rename_new(part: Path, path: Path) -> None:
    """Give a file its name unless the name is taken; a plain rename would overwrite."""
    try:
        path.hardlink_to(part)
    except FileExistsError:
        raise
    except OSError:  # a file system without links (FAT, some network shares)
        path.open("xb").close()
        part.replace(path)
    else:
        part.unlink()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
