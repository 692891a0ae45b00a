"""Known-answer trials: like real work to look at, the person there as often as not, told only at the end."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from lookalike.casework.examinations import scheduling, services
from lookalike.casework.examinations.models import Task, Trial, TrialRound
from lookalike.casework.examinations.rates import rate
from lookalike.casework.examinations.shown import task_shown
from lookalike.casework.examinations.trial_sets import MANIFEST, prepared_sets, read_set
from lookalike.casework.examinations.trials import Result, known_answer_on, result_of, tally, told
from lookalike.casework.people.models import Person
from lookalike.errors import BadForm, BadManifest, NotNow
from lookalike.face.matcher import Matcher
from lookalike.protocol.vocabulary import Conclusion, Role
from tests.casework.examinations.conftest import Clock, Unit, judge, seeing


@pytest.fixture
def prepared(
    people: Path,
    probes: list[dict[str, str]],
    bookings: list[dict[str, str]],
    matcher: Matcher,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[str]:
    """A prepared set of invented people: twelve probes, and photographs of thirty people."""
    monkeypatch.setattr(scheduling, "matcher", lambda: matcher)
    folder = Path(settings.GALLERIES_FOLDER).parent / "trials" / "invented"
    folder.mkdir(parents=True)
    good = [row for row in probes if row["kind"] == "a"][:12]
    wanted = {row["person_id"] for row in good}
    photographs = [row for row in bookings if row["person_id"] in wanted]
    photographs += [row for row in bookings if row["person_id"] not in wanted][: 30 - len(wanted)]
    lines = [(row["person_id"], row["file"], "probe") for row in good]
    lines += [(row["person_id"], row["file"], "photograph") for row in photographs]
    for _, file, _ in lines:
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes((people / file).read_bytes())
    with (folder / MANIFEST).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("person", "file", "use"), *lines])
    yield "invented"
    for path in sorted(folder.rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    folder.rmdir()


def all_given(made: TrialRound, clock: Clock) -> list[Trial]:
    """The trials of a round, at a time when every one was given."""
    Task.objects.filter(trial__round=made).update(given_at=clock.at)
    return list(Trial.objects.filter(round=made).select_related("task__examiner", "mate").order_by("pk"))


def answer(clock: Clock, trial: Trial, *, name: str | None) -> None:
    """Conclude a trial: name the face of a record, or nobody."""
    seeing(clock, trial.task.examiner, trial.task)
    judge(clock, trial.task.examiner, trial.task, name)
    trial.task.refresh_from_db()
    conclusion = Conclusion.POSSIBLE_CANDIDATE if name else Conclusion.NO_CANDIDATE
    services.conclude(clock(trial.task.examiner), trial.task, version=trial.task.version, conclusion=conclusion)
    trial.task.refresh_from_db()


def test_a_round_is_blind_counted_and_told_at_its_end(
    unit: Unit, clock: Clock, prepared: str, signed_in: Callable[[Person], Client]
) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.cyd))
    last_day = clock.at.date() + timedelta(days=20)
    made = scheduling.schedule(clock(unit.supervisor), prepared, [unit.ben], each=4, last_day=last_day)
    rows = list(Trial.objects.filter(round=made).select_related("task"))
    assert len(rows) == 4
    assert sum(one.mate_id is not None for one in rows) == 2  # with the person as often as without
    assert len({one.probe for one in rows}) == 4
    assert all(clock.at <= one.task.given_at <= clock.at + timedelta(days=21) for one in rows)
    assert len({one.task.given_at for one in rows}) == 4
    assert not Task.objects.visible_to(clock(unit.ben)).filter(given_at__gt=clock.at).exists()

    trials = all_given(made, clock)
    real = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    lengths = {task.faces.count() for task in Task.objects.filter(search=unit.search)}
    assert {one.task.faces.count() for one in trials} <= lengths
    for one in trials:
        mine, theirs = task_shown(one.task), task_shown(real)
        assert (mine.state, mine.version, mine.features, mine.faces) == (theirs.state, theirs.version, (), ())
        assert len({face.key.split(":")[0] for face in one.task.faces.all()}) == 1
        people_shown = {
            line.person for line in read_set(prepared).photographs if one.task.faces.filter(record_id=line.file)
        }
        probe_of = next(line.person for line in read_set(prepared).probes if line.file == one.probe)
        assert (probe_of in people_shown) is (one.mate_id is not None)

    mated = [one for one in trials if one.mate]
    unmated = [one for one in trials if not one.mate]
    other = unmated[0].task.faces.first()
    assert mated[0].mate is not None
    assert other is not None
    answer(clock, mated[0], name=mated[0].mate.record_id)
    answer(clock, mated[1], name=None)
    answer(clock, unmated[0], name=other.record_id)
    answer(clock, unmated[1], name=None)
    assert [result_of(one) for one in (*mated, *unmated)] == [
        Result.RIGHT,
        Result.MISS,
        Result.FALSE_LEAD,
        Result.RIGHT,
    ]
    counted = tally(trials)
    assert (counted.trials, counted.false_leads, counted.with_mate, counted.missed) == (4, 1, 2, 1)
    page = signed_in(unit.ben).get(f"/tasks/{mated[0].task.public_id}/").content.decode()
    assert "trial" not in page.lower()
    assert told(mated[0].task) == ""

    scheduling.close(clock(unit.supervisor), made)
    assert told(mated[1].task).endswith("you named nobody.")
    page = signed_in(unit.ben).get(f"/tasks/{unmated[0].task.public_id}/").content.decode()
    assert "This was a known-answer trial. The person was not among the faces. You named somebody else." in page
    assert known_answer_on(unit.ben, clock.at) is None  # a false lead: not passed
    with pytest.raises(NotNow):
        scheduling.close(clock(unit.supervisor), made)
    client = signed_in(unit.supervisor)
    page = client.get("/trials/").content.decode()
    assert "1 of 4" in page
    assert "1 of 2" in page
    assert "Missed" in client.get(f"/trials/{made.public_id}/").content.decode()
    assert signed_in(unit.ben).get("/trials/").status_code == 403


def test_who_names_nobody_wrongly_and_somebody_rightly_has_passed(unit: Unit, clock: Clock, prepared: str) -> None:
    made = scheduling.schedule(
        clock(unit.supervisor), prepared, [unit.ben], each=2, last_day=clock.at.date() + timedelta(days=2)
    )
    trials = all_given(made, clock)
    for one in trials:
        answer(clock, one, name=one.mate.record_id if one.mate else None)
    assert known_answer_on(unit.ben, clock.at) is None  # not before the round is closed
    scheduling.close(clock(unit.supervisor), made)
    last = max(one.task.concluded_at for one in trials if one.task.concluded_at)
    assert known_answer_on(unit.ben, clock.at) == last.date()
    assert known_answer_on(unit.ben, clock.at - timedelta(days=1)) is None
    assert known_answer_on(unit.ann, clock.at) is None


def test_who_hands_back_the_trials_that_are_not_easy_has_not_passed(unit: Unit, clock: Clock, prepared: str) -> None:
    made = scheduling.schedule(
        clock(unit.supervisor), prepared, [unit.ben], each=2, last_day=clock.at.date() + timedelta(days=2)
    )
    easy, other = sorted(all_given(made, clock), key=lambda one: one.mate is not None)
    answer(clock, easy, name=None)
    services.withdraw(clock(unit.ben), other.task, "I know this face.")
    scheduling.close(clock(unit.supervisor), made)
    assert known_answer_on(unit.ben, clock.at) is None
    Task.objects.filter(pk=other.task_id).update(due_on=None)  # had it never been given
    assert known_answer_on(unit.ben, clock.at) is not None


def test_a_round_that_makes_no_sense_is_not_scheduled(
    unit: Unit, clock: Clock, prepared: str, someone: Callable[..., Person]
) -> None:
    reader = someone("exa_sup", Role.EXAMINER, Role.SUPERVISOR)
    today = clock.at.date()
    cases: list[tuple[list[Person], dict[str, Any]]] = [
        ([], {"each": 4, "last_day": today + timedelta(days=2)}),
        ([reader], {"each": 4, "last_day": today + timedelta(days=2)}),
        ([unit.supervisor], {"each": 4, "last_day": today + timedelta(days=2)}),
        ([unit.ben], {"each": 1, "last_day": today + timedelta(days=2)}),
        ([unit.ben], {"each": 4, "last_day": today - timedelta(days=1)}),
        ([unit.ben], {"each": 4, "last_day": date.min}),
        ([unit.ben], {"each": 4, "last_day": today + timedelta(days=400)}),
        ([unit.ben], {"each": 4, "last_day": date.max}),
    ]
    for people_asked, more in cases:
        with pytest.raises(BadForm):
            scheduling.schedule(clock(unit.supervisor), prepared, people_asked, **more)
    with pytest.raises(BadManifest):
        scheduling.schedule(clock(unit.supervisor), "../keys", [unit.ben], each=2, last_day=today + timedelta(days=2))
    with pytest.raises(NotNow):  # no probe is shown to one person twice
        scheduling.schedule(clock(unit.supervisor), prepared, [unit.ben], each=13, last_day=today + timedelta(days=2))
    assert not TrialRound.objects.exists()
    assert prepared_sets() == ["invented"]


def test_a_set_names_no_file_outside_its_folder(prepared: str) -> None:
    manifest = Path(settings.GALLERIES_FOLDER).parent / "trials" / prepared / MANIFEST
    manifest.write_text("person,file,use\nP1,../../../keys/site.key,probe\n", encoding="utf-8")
    with pytest.raises(BadManifest):
        read_set(prepared)


@pytest.mark.parametrize(
    ("errors", "trials", "low", "high"),
    # R: binom.test(x, n)$conf.int
    [(0, 10, 0.0, 0.3085), (1, 20, 0.001265, 0.248733), (5, 10, 0.187086, 0.812914), (10, 10, 0.691503, 1.0)],
)
def test_the_interval_is_that_of_clopper_and_pearson(errors: int, trials: int, low: float, high: float) -> None:
    found = rate(errors, trials)
    assert found.low == pytest.approx(low, abs=1e-5)
    assert found.high == pytest.approx(high, abs=1e-4)


def test_no_trial_has_no_rate() -> None:
    assert rate(0, 0).sentence == "no trial yet"
