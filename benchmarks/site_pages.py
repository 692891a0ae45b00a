"""Every list and every detail page, role by role: 10,000 cases, 100,000 ledger entries, one browser, real gunicorn.

    make bench CLAIM=site_pages                                # seeds a site in a temporary folder first: minutes
    LOOKALIKE_BENCH_SITE=FOLDER make bench CLAIM=site_pages    # keeps it, and uses it again

p50 and p95 in milliseconds, as the browser sees them, and the processor's time a page; a page's several addresses are
asked for in turn, once each before anything counts.
"""

from __future__ import annotations

import os
import time
from itertools import cycle, islice
from typing import Any

import numpy as np

from benchmarks.claim import Line
from benchmarks.site_served import Browser, seeded, served

ASKED_MS = 150
TIMES = 40

READS = (
    "/cases/",
    "/cases/?page=100",
    "/cases/?words=25-009&sort=number",
    "/cases/{case}/",
    "/requests/",
    "/requests/?page=50",
    "/requests/?state=lead",
    "/requests/{request}/",
    "/searches/{search}/",
    "/examinations/",
    "/examinations/{search}/",
    "/leads/",
    "/leads/?page=50",
    "/leads/{lead}/",
)
LEDGER = ("/ledger/", "/ledger/?page=500", "/ledger/5000/", "/law/")
PAGES: dict[str, tuple[str, ...]] = {
    "investigator0": (
        "/",
        "/me/",
        "/cases/",
        "/cases/new/",
        "/cases/{case}/",
        "/cases/{case}/change/",
        "/exhibits/{exhibit}/",
        "/stills/{still}/",
        "/stills/{still}/ask/",
        "/requests/",
        "/requests/{request}/",
        "/leads/",
        "/leads/{lead}/",
    ),
    "examiner0": (
        "/",
        "/requests/",
        "/requests/{request}/",
        "/tasks/",
        "/tasks/{given}/",
        "/tasks/{probe}/",
        "/tasks/{comparing}/",
        "/tasks/{concluded}/",
    ),
    "supervisor0": ("/", *READS, "/requests/{answered}/answer/", "/trials/", *LEDGER, "/health/"),
    "prosecutor0": ("/", *READS),
    "auditor0": ("/", *READS, *LEDGER, "/trials/", "/bookings/", "/bookings/?page=200", "/bookings/{booking}/"),
    "board0": ("/", *LEDGER, "/health/"),
    "custodian0": ("/", "/bookings/", "/bookings/{booking}/", "/health/"),
    "ida": (
        "/",
        "/evidence/",
        "/cases/{court_case}/",
        "/cases/{court_case}/evidence/",
        "/cases/{court_case}/lineups/",
        "/cases/{court_case}/lineups/new/",
        "/suspects/{suspect}/",
        "/suspects/{suspect}/statement/",
        "/evidence/{item}/",
        "/parties/{party}/",
        "/witnesses/{party}/",
        "/lineups/",
        "/lineups/{lineup}/",
        "/lineups/{held}/held/",
        "/warrants/",
        "/warrants/{warrant}/",
        "/packets/{packet}/",
    ),
    "carl": ("/", "/lineups/", "/lineups/{lineup}/", "/warrants/{before}/"),
    "petra": ("/", "/warrants/", "/warrants/{before}/", "/packets/{packet}/"),
    "lena": ("/", "/holdings/", "/holdings/{holding}/"),
    "sam": ("/past/", "/past/{past}/"),
    "adam": ("/volunteers/",),
    "administrator0": ("/", "/accounts/", "/accounts/{person}/", "/agencies/", "/law/", "/law/packs/"),
}


def measure() -> list[Line]:
    """The slowest page, with all of them in the numbers."""
    table = []
    with seeded() as (home, told), served(home) as site:
        for who, paths in PAGES.items():
            for path in paths:
                begun = site.cpu()
                p50, p95, status = _timed(Browser(site.port, told["sessions"][who]), path, told["pages"][who])
                cpu = (site.cpu() - begun) / (TIMES + 1) * 1e3
                table.append((who, path, p50, p95, cpu, status))
                slow = "" if p95 < ASKED_MS and status == {200} else f"  <- {sorted(status)}"
                print(f"  {who:<15} {path:<36} {p50:7.1f} {p95:7.1f} {cpu:7.1f} ms{slow}", flush=True)
    wrong = [(who, path, sorted(status)) for who, path, _, _, _, status in table if status != {200}]
    slowest = max(table, key=lambda row: row[3])
    numbers: dict[str, Any] = {
        "pages": {f"{who} {path}": [round(one, 1) for one in times] for who, path, *times, _ in table},
        "load": os.getloadavg()[0],
        "seeded_in_s": told["seconds"],
    }
    if wrong:
        raise RuntimeError(f"Pages that did not answer as they should: {wrong}")
    return [
        Line("site: slowest page, p95", slowest[3], ASKED_MS, " ms", True, numbers | {"page": slowest[:2]}),
        Line("  median of all pages' p95", float(np.median([row[3] for row in table])), None, " ms"),
    ]


def _timed(browser: Browser, path: str, rows: dict[str, Any]) -> tuple[float, float, set[int]]:
    """p50 and p95 in milliseconds, and the statuses that came."""
    flat = {name: ids for name, ids in rows.items() if isinstance(ids, list)} | rows["task"]
    name = path[path.find("{") + 1 : path.find("}")] if "{" in path else ""
    addresses = [path.replace(f"{{{name}}}", one) for one in flat[name]] if name else [path]
    assert addresses, f"the seed has no {name}"
    taken, statuses = [], set()
    for one in addresses:
        browser.get(one)
    for one in islice(cycle(addresses), TIMES):
        begun = time.perf_counter()
        status, _body = browser.get(one)
        taken.append((time.perf_counter() - begun) * 1e3)
        statuses.add(status)
    browser.close()
    return float(np.quantile(taken, 0.5)), float(np.quantile(taken, 0.95)), statuses
