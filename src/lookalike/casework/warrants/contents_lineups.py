"""The lineups in a packet: every one, also what was given up, with its plan, its test, its events and its recording."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterator
from functools import partial
from itertools import groupby
from typing import BinaryIO

from lookalike.casework import files
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.content import content_of
from lookalike.casework.lineups.models import Event, Holding, Lineup, Piece
from lookalike.casework.warrants.gathering import as_kept, given, said, several, stored_or
from lookalike.disclosure.contents_evidence import HappenedOf, LineupOf
from lookalike.disclosure.values import File, Row

RELATED = ("suspect__party", "witness__party", "witness__description", "administrator", "report", "holding__chosen")


def lineups(case: Case) -> tuple[LineupOf, ...]:
    """Every lineup of a case, in the order of their numbers."""
    rows = Lineup.objects.filter(case=case).select_related(*RELATED).prefetch_related("members", "tests")
    return tuple(_lineup(one) for one in rows.order_by("number"))


def _lineup(row: Lineup) -> LineupOf:
    holding: Holding | None = getattr(row, "holding", None)
    description = row.witness.description
    unheld = "it was not held"
    return LineupOf(
        number=row.number,
        state=str(row.get_state_display()),
        witness=row.witness.party.name,
        description=given(description.words if description else None, "no description was taken"),
        conditions=given(row.witness.conditions, "nobody has written them down"),
        presentation=said(row.presentation),
        administration=said(row.administration.replace("_", " ")),
        administrator=given(row.administrator.name if row.administrator else None, "nobody is named"),
        members=several(_members(row), "nobody was chosen yet"),
        fairness=several(_fairness(row), "no test was closed"),
        held_at=given(holding.begun_at if holding else None, unheld),
        events=several((_event(one) for one in _events(holding)), unheld),
        outcome=given(_outcome(row, holding), unheld),
        confidence=given(holding.confidence if holding else None, "nothing was said, or it was not held"),
        recordings=several(_recordings(row, holding), _unrecorded(holding)),
        report=stored_or(row.report, f"Report of lineup {row.number}", "no report was made"),
        record=as_kept(json.loads(json.dumps(_plan(row, holding), default=str))),
        entry=given(row.entry, unheld),
    )


def _members(row: Lineup) -> Iterator[str]:
    for one in sorted(row.members.all(), key=lambda member: (member.place, member.pk)):
        who = "the suspect" if one.is_suspect else "filler"
        gone = f"; taken out: {one.removed_because}" if one.removed_at else ""
        yield f"place {one.place}: {who}, record {one.record_id}. {said(one.because)}{gone}"


def _fairness(row: Lineup) -> Iterator[Row]:
    for number, test in enumerate(sorted(row.tests.all(), key=lambda one: one.pk), start=1):
        yield Row(f"Test {number}, what was read", said(test.description))
        result = test.result or {}
        for name, value in result.items():
            yield Row(
                f"Test {number}, {name.replace('_', ' ')}",
                value if isinstance(value, str) and value else as_kept(value),
            )


def _outcome(row: Lineup, holding: Holding | None) -> str | None:
    if holding is None:
        return row.ended_because or None
    words = str(holding.get_outcome_display()) if holding.outcome else "not ended"
    if holding.chosen is not None:
        words += f": {'the suspect' if holding.chosen.is_suspect else 'a filler'}, record {holding.chosen.record_id}"
    return words + (f". {row.ended_because}" if row.ended_because else "")


def _events(holding: Holding | None) -> list[Event]:
    return [] if holding is None else list(holding.events.order_by("number"))


def _event(one: Event) -> HappenedOf:
    return HappenedOf(at=one.at, kind=one.kind, words=as_kept(one.data) if one.data else one.kind)


def _unrecorded(holding: Holding | None) -> str:
    if holding is None:
        return "it was not held"
    if holding.consent is False:
        return f"the witness refused: {said(holding.consent_words, 'no words are kept')}"
    return "nothing was recorded"


def _recordings(row: Lineup, holding: Holding | None) -> Iterator[File]:
    """The recording, each take as one file, its pieces one after another."""
    if holding is None:
        return
    pieces = holding.pieces.select_related("file").order_by("take", "number")
    for take, group in groupby(pieces, key=lambda one: one.take):
        parts = list(group)
        digest, size = hashlib.sha256(), 0
        for part in parts:
            data = files.read(part.file)
            digest.update(data)
            size += len(data)
        yield File(
            title=f"Recording of lineup {row.number}, take {take}",
            media_type="video/webm",
            size=size,
            sha256=digest.hexdigest(),
            open=partial(_whole, parts),
        )


def _whole(parts: list[Piece]) -> BinaryIO:
    return io.BufferedReader(_Parts(parts), files.PIECE)


class _Parts(io.RawIOBase):
    """The pieces of a take, one after another; one is in memory at a time."""

    def __init__(self, parts: list[Piece]) -> None:
        super().__init__()
        self._left, self._held = list(parts), memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._held and self._left:
            self._held = memoryview(files.read(self._left.pop(0).file))
        data = self._held[: len(buffer)]
        buffer[: len(data)] = data
        self._held = self._held[len(data) :]
        return len(data)


def _plan(row: Lineup, holding: Holding | None) -> dict[str, object]:
    """The plan as it stands: the rows of lineup, witness, members, tests and holding."""
    return {
        "lineup": content_of(row),
        "witness": content_of(row.witness),
        "members": [content_of(one) for one in row.members.all()],
        "tests": [content_of(one) for one in row.tests.all()],
        "holding": None if holding is None else {k: v for k, v in content_of(holding).items() if k != "key_sha256"},
    }
