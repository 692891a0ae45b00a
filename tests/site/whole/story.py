"""Cases done by the site's own acts, as far as anybody wants them: import it once Django is set up."""

from __future__ import annotations

from datetime import datetime, timedelta

from lookalike.casework.acting import Acting, SignIn
from lookalike.casework.cases import services as cases
from lookalike.casework.cases.models import Case, Exhibit, Still
from lookalike.casework.cases.told import CaseTold, DescriptionTold, ExhibitTold
from lookalike.casework.examinations import services as examinations
from lookalike.casework.examinations.checks import Compared, Described
from lookalike.casework.examinations.components import COMPONENTS
from lookalike.casework.examinations.models import Task, TaskFace
from lookalike.casework.leads import services as leads
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.searches import services as searches
from lookalike.casework.searches.models import Request, Search
from lookalike.casework.searches.services import Wanted
from lookalike.demo.story import PEOPLE as FOLDER
from lookalike.protocol.vocabulary import Conclusion

FACTS = "The clerk pressed the alarm while the man with the knife stood at the till; the camera above it recorded him."
SEEN = {one.key: Described("visible", "oval", ()) for one in COMPONENTS}


class Story:
    """The unit of `tests.site.whole.seed` at work; every act comes a second after the last."""

    def __init__(self, now: datetime) -> None:
        self.people = {person.username: person for person in Person.objects.all()}
        self.at = now

    def who(self, username: str) -> Acting:
        """Somebody at work, a second after the last act."""
        self.at += timedelta(seconds=1)
        person = self.people[username]
        sign_in = SignIn(mfa=True, at=self.at - timedelta(hours=1), seen_at=self.at, notice_acknowledged=True)
        return Acting(
            person=person, roles=person.roles, at=self.at, source="127.0.0.1", where="/requests/", sign_in=sign_in
        )

    def case(self, number: str) -> Case:
        """A robbery, and what the clerk said of the man."""
        told = CaseTold(
            number=number,
            nibrs="120",
            statute="750.529",
            attempted=False,
            completed_on=self.at.date(),
            narrative=FACTS,
            felony=True,
        )
        case = cases.open_case(self.who("ida"), told, Agency.objects.get(own=True))
        said = DescriptionTold(
            witness="Witness 1, clerk",
            words="He was small and slim, about twenty. No tattoos that I saw.",
            given_on=self.at.date(),
            height_low_cm=165,
            height_high_cm=170,
            weight_low_kg=70,
            weight_high_kg=75,
            age_low=20,
            age_high=25,
            build="slim",
            marks="No tattoos",
        )
        cases.take_description(self.who("ida"), case, said)
        return case

    def exhibit(self, case: Case, probe: str = "S001-a.jpg", kind: str = "photograph") -> Exhibit:
        """One of the invented people's pictures, taken in as evidence."""
        told = ExhibitTold(
            kind=kind,
            title="Camera above the till",
            probe_kind="still_from_evidence",
            received_from="the shop's owner",
            received_on=self.at.date(),
            name=probe,
        )
        return cases.add_exhibit(self.who("ida"), case, told, [(FOLDER / "probes" / probe).read_bytes()])

    def asked(self, still: Still, *, again: str = "", suspicion: str = "reasonable_suspicion") -> Request:
        """A request. again: why the face is searched once more."""
        wanted = Wanted(
            face=1,
            purpose="identify_suspect",
            suspicion=suspicion,
            specific_facts=FACTS,
            route="own_case",
            repeat_reason=again,
        )
        return searches.ask(self.who("ida"), still, wanted)

    def searched(self, request: Request) -> Search:
        """The request checked by somebody who read the story, and searched."""
        cases.read_case(self.who("chen"), request.case)
        searches.approve(self.who("chen"), request, "As the report says.", version=request.version)
        request.refresh_from_db()
        return searches.run(self.who("chen"), request)

    def given(self, search: Search) -> Task:
        """The search with its two examiners; the task that stands to be begun."""
        examinations.give(self.who("sam"), search, [self.people["eva"], self.people["finn"]])
        return self.next(search)

    def next(self, search: Search) -> Task:
        """The task that stands to be begun now."""
        return Task.objects.get(search=search, state=Task.State.GIVEN)

    def described(self, task: Task) -> Task:
        """A task begun, its probe described."""
        who = task.examiner.username
        task = examinations.begin(self.who(who), task)
        return examinations.describe(self.who(who), task, version=task.version, features=SEEN)

    def locked(self, task: Task) -> Task:
        """The description locked."""
        return examinations.lock_probe(self.who(task.examiner.username), task, version=task.version)

    def shown(self, task: Task) -> Task:
        """The faces shown."""
        return examinations.show_candidates(self.who(task.examiner.username), task)

    def compared(self, face: TaskFace, named: str | None = None) -> None:
        """One face compared. named: the record whose face is the possible candidate."""
        mine = face.record_id == named
        alike = {one.key: Compared("similar", "", "") for one in COMPONENTS}
        examinations.compare(
            self.who(face.task.examiner.username),
            face,
            version=face.version,
            compared=alike if mine else {"ears": Compared("different", "", "lobe")},
            outcome="possible" if mine else "excluded",
            reason="Alike throughout." if mine else "The ear is another.",
        )

    def concluded(self, task: Task, named: str | None) -> Task:
        """A given task done from its beginning to its end. named: the record of the possible candidate, if any."""
        task = self.shown(self.locked(self.described(task)))
        for face in task.faces.select_related("task__examiner"):
            self.compared(face, named)
        task.refresh_from_db()
        conclusion = Conclusion.POSSIBLE_CANDIDATE if named else Conclusion.NO_CANDIDATE
        return examinations.conclude(
            self.who(task.examiner.username), task, version=task.version, conclusion=conclusion
        )

    def examined(self, request: Request, *, named: bool) -> Request:
        """A request searched and examined twice. named: both name the best candidate, or neither names one."""
        search = self.searched(request)
        best = search.candidates.get(rank=1).record_id if named else None
        self.concluded(self.given(search), best)
        self.concluded(self.next(search), best)
        request.refresh_from_db()
        return request

    def answered(self, request: Request, *, named: bool) -> Request:
        """A request from its making to its answer: a lead, or no lead."""
        self.examined(request, named=named)
        address = "http://localhost/verify/{}".format
        if named:
            leads.issue(
                self.who("sam"),
                request,
                version=request.version,
                words="",
                address=address,
                read=True,
                more_than_one="",
            )
        else:
            leads.close(self.who("sam"), request, version=request.version, words="", address=address)
        request.refresh_from_db()
        return request
