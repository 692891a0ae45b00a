"""A seeded site, served as `lookalike site run` serves it, and somebody's browser: one connection that is kept open."""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.claim import ROOT

SEEDS = (
    *(ROOT / "benchmarks" / name for name in ("site_seed.py", "site_gallery.py")),
    *(ROOT / "tests" / "site" / "whole" / name for name in ("seed.py", "story.py", "court.py")),
)
"""The code that fills a home, beside the migrations that shape it."""

STARTS = 120.0
"""Seconds in which the site has to answer for the first time."""


@contextmanager
def seeded(cases: int = 10_000, entries: int = 100_000, records: int = 20_000) -> Iterator[tuple[Path, dict[str, Any]]]:
    """A home with years of work in it, and what `benchmarks.site_seed` tells of it.

    LOOKALIKE_BENCH_SITE: a folder in which it is kept, and used again the next time, if the same would be made in it.
    Everybody is signed in anew. Raises RuntimeError where the folder holds another site, or one that was cut short.
    """
    kept = os.environ.get("LOOKALIKE_BENCH_SITE")
    home = Path(kept or tempfile.mkdtemp(prefix="lookalike-site-"))
    size = ["--cases", str(cases), "--entries", str(entries), "--records", str(records)]
    try:
        told = home / "told.json"
        if not told.exists():
            if home.exists() and any(home.iterdir()):
                raise RuntimeError(f"{home} holds no site that was filled to its end: name another folder")
            home.mkdir(parents=True, exist_ok=True)
            begun = time.monotonic()
            pages = _seed(home, *size)
            made = {"pages": pages, "made_as": _made_as(size), "seconds": time.monotonic() - begun}
            told.write_text(json.dumps(made))
        data = json.loads(told.read_text())
        if data.get("made_as") != _made_as(size):
            raise RuntimeError(f"the site in {home} is of another size, or was made by older code: name another folder")
        yield home, data | {"sessions": _seed(home, "--sign-in")}
    finally:
        if not kept:
            shutil.rmtree(home)


def _seed(home: Path, *arguments: str) -> Any:
    seed = [sys.executable, "-m", "benchmarks.site_seed", *arguments]
    run = subprocess.run(seed, cwd=ROOT, env=_environment(home), check=True, stdout=subprocess.PIPE)
    return json.loads(run.stdout)


def _made_as(size: list[str]) -> str:
    """What tells one seed from another: its size, and the code that makes it."""
    digest = hashlib.sha256(" ".join(size).encode())
    for path in (*SEEDS, *sorted((ROOT / "src" / "lookalike" / "casework").glob("**/migrations/*.py"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Served:
    """A site that answers. process: of `lookalike site run`, whose children do the work."""

    port: int
    process: int

    def cpu(self) -> float:
        """Seconds of processor time that those who answer have used, whatever else the machine does."""
        parents: dict[int, int] = {}
        used: dict[int, int] = {}
        for path in Path("/proc").glob("[0-9]*"):
            try:
                fields = (path / "stat").read_text().rpartition(")")[2].split()
                if b"gunicorn" in (path / "cmdline").read_bytes():
                    used[int(path.name)] = int(fields[11]) + int(fields[12])
                parents[int(path.name)] = int(fields[1])
            except OSError:
                continue  # it ended meanwhile
        mine = [ticks for one, ticks in used.items() if self.process in (parents[one], parents.get(parents[one]))]
        return sum(mine) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(home: Path) -> Iterator[Served]:
    """The site of a home on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    command = [sys.executable, "-m", "lookalike.cli.main", "site", "run", "--port", str(port)]
    site = subprocess.Popen(command, cwd=ROOT, env=_environment(home), stdout=subprocess.DEVNULL)
    try:
        end = time.monotonic() + STARTS
        while not _answers(port):
            if site.poll() is not None or time.monotonic() > end:
                raise RuntimeError("the site did not start")
            time.sleep(0.2)
        yield Served(port, site.pid)
    finally:
        site.terminate()
        site.wait()


def _environment(home: Path) -> dict[str, str]:
    return os.environ | {"LOOKALIKE_HOME": str(home), "LOOKALIKE_PLAIN_HTTP": "1"}


def _answers(port: int) -> bool:
    try:
        return Browser(port, "").get("/notice/")[0] == 200
    except OSError:
        return False


class Browser:
    """One connection with one session."""

    def __init__(self, port: int, session: str) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self._cookie = {"Cookie": f"sessionid={session}"} if session else {}

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of a page; a page that leads elsewhere is not followed."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: bytes, kind: str = "application/x-www-form-urlencoded") -> tuple[int, bytes]:
        """Send a form. The body of an answer that leads elsewhere is its address."""
        return self._ask("POST", path, body, {"Content-Type": kind})

    def _ask(self, method: str, path: str, body: bytes | None, more: dict[str, str]) -> tuple[int, bytes]:
        try:
            self._connection.request(method, path, body, self._cookie | more)
            answer = self._connection.getresponse()
        except ConnectionError:
            if method != "GET":
                raise
            self._connection.close()  # closed while nobody asked; a browser opens another and asks again, once
            self._connection.request(method, path, body, self._cookie | more)
            answer = self._connection.getresponse()
        data = answer.read()
        return answer.status, (answer.getheader("Location") or "").encode() if 300 <= answer.status < 400 else data

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
