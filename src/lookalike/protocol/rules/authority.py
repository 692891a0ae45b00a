"""R01, R17 and R21: the public body approves, is told, and looks back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from lookalike.protocol.parameters import NOT_SAID, Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import SEARCHING, listed, set_of
from lookalike.protocol.vocabulary import Act, PaperKind

REPORT = frozenset({Act.REPORT})
PAPER = ("at", "authority.papers[].kind", "authority.papers[].issued_on", "authority.papers[].last_day")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityParameters(Parameters):
    """R01."""

    papers: frozenset[PaperKind] | NotSaid = parameter(Kind.REQUIRED, "Papers that must be in force.", of=PaperKind)
    dated: frozenset[PaperKind] | NotSaid = parameter(Kind.REQUIRED, "Papers that must have a last day.", of=PaperKind)
    max_days: tuple[tuple[PaperKind, int], ...] | NotSaid = parameter(
        Kind.TABLE_AT_MOST, "Days after its issue for which a paper counts.", of=PaperKind
    )


def _lacking(f: Any, p: Any, kinds: frozenset[PaperKind]) -> list[PaperKind]:
    """The kinds of which no paper is in force today, with a last day and young enough where that is asked."""
    ages = {} if p.max_days is NOT_SAID else dict(p.max_days)
    dated = set_of(p.dated)

    def runs(paper: Any) -> bool:
        return (
            paper.issued_on <= f.today
            and (paper.last_day is None or f.today <= paper.last_day)
            and not (paper.kind in dated and paper.last_day is None)
            and not (paper.kind in ages and (f.today - paper.issued_on).days > ages[paper.kind])
        )

    return [kind for kind in kinds if not any(paper.kind == kind and runs(paper) for paper in f.authority.papers)]


def _papers(key: str, kinds: Any) -> Check:
    return Check(
        key=key,
        parameter=key,
        acts=SEARCHING,
        needs=PAPER,
        holds=lambda f, p: not _lacking(f, p, kinds(p)),
        says=lambda f, p: f"not in force on the day of the act: {listed(_lacking(f, p, kinds(p)))}",
    )


R01 = Rule(
    id="R01",
    title="Authority in force",
    sentence="Nobody searches unless the public body that answers for it has approved the policy and the authority "
    "still runs.",
    remedy="Ask the body that issues it to approve or renew the paper; until then no search is run.",
    protection=None,
    parameters=AuthorityParameters,
    checks=(
        Check(
            key="moratorium",
            parameter="papers",
            acts=SEARCHING,
            needs=("authority.moratorium",),
            holds=lambda f, p: not f.authority.moratorium,
            says="the board has stopped the use",
        ),
        _papers("papers", lambda p: p.papers),
        _papers("dated", lambda p: p.dated),
        _papers("max_days", lambda p: frozenset(kind for kind, _ in p.max_days)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportParameters(Parameters):
    """R17."""

    report: str | NotSaid = parameter(Kind.WORD, "The kind of report that the entry rules on.")
    cadence: str | NotSaid = parameter(Kind.WORD, "How often it is due: weekly, quarterly or annual.")
    contents: frozenset[str] | NotSaid = parameter(Kind.REQUIRED, "What the report must hold.")
    to: frozenset[str] | NotSaid = parameter(Kind.REQUIRED, "To whom the report must go.")
    due: tuple[int, int] | NotSaid = parameter(Kind.MONTH_DAY, "Month and day by which it is due. Late is a note.")
    window: tuple[tuple[int, int], tuple[int, int]] | NotSaid = parameter(
        Kind.WINDOW, "First and last month and day for it. Late is a note."
    )
    audit_keep_years: int | NotSaid = parameter(Kind.AT_LEAST, "Years for which the audit trail is kept.")


def _named(p: Any) -> frozenset[str]:
    return frozenset() if p.report is NOT_SAID else frozenset({p.report})


def _late(f: Any, p: Any) -> str | None:
    """How late a report is against the first due day after its period; a period that ends on that day has the next."""
    month_day = p.due if p.due is not NOT_SAID else p.window[1] if p.window is not NOT_SAID else None
    if month_day is None:
        return None
    due = date(f.period_last.year, *month_day)
    if due <= f.period_last:
        due = date(due.year + 1, *month_day)
    days = (f.today - due).days
    return f"The report is {days} day{'s' if days > 1 else ''} late." if days > 0 else None


def _years_after(day: date, years: int) -> date:
    """The same day years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


