"""A supervisor who has no part in the case reads everything and signs; then the protections allow a lineup, or refuse.

What is signed is a digest of everything that decides: whom it shows, to whom, how, by whom, on which words, and what
the test measured. Anything that changes afterwards makes another digest, and the signature counts no more.
"""

from __future__ import annotations

import hashlib
from datetime import UTC
from typing import Any

from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.content import CONTENT, digest
from lookalike.casework.corroboration.hands import reasons, wrong
from lookalike.casework.corroboration.nodes import Evidence
from lookalike.casework.law import Judgement, facts_data, judgement, policy_in_force
from lookalike.casework.lineups.facts import lineup_facts
from lookalike.casework.lineups.hands import keep, locked
from lookalike.casework.lineups.models import Lineup, LineupOpening, LineupRefusal, LineupSignature
from lookalike.casework.lineups.services.members import standing
from lookalike.casework.lineups.services.mock import tested
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.errors import ActRefused, ChangedMeanwhile, NotNow
from lookalike.ledger.acts import Act
from lookalike.ledger.canonical import to_json
from lookalike.protocol.decide import decide

State = Lineup.State


def plan_sha256(lineup: Lineup) -> str:
    """The SHA-256 of everything about a lineup that a signature is given for, in hexadecimal."""
    witness, suspect, test = lineup.witness, lineup.suspect, tested(lineup)
    said = {
        "lineup": lineup.public_id,
        "suspect": suspect.public_id,
        "suspicion": suspect.suspicion,
        "suspicion_ended": suspect.ended_at is not None,
        "witness": digest(witness) if witness.pk else "",
        "description": None if witness.description is None else witness.description.words,
        "presentation": lineup.presentation,
        "administration": lineup.administration,
        "administrator": lineup.administrator.public_id if lineup.administrator else None,
        "covers": [[str(value) for value in one] for one in lineup.covers],
        "members": [
            [one.public_id, one.is_suspect, one.place, one.record_id, one.picture.sha256 if one.picture else None]
            for one in standing(lineup)
        ],
        "looked_by": lineup.looked_by.public_id if lineup.looked_by else None,
        "test": None if test is None else [test.public_id, test.description, _text(test.result)],
    }
    return hashlib.sha256(to_json(said)).hexdigest()


def signatures(lineup: Lineup) -> list[LineupSignature]:
    """The signatures that are of the plan as it stands, the newest of each person."""
    rows = LineupSignature.objects.filter(lineup=lineup, about_sha256=plan_sha256(lineup))
    newest: dict[int, LineupSignature] = {}
    for one in rows.select_related("person").order_by("at", "pk"):
        newest[one.person_id] = one
    return list(newest.values())


def consider(who: Acting, lineup: Lineup, evidence: Evidence | None = None) -> Judgement:
    """How holding this lineup would be judged now. Nothing is kept. evidence: of the case, if read."""
    facts, policy = lineup_facts(who, lineup, evidence), policy_in_force()
    return judgement(decide(facts, policy), facts, policy)


def open_plan(who: Acting, lineup: Lineup) -> None:
    """Record that whoever may sign opened the plan as it stands, once. Nothing for anybody else."""
    if not may_sign(who, lineup) or lineup.state not in (State.TESTED, State.ALLOWED):
        return
    about = plan_sha256(lineup)
    if LineupOpening.objects.filter(lineup=lineup, person=who.person, about_sha256=about).exists():
        return
    with act(who, Act.LINEUP_NOTE, objects=[("case", lineup.case.public_id)]) as doing:
        opened, _ = LineupOpening.objects.get_or_create(
            lineup=lineup, person=who.person, about_sha256=about, defaults={"at": who.at}
        )
        vouch(doing, opened)
        doing.about("lineup", lineup.public_id)
        doing.about("plan", about)
        doing.note("The plan was opened to be read.")


