"""A lineup is planned: of whom, for whom, how it is held and by whom. It is given up with reasons."""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass

from django.db.models import Max

from lookalike.casework.acting import Acting, act
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.hands import reasons, wrong
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.lineups.asked import allowed, answers
from lookalike.casework.lineups.hands import OPEN, administrators, keep, locked, not_blind, require_planner
from lookalike.casework.lineups.models import Lineup, MockTest, Witness
from lookalike.casework.lineups.services.witnesses import eligibility
from lookalike.casework.people.models import Person
from lookalike.casework.recorded import vouch
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.court_words import Administration, Presentation
from lookalike.protocol.facts.base import unknown
from lookalike.protocol.facts.court import LineupPlan

State = Lineup.State
HELD_SO = (Administration.DOUBLE_BLIND, Administration.SELF_ADMINISTERED)
"""How this site can hold a lineup; a pack may allow fewer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a lineup is to be held. administrator: who holds it, or who hands over the tablet."""

    presentation: str
    administration: str
    administrator: Person


def ways(of: str) -> list[str]:
    """The presentations, or the administrations, that every pack in force allows and this site can do."""
    words = list(Presentation) if of == "presentation" else list(HELD_SO)
    return allowed(of, [one.value for one in words])


def plan(who: Acting, suspect: Suspect, witness: Witness, told: Plan) -> Lineup:
    """Begin to prepare a lineup of a suspect for a witness; the same sent twice is one.

    Raises NotNow (no written suspicion, witness not eligible, prepared already), BadForm (not as the packs allow, not
    blind), NotPermitted.
    """
    case = suspect.case
    require_planner(who, case)
    with act(who, Act.LINEUP_PLAN, objects=[("case", case.public_id)]) as doing:
        row = Case.objects.select_for_update().get(pk=case.pk)
        suspect = Suspect.objects.select_related("party", "case").get(pk=suspect.pk)
        _require_suspicion(suspect)
        found = Lineup.objects.filter(suspect=suspect, witness=witness, state__in=OPEN).first()
        if found is not None:
            raise NotNow(
                f"Lineup {found.number} of this suspect is prepared for this witness already.",
                why="A witness is shown a suspect once.",
                remedy="Go on with that one, or give it up with reasons.",
            )
        require_eligible(who, witness, suspect)
        _require_way(who, row, told)
        made = Lineup(
            case=row,
            number=(Lineup.objects.filter(case=row).aggregate(last=Max("number"))["last"] or 0) + 1,
            suspect=suspect,
            witness=witness,
            presentation=told.presentation,
            administration=told.administration,
            administrator=told.administrator,
            seed=secrets.token_hex(32),
            made_by=who.person,
            made_at=who.at,
        )
        made.save()
        vouch(doing, made)
        doing.about("suspect", suspect.public_id)
        doing.about("witness", witness.public_id)
    return made


def change_plan(who: Acting, lineup: Lineup, told: Plan, *, version: int) -> Lineup:
    """Have it held in another way, or by somebody else. A signature that was given counts no more.

    Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    require_planner(who, lineup.case)
    with act(who, Act.LINEUP_PLAN, objects=[("case", lineup.case.public_id)]) as doing:
        Case.objects.select_for_update().get(pk=lineup.case_id)
        row = locked(lineup, version, State.DRAFT, State.TESTED, State.ALLOWED)
        _require_way(who, row.case, told, but=row)
        row.presentation, row.administration = told.presentation, told.administration
        row.administrator = told.administrator
        back_to_tested(row)
        keep(doing, row, "presentation", "administration", "administrator", *ALLOWANCE)
    return row


ALLOWANCE = ("state", "allowed_by", "allowed_at")
"""The fields that `back_to_tested` changes."""


def back_to_tested(row: Lineup) -> None:
    """What was allowed was another plan."""
    if row.state == State.ALLOWED:
        row.state = State.TESTED
    row.allowed_by, row.allowed_at = None, None


def give_up(who: Acting, lineup: Lineup, *, reason: str, version: int) -> Lineup:
    """Give a lineup up before anybody saw it. An open test ends with it. Raises BadForm, NotNow, ChangedMeanwhile."""
    require_planner(who, lineup.case)
    reason = reasons(reason, "reason", "Say why: the file of the case shows it.")
    with act(who, Act.LINEUP_END, objects=[("case", lineup.case.public_id)]) as doing:
        row = locked(lineup, version, *OPEN)
        for test in MockTest.objects.select_for_update().filter(lineup=row, closed_at=None):
            test.closed_at, test.closed_by, test.ended_because = who.at, who.person, "The lineup was given up."
            test.save(update_fields=["closed_at", "closed_by", "ended_because"])
            vouch(doing, test)
        row.state, row.ended_because = State.GIVEN_UP, reason
        keep(doing, row, "state", "ended_because")
        doing.note("Given up before anybody saw it.")
    return row


def require_eligible(who: Acting, witness: Witness, suspect: Suspect) -> None:
    """Raise NotNow, saying everything that stands against it, unless the witness may be shown this suspect."""
    found = eligibility(witness, suspect, at=who.at)
    if not found.eligible:
        cited = [text for one in found.questions if one.answer.state != "satisfied" for text in one.answer.citations]
        raise NotNow(
            f"{witness.party.name} may not be shown a lineup of {suspect.party.name}.",
            why=" ".join([found.reasons, "; ".join(dict.fromkeys(cited))]).strip(),
            remedy="Ask what was not asked; else find a witness who was there and has seen nothing since.",
        )


def _require_suspicion(suspect: Suspect) -> None:
    if suspect.ended_at is not None or suspect.written_at is None:
        ended = suspect.ended_at is not None
        raise NotNow(
            f"{suspect.party.name} is suspected no more."
            if ended
            else f"Why {suspect.party.name} is suspected is not written down.",
            why="Nobody stands in a lineup without reasons that were written down before (Wells et al. 2020).",
            remedy="Name the person again if that has changed." if ended else "Write the suspicion down, on the board.",
        )


def _require_way(who: Acting, case: Case, told: Plan, *, but: Lineup | None = None) -> None:
    known = {name: getattr(told, name) for name in ("presentation", "administration")}
    words = {"presentation": Presentation, "administration": Administration}
    found: dict[str, str] = {}
    for name, value in known.items():
        if value not in ways(name):
            facts = dataclasses.replace(unknown(LineupPlan), **{name: words[name](value)})
            said = answers([name], at=who.at, plan=facts)[name]
            found[name] = "; ".join([*said.reasons, *said.citations]) or "This site holds no lineup in this way."
    offered = {person.pk: why for person, why in administrators(case, who.at)}
    chosen = told.administrator
    if chosen.pk not in offered:
        found["administrator"] = "This person holds no lineups, or prepares those of this case."
    elif told.administration == Administration.DOUBLE_BLIND:
        why = not_blind(chosen, case, but=but)
        if why:
            found["administrator"] = f"{chosen.name} {why}: take somebody else, or have the witness do it alone."
    if found:
        raise wrong("The lineup cannot be held so.", **found)
