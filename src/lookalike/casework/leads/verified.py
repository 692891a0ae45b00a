"""What anybody may know of a code on a document: which kind it is, its ledger entry, and the proof. Nobody is named."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import datetime

from lookalike.casework.codes import as_written
from lookalike.casework.examinations.models import Task
from lookalike.casework.leads import kept
from lookalike.casework.leads.models import Answer
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.people.models import Agency
from lookalike.casework.recording import ledger, store
from lookalike.errors import BadProof, LookalikeError
from lookalike.ledger.checkpoint import EntryProof
from lookalike.ledger.tree import leaf_hash


@dataclass(frozen=True, slots=True)
class Checked:
    """A document that the ledger knows.

    line: of its entry. leaf: SHA-256 of the line as a leaf, hexadecimal. size: entries that the newest checkpoint
    signs. proof: the proof file, the entry's payload withheld; None: no checkpoint signs it yet. document: SHA-256 of
    the PDF; "": not made yet. intact: whether what the agency keeps is what it recorded, and the line is the one that
    was printed.
    """

    code: str
    kind: str
    agency: str
    issued_at: datetime
    entry: int
    line: str
    leaf: str
    size: int
    proof: bytes | None
    document: str
    intact: bool


def check(code: str) -> Checked | None:
    """What a code belongs to; None for one that was never given. Both take the same work."""
    from lookalike.casework.warrants.models import Packet  # a later step

    text = as_written(code)
    answer = Answer.objects.select_related("document").filter(code=text, entry__isnull=False).first()
    task = Task.objects.select_related("report").filter(code=text, entry__isnull=False).exclude(code="").first()
    lineup = Lineup.objects.select_related("report", "holding").filter(code=text, entry__isnull=False).first()
    packet = Packet.objects.filter(code=text, entry__isnull=False).defer("holds", "manifest").first()
    known = answer or task or lineup or packet
    entry = _somewhere(text) if known is None or known.entry is None else known.entry
    proof, line = _proved(entry)
    intact = _recorded(
        entry, answer.sheet if answer is not None else lineup.holding.sheet if lineup is not None else {}
    )
    agency = Agency.objects.get(own=True).name
    leaf = leaf_hash(line.encode()).hex()
    if answer is not None:
        kind = "lead sheet" if answer.candidate_id else "letter without a lead"
        issued, document, printed = answer.at, answer.document, answer.leaf
    elif task is not None and task.concluded_at is not None:
        kind, intact = (
            "report of an examination",
            True,
        )  # its entry names no sheet: the leaf alone says whether it is it
        issued, document, printed = task.concluded_at, task.report, task.leaf
    elif lineup is not None and lineup.holding.ended_at is not None:
        kind, issued = "report of a lineup", lineup.holding.ended_at
        document, printed = lineup.report, lineup.leaf
    elif packet is not None:
        kind, intact = "disclosure packet", True  # its entry names the file's SHA-256
        issued, document, printed = packet.made_at, packet.file, packet.leaf
    else:
        return None
    return Checked(
        code=text,
        kind=kind,
        agency=agency,
        issued_at=issued,
        entry=entry,
        line=line,
        leaf=leaf,
        size=0 if proof is None else int(proof.note.split(b"\n")[1]),
        proof=None if proof is None else proof.text,
        document="" if document is None else document.sha256,
        intact=intact and leaf == printed,
    )


def _somewhere(text: str) -> int:
    """An entry to do the same work on for a code that was never given."""
    size = store().head().size
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big") % size


def _proved(entry: int) -> tuple[EntryProof | None, str]:
    """The proof of an entry without its payload, which names people, and its line."""
    try:
        proof = dataclasses.replace(ledger().prove(entry), payload=b"")
    except BadProof:
        _, line, _ = next(store().lines(entry, entry + 1))
        return None, line
    return proof, proof.line.text


def _recorded(entry: int, data: dict[str, object]) -> bool:
    try:
        return kept.named_by(entry) == kept.digest(data)
    except LookalikeError:  # the entry itself cannot be read: nothing here is what it should be
        return False
