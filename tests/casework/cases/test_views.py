"""The pages of cases in a browser without script: what each does, and to whom it is not there."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from lookalike.casework import jobs
from lookalike.casework.acting import Acting
from lookalike.casework.cases import pictures, services
from lookalike.casework.cases.models import Case, Exhibit, Still, TeamMember
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import Person
from lookalike.media.edits import Crop, Gamma
from lookalike.protocol.vocabulary import Role
from tests.casework.cases.conftest import STILL
from tests.casework.cases.test_evidence import Bring, on_disk, read
from tests.casework.cases.test_services import TALL
from tests.media.clip_samples import MP4, number_of
from tests.media.test_itl import booking, face_record, transaction

CASE_FORM = {
    "number": "26-000200",
    "nibrs": "120",
    "statute": "750.529",
    "attempted": "no",
    "felony": "",
    "max_years": "",
    "completed_on": "2026-01-04",
    "other_purpose": "",
    "narrative": "A robbery.",
}
EXHIBIT_FORM = {
    "kind": "photograph",
    "title": "Camera 3",
    "probe_kind": "still_from_evidence",
    "received_from": "Shop",
    "received_on": "2026-01-05",
}


@pytest.fixture
def client(signed_in: Callable[[Person], Client], investigator: Person) -> Client:
    """The investigator's browser."""
    return signed_in(investigator)


def photograph(path: Path = STILL) -> SimpleUploadedFile:
    return SimpleUploadedFile("C:\\evidence\\still.jpg", path.read_bytes(), "image/jpeg")


def pixels(answer: Any) -> np.ndarray[Any, Any]:
    import io

    return np.asarray(Image.open(io.BytesIO(answer.content)).convert("RGB"))


def test_a_case_is_opened_and_its_page_says_it(client: Client, agency: Any) -> None:
    assert client.get(reverse("case-new")).status_code == 200
    answer = client.post(reverse("case-new"), CASE_FORM | {"agency": agency.pk})
    assert answer.status_code == 303
    page = client.get(answer["Location"]).content.decode()
    for words in ("26-000200", "Robbery (120)", "A robbery.", "No search was asked for"):
        assert words in page


def test_a_case_that_cannot_be_is_shown_again_with_what_is_wrong(client: Client, agency: Any) -> None:
    answer = client.post(reverse("case-new"), CASE_FORM | {"agency": agency.pk, "statute": "750.81"})
    assert answer.status_code == 422
    assert "name different offences" in answer.content.decode()
    assert not Case.objects.exists()


def test_the_case_is_changed_and_a_stale_form_is_refused(client: Client, case: Case) -> None:
    address = reverse("case-change", args=[case.public_id])
    form = CASE_FORM | {"number": case.number, "version": "1", "reason": "Counted again.", "attempted": "yes"}
    assert client.post(address, form).status_code == 303
    stale = client.post(address, form | {"attempted": "no"})
    assert stale.status_code == 409
    assert "Nothing was overwritten" in stale.content.decode()
    page = client.get(reverse("case", args=[case.public_id])).content.decode()
    assert "Counted again." in page


def test_a_description_is_taken_and_corrected(client: Client, case: Case) -> None:
    address = reverse("description-new", args=[case.public_id])
    form = {"witness": "Witness 1", "given_on": "2026-01-04", "words": "Tall.", "height_low_cm": "183"}
    assert client.post(address, form).status_code == 303
    first = case.descriptions.get()
    correct = reverse("description-correct", args=[case.public_id, first.pk])
    assert "Tall." in client.get(correct).content.decode()
    assert client.post(correct, form | {"words": "Not so tall.", "height_low_cm": "178"}).status_code == 303
    page = client.get(reverse("case", args=[case.public_id])).content.decode()
    for words in ("Tall.", "Not so tall.", "at least 183 cm", "at least 178 cm", "Taken before the first search"):
        assert words in page
    assert client.post(correct, form).status_code == 409


