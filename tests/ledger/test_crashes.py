"""Killed at any moment, a ledger is whole when it is opened again, and acts and entries still belong together.

A child process runs one operation and kills itself (SIGKILL) before its n-th statement, sync, write or rename; n goes
up until the operation gets through. So every moment between two effects is tried.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.ledger.file_store import FileStore
from lookalike.ledger.slots import HEAD, SLOT
from lookalike.ledger.verify import verify_store
from lookalike.ledger.witness import Witness
from tests.ledger.samples import Alarms, drawn, made, reopened, search

ROOT = Path(__file__).parents[2]
CHILD = """
import os, signal, sys
from pathlib import Path
from tests.ledger.samples import reopened, search
from lookalike.ledger.witness import Witness

folder, operation, fatal = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
count, armed = 0, False

def effect(*_):
    global count
    if armed:
        count += 1
        if count == fatal:
            os.kill(os.getpid(), signal.SIGKILL)

def counted(function):
    def run(*arguments, **named):
        effect()
        return function(*arguments, **named)
    return run

for name in ("fsync", "pwrite", "replace", "link", "unlink", "open"):
    setattr(os, name, counted(getattr(os, name)))
for name in ("replace", "hardlink_to", "unlink"):
    setattr(Path, name, counted(getattr(Path, name)))

if operation == "witness":
    witness = Witness(folder / "witness")
    request = (folder / "request").read_bytes()
    armed = True
    sys.stdout.write(witness.answer(request, 1_792_000_000).text)
else:
    ledger = reopened(folder, seed="child")
    ledger.store.connection.set_trace_callback(effect)
    armed = True
    if operation == "act":
        with ledger.store.transaction():
            ledger.store.connection.execute("INSERT INTO act VALUES ('one')")
            ledger.append(search("the act"))
        ledger.publish()
    elif operation == "grow":
        ledger.append(*[search(str(i)) for i in range(10)])
    elif operation == "erase":
        ledger.redact([1, 2], authority="court", certificate="c", reason="expunged")
    elif operation == "rotate":
        ledger.rotate()
        ledger.record(search("after"))
print("through")
"""


def run(folder: Path, operation: str, fatal: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", CHILD, str(folder), operation, str(fatal)]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


def prepared(folder: Path, entries: int) -> None:
    ledger = made(folder, entries)
    assert isinstance(ledger.store, FileStore)
    ledger.store.connection.execute("CREATE TABLE act (name TEXT)")
    ledger.close()
    ledger.store.close()


@pytest.mark.parametrize("operation", ["act", "grow", "erase", "rotate"])
def test_killed_anywhere_the_ledger_is_whole_again(tmp_path: Path, operation: str) -> None:
    for fatal in range(1, 200):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        prepared(folder, 4)
        if operation == "grow":  # no slots are drawn ahead, so that the file grows under the append
            os.truncate(folder / "keys" / "ledger.harbour.example+police.slots", len(HEAD) + 5 * SLOT)
        child = run(folder, operation, fatal)
        assert child.returncode in (0, -signal.SIGKILL), child.stderr
        alarms = Alarms()
        ledger = reopened(folder, seed="after", alarm=alarms)
        assert isinstance(ledger.store, FileStore)
        found = verify_store(ledger)
        assert found == [], (operation, fatal, found)
        assert alarms == []
        acts = ledger.store.connection.execute("SELECT count(*) FROM act").fetchone()[0]
        recorded = len(ledger.store.find("search.run"))
        if operation == "act":
            assert recorded == 4 + acts, fatal
        elif operation == "grow":
            assert recorded in (4, 14)
        elif operation == "erase":
            erased = [i for i in (1, 2) if ledger.payload(i) is None]
            assert erased == ([1, 2] if ledger.store.find("ledger.redact") else [])
            assert ledger.store.erasing() == []
            assert [ledger.destroyed(i) for i in erased] == [True] * len(erased)
        else:
            assert len(ledger.store.notes("hand-over")) == len(ledger.store.find("ledger.rotate"))
        sizes = [note.size for note in ledger.store.notes("checkpoint")]
        assert len(sizes) == len(set(sizes))
        ledger.record(search("goes on"))
        assert verify_store(ledger) == []
        ledger.close()
        ledger.store.close()
        if child.returncode == 0:
            assert child.stdout == "through\n"
            assert fatal > 5
            return
    pytest.fail("the operation never got through")


def test_a_witness_that_is_killed_never_answers_what_it_does_not_remember(tmp_path: Path) -> None:
    for fatal in range(1, 60):
        folder = tmp_path / str(fatal)
        folder.mkdir()
        ledger = made(folder, 2)
        witness = Witness.create(folder / "witness", "board.example", drawn("witness"))
        witness.trust(ledger.trusted()[0])
        (folder / "request").write_bytes(ledger.request(0).text)
        child = run(folder, "witness", fatal)
        remembered = Witness(folder / "witness").latest(ledger.keys.origin)
        if "board.example" in child.stdout:
            assert remembered is not None
        assert remembered in (None, ledger.checkpoint())
        again = Witness(folder / "witness").answer(ledger.request(0 if remembered is None else 3).text, 1_792_000_001)
        assert again.status == 200
        ledger.close()
        if child.returncode == 0:
            assert fatal > 3
            return
    pytest.fail("the witness never got through")
