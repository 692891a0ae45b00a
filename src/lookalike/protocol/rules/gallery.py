"""R07, R08 and R20: what is searched is lawful, its list is read to the end, and its errors were measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lookalike.protocol.parameters import Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import listed
from lookalike.protocol.vocabulary import Act, Protection, RecordStatus, Source

SEARCHED = frozenset({Act.SEARCH, Act.SHOW})
LEAD = frozenset({Act.LEAD})
EXAMINE = frozenset({Act.EXAMINE})


@dataclass(frozen=True, slots=True, kw_only=True)
class GalleryParameters(Parameters):
    """R07."""

    sources: frozenset[Source] | NotSaid = parameter(Kind.ALLOWED, "Whose photographs may be searched.", of=Source)
    statuses: frozenset[RecordStatus] | NotSaid = parameter(
        Kind.ALLOWED, "Which records may be searched.", of=RecordStatus
    )
    photo_date: bool | NotSaid = parameter(Kind.MUST, "The age of the photograph of a lead is known.")
    expired_documents: bool | NotSaid = parameter(
        Kind.MAY, "Whether the photograph of a lead may be from an expired document."
    )
    max_photo_age_days: int | NotSaid = parameter(Kind.AT_MOST, "Days for which the photograph of a lead counts.")
    agreement: bool | NotSaid = parameter(Kind.MUST, "An agreement for the gallery is in force.")


def _photo(key: str, parameter: str, fact: str, holds: Callable[[Any, Any, Any], bool], says: str, *more: str) -> Check:
    """A check on the photograph that a lead names; a lead that names none does not pass it."""
    return Check(
        key=key,
        parameter=parameter,
        acts=LEAD,
        needs=(f"results.lead.{fact}", *more),
        holds=lambda f, p: f.results.lead is not None and holds(f.results.lead, p, f),
        says=says,
    )


R07 = Rule(
    id="R07",
    title="Only lawful, living photographs",
    sentence="Only permitted sources and active records are searched, and the age of each photograph is shown.",
    remedy="Search a permitted gallery; remove or seal the record; find the date of the photograph.",
    protection=Protection.EVIDENCE,
    parameters=GalleryParameters,
    checks=(
        Check(
            key="sources",
            parameter="sources",
            acts=SEARCHED,
            needs=("gallery.sources",),
            holds=lambda f, p: bool(f.gallery.sources) and f.gallery.sources <= p.sources,
            says=lambda f, p: f"the search touches {listed(f.gallery.sources - p.sources)}",
        ),
        Check(
            key="statuses",
            parameter="statuses",
            acts=SEARCHED,
            needs=("gallery.statuses",),
            holds=lambda f, p: bool(f.gallery.statuses) and f.gallery.statuses <= p.statuses,
            says=lambda f, p: f"the search touches records that are {listed(f.gallery.statuses - p.statuses)}",
        ),
        Check(
            key="agreement",
            parameter="agreement",
            acts=SEARCHED,
            needs=("gallery.agreement",),
            holds=lambda f, p: f.gallery.agreement,
            says="no agreement for the gallery is in force",
        ),
        _photo(
            "lead_source",
            "sources",
            "source",
            lambda photo, p, f: photo.source in p.sources,
            "the photograph of the lead comes from a source that may not be searched",
        ),
        _photo(
            "lead_status",
            "statuses",
            "status",
            lambda photo, p, f: photo.status in p.statuses,
            "the record of the lead may not be searched",
        ),
        _photo(
            "photo_date",
            "photo_date",
            "taken_on",
            lambda photo, p, f: photo.taken_on is not None,
            "nobody knows when the photograph of the lead was taken",
        ),
        _photo(
            "expired_documents",
            "expired_documents",
            "document_expired",
            lambda photo, p, f: not photo.document_expired,
            "the photograph of the lead is from an expired document",
        ),
        _photo(
            "max_photo_age_days",
            "max_photo_age_days",
            "taken_on",
            lambda photo, p, f: photo.taken_on is not None and (f.today - photo.taken_on).days <= p.max_photo_age_days,
            "the photograph of the lead is too old",
            "at",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListParameters(Parameters):
    """R08."""

    at_least: int | NotSaid = parameter(Kind.AT_LEAST, "The shortest candidate list.", of=int)
    at_most: int | NotSaid = parameter(Kind.AT_MOST, "The longest candidate list.", of=int)
    all_reviewed: bool | NotSaid = parameter(Kind.MUST, "Every face on the list is looked at.")
    exclusion_reasons: bool | NotSaid = parameter(Kind.MUST, "Every face that is not taken has a written reason.")


def _length(act: Act, path: str, limit: str) -> Check:
    def asked(f: Any) -> int:
        length: int = f.asked_for if act is Act.SEARCH else f.results.asked_for
        return length

    return Check(
        key=limit,
        parameter=limit,
        acts=frozenset({act}),
        needs=(path,),
        holds=lambda f, p: asked(f) >= p.at_least if limit == "at_least" else asked(f) <= p.at_most,
        says=lambda f, p: (
            f"the list has {asked(f)} candidates, and the policy says {limit.replace('_', ' ')} "
            f"{p.at_least if limit == 'at_least' else p.at_most}"
        ),
    )


R08 = Rule(
    id="R08",
    title="The whole list",
    sentence="The list has a length fixed beforehand, and somebody looks at every face on it and says why not.",
    remedy="Ask for a list of the length that the policy sets; review every candidate; write the reason for each "
    "exclusion.",
    protection=Protection.EVIDENCE,
    parameters=ListParameters,
    checks=(
        _length(Act.SEARCH, "asked_for", "at_least"),
        _length(Act.SEARCH, "asked_for", "at_most"),
        _length(Act.SHOW, "results.asked_for", "at_least"),
        _length(Act.SHOW, "results.asked_for", "at_most"),
        Check(
            key="all_reviewed",
            parameter="all_reviewed",
            acts=EXAMINE,
            needs=("results.asked_for", "results.returned", "results.reviewed"),
            holds=lambda f, p: f.results.returned <= f.results.asked_for and f.results.reviewed == f.results.returned,
            says=lambda f, p: f"{f.results.reviewed} of {f.results.returned} candidates were reviewed",
        ),
        Check(
            key="exclusion_reasons",
            parameter="exclusion_reasons",
            acts=EXAMINE,
            needs=("results.returned", "results.excluded_with_reason", "own.candidate"),
            holds=lambda f, p: (
                f.results.excluded_with_reason == f.results.returned - (0 if f.own.candidate is None else 1)
            ),
            says="not every candidate that was not taken has a written reason",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredParameters(Parameters):
    """R20."""

    validated: bool | NotSaid = parameter(Kind.MUST, "The matcher was measured, on galleries of this size.")
    max_age_days: int | NotSaid = parameter(Kind.AT_MOST, "Days for which a measurement counts.", of=int)
    by_gallery_size: bool | NotSaid = parameter(Kind.MUST, "Thresholds are set by gallery size.")
    cohorts: bool | NotSaid = parameter(Kind.MUST, "Errors are told group by group.")
    min_tpr: float | NotSaid = parameter(
        Kind.AT_LEAST, "Least true positive rate of every group, in percent, by its lower bound.", of=float
    )
    min_cohort_n: int | NotSaid = parameter(Kind.AT_LEAST, "Fewest people in a group.", of=int)
    evaluated_by: frozenset[str] | NotSaid = parameter(Kind.ALLOWED, "Who may have measured.")


def _evaluation(p: Any) -> frozenset[str]:
    return frozenset({"evaluation"})


def _measured(
    key: str,
    facts: tuple[str, ...],
    holds: Callable[[Any, Any, Any], bool],
    says: str,
) -> tuple[Check, Check]:
    """A check on the validation of the matcher: for a search, and for a report of an evaluation."""
    needs = tuple(fact if fact == "at" or "." in fact else f"matcher.validation.{fact}" for fact in facts)
    search = Check(
        key=key,
        parameter=key,
        acts=frozenset({Act.SEARCH}),
        needs=needs,
        holds=lambda f, p: f.matcher.validation is not None and holds(f.matcher.validation, p, f),
        says=says,
    )
    report = Check(
        key=key,
        parameter=key,
        acts=frozenset({Act.REPORT}),
        only=("kind", _evaluation),
        needs=needs,
        holds=search.holds,
        says=says,
    )
    return search, report


R20 = Rule(
    id="R20",
    title="Measured before it is used",
    sentence="A matcher that was not measured on a gallery of this size is not used, and its errors are told group by "
    "group.",
    remedy="Run `lookalike evaluate` on this matcher at this size and file the report.",
    protection=Protection.EVIDENCE,
    parameters=MeasuredParameters,
    checks=(
        *_measured(
            "validated",
            ("at", "matcher.pack_sha256", "matcher.validation.pack_sha256", "made_on"),
            lambda v, p, f: v.pack_sha256 == f.matcher.pack_sha256,
            "this matcher was not measured",
        ),
        Check(
            key="gallery_size",
            parameter="validated",
            acts=frozenset({Act.SEARCH}),
            needs=("gallery.size", "matcher.validation.gallery_low", "matcher.validation.gallery_high"),
            holds=lambda f, p: (
                f.matcher.validation is not None
                and f.matcher.validation.gallery_low <= f.gallery.size <= f.matcher.validation.gallery_high
            ),
            says="the matcher was not measured on galleries of this size",
        ),
        *_measured(
            "max_age_days",
            ("at", "made_on"),
            lambda v, p, f: (f.today - v.made_on).days <= p.max_age_days,
            "the matcher was measured too long ago",
        ),
        *_measured(
            "by_gallery_size",
            ("thresholds_by_size",),
            lambda v, p, f: v.thresholds_by_size,
            "thresholds are not set by gallery size",
        ),
        *_measured(
            "cohorts",
            ("matcher.validation.cohorts[].name",),
            lambda v, p, f: bool(v.cohorts),
            "errors are not told group by group",
        ),
        *_measured(
            "min_tpr",
            ("matcher.validation.cohorts[].low",),
            lambda v, p, f: bool(v.cohorts) and all(cohort.low >= p.min_tpr for cohort in v.cohorts),
            "the lower bound of a group's true positive rate is below what the policy asks",
        ),
        *_measured(
            "min_cohort_n",
            ("matcher.validation.cohorts[].n",),
            lambda v, p, f: bool(v.cohorts) and all(cohort.n >= p.min_cohort_n for cohort in v.cohorts),
            "a group is too small",
        ),
        *_measured(
            "evaluated_by",
            ("evaluated_by",),
            lambda v, p, f: v.evaluated_by in p.evaluated_by,
            "the matcher was not measured by anybody whom the policy names",
        ),
    ),
)
