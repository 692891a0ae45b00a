"""Shared parts of the tests: the real matcher, the invented people, and a gallery of them."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

import lookalike
from lookalike.face.matcher import Matcher, MatcherIdentity
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.face.template import digest
from lookalike.gallery.enrol import enrol
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import NewRecord, Record, Status

ROOT = Path(__file__).parent.parent
PEOPLE = Path(lookalike.__file__).parent / "demo" / "people"
NOW = "2026-01-01T00:00:00+00:00"

MEETS_THE_DATABASE = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a PostgreSQL only what meets a database is tested again: the rest has had its say."""
    if not os.environ.get("LOOKALIKE_TEST_DATABASE"):
        return
    meets = {
        item: bool(item.get_closest_marker("django_db") or MEETS_THE_DATABASE & set(getattr(item, "fixturenames", ())))
        for item in items
    }
    config.hook.pytest_deselected(items=[item for item in items if not meets[item]])
    items[:] = [item for item in items if meets[item]]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The tests' database. PostgreSQL drops none that a session is left in, e.g. a thread's that was given up."""
    yield
    if connection.vendor != "postgresql":
        return
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture(scope="session")
def people() -> Path:
    """The folder of invented people."""
    return PEOPLE


@pytest.fixture(scope="session")
def bookings() -> list[dict[str, str]]:
    """The lines of their manifest."""
    with (PEOPLE / "people.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def probes() -> list[dict[str, str]]:
    """The lines of the list of probes."""
    with (PEOPLE / "probes.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where folded weights go."""
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(scope="session")
def matcher(cache: Path) -> Matcher:
    """The built-in pack with its real weights."""
    return Matcher(read_pack(BUILT_IN / DEFAULT), cache=cache, threads=2)


@pytest.fixture(scope="session")
def sixty(matcher: Matcher, bookings: list[dict[str, str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A gallery of sixty invented people, among them some with probes. Tests must not write to it."""
    folder = tmp_path_factory.mktemp("sixty")
    manifest = folder / "manifest.csv"
    write_manifest(manifest, [row for row in bookings if row["status"] == "active"][:60])
    with created_gallery(folder / "gallery", matcher.identity) as gallery:
        result = enrol(PEOPLE, manifest, gallery, matcher, now=NOW, threads=2)
    assert result.enrolled == 60, result.rejects
    return folder / "gallery"


def keys_of(directory: Path) -> Path:
    """Where the tests keep the master key of a gallery: beside it."""
    return directory.parent / "keys"


def opened_gallery(directory: Path) -> Gallery:
    """Open a gallery."""
    return Gallery(directory, keys_of(directory))


def created_gallery(directory: Path, matcher: MatcherIdentity) -> Gallery:
    """Make or open a gallery."""
    return Gallery.create(directory, matcher, keys_of(directory))


def write_manifest(path: Path, rows: list[dict[str, str]]) -> None:
    """Write lines of a manifest."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)


def identity(dimensions: int) -> MatcherIdentity:
    """A matcher that only exists by name."""
    return MatcherIdentity("test", "1", dimensions, {"embedder": "0" * 64}, "none", "none")


def new(record_id: str, template: np.ndarray, *, person: str = "", status: Status = Status.ACTIVE) -> NewRecord:
    """A record with a given template and a stand-in for a photograph."""
    code = np.asarray(template, dtype=np.int8)
    photo = f"photo of {record_id}".encode()
    import hashlib

    record = Record(
        id=record_id,
        person_id=person or f"P{record_id}",
        file=f"{record_id}.jpg",
        photo_sha256=hashlib.sha256(photo).hexdigest(),
        date_taken="2015-05-05",
        source="Test County",
        status=status,
        labels={},
        template_sha256=digest(code),
        quality={},
        enrolled_at=NOW,
    )
    return NewRecord(record, code, photo)


@pytest.fixture
def make_gallery(tmp_path: Path) -> Callable[..., Gallery]:
    """Make a gallery of given records."""

    def make(*records: NewRecord, dimensions: int = 4, name: str = "gallery") -> Gallery:
        gallery = created_gallery(tmp_path / name, identity(dimensions))
        with gallery.writing():
            gallery.add(records, at=NOW)
        return gallery

    return make
