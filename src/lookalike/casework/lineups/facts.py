"""What the protections have to know of a lineup, read from the rows as they stand now. Nobody ticks any of it."""

from __future__ import annotations

import hashlib
from typing import Any

from lookalike.casework import galleries
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.cases.facts import offence
from lookalike.casework.corroboration.graph import evidence_view, from_search
from lookalike.casework.corroboration.models import EvidenceItem, Link, Suspect
from lookalike.casework.corroboration.nodes import Evidence, evidence_of, node
from lookalike.casework.examinations.models import Task
from lookalike.casework.examinations.trials import known_answer_on
from lookalike.casework.lineups.hands import not_blind
from lookalike.casework.lineups.models import Event, Holding, Lineup, Member
from lookalike.casework.lineups.pool import suspect_photo, uses_searched
from lookalike.casework.lineups.services.members import standing
from lookalike.casework.lineups.services.mock import measured, tested
from lookalike.casework.lineups.services.recording import recorded_whole, recording_sha256
from lookalike.casework.lineups.services.witnesses import witness_facts
from lookalike.casework.people import facts as people
from lookalike.casework.people.models import Person
from lookalike.casework.searches.duties import duties_in_case
from lookalike.errors import NotNow
from lookalike.face.template import compare
from lookalike.lineup.instructions import instructions, languages
from lookalike.lineup.order import drawn
from lookalike.protocol.court_words import (
    Administration,
    ConfidenceTaken,
    FillersBy,
    Instruction,
    LineupOutcome,
    Presentation,
    Recording,
)
from lookalike.protocol.evidence.graph import Says
from lookalike.protocol.facts import common
from lookalike.protocol.facts.court import LineupFacts, LineupHeld, LineupPlan
from lookalike.protocol.unknown import UNKNOWN, Unknown
from lookalike.protocol.vocabulary import Act, Office, OtherPurpose, Role


def lineup_facts(who: Acting, lineup: Lineup, evidence: Evidence | None = None) -> LineupFacts:
    """The facts of holding a lineup. The actor is whoever is to hold it; the session is that of whoever asks now.

    Of what was signed only what still stands counts: a signature is of the plan's digest. evidence: of the case, where
    it was read already.
    """
    from lookalike.casework.lineups.services.allow import signatures

    case, suspect = lineup.case, lineup.suspect
    evidence = evidence or evidence_of(case)
    holder = lineup.administrator or who.person
    duties = duties_in_case(holder, case)
    knows = lineup.administrator is None or bool(not_blind(holder, case, but=lineup, duties=duties))
    return LineupFacts(
        at=who.at,
        actor=_actor(who, holder, duties),
        session=people.session(who),
        investigator=lineup.made_by.public_id,
        case=common.Case(
            number=case.number,
            offence=offence(case),
            other_purpose=OtherPurpose(case.other_purpose) if case.other_purpose else None,
            suspicion=UNKNOWN,
            specific_facts=suspect.suspicion.strip() or None,
            route=UNKNOWN,
            authority_ref=UNKNOWN,
        ),
        signatures=tuple(
            common.Signature(
                person=one.person.public_id,
                office=Office(one.office) if one.office else UNKNOWN,
                act=Act.LINEUP,
                decision=one.decision,
                at=one.at,
                management_view=one.read_all,
            )
            for one in signatures(lineup)
        ),
        examiners=frozenset(
            Task.objects.filter(search__request__case=case).values_list("examiner__public_id", flat=True)
        ),
        evidence=evidence_view(suspect, evidence),
        suspect_from_search=from_search(evidence, suspect),
        suspicion_written_at=suspect.written_at,
        witness=witness_facts(lineup.witness, suspect, evidence),
        plan=_plan(lineup, knows),
    )


def held(suspect: Suspect) -> tuple[LineupHeld, ...]:
    """Every lineup of a suspect that a witness was shown, also one that became void, in their order."""
    rows = Holding.objects.filter(lineup__suspect=suspect).select_related("lineup__witness", "lineup__case")
    return tuple(_held(one) for one in rows.order_by("begun_at", "pk"))


def _actor(who: Acting, person: Person, duties: frozenset[Role]) -> common.Actor:
    return common.Actor(
        id=person.public_id,
        roles=person.roles,
        training=people.trainings(person),
        known_answer_on=known_answer_on(person, who.at),
        duties_in_case=duties,
    )


def _plan(lineup: Lineup, knows: bool) -> LineupPlan:
    """knows: whether whoever holds it has another part in the case."""
    members = standing(lineup)
    test = tested(lineup)
    photo, candidates = _searched(lineup, members)
    looked = lineup.looked_at is not None and all(one.picture_id is not None for one in members)
    told: dict[str, Any] = {"mock_witnesses": 0} | dict.fromkeys(
        ("effective_size", "effective_size_low", "functional_size", "p_suspect"), UNKNOWN
    )
    if test is not None and test.result is not None:
        told = measured(test)
    return LineupPlan(
        fillers=sum(not one.is_suspect for one in members),
        fillers_by=FillersBy.DESCRIPTION,
        fillers_from_candidates=candidates,
        fillers_in_band=_in_band(lineup, members),
        pictures_alike=looked,  # made alike, and a person looked at all of them side by side
        marks_alike=looked,
        newest_photo=_newest(lineup.suspect, members),
        uses_search_photo=photo,
        presentation=Presentation(lineup.presentation),
        administration=Administration(lineup.administration),
        administrator_knows_suspect=knows,
        administrator_in_case=knows,
        instructions=said_in_every_language(lineup),
        recording=Recording.VIDEO,
        confidence=ConfidenceTaken.VERBATIM_AT_ONCE,
        single_photo=len(members) < 2,
        suspects=sum(one.is_suspect for one in members),
        **told,
    )


