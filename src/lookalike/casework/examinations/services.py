"""What an examiner does, in its order: begin, describe the probe, lock, see the faces, compare, conclude.

Linear sequential unmasking (`reference/protocols/05`, bias controls). What is still a draft (a description before it is
locked, a comparison before the conclusion) is saved without an entry of its own: the entry is that of the act by which
it is signed. Giving and taking back examinations: `lookalike.casework.examinations.giving`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from django.db import transaction

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.codes import new_code
from lookalike.casework.examinations import facts as examined
from lookalike.casework.examinations.agreement import Standing
from lookalike.casework.examinations.blindness import saw, view_of
from lookalike.casework.examinations.checks import (
    LONGEST,
    Compared,
    Described,
    comparing,
    in_state,
    mine,
    require_comparable,
    require_complete,
    require_concluded,
    require_known,
    require_possible,
    same_version,
)
from lookalike.casework.examinations.components import BY_KEY
from lookalike.casework.examinations.facts import agreed
from lookalike.casework.examinations.giving import give, open_turns, release, require_apart, withdraw
from lookalike.casework.examinations.models import Comparison, Correction, ProbeFeature, Task, TaskFace
from lookalike.casework.examinations.pictures import HEIGHT, WIDTH, png_size
from lookalike.casework.examinations.viewer_state import Size, parse_state
from lookalike.casework.law import facts_data, judgement, policy_in_force
from lookalike.casework.recorded import vouch
from lookalike.casework.searches.models import Request, Search
from lookalike.errors import BadForm, NotNow
from lookalike.ledger.acts import Act
from lookalike.ledger.entry import Line
from lookalike.ledger.tree import leaf_hash
from lookalike.protocol.rule import Outcome
from lookalike.protocol.vocabulary import Conclusion

__all__ = [
    "agreed",
    "begin",
    "close_different",
    "compare",
    "conclude",
    "correct",
    "describe",
    "give",
    "lock_probe",
    "open_turns",
    "save_viewer",
    "show_candidates",
    "withdraw",
]

_BEGUN = (Task.State.PROBE, Task.State.COMPARING, Task.State.CONCLUDED)
_UNFINISHED = (Task.State.HELD, Task.State.GIVEN, Task.State.PROBE, Task.State.COMPARING)


def begin(who: Acting, task: Task) -> Task:
    """Take up a task that was given. Begun already: nothing happens. Raises NotNow for one that was taken back."""
    if task.state in _BEGUN and task.examiner_id == who.person.pk:
        return task
    with act(who, Act.EXAMINATION_BEGIN, objects=[("task", task.public_id)]):
        row = mine(who, task)
        in_state(row, Task.State.GIVEN, "This examination was begun already.")
        row.state = Task.State.PROBE
        _raised(row, "state")
    return row


def describe(who: Acting, task: Task, *, version: int, features: Mapping[str, Described]) -> Task:
    """Save the description of the probe as it stands; a component that says nothing yet is left out.

    Raises ChangedMeanwhile for another version, NotNow once it is locked, BadForm for what is no component.
    """
    require_known(features)
    with transaction.atomic():
        row = mine(who, task)
        in_state(row, Task.State.PROBE, "The description of the probe is locked.")
        if row.version == version + 1 and _as_kept(row, features):
            return row  # the same was saved by itself, a moment before it was sent
        same_version(row.version, version)
        _write_features(row, features)
        _raised(row)
    return row


def lock_probe(who: Acting, task: Task, *, version: int, features: Mapping[str, Described] | None = None) -> Task:
    """Lock the description for good. features: what stood in the form that was sent; None: as it was saved.

    Raises BadForm while a component is not said to be visible or not, or is visible and not described.
    """
    if features is not None:
        require_known(features)
    with act(who, Act.PROBE_LOCK, objects=[("task", task.public_id)]):
        row = mine(who, task)
        in_state(row, Task.State.PROBE, "The description of the probe is locked.")
        same_version(row.version, version)
        if features is not None:
            _write_features(row, features)
        require_complete(row)
        row.state, row.probe_locked_at = Task.State.COMPARING, who.at
        _raised(row, "state", "probe_locked_at")
    return row


def correct(who: Acting, task: Task, *, component: str, after: str, reason: str) -> Correction:
    """Add to a locked description: what it should say, and why. What was locked stays as it was."""
    if component not in BY_KEY or not after.strip() or not reason.strip():
        raise BadForm(
            "A correction names a component, what it should say, and why.",
            why="Whoever reads the examination must see what was said before a face was seen, and what came after.",
            remedy="Fill in all three.",
        )
    with act(who, Act.PROBE_CORRECT, objects=[("task", task.public_id)]):
        row = mine(who, task)
        in_state(row, Task.State.COMPARING, "The description is not locked yet, or the examination is concluded.")
        made = Correction.objects.create(
            task=row,
            at=who.at,
            component=component,
            before=_said(row, component),
            after=after.strip()[:LONGEST],
            reason=reason.strip()[:LONGEST],
        )
        _raised(row)
    return made


def show_candidates(who: Acting, task: Task) -> Task:
    """Show the faces, once the description is locked and the protections allow it. Shown already: nothing happens.

    Raises ActRefused, and then no face is shown; NotNow before the description is locked.
    """
    if task.candidates_seen_at is not None and task.examiner_id == who.person.pk:
        return task
    with act(who, Act.CANDIDATES_SHOW, objects=[("task", task.public_id)]) as doing:
        row = mine(who, task)
        in_state(row, Task.State.COMPARING, "The description of the probe is not locked.")
        view = view_of(row)
        asked = examined.show_facts(who, row, view)
        if asked is not None:
            doing.require(asked)
        row.candidates_seen_at, row.saw = who.at, sorted(saw(view))
        _raised(row, "candidates_seen_at", "saw")
    return row


def compare(
    who: Acting,
    face: TaskFace,
    *,
    version: int,
    compared: Mapping[str, Compared],
    outcome: str,
    reason: str,
) -> TaskFace:
    """Save the comparison of one face with the probe, and what is concluded of it. It stays a draft until the end.

    version: of the face. Raises ChangedMeanwhile, NotNow (concluded; a second possible candidate), BadForm.
    """
    require_comparable(compared, outcome, reason)
    with transaction.atomic():
        row = mine(who, face.task)
        comparing(row)
        kept = TaskFace.objects.select_for_update().get(pk=face.pk, task=row)
        same_version(kept.version, version)
        if outcome == TaskFace.Outcome.POSSIBLE:
            require_possible(row, kept, compared)
        Comparison.objects.filter(face=kept).delete()
        Comparison.objects.bulk_create(
            Comparison(
                face=kept,
                component=key,
                judgement=one.judgement,
                explained_by=one.explained_by if one.judgement == Comparison.Judgement.EXPLAINABLE else "",
                words=one.words.strip()[:LONGEST],
            )
            for key, one in compared.items()
            if one.judgement
        )
        kept.outcome, kept.reason, kept.version = outcome, reason.strip()[:LONGEST], kept.version + 1
        kept.save(update_fields=["outcome", "reason", "version"])
        _raised(row)
    return kept


def save_viewer(who: Acting, face: TaskFace, *, version: int, state: str | bytes) -> int:
    """Keep the state of the comparison viewer of a face. Returns its new version.

    Raises BadViewerState for what is no state, ChangedMeanwhile for another version, NotNow once it is concluded.
    """
    probe = face.task.probe
    with files.opened(probe) as stream:
        width, height = png_size(stream.read(32))
    parse_state(state, Size(width, height), Size(WIDTH, HEIGHT))
    with transaction.atomic():
        row = mine(who, face.task)
        comparing(row)
        kept = TaskFace.objects.select_for_update().get(pk=face.pk, task=row)
        same_version(kept.viewer_version, version)
        kept.viewer, kept.viewer_version = json.loads(state), kept.viewer_version + 1
        kept.save(update_fields=["viewer", "viewer_version"])
    return kept.viewer_version


def conclude(who: Acting, task: Task, *, version: int, conclusion: Conclusion, words: str = "") -> Task:
    """Sign the examination and lock it. Every face has its outcome and reason by then; the packs in force are asked.

    conclusion: a possible candidate where one face was named so; no candidate; inconclusive or unsuitable, with words.
    The same conclusion sent twice is the same one. Raises ActRefused, BadForm, ChangedMeanwhile, NotNow.
    """
    if task.state == Task.State.CONCLUDED and task.conclusion == conclusion and task.examiner_id == who.person.pk:
        return task
    with act(who, Act.EXAMINATION_SIGN, objects=[("task", task.public_id)]) as doing:
        asked = None if task.search is None else Request.objects.select_for_update().get(pk=task.search.request_id)
        row = mine(who, task)
        comparing(row)
        same_version(row.version, version)
        if conclusion is Conclusion.UNSUITABLE:
            _leave_open_faces(row, words)
        row.named = require_concluded(row, conclusion, words)
        row.state, row.concluded_at = Task.State.CONCLUDED, who.at
        row.conclusion, row.words = conclusion.value, words.strip()[:LONGEST]
        row.saw = sorted({*row.saw, *saw(view_of(row))})
        examine = examined.examine_facts(who, row)
        decision = doing.require(examine)
        row.role_ok = not any(one.rule == "R06" and one.outcome is Outcome.REFUSED for one in decision.findings)
        row.judgement = judgement(decision, examine, policy_in_force()).to_data()
        row.facts = facts_data(examine)
        _raised(row, "state", "concluded_at", "conclusion", "words", "named", "saw", "role_ok", "judgement", "facts")
        vouch(doing, row)
        doing.then.append(lambda line: _keep_entry(row, line))
        if row.search is not None and asked is not None:
            _settle(who, row.search, asked)
            doing.about("request", asked.public_id)
    return row


def close_different(who: Acting, search: Search) -> None:
    """Leave it at two examiners who differ, where another might have been asked: the answer will be "no lead"."""
    require_apart(who, search)
    with act(who, Act.EXAMINATION_CLOSE, objects=[("search", search.public_id)]) as doing:
        asked = Request.objects.select_for_update().get(pk=search.request_id)
        if asked.state != Request.State.SEARCHED or examined.where(search) is not Standing.ANOTHER:
            raise NotNow("There is nothing to close here now.", remedy="Look at the search again.")
        if Task.objects.filter(search=search, state__in=_UNFINISHED).exists():
            raise NotNow("Another examiner has been assigned.", remedy="Wait for the examination, or withdraw it.")
        _answered(asked)
        doing.about("request", asked.public_id)


def _keep_entry(row: Task, line: Line) -> None:
    """Where the signature stands in the ledger, and the code that leads to it."""
    row.entry, row.leaf = line.index, leaf_hash(line.text.encode()).hex()
    row.code = new_code()
    row.save(update_fields=["entry", "leaf", "code"])


def _settle(who: Acting, search: Search, asked: Request) -> None:
    """After a conclusion: give the next examination, or hand the request to the supervisor."""
    release(search, who.at)
    if Task.objects.filter(search=search, state__in=_UNFINISHED).exists() or open_turns(search):
        return
    if examined.where(search) in (Standing.AGREED, Standing.DIFFERENT):
        _answered(asked)


def _answered(asked: Request) -> None:
    if asked.state == Request.State.SEARCHED:
        asked.state, asked.version = Request.State.ANSWERED, asked.version + 1
        asked.save(update_fields=["state", "version"])


def _raised(row: Task, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=["version", *fields])


def _write_features(row: Task, features: Mapping[str, Described]) -> None:
    said = {key: one for key, one in features.items() if one.visible or one.words.strip()}
    ProbeFeature.objects.filter(task=row, component__in=set(features) - set(said)).delete()
    ProbeFeature.objects.bulk_create(
        [
            ProbeFeature(
                task=row, component=key, visible=one.visible, words=one.words.strip(), limits=sorted(one.limits)
            )
            for key, one in said.items()
        ],
        update_conflicts=True,
        unique_fields=["task", "component"],
        update_fields=["visible", "words", "limits"],
    )


def _as_kept(row: Task, features: Mapping[str, Described]) -> bool:
    said = {(key, one.visible, one.words.strip(), tuple(sorted(one.limits))) for key, one in features.items()}
    kept = {(one.component, one.visible, one.words, tuple(one.limits)) for one in row.features.all()}
    return {one for one in said if one[1] or one[2]} == kept


def _said(row: Task, component: str) -> str:
    """What is said of a component now: the last correction, or what was locked."""
    last = row.corrections.filter(component=component).order_by("-at", "-pk").first()
    if last is not None:
        return last.after
    kept = row.features.filter(component=component).first()
    if kept is None:
        return "not described"
    return kept.words or kept.get_visible_display()


def _leave_open_faces(row: Task, words: str) -> None:
    """An image that carries no comparison excludes nobody: that is then the reason for every face still open."""
    TaskFace.objects.filter(task=row, outcome=TaskFace.Outcome.OPEN).update(
        outcome=TaskFace.Outcome.CANNOT_EXCLUDE,
        reason=f"The image is unsuitable for comparison. {words.strip()}"[:LONGEST],
    )
