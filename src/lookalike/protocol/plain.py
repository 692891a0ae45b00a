"""The room's records as JSON: dataclasses as objects, sets as sorted lists, days and times as ISO 8601."""

from __future__ import annotations

import dataclasses
from datetime import date
from enum import Enum
from typing import Any

from lookalike.protocol.parameters import Parameters


def as_plain(value: Any) -> Any:
    """A value that `json.dumps` writes as it is. A parameter that an entry does not set is left out, not null."""
    if isinstance(value, Parameters):
        return {name: as_plain(one) for name, one in value.said().items()}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset):
        return sorted(map(as_plain, value))
    if isinstance(value, tuple | list):
        return [as_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value
