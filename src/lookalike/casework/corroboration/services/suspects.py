"""Who is suspected: named by a lead or by a person with reasons, and the suspicion written down."""

from __future__ import annotations

from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.bookings.models import Booking
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.hands import locked, reasons, require_hand, say, wrong
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.corroboration.services.parties import party_named
from lookalike.casework.leads.models import Answer
from lookalike.errors import ChangedMeanwhile, NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.persons import person_of

SAY_WHY = "Write down what makes you suspect this person: it is read before any lineup."


def name_suspect(who: Acting, case: Case, *, name: str, person_id: str = "", suspicion: str) -> Suspect:
    """Name somebody as suspected, with reasons. person_id: of the bookings, where the person has one.

    Whom a lead of the case names already is the suspect that the lead made: the origin stays. Raises BadForm, NotNow
    (is suspected already), NotPermitted.
    """
    require_hand(who, case)
    words, person_id = reasons(suspicion, "suspicion", SAY_WHY), person_id.strip()
    if person_id and not Booking.objects.filter(person_id=person_id).exists():
        raise wrong("Nobody of this id is booked.", person_id="No booking has this person id. Leave it out if unsure.")
    known = _known(case, person_id, name)
    if known is not None and known.added_by_id == who.person.pk and known.suspicion == words:
        return known
    with act(who, Act.SUSPECT_NAME, objects=[("case", case.public_id)]) as doing:
        row = locked(who, case)
        known = _known(row, person_id, name)
        if known is not None:
            raise NotNow(
                f"{known.party.name} is suspected in this case already.",
                why="One person is one suspect, however often named; where a search named them, that stays.",
                remedy="Open the board of this suspect.",
            )
        party = party_named(doing, row, name)
        if row.suspects.filter(party=party).exists():
            raise wrong("Somebody else of this name is suspected.", name="Add what tells the two apart.")
        suspect = Suspect.objects.create(
            case=row,
            party=party,
            person_id=person_id,
            suspicion=words,
            written_at=who.at,
            added_by=who.person,
            added_at=who.at,
        )
        say(doing, "suspect", suspect)
        doing.note("Named by a person.")
    return suspect


def named_by_lead(doing: Doing, answer: Answer) -> Suspect:
    """Make the person of a lead a suspect, in the act that issues it. The origin is the lead, and cannot be taken away.

    Whom a person named before is named by the search from now on. Of two leads on one person the first is the origin.
    """
    candidate = answer.candidate
    assert candidate is not None
    case, who = answer.request.case, doing.who
    name = str(answer.sheet["says"]["person"].get("name") or f"Person of record {candidate.record_id}")
    suspect = _known(case, candidate.person_id, name)
    if suspect is None:
        suspect = Suspect.objects.create(
            case=case,
            party=party_named(doing, case, _free(case, name, candidate.record_id)),
            answer=answer,
            person_id=candidate.person_id,
            added_by=who.person,
            added_at=who.at,
        )
    elif suspect.answer_id is None:
        suspect.answer, suspect.person_id = answer, candidate.person_id
        suspect.version += 1
        suspect.save(update_fields=["answer", "person_id", "version"])
    say(doing, "suspect", suspect)
    return suspect


def write_suspicion(who: Acting, suspect: Suspect, *, words: str, version: int) -> Suspect:
    """Write down the reasons for the suspicion. What was written stays; what comes later is added below, with its day.

    Source: Wells et al. 2020, recommendation 2. Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    words = reasons(words, "words", SAY_WHY)
    with act(who, Act.SUSPECT_NAME, objects=[("case", suspect.case.public_id)]) as doing:
        row = _unchanged(who, suspect, version)
        if row.written_at is None:
            row.suspicion, row.written_at = words, who.at
        else:
            row.suspicion = f"{row.suspicion}\n\nAdded {who.at:%Y-%m-%d %H:%M} UTC by {who.person.name}:\n{words}"
        row.version += 1
        row.save(update_fields=["suspicion", "written_at", "version"])
        say(doing, "suspect", row)
        doing.note("The reasons for the suspicion are written down.")
    return row


def end_suspicion(who: Acting, suspect: Suspect, *, reason: str, version: int) -> Suspect:
    """Say that somebody is suspected no more, and why. Nothing is taken from the board.

    Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    reason = reasons(reason, "reason", "Say why: the board and every packet show it.")
    with act(who, Act.SUSPECT_NAME, objects=[("case", suspect.case.public_id)]) as doing:
        row = _unchanged(who, suspect, version)
        row.ended_at, row.ended_because, row.version = who.at, reason, row.version + 1
        row.save(update_fields=["ended_at", "ended_because", "version"])
        say(doing, "suspect", row)
        doing.note("Suspected no more.")
    return row


def _known(case: Case, person_id: str, name: str) -> Suspect | None:
    """The suspect of the case who is this person, by the id of the bookings or by name."""
    for one in case.suspects.select_related("party").order_by("pk"):
        if person_id and one.person_id:
            same = person_of(one.person_id) == person_of(person_id)
        else:
            same = person_of(one.party.name) == person_of(name)
        if same:
            return one
    return None


def _free(case: Case, name: str, record_id: str) -> str:
    """A name for the person of a lead that nobody else who is suspected bears."""
    taken = case.suspects.filter(party__name=name).exists()
    return f"{name} (record {record_id})"[:200] if taken else name[:200]


def _unchanged(who: Acting, suspect: Suspect, version: int) -> Suspect:
    """The row, locked, as it was when it was opened."""
    locked(who, suspect.case)
    row = Suspect.objects.select_for_update(of=("self",)).select_related("party", "case").get(pk=suspect.pk)
    if row.version != version:
        raise ChangedMeanwhile(
            f"What is said of {row.party.name} was changed after you opened it. Nothing was overwritten.",
            why="What you saw is no longer what holds.",
            remedy="Open the board again, look at what changed, then write.",
        )
    if row.ended_at is not None:
        raise NotNow(f"{row.party.name} is suspected no more.", remedy="Name the person again if that has changed.")
    return row
