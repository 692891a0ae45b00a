"""A packet is complete by construction: whatever is taken out of its contents, it is not written."""

from __future__ import annotations

import dataclasses
import inspect
import io
import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from lookalike.disclosure.contents import Contents
from lookalike.disclosure.contents_evidence import GraphOf
from lookalike.disclosure.contents_search import RunOf, SearchOf
from lookalike.disclosure.packet import write
from lookalike.disclosure.values import Absent, File, as_json, from_json
from lookalike.disclosure.whole import require_complete
from lookalike.errors import BadPacket, IncompletePacket
from tests.disclosure.examples import SIGNED, Made

Step = str | int


def places(value: Any, path: tuple[Step, ...] = ()) -> Iterator[tuple[Step, ...]]:
    """The way to everything in a record; of a list, to its first."""
    if path:
        yield path
    if isinstance(value, tuple):
        yield from places(value[0], (*path, 0))
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name != "open":
                yield from places(getattr(value, field.name), (*path, field.name))


def put(value: Any, path: tuple[Step, ...], new: Any) -> Any:
    """The same record with something else in one place."""
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        return (*value[:first], put(value[first], rest, new), *value[first + 1 :])
    return replace(value, **{first: put(getattr(value, first), rest, new)})


def at(value: Any, path: tuple[Step, ...]) -> Any:
    for step in path:
        value = value[step] if isinstance(step, int) else getattr(value, step)
    return value


def test_whatever_is_taken_out_nothing_is_written(made: Made) -> None:
    every = list(places(made.contents))
    assert len(every) > 300
    for path in every:
        was = at(made.contents, path)
        empty = () if isinstance(was, tuple) else "" if isinstance(was, str) else None
        for new in {type(None): None, type(empty): empty}.values():
            stream = io.BytesIO()
            with pytest.raises(IncompletePacket) as caught:
                write(put(made.contents, path, new), stream, made_at=SIGNED, signer=made.signer)
            assert not stream.getvalue()
            assert str(path[0]) in caught.value.what


def test_a_reason_is_needed_where_there_is_nothing(made: Made) -> None:
    for path in places(made.contents):
        if isinstance(at(made.contents, path), Absent):
            with pytest.raises(IncompletePacket):
                require_complete(put(made.contents, path, Absent(" ")))


def test_an_absence_with_its_reason_is_complete(made: Made) -> None:
    none = Absent("no lineup was held")
    require_complete(replace(made.contents, lineups=none, whereabouts=none, refusals=none, signatures=none))
    with pytest.raises(IncompletePacket, match="statements"):
        require_complete(replace(made.contents, statements=none))  # type: ignore[arg-type]


def test_nothing_can_be_asked_to_be_left_out() -> None:
    assert list(inspect.signature(write).parameters) == ["contents", "stream", "made_at", "signer"]
    assert all(field.default is dataclasses.MISSING for field in dataclasses.fields(Contents))


def run_of(contents: Contents) -> tuple[SearchOf, RunOf]:
    assert isinstance(contents.searches, tuple)
    first = contents.searches[0]
    assert isinstance(first.run, RunOf)
    return first, first.run


def with_run(contents: Contents, run: RunOf) -> Contents:
    first, _ = run_of(contents)
    assert isinstance(contents.searches, tuple)
    return replace(contents, searches=(replace(first, run=run), *contents.searches[1:]))


def test_a_list_that_is_not_the_records_is_refused(made: Made) -> None:
    _, run = run_of(made.contents)
    assert isinstance(run.candidates, tuple)
    for candidates in (run.candidates[:-1], run.candidates[1:], run.candidates[::-1], Absent("there was none")):
        with pytest.raises(IncompletePacket, match=r"candidates.*not the list of the record"):
            require_complete(with_run(made.contents, replace(run, candidates=candidates)))


def test_a_record_that_was_changed_is_refused(made: Made) -> None:
    _, run = run_of(made.contents)
    changed = json.loads(run.record)
    changed["asked_for"] = 5
    with pytest.raises(IncompletePacket, match="SHA-256"):
        require_complete(with_run(made.contents, replace(run, record=json.dumps(changed))))


