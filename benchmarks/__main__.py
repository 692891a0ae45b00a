"""Run every claim, or the ones named: `python -m benchmarks [NAME ...]`."""

from __future__ import annotations

import importlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict

from benchmarks import exact_scan
from benchmarks.claim import ROOT, Line, Skip

CLAIMS: dict[str, Callable[[], list[Line]]] = {
    "help": lambda: importlib.import_module("benchmarks.help_time").measure(),
    "enrolment": lambda: importlib.import_module("benchmarks.enrolment").measure(),
    "others": lambda: importlib.import_module("benchmarks.other_indexes").measure(),
    "ledger": lambda: importlib.import_module("benchmarks.ledger").measure(),
    "accuracy": lambda: importlib.import_module("benchmarks.accuracy").measure(),
    "site_pages": lambda: importlib.import_module("benchmarks.site_pages").measure(),
    "site_load": lambda: importlib.import_module("benchmarks.site_load").measure(),
    "site_search": lambda: importlib.import_module("benchmarks.site_search").measure(),
    "pairs": lambda: importlib.import_module("benchmarks.pairs").measure(),
    "viewer": lambda: importlib.import_module("benchmarks.viewer").measure(),
} | exact_scan.CLAIMS


def main(names: list[str]) -> int:
    """Run the claims and keep all numbers in results.json. Returns 2 for a name that is not known."""
    unknown = sorted(set(names) - set(CLAIMS))
    if unknown:
        print(f"No claim {', '.join(unknown)}. There are: {', '.join(CLAIMS)}.", file=sys.stderr)
        return 2
    file = ROOT / "benchmarks" / "results.json"
    kept = json.loads(file.read_text()) if file.exists() else {}
    for name in names or CLAIMS:
        try:
            lines = CLAIMS[name]()
        except Skip as reason:
            print(f"{name:<34} skipped: {reason}", flush=True)
            continue
        for line in lines:
            print(line, flush=True)
        kept[name] = {
            "cores": len(os.sched_getaffinity(0)),
            "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
            "lines": [asdict(line) | {"verdict": line.verdict} for line in lines],
        }
    file.write_text(json.dumps(kept, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
