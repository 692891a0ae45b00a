"""What a supervisor does with a request that two examiners have answered, and what the investigator accepts.

A lead is issued or refused, a request is closed without a lead; each is one act with its entry, in which the SHA-256 of
everything the document says is named. The document itself is made after the entry (`documents`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError

from lookalike.casework import files
from lookalike.casework.acting import Acting, Doing, act, record
from lookalike.casework.bookings.known import known
from lookalike.casework.bookings.models import Booking
from lookalike.casework.cases.models import TeamMember
from lookalike.casework.codes import new_code
from lookalike.casework.examinations.agreement import Standing
from lookalike.casework.examinations.facts import agreed, where
from lookalike.casework.galleries import matcher
from lookalike.casework.law import Judgement, facts_data, judgement, policy_in_force
from lookalike.casework.leads import kept
from lookalike.casework.leads.content import statements
from lookalike.casework.leads.documents import document
from lookalike.casework.leads.facts import lead_facts, status_now
from lookalike.casework.leads.gather import ending_of, lead_sheet, no_lead
from lookalike.casework.leads.models import Acknowledgement, Answer, Refusal
from lookalike.casework.leads.sheet import Ending, LeadSheet, NoLead
from lookalike.casework.models import StoredFile
from lookalike.casework.paper import Verification
from lookalike.casework.recorded import vouch
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.searches.models import Candidate, Request
from lookalike.errors import ActRefused, BadForm, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.ledger.acts import Act, Outcome
from lookalike.ledger.entry import Line
from lookalike.ledger.tree import leaf_hash
from lookalike.media.photo import encode_jpeg
from lookalike.protocol.decide import decide
from lookalike.protocol.facts.search import LeadFacts
from lookalike.protocol.vocabulary import RecordStatus, Role
from lookalike.record.pictures import candidate_portrait

ASKS_A_REASON = "Say why: the examiners agree, and whoever reads the file will ask."

Address = Callable[[str], str]
"""Where a code leads to, as whoever issues the document sees the site from outside."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A request as the supervisor finds it. candidate, sheet, judgement None: the examiners agree on nobody.

    ending: what a letter without a lead would say.
    """

    candidate: Candidate | None
    sheet: LeadSheet | None
    judgement: Judgement | None
    ending: Ending


def consider(who: Acting, request: Request) -> Considered:
    """How a lead would be judged if this supervisor, having read everything, signed it now. Nothing is kept."""
    candidate = agreed(request.search)
    if candidate is None:
        return Considered(None, None, None, ending_of(request.search))
    sheet = lead_sheet(who, request, candidate, Verification("", "", 0, ""))
    facts, policy = lead_facts(who, request, candidate, sheet, read=True), policy_in_force()
    return Considered(candidate, sheet, judgement(decide(facts, policy), facts, policy), ending_of(request.search))


def issue(
    who: Acting, request: Request, *, version: int, read: bool, words: str, more_than_one: str, address: Address
) -> Answer:
    """Sign the lead on which the examiners agree. read: the supervisor states to have read the whole file.

    more_than_one: why a request has a further lead. Raises ActRefused where the protections refuse it, which is kept;
    NotNow, ChangedMeanwhile, NotPermitted for whoever has another part in the case.
    """
    require_apart(who, request)
    candidate = agreed(request.search)
    if candidate is None:
        raise _nobody(request)
    portrait = _portrait(candidate)  # cut before the transaction, which waits for nobody's pixels
    refused: tuple[Any, LeadFacts] | None = None
    answer: Answer | None = None
    with act(who, Act.LEAD_ISSUE, objects=[("request", request.public_id)]) as doing:
        row = _open(request, version, further=more_than_one)
        if agreed(request.search) != candidate:
            raise _changed(row)
        if row.answers.filter(candidate=candidate).exists():
            raise _named_already(row, candidate)
        Booking.objects.select_for_update().filter(photos__record_id=candidate.record_id).first()
        to = Verification(code := new_code(), address(code), 0, "")
        sheet = lead_sheet(who, row, candidate, to)
        facts = lead_facts(who, row, candidate, sheet, read=read)
        decision = doing.decide(facts)
        judged = judgement(decision, facts, policy_in_force()).to_data()
        if not decision.allowed:
            made = Refusal.objects.create(request=row, by=who.person, at=who.at, words=words, judgement=judged)
            vouch(doing, made)
            refused = decision, facts
        else:
            _require_active(candidate)
            answer = _answered(
                doing,
                row,
                sheet,
                to,
                candidate=candidate,
                portrait=files.keep(portrait, name="photograph.jpg", media_type="image/jpeg"),
                words=words,
                more_than_one=more_than_one.strip() if row.state == Request.State.LEAD else "",
                judgement=judged,
                facts=facts_data(facts),
            )
            _move(row, Request.State.LEAD)
    if refused is not None:
        _raise_refused(*refused)
    assert answer is not None
    document(who, answer)
    return answer


def close(who: Acting, request: Request, *, version: int, words: str, address: Address) -> Answer:
    """Answer that there is no lead. Where the examiners agree it is a refusal, and needs its reasons.

    Raises BadForm without them, NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_apart(who, request)
    refuses = where(request.search) is Standing.AGREED
    if refuses and not words.strip():
        error = BadForm("A lead is refused with reasons.", why=ASKS_A_REASON, remedy="Write down why you do not sign.")
        error.fields = {"words": [ASKS_A_REASON]}
        raise error
    name = Act.LEAD_REFUSE if refuses else Act.LEAD_CLOSE
    with act(who, name, objects=[("request", request.public_id)]) as doing:
        row = _open(request, version)
        if refuses:
            vouch(doing, Refusal.objects.create(request=row, by=who.person, at=who.at, words=words))
            doing.outcome = Outcome.REFUSED
        to = Verification(code := new_code(), address(code), 0, "")
        answer = _answered(doing, row, no_lead(who, row, ending_of(request.search), to), to, words=words)
        _move(row, Request.State.NO_LEAD)
    document(who, answer)
    return answer


