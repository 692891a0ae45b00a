"""The request for a warrant: every verb as one call by somebody; the whole life."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lookalike.casework.acting import Acting
from lookalike.casework.corroboration.models import Suspect
from lookalike.casework.jobs import Task as Work
from lookalike.casework.models import Job
from lookalike.casework.warrants.facts import current
from lookalike.casework.warrants.models import WarrantRequest
from lookalike.casework.warrants.services import deciding, deliveries, packets, requests, signing
from tests.casework.life.lineups import Lineups


@dataclass
class Life(Lineups):
    """The life of a case, from its first still to a warrant."""

    def draft(self, name: str, suspect: Suspect | None) -> None:
        if suspect:
            self.try_("draft", lambda: requests.draft(self.who(name), suspect))

    def statement(self, name: str, row: WarrantRequest) -> None:
        words = "A face search gave a lead only."
        self.try_(
            "statement",
            lambda: requests.write_statement(self.who(name), row, words=words, version=row.version),
        )

    def packet(self, name: str, row: WarrantRequest) -> None:
        """Asked for, and made by the worker."""
        who = self.who(name)
        made = self.try_("packet", lambda: packets.make(who, row.suspect, row, address="https://unit.example/"))
        if made is None or made.file_id is not None:
            return
        Job.objects.filter(pk=made.job_id).update(state=Job.State.RUNNING, attempt=1)
        work = _Now(Job.objects.get(pk=made.job_id), who)
        self.try_("make packet", lambda: packets.complete(work))
        Job.objects.filter(pk=made.job_id).update(state=Job.State.DONE)

    def forward(self, name: str, row: WarrantRequest) -> None:
        self.try_("forward", lambda: requests.put_forward(self.who(name), row, version=row.version))

    def sign(self, name: str, row: WarrantRequest, decision: bool = True, sole: bool = False) -> None:
        packet = current(row)
        given = {
            "decision": decision,
            "words": "Read.",
            "read_all": True,
            "about_sha256": packet.sha256 if packet else "0" * 64,
            "sole_basis": sole if name in ("chief", "pros") else None,
        }
        if packet:
            self.try_("take packet", lambda: deliveries.take(self.who(name), packet))
        self.try_("sign", lambda: signing.sign(self.who(name), row, **given))  # type: ignore[arg-type]

    def ask(self, name: str, row: WarrantRequest) -> None:
        self.try_("ask", lambda: requests.ask(self.who(name), row, version=row.version))

    def answer_questions(self, name: str, row: WarrantRequest) -> None:
        for one in row.questions.select_related("warrant__case").filter(replied_at=None):
            self.try_("reply", lambda one=one: requests.reply(self.who(name), one, words="The clerk."))

    def decide(self, name: str, row: WarrantRequest, how: str = "accept") -> None:
        deeds: dict[str, Callable[[], Any]] = {
            "accept": lambda: deciding.accept(self.who(name), row, words="Read.", version=row.version),
            "decline": lambda: deciding.decline(self.who(name), row, words="No.", version=row.version),
            "send back": lambda: deciding.send_back(self.who(name), row, questions=["Who?"], version=row.version),
        }
        self.try_(how, deeds[how])

    def withdraw(self, name: str, row: WarrantRequest) -> None:
        self.try_("withdraw", lambda: requests.withdraw(self.who(name), row, version=row.version))


class _Now(Work):
    """Work that is done at the time of the life, not of the machine."""

    def acting(self) -> Acting:
        return self.who
