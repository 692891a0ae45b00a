"""Not knowing is a value. It is neither true nor false, and whatever needs it is refused."""

from __future__ import annotations

from enum import Enum
from typing import Final, Literal, NoReturn


class Unknown(Enum):
    """The one value of a fact that nobody has supplied."""

    UNKNOWN = "unknown"

    def __bool__(self) -> NoReturn:
        raise TypeError("An unknown fact is neither true nor false.")

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final[Literal[Unknown.UNKNOWN]] = Unknown.UNKNOWN
