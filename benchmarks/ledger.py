"""The ledger keeps up: appending, proving and verifying a million entries, beside what the disk can sync."""

from __future__ import annotations

import datetime
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.claim import Line, seconds
from lookalike.ledger import verify_ledger as outsider
from lookalike.ledger.acts import Account, Act, NewEntry, Outcome
from lookalike.ledger.export import write_export
from lookalike.ledger.file_store import FileStore
from lookalike.ledger.folder import create_ledger
from lookalike.ledger.keys import KeyFolder
from lookalike.ledger.ledger import Ledger

Floats = NDArray[np.float64]
SMALL, LARGE, BATCH = 1_000, 1_000_000, 1_000
SINGLES, PROOFS = 1_000, 500


def measure() -> list[Line]:
    """Every figure the ledger is held to."""
    folder = Path(tempfile.mkdtemp(prefix="lookalike-ledger-", dir=os.environ.get("LOOKALIKE_BENCH_FOLDER")))
    try:
        return _measured(folder)
    finally:
        shutil.rmtree(folder)


def _measured(folder: Path) -> list[Line]:
    entry = _entry()
    small, large = _ledger(folder / "small"), _ledger(folder / "large")
    _fill(small, SMALL, entry)
    batched = (LARGE - 1) / seconds(lambda: _fill(large, LARGE, entry))
    for ledger in (small, large):
        assert isinstance(ledger.store, FileStore)
        ledger.store.empty_log()
    os.sync()
    time.sleep(5)  # else the disk is still writing what was loaded
    synced = _syncs(folder)
    # both sizes in turn, so that whatever else the machine does meets both
    took: dict[int, list[float]] = {SMALL: [], LARGE: []}
    for _ in range(SINGLES):
        for size, ledger in ((SMALL, small), (LARGE, large)):
            took[size].append(seconds(lambda ledger=ledger: ledger.append(entry)))  # type: ignore[misc]
    at_small, at_large = (1 / float(np.median(took[size])) for size in (SMALL, LARGE))
    large.publish()
    inclusion, consistency = _proofs(large)
    verified, entries, size = _verified(large, folder)
    load = os.getloadavg()[0]
    return [
        Line("ledger: batched appends", batched, 5_000, "/s", numbers={"batch": BATCH, "load": load}),
        Line("ledger: single appends, synced", at_small, 500, "/s", numbers={"disk_syncs_a_second": synced}),
        Line("  the disk alone, write and fsync", synced, None, "/s"),
        Line("  a single append at 10^6 to 10^3", at_small / at_large, 1.5, at_most=True, numbers={"at_1e6": at_large}),
        Line(
            "ledger: inclusion proof, 99th of 100",
            float(np.quantile(inclusion, 0.99)),
            5,
            " ms",
            True,
            _spread(inclusion),
        ),
        Line(
            "ledger: consistency, 99th of 100",
            float(np.quantile(consistency, 0.99)),
            5,
            " ms",
            True,
            _spread(consistency),
        ),
        Line("ledger: verify_ledger.py, 10^6", verified, 10, " s", True, {"entries": entries, "bytes": size}),
    ]


def _spread(times: Floats) -> dict[str, float]:
    return {"median": float(np.median(times)), "longest": float(times.max())}


def _ledger(folder: Path) -> Ledger:
    keys = KeyFolder(folder / "keys", "ledger.example.org/bench")
    return create_ledger(
        folder / "ledger", keys, clock=lambda: datetime.datetime.now(datetime.UTC), random=os.urandom, alarm=print
    )


def _entry() -> NewEntry:
    account = Account(
        actor="u-1042",
        role="examiner",
        agency="Harbour City Police",
        where="workstation 17",
        source="192.0.2.7",
        objects=[("case", "2026-00123")],
        decision={"pack": "detroit-2024", "pack_sha256": "cd" * 32},
    )
    return NewEntry(Act.SEARCH_RUN, Outcome.ALLOWED, account.body())


def _fill(ledger: Ledger, size: int, entry: NewEntry) -> None:
    done = ledger.store.head().size
    while done < size:
        done += len(ledger.append(*[entry] * min(BATCH, size - done)))


def _syncs(folder: Path) -> float:
    with (folder / "sync").open("wb") as stream:

        def write() -> None:
            stream.write(b"x" * 512)
            stream.flush()
            os.fsync(stream.fileno())

        return 1 / float(np.median([seconds(write) for _ in range(300)]))


def _proofs(ledger: Ledger) -> tuple[Floats, Floats]:
    rng = np.random.default_rng(0)
    size = ledger.store.head().size
    spots = [int(spot) for spot in rng.integers(1, size, PROOFS)]
    inclusion = [seconds(lambda i=i: ledger.prove(i)) * 1e3 for i in spots]  # type: ignore[misc]
    consistency = [seconds(lambda i=i: ledger.consistency(i, size)) * 1e3 for i in spots]  # type: ignore[misc]
    return np.array(inclusion), np.array(consistency)


def _verified(ledger: Ledger, folder: Path) -> tuple[float, int, int]:
    path = folder / "export"
    with path.open("wb") as stream:
        write_export(ledger, stream, public=False)
    key = outsider.read_key(ledger.trusted()[0].text)
    start = time.perf_counter()
    with path.open("rb") as stream:
        report = outsider.verify(stream, key)
    took = time.perf_counter() - start
    assert not report.found
    return took, report.size, path.stat().st_size
