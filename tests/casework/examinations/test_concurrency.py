"""Two windows and two people at once: an examination is given, begun, locked and signed once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from lookalike.casework.examinations import services
from lookalike.casework.examinations.checks import Compared, Described
from lookalike.casework.examinations.models import Comparison, Task, TaskFace
from lookalike.casework.people.models import Person
from lookalike.casework.searches.models import Request, Search
from lookalike.errors import ChangedMeanwhile, NotNow, NotThere
from lookalike.ledger.acts import Act
from lookalike.protocol.vocabulary import Conclusion, Role
from tests.casework.at_once import Written, at_once, told
from tests.casework.examinations.conftest import DESCRIPTION, Clock, Unit, examine, judge, seeing, task_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def given(unit: Unit, clock: Clock) -> Task:
    """The first examination of a search, given and not begun."""
    services.give(clock(unit.supervisor), unit.search, [unit.ann, unit.ben])
    return Task.objects.get(search=unit.search, state=Task.State.GIVEN)


def again(row: Any) -> Any:
    """The row as another window has it."""
    return type(row).objects.get(pk=row.pk)


def test_two_supervisors_at_once_give_a_search_to_two_examiners_and_no_more(
    unit: Unit, clock: Clock, someone: Callable[..., Person]
) -> None:
    other, written = someone("sid_vise", Role.SUPERVISOR), Written()
    both = [(clock(unit.supervisor), [unit.ann, unit.ben]), (clock(other), [unit.ben, unit.cyd])]
    given = at_once(*[lambda one=one: services.give(one[0], again(unit.search), one[1]) for one in both])
    assert [type(one) for one in told(given)] == [NotNow]
    assert Task.objects.filter(search=unit.search).count() == 2
    assert Task.objects.filter(search=unit.search, state=Task.State.GIVEN).count() == 1
    assert written.of(Act.EXAMINATION_ASSIGN) == ["done"]


def test_a_task_opened_by_two_examiners_is_its_own_examiners(unit: Unit, clock: Clock, given: Task) -> None:
    stranger = next(one for one in (unit.ann, unit.ben, unit.cyd) if one.pk != given.examiner_id)
    mine, theirs, written = clock(given.examiner), clock(stranger), Written()
    both = at_once(lambda: services.begin(mine, again(given)), lambda: services.begin(theirs, again(given)))
    assert [type(one) for one in both] == [Task, NotThere]
    assert written.of(Act.EXAMINATION_BEGIN) == ["done"]


def test_a_task_begun_twice_is_begun_once(given: Task, clock: Clock) -> None:
    who, written = clock(given.examiner), Written()
    both = at_once(*[lambda: services.begin(who, again(given))] * 2)
    assert all(isinstance(one, Task | NotNow) for one in both)
    assert len(told(both)) <= 1
    assert written.of(Act.EXAMINATION_BEGIN) == ["done"]
    given.refresh_from_db()
    assert (given.state, given.version) == (Task.State.PROBE, 2)


def test_a_task_withdrawn_while_it_is_begun_is_withdrawn(unit: Unit, given: Task, clock: Clock) -> None:
    mine, hers = clock(given.examiner), clock(unit.supervisor)
    both = at_once(
        lambda: services.begin(mine, again(given)), lambda: services.withdraw(hers, again(given), "is on leave")
    )
    given.refresh_from_db()
    assert given.state == Task.State.WITHDRAWN
    assert [type(one) for one in told(both)] in ([], [NotNow])


def test_of_two_windows_that_describe_the_second_overwrites_nothing(given: Task, clock: Clock) -> None:
    who = clock(given.examiner)
    row = services.begin(who, given)
    words = [{"ears": Described("visible", text, ())} for text in ("lobe attached", "lobe free")]
    both = at_once(
        *[lambda one=one: services.describe(who, again(row), version=row.version, features=one) for one in words]
    )
    assert [type(one) for one in told(both)] == [ChangedMeanwhile]
    kept = words[0 if isinstance(both[0], Task) else 1]["ears"].words
    assert [one.words for one in row.features.all()] == [kept]


def test_a_description_saved_while_it_is_locked_is_in_or_told(given: Task, clock: Clock) -> None:
    who, written = clock(given.examiner), Written()
    row = services.begin(who, given)
    row = services.describe(who, row, version=row.version, features=DESCRIPTION)
    late = DESCRIPTION | {"ears": Described("visible", "lobe free", ())}
    both = at_once(
        lambda: services.lock_probe(who, again(row), version=row.version),
        lambda: services.describe(who, again(row), version=row.version, features=late),
    )
    assert len(told(both)) == 1
    assert isinstance(told(both)[0], ChangedMeanwhile | NotNow)
    row.refresh_from_db()
    locked = row.state == Task.State.COMPARING
    assert row.features.get(component="ears").words == ("oval" if locked else "lobe free")
    assert written.of(Act.PROBE_LOCK) == ["done"] * locked


def test_one_face_compared_in_two_windows_keeps_one_and_tells_the_other(given: Task, clock: Clock) -> None:
    who = clock(given.examiner)
    face = seeing(clock, given.examiner, given).faces.order_by("place").first()
    assert face is not None
    ways = [{"ears": Compared("different", "", "lobe")}, {"nose": Compared("similar", "", "")}]
    both = at_once(
        *[
            lambda one=one: services.compare(
                who, again(face), version=1, compared=one, outcome="excluded", reason=f"the {next(iter(one))}"
            )
            for one in ways
        ]
    )
    assert [type(one) for one in told(both)] == [ChangedMeanwhile]
    kept = Comparison.objects.get(face=face)
    assert again(face).reason == f"the {kept.component}"


def test_two_faces_cannot_both_become_the_possible_candidate(given: Task, clock: Clock) -> None:
    who = clock(given.examiner)
    faces = list(seeing(clock, given.examiner, given).faces.order_by("place")[:2])
    alike = {key: Compared("similar", "", "") for key in DESCRIPTION}
    both = at_once(
        *[
            lambda one=one: services.compare(
                who, again(one), version=1, compared=alike, outcome=TaskFace.Outcome.POSSIBLE, reason="alike"
            )
            for one in faces
        ]
    )
    assert [type(one) for one in told(both)] == [NotNow]
    assert TaskFace.objects.filter(task=given, outcome=TaskFace.Outcome.POSSIBLE).count() == 1


def test_an_examination_signed_twice_is_signed_once(given: Task, clock: Clock) -> None:
    row = seeing(clock, given.examiner, given)
    judge(clock, given.examiner, row, None)
    row, who, written = again(row), clock(given.examiner), Written()
    both = at_once(
        *[
            lambda: services.conclude(who, again(row), version=row.version, conclusion=Conclusion.NO_CANDIDATE),
            lambda: services.conclude(
                who, again(row), version=row.version, conclusion=Conclusion.INCONCLUSIVE, words="too blurred"
            ),
        ]
    )
    assert len(told(both)) == 1
    signed = next(one for one in both if isinstance(one, Task))
    assert again(row).conclusion == signed.conclusion
    assert written.of(Act.EXAMINATION_SIGN) == ["allowed"]
    assert Task.objects.filter(search=given.search, state=Task.State.GIVEN).count() == 1  # the next one's turn, once


def test_an_examination_signed_while_it_is_taken_back_is_one_or_the_other(
    unit: Unit, given: Task, clock: Clock
) -> None:
    row = seeing(clock, given.examiner, given)
    judge(clock, given.examiner, row, None)
    row, mine, hers = again(row), clock(given.examiner), clock(unit.supervisor)
    both = at_once(
        lambda: services.conclude(mine, again(row), version=row.version, conclusion=Conclusion.NO_CANDIDATE),
        lambda: services.withdraw(hers, again(row), "is on leave"),
    )
    assert len(told(both)) == 1
    row.refresh_from_db()
    assert row.state == (Task.State.CONCLUDED if isinstance(both[0], Task) else Task.State.WITHDRAWN)


def test_the_last_two_conclusions_hand_the_request_over_once(unit: Unit, given: Task, clock: Clock) -> None:
    examine(clock, given.examiner, given, None)
    second = task_of(unit, unit.ben if given.examiner == unit.ann else unit.ann)
    row = seeing(clock, second.examiner, second)
    judge(clock, second.examiner, row, None)
    row, who, before = again(row), clock(second.examiner), again(unit.search.request).version
    both = at_once(
        *[lambda: services.conclude(who, again(row), version=row.version, conclusion=Conclusion.NO_CANDIDATE)] * 2
    )
    assert not [one for one in told(both) if not isinstance(one, NotNow)]
    asked = Request.objects.get(pk=unit.search.request_id)
    assert (asked.state, asked.version) == (Request.State.ANSWERED, before + 1)


def test_the_second_window_gets_a_page_that_says_nothing_was_overwritten(
    given: Task, clock: Clock, signed_in: Callable[[Person], Client]
) -> None:
    row = services.begin(clock(given.examiner), given)
    clients = [signed_in(given.examiner) for _ in range(2)]
    words = ("lobe attached", "lobe free")
    bodies = [{"version": row.version, "ears-visible": "visible", "ears-words": one} for one in words]
    send = [
        lambda client=client, body=body: client.post(f"/tasks/{row.public_id}/describe", body)
        for client, body in zip(clients, bodies, strict=True)
    ]
    both = at_once(*send)
    assert sorted(one.status_code for one in both) == [302, 409]
    late = [one.status_code for one in both].index(409)
    page = both[late].content.decode()
    assert "Nothing was overwritten." in page
    assert words[late] in page  # what was written is still there to be kept


def test_nobody_is_assigned_to_a_search_that_was_closed_meanwhile(unit: Unit, clock: Clock) -> None:
    page = Search.objects.select_related("request").get(pk=unit.search.pk)  # as one supervisor opened it
    assert page.request.state == Request.State.SEARCHED
    Request.objects.filter(pk=page.request_id).update(state=Request.State.ANSWERED)  # as another closed it
    with pytest.raises(NotNow):
        services.give(clock(unit.supervisor), page, [unit.ann, unit.ben])
    assert not Task.objects.filter(search=page).exists()
