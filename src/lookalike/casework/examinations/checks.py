"""What an examiner may say of a probe and of faces, and what must be said, before it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lookalike.casework.acting import Acting
from lookalike.casework.examinations.components import BY_KEY, COMPONENTS, EXPLANATIONS, LIMITS, named
from lookalike.casework.examinations.eligibility import could_read
from lookalike.casework.examinations.models import BEGUN, Comparison, Task, TaskFace
from lookalike.errors import BadForm, ChangedMeanwhile, NotNow, NotThere
from lookalike.protocol.vocabulary import Conclusion

LONGEST = 4000
"""Characters of a description or a reason."""


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


def mine(who: Acting, task: Task) -> Task:
    """The task, locked for this act. Raises NotThere for somebody else's, NotNow for one that is closed to them."""
    row = Task.objects.visible_to(who).select_for_update().filter(pk=task.pk).first()
    if row is None:
        raise NotThere("There is no such examination for you.", remedy="Look at your list of examinations.")
    require_blind(row)
    return row


def require_blind(row: Task) -> None:
    """Raise NotNow for an unfinished task whose examiner came to a role that reads since it was given.

    Such a role opens the search, the story of its case, and the bookings behind the faces; or the results of trials.
    A trial is closed as real work is. It stays closed when the role is taken back, and can only be handed back.
    """
    if row.state in BEGUN and could_read(row.examiner, row.given_at):
        raise NotNow(
            "This examination is closed to you: since it was given, you have held a role that reads searches or "
            "bookings.",
            why="Whoever can look up what an examiner must not know is not blind any more.",
            remedy="Hand it back, so that somebody else can examine.",
        )


def in_state(row: Task, state: str, otherwise: str) -> None:
    """Raise NotNow unless the task is in this state. otherwise: what is said then."""
    if row.state == Task.State.WITHDRAWN:
        raise NotNow("This examination was taken back.", remedy="Nothing is to be done. Look at your list.")
    if row.state != state:
        raise NotNow(otherwise, remedy="Look at the examination again; nothing was changed.")


def comparing(row: Task) -> None:
    """Raise NotNow unless the faces of the task were shown and nothing is concluded."""
    in_state(row, Task.State.COMPARING, "The examination is concluded, or its faces were not shown yet.")
    if row.candidates_seen_at is None:
        raise NotNow("The faces of this examination were not shown yet.", remedy="Look at it again.")


def same_version(kept: int, given: int) -> None:
    """Raise ChangedMeanwhile unless what is changed is what was read."""
    if kept != given:
        raise ChangedMeanwhile(
            "This examination changed after you opened it. Nothing was overwritten.",
            why="It is open in another window, or was sent twice.",
            remedy="Copy what you have just written, load the page again, and add it.",
        )


def require_known(features: Mapping[str, Described]) -> None:
    """Raise BadForm for what is no component, or no word of one."""
    visible = {"", "visible", "part", "not"}
    wrong = [key for key in features if key not in BY_KEY]
    wrong += [key for key, one in features.items() if one.visible not in visible or not set(one.limits) <= set(LIMITS)]
    if wrong or any(len(one.words) > LONGEST for one in features.values()):
        raise BadForm(
            "Part of this description is none of the components and words that there are.",
            remedy=f"Describe the components of the list, in at most {LONGEST:,} characters each.",
        )


def require_complete(row: Task) -> None:
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


def require_comparable(compared: Mapping[str, Compared], outcome: str, reason: str) -> None:
    """Raise BadForm for a comparison that nobody could follow."""
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


def require_possible(row: Task, face: TaskFace, compared: Mapping[str, Compared]) -> None:
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


def require_concluded(row: Task, conclusion: Conclusion, words: str) -> TaskFace | None:
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
