"""Backup and restore: a copy that is consistent while others write, and that brings no erased person back."""

from __future__ import annotations

import secrets
import shutil
from pathlib import Path

from lookalike.errors import BrokenGallery, NoSuchGallery, OutputExists
from lookalike.files import sync_folder
from lookalike.gallery import erasure
from lookalike.gallery.catalogue import Catalogue
from lookalike.gallery.gallery import CATALOGUE, PHOTOS, SEGMENTS, Gallery
from lookalike.gallery.segments import SegmentStore
from lookalike.gallery.validation import FOLDER as VALIDATIONS

_ATTEMPTS = 20


def back_up(gallery: Gallery, target: Path) -> int:
    """Copy a gallery to the new folder `target` while searches and enrolment go on. Returns the records in it.

    The master key is not in it: keep that apart. What is erased while this runs is left out. Raises OutputExists, or
    BrokenGallery when a segment is damaged.
    """
    part = _fresh(target)
    catalogue = part / CATALOGUE
    for attempt in range(_ATTEMPTS):
        gallery.catalogue.copy(catalogue)
        try:
            return _copy_rest(gallery, part, target)
        except (BrokenGallery, FileNotFoundError):
            # a segment was merged away after the catalogue was copied: begin with a new copy of it
            if attempt == _ATTEMPTS - 1:
                raise
        catalogue.unlink()
    raise AssertionError("the last attempt returns or raises")


def _copy_rest(gallery: Gallery, part: Path, target: Path) -> int:
    copied = Catalogue(part / CATALOGUE)
    try:
        store = SegmentStore(part / SEGMENTS, gallery.dimensions)
        for segment in copied.segments():
            if not (store.folder / segment.file).exists():
                shutil.copyfile(gallery.segments.folder / segment.file, store.folder / segment.file)
            store.read(segment)
        for record in copied.records():
            source = gallery.vault.path(record.id)
            relative = source.relative_to(gallery.vault.folder)
            photo = part / PHOTOS / relative
            photo.parent.mkdir(exist_ok=True)
            try:
                shutil.copyfile(source, photo)
            except FileNotFoundError:
                if gallery.record(record.id) is not None:
                    raise
        if (gallery.directory / VALIDATIONS).is_dir():
            shutil.copytree(gallery.directory / VALIDATIONS, part / VALIDATIONS, dirs_exist_ok=True)
        count = sum(copied.counts().values())
        copied.truncate_log()
    finally:
        copied.close()
    part.replace(target)
    sync_folder(target.parent)
    return count


def restore(backup: Path, target: Path, keys: Path, *, at: str) -> int:
    """Bring a backup back as the new gallery `target`, and erase from it whoever was erased since. at: ISO time.

    keys: the folder with the gallery's master key and its list of erasures. Nothing can be searched before the
    erasures are done. Returns how many records were erased again. Raises NoSuchGallery, OutputExists, KeyMissing, or
    BrokenGallery when the backup is damaged.
    """
    if not (backup / CATALOGUE).is_file():
        raise NoSuchGallery(f"{backup} is not a backup.", remedy="Name a folder made by `lookalike gallery backup`.")
    part = _fresh(target)
    shutil.copytree(backup, part, dirs_exist_ok=True)
    with Gallery(part, keys) as gallery:
        for segment in gallery.catalogue.segments():
            gallery.segments.read(segment)
        replayed = erasure.replay(gallery, at=at)
    part.replace(target)
    sync_folder(target.parent)
    return replayed


def _fresh(target: Path) -> Path:
    """A new folder beside `target`, to be renamed when it is whole."""
    if target.exists():
        raise OutputExists(f"{target} exists already.", remedy="Choose a folder that is not there yet.")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    for folder in (SEGMENTS, PHOTOS):
        (part / folder).mkdir(parents=True)
    return part
