"""The galleries of the site and the matcher they were enrolled with: opened once a process, shared by its threads.

A gallery's connection serves one reader's moment at a time; its templates are kept in memory and brought up to date
before each search. Who writes opens the gallery for that (`writing`), so that nobody who reads waits for it.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings

from lookalike.errors import NoSuchGallery
from lookalike.face.matcher import Matcher, MatcherIdentity
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.face.template import Template
from lookalike.gallery.gallery import CATALOGUE, Gallery
from lookalike.gallery.records import Record, Status
from lookalike.gallery.search import (
    DEFAULT_COUNT,
    Filter,
    Index,
    Ranked,
    SearchableGallery,
    SearchResult,
    check_count,
    listed,
)
from lookalike.gallery.validation import Validation

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
            _matchers.append(Matcher(read_pack(BUILT_IN / DEFAULT), cache=cache, threads=1))
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


def searchable(wanted: Iterable[str], left_out: frozenset[str]) -> list[SearchableGallery]:
    """The galleries as a search sees them: without the records whose change is pending (`bookings.known.left_out`).

    Their index is brought up to date now, before the search begins its moment.
    """
    opened = galleries(wanted)
    for one in opened:
        one.refresh()
    if not left_out:
        return list(opened)
    return [WithoutPending(one, left_out, one.name, one.id) for one in opened]


@contextmanager
def writing(name: str) -> Iterator[Gallery]:
    """Be the only writer of a gallery; it is made where there is none. Raises GalleryBusy, PackDiffers."""
    with Gallery.create(_place(name), matcher().identity, Path(settings.KEYS_FOLDER)) as opened, opened.writing():
        yield opened


@dataclass(slots=True)
class WithoutPending:
    """A gallery as a search sees it from the commit of a change on: the records left out are not in it."""

    gallery: KeptGallery
    left_out: frozenset[str]
    name: str
    id: str

    @property
    def matcher(self) -> Mapping[str, Any]:
        """The matcher pack: `pack`, `version`, `files`."""
        return self.gallery.matcher

    def require(self, matcher: MatcherIdentity) -> None:
        """Raise PackDiffers unless the templates are this matcher's."""
        self.gallery.require(matcher)

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Everything read inside comes from one moment."""
        with self.gallery.reading():
            yield

    def index(self) -> WithoutPending:
        """What searches it."""
        return self

    def search(self, probe: Template, count: int = DEFAULT_COUNT, *, only: Filter | None = None) -> SearchResult:
        """Compare a probe with every record that is not left out. Raises as `Index.search`."""
        check_count(count)
        with self.reading():
            best = self.gallery.index().ranked(probe, count, only=only)
            return listed(probe, self._without(best, only or Filter()), count)

    def record(self, record_id: str) -> Record | None:
        """One record that is not left out, whatever its status."""
        return None if record_id in self.left_out else self.gallery.record(record_id)

    def records(self, *, person_id: str, status: Status | None = None) -> Iterator[Record]:
        """The records of a person, in the order of their ids."""
        for record in self.gallery.records(person_id=person_id, status=status):
            if record.id not in self.left_out:
                yield record

    def photo(self, record_id: str) -> bytes:
        """The photograph of a record, as it was delivered."""
        return self.gallery.photo(record_id)

    def template(self, record_id: str) -> Template:
        """The template of a record on disk, held to its digest."""
        return self.gallery.template(record_id)

    def validation(self, files: Mapping[str, str], today: datetime.date) -> Validation | None:
        """The latest evaluation that was accepted for a matcher and has not expired."""
        return self.gallery.validation(files, today)

    def _without(self, best: Ranked, only: Filter) -> Ranked:
        held = [r for r in map(self.gallery.record, sorted(self.left_out)) if r is not None and _searched(r, only)]
        if not held:
            return best
        people = {record.person_id for record in held}
        gone = sum(not any(_searched(r, only) for r in self.records(person_id=person)) for person in people)
        kept = np.array([name not in self.left_out for name in best.record_ids], dtype=bool)
        return replace(
            best,
            record_ids=[name for name in best.record_ids if name not in self.left_out],
            person_ids=[name for name, keep in zip(best.person_ids, kept, strict=True) if keep],
            dots=best.dots[kept],
            norms=best.norms[kept],
            scores=best.scores[kept],
            records=best.records - len(held),
            persons=best.persons - gone,
        )


def _searched(record: Record, only: Filter) -> bool:
    """Whether a search with this filter would compare a record."""
    return (
        record.status is Status.ACTIVE
        and (not only.sources or record.source in only.sources)
        and (not only.taken_from or record.date_taken >= only.taken_from)
        and (not only.taken_to or record.date_taken <= only.taken_to)
    )


def _place(name: str) -> Path:
    """The folder of a gallery. Raises NoSuchGallery for what cannot be the name of one."""
    if not name or name.startswith(".") or any(c in name for c in "/\\\0"):
        raise NoSuchGallery(f"{name!r} is not the name of a gallery.", remedy="Give the name of its folder alone.")
    return Path(settings.GALLERIES_FOLDER) / name
