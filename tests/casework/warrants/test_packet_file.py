"""The packet of a case that went the whole way, as a file in a stranger's hands: checked and replayed.

Before it everything is real: the search, the lead, the signatures, the worker, the ledger. Here it leaves the site.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings

from lookalike.casework import files
from lookalike.casework.warrants.models import Packet
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
    if keep := os.environ.get("KEEP"):
        Path(keep).write_bytes(path.read_bytes())
    done = run("verify", path)
    assert done.returncode == 0, done.stdout + done.stderr
