"""Training on record: added when somebody completed it, withdrawn where it was recorded in error."""

from __future__ import annotations

from datetime import date

from lookalike.casework.acting import Acting, act
from lookalike.casework.people.models import Person, TrainingRecord
from lookalike.casework.people.services.accounts import bad_form
from lookalike.casework.permissions import Permission
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.vocabulary import TrainingKind


def add_training(
    who: Acting,
    person: Person,
    *,
    kind: TrainingKind,
    completed_on: date,
    hours: int,
    last_day: date | None,
    note: str = "",
) -> TrainingRecord:
    """Record a training that somebody completed. Raises BadForm for one that lies ahead or ended before it began.

    Raises NotNow for one that is on record: of two, a withdrawal would leave the other standing.
    """
    who.require(Permission.TRAINING_RECORD)
    if completed_on > who.at.date():
        raise bad_form("completed_on", "This day lies ahead: a training is recorded when it is completed.")
    if last_day is not None and last_day < completed_on:
        raise bad_form("last_day", "It cannot run out before it was completed.")
    with act(who, Act.TRAINING_RECORD, objects=[("account", person.public_id)]) as doing:
        told = {
            "person": Person.objects.select_for_update(no_key=True).get(pk=person.pk),
            "kind": kind.value,
            "completed_on": completed_on,
            "hours": hours,
            "last_day": last_day,
            "note": note.strip(),
        }
        if TrainingRecord.objects.filter(withdrawn_at=None, **told).exists():
            raise NotNow("This training is on record already.", remedy="Look at the account again.")
        row = TrainingRecord.objects.create(recorded_by=who.person, recorded_at=who.at, **told)
        doing.about("training", row.pk)
        doing.note(f"Training added: {kind}, completed {completed_on}.")
    return row


def withdraw_training(who: Acting, record: TrainingRecord) -> None:
    """Take back a training that was recorded in error. The row stays. Raises NotNow where that was done already."""
    who.require(Permission.TRAINING_RECORD)
    objects = [("account", record.person.public_id), ("training", str(record.pk))]
    with act(who, Act.TRAINING_RECORD, objects=objects) as doing:
        if not TrainingRecord.objects.filter(pk=record.pk, withdrawn_at=None).update(withdrawn_at=who.at):
            raise NotNow("This training was withdrawn already.")
        doing.note("Training withdrawn.")
