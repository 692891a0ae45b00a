"""Whose warrant requests they are: who reads one, who prepares one, and who has another part in the case."""

from __future__ import annotations

from lookalike.casework.acting import Acting, Doing, record
from lookalike.casework.cases.models import Case
from lookalike.casework.cases.team import on_team, require_team
from lookalike.casework.corroboration.hands import board_case, require_leads_read
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.pages import found
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.warrants.models import Packet, WarrantRequest
from lookalike.errors import ChangedMeanwhile, NotNow, NotPermitted
from lookalike.ledger.acts import Act, Outcome
from lookalike.protocol.vocabulary import Role

RELATED = ("case__agency", "suspect__party", "suspect__case", "suspect__answer__candidate", "asked_by", "decided_by")


def warrant_of(who: Acting, public_id: str) -> WarrantRequest:
    """A warrant request that somebody may read. Raises NotThere; NotPermitted while a lead of it is closed.

    A prosecutor reads the request and its packet, and not the case.
    """
    rows = WarrantRequest.objects.visible_to(who).exclude(case__lineups__administrator=who.person)
    row = found(rows.select_related(*RELATED), public_id=public_id)
    require_open(who, row.case)
    return row


def packet_of(who: Acting, public_id: str) -> Packet:
    """A packet that somebody may read. Raises as `warrant_of` does."""
    rows = Packet.objects.visible_to(who).exclude(case__lineups__administrator=who.person)
    row = found(
        rows.select_related("case__agency", "suspect__party", "warrant", "made_by", "job", "file"), public_id=public_id
    )
    require_open(who, row.case)
    return row


def require_open(who: Acting, case: Case) -> None:
    """Raise NotPermitted, NotThere or NotNow for whoever may not know what the case holds."""
    if Role.PROSECUTOR in who.roles and not on_team(who, case):
        if Lineup.objects.filter(case=case, administrator=who.person).exists():
            found(Case.objects.none())
        return
    board_case(who, case.public_id)
    require_leads_read(who, case)


def require_asker(who: Acting, case: Case) -> None:
    """Raise NotPermitted unless somebody may ask for a warrant in a case: an investigator of its team."""
    who.require(Permission.WARRANT_ASK)
    require_team(who, case)
    require_leads_read(who, case)


def require_apart(who: Acting, warrant: WarrantRequest) -> None:
    """Raise NotPermitted, recorded, for whoever examined, investigated or asked: a signature is somebody else's."""
    parts = duties_in_case(who.person, warrant.case) & {Role.INVESTIGATOR, Role.EXAMINER, Role.LINEUP_ADMINISTRATOR}
    if not parts and warrant.asked_by_id != who.person.pk:
        return
    doing = Doing(who, Act.ACCESS_DENY, [("warrant", warrant.public_id)])
    doing.outcome = Outcome.REFUSED
    record(doing)
    had = " and ".join(sorted(one.value.replace("_", " ") for one in parts)) or "you asked for the warrant"
    raise NotPermitted(
        f"You have another part in this case: {had}.",
        why="Whoever examined, investigated, held a lineup or asked does not sign for the warrant.",
        remedy="Ask somebody else of the office to read the packet and to sign.",
    )


def locked(warrant: WarrantRequest, version: int | None = None) -> WarrantRequest:
    """The request and its case, locked in this order everywhere. Call inside the act. Raises ChangedMeanwhile."""
    Case.objects.select_for_update().get(pk=warrant.case_id)
    rows = WarrantRequest.objects.select_for_update(of=("self",)).select_related(*RELATED)
    row = rows.get(pk=warrant.pk)
    if version is not None and row.version != version:
        raise ChangedMeanwhile(
            f"Warrant request {row.number} was changed after you opened it.",
            why="What you read is not what would be acted on.",
            remedy="Read it again. Nothing was overwritten.",
        )
    return row


def require_state(row: WarrantRequest, *states: str) -> None:
    """Raise NotNow unless the request stands in one of these states."""
    if row.state not in states:
        raise NotNow(
            f"Warrant request {row.number} is {row.get_state_display()}.",
            why="This is done at another point of its way, or somebody did it a moment ago.",
            remedy="Open it again to see where it stands.",
        )


def moved(doing: Doing, row: WarrantRequest, **changes: object) -> WarrantRequest:
    """Change a locked request and raise its version."""
    for name, value in changes.items():
        setattr(row, name, value)
    row.version += 1
    row.save(update_fields=[*changes, "version"])
    vouch(doing, row)
    return row
