"""Whom an outsider trusts: keys of ledgers, witnesses, and how many of them must have seen a checkpoint.

Source: C2SP tlog-policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from lookalike.errors import BadNote
from lookalike.ledger.note import Kind, Verifier


@dataclass(frozen=True, slots=True)
class Policy:
    """logs, witnesses: trusted keys. groups: how many of which names. quorum: the name that must hold, or `none`."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier]
    groups: Mapping[str, tuple[int, tuple[str, ...]]]
    quorum: str

    @property
    def trusted(self) -> tuple[Verifier, ...]:
        """Every key of the policy."""
        return (*self.logs, *self.witnesses.values())

    def holds(self, seen: AbstractSet[Verifier]) -> bool:
        """Whether these distinct witnesses' keys are enough."""
        return self.quorum == "none" or self._holds(self.quorum, seen)

    def _holds(self, name: str, seen: AbstractSet[Verifier]) -> bool:
        if name in self.witnesses:
            return self.witnesses[name] in seen
        needed, members = self.groups[name]
        return sum(self._holds(member, seen) for member in members) >= needed

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy file. Raises BadNote, which names the line.

        Names are defined before they are used, each is a member of one group at most, there is exactly one quorum.
        """
        logs: list[Verifier] = []
        witnesses: dict[str, Verifier] = {}
        groups: dict[str, tuple[int, tuple[str, ...]]] = {}
        quorum = ""
        used: set[str] = set()
        for number, line in enumerate(text.split("\n"), 1):
            words = line.split()
            if not words or words[0].startswith("#"):
                continue
            try:
                match words:
                    case ["log", key, *url] if len(url) <= 1:
                        logs.append(_key(key, Kind.LOG))
                    case ["witness", name, key, *url] if len(url) <= 1:
                        _new(name, witnesses, groups)
                        witnesses[name] = _key(key, Kind.WITNESS)
                    case ["group", name, least, *members] if members:
                        _new(name, witnesses, groups)
                        _members(members, used, witnesses, groups)
                        needed = {"all": len(members), "any": 1}.get(least) or int(least)
                        if not (least.isascii() and 1 <= needed <= len(members)):
                            raise ValueError(f"{least} of {len(members)} members")
                        groups[name] = needed, tuple(members)
                    case ["quorum", name] if not quorum:
                        if name != "none" and name not in witnesses and name not in groups:
                            raise ValueError(f"{name} is not defined")
                        quorum = name
                    case _:
                        raise ValueError("it is not understood")
            except (ValueError, BadNote) as error:
                raise _bad(f"line {number}, {line[:120]!r}: {error}") from error
        keys = [*logs, *witnesses.values()]
        if not logs or not quorum or len(set(keys)) != len(keys):
            raise _bad("a log, exactly one quorum and no key twice are needed")
        return cls(tuple(logs), witnesses, groups, quorum)


def _key(text: str, kind: Kind) -> Verifier:
    key = Verifier.parse(text)
    if key.kind is not kind:
        raise ValueError(f"not the key of a {kind.name.lower()}")
    return key


def _new(name: str, *taken: Mapping[str, object]) -> None:
    if name == "none" or any(name in names for names in taken):
        raise ValueError(f"the name {name} is taken")


def _members(members: list[str], used: set[str], *defined: Mapping[str, object]) -> None:
    for member in members:
        if not any(member in names for names in defined):
            raise ValueError(f"{member} is not defined")
        if member in used:
            raise ValueError(f"{member} is a member already")
        used.add(member)


def _bad(reason: str) -> BadNote:
    return BadNote(f"This is not a policy: {reason}.", remedy="See docs/ledger-format.md.")
