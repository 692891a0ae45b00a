"""Holding a lineup: begun by an administrator who knows nothing, ended by the witness's last answer, by a stop, or by
rule.

    holding, key = begin(who, lineup, "en", address=…)      # the packs are asked again
    …                                                       # the witness's screen: `services.witness`
    stop(who, holding, reason="The tablet broke.")          # void; the witness is not shown this suspect again

Source: Wells et al. 2020, recommendations 3, 7 and 8; Williams v. City of Detroit, settlement.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.codes import new_code
from lookalike.casework.corroboration.content import CONTENT, digest
from lookalike.casework.law import facts_data, judgement, policy_in_force
from lookalike.casework.lineups.flow import Given, Plan
from lookalike.casework.lineups.models import Event, Holding, Lineup, LineupRefusal, Member
from lookalike.casework.pages import found
from lookalike.casework.recorded import vouch
from lookalike.errors import BadForm, Fault, NotNow, NotThere
from lookalike.ledger.acts import Act
from lookalike.lineup.instructions import Said, instructions, languages
from lookalike.lineup.order import drawn
from lookalike.protocol.court_words import Presentation
from lookalike.protocol.facts.court import LineupFacts

LONGEST_AWAY = timedelta(minutes=15)
"""How long a witness's screen may give no sign before the lineup is void: long enough for a device to be replaced,
too short for anybody to look something up and come back.
"""

GIVEN = (Lineup.State.ALLOWED, Lineup.State.HOLDING, Lineup.State.HELD, Lineup.State.VOID)

Address = Callable[[str], str]
"""Where a code leads to, as whoever begins sees the site from outside."""


@dataclass(frozen=True, slots=True)
class Where:
    """From where the witness's screen is asked, and when."""

    at: datetime
    source: str
    path: str


def given_to(who: Acting) -> QuerySet[Lineup]:
    """The lineups that somebody is to hold, or held: newest first."""
    rows = Lineup.objects.filter(administrator=who.person, state__in=GIVEN).select_related("holding")
    return rows.order_by("-allowed_at", "-pk")


def facts_of(who: Acting, lineup: Lineup) -> LineupFacts:
    """The facts by which the packs judge the lineup now. Imported late: the planning reads what is held."""
    from lookalike.casework.lineups.facts import lineup_facts  # type: ignore[import-not-found,unused-ignore]

    return lineup_facts(who, lineup)  # type: ignore[no-any-return,unused-ignore]


def begin(who: Acting, lineup: Lineup, language: str, *, address: Address) -> tuple[Holding, str]:
    """Begin to hold a lineup. Returns the holding, and the key by which the witness's screen knows itself.

    The key is told once; its hash alone is kept. Raises NotThere for anybody but its administrator, BadForm for a
    language that there is not, NotNow where it is not ready, was begun, or the packs refuse it now. What refused is
    kept for the supervisor, and not told: the administrator is to know nothing.
    """
    if lineup.administrator_id != who.person.pk:
        found(Lineup.objects.none())
    if language not in languages():
        error = BadForm("There is no such language.", remedy=f"Choose one of: {', '.join(languages().values())}.")
        error.fields = {"language": ["Choose a language that the witness understands."]}
        raise error
    key, holding = secrets.token_urlsafe(32), None
    with act(who, Act.LINEUP_HOLD, objects=[("lineup", lineup.public_id)]) as doing:
        row = (
            Lineup.objects.select_for_update(of=("self",))
            .select_related("case", "suspect", "witness")
            .get(pk=lineup.pk)
        )
        if row.state != Lineup.State.ALLOWED:
            raise _not_ready()
        facts = facts_of(who, row)
        decision = doing.decide(facts)
        judged = judgement(decision, facts, policy_in_force()).to_data()
        if decision.allowed:
            holding = _begun(doing, row, language, key, address)
            row.judgement, row.facts, row.state = judged, facts_data(facts), Lineup.State.HOLDING
            row.version += 1
            row.save(update_fields=["judgement", "facts", "state", "version", "code"])
            vouch(doing, row)
        else:
            kept = LineupRefusal.objects.create(
                lineup=row, by=who.person, at=who.at, judgement=judged, facts=facts_data(facts)
            )
            vouch(doing, kept)
    if holding is None:
        raise NotNow(
            "This lineup cannot be held now.",
            why="Something that allowed it does not hold any more. What it is, is told to the supervisor, and not to "
            "you, who are to know nothing of the case.",
            remedy="Send the witness home for today, and ask the supervisor.",
        )
    return holding, key


def renew_key(who: Acting, holding: Holding) -> str:
    """Draw another key, where the first was lost before the witness's screen was open. The old one opens nothing."""
    key = secrets.token_urlsafe(32)
    with act(who, Act.LINEUP_NOTE, objects=[("lineup", holding.lineup.public_id)]) as doing:
        row = locked(holding)
        require_going(row)
        row.key_sha256 = hash_of(key)
        row.save(update_fields=["key_sha256"])
        note(doing, row, Event.Kind.RESUMED, {"key": "another key was drawn for the witness's screen"})
    return key


