"""What is wrong with a pack, all of it at once: what a city runs on its own file before anybody relies on it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import partial

from lookalike.errors import BrokenProtocol
from lookalike.protocol.effective import conflicts
from lookalike.protocol.layering import acts_of
from lookalike.protocol.pack import (
    Pack,
    load,
    parse,
    read_entry,
    read_header,
    read_pack,
    read_unread,
    shipped,
)
from lookalike.protocol.policy import Confidence, Entry, PackKind
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act, Protection
from lookalike.protocol.words import a_day, a_list

OURS = "Lookalike "  # a citation that begins so claims no law
SOON = 90  # days before its end in which a pack says so
REPLACE_ME = ("name the paragraph", "name where it was read")  # the words of the template


class Weight(StrEnum):
    """An error makes the pack unusable or untrue. A warning is for a person to weigh."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing about a pack. where: the entry, or the pack."""

    weight: Weight
    where: str
    sentence: str


def lint(data: bytes, name: str, *, today: date) -> tuple[Remark, ...]:
    """Everything that is to be said about a pack's file, errors first. name: of the file, for messages.

    today: the day against which `retrieved` and `expires` are held; no clock is read.
    """
    try:
        tables = parse(data, name)
    except BrokenProtocol as error:
        return (Remark(Weight.ERROR, name, error.what),)
    remarks: list[Remark] = []
    pack_id = tables["pack"].get("id")
    reading: list[Callable[[], object]] = [partial(read_header, tables["pack"], name, sha256="")]
    reading += [partial(read_entry, row, str(pack_id), number) for number, row in enumerate(tables["entry"], start=1)]
    reading += [partial(read_unread, row, name) for row in tables["unread"]]
    for read in reading:
        try:
            read()
        except BrokenProtocol as error:
            remarks.append(Remark(Weight.ERROR, str(pack_id or name), error.what))
    if not remarks:
        try:
            remarks += _of_pack(read_pack(data, name), today)
        except BrokenProtocol as error:  # what only the whole shows: two entries of one name
            remarks.append(Remark(Weight.ERROR, str(pack_id), error.what))
    return tuple(sorted(remarks, key=lambda remark: remark.weight))


def _of_pack(pack: Pack, today: date) -> Iterator[Remark]:
    for entry in pack.entries:
        yield from _of_entry(entry, pack, today)
    for found in conflicts(pack.entries):
        behind = sorted({entry.id for joined in found for entry in joined.entries})
        names = " and ".join(joined.parameter for joined in found)
        yield Remark(Weight.ERROR, found[0].rule, f"Nothing can satisfy {names} of {a_list(behind)} together.")
    if pack.ref.expires is not None:
        left = (pack.ref.expires - today).days
        if left <= SOON:
            how = "has expired" if left <= 0 else f"expires in {left} days, on {a_day(pack.ref.expires)}"
            yield Remark(Weight.WARNING, pack.id, f"It {how}: from then on every act under it is refused.")
    if pack.ref.valid_from > today:
        yield Remark(Weight.WARNING, pack.id, f"It begins on {a_day(pack.ref.valid_from)}: until then it refuses.")
    if pack.ref.kind in (PackKind.LAW, PackKind.DIRECTIVE):
        for act, lacking in lacking_protections(pack).items():
            said = a_list(f"'{protection}'" for protection in lacking)
            yield Remark(
                Weight.WARNING, pack.id, f"On the act {act} it has no rule for {said}. Layer a directive that has."
            )


def _of_entry(entry: Entry, pack: Pack, today: date) -> Iterator[Remark]:
    def remark(weight: Weight, sentence: str) -> Remark:
        return Remark(weight, entry.id, sentence)

    if pack.ref.kind is not PackKind.TEMPLATE and {entry.citation, entry.source} & set(REPLACE_ME):
        yield remark(Weight.ERROR, "Its citation or source still says what the template says.")
    memory = re.search(r"\[[^\]]*\bM\b", entry.source)
    if memory and entry.confidence is not Confidence.UNCONFIRMED and not entry.citation.startswith(OURS):
        yield remark(Weight.ERROR, "Its source is marked [M], from memory, and yet it is not unconfirmed.")
    in_part = re.search(r"\[S-|-part\]|\bcut\]", entry.source)
    if in_part and entry.confidence is Confidence.CONFIRMED and not entry.citation.startswith(OURS):
        yield remark(Weight.ERROR, "Its source was read in part, and yet it is confirmed.")
    if entry.retrieved > today:
        yield remark(Weight.ERROR, f"It was read on {a_day(entry.retrieved)}, a day that is still to come.")
    if entry.expires is not None and entry.expires <= today:
        yield remark(Weight.WARNING, "It has expired: the acts that it rules on are refused.")
    checked = {check.parameter for check in RULES[entry.rule].checks}
    if checked & set(entry.parameters.said()) and not acts_of(entry):
        yield remark(Weight.ERROR, "The acts that it names are none on which its parameters say anything.")
    if entry.confidence is Confidence.UNCONFIRMED:
        yield remark(Weight.WARNING, "Nobody has confirmed it: it has to be accepted by its id.")


def lacking_protections(pack: Pack) -> dict[Act, tuple[Protection, ...]]:
    """For each act that the pack rules on: the protections for which only some shipped directive has a rule."""
    expected: dict[Act, set[Protection]] = {}
    for name in shipped():
        model = load(name)
        if model.ref.kind is PackKind.DIRECTIVE:
            for act, found in _protections(model).items():
                expected.setdefault(act, set()).update(found)
    own = _protections(pack)
    order = list(Protection)
    lacking = {act: sorted(expected.get(act, set()) - found, key=order.index) for act, found in own.items()}
    return {act: tuple(lacking[act]) for act in Act if lacking.get(act)}


def _protections(pack: Pack) -> dict[Act, set[Protection]]:
    found: dict[Act, set[Protection]] = {}
    for entry in pack.entries:
        for act in acts_of(entry):
            protection = RULES[entry.rule].protection
            found.setdefault(act, set()).update({protection} if protection else ())
    return found
