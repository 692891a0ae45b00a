"""From two assignments to an answer: in turn, blind, the probe first, and nothing changed once it is locked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lookalike.casework.cases.models import CaseRead
from lookalike.casework.examinations import facts, services
from lookalike.casework.examinations.checks import Compared, Described
from lookalike.casework.examinations.drawing import is_drawn
from lookalike.casework.examinations.eligibility import eligible
from lookalike.casework.examinations.models import Comparison, ProbeFeature, Task, TaskFace
from lookalike.casework.people.models import TrainingRecord
from lookalike.casework.recorded import changed, key_of
from lookalike.casework.recording import ledger, store
from lookalike.casework.searches.models import Request
from lookalike.errors import ActRefused, BadForm, ChangedMeanwhile, NotNow, NotPermitted, NotThere
from lookalike.protocol.vocabulary import Conclusion
from tests.casework.examinations.conftest import (
    ALIKE,
    DESCRIPTION,
    RANKED,
    Clock,
    Unit,
    examine,
    judge,
    seeing,
    task_of,
)


def given(unit: Unit, clock: Clock) -> tuple[Task, Task]:
    """Both tasks of the search: the one that is given, and the one that is held."""
    services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ben))
    first = Task.objects.get(search=unit.search, state=Task.State.GIVEN)
    return first, Task.objects.get(search=unit.search, state=Task.State.HELD)


def state_of(unit: Unit) -> str:
    return Request.objects.get(pk=unit.search.request_id).state


def test_the_second_examiner_is_given_the_task_after_the_first_has_concluded(unit: Unit, clock: Clock) -> None:
    first, second = given(unit, clock)
    assert not Task.objects.visible_to(clock(second.examiner)).exists()
    examine(clock, first.examiner, first, None)
    second.refresh_from_db()
    assert second.state == Task.State.GIVEN
    assert Task.objects.visible_to(clock(second.examiner)).get() == second
    assert second.given_at == Task.objects.get(pk=first.pk).concluded_at
    assert state_of(unit) == Request.State.SEARCHED


def test_who_agree_hand_their_candidate_to_the_supervisor(unit: Unit, clock: Clock) -> None:
    first, second = given(unit, clock)
    for task in (first, second):
        examine(clock, task.examiner, task, RANKED[2])
    assert state_of(unit) == Request.State.ANSWERED
    candidate = services.agreed(unit.search)
    assert candidate is not None
    assert candidate.record_id == RANKED[2]
    found = facts.results(unit.search)
    assert (found.asked_for, found.returned, found.reviewed, found.excluded_with_reason) == (6, 6, 6, 5)
    for one in facts.examinations(unit.search):
        assert one.role_ok
        assert one.saw == frozenset()
        assert one.candidate == RANKED[2]


@pytest.mark.parametrize("second_says", [None, RANKED[0]])
def test_who_differ_answer_with_nobody(unit: Unit, clock: Clock, second_says: str | None) -> None:
    first, second = given(unit, clock)
    examine(clock, first.examiner, first, RANKED[2])
    examine(clock, second.examiner, second, second_says)
    assert (state_of(unit), services.agreed(unit.search)) == (Request.State.ANSWERED, None)


def test_a_decoy_is_nobodys_lead_and_who_names_it_is_not_told(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    decoy = first.faces.filter(candidate=None).first()
    assert decoy is not None
    examine(clock, first.examiner, first, decoy.record_id)
    first.refresh_from_db()
    assert (first.state, first.named) == (Task.State.CONCLUDED, decoy)
    assert services.agreed(unit.search) is None


def test_each_task_has_its_own_order_ids_and_decoys(unit: Unit, clock: Clock) -> None:
    first, second = given(unit, clock)
    rows = [list(task.faces.order_by("place")) for task in (first, second)]
    candidates = [{face.candidate_id for face in faces if face.candidate_id} for faces in rows]
    decoys = [{face.record_id for face in faces if not face.candidate_id} for faces in rows]
    assert candidates[0] == candidates[1]
    assert len(candidates[0]) == 6
    assert all(1 <= len(one) <= 3 for one in decoys)
    assert not decoys[0] & decoys[1]
    assert not {face.public_id for face in rows[0]} & {face.public_id for face in rows[1]}
    assert first.seed != second.seed
    for task, faces in zip((first, second), rows, strict=True):
        assert is_drawn(task.seed, [face.key for face in faces])
        assert [face.letter for face in faces] == [chr(ord("A") + place) for place in range(len(faces))]


def test_only_who_knows_nothing_of_the_case_is_eligible(unit: Unit, clock: Clock) -> None:
    CaseRead.objects.create(case=unit.search.request.case, person=unit.ann, at=clock.at)
    TrainingRecord.objects.filter(person=unit.ben).update(last_day=clock.at.date() - timedelta(days=2))
    reasons = {person.username: reason for person, reason in eligible(unit.search, at=clock.at)}
    assert "has read the case" in reasons["ann_lee"].lower()
    assert "no current training" in reasons["ben_ode"].lower()
    assert "checked the request" in reasons["dan_checks"]
    assert reasons["cyd_moss"] == ""
    with pytest.raises(BadForm) as error:
        services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.cyd))
    assert "Ann Lee" in error.value.why
    assert not Task.objects.exists()


def test_examiners_are_assigned_once_and_are_two_people(unit: Unit, clock: Clock) -> None:
    with pytest.raises(BadForm):
        services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.ann))
    with pytest.raises(NotNow):
        services.give(clock(unit.supervisor), unit.search, (unit.ann,))
    with pytest.raises(NotPermitted):
        services.give(clock(unit.ann), unit.search, (unit.ann, unit.ben))
    given(unit, clock)
    with pytest.raises(NotNow):
        services.give(clock(unit.supervisor), unit.search, (unit.ann, unit.cyd))
    assert Task.objects.count() == 2


def test_a_locked_description_cannot_be_changed_only_added_to(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    seeing(clock, who, first)
    first.refresh_from_db()
    other = {"nose": Described("visible", "another nose", ())}
    with pytest.raises(NotNow):
        services.describe(clock(who), first, version=first.version, features=other)
    with pytest.raises(NotNow):
        services.lock_probe(clock(who), first, version=first.version, features=other)
    assert first.features.get(component="nose").words == "oval"
    for after in ("broad", "broad at the wings"):
        services.correct(clock(who), first, component="nose", after=after, reason="seen larger")
    assert list(first.corrections.values_list("before", "after").order_by("pk")) == [
        ("oval", "broad"),
        ("broad", "broad at the wings"),
    ]
    with pytest.raises(BadForm):
        services.correct(clock(who), first, component="nose", after="x", reason=" ")


def test_nothing_is_locked_that_is_not_described(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    services.begin(clock(who), first)
    first.refresh_from_db()
    half = {**DESCRIPTION, "nose": Described("visible", " ", ()), "ears": Described("", "", ())}
    with pytest.raises(BadForm) as error:
        services.lock_probe(clock(who), first, version=first.version, features=half)
    assert set(error.value.fields) == {"nose-words", "ears-visible"}
    with pytest.raises(NotNow):
        services.show_candidates(clock(who), first)
    with pytest.raises(BadForm):
        services.describe(clock(who), first, version=first.version, features={"aura": Described("visible", "x", ())})
    first.refresh_from_db()
    assert (first.state, first.probe_locked_at) == (Task.State.PROBE, None)


def test_a_stale_description_overwrites_nothing(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    services.begin(clock(who), first)
    first.refresh_from_db()
    services.describe(clock(who), first, version=first.version, features={"nose": Described("visible", "long", ())})
    with pytest.raises(ChangedMeanwhile):
        services.describe(clock(who), first, version=first.version, features={"nose": Described("not", "", ())})
    assert first.features.get().words == "long"


def test_another_examiners_task_is_not_there(unit: Unit, clock: Clock) -> None:
    first, second = given(unit, clock)
    for act in (services.begin, services.show_candidates):
        with pytest.raises(NotThere):
            act(clock(second.examiner), first)
    with pytest.raises(NotThere):
        services.begin(clock(second.examiner), second)  # held: it is not there either


def test_who_has_read_the_case_since_sees_no_face(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    services.begin(clock(who), first)
    first.refresh_from_db()
    services.lock_probe(clock(who), first, version=first.version, features=DESCRIPTION)
    CaseRead.objects.create(case=unit.search.request.case, person=who, at=clock.at)
    first.refresh_from_db()
    with pytest.raises(ActRefused) as error:
        services.show_candidates(clock(who), first)
    assert "narrative" in error.value.why
    first.refresh_from_db()
    assert first.candidates_seen_at is None
    body = ledger().body(store().head().size - 1)
    assert body is not None
    assert body["decision"] is not None


def test_an_order_that_is_not_the_drawn_one_is_not_shown(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    services.begin(clock(who), first)
    first.refresh_from_db()
    services.lock_probe(clock(who), first, version=first.version, features=DESCRIPTION)
    Task.objects.filter(pk=first.pk).update(seed=first.seed ^ 1)
    first.refresh_from_db()
    with pytest.raises(ActRefused) as error:
        services.show_candidates(clock(who), first)
    assert "rank" in error.value.why


def test_at_most_one_face_is_a_possible_candidate_and_it_was_compared_throughout(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    seeing(clock, who, first)
    one, other = first.faces.order_by("place")[:2]
    possible = TaskFace.Outcome.POSSIBLE
    with pytest.raises(BadForm) as error:
        services.compare(
            clock(who), one, version=1, compared={"nose": Compared("similar", "", "")}, outcome=possible, reason="x"
        )
    assert "Ears" in error.value.remedy
    services.compare(clock(who), one, version=1, compared=ALIKE, outcome=possible, reason="alike")
    with pytest.raises(NotNow) as refused:
        services.compare(clock(who), other, version=1, compared=ALIKE, outcome=possible, reason="alike")
    assert f"Face {one.letter}" in refused.value.what
    with pytest.raises(ChangedMeanwhile):
        services.compare(clock(who), one, version=1, compared={}, outcome="excluded", reason="no")


def test_every_face_has_an_outcome_with_its_reason_before_the_end(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    seeing(clock, who, first)
    first.refresh_from_db()
    with pytest.raises(BadForm) as error:
        services.conclude(clock(who), first, version=first.version, conclusion=Conclusion.NO_CANDIDATE)
    assert "A, B" in error.value.what
    face = first.faces.first()
    assert face is not None
    with pytest.raises(BadForm):
        services.compare(clock(who), face, version=1, compared={}, outcome="excluded", reason="  ")
    judge(clock, who, first, None)
    first.refresh_from_db()
    for conclusion in (Conclusion.POSSIBLE_CANDIDATE, Conclusion.INCONCLUSIVE):
        with pytest.raises(BadForm):
            services.conclude(clock(who), first, version=first.version, conclusion=conclusion)
    done = services.conclude(clock(who), first, version=first.version, conclusion=Conclusion.NO_CANDIDATE)
    assert services.conclude(clock(who), done, version=1, conclusion=Conclusion.NO_CANDIDATE) == done
    with pytest.raises(NotNow):
        services.conclude(clock(who), done, version=done.version, conclusion=Conclusion.INCONCLUSIVE, words="x")
    face.refresh_from_db()
    with pytest.raises(NotNow):
        services.compare(clock(who), face, version=face.version, compared={}, outcome="open", reason="")


def test_an_unsuitable_image_excludes_nobody(unit: Unit, clock: Clock) -> None:
    first, _ = given(unit, clock)
    who = first.examiner
    seeing(clock, who, first)
    first.refresh_from_db()
    services.conclude(
        clock(who),
        first,
        version=first.version,
        conclusion=Conclusion.UNSUITABLE,
        words="Nine pixels between the eyes.",
    )
    assert set(first.faces.values_list("outcome", flat=True)) == {"cannot_exclude"}


def test_every_act_is_in_the_ledger_and_no_entry_names_a_record(unit: Unit, clock: Clock) -> None:
    before = store().head().size
    first, _ = given(unit, clock)
    examine(clock, first.examiner, first, RANKED[0])
    bodies = [ledger().body(index) for index in range(before, store().head().size)]
    said = "".join(line for _, line, _ in ledger().payloads(before, store().head().size))
    for act in ("examination.assign", "examination.begin", "probe.lock", "candidates.show", "examination.sign"):
        assert act in said
    assert all(record not in str(bodies) for record in RANKED)
    assert "0.6123" not in str(bodies)
    signed = bodies[-1]
    assert signed is not None
    assert signed["facts_sha256"]


def test_a_task_that_is_taken_back_frees_its_turn(unit: Unit, clock: Clock) -> None:
    first, second = given(unit, clock)
    with pytest.raises(BadForm):
        services.withdraw(clock(unit.supervisor), first, " ")
    services.withdraw(clock(unit.supervisor), first, "On leave.")
    second.refresh_from_db()
    assert second.state == Task.State.GIVEN  # whoever waited begins
    with pytest.raises(NotNow):
        services.begin(clock(first.examiner), first)
    with pytest.raises(BadForm):
        services.give(clock(unit.supervisor), unit.search, (first.examiner,))
    (third,) = services.give(clock(unit.supervisor), unit.search, (unit.cyd,))
    examine(clock, second.examiner, second, RANKED[1])
    third.refresh_from_db()
    examine(clock, unit.cyd, third, RANKED[1])
    agreed = services.agreed(unit.search)
    assert agreed is not None
    assert agreed.record_id == RANKED[1]


def test_who_has_read_the_case_while_waiting_is_passed_over(unit: Unit, clock: Clock) -> None:
    first, second = given(unit, clock)
    CaseRead.objects.create(case=unit.search.request.case, person=second.examiner, at=clock.at)
    examine(clock, first.examiner, first, RANKED[0])
    second.refresh_from_db()
    assert second.state == Task.State.WITHDRAWN
    assert "read the case" in second.withdrawn_because
    assert state_of(unit) == Request.State.SEARCHED
    assert services.open_turns(unit.search) == 1


def test_two_who_were_given_a_task_can_be_told_by_nothing_that_they_get(unit: Unit, clock: Clock) -> None:
    from dataclasses import replace

    from lookalike.casework.examinations.shown import task_shown

    first, second = given(unit, clock)
    before = task_shown(Task.objects.get(pk=first.pk))
    examine(clock, first.examiner, first, None)
    after = task_shown(Task.objects.get(pk=second.pk))
    blank = {"public_id": "", "reference": ""}
    assert replace(before, **blank) == replace(after, **blank)
    assert task_of(unit, second.examiner).nth in (1, 2)


@pytest.mark.parametrize(
    ("model", "change"),
    [
        (Task, {"conclusion": "inconclusive"}),
        (Task, {"words": "Without a doubt."}),
        (TaskFace, {"outcome": "possible"}),
        (TaskFace, {"reason": "Alike."}),
        (ProbeFeature, {"words": "A scar."}),
        (Comparison, {"judgement": "similar"}),
    ],
)
def test_a_conclusion_that_was_changed_behind_the_ledgers_back_is_found(
    unit: Unit, clock: Clock, model: Any, change: dict[str, str]
) -> None:
    task, _ = given(unit, clock)
    examine(clock, task.examiner, task, None)
    assert key_of(task) not in changed()
    of = {Task: "pk", TaskFace: "task", ProbeFeature: "task", Comparison: "face__task"}[model]
    row = model.objects.filter(**{of: task.pk}).last()
    model.objects.filter(pk=row.pk).update(**change)
    assert changed().count(key_of(task)) == 1
