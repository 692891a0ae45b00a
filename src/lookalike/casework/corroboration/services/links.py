"""What came of what, and who was shown or told what: links of the graph, entered and withdrawn, never deleted."""

from __future__ import annotations

from datetime import datetime

from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.graph import to_mend
from lookalike.casework.corroboration.hands import again, locked, reasons, require_hand, say, wrong
from lookalike.casework.corroboration.models import EvidenceItem, Link, Suspect
from lookalike.casework.corroboration.nodes import ORIGINS, Evidence, evidence_of, kind_of
from lookalike.casework.corroboration.services.items import note_change
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.evidence.graph import TO_PERSON

ENTERED = ORIGINS | TO_PERSON
"""The kinds of links that people enter. The others follow from what is entered elsewhere."""


def link(who: Acting, case: Case, *, kind: str, source: str, target: str, at: datetime | None = None) -> Link:
    """Enter what an item came of, or what somebody was shown or told and when. source, target: ids of nodes.

    An item that was said to come from outside comes from there no more. The same again gives the same link. Raises
    BadForm, also for a link with which the graph could not be followed; NotNow, NotPermitted.
    """
    require_hand(who, case)
    _right(evidence_of(case), kind, source, target, at, who.at)
    same = Link.objects.filter(case=case, kind=kind, source=source, target=target, at=at, withdrawn_at=None)
    known = same.first()
    if known is not None:
        return known
    with act(who, Act.EVIDENCE_LINK, objects=[("case", case.public_id)]) as doing:
        row = locked(who, case)
        if same.exists():
            raise again("This link")
        before = _wrong_now(row)
        made = Link.objects.create(
            case=row, kind=kind, source=source, target=target, at=at, recorded_by=who.person, recorded_at=who.at
        )
        if kind in ORIGINS:
            _said(doing, row, target, outside=False, reason="A link says what it came of.")
        new = [one for one in _wrong_now(row) if one not in before]
        if new:
            raise wrong("With this link nobody could follow what came of what.", source=" ".join(new))
        say(doing, "link", made)
    return made


def withdraw_link(who: Acting, one: Link, *, reason: str) -> Link:
    """Say that a link was entered in error. It stays on the board and in every packet, marked.

    An item of which no link says any more what it came of has no origin: nothing counts as independent until somebody
    says it. Raises BadForm, NotNow, NotPermitted.
    """
    reason = reasons(reason, "reason", "Say why it was an error: the board and every packet show it.")
    with act(who, Act.EVIDENCE_LINK, objects=[("case", one.case.public_id)]) as doing:
        case = locked(who, one.case)
        row = Link.objects.select_for_update().get(pk=one.pk)
        if kind_of(row.target) == "arrest":
            raise NotNow(
                "This is what an arrest rested on.",
                why="It is withdrawn with the arrest, and not without it.",
                remedy="Withdraw the arrest, and enter it as it was.",
            )
        if row.withdrawn_at is not None:
            raise NotNow("This link is withdrawn already.", remedy="Open the board to see it.")
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = who.at, who.person, reason
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
        left = Link.objects.filter(case=case, target=row.target, kind__in=_values(), withdrawn_at=None)
        if row.kind in ORIGINS and not left.exists():
            _said(doing, case, row.target, outside=None, reason=reason)
        say(doing, "link", row)
        doing.note("Withdrawn; it stays on the board.")
    return row


def _values() -> list[str]:
    return [kind.value for kind in ORIGINS]


def _said(doing: Doing, case: Case, target: str, *, outside: bool | None, reason: str) -> None:
    """Note on an item whether it is said to come from outside."""
    item = EvidenceItem.objects.select_for_update().get(case=case, public_id=target.partition("-")[2])
    if item.outside is not outside:
        note_change(doing.who, item, "outside", outside, reason)
        item.version += 1
        item.save(update_fields=["outside", "version"])
        say(doing, "evidence", item)


def _wrong_now(case: Case) -> list[str]:
    """What cannot be followed on the board of a case, as it stands in this transaction."""
    evidence = evidence_of(case)
    return [one.what for one in to_mend(evidence, Suspect())]


def _right(evidence: Evidence, kind: str, source: str, target: str, at: datetime | None, now: datetime) -> None:
    """Raise BadForm for a link that cannot be."""
    if kind not in ENTERED:
        raise wrong("This is no link that is entered.", kind="Choose how the one came of the other.")
    if source not in evidence.nodes:
        raise wrong("This is not in the case.", source="Name something that the case holds.")
    to = "party" if kind in TO_PERSON else "item"
    if target not in evidence.nodes or kind_of(target) != to or source == target:
        what = "Somebody is shown or told something." if to == "party" else "An item came of something else."
        raise wrong("This link cannot be.", target=what)
    if kind in ORIGINS and kind_of(source) == "party":
        raise wrong("This link cannot be.", source="What somebody said is by that person: change the item.")
    if kind in TO_PERSON and at is None:
        raise wrong("A time is missing.", at="Say when the person was shown or told it.")
    if kind not in TO_PERSON and at is not None:
        raise wrong("This link has no time.", at="Only showing and telling have one.")
    if at is not None and (at > now or at.year < 1900):
        raise wrong("This cannot be.", at="It cannot be of the future, or from before 1900.")
    shown_at = evidence.nodes[source].at
    if at is not None and shown_at is not None and at < shown_at and kind_of(source) not in ("still", "clip"):
        raise wrong("This cannot be.", at=f"{evidence.nodes[source].name} was not there then.")
