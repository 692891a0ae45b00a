"""The watched folder: whole files are taken once, and nothing in it is trusted."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lookalike.casework.acting import Acting
from lookalike.casework.bookings import inbox, lists
from lookalike.casework.bookings.models import Booking, BookingPhoto, Delivery
from lookalike.errors import BadRecord
from tests.casework.bookings import transactions
from tests.casework.bookings.conftest import booking


@pytest.fixture
def feed(site: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a feed."""
    monkeypatch.setattr(inbox, "_inbox", [])
    folder = site / "inbox" / "county"
    folder.mkdir()
    return folder


@pytest.fixture
def later(custodian: Acting) -> Callable[[int], int]:
    """Look into the inbox so many seconds after the beginning."""
    return lambda seconds: inbox.watch(replace(custodian, at=custodian.at + timedelta(seconds=seconds)))


def line(number: int, **more: Any) -> dict[str, str]:
    raw = booking(number)
    raw.pop("photographs")
    return raw | {"file": f"B{number}.jpg", "taken_on": "2019-02-16"} | more


def text(*rows: dict[str, str]) -> bytes:
    columns = dict.fromkeys(name for row in rows for name in row)
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns)
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue().encode()


def test_a_list_is_taken_when_it_stopped_growing(
    feed: Path, later: Callable[[int], int], picture: Callable[[int], bytes]
) -> None:
    whole = text(line(1), line(2, file="missing.jpg"))
    (feed / "B1.jpg").write_bytes(picture(1))
    (feed / "night.csv").write_bytes(whole[:-40])
    assert later(0) == 0
    assert later(9) == 0
    (feed / "night.csv").write_bytes(whole)
    assert later(12) == 0
    assert later(23) == 1
    assert later(40) == 0
    assert [one.arrest_id for one in Booking.objects.all()] == ["A000001"]
    bad = Delivery.objects.get(state="rejected")
    assert "missing.jpg" in bad.what
    [moved] = (feed / "done").glob("*.csv")
    assert (feed / "done" / f"{moved.stem}-pictures" / "B1.jpg").is_file()
    assert not (feed / "B1.jpg").exists()


def test_the_same_list_again_changes_nothing(
    feed: Path, later: Callable[[int], int], picture: Callable[[int], bytes]
) -> None:
    for start in (0, 100):
        (feed / "B1.jpg").write_bytes(picture(1))
        (feed / "night.csv").write_bytes(text(line(1, key="k1")))
        later(start)
        assert later(start + 10) == 1
    assert (Delivery.objects.count(), BookingPhoto.objects.count()) == (1, 1)
    assert len(list((feed / "done").glob("*.csv"))) == 2


def test_a_list_that_was_half_taken_is_finished(
    feed: Path, later: Callable[[int], int], picture: Callable[[int], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        (feed / f"B{number}.jpg").write_bytes(picture(number))
    (feed / "night.csv").write_bytes(text(line(1), line(2)))
    bring = inbox.bring
    with monkeypatch.context() as patch:

        def dies(*given: Any, **more: Any) -> Any:
            if Delivery.objects.exists():
                raise KeyboardInterrupt
            return bring(*given, **more)

        patch.setattr(inbox, "bring", dies)
        later(0)
        with pytest.raises(KeyboardInterrupt):
            later(10)
    assert later(20) == 1
    assert Booking.objects.count() == Delivery.objects.filter(state="taken").count() == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfea\x00r\x00r\x00e\x00s\x00t\x00",
        "arrest_id,status,sent_at\nä".encode("latin-1"),
        b"person_id\nP1\n",
        b"arrest_id,status,sent_at,arrest_id\n",
        b"arrest_id,status,sent_at,password\n1,2,3,4\n",
        b'arrest_id,status,sent_at\n"' + b"x" * 200_000,
    ],
)
def test_what_is_no_list_is_rejected_whole(feed: Path, later: Callable[[int], int], data: bytes) -> None:
    (feed / "night.csv").write_bytes(data)
    later(0)
    assert later(10) == 1
    [reason] = (feed / "rejected").glob("*.reason.txt")
    assert reason.read_text()
    bad = Delivery.objects.get()
    assert (bad.kind, bad.state) == ("file", "rejected")
    assert later(30) == 0


