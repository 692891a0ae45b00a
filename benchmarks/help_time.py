"""`lookalike --help` answers before anybody wonders."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from benchmarks.claim import Line, median_seconds


def measure() -> list[Line]:
    """The whole process, start to exit."""
    program = Path(sys.executable).with_name("lookalike")
    took = median_seconds(lambda: subprocess.run([program, "--help"], check=True, capture_output=True), repeats=9)
    return [Line("lookalike --help", took, 0.3, unit=" s", at_most=True)]
