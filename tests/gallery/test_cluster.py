"""A cluster answers as one gallery would, to the bit, or says which part of it did not answer."""

from __future__ import annotations

import contextlib
import datetime
import json
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from lookalike.cli.cluster import command
from lookalike.errors import (
    BadCluster,
    BadRecord,
    EmptyGallery,
    ErasurePending,
    IncompleteSearch,
    NoCluster,
    PackDiffers,
)
from lookalike.face.matcher import Matcher
from lookalike.gallery.cluster import ClusterGallery, add_shard
from lookalike.gallery.erasure import erase
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.records import NewRecord, Status
from lookalike.gallery.search import Filter, Index, SearchResult
from lookalike.gallery.shards import BUCKETS, Cluster, Replica, Shard, bucket
from lookalike.media.photo import read_photo_file
from lookalike.record.search import prepare_probe, search
from tests.conftest import NOW, identity, new, opened_gallery

DIMENSIONS = 128
RECORDS = 1400
MIDDLE = BUCKETS // 2
RANGES = {"west": (0, MIDDLE - 1), "east": (MIDDLE, BUCKETS - 1)}


class Machines:
    """A real Ray cluster on this host: node A with the coordinator, and node B, which may be lost."""

    def __init__(self) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
        os.environ["RAY_DEDUP_LOGS"] = "0"
        from ray.cluster_utils import Cluster as Host

        small = {"num_cpus": 1, "object_store_memory": 75 << 20, "include_dashboard": False}
        self._node = {key: small[key] for key in ("num_cpus", "object_store_memory")}
        self.host = Host(initialize_head=True, head_node_args={**small, "resources": {"A": 1}})
        self.back()
        self.address: str = self.host.address

    def back(self) -> None:
        """Bring node B back, empty but for its disk."""
        self.b = self.host.add_node(**self._node, resources={"B": 1})

    def lose(self, gallery: ClusterGallery, *stopped: int) -> None:
        """Lose node B with every process on it, as by a power cut. stopped: those that do not answer for themselves.

        Processes go first: one that is stopped would be woken when its node's process ends, and would answer.
        """
        pids = [line.state.pid for line in gallery.status() if line.state and line.replica.node == "B"]
        for pid in (*stopped, *pids):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.host.remove_node(self.b, allow_graceful=False)


@pytest.fixture(scope="module")
def machines() -> Iterator[Machines]:
    ray = pytest.importorskip("ray", reason="Ray, the extra `cluster`, is not installed")
    made = Machines()
    ray.init(address=made.address, namespace="lookalike", log_to_driver=False, logging_level="error")
    yield made
    ray.shutdown()
    made.host.shutdown()


def crowd() -> list[NewRecord]:
    """Records of some 900 people: many alike to the bit, some with few distinct scores, some not active."""
    rng = np.random.default_rng(1)
    codes = rng.integers(-127, 128, (RECORDS, DIMENSIONS))
    codes[200:300] = codes[100:200]
    codes[300:400] = codes[300]
    codes[400:500] = rng.integers(-1, 2, (100, DIMENSIONS))
    codes[500] = 0
    ids = rng.permutation(RECORDS)
    people = rng.integers(0, 900, RECORDS)
    return [
        new(
            f"R{ids[i]:04}",
            codes[i],
            person=f"P{people[i]}",
            status=Status.SEALED if i % 50 == 7 else Status.ACTIVE,
        )
        for i in range(RECORDS)
    ]


