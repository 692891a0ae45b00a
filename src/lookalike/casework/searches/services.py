"""What is done with a request: asked, checked, searched once, withdrawn. A refused one is kept, cited and counted."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.bookings.known import left_out
from lookalike.casework.cases.models import READS_EVERY_CASE, Case, CaseRead, Still
from lookalike.casework.cases.pictures import chain
from lookalike.casework.examinations.models import Task
from lookalike.casework.galleries import KeptGallery, matcher, up_to_date
from lookalike.casework.law import Judgement, facts_data, judgement, policy_in_force
from lookalike.casework.people.models import Agency
from lookalike.casework.recorded import vouch
from lookalike.casework.searches.facts import request_facts, search_facts
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.casework.searches.probe import Sought, sought
from lookalike.casework.searches.repeats import earlier, others
from lookalike.errors import BrokenFile, ChangedMeanwhile, NotNow, NotPermitted
from lookalike.gallery.records import Status
from lookalike.gallery.search import DEFAULT_COUNT, Filter
from lookalike.ledger.acts import Act, Outcome
from lookalike.media.edits import from_dict
from lookalike.media.photo import encode_jpeg, encode_png
from lookalike.protocol.decide import Decision, decide
from lookalike.protocol.facts.base import ActFacts
from lookalike.protocol.vocabulary import Protection
from lookalike.record.pictures import candidate_portrait, without_others
from lookalike.record.search import Search as Found
from lookalike.record.search import search

TWICE = timedelta(minutes=1)
"""A refused request that is sent again within this time was sent twice; later it is a new one, judged and counted."""

SAID = (
    "asked_by_id",
    "edits",
    "face",
    "obstructions",
    "purpose",
    "suspicion",
    "specific_facts",
    "route",
    "order_by",
    "order_at",
    "behalf_of_id",
    "targeted",
    "repeat_reason",
)
"""What a request says: two that say all of this of one still are the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an investigator asks for, and why. face: from 1, left to right. obstructions: what covers it, in words.

    behalf_of: another agency for which it is really asked. targeted: for somebody already suspected or convicted.
    repeat_reason: why a face is searched again.
    """

    face: int
    purpose: str
    suspicion: str
    specific_facts: str
    route: str
    obstructions: Sequence[str] = ()
    order_by: str = ""
    order_at: datetime | None = None
    behalf_of: Agency | None = None
    targeted: bool = False
    repeat_reason: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Considered:
    """A request as it would be judged now; nothing is kept of it."""

    request: Request
    sought: Sought
    earlier: list[Request]
    facts: ActFacts
    decision: Decision
    judgement: Judgement


def consider(who: Acting, still: Still, wanted: Wanted) -> Considered:
    """Judge a request before it is made.

    Raises NotNow for whoever examines at the moment, ChangedMeanwhile, NoFaceFound, NoSuchFace, what reading raises.
    """
    _require_no_probe_open(who)
    if wanted.version not in (None, still.version):
        raise _edited()
    face = sought(still, chain(still), wanted.face)
    request = Request(
        case=still.exhibit.case,
        still=still,
        edits=face.edit_data,
        face=wanted.face,
        probe_sha256=face.photo.sha256,
        template=face.template,
        quality=face.quality,
        fitness=face.capture.verdict.fitness.value,
        fitness_reasons=list(face.capture.verdict.reasons),
        obstructions=sorted(wanted.obstructions),
        purpose=wanted.purpose,
        suspicion=wanted.suspicion,
        specific_facts=wanted.specific_facts,
        route=wanted.route,
        order_by=wanted.order_by,
        order_at=wanted.order_at,
        behalf_of=wanted.behalf_of,
        targeted=wanted.targeted,
        repeat_reason=wanted.repeat_reason,
        asked_by=who.person,
        asked_at=who.at,
    )
    before = earlier(request.probe_sha256, request.template)
    return Considered(request, face, before, *_judged(who, request, before))


def _require_no_probe_open(who: Acting) -> None:
    """Whoever asks is told whether the face was searched before: asked with a probe, it would tell of what work it is.

    Of a known-answer trial nothing was ever searched. Refused alike for every examination that was begun.
    """
    if Task.objects.visible_to(who).filter(state__in=(Task.State.PROBE, Task.State.COMPARING)).exists():
        raise NotNow(
            "You have begun an examination.",
            why="Whoever asks for a search is told what is known of the face; an examiner compares without knowing it.",
            remedy="Conclude the examination, or hand it back; then ask.",
        )


def _judged(who: Acting, request: Request, before: list[Request]) -> tuple[ActFacts, Decision, Judgement]:
    """How a request is judged. A face that no search may take is refused here already: nobody has to check it first."""
    facts: ActFacts = request_facts(who, request, before)
    policy = policy_in_force()
    decision = decide(facts, policy)
    if decision.allowed and not request.template:
        request.judgement = {"allowed": True}
        facts = search_facts(who, request, before, count=DEFAULT_COUNT)
        policy = policy.only(Protection.EVIDENCE)
        decision = decide(facts, policy)
    return facts, decision, judgement(decision, facts, policy)


def ask(who: Acting, still: Still, wanted: Wanted) -> Request:
    """Make a request. One that the protections refuse is kept as refused, with every citation. Sent twice, it is one.

    Raises ChangedMeanwhile for a still that was edited, and what `consider` raises.
    """
    considered = consider(who, still, wanted)  # measured before the transaction, which waits for nobody's pixels
    request = considered.request
    with transaction.atomic():
        Case.objects.select_for_update().get(pk=request.case_id)
        if Still.objects.select_for_update().get(pk=still.pk).version != still.version:
            raise _edited()
        return _sent_before(request) or _made(who, request)


def _made(who: Acting, request: Request) -> Request:
    with act(who, Act.SEARCH_REQUEST, objects=[("case", request.case.public_id)]) as doing:
        _one_at_a_time()  # no number is given twice, and no repeat overlooked
        before = earlier(request.probe_sha256, request.template)
        facts, doing.decision, judged = _judged(who, request, before)
        doing.outcome = Outcome.ALLOWED if doing.decision.allowed else Outcome.REFUSED
        request.number = (Request.objects.aggregate(last=Max("number"))["last"] or 0) + 1
        request.state = Request.State.WAITING if doing.decision.allowed else Request.State.REFUSED
        request.judgement = judged.to_data()
        request.facts = facts_data(facts)
        request.save()
        request.repeats.set(before)
        vouch(doing, request)
        doing.about("exhibit", request.still.exhibit.public_id)
        if request.behalf_of_id:
            doing.on_behalf_of = request.behalf_of_id
    return request


def _sent_before(request: Request) -> Request | None:
    """The same request, word for word, that still waits or was refused a moment ago: its form was sent twice."""
    moment_ago = Q(state=Request.State.REFUSED, asked_at__gte=request.asked_at - TWICE)
    rows = Request.objects.filter(Q(state=Request.State.WAITING) | moment_ago, still=request.still)
    same = (row for row in rows if all(getattr(row, name) == getattr(request, name) for name in SAID))
    return next(same, None)


def withdraw(who: Acting, request: Request) -> None:
    """Take a request back before it is searched. Raises NotNow."""
    with act(who, Act.SEARCH_WITHDRAW, objects=[("request", request.public_id)]):
        row = _locked(request)
        if row.state not in (Request.State.WAITING, Request.State.SENT_BACK, Request.State.APPROVED):
            raise _too_late(row)
        _move(row, Request.State.WITHDRAWN)


def send_back(who: Acting, request: Request, words: str, *, version: int) -> None:
    """Return a request to whoever asked, with what is missing. Raises NotNow, ChangedMeanwhile."""
    with act(who, Act.SEARCH_CHECK, objects=[("request", request.public_id)]) as doing:
        row = _waiting(request, version)
        row.checked_by, row.checked_at, row.check_words = who.person, who.at, words
        _move(row, Request.State.SENT_BACK)
        vouch(doing, row)
        doing.outcome = Outcome.REFUSED
        doing.note("Sent back.")


def approve(who: Acting, request: Request, words: str, *, version: int) -> None:
    """Check a request against the case report and let it be searched, once.

    Raises NotNow, ChangedMeanwhile, ActRefused when the protections refuse the search as it stands now.
    """
    with act(who, Act.SEARCH_CHECK, objects=[("request", request.public_id)]) as doing:
        row = _waiting(request, version)
        row.checked_by, row.checked_at, row.check_words = who.person, who.at, words
        doing.require(search_facts(who, row, others(row), count=DEFAULT_COUNT))
        _move(row, Request.State.APPROVED)
        vouch(doing, row)


def judged_search(who: Acting, request: Request) -> Judgement:
    """How the search of a request would be judged if this person ran it now."""
    facts = search_facts(who, request, others(request), count=DEFAULT_COUNT)
    policy = policy_in_force()
    return judgement(decide(facts, policy), facts, policy)


def run(who: Acting, request: Request) -> Search:
    """Search an approved request, once: a second call finds it searched.

    The search is computed first, and kept only if nothing it rests on changed meanwhile. Raises NotNow, ActRefused, and
    what a search raises.
    """
    if request.state != Request.State.APPROVED:
        raise _too_late(request)
    hidden = left_out()
    face = sought(request.still, [from_dict(edit) for edit in request.edits], request.face)
    if face.photo.sha256 != request.probe_sha256:
        raise _broken(f"The still of request {request.number}", "the picture that was asked for")
    opened, only = up_to_date(), Filter(without=hidden) if hidden else None
    found = search(face.probe(), opened, matcher(), count=DEFAULT_COUNT, now=who.at, only=only)
    photos = {one.record_id: _photo(opened, one.gallery, one.record_id) for one in found.record.candidates}
    with act(who, Act.SEARCH_RUN, objects=[("request", request.public_id)]) as doing:
        _one_at_a_time()  # whoever is second for a face sees that the first has searched it
        row = _locked(request)
        if row.state != Request.State.APPROVED:
            raise _too_late(row)
        if (left_out() - hidden) & set(photos) or not _all_active(opened, found):
            raise ChangedMeanwhile(
                "A record was sealed while the search ran.",
                why="Its person may not come back from a search from that moment on.",
                remedy="Run the search again. This one was not kept and nobody saw it.",
            )
        facts = search_facts(who, row, others(row), count=DEFAULT_COUNT)
        doing.require(facts)
        doing.snapshot = ", ".join(one.snapshot for one in found.record.galleries)
        made = _kept(who, row, found, photos, facts_data(facts), doing.decision, facts)
        doing.about("search", made.public_id)
        doing.about("record", made.sha256)
        _move(row, Request.State.SEARCHED)
    return made


def _kept(
    who: Acting,
    request: Request,
    found: Found,
    photos: dict[str, bytes],
    data: dict[str, Any],
    decision: Any,
    facts: Any,
) -> Search:
    text = found.record.to_json()
    made = Search.objects.create(
        request=request,
        run_by=who.person,
        run_at=who.at,
        record=text,
        sha256=_digest(text),
        probe_picture=files.keep(encode_png(found.edited), name="probe.png", media_type="image/png"),
        judgement=judgement(decision, facts, policy_in_force()).to_data(),
        facts=data,
    )
    Candidate.objects.bulk_create(
        Candidate(
            search=made,
            rank=one.rank,
            gallery=one.gallery,
            record_id=one.record_id,
            person_id=one.person_id,
            picture=files.keep(photos[one.record_id], name="photograph", media_type="application/octet-stream"),
        )
        for one in found.record.candidates
    )
    return made


def record_of(search: Search) -> str:
    """The search record as it was written, JSON text. Its entry names its SHA-256. Raises BrokenFile."""
    if _digest(search.record) != search.sha256:
        raise _broken(f"The search record of request {search.request.number}", "the one that was written")
    return search.record


def _digest(record: str) -> str:
    return hashlib.sha256(f"{record}\n".encode()).hexdigest()


def _broken(what: str, other: str) -> BrokenFile:
    return BrokenFile(
        f"{what} is not {other}.",
        why="Its SHA-256 is another: it was changed in the database.",
        remedy="Rely on nothing of it. Tell the auditor, and whoever holds the ledger's checkpoints.",
    )


def _photo(opened: Sequence[KeptGallery], gallery: str, record_id: str) -> bytes:
    return next(one for one in opened if one.name == gallery).photo(record_id)


def _all_active(opened: Sequence[KeptGallery], found: Found) -> bool:
    """Whether every candidate may still be found. Asked after `left_out`: a change leaves that when it is told here."""
    there = {one.name: one for one in opened}
    for name in {one.gallery for one in found.record.candidates}:
        with there[name].reading():
            records = [there[name].record(one.record_id) for one in found.record.candidates if one.gallery == name]
        if any(one is None or one.status is not Status.ACTIVE for one in records):
            return False
    return True


def _one_at_a_time() -> None:
    """Until this act is done nobody else asks or searches, in any case. Locked before any request."""
    Agency.objects.select_for_update(no_key=True).get(own=True)


def _locked(request: Request) -> Request:
    return Request.objects.select_for_update(of=("self",)).get(pk=request.pk)


def _waiting(request: Request, version: int) -> Request:
    row = _locked(request)
    if row.state != Request.State.WAITING:
        raise _too_late(row)
    if row.version != version:
        raise ChangedMeanwhile(
            f"Request {row.number} was changed after you opened it.",
            why="What you read is not what would be checked.",
            remedy="Read it again. Nothing was overwritten.",
        )
    return row


def _edited() -> ChangedMeanwhile:
    return ChangedMeanwhile(
        "The still was edited after you opened it.",
        why="Its faces may be counted otherwise now; you would ask for a picture that you have not seen.",
        remedy="Look at the picture as it is now, choose the face, and ask again. Nothing was kept.",
    )


def _move(row: Request, state: Request.State) -> None:
    row.state, row.version = state, row.version + 1
    row.save()


def _too_late(row: Request) -> NotNow:
    return NotNow(
        f"Request {row.number} is {row.get_state_display()}.",
        why="Somebody, perhaps you in another window, has dealt with it.",
        remedy="Open it again to see where it stands.",
    )


def require_read(who: Acting, request: Request) -> None:
    """Keep a request's reasons from an examiner who has not opened its case: who reads them compares no face of it.

    Raises NotPermitted. The case page says what opening it means, and records it.
    """
    case = request.case
    if who.roles & READS_EVERY_CASE or case.team.filter(person=who.person, until=None).exists() or has_read(who, case):
        return
    raise NotPermitted(
        f"Request {request.number} tells the story of its case.",
        why="Whoever has read it is not asked to compare the face; an examiner stays blind until then.",
        remedy="To check the request, open the case first; it is recorded. To compare faces, leave it closed.",
    )


def has_read(who: Acting, case: Case) -> bool:
    """Whether somebody has opened the story of a case."""
    return CaseRead.objects.filter(case=case, person=who.person).exists()


def probe_picture(request: Request) -> bytes:
    """The face that is asked for as PNG, every other face of the still made unrecognisable."""
    face = sought(request.still, [from_dict(edit) for edit in request.edits], request.face)
    every = matcher().detect_thoroughly(face.pixels)
    return encode_png(without_others(face.pixels, every, face.faces[face.chosen]))


def portrait_of(candidate: Candidate) -> bytes:
    """Head and shoulders of a candidate's photograph as JPEG, with nobody else's face in it."""
    data = files.read(candidate.picture)
    return encode_jpeg(candidate_portrait(data, matcher(), name="photograph", width=312, height=390), 90)