def test_the_team_is_changed_on_the_page(client: Client, case: Case, someone: Callable[..., Person]) -> None:
    other = someone("otto", Role.INVESTIGATOR)
    join = reverse("case-join", args=[case.public_id])
    assert client.post(join, {"person": other.public_id, "version": "1"}).status_code == 303
    assert client.post(join, {"person": other.public_id, "version": "1"}).status_code == 422
    leave = reverse("case-leave", args=[case.public_id, other.public_id])
    assert client.post(leave, {}).status_code == 409
    assert client.post(leave, {"version": "2"}).status_code == 303
    assert not TeamMember.objects.filter(person=other, until=None).exists()


def test_an_examiner_is_told_first_and_asked(
    case: Case, someone: Callable[..., Person], signed_in: Callable[[Person], Client], who: Acting
) -> None:
    examiner = someone("eve", Role.EXAMINER, Role.INVESTIGATOR)
    services.join_team(who, case, examiner, version=1)
    services.take_description(who, case, TALL)
    client = signed_in(examiner)
    address = reverse("case", args=[case.public_id])
    page = client.get(address).content.decode()
    assert "Opening this bars you from examining its faces" in page
    assert case.narrative not in page
    assert TALL.words not in page
    assert not case.readings.filter(person=examiner).exists()
    assert client.get(reverse("case-change", args=[case.public_id])).status_code == 409
    assert client.post(reverse("case-read", args=[case.public_id])).status_code == 303
    assert case.narrative in client.get(address).content.decode()
    assert case.readings.filter(person=examiner).count() == 1


def test_the_page_says_how_large_a_file_may_be_before_it_is_sent(client: Client, case: Case) -> None:
    page = client.get(reverse("exhibit-new", args=[case.public_id])).content.decode()
    for limit in ("photograph of up to 64 MiB", "NIST-ITL file of up to 128 MiB", "clip of up to 8 GiB"):
        assert limit in page


