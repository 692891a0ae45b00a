"""The pack `template`: every rule and parameter, and what each means. Written from the rules: nothing is left out."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from lookalike.protocol.parameters import Kind
from lookalike.protocol.rule import Rule
from lookalike.protocol.rules import RULES

HEAD = """\
# Copy this file, rename it, set kind to "directive", replace every citation and source, delete what does not apply.
# The values show the form; they advise nothing. A line that begins with # is in no shipped pack.
[pack]
id = "template"
title = "Every rule and what it means"
kind = "template"
jurisdiction = "*"
zone = "UTC"
valid_from = 2026-01-01
"""
# parameters that no shipped pack sets, each with a value that shows the form
FORMS: Mapping[tuple[str, str], Any] = {
    ("R06", "known_answer_days"): 180,
    ("R07", "max_photo_age_days"): 3650,
    ("R13", "confidence_seconds"): 120,
    ("R13", "effective_size_low"): 2.0,
    ("R13", "functional_size"): 3.0,
    ("R14", "statement"): True,
    ("R16", "urgent_hours"): 24,
    ("R16", "realtime"): False,
    ("R18", "exceptions"): ["court_order"],
    ("R20", "max_age_days"): 366,
    ("R20", "min_cohort_n"): 100,
    ("R23", "role_for_act"): {"lead": ["supervisor"]},
}


def template_text(tables: Mapping[str, Mapping[str, Any]]) -> str:
    """The file. tables: for each rule, its parameters as shipped packs write them."""
    return "\n".join([HEAD, *(_entry(rule, tables.get(rule.id, {})) for rule in RULES.values())])


def _entry(rule: Rule, given: Mapping[str, Any]) -> str:
    lines = [
        f"# {rule.id}. {rule.title}. {rule.sentence}",
        f"# Acts: {', '.join(sorted(rule.acts))}. Narrow an entry to some of them with acts = [...].",
        "[[entry]]",
        f'id = "template.{rule.id.lower()}"',
        f'rule = "{rule.id}"',
        'citation = "name the paragraph"',
        'source = "name where it was read"',
        "retrieved = 2026-11-23",
        'confidence = "confirmed"',
        "[entry.parameters]",
    ]
    for field in dataclasses.fields(rule.parameters):
        kind: Kind = field.metadata["kind"]
        shown = field.name in given
        value = given[field.name] if shown else FORMS[rule.id, field.name]
        lines.append(f"# {field.metadata['says']} {kind.capitalize()}.")
        lines.append(f"{'' if shown else '# '}{field.name} = {toml(value)}")
    return "\n".join(lines) + "\n"


def toml(value: Any) -> str:
    """A value as TOML writes it: text, number, truth, day, list, or a table on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {toml(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value, ensure_ascii=False)
