"""Nothing that an examiner can do tells a known-answer trial from real work, and no role opens either of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lookalike.casework.bookings.models import BookingPhoto
from lookalike.casework.examinations import facts, giving, scheduling, services
from lookalike.casework.examinations.drawing import new_seed
from lookalike.casework.examinations.eligibility import why_not
from lookalike.casework.examinations.giving import FacePlan
from lookalike.casework.examinations.models import Task, Trial, TrialRound
from lookalike.casework.people.models import Person, RoleHeld, TrainingRecord
from lookalike.casework.searches.services import Wanted, consider
from lookalike.errors import ActRefused, LookalikeError, NotNow
from lookalike.protocol.vocabulary import Conclusion, Role
from tests.casework.examinations.conftest import DESCRIPTION, RANKED, Clock, Unit, judge, seeing

Browser = Callable[[Person], Client]
READING = (Role.SUPERVISOR, Role.AUDITOR, Role.BOARD, Role.PROSECUTOR, Role.CUSTODIAN)


@pytest.fixture
def trial(unit: Unit, clock: Clock, booked: dict[str, BookingPhoto]) -> Trial:
    """A trial of Cyd's that is open, beside the real work of Ann and Ben."""
    at = clock(unit.supervisor).at
    made = TrialRound.objects.create(prepared="x", scheduled_by=unit.supervisor, scheduled_at=at, last_day=at.date())
    task = Task.objects.create(
        examiner=unit.cyd,
        given_at=at,
        due_on=at.date() + timedelta(days=7),
        probe=unit.search.probe_picture,
        seed=new_seed(),
    )
    plans = [FacePlan(f"{one}.jpg", "trials/x", None, None, booked[one].file) for one in RANKED]
    faces = giving.place_faces(task, plans)
    return Trial.objects.create(
        task=task,
        round=made,
        probe="p.jpg",
        mate=faces[plans[0].key],
        scheduled_by=unit.supervisor,
        scheduled_at=at,
    )


@pytest.fixture
def both(unit: Unit, clock: Clock, trial: Trial) -> tuple[Task, Task]:
    """Real work that was given to somebody, and a trial."""
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    return Task.objects.get(search=unit.search, state=Task.State.GIVEN), trial.task


def expire(person: Person, clock: Clock, *, days: int) -> None:
    # two days are past in every time zone: the law counts the agency's days, the clock those of UTC
    TrainingRecord.objects.filter(person=person).update(last_day=clock.at.date() + timedelta(days=days))


def locked(clock: Clock, task: Task) -> Task:
    services.begin(clock(task.examiner), task)
    task.refresh_from_db()
    services.lock_probe(clock(task.examiner), task, version=task.version, features=DESCRIPTION)
    task.refresh_from_db()
    return task


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(ActRefused) as caught:
        act()
    return str(caught.value)


def test_expired_training_is_refused_alike(both: tuple[Task, Task], clock: Clock, signed_in: Browser) -> None:
    said: list[tuple[object, ...]] = []
    for task in both:
        examiner, address = task.examiner, reverse("task-show", args=[task.public_id])
        locked(clock, task)
        expire(examiner, clock, days=-2)
        one = refused(lambda task=task: services.show_candidates(clock(task.examiner), task))  # type: ignore[misc]
        status = signed_in(examiner).post(address).status_code
        expire(examiner, clock, days=300)
        services.show_candidates(clock(examiner), task)
        judge(clock, examiner, task, None)
        task.refresh_from_db()
        expire(examiner, clock, days=-2)
        other = refused(
            lambda task=task: services.conclude(  # type: ignore[misc]
                clock(task.examiner), task, version=task.version, conclusion=Conclusion.NO_CANDIDATE
            )
        )
        expire(examiner, clock, days=300)
        services.conclude(clock(examiner), task, version=task.version, conclusion=Conclusion.NO_CANDIDATE)
        task.refresh_from_db()
        assert task.role_ok
        assert task.judgement
        said.append((one, status, other, task.version - task.faces.count()))
    assert said[0] == said[1]


