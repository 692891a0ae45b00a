"""The parts of a cluster: the file that lists them, and what runs beside each on its own machine.

All records of a person lie in the one shard that their bucket belongs to, so that people are counted once; a shard that
holds somebody else does not answer.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lookalike.errors import BadCluster, BadRecord, LookalikeError
from lookalike.face.template import Template
from lookalike.files import write_whole
from lookalike.gallery import erasure
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import Record
from lookalike.gallery.search import Filter, Index, Ranked
from lookalike.gallery.snapshot import SnapshotState

BUCKETS = 1024
"""People are spread over this many buckets; a shard has a range of them."""


@dataclass(frozen=True, slots=True)
class Replica:
    """One copy of a shard. node: the Ray resource of the node with its disk. gallery, keys: folders on that node."""

    shard: str
    node: str
    gallery: str
    keys: str

    def __str__(self) -> str:
        return f"{self.shard} on {self.node}"


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a cluster. persons: its first and its last bucket. replicas: its copies, each on another node."""

    name: str
    persons: tuple[int, int]
    replicas: tuple[Replica, ...]


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a cluster file says. address: of the Ray cluster, `auto` for the one that this machine belongs to."""

    id: str
    address: str
    shards: tuple[Shard, ...]

    @classmethod
    def read(cls, path: Path) -> Cluster:
        """Read a cluster file. Raises BadCluster for one that cannot be used, and says what is wrong with it."""
        try:
            data = json.loads(path.read_text(encoding="utf-8"))
            shards = tuple(
                Shard(
                    str(one["name"]),
                    (int(one["persons"][0]), int(one["persons"][1])),
                    tuple(
                        Replica(str(one["name"]), str(r["node"]), str(r["gallery"]), str(r["keys"]))
                        for r in one["replicas"]
                    ),
                )
                for one in data["shards"]
            )
            cluster = cls(str(data["id"]), str(data.get("address", "auto")), shards)
        except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
            what = f"it lacks {error}" if isinstance(error, KeyError) else error
            raise bad_cluster(f"{path} is not a cluster file: {what}.") from error
        cluster.check()
        return cluster

    @classmethod
    def new(cls, address: str = "auto") -> Cluster:
        """A cluster without shards."""
        return cls(secrets.token_hex(16), address, ())

    def write(self, path: Path) -> None:
        """Write the cluster file, whole or not at all. Raises OSError."""
        shards = [asdict(shard) for shard in self.shards]
        for replica in (r for shard in shards for r in shard["replicas"]):
            del replica["shard"]
        write_whole(path, json.dumps({**asdict(self), "shards": shards}, indent=2).encode() + b"\n")

    def check(self) -> None:
        """Raise BadCluster unless every name is used once, every bucket has one shard, and replicas lie apart."""
        end = 0
        for shard in sorted(self.shards, key=lambda shard: shard.persons):
            first, last = shard.persons
            if not end <= first <= last < BUCKETS:
                raise bad_cluster(
                    f"The buckets {first}–{last} of shard {shard.name} are another's, or not in 0–{BUCKETS - 1}."
                )
            end = last + 1
            if not shard.replicas or len({r.node for r in shard.replicas}) < len(shard.replicas):
                raise bad_cluster(f"The replicas of shard {shard.name} must be on different nodes, and one at least.")
        if len({shard.name for shard in self.shards}) < len(self.shards):
            raise bad_cluster("Two shards have one name.")

    def home(self, person_id: str) -> Shard:
        """The shard that all records of a person belong to. Raises BadCluster when their bucket is nobody's."""
        wanted = bucket(person_id)
        for shard in self.shards:
            if shard.persons[0] <= wanted <= shard.persons[1]:
                return shard
        raise bad_cluster(f"No shard has bucket {wanted}.")


def bucket(person_id: str) -> int:
    """The bucket of a person, 0 to 1,023: the first ten bits of the SHA-256 of the id."""
    return int.from_bytes(hashlib.sha256(person_id.encode()).digest()[:2]) >> 6


def bad_cluster(what: str) -> BadCluster:
    """What is wrong with a cluster file."""
    return BadCluster(what, remedy="Mend the cluster file; docs/scaling.md shows one.")


