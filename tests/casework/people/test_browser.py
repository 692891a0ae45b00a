"""The door and the administrator's pages in a real browser, at a real site that `lookalike site run` serves."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, sync_playwright

from tests.browser import launched
from tests.site.test_look import overflow, violations

PASSWORD = "a long sentence about horses"


def code_of(secret: str) -> str:
    """What an app shows now. Source: RFC 6238."""
    step = int(time.time() // 30).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), step, hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place : place + 4], 'big') & 0x7FFFFFFF) % 10**6:06}"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address of a site that runs, and the link of its administrator."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("LOOKALIKE_", "DJANGO_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "lookalike.cli.main", "site", "run", "--port", str(port), "--workers", "1"],
        env=environment | {"LOOKALIKE_HOME": str(tmp_path_factory.mktemp("home"))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    told = ""
    assert process.stdout is not None
    for line in process.stdout:
        told += line
        if "The site is at" in line:
            break
    link = re.search(r"http://\S+/take-up/\S+", told)
    assert link, told
    yield f"http://localhost:{port}", link.group(0)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)


@pytest.fixture
def browser() -> Iterator[Any]:
    """Chromium, with whatever its console complains of."""
    with sync_playwright() as started:
        chromium = launched(started)
        yield chromium
        chromium.close()


def look(page: Page, shots: Path, name: str) -> None:
    """Nothing overflows and axe finds nothing, wide and narrow, light and dark; the pictures are kept."""
    for width in (1440, 360):
        for mode in ("light", "dark"):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=mode)  # type: ignore[arg-type]
            page.screenshot(path=shots / f"{name}-{width}-{mode}.png", full_page=True)
            assert violations(page) == [], (name, width, mode)
            assert overflow(page) <= 0, (name, width, mode)
    page.set_viewport_size({"width": 1440, "height": 900})


def test_an_administrator_comes_in_and_makes_the_site_ready(
    site: tuple[str, str], browser: Any, tmp_path: Path
) -> None:
    base, link = site
    context = browser.new_context()
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type in ("error", "warning") else None)
    page.goto(link)
    look(page, tmp_path, "notice")
    page.get_by_role("button", name="I have read this").click()
    look(page, tmp_path, "take-up")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    look(page, tmp_path, "sign-in")
    page.get_by_label("Name to sign in with").fill("administrator")
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    look(page, tmp_path, "second-factor")
    page.get_by_role("link", name="Enrol an app").click()
    look(page, tmp_path, "app")
    secret = page.get_attribute("code[data-copy]", "data-copy")
    page.get_by_label("six digits").fill(code_of(secret or ""))
    page.get_by_role("button", name="Enrol the app").click()
    look(page, tmp_path, "codes")
    page.get_by_role("link", name="I have kept them").click()
    look(page, tmp_path, "home")
    for path in ("accounts/", "accounts/new/", "agencies/new/", "law/", "law/packs/", "law/papers/", "me/"):
        page.goto(f"{base}/{path}")
        look(page, tmp_path, path.strip("/").replace("/", "-"))
    page.goto(f"{base}/law/packs/maine-2021/put/")
    look(page, tmp_path, "put")
    page.goto(f"{base}/accounts/new/")
    page.get_by_label("Name to sign in with").fill("wat.cher")
    page.get_by_label("Name", exact=True).fill("Wat Cher")
    page.get_by_label("auditor").check()
    page.get_by_role("button", name="Make the account").click()
    look(page, tmp_path, "account")
    assert complaints == []

    devices = context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    key = options | {"isUserVerified": True, "automaticPresenceSimulation": True}
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": key})
    page.goto(f"{base}/sign-in/factors/passkeys/new/")
    look(page, tmp_path, "passkey")
    page.get_by_label("Sign in with this key alone").check()
    page.get_by_role("button", name="Enrol a passkey").click()
    page.wait_for_url("**/me/")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="I have read this").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{base}/")
    assert page.get_by_role("heading", name="Your work").is_visible()
    assert complaints == []