def filled(directory: Path, records: Sequence[NewRecord], dimensions: int = DIMENSIONS) -> Path:
    """A gallery of these records, its key beside it."""
    with Gallery.create(directory, identity(dimensions), directory.parent / "keys") as gallery, gallery.writing():
        gallery.add(records, at=NOW)
    return directory


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One gallery with everybody, and the same people in two shards. Copied for each test."""
    folder = tmp_path_factory.mktemp("originals")
    filled(folder / "whole", crowd())
    for name, (first, last) in RANGES.items():
        filled(folder / name, [n for n in crowd() if first <= bucket(n.record.person_id) <= last])
    return folder


class Setting:
    """A started cluster of two shards, and the one gallery with the same records."""

    def __init__(self, machines: Machines, originals: Path, folder: Path, nodes: dict[str, str]) -> None:
        shutil.copytree(originals / "whole", folder / "whole")
        shutil.copytree(originals / "keys", folder / "keys")
        shards = []
        for name, persons in RANGES.items():
            replicas = []
            for node in nodes[name]:
                directory = folder / node / name
                shutil.copytree(originals / name, directory)
                replicas.append(Replica(name, node, str(directory), str(folder / "keys")))
            shards.append(Shard(name, persons, tuple(replicas)))
        self.machines, self.folder, self.file = machines, folder, folder / "county.json"
        Cluster("c" + folder.name, machines.address, tuple(shards)).write(self.file)
        self.whole = opened_gallery(folder / "whole")
        self.cluster = self.open(limit=30)
        self.cluster.start(limit=60)

    def open(self, limit: float) -> ClusterGallery:
        """Another coordinator of the same cluster."""
        return ClusterGallery(self.file, limit=limit)

    def pid(self, shard: str, node: str) -> int:
        """The process of a replica."""
        for line in self.cluster.status():
            if (line.replica.shard, line.replica.node) == (shard, node) and line.state:
                return line.state.pid
        raise AssertionError("it does not answer")

    def same(self, cluster: ClusterGallery, count: int = 50, only: Filter | None = None) -> None:
        """Assert that the cluster answers as the gallery does."""
        index = Index(self.whole)
        for probe in probes():
            assert alike(cluster.search(probe, count, only=only)) == alike(index.search(probe, count, only=only))

    def until_whole(self, cluster: ClusterGallery) -> None:
        """Wait until every shard answers again."""
        eventually(lambda: cluster.search(probes()[0]), IncompleteSearch)


def eventually(attempt: Callable[[], Any], *refusals: type[Exception]) -> Any:
    """Try again for a minute while it is refused."""
    end = time.monotonic() + 60
    while True:
        try:
            return attempt()
        except refusals:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


@pytest.fixture
def setting(machines: Machines, originals: Path, tmp_path: Path) -> Iterator[Callable[..., Setting]]:
    """Start a cluster: west on A and east on B, unless asked otherwise."""
    started: list[Setting] = []

    def make(west: str = "A", east: str = "B") -> Setting:
        started.append(Setting(machines, originals, tmp_path, {"west": west, "east": east}))
        return started[-1]

    yield make
    for one in started:
        one.cluster.stop()
        one.whole.close()


def probes() -> list[np.ndarray]:
    """Strangers, people of the gallery, one with many copies, one of few distinct scores, and nothing."""
    codes = [n.template for n in crowd()]
    rng = np.random.default_rng(2)
    strangers = list(rng.integers(-127, 128, (3, DIMENSIONS)).astype(np.int8))
    return [*strangers, codes[150], codes[300], codes[450], np.ones(DIMENSIONS, dtype=np.int8), codes[500]]


def alike(result: SearchResult) -> tuple[Any, ...]:
    """All of a result but the snapshot, which names a cluster and not a gallery."""
    return result.candidates, result.records, result.persons, result.best_per_person.tobytes()


class Asking(threading.Thread):
    """A search in the background, and how it ended."""

    def __init__(self, cluster: ClusterGallery) -> None:
        super().__init__()
        self.cluster, self.error = cluster, None
        self.took = 0.0
        self.start()

    def run(self) -> None:
        before = time.monotonic()
        try:
            self.cluster.search(probes()[0])
        except Exception as error:
            self.error = error
        self.took = time.monotonic() - before


def test_a_cluster_answers_as_one_gallery_to_the_bit(setting: Callable[..., Setting]) -> None:
    made = setting()
    for count in (2, 3, 20, 49, 50):
        made.same(made.cluster, count)
    made.same(made.cluster, only=Filter(sources=["Test County"], taken_from="2015-01-01"))
    with pytest.raises(EmptyGallery):
        made.cluster.search(probes()[0], only=Filter(sources=["Elsewhere"]))
    # enrolled where the person belongs: the next answer has it, and the snapshot is another
    before = made.cluster.snapshot()
    newcomer = new("R9999", probes()[0], person="P1")
    for directory in (made.folder / "whole", *(Path(r.gallery) for r in made.cluster.cluster.home("P1").replicas)):
        with Gallery(directory, made.folder / "keys") as gallery, gallery.writing():
            gallery.add([newcomer], at=NOW)
    found = made.cluster.search(probes()[0])
    assert found.candidates[0].record_id == "R9999"
    assert found.snapshot == made.cluster.snapshot().id != before.id
    made.same(made.cluster)
    assert made.cluster.photo("R9999") == b"photo of R9999"
    assert made.cluster.record("R9999") == newcomer.record
    assert made.cluster.record("nobody") is None
    assert list(made.cluster.records(person_id="P1")) == list(made.whole.records(person_id="P1"))
    # somebody who belongs to the other shard: it must not be counted twice
    wrong = next(f"P{i}" for i in range(900) if made.cluster.cluster.home(f"P{i}").name == "east")
    with Gallery(made.folder / "A" / "west", made.folder / "keys") as gallery, gallery.writing():
        gallery.add([new("R9998", probes()[1], person=wrong)], at=NOW)
    with pytest.raises(IncompleteSearch, match="outside its buckets") as raised:
        made.cluster.search(probes()[0])
    assert raised.value.shards == ("west",)


def test_a_recorded_search_of_a_cluster_is_that_of_one_gallery(
    machines: Machines, matcher: Matcher, sixty: Path, people: Path, bookings: list[dict[str, str]], tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    with opened_gallery(sixty) as whole:
        (segment,) = whole.catalogue.segments()
        codes = whole.segments.read(segment)
        records = []
        for record in whole.records():
            place = whole.catalogue.place(record.id)
            assert place is not None
            records.append(NewRecord(record, codes[place[0]], whole.photo(record.id)))
        file, address = tmp_path / "county.json", machines.address
        for node, (name, persons) in zip("AB", RANGES.items(), strict=True):
            with Gallery.create(tmp_path / name, matcher.identity, keys) as part, part.writing():
                mine = [n for n in records if persons[0] <= bucket(n.record.person_id) <= persons[1]]
                part.add(mine, at=NOW)
            add_shard(
                file,
                Shard(name, persons, (Replica(name, node, str(tmp_path / name), str(keys)),)),
                address=address,
                limit=60,
            )
        photo = read_photo_file(people / bookings[0]["file"])
        prepared = prepare_probe(photo, matcher)
        now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        if cluster := ClusterGallery(file, limit=30):
            one = search(prepared, [whole], matcher, count=50, now=now).record
            many = search(prepared, [cluster], matcher, count=50, now=now).record
            assert [replace(c, gallery="") for c in many.candidates] == [replace(c, gallery="") for c in one.candidates]
            assert replace(many.galleries[0], name="", id="", snapshot="") == replace(
                one.galleries[0], name="", id="", snapshot=""
            )
            cluster.stop()


def test_a_node_that_is_lost_in_a_search_is_named_and_its_return_makes_answers_whole(
    setting: Callable[..., Setting],
) -> None:
    made = setting()
    pid = made.pid("east", "B")
    os.kill(pid, signal.SIGSTOP)  # so that the search is under way when the node goes
    asking = Asking(made.cluster)
    time.sleep(0.5)
    made.machines.lose(made.open(limit=1), pid)
    asking.join(timeout=40)
    assert isinstance(asking.error, IncompleteSearch), asking.error
    assert asking.error.shards == ("east",)
    quick = made.open(limit=1)
    before = time.monotonic()
    with pytest.raises(IncompleteSearch, match="east on B"):
        quick.search(probes()[0])
    assert time.monotonic() - before < 3
    made.machines.back()
    made.until_whole(quick)
    made.same(made.cluster)


def test_an_actor_that_is_killed_comes_back_with_its_shard(setting: Callable[..., Setting]) -> None:
    made = setting()
    pid = made.pid("west", "A")
    os.kill(pid, signal.SIGSTOP)
    asking = Asking(made.cluster)
    time.sleep(0.5)
    os.kill(pid, signal.SIGKILL)
    asking.join(timeout=40)
    assert isinstance(asking.error, IncompleteSearch)
    assert asking.error.shards == ("west",)
    made.until_whole(made.cluster)
    assert made.pid("west", "A") != pid
    made.same(made.cluster)


def test_an_actor_that_hangs_costs_the_time_limit_and_no_more(setting: Callable[..., Setting]) -> None:
    made = setting()
    quick, pid = made.open(limit=1), made.pid("east", "B")
    quick.search(probes()[0])
    os.kill(pid, signal.SIGSTOP)
    try:
        before = time.monotonic()
        with pytest.raises(IncompleteSearch, match="east on B: no answer in time"):
            quick.search(probes()[0])
        assert 0.9 < time.monotonic() - before < 3
    finally:
        os.kill(pid, signal.SIGCONT)
    made.until_whole(quick)
    made.same(made.cluster)


def test_a_shard_that_went_back_to_an_older_state_is_not_believed(
    setting: Callable[..., Setting], originals: Path
) -> None:
    made = setting()
    made.cluster.search(probes()[0])
    with Gallery(made.folder / "B" / "east", made.folder / "keys") as gallery, gallery.writing():
        person = next(f"P{i}" for i in range(900) if made.cluster.cluster.home(f"P{i}").name == "east")
        gallery.add([new("R9999", probes()[0], person=person)], at=NOW)
    assert made.cluster.search(probes()[0]).candidates[0].record_id == "R9999"
    quick, pid = made.open(limit=2), made.pid("east", "B")
    quick.search(probes()[0])
    shutil.rmtree(made.folder / "B" / "east")
    shutil.copytree(originals / "east", made.folder / "B" / "east")
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: made.pid("east", "B"), AssertionError) != pid
    with pytest.raises(IncompleteSearch, match="does not come from the state that was seen before"):
        quick.search(probes()[0])


def test_an_erasure_that_missed_a_lost_node_is_not_acknowledged_and_is_finished_after(
    setting: Callable[..., Setting],
) -> None:
    made = setting()
    victim = next(n for n in crowd() if made.cluster.cluster.home(n.record.person_id).name == "east")
    record_id = victim.record.id
    with pytest.raises(BadRecord):
        made.cluster.erase("nobody", at=NOW)
    made.machines.lose(made.open(limit=2))
    with pytest.raises(ErasurePending, match="east on B"):
        made.cluster.erase(record_id, at=NOW, limit=3)
    erase(made.whole, record_id, at=NOW)
    made.machines.back()
    later = made.open(limit=30)  # another coordinator knows of it too
    with pytest.raises(IncompleteSearch, match="an erasure has to be finished"):
        later.search(victim.template)
    assert later.finish_pending(limit=60) == 1
    assert later.finish_pending() == 0
    made.same(later)
    assert record_id not in {c.record_id for c in later.search(victim.template).candidates}
    assert list(later.erase(record_id, at=NOW).values()) == [None]
    assert record_id.encode() not in b"".join(p.read_bytes() for p in made.folder.glob("county.*"))


def test_with_replicas_a_hung_one_costs_little_and_a_missed_erasure_keeps_the_replica_out(
    setting: Callable[..., Setting],
) -> None:
    made = setting(west="AB", east="BA")
    made.same(made.cluster)
    victim = crowd()[0]
    home = made.cluster.cluster.home(victim.record.person_id).name
    hung = made.pid("east", "B")
    os.kill(hung, signal.SIGSTOP)
    made.same(made.cluster)  # the other replica answers
    made.open(limit=4).search(probes()[0])  # also where nothing is known of the shards yet
    os.kill(hung, signal.SIGCONT)
    hung = made.pid(home, "B")
    os.kill(hung, signal.SIGSTOP)
    with pytest.raises(ErasurePending, match=f"{home} on B") as raised:
        made.cluster.erase(victim.record.id, at=NOW, limit=3)
    assert f"{home} on A" not in str(raised.value)
    erase(made.whole, victim.record.id, at=NOW)
    made.same(made.cluster)
    os.kill(hung, signal.SIGCONT)
    made.same(made.cluster)
    (out,) = [line for line in made.open(limit=30).status() if line.trouble]
    assert (out.replica.shard, out.replica.node) == (home, "B")
    assert made.cluster.finish_pending(limit=60) == 1
    assert not [line for line in made.cluster.status() if line.trouble]
    made.same(made.cluster)


def test_only_a_shard_that_fits_is_added(machines: Machines, originals: Path, tmp_path: Path) -> None:
    shutil.copytree(originals / "keys", tmp_path / "keys")
    for name in RANGES:
        shutil.copytree(originals / name, tmp_path / name)

    def shard(name: str, persons: tuple[int, int]) -> Shard:
        return Shard(name, persons, (Replica(name, "A", str(tmp_path / name), str(tmp_path / "keys")),))

    file = tmp_path / "county.json"
    add_shard(file, shard("west", RANGES["west"]), address=machines.address, limit=60)
    before = file.read_bytes()
    with pytest.raises(BadCluster, match="another's"):
        add_shard(file, shard("east", (MIDDLE - 1, BUCKETS - 1)), limit=60)
    with pytest.raises(IncompleteSearch, match="outside its buckets"):
        add_shard(file, shard("east", (MIDDLE + 99, BUCKETS - 1)), limit=60)
    assert file.read_bytes() == before
    add_shard(file, shard("east", RANGES["east"]), limit=60)
    cluster = ClusterGallery(file)
    assert [s.name for s in cluster.cluster.shards] == ["west", "east"]
    with pytest.raises(PackDiffers):
        cluster.require(replace(identity(DIMENSIONS), files={"embedder": "1" * 64}))
    cluster.stop()


def test_the_command_line_adds_starts_and_reports_shards(machines: Machines, originals: Path, tmp_path: Path) -> None:
    file, keys = str(tmp_path / "county.json"), str(originals / "keys")
    run = CliRunner().invoke
    for name, (first, last) in RANGES.items():
        args = ["--replica", f"A={originals / name}", "--persons", f"{first}-{last}", "--keys", keys]
        added = run(command, ["add-shard", file, name, *args, "--address", machines.address, "--limit", "60"])
        assert added.exit_code == 0, added.output
    cluster = ClusterGallery(Path(file))
    started = run(command, ["start", file])
    assert started.exit_code == 0, started.output
    assert cluster.snapshot().id in started.output
    reported = run(command, ["status", file, "--json"])
    assert reported.exit_code == 0, reported.output
    assert [row["trouble"] for row in json.loads(reported.output)] == ["", ""]
    cluster.stop()
    refused = run(command, ["status", file])
    assert isinstance(refused.exception, IncompleteSearch)
    misspelt = run(command, ["add-shard", file, "x", "--replica", "A", "--persons", "0-1"])
    assert isinstance(misspelt.exception, BadCluster)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[]", "not a cluster file"),
        ('{"id": "x"}', "lacks 'shards'"),
        ('{"id": "x", "shards": [{"name": "a", "persons": [0, 1024], "replicas": []}]}', "not in 0–1023"),
        ('{"id": "x", "shards": [{"name": "a", "persons": [0, 9], "replicas": []}]}', "one at least"),
    ],
)
def test_a_cluster_file_that_makes_no_sense_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    (tmp_path / "c.json").write_text(text)
    with pytest.raises(BadCluster, match=complaint):
        Cluster.read(tmp_path / "c.json")


def test_without_ray_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    Cluster.new().write(tmp_path / "c.json")
    with pytest.raises(NoCluster, match="pip install"):
        ClusterGallery(tmp_path / "c.json")
