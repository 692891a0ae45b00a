"""Whose lineup it is: who may see a plan, who may change it, and who could hold one without knowing anything."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from lookalike.casework.acting import Acting, Doing
from lookalike.casework.cases.models import READS_EVERY_CASE, Case, CaseRead, TeamMember
from lookalike.casework.cases.team import on_team, require_team
from lookalike.casework.corroboration.hands import board_case, require_leads_read
from lookalike.casework.corroboration.models import Party
from lookalike.casework.leads.models import Acknowledgement
from lookalike.casework.lineups.models import Lineup, Witness
from lookalike.casework.pages import found
from lookalike.casework.people.models import Person
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.casework.searches.duties import duties_in_case
from lookalike.errors import ChangedMeanwhile, NotNow
from lookalike.protocol.vocabulary import Role

State = Lineup.State
OPEN = (State.DRAFT, State.TESTING, State.TESTED, State.ALLOWED)
"""A lineup that is still prepared, and was shown to nobody."""

RELATED = ("case__agency", "suspect__party", "suspect__answer", "witness__party", "witness__description")
PEOPLE = ("administrator", "made_by", "allowed_by", "looked_by", "job")


def lineups_case(who: Acting, public_id: str) -> Case:
    """A case whose lineups somebody reads, its leads read. Raises NotThere, NotNow, NotPermitted."""
    case = board_case(who, public_id)
    require_leads_read(who, case)
    return case


def lineup_of(who: Acting, public_id: str) -> Lineup:
    """A lineup whose plan somebody may see. Raises as `lineups_case`."""
    row = found(Lineup.objects.visible_to(who).select_related(*RELATED, *PEOPLE), public_id=public_id)
    board_case(who, row.case.public_id)
    require_leads_read(who, row.case)
    return row


def party_of(who: Acting, public_id: str) -> Party:
    """A party of such a case, who may be a witness. Raises as `lineups_case`."""
    row = found(Party.objects.visible_to(who).select_related("case__agency", "account"), public_id=public_id)
    lineups_case(who, row.case.public_id)
    return row


def witness_of(party: Party) -> Witness:
    """What is known of a party as a witness; a row that is not kept where nobody has asked yet."""
    row = Witness.objects.select_related("description", "interviewed_by").filter(party=party).first()
    return row or Witness(party=party, case=party.case)


def may_plan(who: Acting, case: Case) -> bool:
    """Whether somebody may prepare lineups of a case: its team."""
    return who.may(Permission.LINEUP_PLAN) and on_team(who, case)


def require_planner(who: Acting, case: Case) -> None:
    """Raise NotPermitted unless somebody may prepare lineups of the case."""
    who.require(Permission.LINEUP_PLAN)
    require_team(who, case)


def locked(lineup: Lineup, version: int | None, *states: str) -> Lineup:
    """The lineup, locked, as it was when it was opened. Call inside the act. Raises ChangedMeanwhile, NotNow.

    version None: whichever it is. states: in which it may be; any where none is named.
    """
    row = Lineup.objects.select_for_update(of=("self",)).select_related(*RELATED).get(pk=lineup.pk)
    if states and row.state not in states:
        raise NotNow(
            f"Lineup {row.number} is {State(row.state).label}.",
            why="This can no longer be done, or not yet.",
            remedy="Open the lineup again, and see where it stands.",
        )
    if version is not None and row.version != version:
        raise ChangedMeanwhile(
            f"Lineup {row.number} was changed after you opened it. Nothing was overwritten.",
            why="What you saw is no longer what holds.",
            remedy="Open it again, look at what changed, then go on.",
        )
    return row


def keep(doing: Doing, row: Lineup, *fields: str) -> None:
    """Save what an act changed of a lineup, and name it in the entry."""
    row.version += 1
    row.save(update_fields=[*fields, "version"])
    vouch(doing, row)


def part_in(person: Person, case: Case, duties: frozenset[Role] | None = None) -> str:
    """What part somebody has in a case, in words; "" where they have none and know nothing of it.

    duties: in which they acted in it, where that is known already.
    """
    if TeamMember.objects.filter(case=case, person=person).exists() or case.opened_by_id == person.pk:
        return "works or worked on the case"
    if CaseRead.objects.filter(case=case, person=person).exists():
        return "has read the case"
    if case.parties.filter(account=person).exists():
        return "is a party of the case"
    if Acknowledgement.objects.filter(person=person, answer__request__case=case).exists():
        return "was told of a lead"
    acted = duties_in_case(person, case) if duties is None else duties
    duties = acted - {Role.LINEUP_ADMINISTRATOR}  # other lineups are asked for by themselves
    return f"acted in the case as {', '.join(sorted(one.replace('_', ' ') for one in duties))}" if duties else ""


def administrators(case: Case, at: datetime) -> list[tuple[Person, str]]:
    """Everybody who may hold lineups and is in use, each with why they are not blind in this case; "" where they are.

    Whoever may open every case is not taken for blind. Whoever prepares lineups of the case is not named at all.
    """
    rows = _holders(at).exclude(case_teams__in=TeamMember.objects.filter(case=case, until=None))
    return [(one, not_blind(one, case)) for one in rows.order_by("name", "pk")]


def not_blind(person: Person, case: Case, *, but: Lineup | None = None, duties: frozenset[Role] | None = None) -> str:
    """Why somebody cannot hold a lineup of a case without knowing more than its witness; "" where they can.

    but: the lineup that is asked about; of the case they hold no other. duties: as of `part_in`.
    """
    part = part_in(person, case, duties)
    if part:
        return part
    if person.roles & READS_EVERY_CASE or Role.EXAMINER in person.roles:
        return "may open the case by another role"
    others = Lineup.objects.filter(case=case, administrator=person).exclude(state=State.GIVEN_UP)
    if but is not None:
        others = others.exclude(pk=but.pk)
    return "holds or held another lineup of the case" if others.exists() else ""


def _holders(at: datetime) -> QuerySet[Person]:
    in_use = Q(is_active=True, locked_at=None, disabled_at=None) & (Q(expires_at=None) | Q(expires_at__gt=at))
    role = Q(roles_held__role=Role.LINEUP_ADMINISTRATOR.value, roles_held__until=None)
    return Person.objects.filter(in_use & role).distinct()
