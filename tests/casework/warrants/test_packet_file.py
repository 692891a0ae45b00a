"""The packet of a case that went the whole way, as a file in a stranger's hands: checked and replayed.

Before it everything is real: the search, the lead, the signatures, the worker, the ledger. Here it leaves the site.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lookalike.casework import files
from lookalike.casework.galleries import matcher
from lookalike.casework.leads.documents import signer
from lookalike.casework.recording import ledger
from lookalike.casework.warrants.models import Packet
from lookalike.disclosure import container
from lookalike.gallery.gallery import Gallery
from tests.casework.warrants.conftest import Court

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run `lookalike disclosure` as a process of its own, in a home that knows nothing of the site."""

    def call(*arguments: object) -> subprocess.CompletedProcess[str]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
        environment |= {"LOOKALIKE_HOME": str(tmp_path / "home"), "LOOKALIKE_KEYS": str(settings.KEYS_FOLDER)}
        return subprocess.run(
            [sys.executable, "-m", "lookalike.cli.main", "disclosure", *map(str, arguments)],
            env=environment | {"COLUMNS": "160"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return call


def saved(packet: Packet, folder: Path) -> Path:
    """The packet as it is handed out."""
    assert packet.file is not None
    path = folder / "packet.zip"
    path.write_bytes(files.read(packet.file))
    return path


def test_the_packet_of_a_whole_case_is_verified_and_replayed_by_a_stranger(
    court: Court, run: Run, county: Path, tmp_path: Path
) -> None:
    court.corroborated()
    packet = court.packet(court.signed())
    path = saved(packet, tmp_path)
    done = run("verify", path)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(
        run("verify", path, "--json", "--certificate", signer(court.investigator).fingerprint, *keys()).stdout
    )
    assert told["ok"]
    assert [one["name"] for one in told["checks"] if not one["ok"]] == []
    assert [one for one in told["remarks"] if "nobody but its maker" in one] == []

    for name, made in damaged(path, tmp_path).items():
        done = run("verify", made)
        assert done.returncode == 3, (name, done.stdout)
        assert f"{made.name} is not as it should be" in done.stderr, name
        assert "What to do" in done.stderr
        assert "Traceback" not in done.stdout + done.stderr
    other = run("verify", path, "--certificate", "ab" * 32)
    assert other.returncode == 3
    assert "another certificate" in " ".join(other.stdout.split())
    other = run("verify", path, "--ledger-key", "ledger.example.org/other+1d2e3f40+" + "A" * 44)
    assert other.returncode in (2, 3)
    assert "Traceback" not in other.stderr

    done = run("replay", path, "--gallery", county)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "identical" in done.stdout
    empty = tmp_path / "other"
    with Gallery.create(empty, matcher().identity, Path(settings.KEYS_FOLDER)):
        pass
    wrong = run("replay", path, "--gallery", empty)
    assert wrong.returncode == 3
    assert "The gallery county was not given." in " ".join(wrong.stderr.split())
    assert run("replay", path, "--gallery", tmp_path / "nowhere").returncode == 2


def keys() -> list[str]:
    return [part for key in ledger().every_key() for part in ("--ledger-key", key.text)]


def damaged(path: Path, folder: Path) -> dict[str, Path]:
    """The packet with one byte changed, something taken away, something added, its document cut short."""
    data = path.read_bytes()
    entries = container.read(path)
    with container.span(path, entries[0]) as stream:
        document = stream.read()
    changed = bytearray(data)
    changed[len(data) // 2] ^= 1
    made = {"one byte changed": bytes(changed), "cut short": data[: len(data) // 2]}
    for name, pdf in (
        ("an attachment removed", without(document, "contents.json")),
        ("an attachment added", added(document)),
        ("the PDF cut short", document[: len(document) * 2 // 3]),
    ):
        stream = io.BytesIO()
        container.write(stream, pdf, [])
        made[name] = stream.getvalue()
    stranger = io.BytesIO(data)
    with zipfile.ZipFile(stranger, "a") as archive:
        archive.writestr("originals/more.txt", "more")
    made["a file added beside"] = stranger.getvalue()
    paths = {}
    for number, (name, content) in enumerate(made.items()):
        paths[name] = folder / f"damaged-{number}.zip"
        paths[name].write_bytes(content)
    return paths


def without(document: bytes, name: str) -> bytes:
    """The PDF with an attachment taken out by somebody who writes an update to it, as any PDF editor does."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    tree = writer.root["/Names"]["/EmbeddedFiles"]
    while "/Names" not in tree:
        tree = tree["/Kids"][0].get_object()
    names = tree["/Names"]
    place = [str(one) for one in names].index(name)
    del names[place : place + 2]
    writer.update_container(names)
    return saved_by(writer)


def added(document: bytes) -> bytes:
    """The PDF with one more attachment."""
    from pyhanko.pdf_utils import embed
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(document))
    embedded = embed.EmbeddedFileObject.from_file_data(writer, data=b"more", mime_type="text/plain")
    embed.embed_file(writer, embed.FileSpec(file_spec_string="more.txt", embedded_data=embedded))
    return saved_by(writer)


def saved_by(writer: Any) -> bytes:
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()
