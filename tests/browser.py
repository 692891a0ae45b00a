"""Debian's Chromium for the tests that need a browser; without it they are skipped, but never in CI."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def launched(playwright: Playwright) -> Browser:
    """A running Chromium. Skips the test where there is none; in CI that is a failure."""
    if not CHROMIUM.exists():
        told = "Chromium is not installed; `make setup-system` installs it"
        if os.environ.get("CI"):
            pytest.fail(told)
        pytest.skip(told)
    return playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(ARGUMENTS))
