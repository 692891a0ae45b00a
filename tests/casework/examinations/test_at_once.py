"""Two windows, two supervisors, two presses of one button at the same moment: nothing lost, nothing done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from lookalike.casework.acting import Acting
from lookalike.casework.examinations import services
from lookalike.casework.examinations.checks import Described
from lookalike.casework.examinations.models import Task
from lookalike.casework.recording import store
from lookalike.casework.searches.models import Request
from lookalike.errors import ChangedMeanwhile, LookalikeError, NotNow
from lookalike.protocol.vocabulary import Conclusion
from tests.casework.examinations.conftest import RANKED, Clock, Unit, examine, judge, seeing


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What each act gave or raised, all begun together in threads of their own."""
    barrier, results = threading.Barrier(len(acts)), list[Any]([None] * len(acts))

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            results[place] = act()
        except LookalikeError as error:
            results[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


@pytest.fixture(autouse=True)
def several_connections(transactional_db: None) -> None:
    """Threads need a database that several connections can open."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():  # type: ignore[attr-defined]
        pytest.skip("a database in memory has one connection; run with LOOKALIKE_TEST_DATABASE")


def test_two_supervisors_assign_at_once(unit: Unit, clock: Clock) -> None:
    pairs = ((unit.ann, unit.ben), (unit.ben, unit.cyd))
    whos = [clock(unit.supervisor) for _ in pairs]
    results = at_once(
        *(
            lambda who=who, pair=pair: services.give(who, unit.search, pair)  # type: ignore[misc]
            for who, pair in zip(whos, pairs, strict=True)
        )
    )
    assert sorted(type(one).__name__ for one in results) == ["NotNow", "tuple"]
    assert Task.objects.count() == 2
    assert Task.objects.filter(state=Task.State.GIVEN).count() == 1


def test_two_windows_save_at_once(unit: Unit, clock: Clock) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    task = Task.objects.get(state=Task.State.GIVEN)
    services.begin(clock(task.examiner), task)
    task.refresh_from_db()
    whos: list[Acting] = [clock(task.examiner) for _ in range(6)]
    results = at_once(
        *(
            lambda who=who, words=words: services.describe(  # type: ignore[misc]
                who, task, version=task.version, features={"nose": Described("visible", words, ())}
            )
            for who, words in zip(whos, "abcdef", strict=True)
        )
    )
    assert sum(isinstance(one, Task) for one in results) == 1
    assert sum(isinstance(one, ChangedMeanwhile) for one in results) == 5
    assert task.features.count() == 1
    assert Task.objects.get(pk=task.pk).version == task.version + 1


def test_the_last_conclusion_is_sent_twice_at_once(unit: Unit, clock: Clock) -> None:
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    first = Task.objects.get(state=Task.State.GIVEN)
    examine(clock, first.examiner, first, RANKED[0])
    second = Task.objects.get(state=Task.State.GIVEN)
    seeing(clock, second.examiner, second)
    judge(clock, second.examiner, second, RANKED[0])
    second.refresh_from_db()
    before = store().head().size
    whos = [clock(second.examiner) for _ in range(3)]
    results = at_once(
        *(
            lambda who=who: services.conclude(  # type: ignore[misc]
                who, second, version=second.version, conclusion=Conclusion.POSSIBLE_CANDIDATE
            )
            for who in whos
        )
    )
    assert sum(isinstance(one, Task) for one in results) == 1
    assert sum(isinstance(one, NotNow) for one in results) == 2
    assert store().head().size == before + 1  # one signature
    asked = Request.objects.get(pk=unit.search.request_id)
    assert asked.state == Request.State.ANSWERED
