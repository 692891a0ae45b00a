"""The export: one text file that an outsider verifies with `verify_ledger.py`, read from front to back.

lookalike-ledger-export1 <full|public>
log <the first public key>
<line> <base64 of the blob, or ->        one an entry
.
<base64 of the root over each 256 entries>
.
<number of notes>, then for each <length in bytes> and the note: hand-overs, the oldest first, then the checkpoint
"""

from __future__ import annotations

from typing import BinaryIO

from lookalike.ledger.canonical import to_base64
from lookalike.ledger.checkpoint import open_checkpoint
from lookalike.ledger.entry import open_blob
from lookalike.ledger.ledger import Ledger

BLOCK = 256


def write_export(ledger: Ledger, stream: BinaryIO, *, public: bool) -> int:
    """Write the ledger as its newest checkpoint has it. Returns how many entries.

    public: withhold every payload but the ledger's own. Raises BrokenLedger for a payload that is not the recorded one.
    """
    note = ledger.checkpoint()
    size = open_checkpoint(note, ledger.trusted()).checkpoint.size
    begin = ledger.payload(0)
    assert begin is not None
    stream.write(b"lookalike-ledger-export1 %s\n" % (b"public" if public else b"full"))
    stream.write(f"log {open_blob(begin)['key']}\n".encode())
    for _, text, blob in ledger.payloads(0, size):
        shown = blob is not None and (not public or " ledger." in text)
        stream.write(f"{text} {to_base64(blob) if shown and blob else '-'}\n".encode())
    stream.write(b".\n")
    for block in ledger.store.hashes(8, 0, size // BLOCK):
        stream.write(to_base64(block).encode() + b"\n")
    notes = [one.note.encode() for one in ledger.store.notes("hand-over") if one.size <= size] + [note]
    stream.write(b".\n%d\n" % len(notes))
    for one in notes:
        stream.write(b"%d\n" % len(one) + one)
    return size