@pytest.mark.parametrize("text", ["null", "[]", "{}", '{"candidates": 7}', "x", '{"candidates": [{}]}'])
def test_a_record_that_is_none_is_refused(made: Made, text: str) -> None:
    import hashlib

    _, run = run_of(made.contents)
    with pytest.raises(IncompletePacket):
        require_complete(
            with_run(made.contents, replace(run, record=text, sha256=hashlib.sha256(text.encode()).hexdigest()))
        )


def test_what_a_search_relied_on_is_in_the_packet(made: Made) -> None:
    contents = made.contents
    assert isinstance(contents.galleries, tuple)
    others = replace(contents.galleries[0], snapshots=("0" * 64,))
    with pytest.raises(IncompletePacket, match="snapshot"):
        require_complete(replace(contents, galleries=(others,)))
    with pytest.raises(IncompletePacket, match="matcher"):
        require_complete(
            replace(contents, systems=(replace(contents.systems[0], files=contents.systems[0].files[:1]),))
        )
    _, run = run_of(contents)
    other = File.of(b"another", title="Another photograph", media_type="image/jpeg")
    with pytest.raises(IncompletePacket, match="still"):
        require_complete(with_run(contents, replace(run, still=other)))


def test_every_act_is_proved_in_the_ledger(made: Made) -> None:
    ledger = made.contents.ledger
    for number in range(len(ledger.proofs)):
        fewer = (*ledger.proofs[:number], *ledger.proofs[number + 1 :])
        with pytest.raises(IncompletePacket, match="is not proved"):
            require_complete(replace(made.contents, ledger=replace(ledger, proofs=fewer)))
    swapped = tuple(replace(one, text=ledger.proofs[0].text) for one in ledger.proofs)
    with pytest.raises(IncompletePacket, match="no proof of that entry"):
        require_complete(replace(made.contents, ledger=replace(ledger, proofs=swapped)))


def test_contents_come_back_from_json_as_they_went(made: Made) -> None:
    data = as_json(made.contents)
    again = from_json(Contents, data, lambda digest: io.BytesIO)
    assert again == made.contents
    assert as_json(again) == data


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d.pop("evidence"),
        lambda d: d.update(more=1),
        lambda d: d.update(searches="all"),
        lambda d: d.update(searches={"absent": 7}),
        lambda d: d["case"].update(attempted=0),
        lambda d: d["case"].update(opened_at="yesterday"),
        lambda d: d["case"].update(opened_at=None),
        lambda d: d["evidence"]["items"][0].update(says="maybe"),
        lambda d: d["leads"][0].update(entry=True),
        lambda d: d["leads"][0].update(entry=1.5),
        lambda d: d["suspect"].update(photographs=[[]]),
        lambda d: d["about"].update(law={}),
    ],
)
def test_json_of_another_shape_is_one_clear_error(made: Made, change: Any) -> None:
    data = json.loads(as_json(made.contents))
    change(data)
    with pytest.raises(BadPacket):
        from_json(Contents, json.dumps(data).encode(), lambda digest: io.BytesIO)


@pytest.mark.parametrize("text", [b"", b"[", b"[" * 9000, b"\xff", b'{"a": 1, "a": 2}', b'{"about": NaN}', b"9" * 9000])
def test_what_is_no_json_is_one_clear_error(text: bytes) -> None:
    with pytest.raises(BadPacket):
        from_json(Contents, text, lambda digest: io.BytesIO)


def test_a_moment_without_its_offset_is_refused(made: Made) -> None:
    naive = replace(made.contents.case, opened_at=made.contents.case.opened_at.replace(tzinfo=None))
    with pytest.raises(IncompletePacket, match="opened_at"):
        require_complete(replace(made.contents, case=naive))


def test_a_graph_needs_its_standing(made: Made) -> None:
    empty = GraphOf(standing=" ", items=Absent("a"), nodes=Absent("b"), links=Absent("c"))
    with pytest.raises(IncompletePacket, match="standing"):
        require_complete(replace(made.contents, evidence=empty))
