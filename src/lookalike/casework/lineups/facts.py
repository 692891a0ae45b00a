"""What the protections have to know of a lineup, read from the rows as they stand now. Nobody ticks any of it."""

from __future__ import annotations

import hashlib
from typing import Any

from lookalike.casework.acting import Acting
from lookalike.casework.cases.facts import offence
from lookalike.casework.corroboration.graph import evidence_view, from_search
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.corroboration.nodes import evidence_of
from lookalike.casework.examinations.models import Task
from lookalike.casework.examinations.trials import known_answer_on
from lookalike.casework.lineups.hands import not_blind
from lookalike.casework.lineups.models import Holding, Lineup, Member
from lookalike.casework.lineups.pool import uses_searched
from lookalike.casework.lineups.services.members import standing
from lookalike.casework.lineups.services.mock import measured, tested
from lookalike.casework.lineups.services.witnesses import witness_facts
from lookalike.casework.people import facts as people
from lookalike.casework.people.models import Person
from lookalike.casework.searches.duties import duties_in_case
from lookalike.lineup.instructions import instructions, languages
from lookalike.protocol.court_words import (
    Administration,
    ConfidenceTaken,
    FillersBy,
    Instruction,
    Presentation,
    Recording,
)
from lookalike.protocol.facts import common
from lookalike.protocol.facts.court import LineupFacts, LineupHeld, LineupPlan
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.vocabulary import Act, Office, OtherPurpose


def lineup_facts(who: Acting, lineup: Lineup) -> LineupFacts:
    """The facts of holding a lineup. The actor is whoever is to hold it; the session is that of whoever asks now.

    Of what was signed only what still stands counts: a signature is of the plan's digest.
    """
    from lookalike.casework.lineups.services.allow import signatures

    case, suspect = lineup.case, lineup.suspect
    return LineupFacts(
        at=who.at,
        actor=_actor(who, lineup),
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
        evidence=evidence_view(suspect),
        suspect_from_search=from_search(evidence_of(case), suspect),
        suspicion_written_at=suspect.written_at,
        witness=witness_facts(lineup.witness, suspect),
        plan=_plan(lineup),
    )


def held(suspect: Suspect) -> tuple[LineupHeld, ...]:
    """Every lineup of a suspect that a witness was shown, also one that became void, in their order."""
    rows = Holding.objects.filter(lineup__suspect=suspect).select_related("lineup__witness", "lineup__case")
    return tuple(_held(one) for one in rows.order_by("begun_at", "pk"))


def _actor(who: Acting, lineup: Lineup) -> common.Actor:
    person = lineup.administrator or who.person
    duties = duties_in_case(person, lineup.case)
    known = known_answer_on(person, who.at)
    return common.Actor(
        id=person.public_id,
        roles=person.roles,
        training=people.trainings(person),
        known_answer_on=known,
        duties_in_case=duties,
    )


def _plan(lineup: Lineup) -> LineupPlan:
    members = standing(lineup)
    test = tested(lineup)
    photo, candidates = _searched(lineup, members)
    knows = _knows(lineup.administrator, lineup)
    told: dict[str, Any] = {"mock_witnesses": 0, "effective_size": UNKNOWN, "p_suspect": UNKNOWN}
    if test is not None and test.result is not None:
        told = measured(test)
    return LineupPlan(
        fillers=sum(not one.is_suspect for one in members),
        fillers_by=FillersBy.DESCRIPTION,
        fillers_from_candidates=candidates,
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


def _knows(administrator: Person | None, lineup: Lineup) -> bool:
    return administrator is None or bool(not_blind(administrator, lineup.case, but=lineup))


def _searched(lineup: Lineup, members: list[Member]) -> tuple[bool, bool]:
    first = sorted(members, key=lambda one: not one.is_suspect)
    return uses_searched(lineup.case, [(one.record_id, one.person_id) for one in first])


def _held(one: Holding) -> LineupHeld:
    lineup, witness = one.lineup, one.lineup.witness
    files = one.pieces.order_by("take", "number").values_list("file__sha256", flat=True)
    decided = (lineup.judgement or {}).get("allowed") is True and lineup.allowed_at is not None
    recording = hashlib.sha256("\n".join(files).encode()).hexdigest() if files else None
    return LineupHeld(
        id=lineup.public_id,
        decision_id=str(lineup.judgement["facts_sha256"]) if decided and lineup.judgement else None,
        recording_sha256=recording,
        confidence_verbatim=bool(one.confidence.strip()),
        confidence_at=one.confidence_at,
        identified_at=one.chosen_at,
        feedback_before_confidence=False,  # the screen says nothing between the choice and the witness's own words
        witness_present=bool(witness.present_at_scene and witness.saw_perpetrator),
        uses_search_photo=_searched(lineup, standing(lineup))[0],
    )
