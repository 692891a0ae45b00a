"""Items of evidence: recorded, changed, judged, withdrawn, answered. None is ever taken from the board."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from django.db.models import Max

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.cases.models import Case
from lookalike.casework.cases.told import held_to
from lookalike.casework.corroboration.content import CONTENT, digest
from lookalike.casework.corroboration.hands import again, locked, reasons, require_hand, say, wrong
from lookalike.casework.corroboration.models import EvidenceItem, ItemChange, Link, Reply
from lookalike.casework.corroboration.nodes import ORIGINS, evidence_of, node
from lookalike.casework.corroboration.told import ItemTold
from lookalike.casework.files import Written
from lookalike.casework.recorded import vouch
from lookalike.errors import ChangedMeanwhile, LookalikeError, NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.evidence.graph import Says

TURNED = (
    "What speaks against somebody having done it stays so. If it was entered in error, withdraw it with the reason: "
    "it stays to be read, and asks for an answer."
)


def record_item(who: Acting, case: Case, told: ItemTold, file: Written | None = None) -> EvidenceItem:
    """Record an item of evidence. file: what belongs to it, already written; destroyed where the act is refused.

    The same sent again gives the same item. Raises BadForm, NotNow, NotPermitted.
    """
    try:
        require_hand(who, case)
        held_to(told.wrong(who.at), "The item")
        _of_case(case, told)
        known = _same(who, case, told, file)
        if known is None:
            with act(who, Act.EVIDENCE_RECORD, objects=[("case", case.public_id)]) as doing:
                row = locked(who, case)
                if _same(who, row, told, file) is not None:
                    raise again("The item")
                _of_case(row, told)  # once more: what it came of may have been withdrawn meanwhile
                item = entered_item(who, row, told, file)
                say(doing, "evidence", item)
                for link in Link.objects.filter(case=row, target=node("item", item.public_id)).order_by("pk"):
                    say(doing, "link", link)
                doing.note(f"Item {item.number}.")
            return item
    except LookalikeError:
        if file is not None:
            files.forget(file)
        raise
    if file is not None:
        files.forget(file)
    return known


def change_item(who: Acting, item: EvidenceItem, told: ItemTold, *, version: int, reason: str) -> EvidenceItem:
    """Change what is said of an item; what was said before is kept. What it came of is changed by its links.

    What speaks against somebody cannot be turned. Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    reason = reasons(reason, "reason", "Say why it is changed: the history shows it.")
    with act(who, Act.EVIDENCE_CHANGE, objects=[("case", item.case.public_id)]) as doing:
        row = _unchanged(who, item, version)
        linked = _origins(row).exists()
        held_to(told.wrong(who.at, linked=linked), "The item")
        _of_case(row.case, told)
        if row.says == Says.AGAINST and (told.says != Says.AGAINST or told.about != row.about):
            raise wrong("What speaks against somebody is not turned.", says=TURNED)
        given = {one.name: getattr(told, one.name) for one in fields(told) if one.name != "came_from"}
        given |= {name: given[name].strip() for name in ("title", "words", "source")}
        changed = [name for name, value in given.items() if getattr(row, name) != value]
        if not changed:
            raise wrong("Nothing was changed.", title="Change something, or go back.")
        for name in changed:
            note_change(who, row, name, given[name], reason)
        _raised(row)
        say(doing, "evidence", row)
        doing.note(f"Changed: {', '.join(changed)}.")
    return row


