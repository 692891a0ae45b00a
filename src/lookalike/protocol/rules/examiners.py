"""R06 and R10: trained people compare, two of them, each blind to the other."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from lookalike.protocol.parameters import NOT_SAID, Kind, NotSaid, Parameters, parameter
from lookalike.protocol.persons import person_of
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import listed
from lookalike.protocol.vocabulary import Act, Conclusion, Protection, Role, Seen, TrainingKind

WORKING = frozenset({Act.SEARCH, Act.SHOW, Act.EXAMINE})
SHOW = frozenset({Act.SHOW})
EXAMINE = frozenset({Act.EXAMINE})
LEAD = frozenset({Act.LEAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingParameters(Parameters):
    """R06."""

    role: frozenset[Role] | NotSaid = parameter(Kind.ALLOWED, "Roles that may search and compare.", of=Role)
    kinds: frozenset[TrainingKind] | NotSaid = parameter(Kind.REQUIRED, "Trainings that must count.", of=TrainingKind)
    max_age_days: int | NotSaid = parameter(Kind.AT_MOST, "Days for which a training counts.", of=int)
    min_hours: int | NotSaid = parameter(Kind.AT_LEAST, "Hours of training in all.", of=int)
    hours_kind: TrainingKind | NotSaid = parameter(Kind.WORD, "In what those hours are.", of=TrainingKind)
    known_answer_days: int | NotSaid = parameter(Kind.AT_MOST, "Days for which a known-answer trial counts.", of=int)


TRAINING = ("at", "actor.training[].kind", "actor.training[].completed_on")


def _outdated(f: Any, p: Any, days: int | None) -> list[TrainingKind]:
    """The kinds of training that are asked and of which none counts today; `days`: its greatest age."""

    def counts(training: Any) -> bool:
        age = (f.today - training.completed_on).days
        lapsed = training.last_day is not None and f.today > training.last_day
        return age >= 0 and not lapsed and (days is None or age <= days)

    asked = set(TrainingKind) if p.kinds is NOT_SAID else p.kinds
    lacking = [k for k in asked if not any(training.kind == k and counts(training) for training in f.actor.training)]
    # an entry that names no kind asks for any one
    return lacking if p.kinds is not NOT_SAID or len(lacking) == len(asked) else []


def _hours(f: Any, p: Any) -> int:
    return sum(
        training.hours
        for training in f.actor.training
        if training.completed_on <= f.today and (p.hours_kind is NOT_SAID or training.kind == p.hours_kind)
    )


R06 = Rule(
    id="R06",
    title="Trained people",
    sentence="Who searches and who compares has the role and current training.",
    remedy="Complete the training; or give the task to another trained examiner.",
    protection=Protection.TWO_EXAMINERS,
    parameters=TrainingParameters,
    checks=(
        Check(
            key="role",
            parameter="role",
            acts=WORKING,
            needs=("actor.roles",),
            holds=lambda f, p: bool(f.actor.roles & p.role),
            says=lambda f, p: f"the person is not: {listed(p.role)}",
        ),
        Check(
            key="kinds",
            parameter="kinds",
            acts=WORKING,
            needs=(*TRAINING, "actor.training[].last_day"),
            holds=lambda f, p: not _outdated(f, p, None),
            says=lambda f, p: f"no current training in {listed(_outdated(f, p, None))}",
        ),
        Check(
            key="max_age_days",
            parameter="max_age_days",
            acts=WORKING,
            needs=(*TRAINING, "actor.training[].last_day"),
            holds=lambda f, p: not _outdated(f, p, p.max_age_days),
            says=lambda f, p: (
                f"no training in the last {p.max_age_days} days in {listed(_outdated(f, p, p.max_age_days))}"
            ),
        ),
        Check(
            key="min_hours",
            parameter="min_hours",
            acts=WORKING,
            needs=(*TRAINING, "actor.training[].hours"),
            holds=lambda f, p: _hours(f, p) >= p.min_hours,
            says=lambda f, p: f"{_hours(f, p)} hours of training, and the policy asks {p.min_hours}",
        ),
        Check(
            key="known_answer_days",
            parameter="known_answer_days",
            acts=WORKING,
            needs=("at", "actor.known_answer_on"),
            holds=lambda f, p: (
                f.actor.known_answer_on is not None and (f.today - f.actor.known_answer_on).days <= p.known_answer_days
            ),
            says=lambda f, p: f"no known-answer trial was passed in the last {p.known_answer_days} days",
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindParameters(Parameters):
    """R10."""

    examiners: int | NotSaid = parameter(Kind.AT_LEAST, "How many different people must examine.", of=int)
    hidden: frozenset[Seen] | NotSaid = parameter(Kind.FORBIDDEN, "What an examiner may not see.", of=Seen)
    probe_first: bool | NotSaid = parameter(Kind.MUST, "The probe is described before a candidate is seen.")
    locked_before_next: bool | NotSaid = parameter(Kind.MUST, "The next examiner begins after the last has concluded.")
    all_agree: bool | NotSaid = parameter(Kind.MUST, "All name the same candidate, the one of the lead.")
    third_examiner: bool | NotSaid = parameter(Kind.MAY, "Whether one more examiner may be asked.")


def _concluded(f: Any) -> list[Any]:
    """The examinations that were concluded, in order."""
    return sorted((e for e in f.examinations if e.concluded_at is not None), key=lambda e: e.concluded_at)


def _enough(f: Any, p: Any) -> bool:
    done = _concluded(f)
    people = {person_of(examination.person) for examination in done}
    one_each = len(people) == len(done)
    not_too_many = p.third_examiner is not True or len(done) <= p.examiners + 1
    return len(people) >= p.examiners and one_each and not_too_many and all(e.role_ok for e in done)


def _agreed(f: Any, p: Any) -> bool:
    """Whether everybody named the candidate of the lead. A third examiner must, and then one may be undecided."""
    done, lead = _concluded(f), f.results.lead
    if not done or lead is None or len(done) < len(f.examinations):  # who has not concluded may still differ
        return False
    named = [e for e in done if e.conclusion is Conclusion.POSSIBLE_CANDIDATE and e.candidate == lead.record]
    undecided = [e for e in done if e.conclusion is Conclusion.INCONCLUSIVE and e.candidate is None]
    if p.third_examiner is True and p.examiners is not NOT_SAID and len(done) > p.examiners:
        return done[-1] in named and len(named) >= p.examiners and len(named) + len(undecided) == len(done)
    return len(named) == len(done)


def _locked_first(examination: Any) -> bool:
    locked, seen = examination.probe_locked_at, examination.candidates_seen_at
    return locked is not None and seen is not None and locked < seen


PAGE = {
    Seen.SCORE: ("view.score", "view.percent"),
    Seen.RANK: ("view.rank", "view.order_is_rank"),  # an order that is the rank shows the rank
    Seen.FIRST_RESULT: ("view.first_result",),
    Seen.FIRST_EXAMINER: ("view.first_examiner",),
    Seen.NARRATIVE: ("view.narrative",),
    Seen.DEMOGRAPHICS: ("view.demographics",),
    Seen.CANDIDATE_STATUS: ("view.candidate_status",),
}


def _on_page(f: Any, p: Any) -> list[Seen]:
    """What the page shows of what must be hidden."""
    return [seen for seen in p.hidden if any(getattr(f.view, path.removeprefix("view.")) for path in PAGE[seen])]


def _someone_else(f: Any, p: Any) -> bool:
    people = {examination.person for examination in f.examinations}
    if f.nth_examiner == 1:
        return people <= {f.actor.id}
    return person_of(f.actor.id) not in set(map(person_of, people))


R10 = Rule(
    id="R10",
    title="Two blind examiners",
    sentence="Two different trained people, the second knowing nothing of the first, reach the same result; otherwise "
    "there is no lead.",
    remedy="Give the probe to another examiner, blind. If they differ, the answer is: no lead.",
    protection=Protection.TWO_EXAMINERS,
    parameters=BlindParameters,
    checks=(
        Check(
            key="hidden_on_page",
            parameter="hidden",
            acts=SHOW,
            then=lambda f, p: iter([tuple(path for seen in sorted(p.hidden) for path in PAGE[seen])]),
            holds=lambda f, p: not _on_page(f, p),
            says=lambda f, p: f"the page shows {listed(_on_page(f, p))}",
        ),
        Check(
            key="another_person",
            parameter="hidden",
            acts=SHOW,
            needs=("actor.id", "examinations[].person", "nth_examiner"),
            holds=_someone_else,
            says="the person has examined this probe already, or is not the examiner in turn",
        ),
        Check(
            key="hidden",
            parameter="hidden",
            acts=EXAMINE,
            needs=("own.saw",),
            holds=lambda f, p: not f.own.saw & p.hidden,
            says=lambda f, p: f"the examiner could see {listed(f.own.saw & p.hidden)}",
        ),
        Check(
            key="own_work",
            parameter="hidden",
            acts=EXAMINE,
            needs=("actor.id", "own.person", "examinations[].person"),
            holds=lambda f, p: (
                f.own.person == f.actor.id and all(person_of(e.person) != person_of(f.actor.id) for e in f.examinations)
            ),
            says="the one who signs is not the one who examined, or has examined this probe already",
        ),
        Check(
            key="hidden_from_all",
            parameter="hidden",
            acts=LEAD,
            needs=("examinations[].saw",),
            holds=lambda f, p: not any(e.saw & p.hidden for e in f.examinations),
            says=lambda f, p: f"an examiner could see {listed({s for e in f.examinations for s in e.saw & p.hidden})}",
        ),
        Check(
            key="probe_first_on_page",
            parameter="probe_first",
            acts=SHOW,
            needs=("at", "probe_locked_at"),
            holds=lambda f, p: f.probe_locked_at is not None and f.probe_locked_at < f.at,
            says="the examiner has not locked the description of the probe",
        ),
        Check(
            key="probe_first",
            parameter="probe_first",
            acts=EXAMINE,
            needs=("own.probe_locked_at", "own.candidates_seen_at"),
            holds=lambda f, p: _locked_first(f.own),
            says="the description of the probe was not locked before the candidates were seen",
        ),
        Check(
            key="probe_first_of_all",
            parameter="probe_first",
            acts=LEAD,
            needs=(
                "examinations[].probe_locked_at",
                "examinations[].candidates_seen_at",
                "examinations[].concluded_at",
            ),
            holds=lambda f, p: all(_locked_first(e) and e.candidates_seen_at < e.concluded_at for e in _concluded(f)),
            says="an examiner did not lock the description of the probe, see the candidates and conclude in that order",
        ),
        Check(
            key="examiners",
            parameter="examiners",
            acts=LEAD,
            needs=("at", "examinations[].person", "examinations[].concluded_at", "examinations[].role_ok"),
            holds=_enough,
            says=lambda f, p: (
                f"{len({person_of(e.person) for e in _concluded(f) if e.role_ok})} trained people have examined, once "
                f"each, and the policy asks {p.examiners}"
            ),
        ),
        Check(
            key="locked_before_next",
            parameter="locked_before_next",
            acts=LEAD,
            needs=("examinations[].concluded_at", "examinations[].candidates_seen_at"),
            holds=lambda f, p: all(
                later.candidates_seen_at is not None and later.candidates_seen_at > earlier.concluded_at
                for earlier, later in pairwise(_concluded(f))
            ),
            says="an examiner saw the candidates before the one before had concluded",
        ),
        Check(
            key="all_agree",
            parameter="all_agree",
            acts=LEAD,
            needs=(
                "examinations[].concluded_at",
                "examinations[].conclusion",
                "examinations[].candidate",
                "results.lead.record",
            ),
            holds=_agreed,
            says="the examiners did not all name the candidate of the lead",
        ),
        Check(
            key="third_examiner",
            parameter="third_examiner",
            acts=LEAD,
            needs=("examinations[].concluded_at",),
            holds=lambda f, p: p.examiners is NOT_SAID or len(_concluded(f)) <= p.examiners,
            says=lambda f, p: (
                f"{len(_concluded(f))} people examined, and the policy does not allow one more to be asked"
            ),
        ),
    ),
)
