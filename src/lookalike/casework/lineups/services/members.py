"""Who stands in a lineup: proposed by the witness's description, replaced by a person with reasons, made alike.

Every choice is a row with who made it, when and why; nobody's row is deleted. What was tested was these very members:
when one changes, their pictures are made again, the test counts no more, and neither does a signature.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db import IntegrityError

from lookalike.casework import files, jobs
from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.corroboration.hands import again, reasons, wrong
from lookalike.casework.lineups.asked import least
from lookalike.casework.lineups.hands import keep, locked, require_planner
from lookalike.casework.lineups.models import Lineup, Member
from lookalike.casework.lineups.pool import (
    cleared,
    described,
    drawn_pool,
    pool_photo,
    suspect_photo,
    without,
)
from lookalike.casework.models import Job
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.lineup.description import Fit, asked
from lookalike.lineup.fillers import measured_band, propose
from lookalike.lineup.order import drawn
from lookalike.lineup.pictures import Alike, Region
from lookalike.protocol.persons import person_of

State = Lineup.State
CHANGEABLE = (State.DRAFT, State.TESTED, State.ALLOWED)
FEWEST = 5
"""Fillers that are proposed where no pack asks for more."""

MAKE_ALIKE = "lineup-pictures"
"""The name of the work that makes the pictures alike."""

SUSPECT_BECAUSE = "The suspect: the most recent photograph that no search of the case returned."


def standing(lineup: Lineup) -> list[Member]:
    """Who stands in the lineup now, in the order of place."""
    rows = Member.objects.filter(lineup=lineup, removed_at=None)
    return list(rows.select_related("picture", "added_by").order_by("place"))


def propose_members(who: Acting, lineup: Lineup, *, version: int) -> Lineup:
    """Have the system propose everybody: the suspect's photograph, and fillers by the witness's description.

    Who stood there before is taken out, and stays on record. Raises BadInput (too few are left), NotNow (no other
    photograph of the suspect), ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, lineup.case)
    description = lineup.witness.description
    if description is None:
        raise NotNow("There is no description.", remedy="Record the interview of the witness first.")
    photo = suspect_photo(lineup.suspect)  # measured before the transaction, which waits for nobody's templates
    suspect = pool_photo(photo)
    pool, photographs = drawn_pool(lineup.seed)
    fillers = [one for one in pool if person_of(one.person_id) != person_of(suspect.person_id)]
    seed = f"{lineup.seed} {lineup.version}"
    band = measured_band(fillers, suspect, seed=seed)
    made = propose(
        pool,
        described(description),
        suspect,
        count=max(FEWEST, int(least("fillers"))),
        band=band,
        leave_out=without(lineup.case),
        seed=seed,
    )
    data = made.as_data() | {"pool": photographs, "looked_through": len(pool), "at": who.at.isoformat()}
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *CHANGEABLE)
        for one in standing(row):
            _take_out(who, one, "Proposed anew.")
        order = drawn(f"{seed} places", [photo.record_id, *(one.record_id for one in made.chosen)])
        places = {record_id: place for place, record_id in enumerate(order, start=1)}
        place = places[photo.record_id]
        _add(who, row, photo.record_id, suspect.person_id, SUSPECT_BECAUSE, place=place, suspect=True)
        for choice in made.chosen:
            because = "; ".join([*choice.because, *(f"look: {one}" for one in choice.look)])
            _add(who, row, choice.record_id, choice.person_id, because, place=places[choice.record_id])
        row.proposal = data
        _changed(doing, row, "proposal")
        doing.note("Members proposed by the description.")
    return row


def add_filler(who: Acting, lineup: Lineup, record_id: str, *, reason: str, version: int) -> Lineup:
    """Put somebody of the pool into the first free place. Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted."""
    require_planner(who, lineup.case)
    reason = reasons(reason, "reason", "Say why this person: every choice is on record.")
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *CHANGEABLE)
        now = standing(row)
        if not any(one.is_suspect for one in now):
            raise NotNow("Nobody stands in this lineup yet.", remedy="Have the members proposed first.")
        taken = {one.place for one in now}
        place = next(one for one in range(1, len(taken) + 2) if one not in taken)
        photo = _usable(row, record_id, now)
        _add(who, row, photo.record_id, photo.booking.person_id, _words(row, photo, reason), place=place)
        _changed(doing, row)
        doing.note("A filler was added.")
    return row


