"""What an examiner does, in its order: begin, describe the probe, lock, see the faces, compare, conclude.

Linear sequential unmasking (`reference/protocols/05`, bias controls). What is still a draft (a description before it is
locked, a comparison before the conclusion) is saved without an entry of its own: the entry is that of the act by which
it is signed. Giving and taking back examinations: `lookalike.casework.examinations.giving`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.codes import new_code
from lookalike.casework.examinations import facts as examined
from lookalike.casework.examinations.agreement import Standing
from lookalike.casework.examinations.blindness import saw, view_of
from lookalike.casework.examinations.components import BY_KEY, COMPONENTS, EXPLANATIONS, LIMITS, named
from lookalike.casework.examinations.facts import agreed
from lookalike.casework.examinations.giving import give, open_turns, release, require_apart, withdraw
from lookalike.casework.examinations.models import Comparison, Correction, ProbeFeature, Task, TaskFace
from lookalike.casework.examinations.pictures import HEIGHT, WIDTH, png_size
from lookalike.casework.examinations.trials import known_answer_on
from lookalike.casework.examinations.viewer_state import Size, parse_state
from lookalike.casework.law import facts_data, judgement, policy_in_force
from lookalike.casework.people import facts as people
from lookalike.casework.recorded import vouch
from lookalike.casework.searches.duties import duties_in_case
from lookalike.casework.searches.models import Request, Search
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow, NotThere
from lookalike.ledger.acts import Act
from lookalike.ledger.entry import Line
from lookalike.ledger.tree import leaf_hash
from lookalike.protocol.facts import common
from lookalike.protocol.facts.search import ExamineFacts, ShowFacts
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

LONGEST = 4000
"""Characters of a description or a reason."""


_BEGUN = (Task.State.PROBE, Task.State.COMPARING, Task.State.CONCLUDED)
_UNFINISHED = (Task.State.HELD, Task.State.GIVEN, Task.State.PROBE, Task.State.COMPARING)


@dataclass(frozen=True, slots=True)
class Described:
    """What was said of one component of the probe. visible: "visible", "part", "not", or "" for not said yet."""

    visible: str
    words: str
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What was said of one component of probe and face. judgement: as in `Comparison`, or "" for not said yet."""

    judgement: str
    explained_by: str
    words: str


def begin(who: Acting, task: Task) -> Task:
    """Take up a task that was given. Begun already: nothing happens. Raises NotNow for one that was taken back."""
    if task.state in _BEGUN and task.examiner_id == who.person.pk:
        return task
    with act(who, Act.EXAMINATION_BEGIN, objects=[("task", task.public_id)]):
        row = _mine(who, task)
        _in_state(row, Task.State.GIVEN, "This examination was begun already.")
        row.state = Task.State.PROBE
        _raised(row, "state")
    return row


def describe(who: Acting, task: Task, *, version: int, features: Mapping[str, Described]) -> Task:
    """Save the description of the probe as it stands; a component that says nothing yet is left out.

    Raises ChangedMeanwhile for another version, NotNow once it is locked, BadForm for what is no component.
    """
    _require_known(features)
    with transaction.atomic():
        row = _mine(who, task)
        _in_state(row, Task.State.PROBE, "The description of the probe is locked.")
        if row.version == version + 1 and _as_kept(row, features):
            return row  # the same was saved by itself, a moment before it was sent
        _same_version(row.version, version)
        _write_features(row, features)
        _raised(row)
    return row


