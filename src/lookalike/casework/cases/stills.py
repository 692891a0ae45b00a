"""The acts on a still: choose it from its exhibit, edit it, take an edit back, do it again."""

from __future__ import annotations

from django.db import transaction

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.cases import frames, pictures
from lookalike.casework.cases.models import EditStep, Exhibit, Still
from lookalike.casework.cases.team import require_team
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.errors import BadEdit, BrokenClip, ChangedMeanwhile, NoSuchFrame, NotNow
from lookalike.ledger.acts import Act
from lookalike.media.clip import timecode
from lookalike.media.edits import Contrast, Crop, Denoise, Edit, Exposure, Gamma, Rotate, WhiteBalance, apply, to_dict
from lookalike.media.itl import read_transaction
from lookalike.media.photo import encode_png, read_photo

EDITS = (Crop, Rotate, Exposure, Gamma, Contrast, WhiteBalance, Denoise)
"""The edits that are offered: those of the house's own pack (R04)."""

LARGEST_DENOISED = 4_000_000
"""Pixels of the largest picture whose noise is reduced: some seconds a megapixel."""

LONGEST_CHAIN = 40


def choose_still(who: Acting, exhibit: Exhibit, place: int | None = None) -> Still:
    """Choose one picture of an exhibit: a frame of a clip, a record of a NIST file, the photograph itself.

    place: the frame counted from 0, or the record's place in the file from 0. Choosing the same again gives the same
    still. Raises NoSuchFrame, BrokenClip (a damaged frame is no evidence), NotNow (not read yet), NotPermitted.
    """
    who.require(Permission.EXHIBIT_ADD)
    require_team(who, exhibit.case)
    found = exhibit.stills.filter(frame=place).first()
    if found is not None:
        return found
    if exhibit.kind == Exhibit.Kind.CLIP:
        data, name, seconds, size = _frame(exhibit, place)
    elif exhibit.kind == Exhibit.Kind.NIST:
        data, name, seconds, size = _record(exhibit, place)
    else:
        raise NotNow("A photograph is its own still.", remedy="Open it from the page of the exhibit.")
    kind = "image/png" if exhibit.kind == Exhibit.Kind.CLIP else "application/octet-stream"
    with transaction.atomic():
        row = Exhibit.objects.select_for_update().get(pk=exhibit.pk)
        found = row.stills.filter(frame=place).first()
        if found is not None:
            return found
        with act(who, Act.EXHIBIT_CHANGE, objects=[("exhibit", exhibit.public_id)]) as doing:
            file = files.keep(data, name=name, media_type=kind)
            still = Still.objects.create(
                exhibit=row,
                frame=place,
                seconds=seconds,
                timecode="" if seconds is None else timecode(seconds),
                file=file,
                width=size[0],
                height=size[1],
                chosen_by=who.person,
                chosen_at=who.at,
            )
            doing.about("still", still.public_id)
            doing.note(f"A still was chosen, SHA-256 {file.sha256}.")
    return still


def edit_still(who: Acting, still: Still, edit: Edit, *, version: int) -> EditStep:
    """Add an edit. version: of the still as it was seen. Raises BadEdit, ChangedMeanwhile, NotPermitted."""
    who.require(Permission.EXHIBIT_ADD)
    if not isinstance(edit, EDITS):
        raise BadEdit(
            f"The edit {edit.name} is not made here.",
            why="A probe may only be cropped, turned, and changed in its tones and its noise.",
            remedy=f"The edits are {', '.join(kind.name for kind in EDITS)}.",
        )
    before = pictures.edited(still)
    if isinstance(edit, Denoise) and before.shape[0] * before.shape[1] > LARGEST_DENOISED:
        raise BadEdit(
            f"The picture is {before.shape[1]} × {before.shape[0]} pixels, too many to reduce its noise.",
            why="It takes some seconds a megapixel.",
            remedy="Crop it to the face and what surrounds it, then reduce the noise.",
        )
    apply(before, (edit,))
    with act(who, Act.EXHIBIT_CHANGE, objects=[("still", still.public_id)]) as doing:
        row = _unchanged(who, still, version)
        if row.edits.filter(undone_at=None).count() >= LONGEST_CHAIN:
            raise BadEdit(f"There are {LONGEST_CHAIN} edits already.", remedy="Take some back first.")
        doing.note(f"Edit: {edit.name}.")
        step = EditStep.objects.create(still=row, edit=to_dict(edit), by=who.person, at=who.at)
        vouch(doing, step)
    return step


