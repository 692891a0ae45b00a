"""The acts on a case: open it, change it, join its team, read its story, take down what a witness said.

Acts on exhibits and stills stand in `evidence` and `stills`, and are named here too. Each is one function; where
somebody else changed the case after it was opened, nothing is overwritten.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Min

from lookalike.casework.acting import Acting, act
from lookalike.casework.cases.evidence import add_exhibit, hand_over, look_at, read_again, take_out
from lookalike.casework.cases.models import Case, CaseChange, CaseRead, Description, TeamMember
from lookalike.casework.cases.stills import choose_still, edit_still, redo_edit, undo_edit
from lookalike.casework.cases.team import require_team
from lookalike.casework.cases.told import CaseTold, DescriptionTold, held_to
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.vocabulary import Role

__all__ = [
    "add_exhibit",
    "change_case",
    "choose_still",
    "edit_still",
    "first_search_at",
    "hand_over",
    "is_barred_by_reading",
    "join_team",
    "leave_team",
    "look_at",
    "open_case",
    "read_again",
    "read_case",
    "redo_edit",
    "story",
    "take_description",
    "take_out",
    "undo_edit",
]


def open_case(who: Acting, told: CaseTold, agency: Agency) -> Case:
    """Open a case. Whoever opens it is its first investigator, and knows its story.

    Raises BadForm, also for a number that the agency has used.
    """
    who.require(Permission.CASE_OPEN)
    held_to(told.wrong(who.at.date()), "The case")
    try:
        with act(who, Act.CASE_OPEN) as doing:
            case = Case.objects.create(agency=agency, opened_by=who.person, opened_at=who.at, **asdict(told))
            TeamMember.objects.create(case=case, person=who.person, since=who.at)
            CaseRead.objects.create(case=case, person=who.person, at=who.at)
            doing.about("case", case.public_id)
    except IntegrityError as error:
        raise _number_used(told.number) from error
    return case


def change_case(who: Acting, case: Case, told: CaseTold, *, version: int, reason: str) -> Case:
    """Change what is said of a case; what was said before is kept.

    version: of the case as it was opened. reason: why, in a sentence. Raises BadForm, ChangedMeanwhile, NotPermitted.
    """
    who.require(Permission.CASE_EDIT)
    wrong = told.wrong(who.at.date())
    if not reason.strip():
        wrong["reason"] = ["Say why it is changed: the history shows it."]
    held_to(wrong, "The case")
    try:
        with act(who, Act.CASE_CHANGE, objects=[("case", case.public_id)]) as doing:
            row = _unchanged(who, case, version)
            changed = [name for name, value in asdict(told).items() if getattr(row, name) != value]
            for name in changed:
                before, after = getattr(row, name), getattr(told, name)
                _note_change(who, row, name, _text(before), _text(after), reason)
                setattr(row, name, after)
            if not changed:
                raise BadForm("Nothing was changed.", remedy="Change something, or go back.")
            row.version += 1
            row.save()
            doing.note(f"Changed: {', '.join(changed)}.")
    except IntegrityError as error:
        raise _number_used(told.number) from error
    return row


def join_team(who: Acting, case: Case, person: Person, *, version: int) -> Case:
    """Put an investigator on the team. Raises BadForm, NotNow (is on it already), ChangedMeanwhile, NotPermitted."""
    who.require(Permission.CASE_EDIT)
    if Role.INVESTIGATOR not in person.roles or not person.is_active or person.disabled_at is not None:
        error = BadForm(
            f"{person.name} is no investigator here.",
            why="The team of a case are the investigators who work on it.",
            remedy="Choose an investigator, or ask the administrator.",
        )
        error.fields = {"person": [error.what]}
        raise error
    with act(who, Act.CASE_CHANGE, objects=[("case", case.public_id), ("person", person.public_id)]) as doing:
        row = _unchanged(who, case, version)
        if row.team.filter(person=person, until=None).exists():
            raise NotNow(f"{person.name} is on the team already.", remedy="Nothing needs to be done.")
        TeamMember.objects.create(case=row, person=person, since=who.at)
        _note_change(who, row, "team", f"without {person.name}", f"with {person.name}", "")
        _raised(row)
        doing.note("Joined the team.")
    return row


def leave_team(who: Acting, case: Case, person: Person, *, version: int) -> Case:
    """Take somebody off the team. Raises NotNow (is not on it, or is the last), ChangedMeanwhile, NotPermitted."""
    who.require(Permission.CASE_EDIT)
    with act(who, Act.CASE_CHANGE, objects=[("case", case.public_id), ("person", person.public_id)]) as doing:
        row = _unchanged(who, case, version)
        members = row.team.filter(until=None)
        if not members.filter(person=person).exists():
            raise NotNow(f"{person.name} is not on the team.", remedy="Nothing needs to be done.")
        if members.count() == 1:
            raise NotNow(
                f"{person.name} is the last of the team.",
                why="A case without a team is nobody's.",
                remedy="Put somebody else on the team first.",
            )
        members.filter(person=person).update(until=who.at)
        _note_change(who, row, "team", f"with {person.name}", f"without {person.name}", "")
        _raised(row)
        doing.note("Left the team.")
    return row


def is_barred_by_reading(who: Acting, case: Case) -> bool:
    """Whether opening the story would bar somebody, who has not opened it yet, from examining the case's faces."""
    return Role.EXAMINER in who.roles and not case.readings.filter(person=who.person).exists()


