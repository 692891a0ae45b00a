"""Long work: started by an act, done by the worker, its progress kept where every page can read it.

    @long_work("clip", title="Reading the clip", needs=Permission.X, page=address_of)   # in the module `work` of an app
    def read_clip(task: Task) -> None: ...

    job = start(who, "clip", {"exhibit": exhibit.public_id})           # inside the act that asks for it

A job is taken up by one worker at a time. Whoever does it says how far it is, and is thereby known to be alive; a job
of which nothing was heard for `LOST` is taken up by another worker, and the first one, should it wake, is told so and
stops. So the work must bear being begun again. It is cancelled where it next says how far it is.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import autodiscover_modules
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from lookalike.casework.acting import Acting
from lookalike.casework.models import Job
from lookalike.casework.permissions import Permission
from lookalike.casework.regular import regular
from lookalike.errors import Fault, LookalikeError, NotNow, NotPermitted

log = logging.getLogger(__name__)

LOST = timedelta(minutes=2)
"""A worker of which nothing was heard for so long is given up."""

FORGOTTEN = timedelta(days=14)
"""How long an order stands that was carried out, or whose worker died."""

MOST = 5
"""How often a job is taken up whose workers die."""

EVERY = 0.5
"""Seconds between two writings of a job's progress."""


class Stopped(Exception):
    """The work is to stop here; nothing that it has not committed stays."""


