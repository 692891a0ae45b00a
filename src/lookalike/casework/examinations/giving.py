"""Giving examinations to examiners, in turn and blind, and taking them back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.bookings.known import photograph
from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.examinations import pictures
from lookalike.casework.examinations.agreement import Standing, Terms, terms_of
from lookalike.casework.examinations.decoys import decoys
from lookalike.casework.examinations.drawing import MOST_DECOYS, chances, letter, new_seed, shuffled
from lookalike.casework.examinations.eligibility import why_not
from lookalike.casework.examinations.facts import where
from lookalike.casework.examinations.models import BEGUN, Task, TaskFace
from lookalike.casework.galleries import matcher
from lookalike.casework.law import policy_in_force
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import Person
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.searches.models import Candidate, Request, Search
from lookalike.errors import BadForm, NotNow, NotPermitted
from lookalike.ledger.acts import Act
from lookalike.protocol.vocabulary import Role

DAYS = 7
"""Days in which an examination is due; the same for all, trials among them."""


@dataclass(frozen=True, slots=True)
class FacePlan:
    """A face that will be in a task. made: its picture, where it was not stored for an earlier task."""

    record_id: str
    gallery: str
    candidate: Candidate | None
    made: bytes | None
    stored: StoredFile | None

    @property
    def key(self) -> str:
        """What its place is drawn by."""
        return f"{self.gallery}:{self.record_id}"


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """What a task will hold, worked out before its transaction: pictures take time."""

    seed: int
    faces: tuple[FacePlan, ...]


def open_turns(search: Search) -> int:
    """How many examiners are still to be assigned; one more where they differ and another may be asked."""
    tasks = Task.objects.of(search).count()
    if search.request.state != Request.State.SEARCHED:
        return 0
    missing = terms_of(policy_in_force()).examiners - tasks
    if missing > 0:
        return missing
    return int(tasks == terms_of(policy_in_force()).examiners and where(search) is Standing.ANOTHER)


def give(who: Acting, search: Search, examiners: Sequence[Person]) -> tuple[Task, ...]:
    """Assign examiners to every open turn of a search. Chance says who begins; the next is given after the last has
    concluded where the packs ask it, and is not to be seen before.

    Raises NotNow when there are not as many open turns, BadForm for an examiner who is not eligible or named twice.
    """
    if who.person.pk in {person.pk for person in examiners}:
        raise NotPermitted("Nobody assigns an examination to themselves.", remedy="Choose two other examiners.")
    require_apart(who, search)
    plans = _plans(search, len(examiners))
    probe = _probe(search)
    with act(who, Act.EXAMINATION_ASSIGN, objects=[("search", search.public_id)]) as doing:
        asked = search.request = _locked(search)  # as it stands now, not as it was opened
        open_now = open_turns(search)
        if len(examiners) != open_now or not open_now:
            raise NotNow(
                f"{open_now or 'No'} examiner{'s are' if open_now != 1 else ' is'} to be assigned here now.",
                why="Somebody assigned them meanwhile, or the examinations are over.",
                remedy="Look at the search again.",
            )
        _require_eligible(search, examiners, who.at)
        stored = probe if isinstance(probe, StoredFile) else _kept(probe, pictures.PROBE_TYPE)
        nth = Task.objects.filter(search=search).aggregate(last=Max("nth"))["last"] or 0
        pairs = [*zip(plans, examiners, strict=True)]
        chances(plans[0].seed, "turns").shuffle(pairs)
        tasks = [
            _task(search, nth + turn, person, plan, stored, who.at)
            for turn, (plan, person) in enumerate(pairs, start=1)
        ]
        for task in tasks:
            doing.about("task", task.public_id)
        release(search, who.at)
        doing.about("request", asked.public_id)
    return tuple(tasks)


def withdraw(who: Acting, task: Task, reason: str) -> None:
    """Take an examination back before it is concluded: by a supervisor, or by the examiner who cannot do it blind.

    Raises NotNow once it is concluded, BadForm without a reason.
    """
    if not reason.strip():
        raise BadForm("Say why the examination is taken back.", remedy="Write the reason; it stays on record.")
    with act(who, Act.EXAMINATION_WITHDRAW, objects=[("task", task.public_id)]):
        if task.search is not None:
            _locked(task.search)
        row = Task.objects.select_for_update().get(pk=task.pk)
        if task.search is not None and row.examiner_id != who.person.pk:
            require_apart(who, task.search)
        if row.state not in (*BEGUN, Task.State.HELD):
            raise NotNow("This examination is concluded or was taken back.", remedy="Look at it again.")
        row.state, row.withdrawn_because, row.version = Task.State.WITHDRAWN, reason.strip(), row.version + 1
        row.save(update_fields=["state", "withdrawn_because", "version"])
        if task.search is not None:
            release(task.search, who.at)


def require_apart(who: Acting, search: Search) -> None:
    """Raise NotPermitted for whoever asked, checked or examines in the case: they do not say who examines it. R23."""
    if duties_in_case(who.person, search.request.case) & {Role.INVESTIGATOR, Role.EXAMINER}:
        raise NotPermitted(
            "You have another part in this case.",
            why="Whoever investigates a case or examines in it does not choose its examiners.",
            remedy="Ask another supervisor.",
        )


def release(search: Search, at: datetime) -> None:
    """Give what is held and may be given now. Call inside an act, with the request locked.

    Whoever is no longer eligible is passed over, and another is to be assigned.
    """
    terms: Terms = terms_of(policy_in_force())
    for task in Task.objects.filter(search=search, state=Task.State.HELD).order_by("nth"):
        if terms.one_by_one and Task.objects.filter(search=search, state__in=BEGUN).exists():
            return
        reason = why_not(task.examiner, search, at=at, but=task)
        task.state = Task.State.WITHDRAWN if reason else Task.State.GIVEN
        task.withdrawn_because, task.given_at = reason, at
        task.due_on = None if reason else at.date() + timedelta(days=DAYS)
        task.save(update_fields=["state", "withdrawn_because", "given_at", "due_on"])


def _locked(search: Search) -> Request:
    """The request of a search, for nobody else until this act is done. Always locked before any task."""
    return Request.objects.select_for_update().get(pk=search.request_id)


def _require_eligible(search: Search, examiners: Sequence[Person], at: datetime) -> None:
    reasons = {person.name: why_not(person, search, at=at) for person in examiners}
    against = [f"{name}: {reason}" for name, reason in reasons.items() if reason]
    if len({person.pk for person in examiners}) < len(examiners):
        against.append("Two different people are needed.")
    if against:
        error = BadForm(
            "These examiners cannot examine this search.",
            why=" ".join(against),
            remedy="Choose examiners who know nothing of the case and whose training is current.",
        )
        error.fields = {"examiners": against}
        raise error


def _plans(search: Search, tasks: int) -> list[TaskPlan]:
    """What each task will hold. Photographs that an earlier task showed are taken from there, to the byte."""
    candidates = list(Candidate.objects.filter(search=search).select_related("picture"))
    earlier = TaskFace.objects.filter(task__search=search)
    shown: dict[int | None, StoredFile | bytes] = {
        face.candidate_id: face.picture for face in earlier.exclude(candidate=None).select_related("picture")
    }
    mixed = _persons(set(earlier.filter(candidate=None).values_list("record_id", flat=True)))
    plans = []
    for _ in range(tasks):
        seed = new_seed()
        chance = chances(seed, "decoys")
        strangers = decoys(candidates, chance.randint(1, MOST_DECOYS), chance, but=mixed)
        mixed |= {one.booking.person_id for one in strangers}
        faces = []
        for one in candidates:
            if one.pk not in shown:
                shown[one.pk] = pictures.face_picture(files.read(one.picture), matcher())
            faces.append(_planned(one.record_id, one.gallery, one, shown[one.pk]))
        for photo in strangers:
            made = pictures.face_picture(photograph(photo), matcher())
            faces.append(_planned(photo.record_id, photo.gallery, None, made))
        plans.append(TaskPlan(seed, tuple(faces)))
    return plans


def _persons(records: set[str]) -> set[str]:
    rows = BookingPhoto.objects.filter(record_id__in=records)
    return set(rows.values_list("booking__person_id", flat=True))


def _planned(record: str, gallery: str, candidate: Candidate | None, picture: StoredFile | bytes) -> FacePlan:
    if isinstance(picture, bytes):
        return FacePlan(record, gallery, candidate, picture, None)
    return FacePlan(record, gallery, candidate, None, picture)


def _probe(search: Search) -> StoredFile | bytes:
    """The probe as an earlier task had it, or made now."""
    earlier = Task.objects.filter(search=search).select_related("probe").first()
    return earlier.probe if earlier else pictures.probe_picture(files.read(search.probe_picture))


def _kept(data: bytes, kind: str) -> StoredFile:
    return files.keep(data, name="picture", media_type=kind)


def _task(search: Search, nth: int, person: Person, plan: TaskPlan, probe: StoredFile, at: datetime) -> Task:
    task = Task.objects.create(
        search=search,
        nth=nth,
        examiner=person,
        given_at=at,
        probe=probe,
        seed=plan.seed,
        state=Task.State.HELD,
    )
    place_faces(task, plan.faces)
    return task


def place_faces(task: Task, faces: Sequence[FacePlan]) -> dict[str, TaskFace]:
    """Store the faces of a task in the order that its seed draws. Returns them by key."""
    planned = {face.key: face for face in faces}
    rows = [
        TaskFace(
            task=task,
            place=place,
            letter=letter(place),
            candidate=planned[key].candidate,
            record_id=planned[key].record_id,
            gallery=planned[key].gallery,
            picture=planned[key].stored or _kept(planned[key].made or b"", pictures.FACE_TYPE),
        )
        for place, key in enumerate(shuffled(task.seed, planned))
    ]
    TaskFace.objects.bulk_create(rows)
    return {row.key: row for row in TaskFace.objects.filter(task=task)}