def stop(who: Acting, holding: Holding, *, reason: str) -> None:
    """The administrator breaks it off. Void: this witness is not shown this suspect again. Raises BadForm, NotNow."""
    from lookalike.casework.lineups.services.ending import end_void

    if not reason.strip():
        error = BadForm("Say why it was broken off.", why="The report tells it, and a court asks.")
        error.fields = {"reason": ["Say what happened, in your own words."]}
        raise error
    end_void(who, holding, f"Broken off by the administrator: {reason.strip()}")


def by_key(key: str) -> Holding:
    """The holding of a key. Raises NotThere for any other: looked up by its hash, so that no time tells how near."""
    rows = Holding.objects.select_related("lineup__case", "lineup__witness__party", "lineup__suspect", "held_by")
    holding = rows.filter(key_sha256=hash_of(key[:200])).first()
    if holding is None:
        raise NotThere(
            "There is nothing at this address.",
            why="The address is wrong, or another key was drawn since.",
            remedy="Ask the person who gave you this device.",
        )
    return holding


def hash_of(key: str) -> str:
    """The SHA-256 of a key or of a browser's mark."""
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()


def locked(holding: Holding) -> Holding:
    """The row, locked, with what belongs to it. Call inside the act: one thing at a time happens to a holding."""
    related = ("lineup__case__agency", "lineup__witness__party", "lineup__suspect__party", "held_by")
    return Holding.objects.select_for_update(of=("self",)).select_related(*related).get(pk=holding.pk)


def require_going(holding: Holding) -> None:
    """Raise NotNow for a holding that is over."""
    if holding.ended_at is not None:
        raise NotNow("This is over.", why="What was said stands as it was said.", remedy="Nothing more is to be done.")


def note(doing: Doing, holding: Holding, kind: Event.Kind, data: dict[str, Any], elapsed: int | None = None) -> Event:
    """Write down one thing that happened, numbered; the entry names its SHA-256. The holding's row must be locked."""
    last = Event.objects.filter(holding=holding).order_by("-number").values_list("number", flat=True).first()
    event = Event.objects.create(
        holding=holding, number=(last or 0) + 1, kind=kind, at=doing.who.at, elapsed_ms=elapsed, data=data
    )
    doing.about("event", f"{holding.public_id}-{event.number}")
    doing.about(CONTENT, digest(event))
    vouch(doing, event)
    return event


def told(holding: Holding) -> tuple[Said, ...]:
    """What the witness of this holding is told before the photographs."""
    lineup = holding.lineup
    return instructions(holding.language, presentation=lineup.presentation, administration=lineup.administration)


def plan_of(holding: Holding) -> Plan:
    """How this lineup is held."""
    at_once = holding.lineup.presentation == Presentation.SIMULTANEOUS
    return Plan(instructions=len(told(holding)), photographs=len(holding.order), at_once=at_once)


def given_so_far(events: list[Event]) -> dict[str, Given]:
    """The answers so far, by the name of their step."""
    rows = [event.data for event in events if "step" in event.data and "answer" in event.data]
    return {row["step"]: Given(row["answer"], row.get("words", "")) for row in rows}


def members_of(lineup: Lineup) -> list[Member]:
    """The members as they stand. Raises Fault where the pictures could be told apart by anything but the faces."""
    members = list(lineup.members.filter(removed_at=None).select_related("picture").order_by("place"))
    files = [one.picture for one in members if one.picture is not None]
    alike = len({(file.size, file.media_type) for file in files}) == 1 and len(files) == len(members) > 1
    if not alike or sum(one.is_suspect for one in members) != 1:
        raise Fault(
            "The pictures of this lineup are not alike.",
            why="A witness could tell one from the others by how it comes, and not by the face.",
            remedy="The supervisor has them made again.",
        )
    return members


def _begun(doing: Doing, lineup: Lineup, language: str, key: str, address: Address) -> Holding:
    who = doing.who
    lineup.code = new_code()
    holding = Holding.objects.create(
        lineup=lineup,
        held_by=who.person,
        language=language,
        key_sha256=hash_of(key),
        order=drawn(lineup.seed, [one.public_id for one in members_of(lineup)]),
        begun_at=who.at,
        alive_at=who.at,
    )
    note(doing, holding, Event.Kind.BEGUN, {"language": language, "url": address(lineup.code)})
    return holding


def _not_ready() -> NotNow:
    return NotNow(
        "This lineup is not ready to be held, or was begun already.",
        why="A lineup is held once.",
        remedy="Open your list again. If you have lost the key of the witness's screen, draw another there.",
    )
