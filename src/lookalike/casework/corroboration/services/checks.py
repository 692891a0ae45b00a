"""Where the suspect was, and whether means, ability and opportunity were shown: every attempt is kept."""

from __future__ import annotations

from collections.abc import Sequence

from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.content import CONTENT, digest
from lookalike.casework.corroboration.hands import again, locked, reasons, require_hand, wrong
from lookalike.casework.corroboration.models import EvidenceItem, Shown, Suspect, Whereabouts
from lookalike.casework.recorded import vouch
from lookalike.ledger.acts import Act
from lookalike.protocol.court_words import CheckState

TRIED = (CheckState.TRIED_NO_ANSWER, CheckState.TRIED_ANSWERED)
"""How an attempt can end. That nobody tried is what holds while there is no entry."""


def check_whereabouts(
    who: Acting, suspect: Suspect, *, question: str, state: str, tried: str, found: EvidenceItem | None = None
) -> Whereabouts:
    """Record an attempt to find out where the suspect was. found: the item that holds the answer, where there is one.

    Raises BadForm, NotNow, NotPermitted.
    """
    require_hand(who, suspect.case)
    if question not in Whereabouts.Question.values:
        raise wrong("This is no question.", question="Say whether an alibi or the location was looked into.")
    if state not in TRIED:
        raise wrong("This is no attempt.", state="Say whether it was answered. What nobody tried has no entry.")
    tried = reasons(tried, "tried", "Write down what was done to find out, and when.")
    if (state == CheckState.TRIED_ANSWERED) is (found is None):
        said = "Record what was found as an item of evidence, and name it here." if found is None else "Name none."
        raise wrong("An answer is an item of evidence.", found=said)
    _of_case(suspect, [found] if found is not None else [], "found")
    given = {"question": question, "state": state, "tried": tried, "found": found}
    newest = suspect.whereabouts.filter(question=question).order_by("-pk").first()
    if newest is not None and newest.by_id == who.person.pk and all(getattr(newest, k) == v for k, v in given.items()):
        return newest
    with act(who, Act.EVIDENCE_CHECK, objects=[("case", suspect.case.public_id)]) as doing:
        locked(who, suspect.case)
        now = suspect.whereabouts.filter(question=question).order_by("-pk").first()
        if now != newest:
            raise again("Another attempt")
        row = Whereabouts.objects.create(suspect=suspect, **given, by=who.person, at=who.at)
        doing.about("suspect", suspect.public_id)
        doing.about(CONTENT, digest(row))
        vouch(doing, row)
        doing.note(f"{question}: {state}.")
    return row


def say_shown(
    who: Acting, suspect: Suspect, *, what: str, holds: bool, words: str, items: Sequence[EvidenceItem] = ()
) -> Shown:
    """Say whether means, ability or opportunity were shown, in words, and by which items. The newest of each counts.

    Source: the Chief's rules of August 2023. Raises BadForm, NotNow, NotPermitted.
    """
    require_hand(who, suspect.case)
    if what not in Shown.What.values:
        raise wrong("There is no such thing to show.", what="Choose means, ability or opportunity.")
    words = reasons(words, "words", "Write down how it was shown, or what is missing.")
    if holds and not items:
        raise wrong("Nothing shows it.", items="Name the items that show it.")
    _of_case(suspect, items, "items")
    newest = suspect.shown.filter(what=what).order_by("-pk").first()
    given = (who.person.pk, holds, words, set(items))
    if newest is not None and (newest.by_id, newest.holds, newest.words, set(newest.items.all())) == given:
        return newest
    with act(who, Act.EVIDENCE_CHECK, objects=[("case", suspect.case.public_id)]) as doing:
        locked(who, suspect.case)
        if suspect.shown.filter(what=what).order_by("-pk").first() != newest:
            raise again("Another word on this")
        row = Shown.objects.create(suspect=suspect, what=what, holds=holds, words=words, by=who.person, at=who.at)
        row.items.set(items)
        doing.about("suspect", suspect.public_id)
        doing.about(CONTENT, digest(row))
        vouch(doing, row)
        doing.note(f"{what}: {'shown' if holds else 'not shown'}.")
    return row


def _of_case(suspect: Suspect, items: Sequence[EvidenceItem], field: str) -> None:
    for one in items:
        if one.case_id != suspect.case_id:
            raise wrong("This is of another case.", **{field: "Choose an item of this case."})
        if one.withdrawn_at is not None:
            raise wrong("This item is withdrawn.", **{field: f"Item {one.number} was entered in error."})