@dataclass(slots=True)
class Task:
    """A job while it is done. who: whoever asked for it, acting through the worker.

    job: the row as it was when it was taken up. Of the row only `tell` writes.
    """

    job: Job
    who: Acting
    _told: float = 0.0

    @property
    def argument(self) -> dict[str, Any]:
        """What the work is done to."""
        argument: dict[str, Any] = self.job.argument
        return argument

    def tell(self, done: int, total: int | None = None, unit: str = "") -> None:
        """Say how far the work is, as often as one likes. Raises Stopped where it was cancelled or taken over."""
        now = time.monotonic()
        if self._told and now - self._told < EVERY:
            return
        self._told = now
        mine = Job.objects.filter(pk=self.job.pk, attempt=self.job.attempt, state=Job.State.RUNNING)
        if not mine.filter(cancel_asked=False).update(done=done, total=total, unit=unit, alive_at=datetime.now(UTC)):
            raise Stopped

    def still_mine(self) -> None:
        """Raise Stopped unless this worker still does the job. In the transaction that keeps what the work found."""
        mine = Job.objects.select_for_update().filter(
            pk=self.job.pk, attempt=self.job.attempt, state=Job.State.RUNNING, cancel_asked=False
        )
        if not mine.exists():
            raise Stopped

    def acting(self) -> Acting:
        """Who acts, now."""
        return replace(self.who, at=datetime.now(UTC))


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of long work. needs: what whoever asked has to be permitted, also when it begins. title: on its page.
    page: the address where its result is seen.
    """

    title: str
    needs: Permission
    page: Callable[[Job], str]
    do: Callable[[Task], None]


_kinds: dict[str, Kind] = {}


def long_work(
    name: str, *, title: str, needs: Permission, page: Callable[[Job], str]
) -> Callable[[Callable[[Task], None]], Callable[[Task], None]]:
    """Declare a kind of work, in the module `work` of an app. name: what `start` is given; never renamed."""

    def declared(do: Callable[[Task], None]) -> Callable[[Task], None]:
        _kinds[name] = Kind(title, needs, page, do)
        return do

    return declared


def kind_of(name: str) -> Kind:
    """A kind of work by its name. Raises Fault for one that this version of the site does not have."""
    if name not in _kinds:
        autodiscover_modules("work")
    if name not in _kinds:
        raise Fault(f"There is no work called {name}.", remedy="Run the worker in the version of the site.")
    return _kinds[name]


def start(who: Acting, kind: str, argument: dict[str, Any]) -> Job:
    """Have long work done. Call inside the act that asks for it: what is undone is never begun."""
    kind_of(kind)
    job = Job.objects.create(kind=kind, argument=argument, asked_by=who.person, asked_at=who.at)
    transaction.on_commit(lambda: _enqueue(job.public_id), robust=True)  # an order that is lost is given again
    return job


def cancel(who: Acting, job: Job) -> None:
    """Ask for a job to stop. One that waits is over at once. Raises NotNow for one that has ended."""
    open_states = (Job.State.WAITING, Job.State.RUNNING)
    with transaction.atomic():
        row = Job.objects.select_for_update().get(pk=job.pk)
        if row.state not in open_states:
            raise NotNow("This work has ended already.", remedy="Look at what came of it.")
        row.cancel_asked = True
        if row.state == Job.State.WAITING:
            row.state, row.ended_at = Job.State.CANCELLED, who.at
        row.save(update_fields=["cancel_asked", "state", "ended_at"])


def run_one(public_id: str, *, now: datetime) -> bool:
    """Take a job up and do it. Returns False for one that somebody else does, or that has ended."""
    job = _taken_up(public_id, now)
    if job is None:
        return False
    ended: dict[str, Any] = {"state": Job.State.DONE}
    try:
        kind = kind_of(job.kind)
        kind.do(Task(job, _asker(job, kind, now)))
    except Stopped:
        ended = {"state": Job.State.CANCELLED}
    except LookalikeError as error:
        ended = {"state": Job.State.FAILED, "what": error.what, "why": error.why, "remedy": error.remedy}
    except Exception:
        log.exception("Job %s (%s) failed.", job.public_id, job.kind)
        ended = {
            "state": Job.State.FAILED,
            "what": "Something of ours failed while this was done.",
            "why": "Nothing of it was kept.",
            "remedy": "Try again. If it fails again, tell the administrator: the server's log says more.",
        }
    mine = Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)
    if ended["state"] == Job.State.CANCELLED:
        mine = mine.filter(cancel_asked=True)  # otherwise another worker has it
    mine.update(ended_at=datetime.now(UTC), **ended)
    return True


def take_up_lost(now: datetime) -> list[str]:
    """Have jobs done whose worker died, or whose order was lost with it. Returns their ids.

    Called by the worker every now and then. A job whose order still stands is not ordered again: behind long work,
    orders would pile up without end. Should one be ordered twice, only one worker takes it up.
    """
    long_ago = now - LOST
    lost = Q(state=Job.State.RUNNING, alive_at__lt=long_ago) | Q(state=Job.State.WAITING, asked_at__lt=long_ago)
    ordered = DBTaskResult.objects.filter(status=TaskResultStatus.READY).values_list("args_kwargs", flat=True)
    standing = {one for order in ordered for one in order["args"]}
    found = Job.objects.filter(lost).order_by("asked_at").values_list("public_id", flat=True)
    missing = [public_id for public_id in found if public_id not in standing][:100]
    for public_id in missing:
        _enqueue(public_id)
    return missing


@regular(every=24 * 3600)
def forget_orders(now: datetime) -> int:
    """Delete orders of long ago: what became of a job stands in its own row."""
    old = DBTaskResult.objects.filter(enqueued_at__lt=now - FORGOTTEN).exclude(status=TaskResultStatus.READY)
    return int(old.delete()[0])


@task()
def run_job(public_id: str) -> bool:
    """What the worker is ordered to do."""
    return run_one(public_id, now=datetime.now(UTC))


def _enqueue(public_id: str) -> None:
    run_job.enqueue(public_id)


def _taken_up(public_id: str, now: datetime) -> Job | None:
    """The job, if it was free: waiting, or its worker lost. Two workers that try at once: one gets it.

    One whose workers died again and again fails: what it is done to kills them, and would stop all other work.
    """
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, alive_at__lt=now - LOST)
    with transaction.atomic():
        mine = Job.objects.filter(free, public_id=public_id)
        if mine.filter(attempt__gte=MOST).update(
            state=Job.State.FAILED,
            ended_at=now,
            what=f"This was begun {MOST} times, and the worker died each time.",
            why="What it is done to may be made to break whoever reads it.",
            remedy="Tell the administrator: the server's log says more. The original is kept.",
        ):
            return None
        if not mine.update(state=Job.State.RUNNING, alive_at=now, attempt=F("attempt") + 1, done=0):
            return None
        return Job.objects.select_related("asked_by").get(public_id=public_id)


def _asker(job: Job, kind: Kind, now: datetime) -> Acting:
    """Whoever asked, as permitted now. An account that locked itself is still its owner's: the work was asked before.

    Raises NotPermitted for an account that was disabled or has ended, or whose role was taken.
    """
    person = job.asked_by
    if person is None:
        raise Fault("Nobody asked for this work.", remedy="Ask for it again.")
    if not person.is_active or person.disabled_at is not None or (person.expires_at and person.expires_at <= now):
        raise NotPermitted(
            "The account of whoever asked for this is no longer in use.",
            why="Nothing is done in the name of somebody who may not act any more.",
            remedy="Ask for it again under your own account.",
        )
    who = Acting(person=person, roles=person.roles, at=now, source="worker", where=f"job {job.kind}")
    who.require(kind.needs)
    return who
