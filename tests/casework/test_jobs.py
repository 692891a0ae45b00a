"""Long work: taken up by one worker, cancelled, left by a worker that died and taken up by another."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from lookalike.casework import jobs
from lookalike.casework.acting import Acting
from lookalike.casework.jobs import LOST, Kind, Task
from lookalike.casework.models import Job
from lookalike.casework.people.models import Person, RoleHeld
from lookalike.casework.permissions import Permission
from lookalike.errors import BadInput, Fault, NotNow
from lookalike.protocol.vocabulary import Role

ROOT = Path(__file__).parents[2]


@pytest.fixture
def who(someone: Callable[..., Person], acting: Callable[..., Acting]) -> Acting:
    """Somebody who asks for work."""
    return acting(someone("ivy", Role.INVESTIGATOR))


@pytest.fixture
def work() -> Iterator[Callable[[Callable[[Task], None]], str]]:
    """Declare a kind of work for one test."""

    def declared(do: Callable[[Task], None]) -> str:
        jobs._kinds["test"] = Kind("Testing", Permission.EXHIBIT_ADD, lambda job: "/", do)
        return "test"

    yield declared
    jobs._kinds.pop("test", None)


def state(job: Job) -> str:
    job.refresh_from_db()
    return job.state


def test_work_is_done_once_and_says_how_far_it_is(who: Acting, work: Any, now: datetime) -> None:
    seen: list[Any] = []

    def do(task: Task) -> None:
        task.tell(3, 7, "frames")
        seen.append((task.argument, task.acting().person, Job.objects.get(pk=task.job.pk)))

    job = jobs.start(who, work(do), {"exhibit": "x"})
    assert state(job) == Job.State.WAITING
    assert jobs.run_one(job.public_id, now=now)
    assert state(job) == Job.State.DONE
    assert not jobs.run_one(job.public_id, now=now)
    ((argument, person, row),) = seen
    assert (argument, person) == ({"exhibit": "x"}, who.person)
    assert (row.state, row.done, row.total, row.unit) == (Job.State.RUNNING, 3, 7, "frames")


def test_progress_is_not_written_for_every_step(
    who: Acting, work: Any, now: datetime, django_assert_max_num_queries: Any
) -> None:
    def do(task: Task) -> None:
        for step in range(10_000):
            task.tell(step)

    job = jobs.start(who, work(do), {})
    with django_assert_max_num_queries(12):
        jobs.run_one(job.public_id, now=now)


def test_what_a_person_can_mend_is_told_as_it_is(who: Acting, work: Any, now: datetime) -> None:
    def do(task: Task) -> None:
        raise BadInput("The clip is broken.", why="Part of it is missing.", remedy="Ask for the original.")

    job = jobs.start(who, work(do), {})
    jobs.run_one(job.public_id, now=now)
    assert state(job) == Job.State.FAILED
    assert (job.what, job.why, job.remedy) == ("The clip is broken.", "Part of it is missing.", "Ask for the original.")


def test_a_fault_of_ours_says_nothing_of_our_inside(
    who: Acting, work: Any, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    def do(task: Task) -> None:
        raise ZeroDivisionError("secret")

    job = jobs.start(who, work(do), {})
    jobs.run_one(job.public_id, now=now)
    assert state(job) == Job.State.FAILED
    assert "secret" not in job.what + job.why + job.remedy
    assert "secret" in caplog.text


def test_work_that_waits_is_cancelled_at_once_and_never_begun(who: Acting, work: Any, now: datetime) -> None:
    def do(task: Task) -> None:
        raise AssertionError

    job = jobs.start(who, work(do), {})
    jobs.cancel(who, job)
    assert state(job) == Job.State.CANCELLED
    assert not jobs.run_one(job.public_id, now=now + 2 * LOST)
    with pytest.raises(NotNow):
        jobs.cancel(who, job)


def test_work_that_runs_is_cancelled_where_it_next_says_how_far_it_is(who: Acting, work: Any, now: datetime) -> None:
    reached: list[str] = []

    def do(task: Task) -> None:
        reached.append("begun")
        jobs.cancel(who, Job.objects.get(pk=task.job.pk))
        task.tell(1)
        reached.append("went on")

    job = jobs.start(who, work(do), {})
    jobs.run_one(job.public_id, now=now)
    assert (reached, state(job)) == (["begun"], Job.State.CANCELLED)


def test_a_job_whose_worker_died_is_taken_up_and_the_dead_one_writes_nothing(
    who: Acting, work: Any, now: datetime
) -> None:
    told: list[str] = []

    def do(task: Task) -> None:
        if task.job.attempt == 1:
            # this worker is thought dead; another takes the job and does it
            assert jobs.run_one(task.job.public_id, now=now + 2 * LOST)
            for wakes in (lambda: task.tell(1), task.still_mine):
                with pytest.raises(jobs.Stopped):
                    wakes()
            told.append("woke up")
            raise BadInput("This must not be written.")
        told.append("done by the second")

    job = jobs.start(who, work(do), {})
    jobs.run_one(job.public_id, now=now)
    assert told == ["done by the second", "woke up"]
    assert state(job) == Job.State.DONE
    assert (job.attempt, job.what) == (2, "")


def test_a_job_that_is_alive_is_not_taken_from_its_worker(who: Acting, work: Any, now: datetime) -> None:
    def do(task: Task) -> None:
        assert not jobs.run_one(task.job.public_id, now=now + LOST / 2)

    job = jobs.start(who, work(do), {})
    assert jobs.run_one(job.public_id, now=now)
    assert state(job) == Job.State.DONE


def test_lost_work_is_found(who: Acting, work: Any, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    ordered: list[str] = []
    monkeypatch.setattr(jobs, "_enqueue", ordered.append)
    kind = work(lambda task: None)
    dead, alive, waiting, fresh, ended = (jobs.start(who, kind, {}) for _ in range(5))
    long_ago, just_now = now - 2 * LOST, now - LOST / 2
    Job.objects.filter(pk=dead.pk).update(state=Job.State.RUNNING, alive_at=long_ago)
    Job.objects.filter(pk=alive.pk).update(state=Job.State.RUNNING, alive_at=just_now)
    Job.objects.filter(pk=waiting.pk).update(asked_at=long_ago)
    Job.objects.filter(pk=fresh.pk).update(asked_at=just_now)
    Job.objects.filter(pk=ended.pk).update(state=Job.State.DONE, asked_at=long_ago, alive_at=long_ago)
    assert set(jobs.take_up_lost(now)) == {dead.public_id, waiting.public_id}
    assert set(ordered) == {dead.public_id, waiting.public_id}


def test_a_job_whose_order_stands_is_not_ordered_again(
    who: Acting, work: Any, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def order(public_id: str) -> None:
        DBTaskResult.objects.create(
            args_kwargs={"args": [public_id], "kwargs": {}},
            task_path="lookalike.casework.jobs.run_job",
            backend_name="default",
            run_after=now,
        )

    monkeypatch.setattr(jobs, "_enqueue", order)
    job = jobs.start(who, work(lambda task: None), {})
    later = now + 2 * LOST
    assert [jobs.take_up_lost(later) for _ in range(3)] == [[job.public_id], [], []]
    DBTaskResult.objects.update(status="RUNNING")  # its worker was killed before it took the job up
    assert jobs.take_up_lost(later) == [job.public_id]
    assert jobs.forget_orders(now + timedelta(days=13)) == 0
    assert jobs.forget_orders(now + timedelta(days=15)) == 1
    assert DBTaskResult.objects.get().status == "READY"


def test_a_job_that_kills_its_workers_is_given_up(who: Acting, work: Any, now: datetime) -> None:
    class Killed(BaseException):
        pass

    def do(task: Task) -> None:
        raise Killed

    job = jobs.start(who, work(do), {})
    for again in range(jobs.MOST):
        with pytest.raises(Killed):
            jobs.run_one(job.public_id, now=now + 2 * again * LOST)
    assert not jobs.run_one(job.public_id, now=now + 2 * jobs.MOST * LOST)
    assert state(job) == Job.State.FAILED
    assert job.attempt == jobs.MOST
    assert job.remedy
    assert jobs.take_up_lost(now + timedelta(days=1)) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda person, now: Person.objects.filter(pk=person.pk).update(disabled_at=now),
        lambda person, now: Person.objects.filter(pk=person.pk).update(is_active=False),
        lambda person, now: Person.objects.filter(pk=person.pk).update(expires_at=now),
        lambda person, now: RoleHeld.objects.filter(person=person).update(until=now),
    ],
    ids=["disabled", "not active", "ended", "role taken"],
)
def test_nothing_is_done_for_somebody_who_may_not_act_any_more(
    who: Acting, work: Any, now: datetime, change: Callable[[Person, datetime], Any]
) -> None:
    done: list[Task] = []
    job = jobs.start(who, work(done.append), {})
    change(who.person, now)
    jobs.run_one(job.public_id, now=now + timedelta(seconds=1))
    assert state(job) == Job.State.FAILED
    assert (done, bool(job.what), bool(job.remedy)) == ([], True, True)


def test_a_locked_account_does_not_stop_what_it_asked_before(who: Acting, work: Any, now: datetime) -> None:
    job = jobs.start(who, work(lambda task: None), {})
    Person.objects.filter(pk=who.person.pk).update(locked_at=now)  # anybody can bring that about by guessing
    jobs.run_one(job.public_id, now=now)
    assert state(job) == Job.State.DONE


def test_there_is_no_work_of_an_unknown_kind(who: Acting) -> None:
    with pytest.raises(Fault):
        jobs.start(who, "nothing", {})


def test_work_of_an_act_that_is_undone_is_never_begun(who: Acting, work: Any) -> None:
    from django.db import transaction

    class Undone(Exception):
        pass

    kind = work(lambda task: None)
    with pytest.raises(Undone), transaction.atomic():
        jobs.start(who, kind, {})
        raise Undone
    assert not Job.objects.exists()


WORLD = textwrap.dedent(
    """
    import os, sys, datetime, pathlib
    os.environ["LOOKALIKE_PLAIN_HTTP"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lookalike.site.settings")
    from lookalike.site.home import default_home
    default_home().make()
    import django; django.setup()
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    from lookalike.casework.recording import begin_ledger
    begin_ledger("ledger.example.org/worker")
    from django.utils import timezone
    from lookalike.casework.acting import Acting
    from lookalike.casework.cases import services
    from lookalike.casework.cases.evidence import add_exhibit
    from lookalike.casework.cases.told import CaseTold, ExhibitTold
    from lookalike.casework.people.models import Agency, Person, RoleHeld
    now = timezone.now()
    agency = Agency.objects.create(id="d", name="D", jurisdiction="US-MI-Detroit", kind="law_enforcement", own=True)
    person = Person.objects.create(username="ivy", name="Ivy", agency=agency, made_at=now)
    RoleHeld.objects.create(person=person, role="investigator", since=now)
    who = Acting(person=person, roles=person.roles, at=now, source="test", where="test")
    case = services.open_case(who, CaseTold(number="1", nibrs="120", narrative="A robbery."), agency)
    told = ExhibitTold(kind="clip", title="Camera", probe_kind="still_from_evidence", received_from="Shop",
                       received_on=now.date(), name="clip.mp4")
    add_exhibit(who, case, told, [pathlib.Path(sys.argv[1]).read_bytes()])
    """
)


def one(home: Path, question: str) -> Any:
    with sqlite3.connect(home / "site" / "site.sqlite3", timeout=30) as base:
        return base.execute(question).fetchone()


def until(said: Callable[[], Any], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not said():
        assert time.monotonic() < end, "it did not come about in time"
        time.sleep(0.1)


def test_a_clip_is_read_although_its_worker_was_killed(tmp_path: Path) -> None:
    from tests.media.clip_samples import make

    clip = tmp_path / "clip.mp4"
    clip.write_bytes(make(count=1500, size=(640, 360)))
    home = tmp_path / "home"
    world = os.environ | {
        "LOOKALIKE_HOME": str(home),
        "LOOKALIKE_PLAIN_HTTP": "1",
        "DJANGO_SETTINGS_MODULE": "lookalike.site.settings",
    }
    subprocess.run([sys.executable, "-c", WORLD, str(clip)], env=world, cwd=ROOT, check=True, timeout=120)

    def worker() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "django", "worker", "--interval", "0.1"]
        return subprocess.Popen(command, env=world, cwd=ROOT, stderr=subprocess.DEVNULL)

    first = worker()
    try:
        until(lambda: one(home, "SELECT done FROM casework_job")[0] > 20)
    finally:
        first.send_signal(signal.SIGKILL)
        first.wait()
    running = one(home, "SELECT state, attempt FROM casework_job")
    assert running == ("running", 1), "the clip was read before the worker could be killed"
    past = (datetime.now(UTC) - 2 * LOST - timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S")
    with sqlite3.connect(home / "site" / "site.sqlite3", timeout=30) as base:
        base.execute("UPDATE casework_job SET alive_at = ?", [past])
    second = worker()
    try:
        until(lambda: one(home, "SELECT state FROM casework_job")[0] == "done")
    finally:
        second.terminate()
        second.wait(30)
    assert one(home, "SELECT attempt FROM casework_job") == (2,)
    assert one(home, "SELECT json_extract(about, '$.frames') FROM cases_exhibit") == (1500,)
    assert one(home, "SELECT COUNT(*) FROM cases_keystill") == (24,)
