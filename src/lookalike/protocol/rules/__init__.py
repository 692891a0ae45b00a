"""The rules by id."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lookalike.protocol.rule import Rule
from lookalike.protocol.rules.authority import R01, R17, R21
from lookalike.protocol.rules.barred import R05, R22, R25
from lookalike.protocol.rules.examiners import R06, R10
from lookalike.protocol.rules.gallery import R07, R08, R20
from lookalike.protocol.rules.hands import R11, R23
from lookalike.protocol.rules.independent import R16
from lookalike.protocol.rules.lead import R12, R15
from lookalike.protocol.rules.lineup import R13
from lookalike.protocol.rules.probe import R04, R09
from lookalike.protocol.rules.purpose import R02, R03
from lookalike.protocol.rules.record import R18
from lookalike.protocol.rules.session import R19
from lookalike.protocol.rules.warrant import R14, R24

RULES: Mapping[str, Rule] = MappingProxyType(
    {
        rule.id: rule
        for rule in (
            *(R01, R02, R03, R04, R05, R06, R07, R08, R09, R10, R11, R12, R13),
            *(R14, R15, R16, R17, R18, R19, R20, R21, R22, R23, R24, R25),
        )
    }
)
