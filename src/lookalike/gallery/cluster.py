"""One gallery over several machines: every shard is a whole gallery on its node's disk, served by a Ray actor.

The coordinator asks every shard and merges. An answer counts only when every shard answered for the state that was
expected of it, within the time limit; a part of a gallery is never an answer.
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import importlib
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from lookalike.errors import (
    BadRecord,
    BrokenGallery,
    ErasurePending,
    IncompleteSearch,
    LookalikeError,
    NoCluster,
    PackDiffers,
)
from lookalike.face.matcher import MatcherIdentity
from lookalike.face.template import Template
from lookalike.gallery import erasure
from lookalike.gallery.pending import PendingErasures
from lookalike.gallery.records import Record, Status
from lookalike.gallery.search import (
    DEFAULT_COUNT,
    ROWS_KEPT,
    Filter,
    Ranked,
    SearchResult,
    check_count,
    listed,
)
from lookalike.gallery.shards import Answer, Cluster, Replica, Shard, ShardServer, ShardState, bad_cluster
from lookalike.gallery.validation import Validation

LIMIT = 5.0
"""Seconds in which a search must be answered by every shard."""

ERASURE_LIMIT = 120.0
"""Seconds in which an erasure must reach every replica; reading every byte of a shard afterwards takes most of it."""

START_LIMIT = 600.0
"""Seconds in which every shard must have been loaded."""

T = TypeVar("T")

_NAMESPACE = "lookalike"
_DEVIATES = "its state is not the expected one"
_UNSAFE = "an erasure has to be finished"
_RESTARTING = "its process is restarting or its node is gone"
_PAUSE = 0.1  # seconds
_MOST_WAITING = 64  # calls to one actor; a hung one must not collect them without end


@dataclass(frozen=True, slots=True)
class ClusterSnapshot:
    """The state of a cluster: its id is a digest over every shard's name and snapshot; count: searchable records."""

    id: str
    count: int


@dataclass(frozen=True, slots=True)
class ReplicaStatus:
    """One line of a cluster's status. trouble: why a search would not take its answer; empty when it would."""

    replica: Replica
    state: ShardState | None
    trouble: str


