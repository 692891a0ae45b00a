"""From upload to candidates with a million records: the photograph is taken in, asked for, approved and searched.

Every step is the page's own, sent to real gunicorn; what people do between the steps is not counted. The first chains
warm both workers and are thrown away: they load the networks and the gallery.
"""

from __future__ import annotations

import os
import re
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import numpy as np

from benchmarks.claim import Line
from benchmarks.site_gallery import PROBES
from benchmarks.site_load import TOKEN
from benchmarks.site_served import Browser, seeded, served

RECORDS = 10**6
ASKED_S = 1.5
WARM = 4
STILL = re.compile(rb"/stills/([0-9a-f]{32})/")
FACTS = "The clerk pressed the alarm while the man stood at the till; the camera above it recorded him."


def measure() -> list[Line]:
    """The median and the longest of eight chains."""
    with seeded(cases=200, entries=2_000, records=RECORDS) as (home, told), served(home) as site:
        rounds = []
        for name in PROBES:
            rounds.append(_chain(site.port, told, name))
            print(
                "  " + "  ".join(f"{step} {seconds * 1e3:.0f} ms" for step, seconds in rounds[-1].items()), flush=True
            )
        load = os.getloadavg()[0]
    kept = rounds[WARM:]
    wholes = [sum(one.values()) for one in kept]
    steps = {step: float(np.median([one[step] for one in kept])) for step in kept[0]}
    numbers: dict[str, Any] = {"steps_s": steps, "longest_s": max(wholes), "load": load, "records": RECORDS}
    return [Line("site: upload to candidates, 10^6", float(np.median(wholes)), ASKED_S, " s", True, numbers)]


def _chain(port: int, told: dict[str, Any], name: str) -> dict[str, float]:
    """How long each step of one search took, in seconds."""
    from lookalike.demo.story import PEOPLE

    investigator = Browser(port, told["sessions"]["investigator0"])
    examiner = Browser(port, told["sessions"]["examiner0"])
    case = told["pages"]["investigator0"]["case"][0]
    token = _token(investigator, f"/cases/{case}/exhibits/new/")
    photo = (PEOPLE / "probes" / name).read_bytes()
    fields = {
        "csrfmiddlewaretoken": token,
        "kind": "photograph",
        "title": "Camera above the till",
        "probe_kind": "still_from_evidence",
        "received_from": "the shop's owner",
        "received_on": "2026-01-05",
    }
    body, kind = _multipart(fields, photo)
    took: dict[str, float] = {}

    def timed(step: str, work: Any) -> Any:
        begun = time.perf_counter()
        given = work()
        took[step] = time.perf_counter() - begun
        return given

    path = f"/cases/{case}/exhibits/new/"
    exhibit = timed("upload", lambda: _expect(investigator.post(path, body, kind), 303)).decode()
    still = STILL.search(_expect(investigator.get(exhibit), 200))
    assert still is not None
    ask = f"/stills/{still.group(1).decode()}/ask/"
    page = timed("form", lambda: _expect(investigator.get(ask), 200))
    wanted = {
        "csrfmiddlewaretoken": token,
        "face": "1",
        "purpose": "identify_suspect",
        "suspicion": "reasonable_suspicion",
        "specific_facts": FACTS,
        "route": "own_case",
        "repeat_reason": "The original recording came in.",
        "version": _value(page, "version"),
        "ask": "1",
    }
    request = timed("ask", lambda: _expect(investigator.post(ask, urlencode(wanted).encode()), 302)).decode()
    _expect(examiner.post(f"/cases/{case}/read/", _form(examiner, "/requests/")), 303)
    read = _expect(examiner.get(request), 200)
    check = {
        "csrfmiddlewaretoken": _value(read, "csrfmiddlewaretoken"),
        "words": "As the report says.",
        "version": _value(read, "version"),
        "approve": "1",
    }
    timed("approve and search", lambda: _expect(examiner.post(f"{request}check/", urlencode(check).encode()), 302))
    assert b"With the examiners" in _expect(examiner.get(request), 200)
    investigator.close()
    examiner.close()
    return took


def _expect(answer: tuple[int, bytes], status: int) -> bytes:
    if answer[0] != status:
        raise RuntimeError(f"the site answered {answer[0]}, not {status}: {_words(answer[1])}")
    return answer[1]


def _words(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode(errors="replace")))[:1500]


def _form(browser: Browser, path: str) -> bytes:
    return urlencode({"csrfmiddlewaretoken": _token(browser, path)}).encode()


def _token(browser: Browser, path: str) -> str:
    found = TOKEN.search(browser.get(path)[1])
    return found.group(1).decode() if found else ""


def _value(page: bytes, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"'.encode(), page)
    assert found is not None, f"the page has no {name}"
    return found.group(1).decode()


def _multipart(fields: dict[str, str], photo: bytes) -> tuple[bytes, str]:
    mark = secrets.token_hex(16)
    parts = [
        f'--{mark}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="till.jpg"\r\n'
        f"Content-Type: image/jpeg\r\n\r\n".encode()
    )
    return b"".join(parts) + photo + f"\r\n--{mark}--\r\n".encode(), f"multipart/form-data; boundary={mark}"
