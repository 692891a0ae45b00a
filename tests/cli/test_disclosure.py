"""`lookalike disclosure` as a person meets it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.face.matcher import Matcher
from tests.conftest import keys_of
from tests.disclosure.examples import Made, made_in

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, sixty: Path, matcher: Matcher) -> Made:
    """A packet."""
    return made_in(tmp_path_factory.mktemp("packet"), sixty, matcher)


@pytest.fixture
def run(tmp_path: Path, sixty: Path) -> Run:
    """Run `lookalike disclosure` as a process of its own."""

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        environment |= {
            "LOOKALIKE_HOME": str(tmp_path / "home"),
            "LOOKALIKE_KEYS": str(keys_of(sixty)),
            "COLUMNS": "160",
        }
        return subprocess.run(
            [sys.executable, "-m", "lookalike.cli.main", "disclosure", *map(str, arguments)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def test_a_packet_is_verified_with_nothing_but_itself(run: Run, made: Made) -> None:
    done = run("verify", made.path)
    assert done.returncode == 0, done.stderr
    assert "in order" in done.stdout
    assert made.signer.fingerprint in done.stdout
    assert "--certificate" in done.stdout


def test_with_the_keys_nothing_is_left_to_say(run: Run, made: Made) -> None:
    done = run("verify", made.path, "--certificate", made.signer.fingerprint, "--ledger-key", made.ledger_key, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["ok"]
    assert told["remarks"] == []
    assert {one["name"]: one["ok"] for one in told["checks"]}["ledger"]


def test_what_was_changed_is_refused_in_words(run: Run, made: Made, tmp_path: Path) -> None:
    changed = bytearray(made.path.read_bytes())
    changed[5000] ^= 1
    (tmp_path / "changed.zip").write_bytes(changed)
    done = run("verify", "changed.zip")
    assert done.returncode == 3
    assert "failed" in done.stdout
    assert "What to do" in done.stderr
    told = run("verify", "changed.zip", "--json")
    assert told.returncode == 3
    assert not json.loads(told.stdout)["ok"]


def test_what_is_no_packet_is_bad_input_or_refused(run: Run, tmp_path: Path) -> None:
    assert run("verify", "gone.zip").returncode == 2
    (tmp_path / "x.zip").write_bytes(b"\x1b[31mPK")
    done = run("verify", "x.zip")
    assert done.returncode == 3
    assert "\x1b[31m" not in done.stdout + done.stderr


def test_every_search_is_run_again(run: Run, made: Made, sixty: Path) -> None:
    done = run("replay", made.path, "--gallery", sixty)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("identical") == 2
    told = json.loads(run("replay", made.path, "--gallery", sixty, "--json").stdout)
    assert [one["outcome"] for one in told] == ["identical", "identical"]


def test_a_replay_without_its_gallery_is_refused(run: Run, made: Made) -> None:
    done = run("replay", made.path)
    assert done.returncode == 2
    assert "No gallery was named" in done.stderr


def test_the_checklists_are_printed(run: Run) -> None:
    told = json.loads(run("checklists", "--json").stdout)
    assert {one["id"]: len(one["points"]) for one in told}["arteaga"] == 13
    assert all(point["places"] for one in told for point in one["points"])
    shown = run("checklists").stdout
    assert "State v. Miles" in shown
    assert "from memory" in shown
