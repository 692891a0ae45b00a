"""Shared parts of the tests of packs: texts of small packs, acceptances, instants."""

from __future__ import annotations

from datetime import date, datetime

from lookalike.protocol.pack import Pack, read_pack
from lookalike.protocol.policy import Acceptance

PACK = """
[pack]
id = "city"
title = "A city"
kind = "directive"
jurisdiction = "US-MI-City"
zone = "America/Detroit"
valid_from = 2020-01-01
"""
ENTRY = """
[[entry]]
id = "city.offences"
rule = "R02"
citation = "Ordinance 1"
source = "Ordinance 1, read whole"
retrieved = 2026-01-01
confidence = "confirmed"
[entry.parameters]
classes = ["robbery"]
"""


def entry(name: str, rule: str, parameters: str, *, more: str = "", confidence: str = "confirmed") -> str:
    """The text of one entry of the pack `city`."""
    return (
        ENTRY.replace("city.offences", f"city.{name}")
        .replace('"R02"', f'"{rule}"')
        .replace('"confirmed"', f'"{confidence}"')
        .replace('classes = ["robbery"]', parameters)
        .replace("[entry.parameters]", f"{more}\n[entry.parameters]")
    )


def city(*entries: str, head: str = PACK) -> Pack:
    """A small pack."""
    return read_pack("".join([head, *entries]).encode(), "city.toml")


def at(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text)


def accepting(pack: Pack) -> tuple[Acceptance, ...]:
    """An acceptance of every entry of a pack that nobody has confirmed."""
    return tuple(
        Acceptance(entry_id=e.id, entry_sha256=e.sha256, by="A. Board", on=date(2026, 1, 1), reason="Read elsewhere.")
        for e in pack.unconfirmed()
    )
