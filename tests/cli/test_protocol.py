"""`lookalike protocol` as a person meets it: what it prints and how it ends."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lookalike.protocol.pack import load_bytes, shipped
from lookalike.protocol.rules import RULES
from tests.protocol.parts import ENTRY, PACK

Run = Callable[..., subprocess.CompletedProcess[str]]
FORBIDDEN = re.compile(r"\bmatch(es|ed)?\b|\bidentified\b", re.IGNORECASE)
REQUEST = {
    "act": "request",
    "facts": {"at": "2026-11-23T12:00:00-05:00", "case": {"offence": {"nibrs": "23C", "statute": None}}},
}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `lookalike protocol` as a process of its own."""

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        return subprocess.run(
            [sys.executable, "-m", "lookalike.cli.main", "protocol", *map(str, arguments)],
            env=environment | {"LOOKALIKE_HOME": str(tmp_path), "COLUMNS": "160"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


@pytest.fixture
def request_file(tmp_path: Path) -> Path:
    """A request of which little is known: a theft."""
    path = tmp_path / "request.json"
    path.write_text(json.dumps(REQUEST), encoding="utf-8")
    return path


def test_list_names_every_pack_and_what_is_in_force(run: Run) -> None:
    done = run("list", "--on", "2026-11-23")
    assert done.returncode == 0, done.stderr
    for name in shipped():
        assert name in done.stdout
    rows = {row["id"]: row for row in json.loads(run("list", "--json", "--on", "2026-11-23").stdout)}
    assert not rows["virginia-2022"]["in_force"]
    assert rows["detroit-2024"]["in_force"]
    assert json.loads(run("list", "--json", "--on", "2026-06-30").stdout)[-3]["id"] == "utah-2021"


def test_show_is_a_page_for_a_council(run: Run) -> None:
    done = run("show", "detroit-2024")
    assert done.returncode == 0, done.stderr
    for words in (
        "# Detroit",
        "In force from 28 June 2024",
        "What is never done",
        "307.5",
        "read in part",
        "never read",
    ):
        assert words in done.stdout
    assert not FORBIDDEN.search(done.stdout.replace("match word", ""))
    assert json.loads(run("show", "virginia-2022", "--json").stdout)["ref"]["expires"] == "2026-07-01"


@pytest.mark.parametrize("name", ["virginia-2022", "house", "boston-ban", "template"])
def test_show_also_reads_what_may_not_be_used(run: Run, name: str) -> None:
    done = run("show", name)
    assert done.returncode == 0, done.stderr


def test_explain_tells_a_rule_and_who_uses_it(run: Run) -> None:
    done = run("explain", "r13")
    assert done.returncode == 0, done.stderr
    for words in (RULES["R13"].sentence, "witness_present", "detroit-2024.lineup-witness", "holding a lineup"):
        assert words in done.stdout


def test_check_refuses_a_theft_and_cites_the_directive(run: Run, request_file: Path) -> None:
    done = run("check", request_file)
    assert done.returncode == 3, done.stderr
    for words in ("Refused by", RULES["R02"].sentence, "23C", "307.5", "What it would take"):
        assert words in done.stdout
    told = json.loads(run("check", request_file, "--json").stdout)
    assert told["decision"]["allowed"] is False
    assert told["decision"]["schema"] == "lookalike.decision/1"


def test_check_of_an_expired_pack_says_when_it_expired(run: Run, request_file: Path) -> None:
    accept = ("--accept", "virginia-2022.affidavit", "--accept", "virginia-2022.annual", "--by", "A", "--reason", "B")
    done = run("check", request_file, "--pack", "virginia-2022", *accept)
    assert done.returncode == 3, done.stderr
    assert "1 July 2026" in done.stdout


def test_check_asks_for_each_unconfirmed_entry_by_name(run: Run, request_file: Path) -> None:
    done = run("check", request_file, "--pack", "boston-ban")
    assert done.returncode == 3
    assert "boston-ban.ban" in done.stderr
    accept = ("--accept", "boston-ban.ban", "--accept", "boston-ban.proxies", "--by", "A. Board", "--reason", "Asked.")
    done = run("check", request_file, "--pack", "boston-ban", *accept)
    assert done.returncode == 3
    assert "boston-ban.ban" in done.stdout
    assert "nobody has confirmed" in done.stdout
    assert run("check", request_file, "--accept", "no.such", "--by", "A", "--reason", "B").returncode == 2


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"act": "dance", "facts": {}}', '{"act": "request", "facts": {"x": 1}}', "\x00", "[" * 5000],
)  # fmt: skip
def test_check_says_what_is_wrong_with_facts(run: Run, tmp_path: Path, text: str) -> None:
    path = tmp_path / "facts.json"
    path.write_text(text, encoding="utf-8")
    done = run("check", path)
    assert done.returncode == 2, done.stdout
    assert "Cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_or_pack_or_rule_that_is_not_there_is_named(run: Run, request_file: Path) -> None:
    for arguments in (("check", "no.json"), ("show", "nowhere"), ("explain", "R99"), ("diff", "house", "nowhere"),
                      ("lint", "no.toml"), ("check", request_file, "--pack", "nowhere")):  # fmt: skip
        done = run(*arguments)
        assert done.returncode == 2, arguments
        assert "What to do" in done.stderr, arguments


def test_diff_speaks_in_sentences(run: Run) -> None:
    done = run("diff", "detroit-2019", "detroit-2024")
    assert done.returncode == 0, done.stderr
    assert "detroit-2024 forbids what detroit-2019 allows:" in done.stdout
    assert "A lineup now needs independent evidence. (R13)" in done.stdout
    assert "allow and forbid the same" in run("diff", "house", "house").stdout
    assert {row["turn"] for row in json.loads(run("diff", "detroit-2019", "detroit-2024", "--json").stdout)}


def test_lint_is_quiet_about_a_good_pack_and_fails_on_a_bad_one(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "city.toml", tmp_path / "bad.toml"
    good.write_text(PACK + ENTRY, encoding="utf-8")
    bad.write_text(PACK + ENTRY.replace("R02", "R99"), encoding="utf-8")
    done = run("lint", good)
    assert done.returncode == 0, done.stdout
    assert "errors 0" in done.stdout
    done = run("lint", bad, "--json")
    assert done.returncode == 2
    assert "R99" in json.loads(done.stdout)[0]["sentence"]


def test_a_city_can_start_from_the_template(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "template.toml"
    path.write_bytes(load_bytes("template")[0])
    assert run("lint", path).returncode == 0
    assert run("check", path, "--pack", "template").returncode == 2
