"""R13: what it asks of lineups, and the lineups that were held, as a warrant is judged on them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from lookalike.protocol.court_words import (
    Administration,
    ConfidenceTaken,
    FillersBy,
    Instruction,
    LineupOutcome,
    Presentation,
    Recording,
)
from lookalike.protocol.parameters import Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check
from lookalike.protocol.vocabulary import Act

HELD = frozenset({Act.WARRANT})
AGAINST = frozenset({LineupOutcome.FILLER, LineupOutcome.NOT_PRESENT})
"""What speaks for the suspect: the witness chose somebody else, or saw nobody there."""
CHOSEN = frozenset({LineupOutcome.SUSPECT, LineupOutcome.FILLER})


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
    conditions_first: bool | NotSaid = parameter(
        Kind.MUST, "It is written down before under which conditions the witness saw the perpetrator."
    )
    suspicion_written: bool | NotSaid = parameter(Kind.MUST, "The reasons for the suspicion are written down before.")
    administration: frozenset[Administration] | NotSaid = parameter(
        Kind.ALLOWED, "How it may be administered.", of=Administration
    )
    fillers: int | NotSaid = parameter(Kind.AT_LEAST, "Fewest fillers beside one suspect.", of=int)
    fillers_by: frozenset[FillersBy] | NotSaid = parameter(Kind.ALLOWED, "How fillers are chosen.", of=FillersBy)
    fillers_from_candidates: bool | NotSaid = parameter(Kind.MAY, "Whether fillers may come from the candidate list.")
    fillers_in_band: bool | NotSaid = parameter(
        Kind.MUST, "No filler is too like the suspect, or too unlike: likeness lies in a band."
    )
    pictures_alike: bool | NotSaid = parameter(Kind.MUST, "Background, size and tone of all photographs are alike.")
    marks_alike: bool | NotSaid = parameter(Kind.MUST, "Unique marks are covered, or copied on all photographs.")
    newest_photo: bool | NotSaid = parameter(
        Kind.MUST, "Of the suspect's photographs beside that of the search, the most recent is used."
    )
    search_photo: bool | NotSaid = parameter(Kind.MAY, "Whether the photograph of the search may be used.")
    single_photo: bool | NotSaid = parameter(Kind.MAY, "Whether a single photograph may be shown.")
    presentation: frozenset[Presentation] | NotSaid = parameter(
        Kind.ALLOWED, "How photographs are presented.", of=Presentation
    )
    instructions: frozenset[Instruction] | NotSaid = parameter(
        Kind.REQUIRED, "What the witness must be told.", of=Instruction
    )
    language: bool | NotSaid = parameter(Kind.MUST, "The witness reads the language of the instructions.")
    order_drawn: bool | NotSaid = parameter(Kind.MUST, "The system draws the order of the photographs.")
    outcome_answered: bool | NotSaid = parameter(
        Kind.MUST, "A filler chosen, or nobody seen there, is a contradiction that is answered."
    )
    recording: frozenset[Recording] | NotSaid = parameter(Kind.ALLOWED, "How it is recorded.", of=Recording)
    recording_whole: bool | NotSaid = parameter(
        Kind.MUST, "What the witness agreed to have recorded is recorded whole: nothing shown or said falls in a gap."
    )
    confidence: frozenset[ConfidenceTaken] | NotSaid = parameter(
        Kind.ALLOWED, "When confidence is taken down.", of=ConfidenceTaken
    )
    confidence_seconds: int | NotSaid = parameter(Kind.AT_MOST, "Seconds from the choice to the confidence.", of=int)
    effective_size: float | NotSaid = parameter(Kind.AT_LEAST, "Least effective size, E'.", of=float)
    effective_size_low: float | NotSaid = parameter(Kind.AT_LEAST, "Least lower bound of the interval of E'.", of=float)
    functional_size: float | NotSaid = parameter(
        Kind.AT_LEAST, "Least functional size: mock witnesses by choices of the suspect.", of=float
    )
    suspect_p: float | NotSaid = parameter(
        Kind.AT_LEAST, "Least probability of the mock witnesses' choices; below it the suspect stands out.", of=float
    )
    mock_witnesses: int | NotSaid = parameter(Kind.AT_LEAST, "Fewest mock witnesses.", of=int)


def _held(
    key: str,
    parameter: str,
    fields: str,
    holds: Callable[[Any, Any], bool],
    says: str,
) -> Check:
    """A check on every lineup that was held."""
    return Check(
        key=key,
        parameter=parameter,
        acts=HELD,
        needs=tuple(f"lineups[].{field}" for field in fields.split()),
        holds=lambda f, p: all(holds(lineup, p) for lineup in f.lineups),
        says=says,
    )


def _blind_held(lineup: Any, p: Any) -> bool:
    if lineup.administration not in p.administration:
        return False
    return lineup.administration is not Administration.DOUBLE_BLIND or not lineup.administrator_knew


def _recorded(lineup: Any, p: Any) -> bool:
    """Whether the recording that the policy asks is there; of a refusal, its words are."""
    kept = lineup.recording is Recording.NONE or lineup.recording_sha256 is not None
    return lineup.recording in p.recording and kept


def _of_outcomes(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if any(lineup.outcome in AGAINST for lineup in f.lineups):
        yield "lineups[].stands_as", "evidence.contradictions_answered"


def _answered(f: Any, p: Any) -> bool:
    against = [lineup for lineup in f.lineups if lineup.outcome in AGAINST]
    return all(lineup.stands_as in f.evidence.contradictions_answered for lineup in against)


def _nobody_chosen(lineup: Any) -> bool:
    return lineup.identified_at is None and lineup.outcome not in CHOSEN


def _confidence_held(lineup: Any, p: Any) -> bool:
    if ConfidenceTaken.NONE in p.confidence or _nobody_chosen(lineup):
        return True
    return lineup.confidence_verbatim and lineup.confidence_at is not None and not lineup.feedback_before_confidence


def _confidence_at_once(lineup: Any, p: Any) -> bool:
    if _nobody_chosen(lineup):
        return True
    if lineup.identified_at is None or lineup.confidence_at is None:
        return False
    return bool(0 <= (lineup.confidence_at - lineup.identified_at).total_seconds() <= p.confidence_seconds)


HELD_CHECKS = (
    _held(
        "lineup_allowed",
        "witness_present",
        "decision_id",
        lambda lineup, p: lineup.decision_id is not None,
        "a lineup was held that no decision allowed",
    ),
    _held(
        "held_administration",
        "administration",
        "administration administrator_knew",
        _blind_held,
        "a lineup was held by somebody who could know who the suspect is",
    ),
    _held(
        "held_repeat",
        "repeat",
        "shown_before",
        lambda lineup, p: not lineup.shown_before,
        "a lineup was held with a witness who had been shown the suspect before",
    ),
    _held(
        "held_instructions",
        "instructions",
        "acknowledged",
        lambda lineup, p: p.instructions <= lineup.acknowledged,
        "a lineup was held, and the witness did not acknowledge each instruction",
    ),
    _held(
        "language",
        "language",
        "language_read",
        lambda lineup, p: lineup.language_read,
        "a lineup was held with instructions in a language that the witness does not read",
    ),
    _held(
        "order_drawn",
        "order_drawn",
        "order_drawn",
        lambda lineup, p: lineup.order_drawn,
        "a lineup was held in an order that somebody chose",
    ),
    _held(
        "held_recording",
        "recording",
        "recording recording_sha256",
        _recorded,
        "a lineup was held, and neither its recording nor the witness's refusal is kept as the policy says",
    ),
    _held(
        "held_recording_whole",
        "recording_whole",
        "recording_whole",
        lambda lineup, p: lineup.recording_whole is not False,
        "a lineup was held, and its recording lacks a part of what the witness was shown or said",
    ),
    Check(
        key="outcome_answered",
        parameter="outcome_answered",
        acts=HELD,
        needs=("lineups[].outcome",),
        then=_of_outcomes,
        holds=_answered,
        says="a witness chose somebody else, or saw nobody there, and nobody has answered it",
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
        "outcome identified_at confidence_verbatim confidence_at feedback_before_confidence",
        _confidence_held,
        "a choice was made in a lineup, and confidence was not taken down at once in the witness's own words",
    ),
    _held(
        "confidence_seconds",
        "confidence_seconds",
        "outcome identified_at confidence_at",
        _confidence_at_once,
        "confidence was taken down too late",
    ),
)
