"""A pack or a rule as a page that a city council can read. Markdown that reads well as plain text."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from lookalike.protocol.effective import conflicts
from lookalike.protocol.layering import acts_of
from lookalike.protocol.pack import Pack
from lookalike.protocol.policy import Confidence, Entry
from lookalike.protocol.rule import Rule
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act
from lookalike.protocol.words import ACTS, a_day, a_list, cited, requirement

SECTIONS = {
    "Who may ask, and why": ("R01", "R02", "R03", "R22", "R16"),
    "What is never done": ("R05", "R25"),
    "What is searched": ("R04", "R09", "R07", "R08", "R20"),
    "Who compares, and who signs": ("R06", "R10", "R11", "R23"),
    "What a lead is, and what has to follow it": ("R12", "R13", "R14", "R15", "R24"),
    "Records, reports, and the system itself": ("R17", "R18", "R21", "R19"),
}


def pack_page(pack: Pack) -> str:
    """The page of a pack: from when to when it holds, what each rule asks here, its citation, and what is missing."""
    ref = pack.ref
    until = f" until {a_day(ref.expires)}, the first day on which it no longer holds" if ref.expires else ""
    lines = [
        f"# {ref.title}",
        "",
        f"Pack {ref.id}, a {ref.kind}" + ("" if pack.jurisdiction == "*" else f" for {pack.jurisdiction}") + ".",
        f"In force from {a_day(ref.valid_from)}{until}.",
        _confidence(pack),
    ]
    lines += [f"Superseded by {pack.superseded_by}."] if pack.superseded_by else []
    lines += [pack.note] if pack.note else []
    for title, rules in SECTIONS.items():
        found = [line for rule in rules for line in _of_rule(RULES[rule], pack)]
        lines += ["", f"## {title}", "", *found[:-1]] if found else []
    lines += ["", "## Refused because no rule speaks of it", "", _unruled(pack)]
    if pack.unread:
        lines += ["", "## Not in force here: believed, and never read", ""]
        lines += [f"- {unread.term}. ({unread.source})" for unread in pack.unread]
    clashes = [
        f"- {found[0].rule}: nothing satisfies {a_list(joined.parameter for joined in found)} together."
        for found in conflicts(pack.entries)
    ]
    lines += ["", "## Contradictions", "", *clashes] if clashes else []
    return "\n".join(lines) + "\n"


def rule_page(rule: Rule, packs: tuple[Pack, ...]) -> str:
    """The page of a rule: what it asks, of which acts, its parameters, and which packs use it."""
    lines = [
        f"# {rule.id} {rule.title}",
        "",
        rule.sentence,
        "",
        f"Protection: {rule.protection or 'the ground on which the five stand'}.",
        f"Acts: {a_list(ACTS[act] for act in Act if act in rule.acts)}.",
        f"When it refuses: {rule.remedy or 'there is nothing to do.'}",
        "",
        "What is not known is refused.",
        "",
        "## Parameters",
        "",
    ]
    for field in dataclasses.fields(rule.parameters):
        acts = [act for act in Act if any(c.parameter == field.name and act in c.acts for c in rule.checks)]
        on = a_list(acts) if acts else "no act: the site reads it"
        lines.append(f"- {field.name}: {field.metadata['says']} {field.metadata['kind'].capitalize()}. On {on}.")
    lines += ["", "## Packs", ""]
    for pack in packs:
        for entry in (entry for entry in pack.entries if entry.rule == rule.id):
            lines.append(f"- {entry.id}: {'; '.join(_asked(entry))}. {cited(entry)}.")
    return "\n".join(lines) + "\n"


def _of_rule(rule: Rule, pack: Pack) -> Iterator[str]:
    entries = [entry for entry in pack.entries if entry.rule == rule.id]
    if not entries:
        return
    yield f"**{rule.title}.** {rule.sentence}"
    for entry in entries:
        acts = acts_of(entry)
        on = "" if not acts or acts == rule.acts else f" [{a_list(ACTS[act] for act in Act if act in acts)}]"
        yield ""
        yield from (f"- {clause[:1].upper()}{clause[1:]}." for clause in _asked(entry))
        yield f"  {cited(entry)}. {entry.id}{on}"
    yield ""


def _asked(entry: Entry) -> list[str]:
    kind = RULES[entry.rule].parameters
    return [requirement(kind, name, value) for name, value in entry.parameters.said().items()]


def _confidence(pack: Pack) -> str:
    counts = {level: sum(entry.confidence is level for entry in pack.entries) for level in Confidence}
    told = (
        f"{len(pack.entries)} entries: {counts[Confidence.CONFIRMED]} read, {counts[Confidence.PARTIAL]} read in part, "
    )
    told += f"{counts[Confidence.UNCONFIRMED]} confirmed by nobody"
    accept = ", each of which has to be accepted by its id" if counts[Confidence.UNCONFIRMED] else ""
    return f"{told}{accept}."


def _unruled(pack: Pack) -> str:
    ruled = {act for entry in pack.entries for act in acts_of(entry)}
    open_ = [ACTS[act] for act in Act if act not in ruled]
    if not open_:
        return "Nothing: some entry rules on every act."
    return f"{a_list(open_)[:1].upper()}{a_list(open_)[1:]}."
