"""The published JSON Schema of packs, made from the parameters of the rules so that the two cannot part.

`pack.schema.json` is for editors and for other programs. The reader in `lookalike.protocol.pack` does not use it: it
has to read every value into its type anyway, and its messages are for people. A test holds both to one verdict.
"""

from __future__ import annotations

import dataclasses
import json
from enum import StrEnum
from typing import Any

from lookalike.protocol import pack
from lookalike.protocol.parameters import Kind, Parameters
from lookalike.protocol.policy import Confidence, PackKind
from lookalike.protocol.rules import RULES
from lookalike.protocol.vocabulary import Act

TEXT = {"type": "string", "pattern": r"\S"}
DATE = {"type": "string", "format": "date", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
MONTH_DAY = {
    "type": "array",
    "prefixItems": [{"type": "integer", "minimum": 1, "maximum": 12}, {"type": "integer", "minimum": 1, "maximum": 31}],
    "items": False,
    "minItems": 2,
}
FURTHER = (
    dict.fromkeys(("title", "zone", "note", "citation", "source"), TEXT)
    | {
        "id": {"type": "string", "pattern": f"^{pack.SLUG}$"},
        "kind": {"enum": list(PackKind)},
        "jurisdiction": {"type": "string", "pattern": f"^({pack.JURISDICTION})$"},
        "superseded_by": {"type": "string", "pattern": f"^{pack.SLUG}$"},
        "confidence": {"enum": list(Confidence)},
    }
    | dict.fromkeys(("valid_from", "expires", "retrieved"), DATE)
)


def pack_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) of a pack, its TOML days written as ISO 8601 strings."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:lookalike:pack.schema.json",
        "title": "A pack of the protections: one law or directive",
        **_object(
            {
                "pack": _object({key: FURTHER[key] for key in (*pack.PACK_KEYS, *pack.PACK_EXTRAS)}, pack.PACK_KEYS),
                "entry": {"type": "array", "minItems": 1, "items": _entry()},
                "unread": {"type": "array", "items": _object({"term": TEXT, "source": TEXT}, ("term", "source"))},
            },
            ("pack", "entry"),
        ),
        "$defs": {rule.id: _parameters(rule.parameters, rule.title) for rule in RULES.values()},
    }


def schema_text() -> str:
    """The published file."""
    return json.dumps(pack_schema(), indent=1, ensure_ascii=False) + "\n"


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        **({"required": list(required)} if required else {}),
    }


def _entry() -> dict[str, Any]:
    properties = {key: FURTHER[key] for key in (*pack.ENTRY_KEYS, *pack.ENTRY_EXTRAS) if key in FURTHER}
    properties |= {
        "id": {"type": "string", "pattern": f"^{pack.ENTRY_ID}$"},
        "rule": {"enum": list(RULES)},
        "acts": {"type": "array", "minItems": 1, "uniqueItems": True, "items": {"enum": list(Act)}},
        "parameters": {"type": "object"},
    }
    per_rule = [
        {
            "if": {"properties": {"rule": {"const": rule.id}}, "required": ["rule"]},
            "then": {
                "properties": {
                    "parameters": {"$ref": f"#/$defs/{rule.id}"},
                    "acts": {"items": {"enum": sorted(rule.acts)}},
                }
            },
        }
        for rule in RULES.values()
    ]
    return {**_object(properties, pack.ENTRY_KEYS), "allOf": per_rule}


def _parameters(parameters: type[Parameters], title: str) -> dict[str, Any]:
    fields = dataclasses.fields(parameters)
    return {
        "title": title,
        **_object({f.name: _value(f.metadata) | {"description": describe(f.metadata)} for f in fields}),
        "minProperties": 1,
    }


def describe(meta: Any) -> str:
    """What a parameter means, and which way is stricter."""
    return f"{meta['says']} {meta['kind'].capitalize()}."


def _value(meta: Any) -> dict[str, Any]:
    kind, of, to = meta["kind"], meta["of"], meta["to"]
    match kind:
        case Kind.MUST | Kind.MAY | Kind.EASES:
            return {"type": "boolean"}
        case Kind.AT_MOST | Kind.AT_LEAST:
            return _number(of)
        case Kind.FLOOR | Kind.WORD:
            return _word(of)
        case Kind.REQUIRED | Kind.ALLOWED | Kind.FORBIDDEN | Kind.EXCEPTIONS:
            return _words(_word(of))
        case Kind.EARLIEST:
            return DATE
        case Kind.MONTH_DAY:
            return MONTH_DAY
        case Kind.WINDOW:
            return {"type": "array", "items": MONTH_DAY, "minItems": 2, "maxItems": 2}
        case Kind.TABLE_AT_MOST:
            return _table(of, _number(int))
        case Kind.TABLE_ALLOWED:
            return _table(of, _words(_word(to)))
        case Kind.PAIRS_FORBIDDEN:
            one = {"anyOf": [_word(of), {"const": "*"}]}
            return {"type": "array", "items": {"type": "array", "items": one, "minItems": 2, "maxItems": 2}}
    raise AssertionError(kind)


def _number(of: type) -> dict[str, Any]:
    return {"type": "number" if of is float else "integer", "minimum": 0, "exclusiveMaximum": 10**9}


def _word(of: type) -> dict[str, Any]:
    return {"enum": list(of)} if issubclass(of, StrEnum) else TEXT


def _words(word: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "uniqueItems": True, "items": word}


def _table(of: type, value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "propertyNames": _word(of), "additionalProperties": value}
