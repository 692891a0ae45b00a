"""Short ways to say what is there and what is not, for the contents of a packet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from functools import partial
from typing import Any, TypeVar

from lookalike.casework import files
from lookalike.casework.models import StoredFile
from lookalike.disclosure.values import Absent, File

T = TypeVar("T")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


def given(value: T | None, because: str) -> T | Absent:
    """A value, or why there is none; blank text is none."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return Absent(because)
    return value


def several(values: Iterable[T], because: str) -> tuple[T, ...] | Absent:
    """Values, or why there are none."""
    return tuple(values) or Absent(because)


def stored(file: StoredFile, title: str) -> File:
    """A stored file as a file of the packet; its bytes are read when it is written."""
    kind = file.media_type.partition(";")[0].strip().lower()
    return File(
        title=title,
        media_type=kind if _TYPE.fullmatch(kind) else "application/octet-stream",
        size=file.size,
        sha256=file.sha256,
        open=partial(files.opened, file),
    )


def stored_or(file: StoredFile | None, title: str, because: str) -> File | Absent:
    """The same, or why there is none."""
    return Absent(because) if file is None else stored(file, title)


def as_kept(data: Any) -> str:
    """JSON data as text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def said(text: str, otherwise: str = "nothing was written") -> str:
    """Text that may be blank."""
    return text.strip() or otherwise
