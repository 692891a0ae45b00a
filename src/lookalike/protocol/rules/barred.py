"""R05, R22 and R25: what a face is never searched for, and for whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lookalike.protocol.parameters import NOT_SAID, Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import EVERY_ACT, SEARCHING, listed, set_of
from lookalike.protocol.vocabulary import Act, AgencyKind, Protection, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class NeverParameters(Parameters):
    """R05."""

    barred: frozenset[Purpose] | NotSaid = parameter(
        Kind.FORBIDDEN, "Purposes for which nobody is ever searched.", of=Purpose
    )
    notify: frozenset[str] | NotSaid = parameter(Kind.REQUIRED, "Offices that are told of a breach.")
    notify_hours: int | NotSaid = parameter(Kind.AT_MOST, "Hours within which they are told.")


def _untold(f: Any, p: Any) -> list[object]:
    told = set() if f.breach is None else {notice.office for notice in f.breach.notices}
    return [office for office in p.notify if office not in told]


def _late(f: Any, p: Any) -> list[object]:
    """The offices that were told, all of them too late."""
    if f.breach is None:
        return []
    limit = f.breach.found_at + timedelta(hours=p.notify_hours)
    in_time = {notice.office for notice in f.breach.notices if notice.at <= limit}
    told = {notice.office for notice in f.breach.notices}
    return [office for office in told & (set_of(p.notify) or told) if office not in in_time]


def _anybody_told(f: Any) -> bool:
    return f.breach is not None and bool(f.breach.notices)


def _breach_notice(p: Any) -> frozenset[str]:
    return frozenset({"breach_notice"})


R05 = Rule(
    id="R05",
    title="Never for this",
    sentence="No search for what somebody believes, attends, or is, and none to follow, predict or check immigration.",
    remedy="This search may not be run. If it was, tell the named offices within the hours that the policy sets.",
    protection=Protection.SERIOUS_CRIME,
    parameters=NeverParameters,
    checks=(
        Check(
            key="barred",
            parameter="barred",
            acts=SEARCHING,
            needs=("request.purposes",),
            holds=lambda f, p: bool(f.request.purposes) and not f.request.purposes & p.barred,
            says=lambda f, p: (
                f"the search is for {listed(f.request.purposes & p.barred)}"
                if f.request.purposes
                else "no purpose is given"
            ),
        ),
        Check(
            key="notify",
            parameter="notify",
            acts=frozenset({Act.REPORT}),
            only=("kind", _breach_notice),
            needs=("at", "breach.notices[].office", "breach.notices[].at"),
            holds=lambda f, p: f.breach is not None and not _untold(f, p),
            says=lambda f, p: f"not told of the breach: {listed(_untold(f, p))}",
        ),
        Check(
            key="notify_hours",
            parameter="notify_hours",
            acts=frozenset({Act.REPORT}),
            only=("kind", _breach_notice),
            needs=("at", "breach.found_at", "breach.notices[].office", "breach.notices[].at"),
            holds=lambda f, p: not _late(f, p) and (p.notify is not NOT_SAID or _anybody_told(f)),
            says=lambda f, p: (
                f"told later than {p.notify_hours} hours after the breach was found: {listed(_late(f, p))}"
                if _late(f, p)
                else "nobody was told of a breach"
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskerParameters(Parameters):
    """R22."""

    recorded: bool | NotSaid = parameter(Kind.MUST, "Everybody behind the request is recorded.")
    askers: frozenset[AgencyKind] | NotSaid = parameter(Kind.ALLOWED, "Kinds of body that may ask.", of=AgencyKind)
    barred_jurisdictions: frozenset[str] | NotSaid = parameter(
        Kind.FORBIDDEN, "Places that forbade themselves the search; nobody searches for them."
    )
    pack_of_each: bool | NotSaid = parameter(Kind.MUST, "The law of everybody behind the request is layered.")
    to: frozenset[str] | NotSaid = parameter(Kind.ALLOWED, "Agencies that may be asked to search.")


PLACE = re.compile("[A-Za-z]{2}(-[A-Za-z]+)*")
"""How a place is written, as in packs: US-OR-Portland. Written otherwise it could pass a ban unseen."""


def _places(f: Any) -> list[str]:
    return [f.request.agency.jurisdiction, *(behalf.jurisdiction for behalf in f.request.behalf)]


def _unclear(f: Any, p: Any) -> list[str]:
    return [place for place in (*_places(f), *p.barred_jurisdictions) if not PLACE.fullmatch(place)]


def _barred(f: Any, p: Any) -> list[str]:
    return [
        place
        for place in _places(f)
        if any(f"{place}-".casefold().startswith(f"{barred}-".casefold()) for barred in p.barred_jurisdictions)
    ]


def _says_barred(f: Any, p: Any) -> str:
    if _unclear(f, p):
        return f"nobody can tell which place is meant by {listed(map(repr, _unclear(f, p)))}"
    return f"the search is for a place that forbade it: {listed(_barred(f, p))}"


R22 = Rule(
    id="R22",
    title="For whom, really",
    sentence="It is written down for whom the search is asked, and a city that forbade itself the search cannot get it "
    "through a neighbour.",
    remedy="Name every agency behind the request; where its law is not loaded, load it.",
    protection=Protection.SERIOUS_CRIME,
    parameters=AskerParameters,
    checks=(
        Check(
            key="recorded",
            parameter="recorded",
            acts=SEARCHING,
            needs=("request.agency.id", "request.behalf[].agency"),
            holds=lambda f, p: True,  # that it is known is all that is asked
            says="it is not recorded for whom the search is asked",
        ),
        Check(
            key="askers",
            parameter="askers",
            acts=SEARCHING,
            needs=("request.agency.kind",),
            holds=lambda f, p: f.request.agency.kind in p.askers,
            says=lambda f, p: f"the search is asked by: {listed([f.request.agency.kind])}",
        ),
        Check(
            key="barred_jurisdictions",
            parameter="barred_jurisdictions",
            acts=SEARCHING,
            needs=("request.agency.jurisdiction", "request.behalf[].jurisdiction"),
            holds=lambda f, p: not _unclear(f, p) and not _barred(f, p),
            says=_says_barred,
        ),
        Check(
            key="pack_of_each",
            parameter="pack_of_each",
            acts=SEARCHING,
            needs=("request.behalf[].pack",),
            holds=lambda f, p: all(behalf.pack is not None for behalf in f.request.behalf),
            says="the law of an agency behind the request is not loaded",
        ),
        Check(
            key="to",
            parameter="to",
            acts=SEARCHING,
            needs=("request.to",),
            holds=lambda f, p: f.request.to in p.to,
            says=lambda f, p: f"the search is asked of {f.request.to}, and may be asked of {listed(p.to)}",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BanParameters(Parameters):
    """R25."""

    exceptions: frozenset[str] | NotSaid = parameter(
        Kind.EXCEPTIONS, "Uses that the ban leaves alone; none of them is an act of this system."
    )


R25 = Rule(
    id="R25",
    title="Banned",
    sentence="No face is searched here, and nothing is done with a search.",
    remedy=None,
    protection=Protection.SERIOUS_CRIME,
    parameters=BanParameters,
    checks=(
        Check(
            key="banned",
            parameter="exceptions",
            acts=EVERY_ACT - {Act.RECORD, Act.REPORT},
            holds=lambda f, p: False,
            says="the city has forbidden it",
        ),
    ),
)