def undo_edit(who: Acting, still: Still, *, version: int, step: EditStep | None = None) -> None:
    """Take back an edit and all that follow it; None: the last. They stay on record. Raises NotNow, as `edit_still`."""
    who.require(Permission.EXHIBIT_ADD)
    with act(who, Act.EXHIBIT_CHANGE, objects=[("still", still.public_id)]) as doing:
        row = _unchanged(who, still, version)
        standing = row.edits.filter(undone_at=None)
        first = standing.last() if step is None else standing.filter(pk=step.pk).first()
        if first is None:
            raise NotNow("There is no such edit to take back.", remedy="Look at the edits again.")
        back = list(standing.filter(pk__gte=first.pk))
        for one in back:
            one.undone_at, one.undone_by = who.at, who.person
            one.save(update_fields=["undone_at", "undone_by"])
            vouch(doing, one)
        doing.note(f"Edits taken back: {len(back)}.")


def redo_edit(who: Acting, still: Still, *, version: int) -> None:
    """Make the edit again that was taken back last. Raises NotNow where there is none, as `edit_still`."""
    who.require(Permission.EXHIBIT_ADD)
    with act(who, Act.EXHIBIT_CHANGE, objects=[("still", still.public_id)]) as doing:
        row = _unchanged(who, still, version)
        step = taken_back(row)
        if step is None:
            raise NotNow("No edit was taken back.", remedy="Make a new one.")
        step.undone_at = step.undone_by = None
        step.save(update_fields=["undone_at", "undone_by"])
        vouch(doing, step)
        doing.note("An edit was made again.")


def taken_back(still: Still) -> EditStep | None:
    """The edit that would be made again: the last one taken back, unless another was made since."""
    steps = list(still.edits.all())
    last = max((step.pk for step in steps if step.undone_at is None), default=0)
    back = [(step.undone_at, -step.pk, step) for step in steps if step.undone_at is not None and step.pk > last]
    return max(back, key=lambda one: one[:2])[2] if back else None


def _unchanged(who: Acting, still: Still, version: int) -> Still:
    row = Still.objects.select_for_update().get(pk=still.pk)
    require_team(who, still.exhibit.case)
    if row.version != version:
        raise ChangedMeanwhile(
            "Somebody edited this still after you opened it. Nothing was overwritten.",
            why="An edit is made to the picture that was seen.",
            remedy="Open the still again and look at it.",
        )
    row.version += 1
    row.save(update_fields=["version"])
    return row


def _frame(exhibit: Exhibit, place: int | None) -> tuple[bytes, str, float | None, tuple[int, int]]:
    if place is None:
        raise NoSuchFrame("No frame was named.", remedy="Choose a frame of the clip.")
    frame = frames.frame(exhibit, place)
    if frame.corrupt:
        raise BrokenClip(
            f"Frame {place}, at {frame.timecode}, is damaged.",
            why="Part of it was filled in by the decoder and is not evidence.",
            remedy="Choose another frame, or ask for the original recording.",
        )
    data = encode_png(frame.pixels)
    return data, f"frame-{place:07d}.png", frame.seconds, (frame.pixels.shape[1], frame.pixels.shape[0])


def _record(exhibit: Exhibit, place: int | None) -> tuple[bytes, str, float | None, tuple[int, int]]:
    found = read_transaction(files.read(exhibit.file), name=exhibit.file.name).faces
    if place is None or not 0 <= place < len(found):
        raise NoSuchFrame("The file has no such picture.", remedy=f"It holds {len(found)}: choose one of them.")
    photo = read_photo(found[place].image, name=f"record {found[place].idc}")
    return found[place].image, f"record-{found[place].idc}", None, (photo.width, photo.height)
