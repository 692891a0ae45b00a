"""A PostgreSQL that lives as long as one command, on a socket in a temporary folder of its own.

    python tools/with_postgresql.py python -m pytest tests/casework tests/site

The command finds the address in LOOKALIKE_TEST_DATABASE. Whatever becomes of it, the cluster is stopped and deleted.
Exits as the command does, or with 77 where PostgreSQL is not installed here.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

NOT_HERE = 77
MEMORY, ROOM = Path("/dev/shm"), 2 << 30


class NoPostgreSQL(Exception):
    """PostgreSQL cannot be started here, and why."""


@contextmanager
def cluster() -> Iterator[Path]:
    """A running cluster that trusts everybody on its socket; its superuser is postgres. Yields the socket's folder.

    Raises NoPostgreSQL.
    """
    binaries = _binaries()
    user = _another_user() if os.getuid() == 0 else []
    folder = _folder()
    data = folder / "data"
    if user:
        shutil.chown(folder, "postgres")
    try:
        _call(*user, str(binaries / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust")
        server = [*user, str(binaries / "pg_ctl"), "-D", str(data)]
        _call(*server, "-w", "-o", f"-k {folder} -c listen_addresses=", "-l", str(folder / "data" / "log"), "start")
        try:
            yield folder
        finally:
            _call(*server, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def address(folder: Path, name: str = "postgres") -> str:
    """The address of a database of a cluster, as the site's settings take it."""
    return f"postgresql://postgres@{quote(str(folder), safe='')}/{name}"


def _binaries() -> Path:
    places = [Path(found).resolve().parent for found in [shutil.which("initdb")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    for place in places:
        if (place / "initdb").exists():
            return place
    raise NoPostgreSQL("PostgreSQL's initdb is not installed")


def _another_user() -> list[str]:
    """PostgreSQL refuses to run as root."""
    if shutil.which("runuser") is None or subprocess.run(["id", "postgres"], capture_output=True).returncode:
        raise NoPostgreSQL("PostgreSQL does not run as root, and there is no user postgres")
    return ["runuser", "-u", "postgres", "--"]


def _folder() -> Path:
    """A short path in small letters: a socket's path is limited, and the host of an address has no capitals.

    In memory where there is room: the ledger refuses a server that does not sync, and nothing here need outlive it.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    name = Path(tempfile.mkdtemp(prefix="lookalike-pg-", dir=MEMORY if roomy else "/tmp"))
    return name.rename(str(name).lower())


def _call(*command: str) -> None:
    """Run one of the cluster's programs. What it prints may outlive it in the server, so nothing waits for that."""
    subprocess.run(command, cwd="/", check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def main(command: list[str]) -> int:
    """Run a command beside a cluster."""
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
    try:
        with cluster() as folder:
            environment = os.environ | {"LOOKALIKE_TEST_DATABASE": address(folder)}
            return subprocess.run(command, env=environment, check=False).returncode
    except NoPostgreSQL as reason:
        print(f"{reason}. On Debian: make setup-system", file=sys.stderr)
        return NOT_HERE


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