def sign(
    who: Acting, lineup: Lineup, *, decision: bool, words: str, read_all: bool, about: str, version: int
) -> LineupSignature:
    """Sign for or against holding a lineup. about: the digest of the plan that was on the page.

    Against it takes reasons, and takes back what was allowed. Raises BadForm, NotNow (also for whoever has not
    opened this plan and signs for it), ChangedMeanwhile, NotPermitted.
    """
    who.require(Permission.LINEUP_ALLOW)
    if decision and not read_all:
        raise wrong("Read everything first.", read_all="Whoever signs has read the whole file.")
    if not decision:
        words = reasons(words, "words", "Say why: whoever prepared it has to know what to mend.")
    with act(who, Act.LINEUP_ALLOW, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, State.TESTED, State.ALLOWED)
        if plan_sha256(row) != about:
            raise ChangedMeanwhile(
                f"Lineup {row.number} is not what you read any more. Nothing was signed.",
                why="The plan, the interview, the suspicion or the test changed meanwhile.",
                remedy="Open it again, read what changed, then sign.",
            )
        opened = LineupOpening.objects.filter(lineup=row, person=who.person, about_sha256=about).first()
        if decision and opened is None:
            raise NotNow(
                f"You have not opened lineup {row.number} as it stands.",
                why="A signature is for the plan that was read; that it was opened, and when, is on record.",
                remedy="Open the page of the lineup, read everything, then sign.",
            )
        made = LineupSignature.objects.create(
            lineup=row,
            person=who.person,
            office=who.person.office,
            decision=decision,
            words=words.strip(),
            read_all=read_all,
            about_sha256=about,
            at=who.at,
        )
        fields: list[str] = []
        if not decision and row.state == State.ALLOWED:
            row.state, row.allowed_by, row.allowed_at = State.TESTED, None, None
            fields = ["state", "allowed_by", "allowed_at"]
        keep(doing, row, *fields)
        doing.about("plan", about)
        if opened is not None:
            doing.about("opened_at", opened.at.astimezone(UTC).isoformat())
        doing.about(CONTENT, digest(made))
        vouch(doing, made)
        doing.note("Signed for it." if decision else "Signed against it.")
    return made


def allow(who: Acting, lineup: Lineup) -> Lineup:
    """Ask the protections whether a lineup may be held; what they say is kept. Allowed already, it stays so.

    Raises ActRefused where they refuse, which is kept as a refusal; NotNow, NotPermitted.
    """
    who.require(Permission.LINEUP_ALLOW)
    refused: tuple[Any, Any] | None = None
    with act(who, Act.LINEUP_ALLOW, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, None, State.TESTED, State.ALLOWED)
        if row.state == State.ALLOWED and any(one.decision for one in signatures(row)):
            doing.about("lineup", row.public_id)
            return row
        facts = lineup_facts(who, row)
        decision = doing.decide(facts)
        judged, known = judgement(decision, facts, policy_in_force()).to_data(), facts_data(facts)
        row.judgement, row.facts = judged, known
        fields = ["judgement", "facts", "state", "allowed_by", "allowed_at"]
        if decision.allowed:
            row.state, row.allowed_by, row.allowed_at = State.ALLOWED, who.person, who.at
        else:
            kept = LineupRefusal.objects.create(lineup=row, by=who.person, at=who.at, judgement=judged, facts=known)
            vouch(doing, kept)
            row.state, row.allowed_by, row.allowed_at = State.TESTED, None, None
            refused = decision, facts
        keep(doing, row, *fields)
    if refused is not None:
        decision, facts = refused
        try:
            decision.require()
        except ActRefused as error:
            error.facts = facts
            raise
    return row


def may_sign(who: Acting, lineup: Lineup) -> bool:
    """Whether somebody is asked to sign: who may allow lineups, and did not prepare this one."""
    return who.may(Permission.LINEUP_ALLOW) and lineup.made_by_id != who.person.pk


def signed_by(lineup: Lineup, person: Person) -> LineupSignature | None:
    """What somebody signed of the plan as it stands."""
    return next((one for one in signatures(lineup) if one.person_id == person.pk), None)


def _text(result: Any) -> str:
    """A result as text: canonical JSON of the ledger takes no fractions."""
    return "" if result is None else ", ".join(f"{key} {result[key]}" for key in sorted(result))