R17 = Rule(
    id="R17",
    title="Reports",
    sentence="Those who answer for the searches are told in full, and in time, what was searched.",
    remedy="Complete the report and send it, also when it is late.",
    protection=None,
    parameters=ReportParameters,
    checks=(
        Check(
            key="period",
            parameter="report",
            acts=REPORT,
            only=("kind", _named),
            needs=("at", "period_first", "period_last"),
            holds=lambda f, p: f.period_first <= f.period_last < f.today,
            says="the period is not over",
            note=_late,
        ),
        Check(
            key="contents",
            parameter="contents",
            acts=REPORT,
            only=("kind", _named),
            needs=("contents",),
            holds=lambda f, p: p.contents <= f.contents,
            says=lambda f, p: f"the report lacks {listed(p.contents - f.contents)}",
        ),
        Check(
            key="to",
            parameter="to",
            acts=REPORT,
            only=("kind", _named),
            needs=("to",),
            holds=lambda f, p: p.to <= f.to,
            says=lambda f, p: f"the report does not go to {listed(p.to - f.to)}",
        ),
        Check(
            key="audit_keep_years",
            parameter="audit_keep_years",
            acts=REPORT,
            only=("kind", _named),
            needs=("period_last", "audit_kept_until"),
            holds=lambda f, p: (
                f.audit_kept_until is not None and f.audit_kept_until >= _years_after(f.period_last, p.audit_keep_years)
            ),
            says=lambda f, p: f"the audit trail is not kept for {p.audit_keep_years} years",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBackParameters(Parameters):
    """R21."""

    since: date | NotSaid = parameter(Kind.EARLIEST, "The day from which old warrants are looked through.")
    notify_prosecutor: bool | NotSaid = parameter(
        Kind.MUST, "The prosecutor is told of each warrant that rested on a search alone."
    )


def _untold(f: Any, p: Any) -> list[str]:
    return [
        case.id
        for case in f.audit
        if (p.since is NOT_SAID or case.warrant_on >= p.since)
        and case.search_linked
        and not case.independent
        and case.prosecutor_told_on is None
    ]


def _retro_audit(p: Any) -> frozenset[str]:
    return frozenset({"retro_audit"})


R21 = Rule(
    id="R21",
    title="Look back",
    sentence="Old warrants that rested on a search are looked through again, and the prosecutor is told of each.",
    remedy="Look through the missing years; tell the prosecutor of each case.",
    protection=None,
    parameters=LookBackParameters,
    checks=(
        Check(
            key="since",
            parameter="since",
            acts=REPORT,
            only=("kind", _retro_audit),
            needs=("period_first",),
            holds=lambda f, p: f.period_first <= p.since,
            says=lambda f, p: f"the look back begins on {f.period_first} and not by {p.since}",
        ),
        Check(
            key="notify_prosecutor",
            parameter="notify_prosecutor",
            acts=REPORT,
            only=("kind", _retro_audit),
            needs=(
                "at",
                "audit[].id",
                "audit[].warrant_on",
                "audit[].search_linked",
                "audit[].independent",
                "audit[].prosecutor_told_on",
            ),
            holds=lambda f, p: not _untold(f, p),
            says=lambda f, p: f"the prosecutor was not told of {', '.join(_untold(f, p))}",
        ),
    ),
)
