"""A site with a gallery of its own for each test, and photographs of invented people."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from lookalike.casework import galleries
from lookalike.casework.acting import Acting
from lookalike.casework.bookings.messages import Kind
from lookalike.casework.bookings.models import Delivery
from lookalike.casework.bookings.services import bring
from lookalike.casework.people.models import Person
from lookalike.face.matcher import Matcher
from lookalike.protocol.vocabulary import Role


@pytest.fixture
def site(tmp_path: Path, settings: Any, matcher: Matcher, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folders of galleries, keys and inbox, thrown away after the test. Returns their parent."""
    for name, folder in (("GALLERIES_FOLDER", "galleries"), ("INBOX_FOLDER", "inbox"), ("FILES_FOLDER", "files")):
        (tmp_path / folder).mkdir()
        setattr(settings, name, str(tmp_path / folder))
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    monkeypatch.setattr(galleries, "_matchers", [matcher])
    monkeypatch.setattr(galleries, "_opened", {})
    yield tmp_path
    for _, opened in galleries._opened.values():
        opened.close()


@pytest.fixture
def custodian(someone: Callable[..., Person], acting: Callable[..., Acting]) -> Acting:
    """A records custodian at work."""
    return acting(someone("custodian", Role.CUSTODIAN))


@pytest.fixture
def picture(people: Path) -> Callable[[int], bytes]:
    """The bytes of the n-th invented person's booking photograph, from 1."""
    return lambda number: (people / "bookings" / f"B{number:06}.jpg").read_bytes()


@pytest.fixture
def bring_one(custodian: Acting, picture: Callable[[int], bytes], site: Path) -> Callable[..., Delivery]:
    """Bring a booking of one invented person by hand."""

    def make(number: int, *, at: datetime | None = None, key: str = "", **more: Any) -> Delivery:
        raw = booking(number, **more)
        names = [one["name"] for one in raw.get("photographs", []) if isinstance(one, dict)]
        who = custodian if at is None else replace(custodian, at=at)
        return bring(
            who, "county", Kind.BOOKING, raw, {name: picture(number) for name in names if name != "gone.jpg"}, key=key
        )

    return make


def booking(number: int, **more: Any) -> dict[str, Any]:
    """The text of a booking's message."""
    raw = {
        "arrest_id": f"A{number:06}",
        "person_id": f"P{number:04}",
        "agency": "Demo County Sheriff",
        "arrested_on": "2019-02-16",
        "charge": "Larceny",
        "source": "booking",
        "status": "active",
        "sent_at": "2026-01-05T10:00:00Z",
        "height_cm": "178",
        "photographs": [{"name": f"B{number}.jpg", "taken_on": "2019-02-16"}],
    }
    return {name: value for name, value in (raw | more).items() if value is not None}


def status(number: int, word: str, sent_at: str = "2026-01-06T10:00:00Z") -> dict[str, Any]:
    """The text of a change of status."""
    return {"arrest_id": f"A{number:06}", "status": word, "sent_at": sent_at}
