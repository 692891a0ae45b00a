"""R16: an independent authority, two natural persons, and deletion on refusal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lookalike.protocol.court_words import ItemKind, Wish
from lookalike.protocol.parameters import Kind, NotSaid, Parameters, parameter
from lookalike.protocol.persons import person_of
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.vocabulary import Act, ProbeKind, Purpose, Route

SEARCH = frozenset({Act.SEARCH})
RECORD = frozenset({Act.RECORD})
INDEPENDENT = (Route.WARRANT, Route.COURT_ORDER, Route.COURT_ORDER_MISSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndependentParameters(Parameters):
    """R16."""

    persons: int | NotSaid = parameter(Kind.AT_LEAST, "How many natural persons verify a lead.", of=int)
    authorisation_hours: int | NotSaid = parameter(
        Kind.AT_MOST, "Hours from its start for which an urgent search may run without authorisation.", of=int
    )
    urgent_hours: int | NotSaid = parameter(
        Kind.AT_MOST, "Hours from its start within which an urgent search must ask the authority.", of=int
    )
    initial_identification_exempt: bool | NotSaid = parameter(
        Kind.EASES, "Whether a first identification on specific facts needs no authorisation."
    )
    delete_on_refusal: bool | NotSaid = parameter(Kind.MUST, "What an authority refused is destroyed.")
    log_days: int | NotSaid = parameter(Kind.AT_LEAST, "Days for which logs are kept.", of=int)
    documented: bool | NotSaid = parameter(Kind.MUST, "Each use is documented in a file of the case.")
    realtime: bool | NotSaid = parameter(Kind.MAY, "Whether a live picture may be searched.")


def _authorised(f: Any) -> bool:
    order = f.case.authority_ref
    return order is not None and order.kind in INDEPENDENT


def _first_identification(f: Any) -> bool:
    return (
        f.case.specific_facts is not None
        and f.request.purposes == frozenset({Purpose.IDENTIFY_SUSPECT})
        and not f.targeted
    )


def _of_authority(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if _authorised(f):
        return
    if p.initial_identification_exempt is True:
        yield "case.specific_facts", "request.purposes", "targeted"
        if _first_identification(f):
            return
    yield "urgent.started_at", "urgent.asked_authority_at", "urgent.refused", "urgent.stopped"


def _may_run(f: Any, p: Any) -> bool:
    if _authorised(f) or (p.initial_identification_exempt is True and _first_identification(f)):
        return True
    urgent = f.urgent
    if urgent is None or urgent.refused or urgent.stopped or urgent.asked_authority_at is None:
        return False
    return bool(f.at <= urgent.started_at + timedelta(hours=p.authorisation_hours))


def _asked_in_time(f: Any, p: Any) -> bool:
    if f.urgent is None:
        return True
    asked = f.urgent.asked_authority_at
    return asked is not None and asked <= f.urgent.started_at + timedelta(hours=p.urgent_hours)


def _verified(f: Any) -> set[str]:
    """The people who verified the lead and whose own examination says that they did the work."""
    did = {e.person for e in f.examinations if e.verified_by_own_work}
    return set(map(person_of, did & set(f.verified)))


def _of_refusal(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if f.authority_refused_on is not None:
        yield ("wish",)


def _of_log(f: Any, p: Any) -> Iterator[tuple[str, ...]]:
    if f.wish is Wish.DESTROY:
        yield "at", "created_on"


R16 = Rule(
    id="R16",
    title="Two persons, an independent authority, and deletion",
    sentence="An independent authority allows the search, two people verify what came of it, and what was refused is "
    "deleted.",
    remedy="Ask the independent authority; have another person verify; destroy what was refused.",
    protection=None,
    parameters=IndependentParameters,
    checks=(
        Check(
            key="authorisation_hours",
            parameter="authorisation_hours",
            acts=SEARCH,
            needs=("at", "case.authority_ref.kind", "case.authority_ref.issued_at"),
            then=_of_authority,
            holds=_may_run,
            says="no independent authority has allowed the search, and nothing exempts it any more",
        ),
        Check(
            key="urgent_hours",
            parameter="urgent_hours",
            acts=SEARCH,
            needs=("urgent.started_at", "urgent.asked_authority_at"),
            holds=_asked_in_time,
            says="the independent authority was not asked in time",
        ),
        Check(
            key="documented",
            parameter="documented",
            acts=SEARCH,
            needs=("case.number", "request.written"),
            holds=lambda f, p: f.case.number is not None and f.request.written,
            says="the use is not documented in a file of the case",
        ),
        Check(
            key="realtime",
            parameter="realtime",
            acts=SEARCH,
            needs=("probe.kind",),
            holds=lambda f, p: f.probe.kind is not ProbeKind.LIVE_STREAM,
            says="the probe is a live picture",
        ),
        Check(
            key="persons",
            parameter="persons",
            acts=frozenset({Act.LEAD}),
            needs=("verified", "examinations[].person", "examinations[].verified_by_own_work"),
            holds=lambda f, p: len(_verified(f)) >= p.persons,
            says=lambda f, p: f"{len(_verified(f))} of {p.persons} people have verified the lead by their own work",
        ),
        Check(
            key="delete_on_refusal",
            parameter="delete_on_refusal",
            acts=RECORD,
            needs=("authority_refused_on",),
            then=_of_refusal,
            holds=lambda f, p: f.authority_refused_on is None or f.wish in (Wish.DESTROY, Wish.CERTIFY),
            says="the independent authority refused, and the record is to be destroyed",
        ),
        Check(
            key="log_days",
            parameter="log_days",
            acts=RECORD,
            only=("item", lambda p: frozenset({ItemKind.LOG})),
            needs=("wish",),
            then=_of_log,
            holds=lambda f, p: f.wish is not Wish.DESTROY or (f.today - f.created_on).days >= p.log_days,
            says=lambda f, p: f"a log is kept for {p.log_days} days",
        ),
    ),
)
