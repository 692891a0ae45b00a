"""What the protections have to know of a request and of its search, read from the rows and the pixels."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime

from lookalike.casework.acting import Acting
from lookalike.casework.bookings.known import gallery_facts
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.cases.facts import offence
from lookalike.casework.cases.models import CaseRead
from lookalike.casework.examinations.trials import known_answer_on
from lookalike.casework.galleries import galleries, matcher
from lookalike.casework.people import facts as people
from lookalike.casework.people.models import Agency
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.searches.models import Request
from lookalike.casework.searches.repeats import searched
from lookalike.face.quality import Fitness
from lookalike.gallery.validation import GROWTH, Validation
from lookalike.media.edits import from_dict, to_dict
from lookalike.protocol.facts import common
from lookalike.protocol.facts.search import RequestFacts, SearchFacts
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Fit, OtherPurpose, ProbeKind, Purpose, Route, Suspicion


def actor(who: Acting, request: Request) -> common.Actor:
    """Whoever acts on a request."""
    duties = duties_in_case(who.person, request.case)
    return people.actor(who, duties=duties, known_answer_on=known_answer_on(who.person, who.at))


def case(request: Request) -> common.Case:
    """The case of a request, with the reasons that the request gives."""
    row, route = request.case, Route(request.route)
    order = None
    if request.order_by and request.order_at:
        order = common.AuthorityRef(
            kind=route, issued_by=request.order_by, issued_at=request.order_at, relevant_and_material=UNKNOWN
        )
    return common.Case(
        number=row.number,
        offence=offence(row),
        other_purpose=OtherPurpose(row.other_purpose) if row.other_purpose else None,
        suspicion=Suspicion(request.suspicion),
        specific_facts=request.specific_facts.strip() or None,
        route=route,
        authority_ref=order,
    )


def request_group(request: Request, earlier: Sequence[Request]) -> common.Request:
    """The request itself. earlier: requests for the same face."""
    own = Agency.objects.get(own=True)
    reader = None
    if request.checked_by_id is not None:
        read = CaseRead.objects.filter(case=request.case, person=request.checked_by_id).exists()
        reader = request.checked_by.public_id if read and request.checked_by else None
    return common.Request(
        written=True,
        agency=people.agency(request.case.agency),
        behalf=people.behalf([request.behalf_of] if request.behalf_of else []),
        purposes=frozenset({Purpose(request.purpose)}),
        to=own.id,
        repeat=common.Repeat(earlier=searched(earlier), reason=request.repeat_reason.strip() or None),
        case_report_read_by=reader,
    )


def probe(request: Request) -> common.Probe:
    """The probe, as it was measured when the request was made."""
    exhibit = request.still.exhibit
    return common.Probe(
        kind=ProbeKind(exhibit.probe_kind),
        sha256_original=exhibit.file.sha256,
        edits=tuple(str(edit["edit"]) for edit in request.edits),
        edits_logged=all(to_dict(from_dict(edit)) == edit for edit in request.edits),
        enrolled=BookingPhoto.objects.filter(sha256__in={exhibit.file.sha256, request.probe_sha256}).exists(),
        measures=frozenset(str(row["measure"]) for row in request.quality),
        fitness=Fit[Fitness(request.fitness).name] if request.fitness else UNKNOWN,
        label_travels=True,  # the record and the sheet print the fitness of every probe
        obstructions=frozenset(request.obstructions),
        others_in_still_templated=False,  # `searches.probe.sought` templates the chosen face alone
    )


def request_facts(who: Acting, request: Request, earlier: Sequence[Request]) -> RequestFacts:
    """The facts of asking."""
    return RequestFacts(
        at=who.at,
        actor=actor(who, request),
        session=people.session(who),
        authority=people.authority(who.at),
        case=case(request),
        request=request_group(request, earlier),
        probe=probe(request),
    )


def search_facts(who: Acting, request: Request, earlier: Sequence[Request], *, count: int) -> SearchFacts:
    """The facts of running the search. count: how many candidates are asked for."""
    opened = galleries()
    group = request_group(request, earlier)
    read = CaseRead.objects.filter(case=request.case, person=who.person).exists()
    return SearchFacts(
        at=who.at,
        actor=actor(who, request),
        session=people.session(who),
        authority=people.authority(who.at),
        case=case(request),
        request=dataclasses.replace(group, case_report_read_by=who.person.public_id if read else None),
        probe=probe(request),
        gallery=gallery_facts([one.name for one in opened], who.at.date()),
        matcher=_matcher(who.at.date()),
        request_allowed=bool(request.judgement["allowed"]),
        asked_for=count,
        targeted=request.targeted,
        urgent=None,
    )


def _matcher(today: date) -> common.Matcher:
    engine, opened = matcher(), galleries()
    pack = _digest(dict(engine.identity.files))
    found = [one.validation(engine.identity.files, today) for one in opened]
    known = [one for one in found if one is not None]
    if not opened or len(known) < len(opened):
        return common.Matcher(pack_sha256=pack, validation=None)
    return common.Matcher(pack_sha256=pack, validation=_validation(known, pack))


def _validation(found: Sequence[Validation], pack: str) -> common.Validation:
    """What was measured, over all galleries together: the oldest day, the sum of people, every group of each."""
    persons = sum(one.measured.persons for one in found)
    return common.Validation(
        pack_sha256=pack,
        made_on=min(datetime.fromisoformat(one.measured.made_at).date() for one in found),
        gallery_low=int(persons / GROWTH),
        gallery_high=int(persons * GROWTH),
        thresholds_by_size=True,  # a score is judged against the strangers of the very gallery that was searched
        cohorts=tuple(
            common.Cohort(
                name=cohort.name,
                tpr=UNKNOWN if cohort.fnir is None else 100 * (1 - cohort.fnir),
                low=UNKNOWN if cohort.high is None else 100 * (1 - cohort.high),
                high=UNKNOWN if cohort.low is None else 100 * (1 - cohort.low),
                n=cohort.persons,
            )
            for one in found
            for cohort in one.measured.cohorts
        ),
        evaluated_by=found[0].accepted_by,
    )


def _digest(files: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
