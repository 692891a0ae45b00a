"""What a lineup leaves on the board, in the acts of the lineup: that the witness was shown, and what came of it.

Nobody's hand is asked for: the administrator of a lineup has no part in the case, and the witness no account.
"""

from __future__ import annotations

from datetime import datetime

from lookalike.casework.acting import Doing
from lookalike.casework.cases.models import Case
from lookalike.casework.cases.told import held_to
from lookalike.casework.corroboration.hands import say
from lookalike.casework.corroboration.models import EvidenceItem, Link, Party
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services.items import entered_item
from lookalike.casework.corroboration.told import ItemTold
from lookalike.protocol.evidence.graph import EdgeKind


def shown_in_lineup(doing: Doing, case: Case, lineup: str, witness: Party, at: datetime) -> Link:
    """Record that a witness was shown the suspect in a lineup. lineup: the id of its node. Once for one lineup."""
    target = node("party", witness.public_id)
    known = Link.objects.filter(case=case, kind=EdgeKind.SHOWN, source=lineup, target=target, withdrawn_at=None).first()
    if known is not None:
        return known
    made = Link.objects.create(
        case=case,
        kind=EdgeKind.SHOWN,
        source=lineup,
        target=target,
        at=at,
        recorded_by=doing.who.person,
        recorded_at=doing.who.at,
    )
    say(doing, "link", made)
    return made


def came_of_lineup(doing: Doing, case: Case, told: ItemTold) -> EvidenceItem:
    """Record what a witness said in a lineup. told: with the lineup as what it came of. Raises BadForm."""
    held_to(told.wrong(doing.who.at), "The item")
    row = Case.objects.select_for_update().get(pk=case.pk)
    item = entered_item(doing.who, row, told)
    say(doing, "evidence", item)
    for link in Link.objects.filter(case=row, target=node("item", item.public_id)).order_by("pk"):
        say(doing, "link", link)
    return item
