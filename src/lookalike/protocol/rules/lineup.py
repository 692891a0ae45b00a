"""R13: the lineup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lookalike.protocol.court_words import (
    Administration,
    ConfidenceTaken,
    FillersBy,
    Instruction,
    Presentation,
    Recording,
)
from lookalike.protocol.parameters import Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import listed
from lookalike.protocol.vocabulary import Act, Protection

LINEUP = frozenset({Act.LINEUP})
HELD = frozenset({Act.WARRANT})


@dataclass(frozen=True, slots=True, kw_only=True)
class LineupParameters(Parameters):
    """R13."""

    independent_evidence: bool | NotSaid = parameter(
        Kind.MUST, "Somebody whom a search named needs independent evidence, dated before the lineup."
    )
    witness_present: bool | NotSaid = parameter(Kind.MUST, "The witness was there and saw the perpetrator.")
    witness_untainted: bool | NotSaid = parameter(
        Kind.MUST, "The witness saw neither still nor clip nor a picture of the suspect, and was not told of the lead."
    )
    repeat: bool | NotSaid = parameter(Kind.MAY, "Whether a witness may be shown the suspect again.")
    description_first: bool | NotSaid = parameter(Kind.MUST, "The witness's description is written down before.")
    suspicion_written: bool | NotSaid = parameter(Kind.MUST, "The reasons for the suspicion are written down before.")
    administration: frozenset[Administration] | NotSaid = parameter(
        Kind.ALLOWED, "How it may be administered.", of=Administration
    )
    fillers: int | NotSaid = parameter(Kind.AT_LEAST, "Fewest fillers beside one suspect.", of=int)
    fillers_by: frozenset[FillersBy] | NotSaid = parameter(Kind.ALLOWED, "How fillers are chosen.", of=FillersBy)
    fillers_from_candidates: bool | NotSaid = parameter(Kind.MAY, "Whether fillers may come from the candidate list.")
    search_photo: bool | NotSaid = parameter(Kind.MAY, "Whether the photograph of the search may be used.")
    single_photo: bool | NotSaid = parameter(Kind.MAY, "Whether a single photograph may be shown.")
    presentation: frozenset[Presentation] | NotSaid = parameter(
        Kind.ALLOWED, "How photographs are presented.", of=Presentation
    )
    instructions: frozenset[Instruction] | NotSaid = parameter(
        Kind.REQUIRED, "What the witness must be told.", of=Instruction
    )
    recording: frozenset[Recording] | NotSaid = parameter(Kind.ALLOWED, "How it is recorded.", of=Recording)
    confidence: frozenset[ConfidenceTaken] | NotSaid = parameter(
        Kind.ALLOWED, "When confidence is taken down.", of=ConfidenceTaken
    )
    confidence_seconds: int | NotSaid = parameter(Kind.AT_MOST, "Seconds from the choice to the confidence.", of=int)
    effective_size: float | NotSaid = parameter(Kind.AT_LEAST, "Least effective size, E'.", of=float)
    suspect_p: float | NotSaid = parameter(
        Kind.AT_LEAST, "Least probability of the mock witnesses' choices; below it the suspect stands out.", of=float
    )
    mock_witnesses: int | NotSaid = parameter(Kind.AT_LEAST, "Fewest mock witnesses.", of=int)


def _lineup(
    key: str,
    needs: str,
    holds: Callable[[Any, Any], bool],
    says: str | Callable[[Any, Any], str],
    then: Callable[[Any, Any], Iterator[tuple[str, ...]]] | None = None,
) -> Check:
    return Check(key=key, parameter=key, acts=LINEUP, needs=tuple(needs.split()), then=then, holds=holds, says=says)


def _held(key: str, parameter: str, fields: str, holds: Callable[[Any, Any], bool], says: str) -> Check:
    """A check on every lineup that was held."""
    return Check(
        key=key,
        parameter=parameter,
        acts=HELD,
        needs=tuple(f"lineups[].{field}" for field in fields.split()),
        holds=lambda f, p: all(holds(lineup, p) for lineup in f.lineups),
        says=says,
    )


def _of_evidence(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if f.suspect_from_search:
        yield "at", "evidence.independent_for", "evidence.earliest_independent"


def _independent(f: Any, p: Any) -> bool:
    if not f.suspect_from_search:
        return True
    earliest = f.evidence.earliest_independent
    return bool(f.evidence.independent_for) and earliest is not None and earliest < f.at


def _of_administrator(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if f.plan.administration is Administration.DOUBLE_BLIND:
        yield "plan.administrator_knows_suspect", "plan.administrator_in_case"


def _blind(f: Any, p: Any) -> bool:
    if f.plan.administration not in p.administration:
        return False
    if f.plan.administration is not Administration.DOUBLE_BLIND:
        return True
    return not f.plan.administrator_knows_suspect and not f.plan.administrator_in_case


def _confidence_held(lineup: Any, p: Any) -> bool:
    if lineup.identified_at is None or ConfidenceTaken.NONE in p.confidence:
        return True
    return lineup.confidence_verbatim and lineup.confidence_at is not None and not lineup.feedback_before_confidence


def _confidence_at_once(lineup: Any, p: Any) -> bool:
    if lineup.identified_at is None:
        return True
    if lineup.confidence_at is None:
        return False
    return bool(0 <= (lineup.confidence_at - lineup.identified_at).total_seconds() <= p.confidence_seconds)


R13 = Rule(
    id="R13",
    title="The lineup",
    sentence="Nobody is put in a lineup because a search named them; the witness was there; nobody in the room knows "
    "the answer.",
    remedy="Find evidence that does not come from the search, dated before the lineup; find a witness who was there; "
    "hold the lineup as the policy says.",
    protection=Protection.LEAD_ONLY,
    parameters=LineupParameters,
    checks=(
        _lineup(
            "independent_evidence",
            "suspect_from_search",
            _independent,
            "a search named the suspect, and no independent evidence is dated before the lineup",
            _of_evidence,
        ),
        _lineup(
            "witness_present",
            "witness.present_at_scene witness.saw_perpetrator",
            lambda f, p: f.witness.present_at_scene and f.witness.saw_perpetrator,
            "the witness was not at the scene, or did not see the perpetrator",
        ),
        _lineup(
            "witness_untainted",
            "witness.saw_still witness.told_of_lead witness.saw_suspect_picture",
            lambda f, p: not (f.witness.saw_still or f.witness.told_of_lead or f.witness.saw_suspect_picture),
            "the witness saw the still, the clip or a picture of the suspect, or was told of the lead",
        ),
        _lineup(
            "repeat",
            "witness.shown_suspect_before",
            lambda f, p: not f.witness.shown_suspect_before,
            "the witness was shown the suspect before",
        ),
        _lineup(
            "description_first",
            "at witness.interviewed witness.description_recorded_at",
            lambda f, p: (
                f.witness.interviewed
                and f.witness.description_recorded_at is not None
                and f.witness.description_recorded_at < f.at
            ),
            "the witness's description was not written down before",
        ),
        _lineup(
            "suspicion_written",
            "at suspicion_written_at",
            lambda f, p: f.suspicion_written_at is not None and f.suspicion_written_at < f.at,
            "the reasons for the suspicion were not written down before",
        ),
        _lineup(
            "administration",
            "plan.administration",
            _blind,
            "whoever holds the lineup can know who the suspect is",
            _of_administrator,
        ),
        _lineup(
            "fillers",
            "plan.fillers plan.suspects",
            lambda f, p: f.plan.fillers >= p.fillers and f.plan.suspects == 1,
            lambda f, p: f"{f.plan.fillers} fillers and {f.plan.suspects} suspects; the policy asks {p.fillers} and 1",
        ),
        _lineup(
            "fillers_by",
            "plan.fillers_by",
            lambda f, p: f.plan.fillers_by in p.fillers_by,
            lambda f, p: f"fillers are chosen by {f.plan.fillers_by}, and the policy says {listed(p.fillers_by)}",
        ),
        _lineup(
            "fillers_from_candidates",
            "plan.fillers_from_candidates",
            lambda f, p: not f.plan.fillers_from_candidates,
            "fillers come from the candidate list",
        ),
        _lineup(
            "search_photo",
            "plan.uses_search_photo",
            lambda f, p: not f.plan.uses_search_photo,
            "the photograph of the search is used",
        ),
        _lineup(
            "single_photo",
            "plan.single_photo",
            lambda f, p: not f.plan.single_photo,
            "a single photograph is shown",
        ),
        _lineup(
            "presentation",
            "plan.presentation",
            lambda f, p: f.plan.presentation in p.presentation,
            lambda f, p: f"the presentation is {f.plan.presentation}, and the policy says {listed(p.presentation)}",
        ),
        _lineup(
            "instructions",
            "plan.instructions",
            lambda f, p: p.instructions <= f.plan.instructions,
            lambda f, p: f"the witness is not told: {listed(p.instructions - f.plan.instructions)}",
        ),
        _lineup(
            "recording",
            "plan.recording",
            lambda f, p: f.plan.recording in p.recording,
            lambda f, p: f"the recording is {f.plan.recording}, and the policy says {listed(p.recording)}",
        ),
        _lineup(
            "confidence",
            "plan.confidence",
            lambda f, p: f.plan.confidence in p.confidence,
            "confidence is not taken down as the policy says",
        ),
        _lineup(
            "effective_size",
            "plan.effective_size",
            lambda f, p: f.plan.effective_size >= p.effective_size,
            lambda f, p: f"the effective size is {f.plan.effective_size}, and the policy asks {p.effective_size}",
        ),
        _lineup(
            "suspect_p",
            "plan.p_suspect",
            lambda f, p: f.plan.p_suspect >= p.suspect_p,
            "the suspect stands out to mock witnesses",
        ),
        _lineup(
            "mock_witnesses",
            "plan.mock_witnesses",
            lambda f, p: f.plan.mock_witnesses >= p.mock_witnesses,
            lambda f, p: f"{f.plan.mock_witnesses} mock witnesses looked, and the policy asks {p.mock_witnesses}",
        ),
        _held(
            "lineup_allowed",
            "witness_present",
            "decision_id",
            lambda lineup, p: lineup.decision_id is not None,
            "a lineup was held that no decision allowed",
        ),
        _held(
            "held_witness_present",
            "witness_present",
            "witness_present",
            lambda lineup, p: lineup.witness_present,
            "a lineup was held with a witness who was not there",
        ),
        _held(
            "held_search_photo",
            "search_photo",
            "uses_search_photo",
            lambda lineup, p: not lineup.uses_search_photo,
            "a lineup was held with the photograph of the search",
        ),
        _held(
            "held_confidence",
            "confidence",
            "identified_at confidence_verbatim confidence_at feedback_before_confidence",
            _confidence_held,
            "a choice was made in a lineup, and confidence was not taken down at once in the witness's own words",
        ),
        _held(
            "confidence_seconds",
            "confidence_seconds",
            "identified_at confidence_at",
            _confidence_at_once,
            "confidence was taken down too late",
        ),
    ),
)
