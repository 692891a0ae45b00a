"""`lookalike ledger` as a person meets it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
SECRET = re.compile(r"PRIVATE|[0-9a-f]{64}")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `lookalike ledger` as a process of its own; no secret ever shows."""

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        environment |= {"LOOKALIKE_HOME": str(tmp_path / "home"), "COLUMNS": "160"}
        done = subprocess.run(
            [sys.executable, "-m", "lookalike.cli.main", "ledger", *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert not SECRET.search(done.stdout + done.stderr)
        return done

    return call


@pytest.fixture
def key(run: Run) -> str:
    """The public key of a new ledger in `log`."""
    made = run("init", "log", "--origin", "ledger.example.org/police")
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def fine(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_from_the_first_entry_to_an_outsider(run: Run, key: str, tmp_path: Path) -> None:
    assert key.startswith("ledger.example.org/police+")
    assert "1 entries" in fine(run("status", "log"))
    fine(run("export", "log", "kept", "--checkpoint"))
    fine(run("clock", "log", "--accept", "a test"))
    assert "whole" in fine(run("verify", "log", "--checkpoint", "kept"))
    fine(run("export", "log", "export"))
    assert "OK: 2 entries" in fine(run("verify", "export", "--key", key, "--checkpoint", "kept"))
    fine(run("export", "log", "tiles", "--tiles"))
    assert "2 lines" in fine(run("verify", "tiles", "--key", key, "--checkpoint", "kept"))
    fine(run("prove", "log", "1", "--output", "proof"))
    assert "ledger.clock" in fine(run("verify", "proof", "--key", key))
    (tmp_path / "keyfile").write_text(key + "\n")
    fine(run("verify", "export", "--key", "keyfile"))


def test_a_changed_export_is_refused_and_named(run: Run, key: str, tmp_path: Path) -> None:
    fine(run("export", "log", "export"))
    data = (tmp_path / "export").read_bytes()
    (tmp_path / "export").write_bytes(data.replace(b" done ", b" failed "))
    changed = run("verify", "export", "--key", key)
    assert changed.returncode == 3
    assert "FOUND changed-entry" in changed.stdout
    (tmp_path / "export").write_bytes(data[:-50])
    assert run("verify", "export", "--key", key).returncode == 2
    assert run("verify", "export").returncode == 2
    assert run("verify", "nothing", "--key", key).returncode == 2


def test_a_witness_follows_and_is_counted(run: Run, key: str, tmp_path: Path) -> None:
    board = fine(run("witness", "init", "board", "--name", "board.example.org/witness")).strip()
    fine(run("witness", "trust", "board", key))
    fine(run("witness", "request", "log", "--output", "request"))
    fine(run("witness", "sign", "board", "request", "--output", "answer"))
    fine(run("witness", "add", "log", "answer", "--witness", board))
    assert "board.example.org/witness" in fine(run("status", "log"))
    (tmp_path / "policy").write_text(f"log {key}\nwitness board {board}\nquorum board\n")
    fine(run("export", "log", "export"))
    assert "1 witnesses" in fine(run("verify", "export", "--key", key, "--policy", "policy"))
    fine(run("clock", "log", "--accept", "a test"))
    fine(run("export", "log", "export", "--force"))
    assert "no-quorum" in run("verify", "export", "--key", key, "--policy", "policy").stdout
    fine(run("witness", "request", "log", "--output", "request", "--force"))
    late = run("witness", "sign", "board", "request", "--output", "answer", "--force")
    assert late.returncode == 2
    assert "--from 1" in late.stderr


def test_keys_are_handed_over(run: Run, key: str) -> None:
    fine(run("export", "log", "kept", "--checkpoint"))
    new = fine(run("rotate", "log")).strip()
    assert new != key
    fine(run("verify", "log", "--checkpoint", "kept"))
    fine(run("export", "log", "export"))
    for trusted in (key, new):
        fine(run("verify", "export", "--key", trusted))


def test_the_ledgers_own_entries_are_not_erased(run: Run, key: str) -> None:
    refused = run("redact", "log", "0", "--authority", "a", "--certificate", "c", "--reason", "r", "--yes")
    assert refused.returncode == 2
    assert "never erased" in refused.stderr


def test_an_alarm_is_told(run: Run, key: str, tmp_path: Path) -> None:
    (tmp_path / "log" / "ALARM").write_text("the disk is full\n")
    told = run("status", "log")
    assert told.returncode == 3
    assert "alarm" in told.stderr
    assert run("status", "nowhere").returncode == 2


@pytest.mark.parametrize("command", ["export", "prove"])
def test_nothing_is_replaced_unasked(run: Run, key: str, tmp_path: Path, command: str) -> None:
    (tmp_path / "there").write_text("kept")
    arguments = ("log", "there") if command == "export" else ("log", 0, "--output", "there")
    assert run(command, *arguments).returncode == 2
    assert (tmp_path / "there").read_text() == "kept"
