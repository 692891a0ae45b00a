"""Evidence, suspects and checks: every verb as one call by somebody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lookalike.casework.corroboration.models import EvidenceItem, Link, Party, Suspect
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import checks, items, links, parties, suspects
from lookalike.casework.corroboration.told import ItemTold
from tests.casework.life.searching import Searching


@dataclass
class Board(Searching):
    """A case whose evidence is collected."""

    def record(self, name: str, **told: Any) -> EvidenceItem | None:
        came = tuple(told.pop("came_from", ()))
        given: dict[str, Any] = {
            "sort": "purchase",
            "title": f"Payment {sum(self.done.values())}",
            "words": "A card was used at the till.",
            "says": "for",
            "at": self.ago(3),
            "source": "the bank",
            "outside": not came,
            "came_from": came,
            "about": self.suspect(),
        }
        row = given | told
        return self.try_("record", lambda: items.record_item(self.who(name), self.case, ItemTold(**row)))  # type: ignore[no-any-return]

    def judge(self, name: str, item: EvidenceItem | None, good: bool = True) -> None:
        if item:
            why = {"reliable_because": "The bank keeps it.", "links_because": "At the till."}
            self.try_(
                "judge",
                lambda: items.judge_item(self.who(name), item, version=item.version, reliable=good, links=good, **why),
            )

    def withdraw_item(self, name: str, item: EvidenceItem | None) -> None:
        if item:
            self.try_(
                "withdraw item",
                lambda: items.withdraw_item(self.who(name), item, version=item.version, reason="An error."),
            )

    def change(self, name: str, item: EvidenceItem | None, **told: Any) -> None:
        if item:
            linked = Link.objects.filter(
                target=node("item", item.public_id), kind__in=("derived_from", "prompted_by"), withdrawn_at=None
            ).exists()
            names = ("sort", "title", "words", "says", "at", "obtained_at", "source", "about", "by")
            given = {one: getattr(item, one) for one in names} | {"outside": not linked} | told
            self.try_(
                "change",
                lambda: items.change_item(
                    self.who(name), item, ItemTold(**given), version=item.version, reason="Better known."
                ),
            )

    def reply(self, name: str, item: EvidenceItem | None) -> None:
        if item:
            self.try_("reply", lambda: items.reply_to(self.who(name), item, words="It was looked into."))

    def link(self, name: str, kind: str, source: str, target: str, days: float | None) -> None:
        at = None if days is None else self.ago(days)
        self.try_(
            f"link {kind}",
            lambda: links.link(self.who(name), self.case, kind=kind, source=source, target=target, at=at),
        )

    def unlink(self, name: str, number: int) -> None:
        rows = list(Link.objects.filter(case=self.case).select_related("case").order_by("pk"))
        if rows:
            row = rows[number % len(rows)]
            self.try_("withdraw link", lambda: links.withdraw_link(self.who(name), row, reason="An error."))

    def add_party(self, name: str, called: str, account: str = "") -> Party | None:
        given = self.cast[account] if account else None
        return self.try_("party", lambda: parties.add_party(self.who(name), self.case, name=called, account=given))  # type: ignore[no-any-return]

    def name_suspect(self, name: str, called: str, person_id: str) -> None:
        self.try_(
            "name suspect",
            lambda: suspects.name_suspect(
                self.who(name), self.case, name=called, person_id=person_id, suspicion="A tip."
            ),
        )

    def suspicion(self, name: str, suspect: Suspect | None) -> None:
        if suspect:
            self.try_(
                "suspicion",
                lambda: suspects.write_suspicion(
                    self.who(name), suspect, words="The payment.", version=suspect.version
                ),
            )

    def end_suspicion(self, name: str, suspect: Suspect | None) -> None:
        if suspect:
            self.try_(
                "end suspicion",
                lambda: suspects.end_suspicion(self.who(name), suspect, reason="Abroad.", version=suspect.version),
            )

    def look_into(self, name: str, suspect: Suspect | None, question: str) -> None:
        if suspect:
            given = {"state": "tried_no_answer", "tried": "Called the employer."}
            self.try_(
                "look into",
                lambda: checks.check_whereabouts(self.who(name), suspect, question=question, **given),
            )

    def shown(self, name: str, suspect: Suspect | None, what: str, item: EvidenceItem | None) -> None:
        if suspect and item:
            self.try_(
                "shown",
                lambda: checks.say_shown(
                    self.who(name), suspect, what=what, holds=True, words="By the payment.", items=[item]
                ),
            )
