"""Arrests: when, and what each rested on. What somebody says after an arrest comes from what the arrest came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.graph import to_mend
from lookalike.casework.corroboration.hands import again, locked, reasons, require_hand, say, wrong
from lookalike.casework.corroboration.models import Arrest, Link, Suspect
from lookalike.casework.corroboration.nodes import Evidence, evidence_of, kind_of, node
from lookalike.casework.corroboration.told import EARLIEST
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.evidence.graph import EdgeKind


def record_arrest(who: Acting, suspect: Suspect, *, at: datetime, words: str, rested_on: Sequence[str] = ()) -> Arrest:
    """Record that a suspect was arrested. words: what it rested on. rested_on: what of it the case holds, by ids of
    nodes; that a lead named the suspect before is known without.

    The same sent again gives the same arrest. Raises BadForm, NotNow, NotPermitted.
    """
    require_hand(who, suspect.case)
    words = reasons(words, "words", "Write down what the arrest rested on, and on whose word.")
    if at.year < EARLIEST or at > who.at:
        raise wrong("This cannot be.", at="It cannot be of the future, or from before 1900.")
    _there(evidence_of(suspect.case), rested_on, at)
    same = suspect.arrests.filter(at=at, withdrawn_at=None)
    known = same.filter(words=words, recorded_by=who.person).first()
    if known is not None:
        return known
    with act(who, Act.EVIDENCE_RECORD, objects=[("case", suspect.case.public_id)]) as doing:
        case = locked(who, suspect.case)
        if same.exists():
            raise again("An arrest of this person at this time")
        before = {one.what for one in to_mend(evidence_of(case), suspect)}
        made = Arrest.objects.create(
            case=case, suspect=suspect, at=at, words=words, recorded_by=who.person, recorded_at=who.at
        )
        entered = [
            Link.objects.create(
                case=case,
                kind=EdgeKind.DERIVED_FROM.value,
                source=source,
                target=node("arrest", made.public_id),
                recorded_by=who.person,
                recorded_at=who.at,
            )
            for source in dict.fromkeys(rested_on)
        ]
        new = [one.what for one in to_mend(evidence_of(case), suspect) if one.what not in before]
        if new:
            raise wrong("With this arrest nobody could follow what came of what.", rested_on=" ".join(new))
        say(doing, "arrest", made)
        for link in entered:
            say(doing, "link", link)
        doing.note("An arrest.")
    return made


def withdraw_arrest(who: Acting, arrest: Arrest, *, reason: str) -> Arrest:
    """Say that an arrest was entered in error, with what it rested on. It stays to be read, marked.

    Raises BadForm, NotNow (withdrawn already, or something is said to have come of it), NotPermitted.
    """
    reason = reasons(reason, "reason", "Say why it was an error: the board and every packet show it.")
    with act(who, Act.EVIDENCE_CHANGE, objects=[("case", arrest.case.public_id)]) as doing:
        case = locked(who, arrest.case)
        row = Arrest.objects.select_for_update(of=("self",)).select_related("suspect__party").get(pk=arrest.pk)
        if row.withdrawn_at is not None:
            raise NotNow("This arrest is withdrawn already.", remedy="Open the board to see it.")
        id, standing = node("arrest", row.public_id), Link.objects.filter(case=case, withdrawn_at=None)
        if standing.filter(source=id).exists():
            raise NotNow(
                "Something is said to have come of this arrest.",
                why="Without the arrest nobody could follow what that came of.",
                remedy="Withdraw those links first, each with its reason.",
            )
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = who.at, who.person, reason
        row.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
        say(doing, "arrest", row)
        for link in standing.filter(target=id).order_by("pk"):
            link.withdrawn_at, link.withdrawn_by, link.withdrawn_because = who.at, who.person, reason
            link.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_because"])
            say(doing, "link", link)
        doing.note("An arrest was withdrawn; it stays on the board.")
    return row


def _there(evidence: Evidence, rested_on: Sequence[str], at: datetime) -> None:
    """Raise BadForm for anything that an arrest cannot have rested on."""
    for source in rested_on:
        if source not in evidence.nodes or kind_of(source) == "party":
            raise wrong("This is not in the case.", rested_on="Name something that the case holds.")
        made = evidence.nodes[source].at
        if made is not None and made > at:
            raise wrong("An arrest cannot rest on something later.", rested_on=f"{evidence.name(source)} is later.")