def story(who: Acting, case: Case) -> None:
    """What every page that tells of a case asks first. Raises NotNow for an examiner who has not opened it knowingly.

    Of everybody else the first reading is recorded.
    """
    if is_barred_by_reading(who, case):
        raise NotNow(
            "You have not opened the story of this case.",
            why="Opening it bars you from examining its faces.",
            remedy="Open it on the page of the case, if that is what you want.",
        )
    if not case.readings.filter(person=who.person).exists():
        read_case(who, case)


def read_case(who: Acting, case: Case) -> CaseRead:
    """Record that somebody opened the story of a case; the first time counts. An examiner is barred by it."""
    who.require(Permission.CASE_READ)
    with transaction.atomic():
        row = Case.objects.select_for_update().get(pk=case.pk)
        found = row.readings.filter(person=who.person).first()
        if found is not None:
            return found
        with act(who, Act.CASE_READ, objects=[("case", case.public_id)]):
            return CaseRead.objects.create(case=row, person=who.person, at=who.at)


def take_description(
    who: Acting, case: Case, told: DescriptionTold, *, corrects: Description | None = None
) -> Description:
    """Take down what a witness said. Nothing is overwritten: a correction stands beside what it corrects.

    Raises BadForm, NotNow (that one was corrected already), NotPermitted.
    """
    who.require(Permission.CASE_EDIT)
    held_to(told.wrong(who.at.date()), "The description")
    with act(who, Act.DESCRIPTION_TAKE, objects=[("case", case.public_id)]) as doing:
        row = Case.objects.select_for_update().get(pk=case.pk)
        require_team(who, row)
        if corrects is not None:
            if corrects.case_id != row.pk or Description.objects.filter(corrects=corrects).exists():
                raise NotNow(
                    "This description was corrected already, or is another case's.",
                    remedy="Correct the newest one.",
                )
            doing.note("A correction.")
        doing.note("Before the first search." if first_search_at(row) is None else "After a search.")
        made = Description.objects.create(
            case=row, taken_by=who.person, taken_at=who.at, corrects=corrects, **asdict(told)
        )
        vouch(doing, made)
    return made


def first_search_at(case: Case) -> datetime | None:
    """When a face of the case was first searched, if ever: what was taken down later may have learnt from it."""
    found: datetime | None = case.requests.aggregate(first=Min("search__run_at"))["first"]
    return found


def _unchanged(who: Acting, case: Case, version: int) -> Case:
    """The row, locked, if it is as it was when it was opened."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    require_team(who, row)
    if row.version != version:
        last = row.changes.select_related("by").order_by("-pk").first()
        name = last.by.name if last else "Somebody"
        raise ChangedMeanwhile(
            f"{name} changed the case after you opened it. Nothing was overwritten.",
            why="What you saw is no longer what holds.",
            remedy="Open the case again, look at what changed, then change it.",
        )
    return row


def _raised(row: Case) -> None:
    row.version += 1
    row.save(update_fields=["version"])


def _note_change(who: Acting, case: Case, field: str, before: str, after: str, reason: str) -> None:
    CaseChange.objects.create(
        case=case, at=who.at, by=who.person, field=field, before=before, after=after, reason=reason.strip()
    )


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def _number_used(number: str) -> BadForm:
    error = BadForm(
        f"Case number {number} is used already.", why="A number names one case.", remedy="Check the number."
    )
    error.fields = {"number": [error.what]}
    return error
