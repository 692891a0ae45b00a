"""A gallery: one directory with a catalogue, segments of templates and encrypted photographs.

Everything is written in an order that leaves no half: templates and photographs reach the disk before the catalogue
names them, in one transaction a batch. What a crash leaves beyond the catalogue nobody ever reads, and the next writer
destroys it. An erasure that was begun is finished by whoever opens the gallery next.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import json
import secrets
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from lookalike.errors import BadGalleryFolder, BadRecord, BrokenGallery, GalleryBusy, NoSuchGallery, PackDiffers
from lookalike.face.matcher import MatcherIdentity
from lookalike.face.template import Template, digest
from lookalike.files import sync_folder
from lookalike.gallery.catalogue import FORMAT, Catalogue
from lookalike.gallery.records import NewRecord, Record, Status
from lookalike.gallery.segments import SegmentStore, merge_plan
from lookalike.gallery.snapshot import SnapshotState
from lookalike.gallery.validation import Validation, current
from lookalike.gallery.vault import MasterKey, Vault

if TYPE_CHECKING:
    from lookalike.gallery.search import Index

CATALOGUE = "catalogue.sqlite"
SEGMENTS = "segments"
PHOTOS = "photos"


class Gallery:
    """An open gallery. Readers never wait for a writer; one writer at a time."""

    def __init__(self, directory: Path, keys: Path) -> None:
        """Open an existing gallery.

        keys: the folder of master keys, outside the gallery. Raises NoSuchGallery when the directory is not a gallery,
        KeyMissing when its key is not there, BrokenGallery when the catalogue is damaged or of another format.
        """
        if not (directory / CATALOGUE).is_file():
            raise NoSuchGallery(
                f"{directory} is not a gallery.",
                remedy="Name a folder made by `lookalike enrol`, or make one with it.",
            )
        self.directory, self.keys = directory, keys
        self.name = directory.resolve().name
        try:
            self.catalogue = Catalogue(directory / CATALOGUE)
            if self.catalogue.format != FORMAT:
                raise BrokenGallery(
                    f"{directory} has gallery format {self.catalogue.format}; this version reads format {FORMAT}.",
                    remedy="Use the version of Lookalike that wrote it.",
                )
            self.id: str = self.catalogue.setting("id")
            self.dimensions = int(self.catalogue.setting("dimensions"))
            self.matcher: Mapping[str, Any] = json.loads(self.catalogue.setting("matcher"))
        except (sqlite3.DatabaseError, TypeError, ValueError) as error:
            raise BrokenGallery(
                f"The catalogue of {directory} cannot be read: {error}.",
                remedy="Restore the gallery from its backup: `lookalike gallery restore`.",
            ) from error
        self.master = MasterKey.load(key_file(keys, self.id))
        self.segments = SegmentStore(directory / SEGMENTS, self.dimensions)
        self.vault = Vault(directory / PHOTOS, self.master)
        if self.catalogue.erasing():
            self._finish_erasures()

    @classmethod
    def create(cls, directory: Path, matcher: MatcherIdentity, keys: Path) -> Gallery:
        """Make an empty gallery for one matcher pack and a master key for it, or open the one that is there.

        Raises PackDiffers when it was made for another pack, BadGalleryFolder when the directory cannot be written,
        GalleryBusy when another process is making it.
        """
        if not (directory / CATALOGUE).exists():
            try:
                for part in (SEGMENTS, PHOTOS):
                    (directory / part).mkdir(parents=True, exist_ok=True)
                with _locked(directory):
                    if not (directory / CATALOGUE).exists():
                        _make(directory, matcher, keys)
            except OSError as error:
                raise BadGalleryFolder(
                    f"No gallery can be made in {directory}: {error.strerror}.",
                    remedy="Choose a folder that can be written.",
                ) from error
        gallery = cls(directory, keys)
        gallery.require(matcher)
        return gallery

    def require(self, matcher: MatcherIdentity) -> None:
        """Raise PackDiffers unless the gallery's templates are this matcher's."""
        if dict(self.matcher["files"]) != dict(matcher.files):
            raise PackDiffers(
                f"{self.directory} was enrolled with {self.matcher['pack']}-{self.matcher['version']}; "
                f"this is {matcher.id}.",
                why="Templates of two matchers cannot be compared.",
                remedy="Choose the gallery's own pack with --matcher, or enrol the photographs anew.",
            )

    def close(self) -> None:
        """Close the catalogue."""
        self.catalogue.close()

    def __enter__(self) -> Gallery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # reading

    def reading(self) -> AbstractContextManager[None]:
        """Everything read inside comes from one moment."""
        return self.catalogue.reading()

    def snapshot(self) -> SnapshotState:
        """The state of the gallery now; its `id` is what a search names. Takes the same time for any gallery."""
        with self.reading():
            return self.catalogue.state()

    def record(self, record_id: str) -> Record | None:
        """One record, whatever its status."""
        return self.catalogue.record(record_id)

    def records(self, *, person_id: str | None = None, status: Status | None = None) -> Iterator[Record]:
        """Records in the order of their ids, of one person or of one status where asked for."""
        return self.catalogue.records(person_id=person_id, status=status)

    def index(self) -> Index:
        """The templates in memory, to be searched."""
        from lookalike.gallery.search import Index  # it stands on this module

        return Index(self)

    def counts(self) -> dict[Status, int]:
        """How many records there are of each status."""
        return self.catalogue.counts()

    def photo(self, record_id: str) -> bytes:
        """The photograph of a record, as it was delivered. Raises BadRecord, or BrokenGallery when it is damaged."""
        with self.reading():
            record, place = self.catalogue.record(record_id), self.catalogue.place(record_id)
        if record is None or place is None:
            raise BadRecord(f"There is no record {record_id}.", remedy="Check the id.")
        data = self.vault.open(record_id, place[1])
        if hashlib.sha256(data).hexdigest() != record.photo_sha256:
            raise BrokenGallery(
                f"The photograph of record {record_id} is not the one that was enrolled.",
                remedy="Restore the gallery from its backup: `lookalike gallery restore`.",
            )
        return data

    def template(self, record_id: str) -> Template:
        """The template of a record on disk, (D,) int8, held to the digest in the catalogue.

        Raises BadRecord, or BrokenGallery when it is not the template that was enrolled.
        """
        with self.reading():
            record, place, listed = self.record(record_id), self.catalogue.place(record_id), self.catalogue.segments()
        if record is None or place is None:
            raise BadRecord(f"There is no record {record_id}.", remedy="Check the id.")
        template = self.segments.read_row(listed, place[0])
        if digest(template) != record.template_sha256:
            raise BrokenGallery(
                f"The template of record {record_id} is not the one that was enrolled.",
                why="Somebody else would come back in this person's name.",
                remedy="Restore the gallery from its backup: `lookalike gallery restore`.",
            )
        return template

    def was_erased(self, record_id: str) -> str | None:
        """When a record of that id was erased, ISO time, or None."""
        return self.catalogue.erased_at(self.master.pseudonym(record_id))

    def validation(self, files: Mapping[str, str], today: datetime.date) -> Validation | None:
        """The latest evaluation that was accepted for a matcher and has not expired. Raises BadValidation."""
        return current(
            self.directory,
            seal=self.master.pseudonym,
            gallery=self.id,
            persons=self.catalogue.persons(),
            files=files,
            today=today,
        )

    # writing

    @contextmanager
    def writing(self, *, settle: bool = True) -> Iterator[None]:
        """Be the only writer while inside. Raises GalleryBusy when another process is.

        settle: first destroy what a crash left and finish erasures that were begun.
        """
        with _locked(self.directory):
            if settle:
                self.segments.drop(self.segments.unlisted(self.catalogue.segments()))
                self._finish_erasures(locked=True)
            yield

    def add(self, batch: Sequence[NewRecord], *, at: str) -> None:
        """Add records; all of them are there when this returns, or none. Call inside `writing`. at: ISO time.

        Raises BadRecord for an id that is there already or was erased.
        """
        if not batch:
            return
        for new in batch:
            if self.record(new.record.id) is not None:
                raise BadRecord(f"The id {new.record.id} is enrolled already.", remedy="Give it an id of its own.")
            if erased := self.was_erased(new.record.id):
                raise erased_before(new.record.id, erased)
        first = max((segment.end for segment in self.catalogue.segments()), default=0)
        keys = [self.vault.seal(new.record.id, new.photo) for new in batch]
        segment = self.segments.write(first, np.array([new.template for new in batch], dtype=np.int8))
        state = self.catalogue.state()
        for new in batch:
            if new.record.status is Status.ACTIVE:
                state = state.with_record(new.record.id, new.record.template_sha256)
        with self.catalogue.transaction():
            self.catalogue.replace_segments((), segment)
            with self.noted({new.record.person_id for new in batch}, state, at):
                self.catalogue.insert(
                    (new.record, first + i, key) for i, (new, key) in enumerate(zip(batch, keys, strict=True))
                )
        self._merge()

    def update(self, changed: Iterable[Record], *, at: str) -> None:
        """Change person, date, source, status and labels of records. Call inside `writing`. at: ISO time."""
        changed = list(changed)
        if not changed:
            return
        state = self.catalogue.state()
        people = {record.person_id for record in changed}
        for record in changed:
            before = self.record(record.id)
            if before is None:
                raise KeyError(record.id)
            people.add(before.person_id)
            if before.status is Status.ACTIVE:
                state = state.without_record(before.id, before.template_sha256)
            if record.status is Status.ACTIVE:
                state = state.with_record(before.id, before.template_sha256)
        with self.catalogue.transaction(), self.noted(people, state, at):
            for record in changed:
                self.catalogue.update(record)

    @contextmanager
    def noted(self, people: set[str], state: SnapshotState, at: str) -> Iterator[None]:
        """Keep count of the people and of the history around a change to their records."""
        before, old = self.catalogue.people_with_active(people), self.catalogue.state()
        yield
        persons = self.catalogue.persons() + self.catalogue.people_with_active(people) - before
        gained = state.count - old.count
        self.catalogue.note(state, persons=persons, added=max(gained, 0), removed=max(-gained, 0), at=at)

    def _merge(self) -> None:
        """Keep the segments few."""
        while parts := merge_plan(self.catalogue.segments()):
            merged = self.segments.merge(parts)
            with self.catalogue.transaction():
                self.catalogue.replace_segments(parts, merged)
            self.segments.drop([part.file for part in parts])

    def _finish_erasures(self, *, locked: bool = False) -> None:
        from lookalike.gallery.erasure import finish

        unfinished = self.catalogue.erasing()
        if not unfinished:
            return
        if locked:
            for record_id in unfinished:
                finish(self, record_id)
            return
        try:
            with self.writing():
                pass
        except GalleryBusy:
            return  # whoever writes finishes them


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    with (directory / "writer.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise GalleryBusy(
                f"Another process is writing to {directory}.",
                remedy="Wait until it has finished; searches go on meanwhile.",
            ) from None
        yield


def _make(directory: Path, matcher: MatcherIdentity, keys: Path) -> None:
    """Write the master key and an empty catalogue: under another name, so that a crash leaves none or a whole one."""
    identity = {"pack": matcher.pack, "version": matcher.version, "files": dict(matcher.files)}
    gallery_id = secrets.token_hex(16)
    MasterKey.create(key_file(keys, gallery_id))
    for leftover in directory.glob(f"{CATALOGUE}.new*"):
        leftover.unlink()
    fresh = directory / f"{CATALOGUE}.new"
    Catalogue.create(
        fresh,
        {
            "id": gallery_id,
            "dimensions": str(matcher.dimensions),
            "matcher": json.dumps(identity, sort_keys=True),
            "snapshot": SnapshotState.empty().to_bytes(),
            "searchable": "0",
            "persons": "0",
        },
    )
    fresh.replace(directory / CATALOGUE)
    sync_folder(directory)


def erased_before(record_id: str, at: str) -> BadRecord:
    """Why a record of that id cannot be enrolled."""
    return BadRecord(
        f"The record {record_id} was erased on {at[:10]}.",
        why="An erased person must not come back with the next delivery.",
        remedy="A new arrest has a new id.",
    )


def key_file(keys: Path, gallery_id: str) -> Path:
    """Where a gallery's master key stands."""
    return keys / f"{gallery_id}.key"


def erasure_log(keys: Path, gallery_id: str) -> Path:
    """Where a gallery's erasures are kept apart from it, so that a restored backup can be held to them."""
    return keys / f"{gallery_id}.erased"
