"""Erasures that have not reached every replica of a cluster: kept in a file, so that no crash forgets one."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from lookalike.files import write_whole
from lookalike.gallery.shards import Replica


class PendingErasures:
    """The erasures that have not reached every replica, in a file beside the cluster file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(self) -> dict[str, tuple[str, bool, list[Replica]]]:
        """By record id: when it was asked for, whether a replica was missed, and the replicas that are left."""
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        return {key: (at, missed, [Replica(**one) for one in left]) for key, (at, missed, left) in data.items()}

    def replicas(self) -> set[Replica]:
        """The replicas that must not be searched: those that an erasure has missed."""
        return {replica for _, missed, left in self.entries().values() if missed for replica in left}

    def note(self, record_id: str, at: str, left: Sequence[Replica], *, missed: bool) -> None:
        """Keep, durably, which replicas are left; without any, forget the record's id."""
        with self._path.with_suffix(".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            entries = self.entries()
            entries.pop(record_id, None)
            if left:
                entries[record_id] = at, missed, list(left)
            data = {key: (when, was, [asdict(one) for one in rest]) for key, (when, was, rest) in entries.items()}
            self._path.touch(mode=0o600)
            with self._path.open("r+b") as old:
                write_whole(self._path, json.dumps(data).encode(), mode=0o600)
                # the file that was there before names people who may be erased by now
                old.write(bytes(os.fstat(old.fileno()).st_size))
                old.flush()
                os.fsync(old.fileno())
