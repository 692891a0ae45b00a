"""The galleries of the site and the matcher they were enrolled with: opened once a process, shared by its threads.

A gallery's connection serves one reader's moment at a time; its templates are kept in memory and brought up to date
before each search. Who writes opens the gallery for that (`writing`), so that nobody who reads waits for it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from lookalike.errors import NoSuchGallery
from lookalike.face.matcher import Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.gallery.gallery import CATALOGUE, Gallery
from lookalike.gallery.search import Index

THREADS = 2
"""Faces in work at once in one process; each has one thread of its own."""

FIRST = "bookings"
"""The gallery that is made where the site has none."""

_lock = threading.RLock()
_matchers: list[Matcher] = []
_opened: dict[Path, tuple[tuple[int, int], KeptGallery]] = {}


class KeptGallery(Gallery):
    """A gallery that stays open, and whose index is kept. One thread at a time has its moment (`reading`)."""

    _index: Index | None = None

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside comes from one moment, and no other thread's moment is mixed into it."""
        with _lock, super().reading():
            yield

    def index(self) -> Index:
        """The templates in memory, kept between searches."""
        with _lock:
            if self._index is None:
                self._index = Index(self)
            return self._index

    def refresh(self) -> None:
        """Bring the templates up to date: under the lock that a search takes first, or the two would wait for ever."""
        with _lock:
            self.index().refresh()


def matcher() -> Matcher:
    """The matcher of the site, ready to run."""
    with _lock:
        if not _matchers:
            cache = Path(settings.GALLERIES_FOLDER).parent / "cache"
            _matchers.append(Matcher(read_pack(BUILT_IN / DEFAULT), cache=cache, threads=THREADS))
        return _matchers[0]


def names() -> list[str]:
    """The names of the site's galleries."""
    return sorted(path.parent.name for path in Path(settings.GALLERIES_FOLDER).glob(f"*/{CATALOGUE}"))


def gallery(name: str) -> KeptGallery:
    """A gallery by its name. Raises NoSuchGallery, KeyMissing, BrokenGallery."""
    path = _place(name)
    catalogue = path / CATALOGUE
    if not catalogue.is_file():
        raise NoSuchGallery(
            f"There is no gallery {name}.",
            remedy=f"The galleries of this site are: {', '.join(names()) or 'none yet'}.",
        )
    found = catalogue.stat()
    seen = found.st_dev, found.st_ino
    with _lock:
        if path not in _opened or _opened[path][0] != seen:  # restored from a backup meanwhile: another file
            _opened[path] = seen, KeptGallery(path, Path(settings.KEYS_FOLDER))
        return _opened[path][1]


def galleries(wanted: Iterable[str] | None = None) -> list[KeptGallery]:
    """The galleries of these names, or all of them."""
    return [gallery(name) for name in (names() if wanted is None else wanted)]


def up_to_date(wanted: Iterable[str] | None = None) -> list[KeptGallery]:
    """The same, their templates brought up to date now, before a search begins its moment."""
    opened = galleries(wanted)
    for one in opened:
        one.refresh()
    return opened


@contextmanager
def writing(name: str) -> Iterator[Gallery]:
    """Be the only writer of a gallery; it is made where there is none. Raises GalleryBusy, PackDiffers."""
    with Gallery.create(_place(name), matcher().identity, Path(settings.KEYS_FOLDER)) as opened, opened.writing():
        yield opened


def _place(name: str) -> Path:
    """The folder of a gallery. Raises NoSuchGallery for what cannot be the name of one."""
    if not name or name.startswith(".") or any(c in name for c in "/\\\0"):
        raise NoSuchGallery(f"{name!r} is not the name of a gallery.", remedy="Give the name of its folder alone.")
    return Path(settings.GALLERIES_FOLDER) / name
