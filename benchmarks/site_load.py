"""Fifty people at once for two minutes, each in a browser of their own, thinking one to three seconds between pages.

Real gunicorn as `lookalike site run` starts it. Two in a hundred of the pages are acts: an investigator opens a
case, an examiner begins an examination; so that readers meet writers. A page that is not there for
its reader, any status from 500 on, or no answer, is an error.
"""

from __future__ import annotations

import os
import random
import re
import threading
import time
from collections import Counter
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks.claim import Line
from benchmarks.site_served import Browser, seeded, served

SECONDS = 120
NO_ANSWER = 0
"""The status of a page for which the connection was lost, or nothing came for a minute."""

ASKED_MS = 500
TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')

MIX: dict[str, dict[str, int]] = {
    "investigator": {
        "/": 2,
        "/cases/": 4,
        "/cases/{case}/": 8,
        "/exhibits/{exhibit}/": 3,
        "/stills/{still}/": 2,
        "/requests/": 3,
        "/requests/{request}/": 5,
        "/leads/": 1,
        "open a case": 1,
    },
    "examiner": {
        "/": 2,
        "/tasks/": 5,
        "/tasks/{given}/": 2,
        "/tasks/{comparing}/": 8,
        "/requests/": 2,
        "begin a task": 1,
    },
    "supervisor": {
        "/": 1,
        "/cases/{case}/": 3,
        "/requests/": 3,
        "/requests/{request}/": 4,
        "/searches/{search}/": 2,
        "/examinations/": 3,
        "/examinations/{search}/": 4,
        "/leads/": 3,
        "/leads/{lead}/": 4,
        "/requests/{answered}/answer/": 3,
    },
    "custodian": {"/": 1, "/bookings/": 5, "/bookings/{booking}/": 5, "/health/": 1},
    "auditor": {"/": 1, "/ledger/": 4, "/ledger/5000/": 3, "/cases/": 2, "/searches/{search}/": 2, "/leads/{lead}/": 2},
    "board": {"/": 1, "/ledger/": 2, "/law/": 2},
    "prosecutor": {"/": 1, "/cases/": 2, "/cases/{case}/": 3, "/leads/": 2},
    "administrator": {"/": 1, "/accounts/": 3, "/accounts/{person}/": 3, "/law/": 1},
}
"""What each role asks for, and how often."""


class Somebody:
    """One person at work for two minutes. taken: (what, milliseconds) of every answer; wrong: the errors."""

    def __init__(self, port: int, username: str, told: dict[str, Any]) -> None:
        rows = told["pages"][username]
        self._rows = {name: ids for name, ids in rows.items() if isinstance(ids, list)} | rows["task"]
        self._mix = {
            path: often for path, often in MIX[rows["role"]].items() if "{" not in path or self._rows.get(_named(path))
        }
        self._browser = Browser(port, told["sessions"][username])
        self._chance = random.Random(username)
        self._name = username
        self.taken: list[tuple[str, float]] = []
        self.wrong: list[tuple[str, int]] = []

    def work(self, until: float) -> None:
        """Ask, think, ask again."""
        time.sleep(self._chance.uniform(0, 3))
        while time.monotonic() < until:
            what = self._chance.choices(list(self._mix), list(self._mix.values()))[0]
            if what == "open a case":
                self._open_case()
            elif what == "begin a task":
                self._begin()
            else:
                name = _named(what)
                self._ask(what, what.replace(f"{{{name}}}", self._chance.choice(self._rows[name])) if name else what)
            time.sleep(self._chance.uniform(1, 3))
        self._browser.close()

    def _ask(
        self, what: str, path: str, form: dict[str, str] | None = None, *, fine: tuple[int, ...] = (200,)
    ) -> bytes:
        begun = time.perf_counter()
        try:
            if form is None:
                status, body = self._browser.get(path)
            else:
                status, body = self._browser.post(path, urlencode(form).encode())
        except (OSError, HTTPException):
            self._browser.close()  # the next page opens a connection of its own
            status, body = NO_ANSWER, b""
        self.taken.append((what, (time.perf_counter() - begun) * 1e3))
        if status not in fine:
            self.wrong.append((f"{self._name} {what} {path}", status))
        return body

    def _open_case(self) -> None:
        token = _token(self._ask("/cases/new/", "/cases/new/"))
        form = {
            "csrfmiddlewaretoken": token,
            "agency": "dpd",
            "number": f"{self._name}-{time.time_ns()}",  # a kept site has cases of earlier runs
            "nibrs": "120",
            "statute": "750.529",
            "attempted": "no",
            "felony": "yes",
            "completed_on": "2026-01-05",
            "narrative": "A man with a knife took the day's money.",
        }
        self._ask("open a case", "/cases/new/", form, fine=(302, 303))

    def _begin(self) -> None:
        if not self._rows["given"]:
            return
        task = self._rows["given"].pop()
        if not self._rows["given"]:
            self._mix = {path: often for path, often in self._mix.items() if path != "/tasks/{given}/"}
        token = _token(self._ask("/tasks/{given}/", f"/tasks/{task}/"))
        self._ask("begin a task", f"/tasks/{task}/begin", {"csrfmiddlewaretoken": token}, fine=(302, 303))


def measure() -> list[Line]:
    """No error, and the 95th of a hundred answers."""
    with seeded() as (home, told), served(home) as site:
        people = [Somebody(site.port, username, told) for username in told["sessions"]]
        assert len(people) == 50
        until = time.monotonic() + SECONDS
        threads = [threading.Thread(target=one.work, args=(until,)) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        load = os.getloadavg()[0]
    taken = [one for person in people for one in person.taken]
    wrong = [one for person in people for one in person.wrong]
    by_page: dict[str, list[float]] = {}
    for what, ms in taken:
        by_page.setdefault(what, []).append(ms)
    for what, times in sorted(by_page.items(), key=lambda one: -float(np.quantile(one[1], 0.95))):
        p50, p95 = np.quantile(times, [0.5, 0.95])
        print(f"  {what:<32} {len(times):5} {p50:7.1f} {p95:7.1f} ms")
    for (where, status), count in Counter(wrong).most_common(10):
        print(f"  wrong: {where} answered {status}, {count} times")
    every = [ms for _, ms in taken]
    p50, p95 = (float(np.quantile(every, q)) for q in (0.5, 0.95))
    numbers = {"answers": len(every), "p50_ms": p50, "longest_ms": max(every), "load": load}
    return [
        Line("site: 50 people, p95", p95, ASKED_MS, " ms", True, numbers),
        Line("  errors", float(len(wrong)), 0, "", True),
    ]


def _named(path: str) -> str:
    return path[path.find("{") + 1 : path.find("}")] if "{" in path else ""


def _token(page: bytes) -> str:
    found = TOKEN.search(page)
    return found.group(1).decode() if found else ""
