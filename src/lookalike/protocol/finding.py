"""What one entry says about one act."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lookalike.protocol.facts.base import ActFacts, as_of, described, leaves, missing
from lookalike.protocol.parameters import Kind, Parameters, kind_of
from lookalike.protocol.policy import Entry
from lookalike.protocol.rule import Check, Failure, Finding, Outcome, Rule
from lookalike.protocol.unknown import UNKNOWN
from lookalike.protocol.view import Undeclared, View
from lookalike.protocol.vocabulary import Act


def finding(rule: Rule, entry: Entry, facts: ActFacts, zone: str) -> Finding:
    """What an entry says, with every check evaluated and every failure kept. zone: of the entry's pack.

    The facts are judged as of the act: what is dated after it is not known. Any Exception within the rule is a refusal
    with the name of its type.
    """
    failures: list[Failure] = []
    used: set[str] = set()
    notes: list[str] = []
    error = None
    ruled = False
    given, facts = facts, facts if facts.at is UNKNOWN else as_of(facts, facts.at, zone)
    for check in applicable(rule, entry, facts.act):
        try:
            if not _concerns(check, entry.parameters, facts):
                continue
            ruled = True
            judged = _judge(check, entry.parameters, given, facts, zone)
        except Exception as problem:  # whatever it is, it is no reason to allow
            ruled, error = True, type(problem).__name__
            failures.append(Failure(check.key, f"rule {rule.id} failed while it was evaluated ({error})", ()))
            continue
        used.update(judged[0])
        failures.extend(judged[1])
        notes.extend(judged[2])
    outcome = Outcome.REFUSED if failures else Outcome.SATISFIED if ruled else Outcome.NOT_APPLICABLE
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
    """Whether the entry rules on this kind of thing; one whose kind is not known could be it."""
    if check.only is None:
        return True
    fact, values = check.only
    value = getattr(facts, fact)
    return value is UNKNOWN or value in values(parameters)


def _judge(
    check: Check, parameters: Parameters, given: ActFacts, facts: ActFacts, zone: str
) -> tuple[list[str], list[Failure], list[str]]:
    """The patterns that a check used, its failure if there is one, its note if there is one."""
    used = [*check.needs] if check.only is None else [check.only[0], *check.needs]
    view = View(facts, used, zone)
    if check.then is not None:
        try:
            for group in check.then(view, parameters):
                used.extend(group)
                view.let_through(group)
        except Undeclared:
            if not _unknown(facts, used):
                raise  # the check is wrong; otherwise it came to a fact that is not known, and asks no further
    unknown = _unknown(facts, used)
    if unknown:
        return used, [Failure(check.key, _not_known(given, unknown), unknown)], []
    if not check.holds(view, parameters):
        says = check.says if isinstance(check.says, str) else check.says(view, parameters)
        return used, [Failure(check.key, says, ())], []
    note = check.note(view, parameters) if check.note else None
    return used, [], [note] if note else []


def _unknown(facts: ActFacts, needs: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({path for need in needs for path in missing(facts, need)}))


def _not_known(given: ActFacts, paths: tuple[str, ...]) -> str:
    """Why the facts at the paths do not count: nobody knows them, or they were given and lie after the act."""
    after = {path for path, value in leaves(given) if value is not UNKNOWN}
    said = {path: described(type(given), path)[0] for path in paths}
    unknown = "; nor ".join(dict.fromkeys(says for path, says in said.items() if path not in after))
    too_late = ", ".join(dict.fromkeys(says for path, says in said.items() if path in after))
    parts = (
        f"it is not known {unknown}" if unknown else "",
        f"after the act itself lies {too_late}" if too_late else "",
    )
    return "; ".join(part for part in parts if part)
