"""Layering: packs put on top of one another, and what may be layered at all.

Nothing merges. A policy holds every entry of every pack, so that the stricter wins by itself and both are cited; adding
a pack can only refuse more. Lookalike's own pack, `house`, is always the lowest layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from lookalike.errors import BadAcceptance, BrokenProtocol, UnacceptedEntries
from lookalike.protocol.finding import applicable
from lookalike.protocol.pack import HOUSE, Pack, load
from lookalike.protocol.policy import Acceptance, Confidence, Entry, PackKind, Policy
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act

PROXIES = "R22"


def layered(packs: Iterable[Pack], acceptances: Iterable[Acceptance] = (), *, bans: Iterable[Pack] = ()) -> Policy:
    """The policy of these packs over the house's own.

    acceptances: one for each unconfirmed entry. bans: packs of places that forbade themselves the search, of which only
    the rule about searching for others is layered (R22), so that they cannot get it through a neighbour.
    Raises BrokenProtocol for two packs of one name, a template, or one of `bans` that is no ban or has no such rule;
    UnacceptedEntries; BadAcceptance for an acceptance of
    an entry that is not there, needs none, or has changed since. A day is no matter here: `decide` refuses under a pack
    that is not in force.
    """
    by_id: dict[str, Pack] = {}
    entries: dict[str, Entry] = {}
    whole, proxied = [load(HOUSE), *packs], list(bans)
    for pack in (*whole, *proxied):
        if pack.ref.kind is PackKind.TEMPLATE:
            raise BrokenProtocol(
                f"{pack.id} is a template: it shows every form and rules on nothing.",
                remedy="Copy it, name the sources, and set its kind to 'directive'.",
            )
        if by_id.setdefault(pack.id, pack).ref.sha256 != pack.ref.sha256:
            raise BrokenProtocol(
                f"Two different packs are called {pack.id}.",
                why="Nobody could tell which of them a decision cites.",
                remedy="Give your own pack a name of its own.",
            )
    for pack in proxied:
        if pack.ref.kind is not PackKind.BAN or not any(entry.rule == PROXIES for entry in pack.entries):
            raise BrokenProtocol(
                f"{pack.id} is not a ban that says for whom nobody searches ({PROXIES}).",
                why="Of a neighbour's pack nothing else is layered, so that it would refuse nothing.",
                remedy="Layer it whole, as a pack, or write down the places that it bars.",
            )
    for pack in whole:
        entries |= {entry.id: entry for entry in pack.entries}
    for pack in proxied:
        entries |= {entry.id: entry for entry in pack.entries if entry.rule == PROXIES}
    accepted = tuple(sorted(set(acceptances), key=lambda acceptance: acceptance.entry_id))
    _held_to(entries, accepted)
    return Policy(
        packs=tuple(by_id[name].ref for name in sorted(by_id)),
        entries=tuple(sorted(entries.values(), key=lambda entry: (entry.rule, entry.id))),
        acceptances=accepted,
    )


def as_if_in_force(policy: Policy) -> Policy:
    """The same policy without its days: what it would have said of an act of another time. It binds nobody."""
    packs = tuple(replace(ref, valid_from=date.min, expires=None) for ref in policy.packs)
    entries = tuple(replace(entry, expires=None) for entry in policy.entries)
    return replace(policy, packs=packs, entries=entries, partial=True)


def acts_of(entry: Entry) -> frozenset[Act]:
    """The acts on which an entry rules: those that it names, or all of its rule's, where a parameter of it reaches."""
    rule = RULES[entry.rule]
    return frozenset(
        act
        for act in rule.acts
        if any(check.only is None or check.only[1](entry.parameters) for check in applicable(rule, entry, act))
    )


def _held_to(entries: dict[str, Entry], acceptances: tuple[Acceptance, ...]) -> None:
    named = [acceptance.entry_id for acceptance in acceptances]
    for acceptance in acceptances:
        entry = entries.get(acceptance.entry_id)
        if entry is None or entry.confidence is not Confidence.UNCONFIRMED:
            what = "is in none of these packs" if entry is None else "needs no acceptance: its source was read"
            raise BadAcceptance(f"{acceptance.entry_id} {what}.", remedy="Name an unconfirmed entry by its whole id.")
        if acceptance.entry_sha256 != entry.sha256:
            raise BadAcceptance(
                f"{entry.id} has changed since it was accepted.",
                why="What was accepted is not what stands there now.",
                remedy="Read it again with `lookalike protocol show`, and accept it anew.",
            )
        if named.count(entry.id) > 1:
            raise BadAcceptance(f"{entry.id} is accepted twice.", remedy="Keep one acceptance of each entry.")
        if not acceptance.by.strip() or not acceptance.reason.strip():
            raise BadAcceptance(f"The acceptance of {entry.id} has no name or no reason.", remedy="Say who, and why.")
    open_ = [e for e in entries.values() if e.confidence is Confidence.UNCONFIRMED and e.id not in named]
    if open_:
        raise UnacceptedEntries(
            "These entries rest on memory: " + "; ".join(f"{entry.id} ({entry.citation})" for entry in open_) + ".",
            why="Nobody has read the passage that they cite, so that the law may say otherwise.",
            remedy="Read the source and correct the pack, or accept each by its id, with a name and a reason.",
        )
