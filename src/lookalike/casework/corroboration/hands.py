"""Whose board it is: who may read the evidence of a case, and who may write on it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count

from lookalike.casework.acting import Acting, Doing
from lookalike.casework.cases.found import told_case
from lookalike.casework.cases.models import Case, TeamMember
from lookalike.casework.cases.team import on_team, require_team
from lookalike.casework.corroboration.content import CONTENT, digest
from lookalike.casework.corroboration.models import Arrest, EvidenceItem, Link, Party, Suspect
from lookalike.casework.leads.content import statements
from lookalike.casework.leads.models import Acknowledgement, Answer
from lookalike.casework.leads.services import require_acknowledged
from lookalike.casework.pages import found
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.errors import BadForm, NotNow
from lookalike.protocol.vocabulary import Role


def board_case(who: Acting, public_id: str) -> Case:
    """A case whose board somebody reads; its story is read with it. Raises NotThere, NotNow.

    Never one of which the person holds a lineup: who holds it is to know nothing.
    """
    from lookalike.casework.lineups.models import Lineup

    if Lineup.objects.filter(case__public_id=public_id, administrator=who.person).exists():
        return found(Case.objects.none())
    return told_case(who, public_id)


def open_case(who: Acting, public_id: str) -> Case:
    """The same, every lead of it read. Raises NotPermitted while statements of its leads are missing."""
    case = board_case(who, public_id)
    require_leads_read(who, case)
    return case


def suspect_of(who: Acting, public_id: str) -> Suspect:
    """A suspect of such a case. Raises NotThere; NotPermitted while statements of the case's leads are missing."""
    rows = Suspect.objects.visible_to(who).select_related("case", "party", "answer__request")
    suspect = found(rows, public_id=public_id)
    board_case(who, suspect.case.public_id)
    require_leads_read(who, suspect.case)
    return suspect


def item_of(who: Acting, public_id: str) -> EvidenceItem:
    """An item of such a case. Raises as `suspect_of` does: its page tells what it came from."""
    related = ("case", "about__party", "about__answer", "collected_by", "by", "file", "recorded_by", "withdrawn_by")
    item = found(EvidenceItem.objects.visible_to(who).select_related(*related), public_id=public_id)
    board_case(who, item.case.public_id)
    require_leads_read(who, item.case)
    return item


def party_of(who: Acting, public_id: str) -> Party:
    """A party of such a case. Raises as `suspect_of` does."""
    party = found(Party.objects.visible_to(who).select_related("case", "account", "added_by"), public_id=public_id)
    board_case(who, party.case.public_id)
    require_leads_read(who, party.case)
    return party


def link_of(who: Acting, public_id: str) -> Link:
    """A link of such a case. Raises as `suspect_of` does."""
    link = found(Link.objects.visible_to(who).select_related("case"), public_id=public_id)
    board_case(who, link.case.public_id)
    require_leads_read(who, link.case)
    return link


def arrest_of(who: Acting, public_id: str) -> Arrest:
    """An arrest in such a case. Raises as `suspect_of` does."""
    arrest = found(Arrest.objects.visible_to(who).select_related("case", "suspect__party"), public_id=public_id)
    board_case(who, arrest.case.public_id)
    require_leads_read(who, arrest.case)
    return arrest


def unread_leads(who: Acting, case: Case) -> list[Answer]:
    """The leads of a case that are closed to somebody still."""
    if Role.INVESTIGATOR not in who.roles:
        return []
    leads = Answer.objects.filter(request__case=case, candidate__isnull=False).select_related("request")
    return closed_to(who, leads.defer("sheet", "judgement", "facts").order_by("pk"))


def closed_to(who: Acting, leads: Iterable[Answer]) -> list[Answer]:
    """The leads whose statements an investigator on the team of the case has not all accepted: as `leads.services`
    has it, for many at once.
    """
    leads = list(leads)
    if not leads or Role.INVESTIGATOR not in who.roles:
        return []
    team = TeamMember.objects.filter(person=who.person, until=None, case__in={one.request.case_id for one in leads})
    mine = set(team.values_list("case", flat=True))
    rows = Acknowledgement.objects.filter(person=who.person, answer__in=leads)
    counts = dict(rows.values_list("answer").annotate(n=Count("pk")))
    every = len(statements())
    return [one for one in leads if one.request.case_id in mine and counts.get(one.pk, 0) < every]


def require_leads_read(who: Acting, case: Case) -> None:
    """Raise NotPermitted while an investigator has not accepted the statements of a lead: the board tells of it."""
    for one in unread_leads(who, case):
        require_acknowledged(who, one)


def may_write(who: Acting, case: Case) -> bool:
    """Whether somebody may write on the board of a case: its team, and whoever supervises."""
    return who.may(Permission.EVIDENCE_RECORD) and (Role.SUPERVISOR in who.roles or on_team(who, case))


def require_hand(who: Acting, case: Case) -> None:
    """Raise NotPermitted unless somebody may write on the board."""
    who.require(Permission.EVIDENCE_RECORD)
    if Role.SUPERVISOR not in who.roles:
        require_team(who, case)


def locked(who: Acting, case: Case) -> Case:
    """The case, locked: one writes on its board at a time. Call inside the act."""
    row = Case.objects.select_for_update().get(pk=case.pk)
    require_hand(who, row)
    return row


def say(doing: Doing, kind: str, row: Arrest | EvidenceItem | Link | Party | Suspect) -> None:
    """Name a row of the board in the act's entry, with the digest of what it says now."""
    doing.about(kind, row.public_id)
    doing.about(CONTENT, digest(row))
    vouch(doing, row)


def wrong(sentence: str, /, **fields: str) -> BadForm:
    """What is wrong with each field, as a BadForm."""
    error = BadForm(sentence, why=" ".join(fields.values()), remedy="Put it right and send it again.")
    error.fields = {name: [sentence] for name, sentence in fields.items()}
    return error


def reasons(words: str, field: str, sentence: str) -> str:
    """What was written as a reason. Raises BadForm where nothing was."""
    if not words.strip():
        raise wrong("Reasons are missing.", **{field: sentence})
    return words.strip()


def again(what: str) -> NotNow:
    """What somebody finds who sends the same at the same moment as somebody else."""
    return NotNow(f"{what} was entered a moment ago.", why="It is kept once.", remedy="Open the board again.")