class ClusterGallery:
    """A gallery over several machines, searched as one, by one thread at a time."""

    def __init__(self, path: Path, cluster: Cluster | None = None, *, limit: float = LIMIT) -> None:
        """Connect to the cluster that the file at `path` describes, or to `cluster`, that will be written there.

        limit: seconds that a search may take. Raises BadCluster, or NoCluster when Ray is not there.
        """
        self.cluster = cluster or Cluster.read(path)
        self.name, self.id, self.limit = path.stem, self.cluster.id, limit
        self._pending = PendingErasures(path.with_suffix(".pending"))
        self._ray = _connected(self.cluster.address)
        self._actors: dict[Replica, Any] = {}
        self._expected: dict[str, ShardState] = {}
        self._acts = 0
        self._seen: dict[str, Record] = {}

    # the shards

    def start(self, *, limit: float = START_LIMIT) -> None:
        """Start an actor for every replica that has none, and wait until every shard is loaded.

        Raises IncompleteSearch when one is not within `limit` seconds; its actor goes on trying.
        """
        server = self._ray.remote(concurrency_groups={"erasure": 1})(ShardServer)
        for replica in self._replicas():
            options = server.options(
                name=self._actor_name(replica),
                namespace=_NAMESPACE,
                get_if_exists=True,
                lifetime="detached",
                num_cpus=0,
                resources={replica.node: 0.001},
                max_restarts=-1,
                max_task_retries=0,  # an answer that comes late is another answer
                max_pending_calls=_MOST_WAITING,
            )
            self._actors[replica] = options.remote(replica.gallery, replica.keys, self._shard(replica).persons)
        self.refresh(limit=limit, patient=True)

    def stop(self) -> None:
        """End the actors of every replica; the galleries stay as they are."""
        for replica in self._replicas():
            with contextlib.suppress(LookupError):
                self._ray.kill(self._actor(replica))
        self._actors.clear()

    def refresh(self, *, limit: float | None = None, patient: bool = False) -> None:
        """Learn the state of every shard, which the next answers must be of.

        A shard may only have moved on from the state it was last seen in; where replicas differ, the one counts that
        came from the states of all others. patient: ask again what is restarting. Raises IncompleteSearch, or
        PackDiffers or BadCluster when the shards do not fit together.
        """
        until = time.monotonic() + (self.limit if limit is None else limit)
        marks = {name: {state.snapshot} for name, state in self._expected.items()}

        def ask(actor: Any, replica: Replica) -> Any:
            return actor.state.remote(sorted(marks.get(replica.shard, ())))

        for _ in range(2):  # once more where replicas differ, to learn which of them came from the others
            states, why = self._gather(self._safe(), ask, until, patient=patient)
            for replica, state in states.items():
                marks.setdefault(replica.shard, set()).add(state.snapshot)
            if all(states[replica].follows >= marks[replica.shard] - {states[replica].snapshot} for replica in states):
                break
        expected: dict[str, ShardState] = {}
        for replica, state in states.items():
            if state.follows | {state.snapshot} >= marks[replica.shard]:
                expected.setdefault(replica.shard, state)
            else:
                why[replica] = "it does not come from the state that was seen before"
        self._complete(self.cluster.shards, expected, why)
        self._fit(list(expected.values()))
        self._expected = expected

    def status(self) -> list[ReplicaStatus]:
        """What every replica says of itself, and why its answer would not be taken. Raises nothing for a dead one."""
        until = time.monotonic() + self.limit
        states, why = self._gather(self._replicas(), lambda actor, _: actor.state.remote([]), until)
        newest = {replica.shard: state.snapshot for replica, state in states.items()}
        newest |= {name: state.snapshot for name, state in self._expected.items()}
        for replica, state in states.items():
            if state.snapshot != newest[replica.shard]:
                why[replica] = _DEVIATES
        why |= dict.fromkeys(self._pending.replicas(), _UNSAFE)
        return [ReplicaStatus(replica, states.get(replica), why.get(replica, "")) for replica in self._replicas()]

    # what a gallery does

    @property
    def matcher(self) -> Mapping[str, Any]:
        """The matcher pack that the shards were enrolled with. Raises IncompleteSearch when they do not answer."""
        if not self._expected:
            self.refresh()
        return next(iter(self._expected.values())).matcher

    def require(self, matcher: MatcherIdentity) -> None:
        """Raise PackDiffers unless the shards' templates are this matcher's."""
        mine = self.matcher
        if dict(mine["files"]) != dict(matcher.files):
            raise PackDiffers(
                f"{self.name} was enrolled with {mine['pack']}-{mine['version']}; this is {matcher.id}.",
                why="Templates of two matchers cannot be compared.",
                remedy="Choose the cluster's own pack with --matcher.",
            )

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What a search inside finds, and the records behind it, come from one moment."""
        self._acts += 1
        try:
            yield
        finally:
            self._acts -= 1
            if not self._acts:
                self._seen.clear()

    def snapshot(self) -> ClusterSnapshot:
        """The state of the cluster now. Raises IncompleteSearch."""
        self.refresh()
        return self._snapshot()

    def index(self) -> ClusterGallery:
        """What searches: the cluster itself, whose templates are in its shards' memory."""
        return self

    def search(self, probe: Template, count: int = DEFAULT_COUNT, *, only: Filter | None = None) -> SearchResult:
        """Compare a probe with every record of every shard; the same result as one gallery with all the records.

        Raises BadCandidateCount, EmptyGallery, or IncompleteSearch when a shard did not answer for its expected
        snapshot and row count within the limit; then nothing is returned.
        """
        check_count(count)
        found = self._ask(self.cluster.shards, "search", probe.tobytes(), count, only)
        if self._acts:
            self._seen = {record.id: record for _, known in found for record in known}
        return listed(probe, self._merged([best for best, _ in found]), count)

    def record(self, record_id: str) -> Record | None:
        """One record, whatever its status. Raises IncompleteSearch."""
        if record_id in self._seen:
            return self._seen[record_id]
        found: list[Record | None] = self._ask(self.cluster.shards, "record", record_id)
        return _only([record for record in found if record is not None], record_id)

    def records(self, *, person_id: str, status: Status | None = None) -> Iterator[Record]:
        """The records of a person, in the order of their ids. Raises IncompleteSearch."""
        known = sorted((r for r in self._seen.values() if r.person_id == person_id), key=lambda record: record.id)
        if not known:
            (known,) = self._ask([self.cluster.home(person_id)], "records", person_id)
        yield from (record for record in known if status in (None, record.status))

    def photo(self, record_id: str) -> bytes:
        """The photograph of a record, as it was delivered. Raises BadRecord or IncompleteSearch."""
        found: list[bytes | None] = self._ask(self.cluster.shards, "photo", record_id)
        photo = _only([data for data in found if data is not None], record_id)
        if photo is None:
            raise _unknown(record_id, self.name)
        return photo

    def validation(self, files: Mapping[str, str], today: datetime.date) -> Validation | None:
        """The latest evaluation that was accepted for the whole cluster: none yet, they are made on one gallery."""
        return None

    def template(self, record_id: str) -> Template:
        """The template of a record on disk, held to its digest. Raises BadRecord, BrokenGallery or IncompleteSearch."""
        found: list[Template | None] = self._ask(self.cluster.shards, "template", record_id)
        template = _only([one for one in found if one is not None], record_id)
        if template is None:
            raise _unknown(record_id, self.name)
        return template

    def close(self) -> None:
        """Nothing to close: the shards go on."""

    def __enter__(self) -> ClusterGallery:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # erasure

    def erase(
        self, record_id: str, *, at: str, limit: float = ERASURE_LIMIT
    ) -> dict[Replica, erasure.ErasureProof | None]:
        """Erase a record from every replica, on disk and in memory. at: ISO time.

        Returns the proof of each replica that held it; None where it was erased before. Raises BadRecord when no
        shard ever had it; ErasurePending when a replica was not reached in `limit` seconds: it is not searched any
        more until `finish_pending` has reached it.
        """
        # noted before anything is erased, so that no crash can forget a replica
        self._pending.note(record_id, at, self._replicas(), missed=False)
        if proofs := self._finish(record_id, at, self._replicas(), limit):
            return proofs
        raise _unknown(record_id, self.name)

    def finish_pending(self, *, limit: float = ERASURE_LIMIT) -> int:
        """Finish the erasures that have not reached every replica; returns how many. Raises ErasurePending."""
        waiting = self._pending.entries()
        for record_id, (at, _, left) in waiting.items():
            self._finish(record_id, at, left, limit)
        return len(waiting)

    def _finish(
        self, record_id: str, at: str, replicas: Sequence[Replica], limit: float
    ) -> dict[Replica, erasure.ErasureProof | None]:
        def ask(actor: Any, _: Replica) -> Any:
            return actor.erase.options(concurrency_group="erasure").remote(record_id, at)

        answers, why = self._gather(replicas, ask, time.monotonic() + limit, patient=True)
        proofs = {replica: answer.proof for replica, answer in answers.items() if answer.held}
        homes = {replica.shard for replica in proofs}
        # an id is one record's: once a shard is known to hold it, no other can
        left = [replica for replica in why if not homes or replica.shard in homes]
        self._pending.note(record_id, at, left, missed=True)
        if left:
            reasons = "; ".join(f"{replica}: {why[replica]}" for replica in left)
            raise ErasurePending(
                f"The erasure of {record_id} has not reached every replica ({reasons}).",
                why="Until it has, these replicas may hold the record and are not searched.",
                remedy="Bring them back and run `lookalike cluster start` again: it finishes the erasure.",
            )
        return proofs

    # asking

    def _ask(self, shards: Sequence[Shard], what: str, *args: Any) -> list[Any]:
        """One answer of each shard, in order, all for the expected state and in time. Raises IncompleteSearch.

        All replicas are asked and the first good answer of a shard counts, so that one that hangs costs nothing.
        """
        until = time.monotonic() + self.limit
        if not self._expected:
            self.refresh(limit=self.limit / 2)  # a replica that hangs must leave time for the others
        names = {shard.name for shard in shards}
        asked = [replica for replica in self._safe() if replica.shard in names]

        def ask(actor: Any, replica: Replica) -> Any:
            return actor.ask.remote(self._expected[replica.shard].snapshot, what, *args)

        def fault(replica: Replica, answer: Answer) -> str:
            expected = self._expected[replica.shard]
            same = (answer.snapshot, answer.records) == (expected.snapshot, expected.records)
            return "" if same else _DEVIATES

        def enough(answers: Mapping[Replica, Answer]) -> bool:
            return names == {replica.shard for replica in answers}

        while True:
            before = self._expected
            answers, why = self._gather(asked, ask, until, fault=fault, enough=enough)
            if enough(answers) or _DEVIATES not in why.values():
                break
            self.refresh(limit=(until - time.monotonic()) / 2)  # somebody was enrolled or erased since
            if self._expected == before:
                break
        good = {replica.shard: answer.value for replica, answer in answers.items()}
        self._complete(shards, good, why)
        return [good[shard.name] for shard in shards]

    def _gather(
        self,
        replicas: Sequence[Replica],
        ask: Callable[[Any, Replica], Any],
        until: float,
        *,
        fault: Callable[[Replica, Any], str] = lambda replica, answer: "",
        enough: Callable[[Mapping[Replica, Any]], bool] = lambda answers: False,
        patient: bool = False,
    ) -> tuple[dict[Replica, Any], dict[Replica, str]]:
        """Ask all these replicas, never longer than `until`; what they answered, and why the others did not.

        fault: why an answer does not count. enough: whether these answers will do. patient: ask again what is
        restarting.
        """
        waiting: dict[Any, Replica] = {}
        answers: dict[Replica, Any] = {}
        why = dict.fromkeys(replicas, "no answer in time")
        asking = list(replicas)
        while (left := until - time.monotonic()) > 0 and not enough(answers):
            for replica in asking:
                try:
                    waiting[ask(self._actor(replica), replica)] = replica
                except (LookupError, self._ray.exceptions.RayError) as error:
                    why[replica] = _reason(error)
            asking = []
            if not waiting:
                break
            for question in self._ray.wait(list(waiting), num_returns=1, timeout=left)[0]:
                replica = waiting.pop(question)
                try:
                    answer = self._ray.get(question, timeout=max(until - time.monotonic(), _PAUSE))
                except self._ray.exceptions.RayError as error:
                    answer = error
                    self._actors.pop(replica, None)  # it may have been ended and started again under its name
                why[replica] = _reason(answer) if isinstance(answer, Exception) else fault(replica, answer)
                if not why[replica]:
                    del why[replica]
                    answers[replica] = answer
                elif patient and why[replica] == _RESTARTING:
                    asking.append(replica)
                    time.sleep(_PAUSE)
        return answers, why

    # the rest

    def _replicas(self) -> list[Replica]:
        return [replica for shard in self.cluster.shards for replica in shard.replicas]

    def _safe(self) -> list[Replica]:
        """The replicas that no erasure has missed."""
        unsafe = self._pending.replicas()
        return [replica for replica in self._replicas() if replica not in unsafe]

    def _shard(self, replica: Replica) -> Shard:
        return next(shard for shard in self.cluster.shards if shard.name == replica.shard)

    def _actor_name(self, replica: Replica) -> str:
        first, last = self._shard(replica).persons
        return f"{self.id}:{replica}:{replica.gallery}:{first}-{last}"

    def _actor(self, replica: Replica) -> Any:
        """The actor of a replica. Raises LookupError when it was not started."""
        if replica not in self._actors:
            try:
                self._actors[replica] = self._ray.get_actor(self._actor_name(replica), namespace=_NAMESPACE)
            except ValueError:
                raise LookupError("it was not started") from None
        return self._actors[replica]

    def _fit(self, states: Sequence[ShardState]) -> None:
        if not states:
            raise bad_cluster(f"{self.name} has no shard.")
        if len({state.gallery_id for state in states}) < len(states):
            raise bad_cluster(f"Two shards of {self.name} are one gallery.")
        if any(state.matcher["files"] != states[0].matcher["files"] for state in states):
            raise PackDiffers(
                f"The shards of {self.name} were enrolled with different matcher packs.",
                why="Templates of two matchers cannot be compared.",
                remedy="Enrol the photographs of the odd one anew.",
            )

    def _snapshot(self) -> ClusterSnapshot:
        parts = sorted((name, state.snapshot) for name, state in self._expected.items())
        named = f"lookalike-cluster-1:{json.dumps(parts)}".encode()
        count = sum(state.records for state in self._expected.values())
        return ClusterSnapshot(hashlib.sha256(named).hexdigest(), count)

    def _merged(self, found: Sequence[Ranked]) -> Ranked:
        """The best rows of all shards together. Raises BrokenGallery when one id is in two of them."""
        scores = np.concatenate([best.scores for best in found])
        values = scores.tolist()
        ids = [record_id for best in found for record_id in best.record_ids]
        people = [person for best in found for person in best.person_ids]
        order = sorted(range(len(ids)), key=lambda i: (-values[i], ids[i]))[:ROWS_KEPT]
        if len(set(ids)) < len(ids):
            raise _twice(next(one for one, times in Counter(ids).items() if times > 1))
        return Ranked(
            record_ids=[ids[i] for i in order],
            person_ids=[people[i] for i in order],
            dots=np.concatenate([best.dots for best in found])[order],
            norms=np.concatenate([best.norms for best in found])[order],
            scores=scores[order],
            records=sum(best.records for best in found),
            persons=sum(best.persons for best in found),
            snapshot=self._snapshot().id,
        )

    def _complete(self, shards: Sequence[Shard], good: Mapping[str, Any], why: Mapping[Replica, str]) -> None:
        """Raise IncompleteSearch, naming the shards that are missing from `good`, and why."""
        missing = [shard for shard in shards if shard.name not in good]
        if not missing:
            return
        reasons = "; ".join(f"{r}: {why.get(r, _UNSAFE)}" for shard in missing for r in shard.replicas)
        error = IncompleteSearch(
            f"No answer that counts came from {', '.join(shard.name for shard in missing)} ({reasons}).",
            why="A part of a gallery is not an answer: whoever is missing from it might look more alike.",
            remedy="See `lookalike cluster status`, bring the shard back and search again.",
        )
        error.shards = tuple(shard.name for shard in missing)
        raise error


