"""What people tell of an item of evidence: a value, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lookalike.casework.cases.told import too_long
from lookalike.casework.corroboration.models import EvidenceItem, Party, Suspect
from lookalike.protocol.evidence.graph import EdgeKind, Says

EARLIEST = 1900


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTold:
    """What somebody says of an item. outside: it came from outside the case; else came_from names what it came of,
    as pairs of derived_from or prompted_by and the id of a node.
    """

    sort: str
    title: str
    words: str
    says: str
    at: datetime
    source: str
    about: Suspect | None = None
    obtained_at: datetime | None = None
    collected_by: Party | None = None
    by: Party | None = None
    outside: bool = False
    came_from: tuple[tuple[str, str], ...] = ()

    def wrong(self, now: datetime, *, linked: bool = False) -> dict[str, list[str]]:
        """What is wrong, by field. linked: of an item that is there, links say what it came of."""
        wrong = too_long(self, EvidenceItem)
        if self.sort not in EvidenceItem.Sort.values:
            wrong["sort"] = ["Say what kind of evidence it is."]
        if not self.title.strip():
            wrong["title"] = ["Give it a title, for example “Card payment in Toledo”."]
        if not self.words.strip():
            wrong["words"] = ["Write down what it says."]
        if not self.source.strip():
            wrong["source"] = ["Say where it is from, for example “the bank, on a warrant of 4 March”."]
        if self.says not in set(Says):
            wrong["says"] = ["Say whether it speaks for or against the person having done it."]
        elif self.says != Says.NEUTRAL and self.about is None:
            wrong["about"] = ["Say for or against whom it speaks."]
        if self.at.year < EARLIEST or self.at > now:
            wrong["at"] = ["It cannot be of the future, or from before 1900."]
        if self.obtained_at is not None and not self.at <= self.obtained_at <= now:
            wrong["obtained_at"] = ["It was obtained after it was made, and before now."]
        came = bool(self.came_from) or linked
        if self.outside and came:
            wrong["outside"] = ["It came from outside, or from what the case holds: say one of the two."]
        elif not self.outside and not came:
            wrong["outside"] = ["Say what it came from: outside the case, or what the case holds already."]
        elif self.sort == EvidenceItem.Sort.IDENTIFICATION and not came:
            wrong["came_from"] = ["Name what the witness chose from."]
        if any(kind not in (EdgeKind.DERIVED_FROM, EdgeKind.PROMPTED_BY) for kind, _ in self.came_from):
            wrong["came_from"] = ["An item came of something, or was looked for because of it."]
        return wrong