def test_evidence_is_uploaded_sealed_and_its_page_tells_a_duplicate(client: Client, case: Case) -> None:
    address = reverse("exhibit-new", args=[case.public_id])
    assert 'enctype="multipart/form-data"' in client.get(address).content.decode()
    before = on_disk()
    for _ in range(2):
        answer = client.post(address, EXHIBIT_FORM | {"file": photograph()})
        assert answer.status_code == 303, answer.content.decode()
    for stored in on_disk() - before:
        assert b"JFIF" not in stored.read_bytes()
    page = client.get(answer["Location"]).content.decode()
    assert "to the byte" in page
    exhibit = case.exhibits.last()
    assert exhibit is not None
    assert exhibit.file.name == "still.jpg"
    assert exhibit.file.sha256 in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"file": SimpleUploadedFile("a.jpg", b"")}, "empty"),
        ({"file": SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>")}, "is not a photograph"),
        ({"kind": "clip", "file": SimpleUploadedFile("a.m3u8", b"#EXTM3U\n")}, "playlist"),
        ({"title": ""}, "This field is required"),
        ({"received_on": "2999-01-01"}, "future"),
    ],
)
def test_evidence_that_is_refused_leaves_nothing(
    client: Client, case: Case, changes: dict[str, Any], said: str
) -> None:
    before = on_disk()
    answer = client.post(reverse("exhibit-new", args=[case.public_id]), EXHIBIT_FORM | {"file": photograph()} | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert on_disk() == before
    assert not StoredFile.objects.exists()


def test_files_that_nobody_asked_for_are_not_kept(client: Client, case: Case) -> None:
    before = on_disk()
    more = {"file": [photograph(), photograph()], "other": photograph()}
    assert client.post(reverse("exhibit-new", args=[case.public_id]), EXHIBIT_FORM | more).status_code == 303
    assert len(on_disk() - before) == 1


def test_an_upload_needs_the_token_of_its_form(investigator: Person, case: Case, signed_in: Any) -> None:
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = signed_in(investigator).cookies
    before = on_disk()
    answer = careful.post(reverse("exhibit-new", args=[case.public_id]), EXHIBIT_FORM | {"file": photograph()})
    assert answer.status_code == 403
    assert not Exhibit.objects.exists()
    assert on_disk() - before == set()


def test_the_original_is_copied_out_and_the_page_shows_it(client: Client, bring: Bring) -> None:
    exhibit = bring(STILL)
    address = reverse("exhibit-original", args=[exhibit.public_id])
    assert client.post(address, {"out-reason": ""}).status_code == 422
    answer = client.post(address, {"out-reason": "For the laboratory."})
    assert b"".join(answer.streaming_content) == STILL.read_bytes()
    assert "no-store" in answer["Cache-Control"]
    assert client.get(address).status_code == 405
    over = reverse("exhibit-hand", args=[exhibit.public_id])
    assert client.post(over, {"over-to": "State laboratory", "over-reason": "Sound."}).status_code == 303
    page = client.get(reverse("exhibit", args=[exhibit.public_id])).content.decode()
    for words in ("copied out of the site: For the laboratory.", "State laboratory", "taken in"):
        assert words in page


def test_a_clip_is_looked_through_by_form_and_by_links(client: Client, bring: Bring, now: Any) -> None:
    exhibit = bring(MP4, "clip", name="clip.mp4")
    address = reverse("exhibit-frames", args=[exhibit.public_id])
    assert client.get(address).status_code == 409
    assert "Waiting for the worker" in client.get(reverse("exhibit", args=[exhibit.public_id])).content.decode()
    read(exhibit, now)
    page = client.get(address, {"at": "0:00.480"}).content.decode()
    assert "00:00:00.480" in page
    assert {int(n) for n in re.findall(r'data-number="(\d+)"', page)} == {12, 0, 11, 13, 37, 39}
    picture = client.get(reverse("exhibit-frame", args=[exhibit.public_id, 12]))
    assert picture["Content-Type"] == "image/png"
    assert "no-store" in picture["Cache-Control"]
    assert number_of(pixels(picture)) == 12
    assert client.get(reverse("exhibit-frame", args=[exhibit.public_id, 40])).status_code == 422
    assert client.get(address, {"at": "<b>"}).status_code == 422
    answer = client.post(reverse("exhibit-choose", args=[exhibit.public_id]), {"place": "12"})
    assert answer.status_code == 303
    assert "No face was found" in client.get(answer["Location"]).content.decode()
    for place in ("", "x", "-1", "٣", "9" * 30, "40"):
        assert client.post(reverse("exhibit-choose", args=[exhibit.public_id]), {"place": place}).status_code == 422


def test_a_picture_of_a_nist_file_is_chosen_among_several(client: Client, case: Case) -> None:
    first, second = STILL.read_bytes(), STILL.with_name("S001-b.jpg").read_bytes()
    data = transaction(booking(_18="INVENTED, PERSON"), face_record(7, first), face_record(9, second, POS="L"))
    file = SimpleUploadedFile("booking.an2", data, "application/octet-stream")
    answer = client.post(
        reverse("exhibit-new", args=[case.public_id]), EXHIBIT_FORM | {"kind": "nist", "file": file}, follow=True
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'Choose<span class="unseen"> record 7</span>' in page
    assert 'Choose<span class="unseen"> record 9</span>' in page
    assert "INVENTED" not in page
    exhibit = case.exhibits.get()
    assert not exhibit.stills.exists()
    for _ in range(2):  # pressed twice it is the same still
        chosen = client.post(reverse("exhibit-choose", args=[exhibit.public_id]), {"place": "1"})
        assert chosen.status_code == 303
    still = exhibit.stills.get()
    assert still.file.sha256 == hashlib.sha256(second).hexdigest()
    shown = client.get(chosen["Location"]).content.decode()
    assert "<h1>Still, record 9</h1>" in shown
    assert "Still, record 9" in client.get(reverse("case", args=[case.public_id])).content.decode()
    assert client.get(reverse("still-numbered", args=[still.public_id])).status_code == 200
    for wrong in ("2", "-1", "", "x"):
        refused = client.post(reverse("exhibit-choose", args=[exhibit.public_id]), {"place": wrong})
        assert (refused.status_code, "It holds 2" in refused.content.decode()) == (422, True)


def test_a_broken_picture_of_a_nist_file_is_not_chosen_and_its_neighbour_is(client: Client, case: Case) -> None:
    good = STILL.read_bytes()
    data = transaction(face_record(1, good[:-2000]), face_record(2, b"<svg onload=alert(1)>"), face_record(3, good))
    exhibit = add(client, case, SimpleUploadedFile("b.nst", data), "nist")
    for place in ("0", "1"):
        refused = client.post(reverse("exhibit-choose", args=[exhibit.public_id]), {"place": place})
        assert (refused.status_code, f"record {int(place) + 1} " in refused.content.decode()) == (422, True)
    assert client.post(reverse("exhibit-choose", args=[exhibit.public_id]), {"place": "2"}).status_code == 303
    assert exhibit.stills.count() == 1


def add(client: Client, case: Case, file: SimpleUploadedFile, kind: str) -> Exhibit:
    form = EXHIBIT_FORM | {"kind": kind, "file": file}
    assert client.post(reverse("exhibit-new", args=[case.public_id]), form).status_code == 303
    return case.exhibits.get()


def test_a_still_is_edited_taken_back_and_made_again(client: Client, bring: Bring) -> None:
    still = bring(STILL).stills.get()
    address = reverse("still", args=[still.public_id])
    assert client.get(address).status_code == 200

    def make(name: str, **values: Any) -> int:
        still.refresh_from_db()
        data = {f"{name}-{key}": str(value) for key, value in values.items()}
        made = client.post(
            reverse("still-edit", args=[still.public_id, name]), data | {f"{name}-version": still.version}
        )
        return made.status_code

    assert make("gamma", gamma=1.4) == 303
    assert make("crop", left=0, top=0, width=100, height=120) == 303
    assert make("crop", left=50, top=0, width=100, height=120) == 422
    assert make("gamma", gamma=99) == 422
    assert make("gamma", gamma="nan") == 422
    assert make("resize", width=10, height=10) == 404
    still = Still.objects.get(pk=still.pk)
    assert pictures.chain(still) == (Gamma(1.4), Crop(0, 0, 100, 120))
    page = client.get(address).content.decode()
    undo = re.findall(r'action="([^"]+undo[^"]+)"', page)
    assert len(undo) == 2
    assert client.post(undo[0].split("?")[0]).status_code == 409
    assert client.post(undo[0]).status_code == 303
    assert pictures.chain(Still.objects.get(pk=still.pk)) == ()
    for expected in ((Gamma(1.4),), (Gamma(1.4), Crop(0, 0, 100, 120))):
        still = Still.objects.get(pk=still.pk)
        assert client.post(reverse("still-redo", args=[still.public_id]), {"version": still.version}).status_code == 303
        assert pictures.chain(Still.objects.get(pk=still.pk)) == expected
    still = Still.objects.get(pk=still.pk)
    assert client.post(reverse("still-redo", args=[still.public_id]), {"version": still.version}).status_code == 409


def test_two_who_edit_one_still_do_not_overwrite_each_other(client: Client, bring: Bring) -> None:
    still = bring(STILL).stills.get()
    address = reverse("still-edit", args=[still.public_id, "gamma"])
    assert client.post(address, {"gamma-gamma": "1.4", "gamma-version": "1"}).status_code == 303
    assert client.post(address, {"gamma-gamma": "1.4", "gamma-version": "1"}).status_code == 409
    assert still.edits.count() == 1


def every_address(case: Case, clip: Exhibit, still: Still, person: Person) -> list[str]:
    """Every address of the step that names an object."""
    return [
        reverse("case", args=[case.public_id]),
        reverse("case-read", args=[case.public_id]),
        reverse("case-change", args=[case.public_id]),
        reverse("case-join", args=[case.public_id]),
        reverse("case-leave", args=[case.public_id, person.public_id]),
        reverse("description-new", args=[case.public_id]),
        reverse("description-correct", args=[case.public_id, case.descriptions.get().pk]),
        reverse("exhibit-new", args=[case.public_id]),
        reverse("exhibit", args=[clip.public_id]),
        reverse("exhibit-original", args=[clip.public_id]),
        reverse("exhibit-hand", args=[clip.public_id]),
        reverse("exhibit-read", args=[clip.public_id]),
        reverse("exhibit-frames", args=[clip.public_id]),
        reverse("exhibit-frame", args=[clip.public_id, 0]),
        reverse("exhibit-small", args=[clip.public_id, 0]),
        reverse("exhibit-choose", args=[clip.public_id]),
        reverse("still", args=[still.public_id]),
        reverse("still-picture", args=[still.public_id]),
        reverse("still-numbered", args=[still.public_id]),
        reverse("still-edit", args=[still.public_id, "gamma"]),
        reverse("still-undo", args=[still.public_id, 1]),
        reverse("still-redo", args=[still.public_id]),
        reverse("job", args=[clip.job.public_id if clip.job else ""]),
        reverse("job-cancel", args=[clip.job.public_id if clip.job else ""]),
    ]


def test_a_case_of_another_team_is_not_there(
    case: Case,
    bring: Bring,
    who: Acting,
    someone: Callable[..., Person],
    signed_in: Callable[[Person], Client],
    now: Any,
) -> None:
    services.take_description(who, case, TALL)
    clip, still = read(bring(MP4, "clip", name="clip.mp4"), now), bring(STILL).stills.get()
    addresses = every_address(case, clip, still, who.person)
    from lookalike.casework.cases.urls import urlpatterns

    assert len(addresses) == len(urlpatterns) - 2  # the list, and a new case
    state = (case.version, still.version, clip.custody.count(), case.readings.count(), Still.objects.count())
    for role in (Role.INVESTIGATOR, Role.EXAMINER, Role.PROSECUTOR):
        client = signed_in(someone(f"other_{role}", role))
        for address in addresses:
            for method in (client.get, client.post):
                answer = method(address)
                assert answer.status_code in (403, 404, 405), (role, address)
                if role is Role.INVESTIGATOR:
                    assert answer.status_code != 403, address
                assert b"26-000123" not in answer.content
        assert b"26-000123" not in client.get(reverse("cases")).content
    case.refresh_from_db()
    still.refresh_from_db()
    assert state == (case.version, still.version, clip.custody.count(), case.readings.count(), Still.objects.count())


def test_objects_of_one_case_are_not_reached_through_another(
    client: Client, case: Case, who: Acting, robbery: Any, agency: Any
) -> None:
    from dataclasses import replace

    other = services.open_case(who, replace(robbery, number="26-000999"), agency)
    said = services.take_description(who, other, TALL)
    assert client.get(reverse("description-correct", args=[case.public_id, said.pk])).status_code == 404
    stranger = reverse("still-undo", args=["0" * 32, 1])
    assert client.post(stranger).status_code == 404


def test_readers_see_the_case_and_change_nothing(
    case: Case,
    bring: Bring,
    who: Acting,
    someone: Callable[..., Person],
    signed_in: Callable[[Person], Client],
    now: Any,
) -> None:
    clip, still = read(bring(MP4, "clip", name="clip.mp4"), now), bring(STILL).stills.get()
    client = signed_in(someone("sue", Role.SUPERVISOR))
    for address in (
        reverse("case", args=[case.public_id]),
        reverse("exhibit", args=[clip.public_id]),
        reverse("still", args=[still.public_id]),
        reverse("still-picture", args=[still.public_id]),
    ):
        assert client.get(address).status_code == 200
    for address in (
        reverse("exhibit-frames", args=[clip.public_id]),
        reverse("still-numbered", args=[still.public_id]),
    ):
        assert client.get(address).status_code == 403
    assert case.readings.filter(person__username="sue").count() == 1
    assert clip.custody.filter(by__username="sue").count() == 0
    assert still.exhibit.custody.filter(by__username="sue").count() == 1


def test_the_list_is_narrowed_sorted_and_paged(client: Client, who: Acting, robbery: Any, agency: Any) -> None:
    from dataclasses import replace

    for number in range(55):
        told = replace(robbery, number=f"26-{number:06d}", nibrs="13A" if number % 2 else "120", statute="")
        services.open_case(who, told, agency)
    first = client.get(reverse("cases")).content.decode()
    assert first.count('href="/cases/') - first.count('href="/cases/"') - first.count('href="/cases/new/"') == 50
    assert "1 to 50 of 55" in first
    assert "51 to 55 of 55" in client.get(reverse("cases"), {"page": "2"}).content.decode()
    narrowed = client.get(reverse("cases"), {"words": "00001", "nibrs": "13A"}).content.decode()
    assert "1 to 6 of 6" in narrowed
    page = client.get(reverse("cases"), {"sort": "number"}).content.decode()
    assert page.index("26-000000") < page.index("26-000001")
    for hostile in ({"page": "x"}, {"page": "-1"}, {"sort": "password"}, {"since": "x"}, {"words": "%' OR 1=1"}):
        assert client.get(reverse("cases"), hostile).status_code == 200


def test_the_list_asks_the_database_as_often_for_many_as_for_few(
    client: Client, who: Acting, robbery: Any, agency: Any, django_assert_max_num_queries: Any, bring: Bring
) -> None:
    from dataclasses import replace

    for number in range(60):
        services.open_case(who, replace(robbery, number=f"26-{number:06d}1"), agency)
    client.get(reverse("cases"))
    with django_assert_max_num_queries(10):
        client.get(reverse("cases"))


def test_a_case_page_asks_the_database_as_often_for_many_exhibits_as_for_few(
    client: Client, case: Case, bring: Bring, who: Acting, django_assert_max_num_queries: Any
) -> None:
    for _ in range(6):
        bring(STILL)
        services.take_description(who, case, TALL)
    client.get(reverse("case", args=[case.public_id]))
    with django_assert_max_num_queries(31):
        client.get(reverse("case", args=[case.public_id]))


def test_work_is_shown_and_stopped_by_whoever_asked_for_it(client: Client, bring: Bring, now: Any) -> None:
    exhibit = bring(MP4, "clip", name="clip.mp4")
    assert exhibit.job is not None
    address = reverse("job", args=[exhibit.job.public_id])
    assert "Reading the clip" in client.get(address).content.decode()
    assert "<html" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert client.post(reverse("job-cancel", args=[exhibit.job.public_id])).status_code == 303
    assert client.post(reverse("job-cancel", args=[exhibit.job.public_id])).status_code == 409
    assert not jobs.run_one(exhibit.job.public_id, now=now + timedelta(hours=1))
    page = client.get(reverse("exhibit", args=[exhibit.public_id])).content.decode()
    assert "Read it again" in page
    assert client.post(reverse("exhibit-read", args=[exhibit.public_id])).status_code == 303


def test_pages_carry_no_style_and_no_script_of_their_own(client: Client, case: Case, bring: Bring, now: Any) -> None:
    clip, still = read(bring(MP4, "clip", name="clip.mp4"), now), bring(STILL).stills.get()
    for address in (
        reverse("cases"),
        reverse("case", args=[case.public_id]),
        reverse("exhibit", args=[clip.public_id]),
        reverse("exhibit-frames", args=[clip.public_id]),
        reverse("still", args=[still.public_id]),
    ):
        page = client.get(address).content.decode()
        assert " style=" not in page
        assert not re.findall(r"<script(?![^>]* src=)", page)
        assert not re.findall(r"\son\w+=", page)
        assert "match" not in re.sub(r"matchMedia", "", page).lower()
    assert str(settings.FILES_FOLDER) not in page
