"""The life of a case, from its first still to a warrant: everybody who works there, and every verb of the services as
one call by somebody. Nothing is rendered and no face is compared: what a search returns is recorded once.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import numpy as np
import pytest

from lookalike.casework import galleries
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.models import Booking
from lookalike.casework.cases.models import Case, Description, Still
from lookalike.casework.cases.services import join_team, leave_team, read_case, take_description
from lookalike.casework.cases.told import DescriptionTold
from lookalike.casework.corroboration.models import EvidenceItem, Link, Party, Suspect
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import checks, items, links, parties, suspects
from lookalike.casework.corroboration.told import ItemTold
from lookalike.casework.examinations import giving, pictures
from lookalike.casework.examinations import services as examining
from lookalike.casework.examinations.checks import Compared, Described
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.eligibility import eligible
from lookalike.casework.examinations.models import BEGUN, Task, TaskFace
from lookalike.casework.jobs import Task as Work
from lookalike.casework.leads import services as leads
from lookalike.casework.leads.content import statements
from lookalike.casework.leads.models import Answer
from lookalike.casework.lineups import documents, flow
from lookalike.casework.lineups.flow import Given
from lookalike.casework.lineups.models import Holding, Lineup, MockTest, Ticket, Witness
from lookalike.casework.lineups.services import allow, holding, members, mock, plans, witness, witnesses
from lookalike.casework.lineups.services.holding import Where
from lookalike.casework.models import Job, StoredFile
from lookalike.casework.people.models import PackInForce, Person
from lookalike.casework.people.services import law
from lookalike.casework.searches import services as searching
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.casework.searches.services import Wanted
from lookalike.casework.warrants.facts import current
from lookalike.casework.warrants.models import WarrantRequest
from lookalike.casework.warrants.services import deciding, deliveries, packets, requests, signing
from lookalike.errors import Fault, LookalikeError
from lookalike.protocol.pack import load_bytes
from lookalike.protocol.vocabulary import Conclusion, Role
from lookalike.record.model import SearchRecord
from lookalike.record.search import Search as Found
from tests.casework import life_read
from tests.casework.leads.conftest import address
from tests.casework.leads.test_from_record import RECORD
from tests.casework.leads.test_from_record import candidate as candidate_record

CAST: dict[str, tuple[tuple[Role, ...], str]] = {
    "ida": ((Role.INVESTIGATOR,), ""),
    "ivo": ((Role.INVESTIGATOR,), ""),
    "chen": ((Role.EXAMINER,), ""),
    "eva": ((Role.EXAMINER,), ""),
    "finn": ((Role.EXAMINER,), ""),
    "gus": ((Role.EXAMINER,), ""),
    "sam": ((Role.SUPERVISOR,), "supervisor"),
    "cora": ((Role.SUPERVISOR,), "captain"),
    "carl": ((Role.SUPERVISOR,), "captain"),
    "ines": ((Role.INVESTIGATOR, Role.SUPERVISOR), "captain"),
    "eric": ((Role.EXAMINER, Role.SUPERVISOR), "captain"),
    "chief": ((Role.PROSECUTOR,), "prosecutor_supervisor"),
    "pros": ((Role.PROSECUTOR,), ""),
    "hal": ((Role.LINEUP_ADMINISTRATOR,), ""),
    "lena": ((Role.LINEUP_ADMINISTRATOR,), ""),
}
"""Everybody: who has one duty each, two who have two, and those who stand in for somebody."""

FACTS = "The clerk pressed the alarm while the man with the knife stood at the till; the camera above it recorded him."
WORDS = "A white man, about one metre eighty, in his thirties. He looked straight at me."
NO = dict.fromkeys(witnesses.QUESTIONS, (False, ""))
FEATURES = {one.key: Described("not", "", ("resolution",)) for one in COMPONENTS} | {
    "ears": Described("visible", "oval", ())
}
ALIKE = {"ears": Compared("similar", "", "")}
OTHER = {"ears": Compared("different", "", "lobe")}
DETROIT = "detroit-2024"
ALSO = ("washington-2021", "maryland-2024", "michigan-state-police")


def recorded(people: Sequence[Booking], monkeypatch: pytest.MonkeyPatch) -> None:
    """Every search returns the first three of these people; pictures, sheets, reports and packets are not drawn."""
    shown = [(one.photos.get().record_id, one.person_id) for one in people[:3]]
    rows = [
        replace(candidate_record(rank, record, "county"), person_id=person)
        for rank, (record, person) in enumerate(shown, start=1)
    ]
    probe = replace(RECORD.probe, fitness="fit for comparison", reasons=())
    gallery = replace(RECORD.galleries[0], name="county")
    record: SearchRecord = replace(RECORD, candidates=tuple(rows), galleries=(gallery,), probe=probe)
    pixels = np.zeros((2, 2, 3), np.uint8)
    sought, known = searching.sought, {}

    def once(still: Still, edits: Sequence[Any], face: int) -> Any:
        if still.file_id not in known:
            known[still.file_id] = sought(still, edits, face)
        return known[still.file_id]

    def written(contents: None, stream: BinaryIO, **more: Any) -> dict[str, Any]:
        stream.write(b"a packet")
        return {}

    monkeypatch.setattr(searching, "sought", once)
    monkeypatch.setattr(searching, "search", lambda *a, **k: Found(record, pixels, pixels, None))  # type: ignore[arg-type]
    monkeypatch.setattr(giving, "matcher", lambda: None)
    monkeypatch.setattr(pictures, "face_picture", lambda photo, matcher=None: b"a face")
    monkeypatch.setattr(pictures, "probe_picture", lambda photo, matcher=None: b"a probe")
    monkeypatch.setattr(leads, "document", lambda who, answer: None)
    monkeypatch.setattr(leads, "_portrait", lambda candidate: b"a portrait")
    monkeypatch.setattr(documents, "report", lambda who, lineup: None)
    monkeypatch.setattr(packets, "contents_of", lambda who, packet, address, tell: None)
    monkeypatch.setattr(packets, "write", written)
    monkeypatch.setattr(packets, "signer", lambda who: None)
    templates: dict[str, Any] = {}
    kept = galleries.KeptGallery.template

    def template(self: galleries.KeptGallery, record_id: str) -> Any:
        if record_id not in templates:
            templates[record_id] = kept(self, record_id)
        return templates[record_id]

    monkeypatch.setattr(galleries.KeptGallery, "template", template)


@dataclass
class Life:
    """One case, everybody, and the time, which every act moves on. done: how often each verb was done; refused: not;
    last: why not, the last time.

    person_ids: whom a search returns, and one whom none does. alike: a picture that stands for each of a lineup.
    """

    case: Case
    still: Still
    cast: dict[str, Person]
    admin: Person
    acting: Callable[..., Acting]
    at: datetime
    person_ids: list[str]
    alike: list[StoredFile]
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    last: str = ""
    read: life_read.Reader = field(default_factory=life_read.Reader)

    def again(self) -> Life:
        """The same life, to be lived anew."""
        new = copy.copy(self)
        new.done, new.refused, new.reached = Counter(), Counter(), Counter()
        new.read = self.read.again()
        return new

    def who(self, name: str) -> Acting:
        self.at += timedelta(seconds=1)
        return self.acting(self.admin if name == "admin" else self.cast[name], self.at)

    def ago(self, days: float) -> datetime:
        return self.at - timedelta(days=days)

    def try_(self, verb: str, deed: Callable[[], Any]) -> Any:
        """Do it. What the services refuse is refused; what breaks in them breaks the test. Then the rows are read."""
        try:
            given = deed()
            self.done[verb] += 1
        except Fault:
            raise
        except LookalikeError as error:
            self.refused[f"{verb}: {type(error).__name__}"] += 1
            self.last = f"{error.what} {error.why}"
            given = None
        self.reached += self.read.look(self.case)
        return given

    # what there is

    @property
    def request(self) -> Request | None:
        gone = (Request.State.REFUSED, Request.State.WITHDRAWN)
        rows = Request.objects.filter(case=self.case).exclude(state__in=gone).select_related("case__agency", "still")
        return rows.order_by("-pk").first()

    def suspect(self, number: int = 0) -> Suspect | None:
        rows = list(self.case.suspects.select_related("case", "party", "answer__candidate").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def item(self, number: int) -> EvidenceItem | None:
        rows = list(EvidenceItem.objects.filter(case=self.case).select_related("case", "about").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def party(self, number: int) -> Party | None:
        rows = list(Party.objects.filter(case=self.case).select_related("case").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def nodes(self) -> list[str]:
        """What may be shown or told, or what an item may come of: the still, and what the case holds."""
        case = self.case
        leads = Answer.objects.filter(request__case=case, candidate__isnull=False)
        rows: list[tuple[str, Any]] = [
            ("still", Still.objects.filter(pk=self.still.pk)),
            ("search", Search.objects.filter(request__case=case)),
            ("lead", leads),
            ("photo", Candidate.objects.filter(search__request__case=case)[:2]),
            ("lineup", Lineup.objects.filter(case=case, holding__isnull=False)),
            ("item", EvidenceItem.objects.filter(case=case).order_by("-pk")[:5]),
        ]
        there = [(kind, one) for kind, found in rows for one in found.values_list("public_id", flat=True)]
        return [node(kind, one) for kind, one in there]

    def lineup(self, number: int = -1) -> Lineup | None:
        related = ("case", "suspect__party", "suspect__case", "witness__party", "witness__description")
        rows = list(Lineup.objects.filter(case=self.case).select_related(*related, "administrator").order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def warrant(self, number: int = -1) -> WarrantRequest | None:
        rows = WarrantRequest.objects.filter(case=self.case).select_related("case", "suspect__case", "suspect__answer")
        found = list(rows.order_by("pk"))
        return found[number % len(found)] if found else None

    # searches

    def ask_search(self, name: str) -> None:
        wanted = Wanted(
            face=1,
            purpose="identify_suspect",
            suspicion="reasonable_suspicion",
            specific_facts=FACTS,
            route="own_case",
            repeat_reason="The first search was of another case.",
        )
        self.try_("ask search", lambda: searching.ask(self.who(name), self.still, wanted))

    def approve(self, name: str) -> None:
        row = self.request
        if row:
            self.try_("approve", lambda: searching.approve(self.who(name), row, "As reported.", version=row.version))

    def run(self, name: str) -> None:
        row = self.request
        if row:
            self.try_("run", lambda: searching.run(self.who(name), row))

    def give(self, name: str, examiners: Sequence[str] = ()) -> None:
        row = self.request
        if row and hasattr(row, "search"):
            chosen = [self.cast[one] for one in examiners]
            if not chosen:
                free = {one.pk for one, why in eligible(row.search, at=self.at) if not why}
                names = ("eva", "finn", "gus")
                chosen = [self.cast[one] for one in names if self.cast[one].pk in free]
                chosen = chosen[: giving.open_turns(row.search)]
            self.try_("give", lambda: examining.give(self.who(name), row.search, chosen))

    def examine(self, name: str, whom: str = "1") -> None:
        """One examination, from where it stands to its end. whom: a rank, "decoy", "nobody" or "undecided"."""
        rows = Task.objects.filter(search__request__case=self.case, examiner=self.cast[name], state__in=BEGUN)
        task = rows.order_by("nth").first()
        if task is None:
            return
        if task.state == Task.State.GIVEN:
            self.try_("begin examination", lambda: examining.begin(self.who(name), task))
            task.refresh_from_db()
        if task.state == Task.State.PROBE:
            version = task.version
            self.try_(
                "lock",
                lambda: examining.lock_probe(self.who(name), task, version=version, features=FEATURES),
            )
            task.refresh_from_db()
        if self.try_("show faces", lambda: examining.show_candidates(self.who(name), task)) is None:
            return
        self._compare(name, task, whom)
        task.refresh_from_db()
        conclusion = {"nobody": Conclusion.NO_CANDIDATE, "undecided": Conclusion.INCONCLUSIVE}
        said = conclusion.get(whom, Conclusion.POSSIBLE_CANDIDATE)
        version = task.version
        self.try_(
            "conclude",
            lambda: examining.conclude(
                self.who(name), task, version=version, conclusion=said, words="The image carries no more."
            ),
        )

    def _compare(self, name: str, task: Task, whom: str) -> None:
        named = None
        if whom.isdigit():
            named = task.faces.filter(candidate__rank=int(whom)).first()
        elif whom == "decoy":
            named = task.faces.filter(candidate=None).first()
        for face in task.faces.select_related("task").order_by("outcome", "place"):
            is_it = named is not None and face.pk == named.pk
            outcome = TaskFace.Outcome.POSSIBLE if is_it else TaskFace.Outcome.EXCLUDED
            self.try_(
                "compare",
                lambda face=face, is_it=is_it, outcome=outcome: examining.compare(
                    self.who(name),
                    face,
                    version=face.version,
                    compared=ALIKE if is_it else OTHER,
                    outcome=outcome,
                    reason="The ears were compared.",
                ),
            )

    def take_back(self, name: str, number: int) -> None:
        rows = list(Task.objects.filter(search__request__case=self.case).order_by("pk"))
        if rows:
            task = rows[number % len(rows)]
            self.try_("take back", lambda: examining.withdraw(self.who(name), task, "Ill."))

    # leads

    def issue(self, name: str, more: str = "") -> None:
        row = self.request
        if row and hasattr(row, "search"):
            self.try_(
                "issue",
                lambda: leads.issue(
                    self.who(name),
                    row,
                    version=row.version,
                    read=True,
                    words="",
                    more_than_one=more,
                    address=address,
                ),
            )

    def close(self, name: str) -> None:
        row = self.request
        if row and hasattr(row, "search"):
            self.try_(
                "close",
                lambda: leads.close(self.who(name), row, version=row.version, words="Too unlike.", address=address),
            )

    def acknowledge(self, name: str) -> None:
        keys = [one.key for one in statements()]
        for row in Answer.objects.filter(request__case=self.case, candidate__isnull=False):
            self.try_("acknowledge", lambda row=row, keys=keys: leads.acknowledge(self.who(name), row, keys))

    # the board

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

    # the witness

    def describe(self, name: str, party: Party) -> Description | None:
        day = self.at.date()
        told = DescriptionTold(witness=party.name, words=WORDS, given_on=day, height_low_cm=172, height_high_cm=188)
        return self.try_("describe", lambda: take_description(self.who(name), self.case, told))  # type: ignore[no-any-return]

    def interview(self, name: str, party: Party, present: bool = True, saw: bool = True) -> None:
        found = witnesses.descriptions_of(party)
        if not found:
            return
        told = witnesses.Interview(
            present_at_scene=present,
            saw_perpetrator=saw,
            where="Behind the counter.",
            conditions="Two metres away, in full light.",
            familiar="",
            description=found[0],
        )
        version = self._version(party)
        self.try_("interview", lambda: witnesses.interview(self.who(name), party, told, version=version))

    def ask_witness(self, name: str, party: Party, yes: Sequence[str] = ()) -> None:
        said = NO | dict.fromkeys(yes, (True, "A cousin sent it."))
        version = self._version(party)
        self.try_("ask witness", lambda: witnesses.ask(self.who(name), party, said, version=version))

    def _version(self, party: Party) -> int:
        row = Witness.objects.filter(party=party).first()
        return row.version if row else 0

    def new_witness(self, name: str) -> None:
        party = self.add_party(name, f"Ruth Witness {self.case.parties.count()}")
        if party and self.describe(name, party):
            self.interview(name, party)
            self.ask_witness(name, party)

    # the lineup

    def plan(self, name: str, suspect: Suspect | None, party: Party | None, **more: str) -> None:
        row = Witness.objects.select_related("party__case", "description").filter(party=party).first()
        if suspect and row:
            told = self._plan(**more)
            self.try_("plan", lambda: plans.plan(self.who(name), suspect, row, told))

    def _plan(self, administrator: str = "hal", **more: str) -> plans.Plan:
        given = {"presentation": "sequential", "administration": "double_blind"} | more
        return plans.Plan(administrator=self.cast[administrator], **given)

    def change_plan(self, name: str, row: Lineup, **more: str) -> None:
        told = self._plan(**more)
        self.try_("change plan", lambda: plans.change_plan(self.who(name), row, told, version=row.version))

    def propose(self, name: str, row: Lineup) -> None:
        self.try_("propose", lambda: members.propose_members(self.who(name), row, version=row.version))

    def picture(self, row: Lineup) -> None:
        """What the worker does, without a pixel: every member has a picture, all of one length."""
        for one, picture in zip(members.standing(row), self.alike, strict=False):
            one.picture = picture
            one.save(update_fields=["picture"])

    def look(self, name: str, row: Lineup) -> None:
        self.try_("look", lambda: members.looked(self.who(name), row, version=row.version))

    def remove(self, name: str, row: Lineup, number: int) -> None:
        there = members.standing(row)
        if there:
            one = there[number % len(there)]
            self.try_(
                "remove",
                lambda: members.remove_filler(self.who(name), row, one, reason="A scar.", version=row.version),
            )

    def open_test(self, name: str, row: Lineup) -> None:
        self.try_("open test", lambda: mock.open_test(self.who(name), row, version=row.version))

    def choose(self, row: Lineup, for_suspect: int = 0) -> None:
        """The volunteers have chosen: for_suspect of each six the suspect, else all members in turn."""
        test = MockTest.objects.filter(lineup=row, closed_at=None).first()
        if test is None:
            return
        ids = {one.public_id: one for one in members.standing(row)}
        there = [ids[one] for one in test.members if one in ids]
        suspect = next(one for one in there if one.is_suspect)
        tickets = list(Ticket.objects.filter(test=test, used_at=None).order_by("pk"))
        for number, one in enumerate(tickets):
            one.opened_at, one.used_at = self.at, self.at + timedelta(seconds=20)
            one.choice = suspect if number % 6 < for_suspect else there[number % len(there)]
        Ticket.objects.bulk_update(tickets, ["opened_at", "used_at", "choice"])

    def close_test(self, name: str, row: Lineup) -> None:
        self.try_("close test", lambda: mock.close(self.who(name), row, version=row.version))

    def sign_lineup(self, name: str, row: Lineup, decision: bool = True) -> None:
        about = allow.plan_sha256(row)
        given: dict[str, Any] = {"decision": decision, "words": "Read.", "read_all": True, "about": about}
        self.try_("read plan", lambda: allow.open_plan(self.who(name), row))
        self.try_("sign lineup", lambda: allow.sign(self.who(name), row, version=row.version, **given))

    def allow(self, name: str, row: Lineup) -> None:
        self.try_("allow", lambda: allow.allow(self.who(name), row))

    def begin(self, name: str, row: Lineup) -> None:
        self.try_("begin", lambda: holding.begin(self.who(name), row, "en", address=address))

    def give_up(self, name: str, row: Lineup) -> None:
        self.try_("give up", lambda: plans.give_up(self.who(name), row, reason="Moved.", version=row.version))

    def going(self) -> Holding | None:
        related = ("lineup__case", "lineup__witness__party", "lineup__suspect", "held_by")
        rows = Holding.objects.filter(lineup__case=self.case, ended_at=None).select_related(*related)
        return rows.first()

    def stop(self, name: str) -> None:
        row = self.going()
        if row:
            self.try_("stop", lambda: holding.stop(self.who(name), row, reason="The tablet broke."))

    def through(self, chosen: str = "suspect", steps: int = 99) -> None:
        """The witness at the screen: steps of it. chosen: "suspect", "filler" or "nobody"."""
        row = self.going()
        if row is None:
            return
        suspect = row.lineup.members.get(is_suspect=True, removed_at=None).public_id
        place = row.order.index(suspect) + 1
        place = {"suspect": place, "filler": place % len(row.order) + 1}.get(chosen, 0)
        for _ in range(steps):
            row = self.going()
            if row is None:
                return
            step = witness.step_of(row)
            self.at += timedelta(seconds=1)
            where = Where(self.at, "127.0.0.1", "/witness/")
            if step.kind == "picture":
                self.try_("picture", lambda row=row, step=step, where=where: witness.picture(row, step.number, where))
            answer = {
                flow.CONSENT: flow.DISAGREE,
                "picture": flow.YES if step.number == place else flow.NO,
                flow.WHICH: str(place) if place else flow.NOT_PRESENT,
                flow.ELSEWHERE: flow.NO,
                flow.SEEN_BEFORE: flow.NO,
            }.get(step.kind, "")
            given = Given(answer, "As I said.")
            self.try_(
                "answer",
                lambda row=row, step=step, where=where, given=given: witness.answer(row, step.name, given, where, 1),
            )

    # the warrant

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

    # the law and the team

    def law(self, how: str) -> None:
        """Detroit's pack goes out of force, or comes into it, or another comes beside it while it is in force."""
        there = PackInForce.objects.filter(until=None)
        if how == "end":
            for row in there:
                self.try_("end pack", lambda row=row: law.end_pack(self.who("admin"), row))
        elif how == DETROIT or there.filter(pack_id=DETROIT).exists():
            data, _ = load_bytes(how)
            from lookalike.protocol.pack import read_pack

            reasons = {one.id: "Accepted for now." for one in read_pack(data, how).unconfirmed()}
            self.try_(
                "pack",
                lambda: law.put_in_force(self.who("admin"), data, name=how, only_for_others=False, reasons=reasons),
            )

    def join(self, name: str, whom: str) -> None:
        case = Case.objects.get(pk=self.case.pk)
        self.try_("join", lambda: join_team(self.who(name), case, self.cast[whom], version=case.version))

    def leave(self, name: str, whom: str) -> None:
        case = Case.objects.get(pk=self.case.pk)
        self.try_("leave", lambda: leave_team(self.who(name), case, self.cast[whom], version=case.version))

    def open_story(self, name: str) -> None:
        self.try_("read case", lambda: read_case(self.who(name), self.case))


class _Now(Work):
    """Work that is done at the time of the life, not of the machine."""

    def acting(self) -> Acting:
        return self.who
