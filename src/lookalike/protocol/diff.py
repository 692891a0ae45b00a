"""What a change of pack allows or forbids, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lookalike.protocol.effective import SIDE_BY_SIDE, WORDS, effective, join
from lookalike.protocol.layering import acts_of
from lookalike.protocol.pack import Pack
from lookalike.protocol.parameters import Kind, kind_of
from lookalike.protocol.policy import Entry
from lookalike.protocol.rule import Rule
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act
from lookalike.protocol.words import ACTS, a_list, a_value, a_word, meaning, some_words

# one word that stands for another and more: what is lost when only the narrower is left
NARROWER = {("home_invasion", "home_invasion_1"): "home invasion of the second and third degree"}
PLAIN = {
    ("R07", "expired_documents", "forbids"): "A lead may no longer rest on the photograph of an expired document.",
    ("R07", "expired_documents", "allows"): "A lead may rest on the photograph of an expired document.",
    ("R13", "independent_evidence", "forbids"): "A lineup now needs independent evidence.",
    ("R13", "independent_evidence", "allows"): "A lineup no longer needs independent evidence.",
}
SETS = {Kind.REQUIRED, Kind.ALLOWED, Kind.FORBIDDEN, Kind.EXCEPTIONS}


class Turn(StrEnum):
    """Which way a change goes."""

    FORBIDS = "forbids"
    ALLOWS = "allows"
    CHANGES = "changes"


@dataclass(frozen=True, slots=True)
class Change:
    """One change: which way, under which rule, and in words."""

    turn: Turn
    rule: str
    sentence: str


def differences(old: Pack, new: Pack) -> tuple[Change, ...]:
    """What the pack `new` changes against `old`, what it forbids first, then by rule. Empty when nothing changes.

    Citations, sources and confidence are no part of it: they allow nothing and forbid nothing.
    """
    changes = [change for rule in RULES.values() for change in _of_rule(rule, old.entries, new.entries)]
    ruled = [{act for entry in pack.entries for act in acts_of(entry)} for pack in (old, new)]
    for act in Act:
        if act in ruled[0] - ruled[1]:
            changes.append(Change(Turn.FORBIDS, "", f"No rule is left for {ACTS[act]}: it is refused."))
        elif act in ruled[1] - ruled[0]:
            changes.append(Change(Turn.ALLOWS, "", f"There are rules now for {ACTS[act]}: it was refused before."))
    order = list(Turn)
    return tuple(sorted(changes, key=lambda change: (order.index(change.turn), change.rule)))


def _of_rule(rule: Rule, old: tuple[Entry, ...], new: tuple[Entry, ...]) -> Iterator[Change]:
    if rule.id in SIDE_BY_SIDE:
        yield from _by_key(rule, old, new)
        return
    used = {name for entry in (*old, *new) if entry.rule == rule.id for name in entry.parameters.said()}
    for name in (field for field in rule.parameters.__dataclass_fields__ if field in used):
        acts = [act for act in Act if any(c.parameter == name and act in c.acts for c in rule.checks)]
        # acts on which the parameter changes in the same way share one sentence
        grouped: dict[tuple[Any, Any], list[Act | None]] = {}
        for act in acts or (None,):
            pair = (_joined(old, rule.id, name, act), _joined(new, rule.id, name, act))
            if pair[0] != pair[1]:
                grouped.setdefault(pair, []).append(act)
        for (before, after), on in grouped.items():
            where = "" if len(on) == len(acts) or on == [None] else f" ({a_list(ACTS[act] for act in on if act)})"
            for turn, sentence in _sentences(rule, name, before, after):
                plain = PLAIN.get((rule.id, name, turn)) or f"{rule.title}{where}: {sentence}."
                yield Change(turn, rule.id, plain)


def _joined(entries: tuple[Entry, ...], rule: str, name: str, act: Act | None) -> Any:
    found = effective(entries, rule, name, act)
    if found is None:
        return None
    if found.value is None:  # alternatives stand side by side; for a comparison the strictest reading of them counts
        kind = kind_of(RULES[rule].parameters, name)
        values = [entry.parameters.said()[name] for entry in found.entries]
        return join(kind, values) if kind in SETS else tuple(values)
    return found.value


def _sentences(rule: Rule, name: str, before: Any, after: Any) -> Iterator[tuple[Turn, str]]:
    """Why two values of a parameter differ. None: no entry says anything, so that it binds nobody."""
    kind, says = kind_of(rule.parameters, name), meaning(rule.parameters, name)
    match kind:
        case Kind.MUST | Kind.MAY | Kind.EASES:
            slack = kind is not Kind.MUST
            was, now = (slack if value is None else value for value in (before, after))
            if was != now:
                turn = Turn.ALLOWS if now is slack else Turn.FORBIDS
                if kind is Kind.MUST:
                    yield turn, f"{'no longer needed' if now is slack else 'now needed'}: {says}"
                else:
                    words = [a_value(kind, value) if value is not None else "nothing said" for value in (after, before)]
                    yield turn, f"{says}: {words[0]}; before: {words[1]}"
        case Kind.REQUIRED | Kind.FORBIDDEN:
            was, now = (value or frozenset() for value in (before, after))
            added, gone = ("now also needed", "no longer needed")
            if kind is Kind.FORBIDDEN:
                added, gone = ("now forbidden", "no longer forbidden")
            if now - was:
                yield Turn.FORBIDS, f"{added}: {some_words(now - was)} ({says})"
            if was - now:
                yield Turn.ALLOWS, f"{gone}: {some_words(was - now)} ({says})"
        case Kind.ALLOWED | Kind.EXCEPTIONS:
            yield from _allowed(says, before, after)
        case Kind.AT_MOST | Kind.AT_LEAST | Kind.FLOOR | Kind.EARLIEST:
            yield _bound(kind, says, before, after)
        case _:
            was, now = (a_value(kind, value) if value is not None else "nothing" for value in (before, after))
            yield Turn.CHANGES, f"{says}: {now} instead of {was}"


def _allowed(says: str, before: Any, after: Any) -> Iterator[tuple[Turn, str]]:
    if before is None:
        yield Turn.FORBIDS, f"now only {some_words(after)} ({says}); nothing limited it before"
    elif after is None:
        yield Turn.ALLOWS, f"no longer limited to {some_words(before)} ({says})"
    else:
        lost, gained = set(before - after), set(after - before)
        for (wide, narrow), rest in NARROWER.items():
            for given, taken, turn, how in (
                (gained, lost, Turn.FORBIDS, "no longer"),
                (lost, gained, Turn.ALLOWS, "now also"),
            ):
                if wide in taken and narrow in given:
                    taken.discard(wide)
                    given.discard(narrow)
                    yield turn, f"{how} {rest} ({says}), where {a_word(narrow)} stays"
        if lost:
            yield Turn.FORBIDS, f"no longer {some_words(lost)} ({says})"
        if gained:
            yield Turn.ALLOWS, f"now also {some_words(gained)} ({says})"


def _bound(kind: Kind, says: str, before: Any, after: Any) -> tuple[Turn, str]:
    if before is None:
        return Turn.FORBIDS, f"now limited: {says}: {a_value(kind, after)}"
    if after is None:
        return Turn.ALLOWS, f"no longer limited: {says} (it was {a_value(kind, before)})"
    stricter = join(kind, [before, after]) == after
    return (
        Turn.FORBIDS if stricter else Turn.ALLOWS,
        f"{says}: {a_value(kind, after)} instead of {a_value(kind, before)}",
    )


def _by_key(rule: Rule, old: tuple[Entry, ...], new: tuple[Entry, ...]) -> Iterator[Change]:
    """Rules of which each entry has a subject of its own, a report or a kind of record: they come and go whole."""
    before, after = (_by_subject(rule, entries) for entries in (old, new))
    for subject in sorted({*before, *after}):
        was, now = before.get(subject), after.get(subject)
        if was is None or now is None:
            how = "is gone" if now is None else "is new"
            yield Change(Turn.CHANGES, rule.id, f"{rule.title}: {subject} {how}.")
        else:
            for name in dict.fromkeys((*was, *now)):
                if was.get(name) != now.get(name):
                    for turn, sentence in _sentences(rule, name, was.get(name), now.get(name)):
                        yield Change(turn, rule.id, f"{rule.title}, {subject}: {sentence}.")


def _by_subject(rule: Rule, entries: tuple[Entry, ...]) -> dict[str, dict[str, Any]]:
    """What the entries of one subject ask together."""
    found: dict[str, dict[str, Any]] = {}
    for entry in entries:
        if entry.rule == rule.id:
            asked = found.setdefault(_subject(entry), {})
            for name, value in entry.parameters.said().items():
                kind = kind_of(rule.parameters, name)
                asked[name] = join(kind, [asked[name], value]) if name in asked and kind not in WORDS else value
    return found


def _subject(entry: Entry) -> str:
    said = entry.parameters.said()
    what = [a_word(said["report"])] if "report" in said else []
    what += [some_words(said[key]) for key in ("items", "dispositions") if key in said]
    return " of ".join(what) or entry.id.partition(".")[2].replace("-", " ")
