"""A ledger for the tests: a clock that ticks, bytes from a seed, and the worked example of docs/ledger-format.md."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable
from pathlib import Path

from lookalike.ledger.acts import Account, Act, NewEntry, Outcome
from lookalike.ledger.folder import create_ledger, open_ledger
from lookalike.ledger.keys import KeyFolder
from lookalike.ledger.ledger import Ledger
from lookalike.ledger.note import Kind, SigningKey

ORIGIN = "ledger.harbour.example/police"
WITNESS = "board.harbour.example/witness"
OLD = SigningKey.from_seed(ORIGIN, Kind.LOG, bytes(range(32)))
NEW = SigningKey.from_seed(ORIGIN, Kind.LOG, bytes(range(64, 96)))
BOARD = SigningKey.from_seed(WITNESS, Kind.WITNESS, bytes(range(32, 64)))

BODIES: list[dict[str, object]] = [
    {"format": "lookalike1", "key": OLD.verifier.text, "origin": ORIGIN},
    {
        "actor": "u-1042",
        "role": "examiner",
        "agency": "Harbour City Police",
        "source": "192.0.2.7",
        "where": "workstation 17",
        "objects": [{"id": "2026-00123", "kind": "case"}],
        "findings": ["R02"],
    },
    {
        "actor": "u-1042",
        "role": "examiner",
        "agency": "Harbour City Police",
        "source": "192.0.2.7",
        "where": "workstation 17",
        "objects": [{"id": "2026-00124", "kind": "case"}],
        "findings": [],
    },
]
LINES = [
    b"lookalike1 0 2026-10-14T09:12:33.07Z ledger.begin done klC33TnILQ1NBBCycxORM5milwv0Z9Y5Z/BdrCbE+ns=",
    b"lookalike1 1 2026-10-14T09:13:05.41Z search.run refused ZJcr4IToOkp79H2ic6qWQnrFcYbWnk/18/K1Dy6cfdU=",
    b"lookalike1 2 2026-10-14T09:20:00.00Z search.run allowed dXdmweYB7aLVzgudijlF4CH1RSTCmmuTdb8imHsd0V0=",
]
ROOT = bytes.fromhex("4574ffe0a904e683a460d208bf08a97c700e949b431435316ad00f488b7eb97c")
LOG_LINE = (
    "— ledger.harbour.example/police "
    "aQ1GVcv5kqTX5lBFaPKD0VxSr7O+wb4jnIQmmbVEhDox1nFW/lKWxyowKxstDjTG1Jv68+sVCBC1vueaQYdv3QUqrQQ=\n"
)
NEW_LINE = (
    "— ledger.harbour.example/police "
    "vgZETu1NtEnlMHKauutgFvOuXljpYqOFiRN6vFwsbsjyR24+3ie3o7G8bsMKMG/5PEURO7TdoURvt75nxX6nb+GFrQw=\n"
)
BOARD_LINE = (
    "— board.harbour.example/witness "
    "NnB6+QAAAABqz8AAFJ0pIe3obwMYFUhp+QIgKsVzzoRYTIVwkcCfOVQz4G8iTjDYuSOHIquPdY28BweYr7ZjBjRjGt2rY/thxSuYAg==\n"
)
TEXT = b"ledger.harbour.example/police\n3\nRXT/4KkE5oOkYNIIvwipfHAOlJtDFDUxatAPSIt+uXw=\n"


class Clock:
    """A clock that moves on by a tenth of a second whenever it is read."""

    def __init__(self) -> None:
        self.now = datetime.datetime(2026, 10, 14, 9, 0, tzinfo=datetime.UTC)

    def __call__(self) -> datetime.datetime:
        self.now += datetime.timedelta(milliseconds=100)
        return self.now


class Alarms(list[str]):
    """What an alarm was told."""

    def __call__(self, text: str) -> None:
        self.append(text)


def drawn(seed: str) -> Callable[[int], bytes]:
    """Bytes that look random and come again with the same seed."""
    count = 0

    def draw(size: int) -> bytes:
        nonlocal count
        count += 1
        return hashlib.shake_128(f"{seed} {count}".encode()).digest(size)

    return draw


def search(case: str = "2026-00123", outcome: Outcome = Outcome.REFUSED) -> NewEntry:
    """A search that was refused."""
    account = Account(
        actor="u-1042",
        role="examiner",
        agency="Harbour City Police",
        where="workstation 17",
        source="192.0.2.7",
        objects=[("case", case)],
    )
    return NewEntry(Act.SEARCH_RUN, outcome, account.body())


def made(folder: Path, entries: int = 0, seed: str = "a", alarm: Alarms | None = None) -> Ledger:
    """A new ledger with a first entry and `entries` searches, signed."""
    keys = KeyFolder(folder / "keys", ORIGIN)
    ledger = create_ledger(
        folder / "ledger", keys, clock=Clock(), random=drawn(seed), alarm=Alarms() if alarm is None else alarm
    )
    if entries:
        ledger.record(*(search(f"2026-{i:05d}") for i in range(entries)))
    return ledger


def reopened(folder: Path, seed: str = "b", alarm: Alarms | None = None) -> Ledger:
    """The same ledger, as a later process finds it."""
    clock = Clock()
    clock.now += datetime.timedelta(hours=1)
    return open_ledger(
        folder / "ledger", folder / "keys", clock=clock, random=drawn(seed), alarm=Alarms() if alarm is None else alarm
    )
