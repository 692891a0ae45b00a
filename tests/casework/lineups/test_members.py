"""Who stands in a lineup, why, and who put them there; the pictures made alike."""

from __future__ import annotations

import pytest

from lookalike.casework import files
from lookalike.casework.bookings.models import Booking, BookingPhoto
from lookalike.casework.lineups.models import Member
from lookalike.casework.lineups.pool import searched, suspect_photo
from lookalike.casework.lineups.services import members
from lookalike.casework.models import Job
from lookalike.casework.searches.models import Candidate
from lookalike.errors import BadForm, BadInput, ChangedMeanwhile, NotNow
from tests.casework.lineups.conftest import Court, of_group

pytestmark = pytest.mark.django_db


def fillers(lineup: object) -> list[Member]:
    return [one for one in members.standing(lineup) if not one.is_suspect]  # type: ignore[arg-type]


def test_fillers_fit_the_description_and_nobody_is_on_a_candidate_list(court: Court) -> None:
    lineup = court.proposed()
    rows = members.standing(lineup)
    assert [one.place for one in rows] == [1, 2, 3, 4, 5, 6]
    assert sum(one.is_suspect for one in rows) == 1
    returned = searched(court.case)
    assert not {one.person_id for one in fillers(lineup)} & returned.persons
    assert not {one.record_id for one in rows} & returned.records
    group = {one.person_id for one in of_group(court.people)}
    assert {one.person_id for one in rows} <= group
    assert all("height" in one.because for one in fillers(lineup))
    assert lineup.proposal["left_out"]
    assert lineup.proposal["pool"] == 60


def test_the_photograph_of_the_search_is_never_the_one_shown(court: Court) -> None:
    photo = suspect_photo(court.suspect)
    Candidate.objects.filter(person_id=court.suspect.person_id).update(record_id=photo.record_id)
    with pytest.raises(NotNow, match="no photograph") as error:
        suspect_photo(court.suspect)
    assert "custodian" in error.value.remedy
    Candidate.objects.filter(person_id=court.suspect.person_id).update(record_id="another", picture=photo.file)
    with pytest.raises(NotNow):  # the same file under another record is the same photograph
        suspect_photo(court.suspect)


def test_only_booking_photographs_of_active_records_are_in_the_pool(court: Court) -> None:
    group = of_group(court.people)
    sealed, licence = group[-1], group[-2]
    Booking.objects.filter(pk=sealed.pk).update(status="sealed")
    Booking.objects.filter(pk=licence.pk).update(source="drivers_licence")
    lineup = court.proposed()
    assert lineup.proposal["pool"] == 58
    for one in (sealed, licence):
        record = BookingPhoto.objects.get(booking=one).record_id
        with pytest.raises(BadForm, match="not in the pool"):
            members.add_filler(court.planner, lineup, record, reason="Fits.", version=lineup.version)


def test_too_few_say_which_criterion_left_how_many(court: Court) -> None:
    Booking.objects.exclude(person_id=court.suspect.person_id).update(height_cm=150)
    with pytest.raises(BadInput, match="Only 0 of 60"):
        court.proposed()


def test_a_person_replaces_removes_and_undoes_and_every_choice_stays(court: Court) -> None:
    lineup = court.pictured(court.proposed())
    old = fillers(lineup)[0]
    choice, _, _ = members.find(lineup, "")[0]
    with pytest.raises(BadForm):
        members.replace_filler(court.planner, lineup, old, choice.record_id, reason=" ", version=lineup.version)
    with pytest.raises(ChangedMeanwhile):
        members.replace_filler(court.planner, lineup, old, choice.record_id, reason="Scar.", version=1)
    lineup = members.replace_filler(
        court.planner, lineup, old, choice.record_id, reason="A scar.", version=lineup.version
    )
    new = next(one for one in members.standing(lineup) if one.record_id == choice.record_id)
    assert new.place == old.place
    assert new.because.startswith("A scar. (next of the proposal")
    assert lineup.looked_at is None
    assert all(one.picture is None for one in members.standing(lineup))  # all are made again
    lineup = members.put_back(court.planner, court.again(lineup), old, version=lineup.version)
    assert old.record_id in {one.record_id for one in members.standing(lineup)}
    assert choice.record_id not in {one.record_id for one in members.standing(lineup)}
    back = next(one for one in fillers(lineup) if one.record_id == old.record_id)
    lineup = members.remove_filler(court.planner, court.again(lineup), back, reason="Known.", version=lineup.version)
    assert len(members.standing(lineup)) == 5
    lineup = members.add_filler(
        court.planner, court.again(lineup), choice.record_id, reason="Fits.", version=lineup.version
    )
    assert len(members.standing(lineup)) == 6
    gone = Member.objects.filter(lineup=lineup).exclude(removed_at=None)
    assert gone.count() == 3
    assert all(one.removed_because and one.removed_by for one in gone)


def test_who_cannot_be_a_filler_is_refused(court: Court) -> None:
    lineup = court.proposed()
    rows = of_group(court.people)
    suspect = next(one for one in members.standing(lineup) if one.is_suspect)
    candidate = BookingPhoto.objects.get(booking=rows[1]).record_id
    standing = fillers(lineup)[0].record_id
    other = next(one for one in court.people if one.labels["sex"] == "female")
    unfit = BookingPhoto.objects.get(booking=other).record_id
    for record in (candidate, standing, suspect.record_id, unfit, "nobody", "a\0b", ""):
        with pytest.raises(BadForm):
            members.add_filler(court.planner, lineup, record, reason="Fits.", version=lineup.version)
    with pytest.raises(NotNow, match="Only a filler"):
        members.remove_filler(court.planner, lineup, suspect, reason="No.", version=lineup.version)


def test_the_pictures_are_made_by_the_worker_and_are_all_of_one_length(court: Court) -> None:
    lineup = court.pictured(court.proposed(), real=True)
    rows = members.standing(lineup)
    sizes = {one.picture.size for one in rows if one.picture}
    assert len(sizes) == 1
    assert all(one.picture and files.read(one.picture).startswith(b"\xff\xd8") for one in rows)
    assert {one.picture.name for one in rows if one.picture} == {"picture.jpg"}
    assert lineup.looked_by == court.board.unit.investigator


def test_pictures_of_members_who_changed_meanwhile_are_not_kept(court: Court) -> None:
    from lookalike.casework import jobs

    lineup = court.proposed()
    job = members.make_pictures(court.planner, lineup, version=lineup.version)
    with pytest.raises(NotNow, match="being made"):
        members.make_pictures(court.planner, lineup, version=lineup.version)
    lineup = court.again(lineup)
    members.remove_filler(court.planner, lineup, fillers(lineup)[0], reason="Scar.", version=lineup.version)
    assert jobs.run_one(job.public_id, now=court.planner.at)
    job.refresh_from_db()
    assert job.state == Job.State.DONE
    assert all(one.picture is None for one in members.standing(lineup))
    with pytest.raises(NotNow, match="not made"):
        members.looked(court.planner, court.again(lineup), version=court.again(lineup).version)


def test_what_is_covered_is_inside_the_picture_and_makes_other_pictures(court: Court) -> None:
    lineup = court.pictured(court.proposed())
    with pytest.raises(BadInput):
        members.cover(court.planner, lineup, [[0.9, 0.1, 0.4, 0.1]], version=lineup.version)
    lineup = members.cover(court.planner, lineup, [[0.1, 0.1, 0.4, 0.1]], version=lineup.version)
    assert lineup.covers == [[0.1, 0.1, 0.4, 0.1]]
    assert lineup.looked_at is None
