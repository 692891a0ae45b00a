"""`lookalike site`: one command makes a site and serves it, and says clearly when it cannot."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def start(home: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LOOKALIKE_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "lookalike.cli.main", "site", *arguments],
        env=environment | {"LOOKALIKE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def until(process: subprocess.Popen[str], words: str) -> str:
    told = ""
    assert process.stdout is not None
    for line in process.stdout:
        told += line
        if words in line:
            return told
    raise AssertionError(told)


@pytest.fixture(scope="module")
def port() -> int:
    """A port that nobody has."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    return number


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[dict[str, Any]]:
    """A site that was made and runs."""
    home = tmp_path_factory.mktemp("site")
    process = start(home, "run", "--port", str(port), "--workers", "1", "--agency", "Examplebury Police")
    told = until(process, "The site is at")
    yield {"home": home, "told": told, "process": process}
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


def test_the_site_is_made_and_served_with_a_link_for_its_administrator(running: dict[str, Any], port: int) -> None:
    link = re.search(rf"http://localhost:{port}/take-up/[\w-]+/", running["told"])
    assert link
    page = urllib.request.urlopen(link.group(0)).read().decode()
    assert "Before you sign in" in page
    style = urllib.request.urlopen(f"http://localhost:{port}/static/site/base.css")
    assert style.headers["Content-Type"].startswith("text/css")
    assert (running["home"] / "keys").stat().st_mode & 0o077 == 0


def test_a_port_that_is_taken_is_told(running: dict[str, Any], port: int) -> None:
    second = start(running["home"], "run", "--port", str(port))
    told, _ = second.communicate(timeout=60)
    assert second.returncode == 2
    assert f"Port {port} is not free" in told
    assert "--port" in told


def test_whoever_stands_at_the_machine_draws_a_link(running: dict[str, Any], port: int) -> None:
    told, _ = start(running["home"], "link", "administrator").communicate(timeout=60)
    assert "/take-up/" in told
    told, _ = start(running["home"], "link", "nobody").communicate(timeout=60)
    assert "There is no account 'nobody'" in told


def test_a_name_that_no_ledger_can_have_is_refused(tmp_path: Path) -> None:
    process = start(tmp_path, "make", "--origin", "no name at all")
    told, _ = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "cannot be the name of a ledger" in told
    assert not (tmp_path / "site").exists()


def test_it_stops_as_a_whole_and_runs_again_on_the_same_home(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for again in (False, True):
        process = start(tmp_path, "run", "--port", str(port), "--workers", "1")
        told = until(process, "The site is at")
        assert ("A new site" in told) is not again
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=60)
        assert "Stopped." in rest
        time.sleep(0.2)
        with pytest.raises(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            pass