def judge_item(
    who: Acting,
    item: EvidenceItem,
    *,
    version: int,
    reliable: bool,
    reliable_because: str,
    links: bool,
    links_because: str,
) -> EvidenceItem:
    """Judge whether an item is reliable, and whether it ties the person to the offence, each with reasons.

    Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    why = {
        "reliable_because": reasons(reliable_because, "reliable_because", "Say why it is reliable, or is not."),
        "links_because": reasons(links_because, "links_because", "Say how it ties the person to the offence, or not."),
    }
    with act(who, Act.EVIDENCE_CHANGE, objects=[("case", item.case.public_id)]) as doing:
        row = _unchanged(who, item, version)
        for name, value in (("reliable", reliable), ("links", links)):
            note_change(who, row, name, value, why[f"{name}_because"])
            setattr(row, f"{name}_because", why[f"{name}_because"])
        _raised(row)
        say(doing, "evidence", row)
        doing.note("Judged.")
    return row


def withdraw_item(who: Acting, item: EvidenceItem, *, version: int, reason: str) -> EvidenceItem:
    """Say that an item was entered in error. It stays on the board and in every packet, marked.

    One that speaks for the suspicion counts no more. One that speaks against it goes on asking for an answer.
    Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted.
    """
    reason = reasons(reason, "reason", "Say why it was an error: the board and every packet show it.")
    with act(who, Act.EVIDENCE_CHANGE, objects=[("case", item.case.public_id)]) as doing:
        row = _unchanged(who, item, version)
        row.withdrawn_at, row.withdrawn_by, row.withdrawn_because = who.at, who.person, reason
        note_change(who, row, "withdrawn", True, reason)
        _raised(row)
        say(doing, "evidence", row)
        doing.note("Withdrawn; it stays on the board.")
    return row


def reply_to(who: Acting, item: EvidenceItem, *, words: str) -> Reply:
    """Answer what speaks against a suspect. It takes nothing away. Raises BadForm, NotNow, NotPermitted."""
    words = reasons(words, "words", "Write down how it was answered, and on what.")
    if item.says != Says.AGAINST:
        raise wrong("Only what speaks against somebody is answered.", words="This item does not speak against anybody.")
    same = item.replies.filter(by=who.person, words=words)
    require_hand(who, item.case)
    known = same.first()
    if known is not None:
        return known
    with act(who, Act.EVIDENCE_CHANGE, objects=[("case", item.case.public_id)]) as doing:
        locked(who, item.case)
        if same.exists():
            raise again("This answer")
        reply = Reply.objects.create(item=item, words=words, by=who.person, at=who.at)
        doing.about("evidence", item.public_id)
        doing.about(CONTENT, digest(reply))
        vouch(doing, reply)
        doing.note("What speaks against the suspect was answered.")
    return reply


def take_file(who: Acting, item: EvidenceItem) -> Iterator[bytes]:
    """The file of an item, piece by piece, every piece checked; recorded each time. Raises NotNow, BrokenFile."""
    if item.file is None:
        raise NotNow("This item has no file.", remedy="Read what it says on its page.")
    stream = files.opened(item.file)
    with act(who, Act.FILE_READ, objects=[("case", item.case.public_id), ("evidence", item.public_id)]) as doing:
        doing.note("The file of an item of evidence was copied out.")

    def pieces() -> Iterator[bytes]:
        with stream:
            while piece := stream.read(files.PIECE):
                yield piece

    return pieces()


def note_change(who: Acting, item: EvidenceItem, field: str, value: Any, reason: str) -> None:
    """Set a field of an item and keep what stood there before. Save the item afterwards."""
    before = None if field == "withdrawn" else getattr(item, field)
    if field != "withdrawn":
        setattr(item, field, value)
    ItemChange.objects.create(
        item=item, at=who.at, by=who.person, field=field, before=_text(before), after=_text(value), reason=reason
    )


def entered_item(who: Acting, case: Case, told: ItemTold, file: Written | None = None) -> EvidenceItem:
    """The row of an item and its links. Call inside an act, the case locked and what is told held to its form."""
    last: int | None = case.evidence.aggregate(last=Max("number"))["last"]
    item = EvidenceItem.objects.create(
        case=case,
        number=(last or 0) + 1,
        **_given(told),
        outside=told.outside,
        file=files.keep(file) if file is not None else None,
        recorded_by=who.person,
        recorded_at=who.at,
    )
    for kind, source in dict.fromkeys(told.came_from):
        Link.objects.create(
            case=case,
            kind=kind,
            source=source,
            target=node("item", item.public_id),
            recorded_by=who.person,
            recorded_at=who.at,
        )
    return item


def _given(told: ItemTold) -> dict[str, Any]:
    given = {one.name: getattr(told, one.name) for one in fields(told) if one.name not in ("came_from", "outside")}
    return given | {name: given[name].strip() for name in ("title", "words", "source")}


def _same(who: Acting, case: Case, told: ItemTold, file: Written | None) -> EvidenceItem | None:
    """The item that this person recorded with these very words, if it was sent before."""
    rows = case.evidence.filter(**_given(told), recorded_by=who.person, withdrawn_at=None)
    rows = rows.filter(file__sha256=file.sha256) if file is not None else rows.filter(file=None)
    return rows.select_related("case").first()


def _of_case(case: Case, told: ItemTold) -> None:
    """Raise BadForm for anybody, or anything that it came of, that is not of this case."""
    for name in ("about", "collected_by", "by"):
        one = getattr(told, name)
        if one is not None and one.case_id != case.pk:
            raise wrong("This is of another case.", **{name: "Choose somebody of this case."})
    if told.came_from:
        nodes = evidence_of(case).nodes
        for _, source in told.came_from:
            if source not in nodes or source.startswith("party-"):
                raise wrong("This is not in the case.", came_from="Name something that the case holds.")
            at = nodes[source].at
            if at is not None and at > _latest(told):
                raise wrong("It cannot come of something later.", came_from=f"{nodes[source].name} is later.")


def _latest(told: ItemTold) -> datetime:
    prompted = all(kind == "prompted_by" for kind, _ in told.came_from)
    return told.obtained_at if told.obtained_at is not None and prompted else told.at


def _origins(item: EvidenceItem) -> Any:
    kinds = [kind.value for kind in ORIGINS]
    return Link.objects.filter(
        case=item.case_id, target=node("item", item.public_id), kind__in=kinds, withdrawn_at=None
    )


def _unchanged(who: Acting, item: EvidenceItem, version: int) -> EvidenceItem:
    """The row, locked, as it was when it was opened, and not withdrawn."""
    locked(who, item.case)
    related = ("case", "about", "collected_by", "by", "file", "recorded_by")
    row = EvidenceItem.objects.select_for_update(of=("self",)).select_related(*related).get(pk=item.pk)
    if row.withdrawn_at is not None:
        raise NotNow(
            f"Item {row.number} is withdrawn.", why="It stays as it was, to be read.", remedy="Record another item."
        )
    if row.version != version:
        last = row.changes.select_related("by").order_by("-pk").first()
        name = last.by.name if last else "Somebody"
        raise ChangedMeanwhile(
            f"{name} changed item {row.number} after you opened it. Nothing was overwritten.",
            why="What you saw is no longer what holds.",
            remedy="Open the item again, look at what changed, then change it.",
        )
    return row


def _raised(row: EvidenceItem) -> None:
    row.version += 1
    row.save()


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)