def add_shard(path: Path, shard: Shard, *, address: str = "auto", limit: float = START_LIMIT) -> None:
    """Start one more shard and write it into the cluster file, which is made when it is not there.

    Every shard has to answer, and fit. Raises BadCluster, PackDiffers, NoCluster or IncompleteSearch; then the file
    stays as it was and nothing new runs.
    """
    before = Cluster.read(path) if path.exists() else Cluster.new(address)
    after = replace(before, shards=(*before.shards, shard))
    after.check()
    try:
        ClusterGallery(path, after).start(limit=limit)
    except BaseException:
        ClusterGallery(path, replace(before, shards=(shard,))).stop()
        raise
    after.write(path)


def _connected(address: str) -> Any:
    """Ray, connected to the cluster at an address. Raises NoCluster."""
    # before Ray is imported: nothing here reports to anybody
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_DEDUP_LOGS", "0")
    try:
        ray = importlib.import_module("ray")
        if not ray.is_initialized():
            ray.init(address=address, namespace=_NAMESPACE, log_to_driver=False, logging_level="error")
    except ImportError as error:
        raise NoCluster(
            "Ray is not installed, and a cluster is searched through it.",
            remedy="Install it: `pip install 'lookalike[cluster]'`.",
        ) from error
    except ConnectionError as error:
        raise NoCluster(
            f"No Ray cluster answers at {address}.",
            remedy="Run `ray start --disable-usage-stats` on its nodes first; see docs/scaling.md.",
        ) from error
    return ray


def _reason(error: Exception) -> str:
    """Why there is no answer, in a few words."""
    if isinstance(error, LookalikeError):
        return error.what.rstrip(".")
    known = {
        "ActorDiedError": "its process has died",
        "ActorUnavailableError": _RESTARTING,
        "GetTimeoutError": "no answer in time",
        "PendingCallsLimitExceeded": "it has not answered for long",
    }
    return known.get(type(error).__name__, str(error) if isinstance(error, LookupError) else type(error).__name__)


def _only(found: Sequence[T], record_id: str) -> T | None:
    if len(found) > 1:
        raise _twice(record_id)
    return found[0] if found else None


def _unknown(record_id: str, name: str) -> BadRecord:
    return BadRecord(f"There is no record {record_id} in {name}.", remedy="Check the id.")


def _twice(record_id: str) -> BrokenGallery:
    return BrokenGallery(
        f"The record {record_id} is in two shards.",
        why="One photograph would be counted and listed twice.",
        remedy="Erase it from one of their galleries and enrol it there under an id of its own.",
    )
