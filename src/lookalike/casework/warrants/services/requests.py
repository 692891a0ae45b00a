"""The investigator's part: prepare a warrant request, put it before those who sign, ask, answer questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.db.models import Max

from lookalike.casework.acting import Acting, act
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.hands import wrong
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.law import Judgement, facts_data, judgement, policy_in_force
from lookalike.casework.recorded import vouch
from lookalike.casework.warrants.facts import current, warrant_facts
from lookalike.casework.warrants.hands import locked, moved, require_asker, require_state
from lookalike.casework.warrants.models import OPEN, Delivery, Packet, Question, WarrantRefusal, WarrantRequest
from lookalike.errors import ActRefused, NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.court_words import Recipient
from lookalike.protocol.decide import decide
from lookalike.protocol.facts.court import WarrantFacts

State = WarrantRequest.State

OFFICE = "the prosecutor's office"
"""To whom a packet goes when a request is put forward: every prosecutor's account opens it."""


@dataclass(frozen=True, slots=True)
class Considered:
    """How asking would be judged now. packet: the one that is signed; None: none was made yet."""

    judgement: Judgement
    packet: Packet | None


def draft(who: Acting, suspect: Suspect) -> WarrantRequest:
    """Begin a warrant request against a suspect; where one is open, that one is given.

    Raises NotPermitted; NotNow for somebody who is suspected no more.
    """
    require_asker(who, suspect.case)
    open_ = _open(suspect)
    if open_ is not None:
        return open_
    try:
        with act(who, Act.WARRANT_PLAN, objects=[("case", suspect.case.public_id)]) as doing:
            case = Case.objects.select_for_update().get(pk=suspect.case_id)
            row = Suspect.objects.select_related("case", "party").get(pk=suspect.pk)
            if row.ended_at is not None:
                raise NotNow(
                    "This person is suspected no more.", why=row.ended_because, remedy="Open the board of the case."
                )
            if _open(suspect) is not None:
                raise _Begun
            number = (case.warrants.aggregate(last=Max("number"))["last"] or 0) + 1
            made = WarrantRequest.objects.create(
                case=case, number=number, suspect=row, asked_by=who.person, asked_at=who.at
            )
            doing.about("warrant", made.public_id)
            vouch(doing, made)
    except (_Begun, IntegrityError):
        again = _open(suspect)
        if again is None:
            raise
        return again
    return made


def write_statement(who: Acting, warrant: WarrantRequest, *, words: str, version: int) -> WarrantRequest:
    """Accept what the affidavit says of the search. Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted."""
    require_asker(who, warrant.case)
    if not words.strip():
        raise wrong(
            "The statement is missing.", words="The affidavit tells of the search. Accept the words, or write others."
        )
    with act(who, Act.WARRANT_PLAN, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant, version)
        require_state(row, State.DRAFT)
        doing.note("The statement for the affidavit was accepted.")
        return moved(doing, row, statement=words.strip())


def put_forward(who: Acting, warrant: WarrantRequest, *, version: int) -> WarrantRequest:
    """Put the request with its packet before the captains and the prosecutors: the packet is theirs from now on.

    Raises NotNow without a statement or a packet, ChangedMeanwhile, NotPermitted.
    """
    require_asker(who, warrant.case)
    with act(who, Act.WARRANT_PLAN, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant, version)
        require_state(row, State.DRAFT)
        if not row.statement.strip():
            raise NotNow(
                "The statement for the affidavit is not accepted yet.",
                why="Whoever signs reads what the affidavit says of the search.",
                remedy="Accept the statement first.",
            )
        packet = current(row)
        if packet is None:
            raise NotNow(
                "There is no packet yet.",
                why="A signature is for a packet, by its digest.",
                remedy="Have the packet made, and put the request forward when it is there.",
            )
        hand_to_prosecutors(who, packet)
        doing.about("packet", packet.public_id)
        doing.note("Put before those who sign.")
        return moved(doing, row, state=State.SIGNING)