def lock_probe(who: Acting, task: Task, *, version: int, features: Mapping[str, Described] | None = None) -> Task:
    """Lock the description for good. features: what stood in the form that was sent; None: as it was saved.

    Raises BadForm while a component is not said to be visible or not, or is visible and not described.
    """
    if features is not None:
        _require_known(features)
    with act(who, Act.PROBE_LOCK, objects=[("task", task.public_id)]):
        row = _mine(who, task)
        _in_state(row, Task.State.PROBE, "The description of the probe is locked.")
        _same_version(row.version, version)
        if features is not None:
            _write_features(row, features)
        _require_complete(row)
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
        row = _mine(who, task)
        _in_state(row, Task.State.COMPARING, "The description is not locked yet, or the examination is concluded.")
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
        row = _mine(who, task)
        _in_state(row, Task.State.COMPARING, "The description of the probe is not locked.")
        view = view_of(row)
        if row.search is not None:
            search_facts = examined.searched(row.search)
            others = examined.examinations(row.search)
            doing.require(
                ShowFacts(
                    at=who.at,
                    actor=_actor(who, row.search),
                    session=people.session(who),
                    probe=search_facts.probe,
                    gallery=search_facts.gallery,
                    results=common.Results(
                        asked_for=search_facts.asked_for,
                        returned=row.search.candidates.count(),
                        reviewed=0,
                        excluded_with_reason=0,
                        lead=None,
                    ),
                    examinations=others,
                    view=view,
                    nth_examiner=1 + len(others),
                    probe_locked_at=row.probe_locked_at,
                )
            )
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
    _require_comparable(compared, outcome, reason)
    with transaction.atomic():
        row = _mine(who, face.task)
        _comparing(row)
        kept = TaskFace.objects.select_for_update().get(pk=face.pk, task=row)
        _same_version(kept.version, version)
        if outcome == TaskFace.Outcome.POSSIBLE:
            _require_possible(row, kept, compared)
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
        row = _mine(who, face.task)
        _comparing(row)
        kept = TaskFace.objects.select_for_update().get(pk=face.pk, task=row)
        _same_version(kept.viewer_version, version)
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
        row = _mine(who, task)
        _comparing(row)
        _same_version(row.version, version)
        if conclusion is Conclusion.UNSUITABLE:
            _leave_open_faces(row, words)
        row.named = _require_concluded(row, conclusion, words)
        row.state, row.concluded_at = Task.State.CONCLUDED, who.at
        row.conclusion, row.words = conclusion.value, words.strip()[:LONGEST]
        row.saw = sorted({*row.saw, *saw(view_of(row))})
        if row.search is not None:
            others = examined.examinations(row.search)
            examine = ExamineFacts(
                at=who.at,
                actor=_actor(who, row.search),
                session=people.session(who),
                results=examined.own_results(row),
                examinations=others,
                own=examined.examination(row),
                nth_examiner=1 + len(others),
            )
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


def _mine(who: Acting, task: Task) -> Task:
    """The task, locked for this act. Raises NotThere for somebody else's."""
    row = Task.objects.visible_to(who).select_for_update().filter(pk=task.pk).first()
    if row is None:
        raise NotThere("There is no such examination for you.", remedy="Look at your list of examinations.")
    return row


def _in_state(row: Task, state: str, otherwise: str) -> None:
    if row.state == Task.State.WITHDRAWN:
        raise NotNow("This examination was taken back.", remedy="Nothing is to be done. Look at your list.")
    if row.state != state:
        raise NotNow(otherwise, remedy="Look at the examination again; nothing was changed.")


def _comparing(row: Task) -> None:
    _in_state(row, Task.State.COMPARING, "The examination is concluded, or its faces were not shown yet.")
    if row.candidates_seen_at is None:
        raise NotNow("The faces of this examination were not shown yet.", remedy="Look at it again.")


def _same_version(kept: int, given: int) -> None:
    if kept != given:
        raise ChangedMeanwhile(
            "This examination changed after you opened it. Nothing was overwritten.",
            why="It is open in another window, or was sent twice.",
            remedy="Copy what you have just written, load the page again, and add it.",
        )


def _raised(row: Task, *fields: str) -> None:
    row.version += 1
    row.save(update_fields=["version", *fields])


def _actor(who: Acting, search: Search) -> common.Actor:
    return people.actor(
        who,
        duties=duties_in_case(who.person, search.request.case),
        known_answer_on=known_answer_on(who.person, who.at),
    )


def _require_known(features: Mapping[str, Described]) -> None:
    visible = {"", "visible", "part", "not"}
    wrong = [key for key in features if key not in BY_KEY]
    wrong += [key for key, one in features.items() if one.visible not in visible or not set(one.limits) <= set(LIMITS)]
    if wrong or any(len(one.words) > LONGEST for one in features.values()):
        raise BadForm(
            "Part of this description is none of the components and words that there are.",
            remedy=f"Describe the components of the list, in at most {LONGEST:,} characters each.",
        )


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


def _require_complete(row: Task) -> None:
    """Every component is said to be visible or not; what is visible is described (E3149: shall, where visible)."""
    kept = {one.component: one for one in row.features.all()}
    fields: dict[str, list[str]] = {}
    for one in COMPONENTS:
        said = kept.get(one.key)
        if said is None or not said.visible:
            fields[f"{one.key}-visible"] = [f"{one.name}: say whether it can be seen."]
        elif said.visible != "not" and not said.words:
            fields[f"{one.key}-words"] = [f"{one.name}: describe what can be seen."]
    if fields:
        error = BadForm(
            "The description is not complete.",
            why="What is not described before the faces are seen cannot be described blind afterwards.",
            remedy="Say of every component whether it can be seen, and describe those that can.",
        )
        error.fields = fields
        raise error


