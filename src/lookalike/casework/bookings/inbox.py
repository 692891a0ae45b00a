"""The watched folder: `inbox/FEED/`. A file is taken when it has stopped growing, and moved to `done` or `rejected`.

A folder can be written to by another system, so nothing in it is trusted: no link is followed, nothing but plain files
is read, and no name leads out of the feed's own folder.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath

from django.conf import settings

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.lists import read_list
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.bookings.services import bring
from lookalike.casework.bookings.transactions import SUFFIXES, booked
from lookalike.errors import BadInput, BadRecord, BrokenTransaction, FileTooLarge, LookalikeError
from lookalike.files import write_whole
from lookalike.media.photo import MAX_BYTES

QUIET = timedelta(seconds=10)
"""A file that did not change for so long is complete. One that is renamed into place only waits."""

DONE, REJECTED = "done", "rejected"
_FEED = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_LARGEST = 128 << 20


@dataclass(slots=True)
class Inbox:
    """The folder and what was seen of its files: size and time of change, and since when they are so."""

    root: Path
    seen: dict[Path, tuple[int, int, datetime]] = field(default_factory=dict)

    def complete(self, now: datetime) -> Iterator[tuple[str, Path]]:
        """Files that have stopped growing, feed by feed, oldest name first."""
        there: dict[Path, tuple[int, int, datetime]] = {}
        for path in self._files():
            found = path.lstat()
            sign = found.st_size, found.st_mtime_ns
            before = self.seen.get(path)
            since = before[2] if before and before[:2] == sign else now
            there[path] = (*sign, since)
        self.seen = there
        for path, (_, _, since) in sorted(there.items()):
            if now - since >= QUIET:
                yield path.parent.name, path

    def _files(self) -> Iterator[Path]:
        for folder in sorted(self.root.iterdir()) if self.root.is_dir() else []:
            if folder.is_symlink() or not folder.is_dir() or not _FEED.fullmatch(folder.name):
                continue
            for path in folder.iterdir():
                taken = path.name.lower().endswith((*SUFFIXES, ".csv")) and not path.name.startswith(".")
                if taken and stat.S_ISREG(path.lstat().st_mode):
                    yield path


_inbox: list[Inbox] = []


def watch(who: Acting, limit: int = 20) -> int:
    """Take in at most `limit` files that are complete. Returns how many."""
    root = Path(settings.INBOX_FOLDER)
    if not _inbox or _inbox[0].root != root:
        _inbox[:] = [Inbox(root)]
    count = 0
    for feed, path in _inbox[0].complete(who.at):
        if count == limit:
            break
        take(who, feed, path)
        count += 1
    return count


def take(who: Acting, feed: str, path: Path) -> None:
    """Take in one file of a feed. A file that was half taken when the process died is taken again: nothing doubles."""
    if path.suffix.lower() == ".csv":
        _take_list(who, feed, path)
    else:
        _take_transaction(who, feed, path)


def _take_transaction(who: Acting, feed: str, path: Path) -> None:
    try:
        data = read_inside(path.parent, path.name, _LARGEST)
    except LookalikeError as error:
        _reject(who, feed, path, error, None)
        return
    try:
        found = booked(data, name=path.name)
    except BrokenTransaction as error:
        _reject(who, feed, path, error, data)
        return
    bring(
        who,
        feed,
        Kind.BOOKING,
        found.raw,
        found.pictures,
        key=found.key[:100],
        original=data,
        wrong=found.wrong,
        settle=False,
    )
    _move(path, DONE, who.at)


def _take_list(who: Acting, feed: str, path: Path) -> None:
    try:
        found = list(read_list(read_inside(path.parent, path.name, _LARGEST), path.name))
    except LookalikeError as error:
        _reject(who, feed, path, error, None)
        return
    used: list[str] = []
    for line in found:
        pictures, wrong = {}, line.wrong
        if line.file:
            try:
                pictures = {line.raw["photographs"][0]["name"]: read_inside(path.parent, line.file, MAX_BYTES)}
                used.append(line.file)
            except LookalikeError as error:
                wrong = wrong or error
        try:
            bring(who, feed, line.kind, line.raw, pictures, key=line.key[:100], wrong=wrong, settle=False)
        except BadInput as error:
            bring(who, feed, Kind.FILE, {"file": path.name, "line": line.number}, {}, wrong=error, settle=False)
    # the list first: without it, a process that dies here leaves pictures that nobody asks for, not lines without any
    moved = _move(path, DONE, who.at)
    for name in dict.fromkeys(used):
        _move_beside(path.parent, name, moved)


def read_inside(folder: Path, name: str, largest: int) -> bytes:
    """The bytes of a plain file in a folder or below it; no link is followed. Raises BadRecord, FileTooLarge."""
    parts = PurePosixPath(name).parts
    if not parts or any(part in ("..", "/") for part in parts):
        raise BadRecord(f"The file {name[:200]} lies outside the folder.", remedy="Name files inside the folder.")
    opened = [os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)]
    try:
        for part in parts[:-1]:
            opened.append(os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=opened[-1]))
        opened.append(os.open(parts[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=opened[-1]))
        found = os.fstat(opened[-1])
        if not stat.S_ISREG(found.st_mode):
            raise BadRecord(f"{name[:200]} is not a plain file.", remedy="Copy the file itself into the folder.")
        if found.st_size > largest:
            raise FileTooLarge(f"{name[:200]} is larger than {largest:,} bytes.", remedy="Send it in smaller parts.")
        with os.fdopen(os.dup(opened[-1]), "rb") as stream:
            return stream.read(largest + 1)[:largest]
    except (OSError, ValueError) as error:
        raise BadRecord(
            f"The file {name[:200]} cannot be read: {getattr(error, 'strerror', None) or 'its name cannot be'}.",
            why="A link is not followed, and a file that is not there cannot be guessed.",
            remedy="Bring the picture on this page, or have the message sent again with it.",
        ) from error
    finally:
        for one in opened:
            os.close(one)


def _reject(who: Acting, feed: str, path: Path, error: LookalikeError, data: bytes | None) -> None:
    """Keep the file as rejected, at the desk and in the folder, with the reason beside it."""
    size = path.lstat().st_size
    bring(who, feed, Kind.FILE, {"file": path.name, "size": size}, {}, original=data, wrong=error, settle=False)
    moved = _move(path, REJECTED, who.at)
    write_whole(moved.with_name(f"{moved.name}.reason.txt"), f"{error}\n".encode())


def _move(path: Path, where: str, at: datetime) -> Path:
    """Move a file away under a name that no other has."""
    folder = path.parent / where
    folder.mkdir(mode=0o700, exist_ok=True)
    target, number = folder / f"{at:%Y%m%dT%H%M%S}-{path.name}", 1
    while target.exists():
        number += 1
        target = folder / f"{at:%Y%m%dT%H%M%S}-{number}-{path.name}"
    path.replace(target)
    return target


def _move_beside(folder: Path, name: str, moved: Path) -> None:
    source, target = folder / name, moved.with_name(f"{moved.stem}-pictures") / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if source.exists():
        source.replace(target)