def hand_to_prosecutors(who: Acting, packet: Packet) -> Delivery:
    """Put a packet before the prosecutors, once. Call inside an act."""
    row, _ = Delivery.objects.get_or_create(
        packet=packet,
        to=Recipient.PROSECUTOR.value,
        token_sha256=None,
        defaults={"name": OFFICE, "by": who.person, "at": who.at},
    )
    return row


def consider(who: Acting, warrant: WarrantRequest) -> Considered:
    """How asking would be judged now. Nothing is kept."""
    facts, policy = warrant_facts(who, warrant), policy_in_force()
    return Considered(judgement(decide(facts, policy), facts, policy), current(warrant))


def ask(who: Acting, warrant: WarrantRequest, *, version: int) -> WarrantRequest:
    """Ask the prosecutor for the warrant. What the protections refuse is kept with its citations, and raised.

    Raises ActRefused, NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_asker(who, warrant.case)
    refused: tuple[Any, WarrantFacts] | None = None
    with act(who, Act.WARRANT_ASK, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant, version)
        require_state(row, State.DRAFT, State.SIGNING, State.QUESTIONS)
        open_questions = row.questions.filter(replied_at=None).count()
        if open_questions:
            raise NotNow(
                f"{open_questions} questions of the prosecutor are not answered.",
                why="They are answered before the request comes back.",
                remedy="Answer them, then ask again.",
            )
        facts = warrant_facts(who, row)
        decision = doing.decide(facts)
        judged = judgement(decision, facts, policy_in_force()).to_data()
        told = {"judgement": judged, "facts": facts_data(facts)}
        if decision.allowed:
            packet = current(row)
            if packet is not None:
                doing.about("packet", packet.public_id)
                doing.about("packet_sha256", packet.sha256)
            moved(doing, row, state=State.SENT, sent_at=who.at, **told)
        else:
            vouch(doing, WarrantRefusal.objects.create(warrant=row, by=who.person, at=who.at, **told))
            moved(doing, row, **told)
            refused = decision, facts
    if refused is not None:
        _raise_refused(*refused)
    return row


def reply(who: Acting, question: Question, *, words: str) -> Question:
    """Answer a question of the prosecutor, once. Raises BadForm, NotNow, NotPermitted."""
    warrant = question.warrant
    require_asker(who, warrant.case)
    if not words.strip():
        raise wrong("The answer is missing.", words="Write the answer; it stands in the file.")
    with act(who, Act.WARRANT_PLAN, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant)
        require_state(row, State.QUESTIONS)
        asked = Question.objects.select_for_update().get(pk=question.pk)
        if asked.replied_at is not None:
            raise NotNow("This question is answered already.", remedy="Open the request again.")
        asked.reply, asked.replied_by, asked.replied_at = words.strip(), who.person, who.at
        asked.save(update_fields=["reply", "replied_by", "replied_at"])
        moved(doing, row)
        doing.about("question", asked.pk)
    return asked


def withdraw(who: Acting, warrant: WarrantRequest, *, version: int) -> WarrantRequest:
    """Take a request back. It stays, with everything that was said. Raises NotNow, ChangedMeanwhile, NotPermitted."""
    require_asker(who, warrant.case)
    with act(who, Act.WARRANT_PLAN, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant, version)
        require_state(row, *OPEN)
        doing.note("Withdrawn.")
        return moved(doing, row, state=State.WITHDRAWN)


def _open(suspect: Suspect) -> WarrantRequest | None:
    return WarrantRequest.objects.filter(suspect=suspect, state__in=OPEN).first()


def _raise_refused(decision: Any, facts: WarrantFacts) -> None:
    try:
        decision.require()
    except ActRefused as error:
        error.facts = facts
        raise


class _Begun(Exception):  # a signal out of an act that has nothing left to do
    """Somebody else has begun the request."""
