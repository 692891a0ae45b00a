"""A page with viewers on it, served on localhost under the strict policy that the site has."""

from __future__ import annotations

import html
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

STATIC = Path(__file__).parents[3] / "src/lookalike/site/static/viewer"
POLICY = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html; charset=utf-8", ".png": "image/png"}
KINDS |= {".jpg": "image/jpeg", ".json": "application/json"}
COMPONENTS = ["Skin", "Eyebrows", "Eyes", "Nose", "Mouth", "Ears", "Scars"]


def viewer(left: str, right: str, *, number: int = 1, state: Any = None, save: bool = False, extra: str = "") -> str:
    """The markup of one viewer, as docs/viewer-state.md gives it."""
    given = json.dumps({"version": 3, "state": state})
    saving = f'data-save="/save/{number}"' if save else ""
    return f"""
    <script type="application/json" id="state-{number}">{given}</script>
    <lookalike-viewer data-left="{left}" data-right="{right}" data-left-name="Probe" data-right-name="Candidate C"
      data-state-from="state-{number}" data-components="{html.escape(json.dumps(COMPONENTS))}" {saving} {extra}>
      <figure><img src="{left}" alt="Probe" width="160"><figcaption>Probe</figcaption></figure>
      <figure><img src="{right}" alt="Candidate C" width="160"><figcaption>Candidate C</figcaption></figure>
    </lookalike-viewer>"""


def page(*viewers: str) -> bytes:
    """A whole page round them."""
    return f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Comparison</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><meta name="csrf-token" content="the-token">
    <link rel="stylesheet" href="/page.css">
    <script type="module" src="/static/viewer/viewer.js"></script></head>
    <body><main><h1>Comparison</h1><h2>Probe and Candidate C</h2>{"".join(viewers)}</main></body></html>""".encode()


class Quiet(ThreadingHTTPServer):
    """A browser that goes away in the middle of an answer is nothing to speak of."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


class Site:
    """What is served: files by path; what was saved; how the next saves are answered."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {
            "/page.css": b":root { color-scheme: light dark } body { margin: 0; background: Canvas; color: CanvasText }"
        }
        self.saved: list[tuple[dict[str, Any], str | None]] = []
        self.answers: list[int] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                path = self.path.split("?")[0]
                static = STATIC / path.removeprefix("/static/viewer/")
                body = site.files.get(path)
                if body is None and path.startswith("/static/viewer/") and static.is_file():
                    body = static.read_bytes()
                self.answer(200 if body is not None else 404, body or b"", KINDS.get(Path(path).suffix, "text/plain"))

            def do_POST(self) -> None:
                given = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = site.answers.pop(0) if site.answers else 200
                if status == 200:
                    site.saved.append((given, self.headers["X-CSRFToken"]))
                body = json.dumps({"version": given["version"] + 1} if status == 200 else {}).encode()
                self.answer(status, body, "application/json")

            def answer(self, status: int, body: bytes, kind: str) -> None:
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", POLICY)
                self.send_header("Cache-Control", "no-store")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