def said_in_every_language(lineup: Lineup) -> frozenset[Instruction]:
    """What the witness is told, whichever language is chosen."""
    told = [
        {
            one.key
            for one in instructions(language, presentation=lineup.presentation, administration=lineup.administration)
        }
        for language in languages()
    ]
    return frozenset(one for one in Instruction if all(one.value in keys for keys in told))


def _searched(lineup: Lineup, members: list[Member]) -> tuple[bool, bool]:
    first = sorted(members, key=lambda one: not one.is_suspect)
    return uses_searched(lineup.case, [(one.record_id, one.person_id) for one in first])


def _in_band(lineup: Lineup, members: list[Member]) -> bool | Unknown:
    """Whether every filler's likeness to the suspect lies in the band that the proposal measured, replaced or not."""
    band = lineup.proposal.get("band")
    rows = BookingPhoto.objects.filter(record_id__in=[one.record_id for one in members])
    photos = {one.record_id: one for one in rows}
    suspect = next((one for one in members if one.is_suspect), None)
    if band is None or suspect is None or len(photos) < len(members):
        return UNKNOWN
    templates = {id: galleries.gallery(one.gallery).template(id) for id, one in photos.items()}
    return all(
        band["low"] <= compare(templates[one.record_id], templates[suspect.record_id]).score <= band["high"]
        for one in members
        if not one.is_suspect
    )


def _newest(suspect: Suspect, members: list[Member]) -> bool | Unknown:
    """Whether the suspect stands there by the photograph that is to be shown now."""
    shown = next((one.record_id for one in members if one.is_suspect), None)
    if shown is None:
        return UNKNOWN
    try:
        return suspect_photo(suspect).record_id == shown
    except NotNow:
        return False


OUTCOMES = {
    Holding.Outcome.NOT_PRESENT: LineupOutcome.NOT_PRESENT,
    Holding.Outcome.DONT_KNOW: LineupOutcome.DONT_KNOW,
    Holding.Outcome.BROKEN_OFF: LineupOutcome.BROKEN_OFF,
}


def _held(one: Holding) -> LineupHeld:
    lineup, witness, asked = one.lineup, one.lineup.witness, (one.lineup.facts or {}).get("facts", {})
    decided = (lineup.judgement or {}).get("allowed") is True and lineup.allowed_at is not None
    acknowledged = _acknowledged(one)
    recording, digest = _recorded(one)
    return LineupHeld(
        id=lineup.public_id,
        decision_id=str(lineup.judgement["facts_sha256"]) if decided and lineup.judgement else None,
        administration=Administration(lineup.administration),
        administrator_knew=_then(asked, "plan", "administrator_knows_suspect"),
        shown_before=_then(asked, "witness", "shown_suspect_before"),
        order_drawn=one.order == drawn(lineup.seed, one.order),
        acknowledged=acknowledged,
        language_read=bool(acknowledged),  # each was acknowledged as read, in the language that it was shown in
        recording=recording,
        recording_sha256=digest,
        recording_whole=recorded_whole(one),
        outcome=_outcome(one),
        stands_as=_stands_as(lineup),
        confidence_verbatim=bool(one.confidence.strip()),
        confidence_at=one.confidence_at,
        identified_at=one.chosen_at,
        feedback_before_confidence=False,  # the screen says nothing between the choice and the witness's own words
        witness_present=bool(witness.present_at_scene and witness.saw_perpetrator),
        uses_search_photo=_searched(lineup, standing(lineup))[0],
    )


def _then(asked: dict[str, Any], group: str, name: str) -> bool | Unknown:
    """A fact as it stood when the lineup was allowed to begin."""
    value = asked.get(group, {}).get(name)
    return value if isinstance(value, bool) else UNKNOWN


def _acknowledged(one: Holding) -> frozenset[Instruction]:
    """The instructions that the witness acknowledged, one by one."""
    lineup, known = one.lineup, {word.value for word in Instruction}
    told = instructions(one.language, presentation=lineup.presentation, administration=lineup.administration)
    steps = {event.data.get("step") for event in one.events.filter(kind=Event.Kind.INSTRUCTION)}
    keys = [said.key for number, said in enumerate(told, start=1) if f"instruction-{number}" in steps]
    return frozenset(Instruction(key) for key in keys if key in known)


def _recorded(one: Holding) -> tuple[Recording, str | None]:
    """How it was recorded in the end: on video, or the refusal in the witness's words, or not at all."""
    digest = recording_sha256(one)
    if digest is not None:
        return Recording.VIDEO, digest
    if one.consent is False and one.consent_words.strip():
        return Recording.REFUSED_IN_WORDS, hashlib.sha256(one.consent_words.encode()).hexdigest()
    return Recording.NONE, None


def _outcome(one: Holding) -> LineupOutcome | Unknown:
    if one.chosen is not None:
        return LineupOutcome.SUSPECT if one.chosen.is_suspect else LineupOutcome.FILLER
    return OUTCOMES[Holding.Outcome(one.outcome)] if one.outcome else UNKNOWN


def _stands_as(lineup: Lineup) -> str | None:
    """The item of the board as which the outcome speaks for the suspect; None where it does not, or is not there."""
    links = Link.objects.filter(case=lineup.case, source=node("lineup", lineup.public_id), withdrawn_at=None)
    ids = [target.removeprefix("item-") for target in links.values_list("target", flat=True)]
    item = EvidenceItem.objects.filter(case=lineup.case, public_id__in=ids, says=Says.AGAINST.value).first()
    return None if item is None else node("item", item.public_id)
