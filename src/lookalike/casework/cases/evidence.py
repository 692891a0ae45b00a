"""The acts on an exhibit: take it in, look at it, take the original out, hand it over. Each is a link of its chain."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from lookalike.casework import files, jobs
from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.cases.models import Case, Custody, Exhibit, Still
from lookalike.casework.cases.team import require_team
from lookalike.casework.cases.told import ExhibitTold, held_to
from lookalike.casework.files import Written
from lookalike.casework.models import Job, StoredFile
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.errors import BadForm, FileTooLarge, LookalikeError, NotNow
from lookalike.ledger.acts import Act
from lookalike.media.clip import Recording, check_clip
from lookalike.media.itl import Transaction, read_transaction
from lookalike.media.photo import MAX_BYTES as LONGEST_PHOTOGRAPH
from lookalike.media.photo import Photo, read_photo

LONGEST_TRANSACTION = 128 << 20
"""Bytes of the longest NIST-ITL file that `media.itl` reads."""

READ_CLIP = "clip"
"""The kind of long work by which a clip is read (`work`)."""

_LARGEST = {
    Exhibit.Kind.PHOTOGRAPH: LONGEST_PHOTOGRAPH,
    Exhibit.Kind.NIST: LONGEST_TRANSACTION,
    Exhibit.Kind.CLIP: files.LARGEST,
}


def add_exhibit(who: Acting, case: Case, told: ExhibitTold, data: Iterable[bytes] | Written) -> Exhibit:
    """Take evidence in: store it as it is, encrypted, and read it. A clip is read by the worker.

    data: the file, piece by piece, or already written, which is destroyed where it is refused; a clip is never held
    in memory whole. Raises BadForm, NotPermitted,
    FileTooLarge, and what the media readers raise of a file that is not what it is said to be.
    """
    try:
        who.require(Permission.EXHIBIT_ADD)
        require_team(who, case)
        held_to(told.wrong(who.at.date()), "The exhibit")
    except BaseException:
        if isinstance(data, Written):
            files.forget(data)
        raise
    kind = Exhibit.Kind(told.kind)
    written = _written(data, told, _LARGEST[kind])
    try:
        about, picture = _read(kind, written)
        with act(who, Act.EXHIBIT_ADD, objects=[("case", case.public_id)]) as doing:
            row = Case.objects.select_for_update().get(pk=case.pk)
            require_team(who, row)
            last: int | None = row.exhibits.aggregate(last=Max("number"))["last"]
            exhibit = Exhibit.objects.create(
                case=row,
                number=(last or 0) + 1,
                kind=kind,
                title=told.title.strip(),
                file=files.keep(written),
                probe_kind=told.probe_kind,
                received_from=told.received_from.strip(),
                received_on=told.received_on,
                about=about,
                added_by=who.person,
                added_at=who.at,
            )
            _link(doing, exhibit, "taken in", source=exhibit.received_from, target="this site")
            if picture is not None:
                _whole_photograph(who, exhibit, picture)
            if kind is Exhibit.Kind.CLIP:
                exhibit.job = jobs.start(who, READ_CLIP, {"exhibit": exhibit.public_id})
                exhibit.save(update_fields=["job"])
            doing.about("exhibit", exhibit.public_id)
            doing.note(f"SHA-256 {written.sha256}.")
    except LookalikeError:  # refused; after anything else the row may be committed, and evidence is not given up
        files.forget(written)
        raise
    return exhibit


def _written(data: Iterable[bytes] | Written, told: ExhibitTold, largest: int) -> Written:
    if not isinstance(data, Written):
        return files.write(data, name=told.name, media_type=told.media_type, largest=largest)
    if data.size > largest:
        files.forget(data)
        raise FileTooLarge(
            f"{data.name} is larger than the {largest >> 20} MiB that are read of a {told.kind}.",
            remedy="Give the part that matters, and keep the original elsewhere.",
        )
    return data


def same_bytes(exhibit: Exhibit) -> QuerySet[Exhibit]:
    """Other exhibits of the case that are the same file, by SHA-256."""
    return Exhibit.objects.filter(case=exhibit.case_id, file__sha256=exhibit.file.sha256).exclude(pk=exhibit.pk)


def look_at(who: Acting, exhibit: Exhibit) -> None:
    """Record that somebody looks at an exhibit on a page: once for each sign-in, before the first picture is shown."""
    since = who.sign_in.at if who.sign_in else who.at
    seen = Custody.objects.filter(exhibit=exhibit, by=who.person, viewing=True, at__gte=since)
    if seen.exists():
        return
    with transaction.atomic():
        Exhibit.objects.select_for_update().get(pk=exhibit.pk)
        if seen.exists():
            return
        with act(who, Act.FILE_READ, objects=[("exhibit", exhibit.public_id)]) as doing:
            _link(doing, exhibit, "looked at on the site", viewing=True)
            doing.note("Looked at.")


def take_out(who: Acting, exhibit: Exhibit, *, reason: str) -> Iterator[bytes]:
    """The original, piece by piece, every piece checked; recorded each time. reason: what for. Raises BadForm.

    Raises BrokenFile before the first piece where the file is gone.
    """
    who.require(Permission.EXHIBIT_ADD)
    require_team(who, exhibit.case)
    _because(reason, "Say what the copy is for: the chain of custody shows it.")
    stream = files.opened(exhibit.file)
    with act(who, Act.FILE_READ, objects=[("exhibit", exhibit.public_id)]) as doing:
        _link(doing, exhibit, "copied out of the site", source="this site", target=who.person.name, note=reason.strip())
        doing.note("The original was copied out.")

    def pieces() -> Iterator[bytes]:
        with stream:
            while piece := stream.read(files.PIECE):
                yield piece

    return pieces()


def hand_over(who: Acting, exhibit: Exhibit, *, to: str, reason: str) -> Custody:
    """Record that a copy of an exhibit was handed to somebody outside. Raises BadForm, NotPermitted."""
    who.require(Permission.EXHIBIT_ADD)
    require_team(who, exhibit.case)
    if not to.strip() or len(to) > 200:
        error = BadForm("Say to whom it was handed.", remedy="Name the person and the body, in at most 200 characters.")
        error.fields = {"to": [error.what]}
        raise error
    _because(reason, "Say what it was handed over for.")
    with act(who, Act.EXHIBIT_HAND, objects=[("exhibit", exhibit.public_id)]) as doing:
        return _link(doing, exhibit, "handed over", source=who.person.name, target=to.strip(), note=reason.strip())


def read_again(who: Acting, exhibit: Exhibit) -> Job:
    """Have a clip read again whose reading failed or was cancelled. Raises NotNow, NotPermitted."""
    who.require(Permission.EXHIBIT_ADD)
    with act(who, Act.EXHIBIT_CHANGE, objects=[("exhibit", exhibit.public_id)]) as doing:
        row = Exhibit.objects.select_for_update().get(pk=exhibit.pk)
        require_team(who, row.case)
        job = row.job
        if job is None or row.index_id or job.state not in (Job.State.FAILED, Job.State.CANCELLED):
            raise NotNow("The clip is read already, or is being read.", remedy="Wait for it, or choose a still.")
        row.job = jobs.start(who, READ_CLIP, {"exhibit": row.public_id})
        row.save(update_fields=["job"])
        doing.note("To be read again.")
    exhibit.job = row.job
    return row.job


def recording(file: StoredFile | Written) -> Recording:
    """A stored clip for the media room: decrypted as it is read, never laid down."""
    return Recording(file.name, lambda: files.opened(file), known=(file.sha256, file.size))


def _read(kind: Exhibit.Kind, written: Written) -> tuple[dict[str, Any], Photo | None]:
    """What a file is, read strictly. Of a clip only the header."""
    if kind is Exhibit.Kind.PHOTOGRAPH:
        photo = read_photo(files.read(written), name=written.name)
        return _about_photo(photo), photo
    if kind is Exhibit.Kind.NIST:
        return _about_transaction(read_transaction(files.read(written), name=written.name)), None
    check_clip(recording(written))
    return {}, None


def _about_photo(photo: Photo) -> dict[str, Any]:
    return {
        "format": photo.format,
        "width": photo.width,
        "height": photo.height,
        "conversions": list(photo.conversions),
    }


def _about_transaction(transaction: Transaction) -> dict[str, Any]:
    """Of a transaction its pictures; the text records of a booking are not copied out of it."""
    return {
        "type": transaction.type_of_transaction,
        "agency": transaction.originating_agency,
        "records": [
            {
                "idc": face.idc,
                "taken": face.capture_date.isoformat() if face.capture_date else "",
                "pose": face.pose,
                "width": face.width,
                "height": face.height,
            }
            for face in transaction.faces
        ],
        "skipped": [one.reason for one in transaction.skipped[:20]],
    }


def _whole_photograph(who: Acting, exhibit: Exhibit, photo: Photo) -> None:
    Still.objects.create(
        exhibit=exhibit,
        file=exhibit.file,
        width=photo.width,
        height=photo.height,
        chosen_by=who.person,
        chosen_at=who.at,
    )


def _because(reason: str, sentence: str) -> None:
    if not reason.strip():
        error = BadForm("A reason is missing.", remedy=sentence)
        error.fields = {"reason": [sentence]}
        raise error


def _link(
    doing: Doing,
    exhibit: Exhibit,
    what: str,
    *,
    source: str = "",
    target: str = "",
    note: str = "",
    viewing: bool = False,
) -> Custody:
    made = Custody.objects.create(
        exhibit=exhibit,
        at=doing.who.at,
        by=doing.who.person,
        what=what,
        source=source,
        target=target,
        note=note,
        viewing=viewing,
    )
    vouch(doing, made)
    return made
