"""R13: the lineup."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lookalike.protocol.court_words import (
    Administration,
)
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.lineup_held import HELD_CHECKS, LineupParameters
from lookalike.protocol.rules.listing import listed
from lookalike.protocol.vocabulary import Act, Protection

LINEUP = frozenset({Act.LINEUP})


def _lineup(
    key: str,
    needs: str,
    holds: Callable[[Any, Any], bool],
    says: str | Callable[[Any, Any], str],
    then: Callable[[Any, Any], Iterator[tuple[str, ...]]] | None = None,
) -> Check:
    return Check(key=key, parameter=key, acts=LINEUP, needs=tuple(needs.split()), then=then, holds=holds, says=says)


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
            "conditions_first",
            "at witness.conditions_recorded_at",
            lambda f, p: f.witness.conditions_recorded_at is not None and f.witness.conditions_recorded_at < f.at,
            "it was not written down before under which conditions the witness saw the perpetrator",
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
            "fillers_in_band",
            "plan.fillers_in_band",
            lambda f, p: f.plan.fillers_in_band,
            "a filler is too like the suspect, or too unlike",
        ),
        _lineup(
            "pictures_alike",
            "plan.pictures_alike",
            lambda f, p: f.plan.pictures_alike,
            "background, size or tone of the photographs differ",
        ),
        _lineup(
            "marks_alike",
            "plan.marks_alike",
            lambda f, p: f.plan.marks_alike,
            "a mark stands out: it is neither covered nor copied on all photographs",
        ),
        _lineup(
            "newest_photo",
            "plan.newest_photo",
            lambda f, p: f.plan.newest_photo,
            "there is a more recent photograph of the suspect than the one that is used",
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
            "effective_size_low",
            "plan.effective_size_low",
            lambda f, p: f.plan.effective_size_low >= p.effective_size_low,
            lambda f, p: (
                f"the effective size may be as low as {f.plan.effective_size_low}, and the policy asks "
                f"{p.effective_size_low}"
            ),
        ),
        _lineup(
            "functional_size",
            "plan.functional_size",
            lambda f, p: f.plan.functional_size is None or f.plan.functional_size >= p.functional_size,
            lambda f, p: f"the functional size is {f.plan.functional_size}, and the policy asks {p.functional_size}",
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
        *HELD_CHECKS,
    ),
)
