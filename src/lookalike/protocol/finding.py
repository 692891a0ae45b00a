"""What one entry says about one act."""

from __future__ import annotations

from collections.abc import Iterator

from lookalike.protocol.facts.base import ActFacts, described, missing
from lookalike.protocol.parameters import Kind, Parameters, kind_of
from lookalike.protocol.policy import Entry
from lookalike.protocol.rule import Check, Failure, Finding, Outcome, Rule
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.view import View
from lookalike.protocol.vocabulary import Act


def finding(rule: Rule, entry: Entry, facts: ActFacts, zone: str) -> Finding:
    """What an entry says, with every check evaluated and every failure kept. zone: of the entry's pack.

    Any Exception within the rule is a refusal with the name of its type.
    """
    failures: list[Failure] = []
    used: set[str] = set()
    notes: list[str] = []
    error = None
    ruled = False
    for check in applicable(rule, entry, facts.act):
        try:
            if not _concerns(check, entry.parameters, facts):
                continue
            ruled = True
            judged = _judge(check, entry.parameters, facts, zone)
        except Exception as problem:  # whatever it is, it is no reason to allow
            ruled, error = True, type(problem).__name__
            failures.append(Failure(check.key, f"rule {rule.id} failed while it was evaluated ({error})", ()))
            continue
        used.update(judged[0])
        failures.extend(judged[1])
        notes.extend(judged[2])
    if not ruled:
        outcome = Outcome.NOT_APPLICABLE
    else:
        outcome = Outcome.REFUSED if failures else Outcome.SATISFIED
    return Finding(
        rule=rule.id,
        entry=entry.id,
        pack=entry.pack,
        outcome=outcome,
        failures=tuple(failures),
        used=tuple(sorted(used)),
        error=error,
        notes=tuple(notes),
    )


def applicable(rule: Rule, entry: Entry, act: Act) -> Iterator[Check]:
    """The checks of a rule that an entry asks of an act: its parameter is set and asks for something."""
    if entry.acts is not None and act not in entry.acts:
        return
    said = entry.parameters.said()
    for check in rule.checks:
        if act in check.acts and check.parameter in said:
            slack = {Kind.MUST: False, Kind.MAY: True}.get(kind_of(rule.parameters, check.parameter))
            if said[check.parameter] is not slack:
                yield check


def _concerns(check: Check, parameters: Parameters, facts: ActFacts) -> bool:
    """Whether a check on reports is about this kind of report; an unknown kind could be it."""
    if facts.act is not Act.REPORT or check.report is None:
        return True
    kind = getattr(facts, "kind")  # noqa: B009  only ReportFacts have it
    return kind is UNKNOWN or kind == check.report(parameters)


def _judge(
    check: Check, parameters: Parameters, facts: ActFacts, zone: str
) -> tuple[tuple[str, ...], list[Failure], list[str]]:
    """The patterns that a check used, its failure if there is one, its note if there is one."""
    needs = (*(("kind",) if check.report and facts.act is Act.REPORT else ()), *check.needs)
    unknown = _unknown(facts, needs)
    if not unknown and check.then is not None:
        needs = (*needs, *check.then(View(facts, needs, zone), parameters))
        unknown = _unknown(facts, needs)
    if unknown:
        return needs, [Failure(check.key, _not_known(facts, unknown), unknown)], []
    view = View(facts, needs, zone)
    if not check.holds(view, parameters):
        says = check.says if isinstance(check.says, str) else check.says(view, parameters)
        return needs, [Failure(check.key, says, ())], []
    note = check.note(view, parameters) if check.note else None
    return needs, [], [note] if note else []


def _unknown(facts: ActFacts, needs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({path for need in needs for path in missing(facts, need)}))


def _not_known(facts: ActFacts, paths: tuple[str, ...]) -> str:
    said = dict.fromkeys(described(type(facts), path)[0] for path in paths)
    return "it is not known " + "; nor ".join(said)