def _said(row: Task, component: str) -> str:
    """What is said of a component now: the last correction, or what was locked."""
    last = row.corrections.filter(component=component).order_by("-at", "-pk").first()
    if last is not None:
        return last.after
    kept = row.features.filter(component=component).first()
    if kept is None:
        return "not described"
    return kept.words or kept.get_visible_display()


def _require_comparable(compared: Mapping[str, Compared], outcome: str, reason: str) -> None:
    fields: dict[str, list[str]] = {}
    for key, one in compared.items():
        if key not in BY_KEY or one.judgement not in {"", *Comparison.Judgement.values} or len(one.words) > LONGEST:
            fields[f"{key}-judgement"] = ["This is no component, or no judgement of one."]
        elif one.judgement == Comparison.Judgement.EXPLAINABLE and one.explained_by not in EXPLANATIONS:
            fields[f"{key}-explained_by"] = [f"{named(key)}: say what explains the difference."]
    if outcome not in TaskFace.Outcome.values:
        fields["outcome"] = ["This is no outcome."]
    elif outcome != TaskFace.Outcome.OPEN and not reason.strip():
        fields["reason"] = ["Say why, from the components that were compared."]
    if fields:
        error = BadForm(
            "The comparison is not complete.",
            why="A conclusion that nobody can follow cannot be checked.",
            remedy="Put right what is named.",
        )
        error.fields = fields
        raise error


def _require_possible(row: Task, face: TaskFace, compared: Mapping[str, Compared]) -> None:
    """A possible candidate is the only one, and every component seen in the probe was compared."""
    other = TaskFace.objects.filter(task=row, outcome=TaskFace.Outcome.POSSIBLE).exclude(pk=face.pk).first()
    if other is not None:
        raise NotNow(
            f"Face {other.letter} is the possible candidate already.",
            why="An examination names one possible candidate at most.",
            remedy=f"Look at face {other.letter} again, or conclude that this one cannot be excluded.",
        )
    seen = {one.component for one in row.features.all() if one.visible != "not"}
    missing = [
        one.name for one in COMPONENTS if one.key in seen and not getattr(compared.get(one.key), "judgement", "")
    ]
    if missing:
        error = BadForm(
            "Not every component that the probe shows was compared with this face.",
            why="A possible candidate is named after the whole face was compared, not a part that is alike.",
            remedy=f"Compare also: {', '.join(missing)}.",
        )
        error.fields = {"outcome": [f"Compare also: {', '.join(missing)}."]}
        raise error


def _leave_open_faces(row: Task, words: str) -> None:
    """An image that carries no comparison excludes nobody: that is then the reason for every face still open."""
    TaskFace.objects.filter(task=row, outcome=TaskFace.Outcome.OPEN).update(
        outcome=TaskFace.Outcome.CANNOT_EXCLUDE,
        reason=f"The image is unsuitable for comparison. {words.strip()}"[:LONGEST],
    )


def _require_concluded(row: Task, conclusion: Conclusion, words: str) -> TaskFace | None:
    """The face that is named, or None. Raises BadForm where the conclusion and the faces do not go together."""
    faces = list(row.faces.order_by("place"))
    unfinished = [f.letter for f in faces if f.outcome == TaskFace.Outcome.OPEN or not f.reason.strip()]
    possible = [f for f in faces if f.outcome == TaskFace.Outcome.POSSIBLE]
    wrong = ""
    if unfinished:
        wrong = f"Not every face has its outcome and reason: {', '.join(unfinished)}."
    elif conclusion is Conclusion.POSSIBLE_CANDIDATE and len(possible) != 1:
        wrong = "No face was said to be a possible candidate."
    elif conclusion is not Conclusion.POSSIBLE_CANDIDATE and possible:
        wrong = f"Face {possible[0].letter} was said to be a possible candidate."
    elif conclusion in (Conclusion.INCONCLUSIVE, Conclusion.UNSUITABLE) and not words.strip():
        wrong = "Say why nothing can be concluded."
    if wrong:
        raise BadForm(wrong, why="The conclusion must follow from the faces.", remedy="Look at the faces again.")
    return possible[0] if conclusion is Conclusion.POSSIBLE_CANDIDATE else None