@dataclass(frozen=True, slots=True)
class ShardState:
    """What a replica says of itself. follows: of the snapshots it was asked about, those it stands at or came from."""

    gallery_id: str
    matcher: Mapping[str, Any]
    snapshot: str
    records: int
    persons: int
    follows: frozenset[str]
    pid: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What a replica answered, and its state at that moment; without a value where that is not the expected state."""

    snapshot: str
    records: int
    value: Any


@dataclass(frozen=True, slots=True)
class Erased:
    """What a replica says of an erasure. held: whether it ever had the record. proof: None when erased before."""

    held: bool
    proof: erasure.ErasureProof | None


def _answering(method: Callable[..., Any]) -> Callable[..., Any]:
    """Answer an error of ours as a value, for Ray would wrap it; after any other, open the gallery anew next time."""

    @functools.wraps(method)
    def answer(server: ShardServer, *args: Any) -> Any:
        try:
            return method(server, *args)
        except LookalikeError as error:
            return error
        except Exception:
            server.close()
            raise

    return answer


class ShardServer:
    """What runs beside one replica: its gallery and its index, opened when first needed.

    Not in the constructor: a Ray actor whose constructor fails is dead for good, and a disk may be mounted late.
    """

    def __init__(self, directory: str, keys: str, persons: tuple[int, int]) -> None:
        self._directory, self._keys, self._persons = Path(directory), Path(keys), persons
        self._gallery: Gallery | None = None
        self._index: Index | None = None
        self._checked = 0
        self._lock = threading.RLock()  # erasures run in a thread of their own

    def close(self) -> None:
        """Forget the open gallery."""
        with self._lock:
            if self._gallery is not None:
                self._gallery.close()
            self._gallery = self._index = None
            self._checked = 0

    @_answering
    def state(self, marks: Sequence[str]) -> ShardState:
        """The state now, and which of the snapshots `marks` it stands at or came from."""
        with self._open() as (gallery, index):
            past = {mark for mark in marks if gallery.catalogue.changes_since(mark) is not None}
            past |= {index.snapshot, SnapshotState.empty().id}
            return ShardState(
                gallery.id,
                gallery.matcher,
                index.snapshot,
                index.records,
                index.persons,
                frozenset(past.intersection(marks)),
                os.getpid(),
            )

    @_answering
    def ask(self, expected: str, what: str, *args: Any) -> Answer:
        """Answer a question (a key of `_QUESTIONS`) in the expected snapshot, and in no other."""
        with self._open() as (gallery, index):
            value = None
            if index.snapshot == expected:
                value = _QUESTIONS[what](gallery, index, *args)
            return Answer(index.snapshot, index.records, value)

    @_answering
    def erase(self, record_id: str, at: str) -> Erased:
        """Erase a record from the disk and from memory; searches go on meanwhile."""
        with Gallery(self._directory, self._keys) as own:
            try:
                proof = erasure.erase(own, record_id, at=at)
            except BadRecord:
                return Erased(held=False, proof=None)
        with self._open():
            return Erased(held=True, proof=proof)

    @contextmanager
    def _open(self) -> Iterator[tuple[Gallery, Index]]:
        """The gallery and its index at one moment. Raises BadCluster when somebody in it belongs elsewhere."""
        with self._lock:
            if self._gallery is None or self._index is None:
                self._gallery = Gallery(self._directory, self._keys)
                self._index = Index(self._gallery)
            with self._gallery.reading():
                self._index.refresh()
                first, last = self._persons
                if any(not first <= bucket(who) <= last for who in self._gallery.catalogue.people_from(self._checked)):
                    raise BadCluster(
                        f"{self._directory.name} holds people outside its buckets {first}–{last}.",
                        why="Somebody with records in two shards would be counted as two people.",
                        remedy="Enrol them in the shard that their bucket belongs to.",
                    )
                segments = self._gallery.catalogue.segments()
                self._checked = segments[-1].end if segments else 0
                yield self._gallery, self._index


def _search(
    gallery: Gallery, index: Index, template: bytes, count: int, only: Filter | None
) -> tuple[Ranked, list[Record]]:
    """The best rows, and all records of the people who may come onto the list: one question instead of fifty."""
    best = index.ranked(np.frombuffer(template, dtype=np.int8), count, only=only)
    people = dict.fromkeys(best.person_ids[:count])
    return best, [record for person in people for record in gallery.records(person_id=person)]


def _records(gallery: Gallery, _: Index, person_id: str) -> list[Record]:
    return list(gallery.records(person_id=person_id))


def _template(gallery: Gallery, _: Index, record_id: str) -> Template | None:
    return gallery.template(record_id) if gallery.record(record_id) else None


def _photo(gallery: Gallery, _: Index, record_id: str) -> bytes | None:
    return gallery.photo(record_id) if gallery.record(record_id) else None


_QUESTIONS: dict[str, Callable[..., Any]] = {
    "search": _search,
    "record": lambda gallery, _, record_id: gallery.record(record_id),
    "records": _records,
    "photo": _photo,
    "template": _template,
}