def acknowledge(who: Acting, answer: Answer, keys: Iterable[str]) -> None:
    """Accept statements, each with a row and an entry of its own; what was accepted before stays as it was.

    Raises NotPermitted for whoever the sheet is not for, BadForm for what is no statement.
    """
    if not must_acknowledge(who, answer):
        raise NotPermitted(
            "This answer has nothing that you accept.",
            why="The investigator of the case accepts the statements of a lead sheet.",
            remedy="Open the answer.",
        )
    known_statements = {one.key: one for one in statements()}
    wanted = list(dict.fromkeys(keys))
    if not wanted or not set(wanted) <= set(known_statements):
        raise BadForm("No such statement.", remedy="Accept the statements as they stand on the page.")
    accepted = _accepted(who, answer)
    for key in wanted:
        if key in accepted:
            continue
        try:
            with act(who, Act.LEAD_ACKNOWLEDGE, objects=[("answer", answer.public_id), ("statement", key)]) as doing:
                accepts = Acknowledgement.objects.create(
                    answer=answer, person=who.person, statement=key, words=known_statements[key].text, at=who.at
                )
                vouch(doing, accepts)
        except IntegrityError:
            if key not in _accepted(who, answer):
                raise
            # the same person in another window: it is accepted once


def missing(who: Acting, answer: Answer) -> list[str]:
    """The keys of the statements that this person still has to accept before the sheet opens, in order."""
    if not must_acknowledge(who, answer):
        return []
    accepted = _accepted(who, answer)
    return [one.key for one in statements() if one.key not in accepted]


def must_acknowledge(who: Acting, answer: Answer) -> bool:
    """Whether the sheet opens for this person only after its statements: an investigator of the case.

    Also one who has left its team and reads the sheet by another role: whoever investigated the case may act on it.
    """
    if answer.candidate_id is None or Role.INVESTIGATOR not in who.roles:
        return False
    return TeamMember.objects.filter(case=answer.request.case_id, person=who.person).exists()


def require_acknowledged(who: Acting, answer: Answer) -> None:
    """Raise NotPermitted while statements are missing: page, document, pictures and data stay closed."""
    left = missing(who, answer)
    if left:
        raise NotPermitted(
            f"The lead sheet of request {answer.request.number} opens when its statements are accepted.",
            why=f"{len(left)} of {len(statements())} are not accepted yet. They say what a lead is and what it is not.",
            remedy="Open the answer under Leads, read each statement, and accept it.",
        )