def replace_filler(who: Acting, lineup: Lineup, member: Member, record_id: str, *, reason: str, version: int) -> Lineup:
    """Replace a filler by somebody else of the pool, in the same place. The suspect is replaced by nobody.

    Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, lineup.case)
    reason = reasons(reason, "reason", "Say why: every choice is on record.")
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *CHANGEABLE)
        old = _filler(row, member)
        photo = _usable(row, record_id, standing(row))
        _take_out(who, old, reason)
        _add(who, row, photo.record_id, photo.booking.person_id, _words(row, photo, reason), place=old.place)
        _changed(doing, row)
        doing.note("A filler was replaced.")
    return row


def remove_filler(who: Acting, lineup: Lineup, member: Member, *, reason: str, version: int) -> Lineup:
    """Take a filler out. The row stays. Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted."""
    require_planner(who, lineup.case)
    reason = reasons(reason, "reason", "Say why: every choice is on record.")
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *CHANGEABLE)
        _take_out(who, _filler(row, member), reason)
        _changed(doing, row)
        doing.note("A filler was taken out.")
    return row


def put_back(who: Acting, lineup: Lineup, member: Member, *, version: int) -> Lineup:
    """Undo the taking out of a filler: who replaced them goes, and they stand in their place again, as a new row.

    Raises NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, lineup.case)
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *CHANGEABLE)
        old = Member.objects.filter(lineup=row, pk=member.pk, is_suspect=False).exclude(removed_at=None).first()
        if old is None:
            raise NotNow("Only a filler who was taken out is put back.", remedy="Open the lineup again.")
        in_place = [one for one in standing(row) if one.place == old.place]
        if any(one.is_suspect for one in in_place):
            raise NotNow("The suspect stands in this place now.", remedy="Add the person as a filler.")
        for one in in_place:
            _take_out(who, one, "Undone: whoever stood here before was put back.")
        photo = _usable(row, old.record_id, standing(row))
        _add(who, row, photo.record_id, photo.booking.person_id, old.because, place=old.place)
        _changed(doing, row)
        doing.note("A replacement was undone.")
    return row


