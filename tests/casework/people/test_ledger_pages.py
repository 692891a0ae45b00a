"""The ledger's pages: read by those who watch, filtered, proved, verified by an outsider's script, and fast."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from lookalike.casework.acting import Acting, act
from lookalike.casework.people import ledger_reading
from lookalike.casework.people.ledger_reading import AT_ONCE, Wanted, page
from lookalike.casework.people.models import Person
from lookalike.casework.people.services.entries import SITE, entry
from lookalike.casework.recording import ledger, store
from lookalike.errors import NotThere
from lookalike.ledger.acts import Act, Outcome
from lookalike.ledger.checkpoint import EntryProof
from lookalike.protocol.vocabulary import Role

Someone = Callable[..., Person]


@pytest.fixture
def watcher(someone: Someone, signed_in: Callable[[Person], Client]) -> Client:
    """An auditor at the browser."""
    return signed_in(someone("watcher", Role.AUDITOR))


def fill(count: int, name: Act = Act.CASE_READ, thing: str = "x") -> None:
    made = [
        entry(name, Outcome.DONE, actor=SITE, source=SITE, where="tests", objects=[("case", thing)])
        for _ in range(count)
    ]
    with transaction.atomic():
        ledger().append(*made)


def test_entries_come_newest_first_a_page_at_a_time(db: None) -> None:
    fill(120)
    seen: list[int] = []
    before = None
    for _ in range(3):
        shown, before = page(Wanted(before=before), 50)
        seen += [one.index for one in shown]
    size = store().head().size
    assert seen == list(range(size - 1, size - 1 - len(seen), -1))
    assert page(Wanted(before=1), 50)[1] is None


def test_entries_are_filtered_by_what_their_lines_say(db: None, now: Any) -> None:
    fill(30)
    fill(3, Act.LEAD_ISSUE)
    shown, more = page(Wanted(act=Act.LEAD_ISSUE), 2)
    assert [one.act for one in shown] == ["lead.issue"] * 2
    shown, more = page(Wanted(act=Act.LEAD_ISSUE, before=more), 2)
    assert len(shown) == 1 if store().head().size < 60 else shown
    assert page(Wanted(outcome=Outcome.REFUSED, act=Act.LEAD_ISSUE), 2) == ([], None)
    assert page(Wanted(last_day=now.date() - timedelta(days=2)), 50)[0] == []
    assert page(Wanted(first_day=now.date() + timedelta(days=2)), 50)[0] == []
    assert page(Wanted(first_day=now.date() - timedelta(days=1), last_day=now.date() + timedelta(days=1)), 50)[0]


def test_a_thing_is_found_among_many(db: None) -> None:
    fill(1, thing="the one")
    fill(AT_ONCE + 20)
    shown, more = page(Wanted(thing="the one"), 50)
    assert [one.objects[0]["id"] for one in shown] == ["the one"]
    assert more is None


def test_the_page_names_people_and_shows_an_entry(
    watcher: Client, someone: Someone, acting: Callable[..., Acting]
) -> None:
    ann = someone("ann", Role.INVESTIGATOR)
    with act(acting(ann), Act.CASE_OPEN, objects=[("case", "c" * 32)]):
        pass
    index = store().head().size - 1
    listed = watcher.get("/ledger/", {"thing": "ann"}).content.decode()
    assert "case.open" in listed
    assert ">Ann<" in listed
    shown = watcher.get(f"/ledger/{index}/").content.decode()
    assert "c" * 32 in shown
    assert "lookalike1 " in shown
    assert watcher.get("/ledger/99999999/").status_code == 404
    assert watcher.get("/ledger/", {"before": "x", "act": "nothing", "first_day": "yesterday"}).status_code == 422


def test_an_entry_that_is_not_there(db: None) -> None:
    with pytest.raises(NotThere):
        ledger_reading.entry(store().head().size)


@pytest.mark.django_db(transaction=True)
def test_a_proof_and_an_export_convince_an_outsider(watcher: Client, tmp_path: Path) -> None:
    fill(5)
    ledger().publish()
    index = store().head().size - 1
    proof = EntryProof.parse(watcher.get(f"/ledger/{index}/proof/").content)
    assert proof.verify(ledger().trusted()).checkpoint.size > index
    for public in ("1", "0"):
        answer = watcher.post("/ledger/export/", {"public": public})
        (tmp_path / "export.txt").write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
        (tmp_path / "verify.py").write_bytes(watcher.get("/ledger/verify_ledger.py").content)
        key = ledger().every_key()[0].text
        done = subprocess.run(
            [sys.executable, str(tmp_path / "verify.py"), str(tmp_path / "export.txt"), "--key", key],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    acts = [one.act for one in page(Wanted(act=Act.FILE_READ), 5)[0]]
    assert len(acts) >= 3, "who takes the ledger away is recorded"


def test_the_page_asks_the_same_few_questions_however_long_the_ledger_is(
    watcher: Client, django_assert_max_num_queries: Any
) -> None:
    fill(5_000)
    asked: tuple[dict[str, str], ...] = (
        {},
        {"act": "access.logon"},
        {"before": "3000"},
        {"first_day": "2020-01-01", "outcome": "done"},
    )
    for query in asked:
        with django_assert_max_num_queries(40):
            assert watcher.get("/ledger/", query).status_code == 200
    begun = time.perf_counter()
    page(Wanted(act=Act.LINEUP_HOLD), 50)
    assert time.perf_counter() - begun < 1, "one pass over the lines, and no payload opened"
