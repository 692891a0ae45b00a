"""Past cases: lists that are well made and lists that are not; notices until they are answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lookalike.casework import files
from lookalike.casework.acting import Acting
from lookalike.casework.people.models import Person
from lookalike.casework.waiting import waiting_for
from lookalike.casework.warrants.csv_list import COLUMNS, read_list
from lookalike.casework.warrants.models import Notice, PastCase
from lookalike.casework.warrants.services import past
from lookalike.errors import BadForm, NotNow, NotPermitted
from lookalike.protocol.vocabulary import Role
from tests.casework.at_once import at_once, told
from tests.casework.pdf import text_of

HEAD = ",".join(COLUMNS)
TODAY = date(2026, 11, 23)
LIST = (
    f"{HEAD}\n19-00412,Sample City Police,robbery,2019-03-11,2019-07-25,\n"
    '21-7,"Sample, County",theft,,2021-02-03,"Fingerprint on the till, lifted before the search"\n'
).encode()


@pytest.fixture
def supervisor(law: Person, someone: Callable[..., Person]) -> Person:
    return someone("sue", Role.SUPERVISOR, office="supervisor")


@pytest.mark.parametrize(
    "data", [LIST, b"\xef\xbb\xbf" + LIST, LIST.replace(b"\n", b"\r\n"), LIST.replace(b"\n", b"\r")]
)
def test_a_list_is_read_with_and_without_a_byte_order_mark(data: bytes) -> None:
    rows = read_list(data, today=TODAY)
    assert [one.number for one in rows] == ["19-00412", "21-7"]
    assert (rows[0].independent, rows[0].searched_on) == ("", date(2019, 3, 11))
    assert (rows[1].agency, rows[1].searched_on) == ("Sample, County", None)


def test_semicolons_and_other_words_for_nothing_are_read() -> None:
    data = f"{HEAD.replace(',', ';')}\n1;A;x;;2020-01-02;None.\n2;A;x;;2020-01-02;n/a\n".encode()
    assert [one.independent for one in read_list(data, today=TODAY)] == ["", ""]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "first line"),
        (HEAD.encode(), "no case"),
        (b"number,agency\n1,2\n", "first line"),
        (f"{HEAD}\n1,A,x,,2020-13-40,\n".encode(), "Line 2: warrant_on"),
        (f"{HEAD}\n1,A,x,,2099-01-01,\n".encode(), "Line 2: warrant_on"),
        (f"{HEAD}\n1,A,x,2021-01-01,2020-01-01,\n".encode(), "dated after"),
        (f"{HEAD}\n1,A,x,,2020-01-01,\n1,B,x,,2020-01-01,\n".encode(), "already"),
        (f"{HEAD}\n,A,x,,2020-01-01,\n".encode(), "case_number is empty"),
        (f"{HEAD}\n1,A,x,,2020-01-01\n".encode(), "5 cells"),
        (f'{HEAD}\n1,"A,x,,2020-01-01,\n'.encode(), "cannot be read"),
        (f"{HEAD}\n1,A\u202e,x,,2020-01-01,\n".encode(), "cannot be seen"),
        (f"{HEAD}\n1,{'A' * 201},x,,2020-01-01,\n".encode(), "too long"),
        (f"{HEAD}\n1,A\0,x,,2020-01-01,\n".encode(), "no text"),
        (b"\xff\xfe" + HEAD.encode("utf-16-le"), "UTF-8"),
        (b"x" * ((8 << 20) + 1), "larger"),
    ],
)
def test_a_hostile_list_is_refused_whole_with_its_line(data: bytes, says: str) -> None:
    with pytest.raises(BadForm, match=says):
        read_list(data, today=TODAY)


def test_an_import_is_kept_once_and_a_case_stays_as_it_was(
    supervisor: Person, acting: Callable[..., Acting], someone: Callable[..., Person]
) -> None:
    who = acting(supervisor)
    assert past.bring(who, LIST).new == 2
    again = past.bring(who, LIST.replace(b"Fingerprint", b"Nothing but a print") + b"22-1,A,x,,2022-02-02,\n")
    assert (again.new, again.known) == (1, ("19-00412", "21-7"))
    assert PastCase.objects.get(number="21-7").independent.startswith("Fingerprint")
    with pytest.raises(BadForm):
        past.bring(who, LIST.replace(b"21-7", b"99-1").replace(b"2019-07-25", b"soon"))
    assert not PastCase.objects.filter(number="99-1").exists()
    with pytest.raises(NotPermitted):
        past.bring(acting(someone("ivy", Role.INVESTIGATOR)), LIST)


def test_a_notice_is_sent_once_and_tracked_until_it_is_answered(
    supervisor: Person, acting: Callable[..., Acting], now: Any
) -> None:
    who = acting(supervisor)
    past.bring(who, LIST)
    bare, known = PastCase.objects.get(number="19-00412"), PastCase.objects.get(number="21-7")
    notice = past.notify(who, bare, to="Office of the Prosecutor", days=14)
    assert notice.document is not None
    text = text_of(files.read(notice.document))
    assert "NO INDEPENDENT EVIDENCE" in text
    assert "19-00412" in text
    assert "term 6" in text
    with pytest.raises(NotNow):
        past.notify(who, bare, to="Office of the Prosecutor")
    with pytest.raises(NotNow):
        past.notify(who, known, to="Office of the Prosecutor")
    later = acting(supervisor, now + timedelta(days=15))
    waits = {one.label: one.count for one in waiting_for(later)}
    assert waits["Notices to the prosecutor that are overdue"] == 1
    past.answer(later, notice, by="P. Prosecutor", words="The charge was dismissed in 2020.")
    with pytest.raises(NotNow):
        past.answer(later, notice, by="P. Prosecutor", words="Again.")
    assert "Notices to the prosecutor that are overdue" not in {one.label for one in waiting_for(later)}


def test_the_pages_of_past_cases(supervisor: Person, signed_in: Callable[[Person], Client]) -> None:
    client = signed_in(supervisor)
    bad = client.post("/past/import/", {"file": SimpleUploadedFile("list.csv", b"nothing")})
    assert bad.status_code == 422
    done = client.post("/past/import/", {"file": SimpleUploadedFile("list.csv", LIST)})
    assert done.status_code == 303
    page = client.get("/past/?which=bare").content.decode()
    assert "19-00412" in page
    assert "21-7" not in page
    row = PastCase.objects.get(number="19-00412")
    assert client.post(f"/past/{row.pk}/", {"to": "", "days": 30}).status_code == 422
    assert client.post(f"/past/{row.pk}/", {"to": "The prosecutor", "days": 30}).status_code == 303
    assert "The notice (PDF)" in client.get(f"/past/{row.pk}/").content.decode()
    notice = Notice.objects.get()
    assert client.get(f"/past/notices/{notice.public_id}/notice.pdf")["Content-Type"] == "application/pdf"
    assert client.post(f"/past/{row.pk}/", {"by": "P. P.", "words": "Dismissed."}).status_code == 303
    assert "Dismissed." in client.get(f"/past/{row.pk}/").content.decode()


def test_the_list_reads_the_same_few_queries_however_long(
    supervisor: Person, signed_in: Callable[[Person], Client], django_assert_max_num_queries: Any, now: Any
) -> None:
    PastCase.objects.bulk_create(
        PastCase(number=f"n{n}", agency="A", warrant_on=TODAY, row={}, brought_by=supervisor, brought_at=now)
        for n in range(300)
    )
    client = signed_in(supervisor)
    client.get("/past/")
    with django_assert_max_num_queries(20):
        assert client.get("/past/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_two_importers_of_one_list_bring_each_case_once(
    supervisor: Person, acting: Callable[..., Acting], someone: Callable[..., Person]
) -> None:
    other = someone("sid", Role.SUPERVISOR, office="supervisor")
    given = at_once(*(lambda one=one: past.bring(acting(one), LIST) for one in (supervisor, other)))  # type: ignore[misc]
    brought = [one for one in given if isinstance(one, past.Brought)]
    assert sum(one.new for one in brought) == 2
    assert all(isinstance(one, NotNow) for one in told(given))
    assert sorted(PastCase.objects.values_list("number", flat=True)) == ["19-00412", "21-7"]
    again = past.bring(acting(other), LIST)
    assert (again.new, again.known) == (0, ("19-00412", "21-7"))


def lines(count: int) -> bytes:
    return "\n".join([HEAD, *(f"19-{n},Sample City Police,robbery,,2019-07-25," for n in range(count)), ""]).encode()


def test_a_list_as_long_as_may_be_is_taken_and_a_longer_one_refused_soon(
    supervisor: Person, acting: Callable[..., Acting]
) -> None:
    begun = time.monotonic()
    with pytest.raises(BadForm, match="more than 20,000 cases"):
        past.bring(acting(supervisor), lines(100_000))
    assert time.monotonic() - begun < 20
    assert not PastCase.objects.exists()
    assert past.bring(acting(supervisor), lines(20_000)).new == 20_000
    assert past.bring(acting(supervisor), lines(20_000)).new == 0
    assert PastCase.objects.count() == 20_000


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (LIST + LIST.splitlines()[1] + b"\n", "19-00412 stands on line 2 already"),
        (HEAD.replace(",offence", "").encode() + b"\n1,A,,2020-01-01,\n", "offence"),
        (f"{HEAD},agency\n".encode(), "each once"),
        (f"{HEAD};\n".encode(), "first line"),
        (b"\xef\xbb\xbf" * 2 + LIST, "first line"),
        (f"{HEAD}\n1,A,x,,2020-01-01,\0\n".encode(), "no text"),
        (f"{HEAD}\n1,A,x,,25/07/2019,\n".encode(), "YYYY-MM-DD"),
        (f"{HEAD}\n1,A,x,,2020-01-01,{'y' * 200_000}\n".encode(), "cannot be read|too long"),
    ],
)
def test_an_odd_list_is_refused_with_what_is_odd(data: bytes, says: str) -> None:
    with pytest.raises(BadForm, match=says):
        read_list(data, today=TODAY)


def test_a_spreadsheets_list_with_mark_semicolons_and_quotes_is_read() -> None:
    data = ('\ufeff"' + HEAD.replace(",", '";"') + '"\r\n"1";"A";"x";"";"2020-01-02";"a; b"\r\n').encode()
    assert [one.independent for one in read_list(data, today=TODAY)] == ["a; b"]


def test_a_formula_is_text_and_nothing_else(
    supervisor: Person, acting: Callable[..., Acting], signed_in: Callable[[Person], Client]
) -> None:
    formula = '=HYPERLINK(""http://x"")<script>'
    past.bring(acting(supervisor), f'{HEAD}\n1,"{formula}",@x,,2020-01-01,\n'.encode())
    assert PastCase.objects.get().agency == formula.replace('""', '"')
    page = signed_in(supervisor).get("/past/").content.decode()
    assert "<script>" not in page.split("<main", 1)[1].split("</main>")[0]
    assert "=HYPERLINK(" in page
