"""A decision as a person is told it.

No blame, no percentage of likeness, and every refusal with what happened, why, and what to do, then its citation.
"""

from __future__ import annotations

from lookalike.protocol.decide import Decision, Reason
from lookalike.protocol.needs import Needs
from lookalike.protocol.policy import Entry, Policy
from lookalike.protocol.rule import Failure, Finding
from lookalike.protocol.rules import RULES
from lookalike.protocol.words import ACTS, a_list, cited


def headline(decision: Decision) -> str:
    """The decision in one line."""
    names = a_list(pack.id for pack in decision.packs)
    if decision.allowed:
        satisfied = sum(finding.outcome == "satisfied" for finding in decision.findings)
        return (
            f"Allowed under {names}: {satisfied} entries satisfied. "
            "This allows the act; it says nothing about who anybody is."
        )
    if decision.reason is Reason.NOBODY_RULED and not decision.refusals():
        return f"Refused: no rule of {names} says when {ACTS[decision.act]} is allowed."
    counted = [finding for finding in decision.findings if finding.outcome != "not_applicable"]
    return f"Refused by {len(decision.refusals())} of {len(counted)} entries. All are shown."


def decision_page(decision: Decision, policy: Policy, needs: Needs) -> str:
    """A decision as a page of plain text: the line, each refusal with its citation, what it would take, and remarks."""
    entries = {entry.id: entry for entry in policy.entries}
    parts = [headline(decision)]
    parts += [_refusal(finding, entries.get(finding.entry)) for finding in decision.refusals()]
    if decision.reason is Reason.NOBODY_RULED:
        parts.append("An act that nobody ruled on is not allowed. Layer a directive that rules on it.")
    if not decision.allowed:
        parts.append(_taken(needs))
    remarks = [*decision.notes, *(note for finding in decision.findings for note in finding.notes)]
    if decision.unconfirmed:
        remarks.append(f"Rests on entries that nobody has confirmed: {', '.join(decision.unconfirmed)}.")
    if remarks:
        parts.append("\n".join(["Remarks:", *(f"  - {remark}" for remark in dict.fromkeys(remarks))]))
    return "\n\n".join(parts) + "\n"


def _refusal(finding: Finding, entry: Entry | None) -> str:
    rule = RULES.get(finding.rule or "")
    if rule is None or entry is None:
        return "\n".join(["Refused: " + "; ".join(failure.sentence for failure in finding.failures)])
    if finding.error:
        lines = [f"{rule.id}  Refused: rule {rule.id} failed while it was being evaluated ({finding.error})."]
        lines.append("     Until it is mended the act stays refused. Report it.")
    else:
        lines = [f"{rule.id}  Refused. {rule.sentence}"]
        lines += [f"     - {_failure(failure)}" for failure in finding.failures]
        lines.append(f"     What to do: {rule.remedy or 'There is nothing to do here.'}")
    return "\n".join([*lines, f"     {cited(entry)}. Entry {entry.id}."])


def _failure(failure: Failure) -> str:
    return failure.sentence[:1].upper() + failure.sentence[1:].rstrip(".") + "."


def _taken(needs: Needs) -> str:
    lines = ["What it would take:"]
    if not needs.possible:
        lines.append("  - Nothing that anybody could supply.")
    lines += [f"  - {supply.says} ({supply.path}): the {supply.owner} can supply it" for supply in needs.supply]
    lines += [f"  - {rule}: {sentence}" for rule, sentence in needs.change]
    return "\n".join(lines)
