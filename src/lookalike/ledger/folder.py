"""A ledger in a folder of its own: the store, the public key it began with, and the alarm when it cannot be written."""

from __future__ import annotations

from pathlib import Path

from lookalike.errors import BadNote, NoSuchLedger
from lookalike.files import write_whole
from lookalike.ledger.file_store import FileStore
from lookalike.ledger.keys import KeyFolder
from lookalike.ledger.ledger import Alarm, Clock, Ledger
from lookalike.ledger.note import Verifier
from lookalike.ledger.slots import Random

STORE = "ledger.sqlite"
PUBLIC_KEY = "first-key"
ALARM = "ALARM"


def create_ledger(folder: Path, keys: KeyFolder, *, clock: Clock, random: Random, alarm: Alarm) -> Ledger:
    """Make a ledger in a new folder, draw its keys, write and sign its first entry.

    Raises NoSuchLedger when the folder holds one, OutputExists when its keys are there, OSError.
    """
    if (folder / STORE).exists():
        raise NoSuchLedger(f"{folder} holds a ledger already.", remedy="Name another folder.")
    key = keys.create(random)
    folder.mkdir(parents=True, exist_ok=True)
    store = FileStore.create(folder / STORE)
    write_whole(folder / PUBLIC_KEY, key.verifier.text.encode() + b"\n", new=True)
    ledger = Ledger(store, keys, clock=clock, random=random, alarm=alarm)
    ledger.begin()
    ledger.publish()
    return ledger


def open_ledger(folder: Path, keys: Path, *, clock: Clock, random: Random, alarm: Alarm) -> Ledger:
    """Open a ledger, and finish what a crash cut short. keys: the folder of keys. Raises NoSuchLedger and others."""
    origin = first_key(folder).name
    store = FileStore(folder / STORE)
    try:
        ledger = Ledger(store, KeyFolder(keys, origin), clock=clock, random=random, alarm=alarm)
        ledger.recover()
    except BaseException:
        store.close()
        raise
    return ledger


def first_key(folder: Path) -> Verifier:
    """The public key a ledger began with. Raises NoSuchLedger."""
    try:
        return Verifier.parse((folder / PUBLIC_KEY).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadNote) as error:
        raise NoSuchLedger(f"{folder} is not a ledger.", remedy="Make one with `lookalike ledger init`.") from error


def write_alarm(folder: Path, keys: Path, text: str) -> None:
    """Leave an ALARM file beside the ledger, or in the folder of keys where that cannot be written."""
    for place in (folder, keys):
        try:
            write_whole(place / ALARM, text.encode() + b"\n")
        except OSError:
            continue
        return
