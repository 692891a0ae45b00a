"""From a request to a lead: every verb as one call by somebody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lookalike.casework.examinations import giving
from lookalike.casework.examinations import services as examining
from lookalike.casework.examinations.checks import Compared, Described
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.eligibility import eligible
from lookalike.casework.examinations.models import BEGUN, Task, TaskFace
from lookalike.casework.leads import services as leads
from lookalike.casework.leads.content import statements
from lookalike.casework.leads.models import Answer
from lookalike.casework.searches import services as searching
from lookalike.casework.searches.services import Wanted
from lookalike.protocol.vocabulary import Conclusion
from tests.casework.leads.conftest import address
from tests.casework.life.begun import Begun

FACTS = "The clerk pressed the alarm while the man with the knife stood at the till; the camera above it recorded him."
FEATURES = {one.key: Described("not", "", ("resolution",)) for one in COMPONENTS} | {
    "ears": Described("visible", "oval", ())
}
ALIKE = {"ears": Compared("similar", "", "")}
OTHER = {"ears": Compared("different", "", "lobe")}


@dataclass
class Searching(Begun):
    """A case that is searched, examined and answered."""

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