def cover(who: Acting, lineup: Lineup, regions: Sequence[Sequence[float]], *, version: int) -> Lineup:
    """Say what is covered on every picture alike. regions: left, top, width, height as shares of a picture.

    Raises BadInput, NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, lineup.case)
    given = [list(map(float, one)) for one in regions]
    for one in given:
        Region(*one)
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *CHANGEABLE)
        row.covers = given
        _changed(doing, row, "covers")
        doing.note("Covers of every picture changed.")
    return row


def make_pictures(who: Acting, lineup: Lineup, *, version: int) -> Job:
    """Have the pictures made alike, by the worker. Asked twice it is one work. Raises NotNow, ChangedMeanwhile."""
    require_planner(who, lineup.case)
    going = (Job.State.WAITING, Job.State.RUNNING)
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, None, *CHANGEABLE)
        if row.job is not None and row.job.state in going:
            raise NotNow("The pictures are being made.", remedy="Wait until they are done.")
        if row.version != version:
            locked(lineup, version)
        if len(standing(row)) < 2:
            raise NotNow("There is nobody to make alike.", remedy="Have the members proposed first.")
        row.job = jobs.start(who, MAKE_ALIKE, {"lineup": row.public_id, "members": ids_of(standing(row))})
        keep(doing, row, "job")
        doing.note("Pictures are made alike.")
    return row.job


def keep_pictures(who: Acting, lineup: Lineup, members: Sequence[str], made: Sequence[Alike], task: jobs.Task) -> bool:
    """Keep the pictures that were made, unless somebody stands there by now of whom none was. Says whether."""
    written = [files.write(one.picture, name="picture.jpg", media_type="image/jpeg") for one in made]
    kept = False
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        task.still_mine()
        row = locked(lineup, None)
        now = standing(row)
        if row.state in CHANGEABLE and ids_of(now) == list(members):
            for one, alike, file in zip(now, made, written, strict=True):
                one.picture, one.look, one.covered = files.keep(file), list(alike.look), row.covers
                one.save(update_fields=["picture", "look", "covered"])
            row.looked_at, row.looked_by = None, None
            keep(doing, row, "looked_at", "looked_by")
            kept = True
        doing.note(
            "Pictures were made alike." if kept else "The members changed meanwhile; the pictures were not kept."
        )
    if not kept:
        for file in written:
            files.forget(file)
    return kept


def looked(who: Acting, lineup: Lineup, *, version: int) -> Lineup:
    """Say that one looked at every picture, and that nothing but the faces tells them apart. Raises NotNow."""
    require_planner(who, lineup.case)
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *CHANGEABLE)
        require_pictures(row)
        row.looked_at, row.looked_by = who.at, who.person
        keep(doing, row, "looked_at", "looked_by")
        doing.note("Somebody looked at every picture.")
    return row


def require_pictures(lineup: Lineup) -> list[Member]:
    """The members, each with a picture. Raises NotNow where one has none."""
    now = standing(lineup)
    if len(now) < 2 or any(one.picture_id is None for one in now):
        raise NotNow(
            "The pictures of this lineup are not made.",
            why="What is shown is made alike on the whole lineup, so that nothing but the faces tells them apart.",
            remedy="Have the pictures made, and look at them.",
        )
    return now


def ids_of(members: Sequence[Member]) -> list[str]:
    """The public ids, in the order of place."""
    return [one.public_id for one in members]


def find(lineup: Lineup, words: str, *, count: int = 24) -> list[tuple[BookingPhoto, tuple[str, ...], tuple[str, ...]]]:
    """Photographs of the pool for a person to choose from: each with what fits the description and what to look at.

    words: part of a record id; "": the next of the proposal. Nobody who stands there already, or is left out.
    """
    description = lineup.witness.description
    if description is None:
        return []
    suspect = next((one for one in standing(lineup) if one.is_suspect), None)
    if suspect is None:
        return []
    there = {one.person_id for one in standing(lineup)}
    rows = cleared().exclude(booking__person_id__in=there | without(lineup.case)).select_related("booking")
    if words.strip():
        rows = rows.filter(record_id__icontains=words.strip())
    else:
        rows = rows.filter(record_id__in=[one["record_id"] for one in lineup.proposal.get("next_best", [])])
    photo = BookingPhoto.objects.select_related("booking").filter(record_id=suspect.record_id).first()
    if photo is None:
        return []
    asks = asked(described(description), pool_photo(photo))
    found = []
    for one in rows.order_by("record_id")[: 4 * count]:
        judged = asks.judge(pool_photo(one))
        fits = tuple(each.because for each in judged if each.fit is Fit.FITS)
        look = tuple(each.because for each in judged if each.fit is not Fit.FITS)
        contradicted = any(each.fit is Fit.CONTRADICTS for each in judged)
        if not contradicted:
            found.append((one, fits, look))
    return found[:count]


def _filler(row: Lineup, member: Member) -> Member:
    found = Member.objects.filter(lineup=row, pk=member.pk, removed_at=None).first()
    if found is None or found.is_suspect:
        raise NotNow(
            "Only a filler who stands in the lineup is replaced or taken out.",
            why="The suspect's photograph is chosen by a rule, and by nobody.",
            remedy="Open the lineup again.",
        )
    return found


def _usable(row: Lineup, record_id: str, now: Sequence[Member]) -> BookingPhoto:
    """A photograph of the pool that can stand beside the suspect. Raises BadForm, saying why it cannot."""
    photo = None
    if "\0" not in record_id:
        photo = cleared().select_related("booking").filter(record_id=record_id.strip()).first()
    if photo is None:
        raise wrong("This photograph is not in the pool.", record_id="No cleared booking photograph has this record.")
    person = photo.booking.person_id
    if person_of(person) in {person_of(one) for one in without(row.case)}:
        raise wrong(
            "This person cannot be a filler.",
            record_id="The person is on a candidate list of the case, or suspected in it.",
        )
    if person_of(person) in {person_of(one.person_id) for one in now}:
        raise wrong("This person cannot be a filler.", record_id="The person stands in the lineup already.")
    suspect = next(one for one in now if one.is_suspect)
    against = _against(row, photo, suspect)
    if against:
        raise wrong("This person does not fit what the witness said.", record_id="; ".join(against) + ".")
    return photo


def _against(row: Lineup, photo: BookingPhoto, suspect: Member) -> list[str]:
    """What the record of a photograph says against what fillers are held to."""
    description = row.witness.description
    of_suspect = BookingPhoto.objects.select_related("booking").filter(record_id=suspect.record_id).first()
    if description is None or of_suspect is None:
        return ["the description or the suspect's record is not there any more"]
    judged = asked(described(description), pool_photo(of_suspect)).judge(pool_photo(photo))
    return [one.because for one in judged if one.fit is Fit.CONTRADICTS]


def _words(row: Lineup, photo: BookingPhoto, reason: str) -> str:
    nearest = {one["record_id"] for one in row.proposal.get("next_best", [])}
    how = "next of the proposal" if photo.record_id in nearest else "found in the pool"
    return f"{reason} ({how}; fits the description)"


def _add(
    who: Acting, row: Lineup, record_id: str, person_id: str, because: str, *, place: int, suspect: bool = False
) -> Member:
    try:
        return Member.objects.create(
            lineup=row,
            is_suspect=suspect,
            place=place,
            record_id=record_id,
            person_id=person_id,
            because=because,
            added_by=who.person,
            added_at=who.at,
        )
    except IntegrityError as error:
        raise again("This choice") from error


def _take_out(who: Acting, one: Member, reason: str) -> None:
    one.removed_at, one.removed_by, one.removed_because = who.at, who.person, reason
    one.save(update_fields=["removed_at", "removed_by", "removed_because"])


def _changed(doing: Doing, row: Lineup, *fields: str) -> None:
    """Other members, other pictures: what was made, looked at, tested and allowed was another lineup."""
    Member.objects.filter(lineup=row, removed_at=None).update(picture=None, look=[], covered=[])
    row.state, row.looked_at, row.looked_by, row.allowed_by, row.allowed_at = State.DRAFT, None, None, None, None
    keep(doing, row, *fields, "state", "looked_at", "looked_by", "allowed_by", "allowed_at")
    for one in standing(row):
        doing.about("member", one.public_id)