def test_a_trial_that_is_to_renew_the_last_one_is_not_refused_for_that(
    both: tuple[Task, Task], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Asked:
        value = 180

    monkeypatch.setattr(facts, "effective", lambda entries, rule, name: Asked())
    real, trial = both
    for task, day in ((real, None), (trial, clock.at.date())):
        assert facts._known_answer_on(task, clock.at) == day
    passed = trial.given_at.date() - timedelta(days=10)
    monkeypatch.setattr(facts, "known_answer_on", lambda person, at: passed)
    assert facts._known_answer_on(real, clock.at) == facts._known_answer_on(trial, clock.at) == passed


def test_who_has_no_training_is_given_no_trial_either(unit: Unit, clock: Clock) -> None:
    assert unit.ann in scheduling.testable(clock.at)
    expire(unit.ann, clock, days=-2)
    assert why_not(unit.ann, unit.search, at=clock.at)
    assert unit.ann not in scheduling.testable(clock.at)


@pytest.mark.parametrize("role", READING)
def test_who_could_have_read_a_search_examines_none_of_its_faces(unit: Unit, clock: Clock, role: Role) -> None:
    run = unit.search.run_at
    held = RoleHeld.objects.create(
        person=unit.ann, role=role.value, since=run - timedelta(days=3), until=run - timedelta(days=1)
    )
    assert why_not(unit.ann, unit.search, at=clock.at) == ""  # before there was anything to read
    RoleHeld.objects.filter(pk=held.pk).update(until=run + timedelta(minutes=1))
    assert "has held since the search ran" in why_not(unit.ann, unit.search, at=clock.at)
    assert "has held since the search ran" in why_not(unit.ann, unit.search, at=clock.at + timedelta(days=900))


@pytest.mark.parametrize("begun", [False, True])
def test_a_role_that_reads_closes_real_work_and_trials_alike(
    both: tuple[Task, Task], clock: Clock, signed_in: Browser, begun: bool
) -> None:
    said: list[tuple[object, ...]] = []
    for task in both:
        examiner = task.examiner
        if begun:
            seeing(clock, examiner, task)
            task.refresh_from_db()
        role = RoleHeld.objects.create(person=examiner, role=Role.CUSTODIAN, since=clock.at)
        words = []
        for until in (None, clock.at + timedelta(seconds=1)):  # also once the role was taken back
            RoleHeld.objects.filter(pk=role.pk).update(until=until)
            with pytest.raises(NotNow) as caught:
                if begun:
                    services.conclude(clock(examiner), task, version=task.version, conclusion=Conclusion.UNSUITABLE)
                else:
                    services.begin(clock(examiner), task)
            words.append(str(caught.value))
            client = signed_in(Person.objects.get(pk=examiner.pk))
            face = task.faces.order_by("place")[0]
            pages = ("task", "task-probe", "task-hand-back")
            answers = [client.get(reverse(name, args=[task.public_id])) for name in pages]
            answers.append(client.get(reverse("task-face", args=[task.public_id, face.public_id])))
            assert "closed to you" in answers[0].content.decode()
            words.extend(answer.status_code for answer in answers)
            assert answers[2].status_code == 200
        giving.withdraw(clock(examiner), task, "I hold another role now.")
        task.refresh_from_db()
        said.append((*words, client.get(reverse("task", args=[task.public_id])).status_code, task.version))
    assert said[0] == said[1]
    assert said[0][1:5] == (409, 409, 200, 409)


def test_nobody_reads_an_own_trial_before_its_end(trial: Trial, unit: Unit, clock: Clock, signed_in: Browser) -> None:
    seeing(clock, unit.cyd, trial.task)
    judge(clock, unit.cyd, trial.task, None)
    trial.task.refresh_from_db()
    services.conclude(
        clock(unit.cyd), trial.task, version=trial.task.version, conclusion=Conclusion.NO_CANDIDATE
    )  # and the person was among the faces
    RoleHeld.objects.create(person=unit.cyd, role=Role.SUPERVISOR, since=clock.at)
    own, other = signed_in(Person.objects.get(pk=unit.cyd.pk)), signed_in(unit.supervisor)
    address = reverse("trial-round", args=[trial.round.public_id])
    assert own.get(address).status_code == 404
    assert own.post(reverse("trial-round-close", args=[trial.round.public_id])).status_code == 404
    page = own.get(reverse("trials")).context
    assert (page["rows"], page["round_rows"]) == ([], [])
    assert "Missed" in other.get(address).content.decode()
    assert len(other.get(reverse("trials")).context["round_rows"]) == 1
    scheduling.close(clock(unit.supervisor), trial.round)
    assert "Missed" in own.get(address).content.decode()


def test_no_search_is_asked_for_with_the_probe_of_an_open_examination(
    both: tuple[Task, Task], unit: Unit, clock: Clock
) -> None:
    """Whether a face was searched before is told to whoever asks for it: of a trial's it never was."""
    still = unit.search.request.still
    wanted = Wanted(face=1, purpose="", suspicion="", specific_facts="", route="", version=0)

    def said(task: Task) -> str:
        with pytest.raises(LookalikeError) as caught:
            consider(clock(task.examiner), still, wanted)
        return f"{type(caught.value).__name__}: {caught.value}"

    told = []
    for task in both:
        before = said(task)
        services.begin(clock(task.examiner), task)
        during = said(task)
        giving.withdraw(clock(task.examiner), task, "I know this face.")
        told.append((during, said(task) == before, before == during))
    assert told[0] == told[1]
    assert "begun" in told[0][0]
    assert told[0][1:] == (True, False)
