"""Short ways to say what is there and what is not, for the contents of a packet."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.examinations.models import TaskFace
from lookalike.casework.models import StoredFile
from lookalike.disclosure.contents import WithheldOf
from lookalike.disclosure.values import Absent, File

T = TypeVar("T")
_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+")


@dataclass(frozen=True, slots=True)
class Gathering:
    """What is known while a packet is gathered. suspect: the person whose face is shown; address: of the site, for the
    codes on documents. withheld: what is kept back, added to as it is met.
    """

    who: Acting
    suspect: str
    address: str
    withheld: list[WithheldOf]

    def is_suspect(self, face: TaskFace) -> bool:
        """Whether a face that was compared is the suspect's."""
        return face.candidate is not None and face.candidate.person_id == self.suspect


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