def test_a_list_without_end_is_rejected(
    feed: Path, later: Callable[[int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "MOST_LINES", 3)
    (feed / "night.csv").write_bytes(text(*(line(number) for number in range(1, 6))))
    later(0)
    later(10)
    assert "more than 3 lines" in Delivery.objects.get().what
    assert not Booking.objects.exists()


def test_one_bad_line_stops_no_other(
    feed: Path, later: Callable[[int], int], picture: Callable[[int], bytes], custodian: Acting
) -> None:
    (feed / "B1.jpg").write_bytes(picture(1))
    (feed / "B4.jpg").write_bytes(b"GIF89a")
    rows = [
        line(1, key="k1"),
        line(2, file="../../keys/site.key"),
        line(3, file="/etc/passwd"),
        line(4),
        line(5, charge="=2+5", file="", taken_on=""),
        line(6, charge="x" * 70_000, file="", taken_on=""),
        line(7, key="k1", file="", taken_on=""),
        line(8, kind="other", file="", taken_on=""),
        line(9, file="", taken_on=""),
        {"kind": "status", "arrest_id": "A000009", "status": "sealed", "sent_at": custodian.at.isoformat()},
    ]
    (feed / "night.csv").write_bytes(text(*rows))
    later(0)
    assert later(10) == 1
    assert sorted(Booking.objects.values_list("arrest_id", "status")) == [
        ("A000001", "active"),
        ("A000009", "sealed"),
    ]
    rejected = Delivery.objects.filter(state="rejected")
    assert rejected.count() == 7
    assert all(one.what and one.why + one.remedy for one in rejected)


def test_no_link_is_followed_and_nothing_but_plain_files_is_read(
    feed: Path, site: Path, later: Callable[[int], int], picture: Callable[[int], bytes]
) -> None:
    secret = site / "secret"
    secret.mkdir()
    (secret / "B1.jpg").write_bytes(picture(1))
    (secret / "night.csv").write_bytes(text(line(1)))
    (feed / "link.csv").symlink_to(secret / "night.csv")
    (feed / "B1.jpg").symlink_to(secret / "B1.jpg")
    (feed / "folder").symlink_to(secret)
    os.mkfifo(feed / "B3.jpg")
    os.mkfifo(feed / "pipe.csv")
    (feed / "folder.csv").mkdir()
    (feed.parent / "other").symlink_to(secret)
    (feed.parent / "NOT A FEED").mkdir()
    (feed.parent / "NOT A FEED" / "night.csv").write_bytes(text(line(1)))
    (feed / ".hidden.csv").write_bytes(text(line(1)))
    (feed / "night.csv.part").write_bytes(text(line(1)))
    (feed / "real.csv").write_bytes(text(line(1), line(2, file="folder/B1.jpg"), line(3)))
    later(0)
    assert later(10) == 1
    assert not Booking.objects.exists()
    assert Delivery.objects.filter(state="rejected").count() == 3
    for name in ("", "..", "a/../../b", "/etc/passwd", "a\0b"):
        with pytest.raises(BadRecord):
            inbox.read_inside(feed, name, 100)


def test_a_transaction_is_taken_or_rejected_with_its_reason(feed: Path, later: Callable[[int], int]) -> None:
    (feed / "cut.an2").write_bytes(b"1.001:200")
    later(0)
    assert later(10) == 1
    bad = Delivery.objects.get()
    assert bad.state == "rejected"
    assert bad.file is not None
    [reason] = (feed / "rejected").glob("*.reason.txt")
    assert bad.what in reason.read_text()


def test_a_transaction_becomes_a_booking(
    feed: Path, later: Callable[[int], int], picture: Callable[[int], bytes]
) -> None:
    text = transactions.subject(_9="A000001", _15="MI123", _22="19700101", _27="511", _29="180", _45="20180101")
    (feed / "one.an2").write_bytes(transactions.transaction(text, transactions.face(1, picture(1))))
    later(0)
    assert later(10) == 1
    made = Booking.objects.get()
    assert (made.arrest_id, made.person_id, made.agency) == ("A000001", "MI123", "MI8234900")
    assert (made.height_cm, made.weight_kg, str(made.born_on)) == (180, 82, "1970-01-01")
    assert str(made.photos.get().taken_on) == "2018-01-02"
    assert Delivery.objects.get().file is not None


@pytest.mark.parametrize(
    ("subjects", "pose", "told"), [(2, "F", "2 subjects"), (0, "F", "no subject"), (1, "L", "no full face")]
)
def test_a_transaction_that_does_not_say_whose_face_it_is_waits(
    feed: Path, later: Callable[[int], int], picture: Callable[[int], bytes], subjects: int, pose: str, told: str
) -> None:
    text = [transactions.subject(_9=f"A{number}", _15="MI123") for number in range(subjects)]
    (feed / "one.nst").write_bytes(transactions.transaction(*text, transactions.face(1, picture(1), POS=pose)))
    later(0)
    assert later(10) == 1
    bad = Delivery.objects.get()
    assert bad.state == "rejected"
    assert told in bad.what
    assert not Booking.objects.exists()