def require_apart(who: Acting, request: Request) -> None:
    """Raise NotPermitted for whoever has another part in the case: who answers is neither examiner nor investigator."""
    parts = duties_in_case(who.person, request.case) & {Role.INVESTIGATOR, Role.EXAMINER}
    if TeamMember.objects.filter(case=request.case, person=who.person).exists():
        parts |= {Role.INVESTIGATOR}
    if not parts:
        return
    doing = Doing(who, Act.ACCESS_DENY, [("request", request.public_id)])
    doing.outcome = Outcome.REFUSED
    record(doing)
    had = " and ".join(sorted(one.value for one in parts))
    raise NotPermitted(
        f"You have another part in this case: {had}.",
        why="Whoever answers for a result was neither examiner nor investigator, and did not check the request.",
        remedy="Ask another supervisor to read the file and to answer.",
    )


def _accepted(who: Acting, answer: Answer) -> set[str]:
    return set(answer.acknowledgements.filter(person=who.person).values_list("statement", flat=True))


def _answered(doing: Doing, request: Request, sheet: LeadSheet | NoLead, to: Verification, **more: Any) -> Answer:
    """The row of an answer, whose entry names the SHA-256 of all that it says."""
    pictures = {}
    portrait: StoredFile | None = more.get("portrait")
    if portrait is not None:
        pictures = {"probe": request.search.probe_picture.sha256, "candidate": portrait.sha256}
    data = kept.to_data(sheet, url=to.url, pictures=pictures)
    answer = Answer.objects.create(
        request=request, by=doing.who.person, at=doing.who.at, code=to.code, sheet=data, **more
    )
    vouch(doing, answer)
    doing.about(kept.SHEET, kept.digest(data))

    def numbered(line: Line) -> None:
        answer.entry, answer.leaf = line.index, leaf_hash(line.text.encode()).hex()
        answer.save(update_fields=["entry", "leaf"])

    doing.then.append(numbered)
    return answer


def _open(request: Request, version: int, *, further: str = "") -> Request:
    """The request, locked, while it waits for the supervisor. Raises NotNow, ChangedMeanwhile."""
    rows = Request.objects.select_for_update(of=("self",))
    row = rows.select_related("case__agency", "still__exhibit__file", "asked_by", "checked_by").get(pk=request.pk)
    again = row.state == Request.State.LEAD and bool(further.strip())
    if row.state != Request.State.ANSWERED and not again:
        raise _too_late(row)
    if row.version != version:
        raise _changed(row)
    return row


def _require_active(candidate: Candidate) -> None:
    """A record that is no longer active is no lead, whatever the packs say."""
    booking = known([candidate.record_id]).get(candidate.record_id)
    if status_now(candidate.record_id, booking) is not RecordStatus.ACTIVE:
        raise NotNow(
            f"Record {candidate.record_id} is not active any more, or no booking stands behind it.",
            why="A person whose record was sealed, dismissed or expunged since the search is nobody's lead.",
            remedy="Answer without a lead.",
        )


def _portrait(candidate: Candidate) -> bytes:
    data = files.read(candidate.picture)
    return encode_jpeg(candidate_portrait(data, matcher(), name="photograph", width=624, height=780), 90)


def _raise_refused(decision: Any, facts: LeadFacts) -> None:
    try:
        decision.require()
    except ActRefused as error:
        error.facts = facts
        raise


def _move(row: Request, state: Request.State) -> None:
    row.state, row.version = state, row.version + 1
    row.save(update_fields=["state", "version"])


def _nobody(request: Request) -> NotNow:
    return NotNow(
        f"The examiners of request {request.number} do not agree on anybody.",
        why="Two people, each alone, must name the same candidate before there is a lead.",
        remedy="Answer without a lead.",
    )


def _too_late(row: Request) -> NotNow:
    row = Request.objects.get(pk=row.pk)
    return NotNow(
        f"Request {row.number} does not wait for an answer: it is {row.get_state_display()}.",
        why="It was answered already, perhaps by another supervisor a moment ago, or the examiners have not concluded.",
        remedy="Open it again to see where it stands. A further lead needs its reason.",
    )


def _named_already(row: Request, candidate: Candidate) -> NotNow:
    return NotNow(
        f"Record {candidate.record_id} is named by a lead of request {row.number} already.",
        why="A further lead of a request names somebody else.",
        remedy="Open the answer that there is.",
    )


def _changed(row: Request) -> ChangedMeanwhile:
    return ChangedMeanwhile(
        f"Request {row.number} was changed after you opened it.",
        why="What you read is not what would be signed.",
        remedy="Read it again. Nothing was overwritten.",
    )
