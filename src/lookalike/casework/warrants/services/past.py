"""The look back: past cases with a face search behind a warrant, and a notice for each without independent evidence.

Source: Williams v. City of Detroit, settlement, term 6 (audit of every such case since 2017; R21).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError
from django.utils.timezone import localtime

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.hands import wrong
from lookalike.casework.people.models import Agency
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants.csv_list import PastRow, read_list
from lookalike.casework.warrants.models import Notice, PastCase
from lookalike.casework.warrants.notice import NoticeLetter, notice_pdf
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act

DUE_DAYS = 30
"""Days that a prosecutor has to answer unless told otherwise."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import came to. known: numbers that were on the list already and stay as they were."""

    new: int
    known: tuple[str, ...]


def bring(who: Acting, data: bytes) -> Brought:
    """Import a list of past cases, whole or not at all. Raises BadForm, which names line and column."""
    who.require(Permission.PAST_BRING)
    rows = read_list(data, today=who.at.date())
    with act(who, Act.PAST_BRING) as doing:
        known = set(PastCase.objects.filter(number__in=[one.number for one in rows]).values_list("number", flat=True))
        new = [one for one in rows if one.number not in known]
        try:
            PastCase.objects.bulk_create([_case(who, one) for one in new])
        except IntegrityError as error:
            raise NotNow(
                "Somebody imported the same cases at this moment.",
                why="A case stands once.",
                remedy="Look at the list.",
            ) from error
        doing.note(f"{len(new)} past cases, {len(known)} of the list known already.")
    return Brought(len(new), tuple(one.number for one in rows if one.number in known))


def notify(who: Acting, past: PastCase, *, to: str, days: int = DUE_DAYS) -> Notice:
    """Tell a prosecutor that a past case has no independent evidence. Raises BadForm, NotNow, NotPermitted."""
    who.require(Permission.PAST_BRING)
    if not to.strip():
        raise wrong("Nobody is named.", to="Say to which prosecutor the notice goes.")
    if not 1 <= days <= 366:
        raise wrong("There is no such day.", days="From 1 to 366 days.")
    with act(who, Act.NOTICE_SEND, objects=[("past", str(past.pk))]) as doing:
        row = PastCase.objects.select_for_update().get(pk=past.pk)
        if row.independent.strip():
            raise NotNow(
                f"Case {row.number} names other evidence.",
                why="A notice is for a case without.",
                remedy="Open the list.",
            )
        if Notice.objects.filter(past=row).exists():
            raise NotNow(f"The notice on case {row.number} was sent.", remedy="Open the list to see where it stands.")
        due = who.at.date() + timedelta(days=days)
        letter = NoticeLetter(
            agency=Agency.objects.get(own=True).name,
            to=to.strip(),
            case_number=row.number,
            case_agency=row.agency,
            offence=row.offence,
            searched_on=row.searched_on,
            warrant_on=row.warrant_on,
            by=who.person.name,
            issued_at=localtime(who.at),
            due_on=due,
        )
        document = files.keep(notice_pdf(letter), name=f"notice-{row.pk}.pdf", media_type="application/pdf")
        made = Notice.objects.create(past=row, to=to.strip(), by=who.person, at=who.at, due_on=due, document=document)
        doing.about("notice", made.public_id)
        doing.about("document", document.sha256)
    return made


def answer(who: Acting, notice: Notice, *, by: str, words: str) -> Notice:
    """Enter what the prosecutor answered, once. Raises BadForm, NotNow, NotPermitted."""
    who.require(Permission.PAST_BRING)
    if not by.strip() or not words.strip():
        raise wrong("The answer is not whole.", words="Say who answered, and what.")
    with act(who, Act.NOTICE_ANSWER, objects=[("notice", notice.public_id)]):
        row = Notice.objects.select_for_update().get(pk=notice.pk)
        if row.answered_at is not None:
            raise NotNow("This notice is answered already.", remedy="Open the list to read the answer.")
        row.answered_at, row.answered_by, row.answer, row.entered_by = who.at, by.strip(), words.strip(), who.person
        row.save(update_fields=["answered_at", "answered_by", "answer", "entered_by"])
    return row


def _case(who: Acting, one: PastRow) -> PastCase:
    return PastCase(
        number=one.number,
        agency=one.agency,
        offence=one.offence,
        searched_on=one.searched_on,
        warrant_on=one.warrant_on,
        independent=one.independent,
        row=dict(one.row),
        brought_by=who.person,
        brought_at=who.at,
    )
