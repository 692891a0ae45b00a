"""Packets: asked for in one act, made by the worker, and there once the ledger's entry names the file's SHA-256."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, cast

from django.db.models import Max

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.cases.models import Case
from lookalike.casework.codes import new_code
from lookalike.casework.corroboration.hands import require_leads_read
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.jobs import Task, start
from lookalike.casework.leads.documents import signer
from lookalike.casework.models import Job
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.casework.warrants.contents import contents_of
from lookalike.casework.warrants.hands import require_open
from lookalike.casework.warrants.holds import added, holds
from lookalike.casework.warrants.models import BEFORE_A_PROSECUTOR, OPEN, Packet, WarrantRequest
from lookalike.casework.warrants.services.requests import hand_to_prosecutors
from lookalike.disclosure.items import held, where
from lookalike.disclosure.packet import write
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.ledger.entry import Line
from lookalike.ledger.tree import leaf_hash

MAKE = "packet"
"""The name of the work."""

MEDIA_TYPE = "application/zip"
TRIES = 3
"""How often the case is gathered again because somebody changed it meanwhile."""

BUSY = (Job.State.WAITING, Job.State.RUNNING)


def make(who: Acting, suspect: Suspect, warrant: WarrantRequest | None = None, *, address: str) -> Packet:
    """Have a packet of a case made. warrant None: for disclosure alone. One that is being made is given again.

    address: of the site as whoever asks sees it, for the codes on documents.

    Raises NotNow for a request that is decided, NotPermitted.
    """
    who.require(Permission.PACKET_MAKE)
    require_open(who, suspect.case)
    if warrant is None:
        require_leads_read(who, suspect.case)
    with act(who, Act.PACKET_MAKE, objects=[("case", suspect.case.public_id)]) as doing:
        case = Case.objects.select_for_update().get(pk=suspect.case_id)
        busy = Packet.objects.filter(
            case=case, suspect=suspect, warrant=warrant, file=None, job__state__in=BUSY
        ).first()
        if busy is not None:
            packet = busy
            doing.note("It is being made already.")
        else:
            if warrant is not None and not WarrantRequest.objects.filter(pk=warrant.pk, state__in=OPEN).exists():
                raise NotNow("This request is decided or withdrawn.", remedy="Make a packet for disclosure alone.")
            number = (case.packets.aggregate(last=Max("number"))["last"] or 0) + 1
            packet = Packet.objects.create(
                case=case,
                number=number,
                suspect=suspect,
                warrant=warrant,
                made_by=who.person,
                made_at=who.at,
                code=new_code(),
            )
            packet.job = start(who, MAKE, {"packet": packet.public_id, "address": address})
            packet.save(update_fields=["job"])
            doing.note("Asked for.")
        doing.about("packet", packet.public_id)
    return packet


def complete(task: Task) -> None:
    """Make the packet of a job: gather the case, write the file, and keep it unless the case changed meanwhile.

    Begun again it does the same from the beginning; what was written by then belongs to no row and is swept away.
    """
    for attempt in range(TRIES):
        packet = _packet(task)
        if packet.file_id is not None:
            return
        who = task.acting()
        before = holds(packet.case)
        contents = contents_of(who, packet, address=task.argument["address"], tell=task.tell)
        writer = files.Writer(name=f"packet-{packet.code}.zip", media_type=MEDIA_TYPE)
        try:
            stream = cast(BinaryIO, _Into(writer, task))
            manifest = write(contents, stream, made_at=who.at.replace(microsecond=0), signer=signer(who))
            written = writer.finish()
        except BaseException:
            writer.abandon()
            raise
        if _kept(task, who, packet, written, manifest, before):
            return
        files.forget(written)
        task.tell(attempt, unit="gathering again: the case changed")
    raise NotNow(
        "The case was changed again and again while the packet was made.",
        why="A packet tells the whole case as it stood at one moment.",
        remedy="Have it made when nobody works on the case.",
    )


def last_made(packet: Packet) -> Packet | None:
    """The packet of this suspect that was made before this one."""
    earlier = Packet.objects.filter(suspect=packet.suspect_id, file__isnull=False, number__lt=packet.number)
    return earlier.order_by("-number").first()


def _kept(
    task: Task, who: Acting, packet: Packet, written: files.Written, manifest: dict[str, object], before: dict[str, str]
) -> bool:
    """Keep a packet that was written, in one transaction with its entry. False: the case is not the one it tells."""
    try:
        with act(
            who, Act.PACKET_MAKE, objects=[("case", packet.case.public_id), ("packet", packet.public_id)]
        ) as doing:
            Case.objects.select_for_update().get(pk=packet.case_id)
            task.still_mine()
            row = Packet.objects.select_for_update(of=("self",)).select_related("warrant").get(pk=packet.pk)
            if holds(packet.case) != before:
                raise _Changed
            earlier = last_made(row)
            row.file = files.keep(written)
            row.sha256, row.manifest, row.made_at = written.sha256, manifest, who.at
            row.items = {item.value: where(item).words() for item in sorted(held())}
            row.holds, row.added = before, added(earlier.holds, before) if earlier else []
            row.save()
            if row.warrant is not None and row.warrant.state in BEFORE_A_PROSECUTOR:
                hand_to_prosecutors(who, row)
            vouch(doing, row)
            doing.about("sha256", written.sha256)

            def numbered(line: Line) -> None:
                row.entry, row.leaf = line.index, leaf_hash(line.text.encode()).hex()
                row.save(update_fields=["entry", "leaf"])

            doing.then.append(numbered)
    except _Changed:
        return False
    return True


def _packet(task: Task) -> Packet:
    rows = Packet.objects.select_related(
        "case__agency", "suspect__party", "suspect__answer__candidate", "warrant", "made_by"
    )
    return rows.get(public_id=task.argument["packet"])


class _Into:
    """A stream that is written front to back, into a stored file."""

    def __init__(self, writer: files.Writer, task: Task) -> None:
        self._writer, self._task, self._written = writer, task, 0

    def write(self, data: bytes) -> int:
        """Take the bytes that come next."""
        self._writer.add(bytes(data))
        self._written += len(data)
        self._task.tell(self._written, unit="writing the packet, bytes")
        return len(data)

    def flush(self) -> None:
        """Nothing is held back here."""

    def writelines(self, lines: Iterable[bytes]) -> None:
        """Take several."""
        for one in lines:
            self.write(one)


class _Changed(Exception):  # undoes the transaction: another gathering is due
    """The case holds something that the packet does not tell."""
