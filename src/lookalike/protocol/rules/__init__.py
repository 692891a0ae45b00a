"""The rules by id."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lookalike.protocol.rule import Rule

RULES: Mapping[str, Rule] = MappingProxyType({rule.id: rule for rule in ()})
