"""Exhibits: taken in as they are, read strictly, looked at and copied out with a link in their chain each time."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from lookalike.casework import files, jobs
from lookalike.casework.acting import Acting
from lookalike.casework.cases import evidence, frames, services
from lookalike.casework.cases.models import Case, Custody, Exhibit
from lookalike.casework.models import Job, StoredFile
from lookalike.casework.people.models import Person
from lookalike.casework.recording import store
from lookalike.errors import (
    BadForm,
    BadInput,
    BrokenClip,
    BrokenImage,
    BrokenTransaction,
    FileTooLarge,
    LiveSource,
    NotAnImage,
    NotNow,
    NotPermitted,
)
from lookalike.protocol.vocabulary import Role
from tests.casework.cases.conftest import CLIP, STILL
from tests.media.clip_samples import MP4, number_of

Bring = Callable[..., Exhibit]


def on_disk() -> set[Path]:
    return {one for one in Path(settings.FILES_FOLDER).glob("*/*") if one.is_file()}


def read(exhibit: Exhibit, now: Any) -> Exhibit:
    assert exhibit.job is not None
    assert jobs.run_one(exhibit.job.public_id, now=now)
    exhibit.refresh_from_db()
    return exhibit


def test_a_photograph_is_kept_to_the_byte_and_unreadable_on_the_disk(bring: Bring, who: Acting) -> None:
    before = on_disk()
    exhibit = bring(STILL)
    data = STILL.read_bytes()
    assert files.read(exhibit.file) == data
    assert exhibit.file.sha256 == hashlib.sha256(data).hexdigest()
    (stored,) = on_disk() - before
    assert data[:64] not in stored.read_bytes()
    assert exhibit.stills.get().file == exhibit.file
    link = exhibit.custody.get()
    assert (link.what, link.source, link.by) == ("taken in", "Manager of the shop", who.person)


def test_exhibits_are_numbered_and_the_same_file_is_told(bring: Bring) -> None:
    first, second, other = bring(STILL), bring(STILL), bring(STILL.with_name("S001-b.jpg"))
    assert [first.number, second.number, other.number] == [1, 2, 3]
    assert list(evidence.same_bytes(second)) == [first]
    assert not evidence.same_bytes(other).exists()


@pytest.mark.parametrize(
    ("data", "kind", "error"),
    [
        (b"", "photograph", NotAnImage),
        (b"", "clip", BrokenClip),
        (b"", "nist", BrokenTransaction),
        (b"GIF89a" + bytes(100), "photograph", NotAnImage),
        (STILL.read_bytes()[:-2000], "photograph", BrokenImage),
        (MP4, "photograph", NotAnImage),
        (STILL.read_bytes(), "clip", BrokenClip),
        (b"#EXTM3U\nhttp://example.org/live", "clip", LiveSource),
        (b"\x00" * 5000, "clip", BrokenClip),
        (b"1.001:40\x1d1.002:0502\x1d\x1c", "nist", BrokenTransaction),
    ],
)
def test_what_is_not_what_it_is_said_to_be_leaves_nothing(
    bring: Bring, data: bytes, kind: str, error: type[Exception]
) -> None:
    before, entries = on_disk(), store().head().size
    with pytest.raises(error):
        bring(data, kind)
    assert on_disk() == before
    assert not Exhibit.objects.exists()
    assert not StoredFile.objects.exists()
    assert store().head().size == entries


def test_a_delivery_that_breaks_off_leaves_nothing(who: Acting, case: Case, bring: Bring) -> None:
    def breaks_off() -> Iterator[bytes]:
        yield bytes(3 << 20)
        raise ConnectionResetError

    told = evidence.ExhibitTold(
        kind="clip",
        title="Camera",
        probe_kind="still_from_evidence",
        received_from="Shop",
        received_on=who.at.date(),
        name="a.mp4",
    )
    before = on_disk()
    with pytest.raises(ConnectionResetError):
        evidence.add_exhibit(who, case, told, breaks_off())
    assert on_disk() == before


def test_a_photograph_longer_than_is_read_is_refused_before_it_is_held(who: Acting, bring: Bring) -> None:
    with pytest.raises(FileTooLarge):
        bring(bytes(evidence.LONGEST_PHOTOGRAPH + 1))


def test_an_exhibit_says_what_it_is_and_whence_it_came(bring: Bring) -> None:
    for field, value in (
        ("kind", "film"),
        ("title", " "),
        ("title", "t" * 201),
        ("probe_kind", "nothing"),
        ("received_from", ""),
    ):
        with pytest.raises(BadForm) as refused:
            bring(STILL, **{field: value})
        assert field in refused.value.fields


def test_only_the_team_takes_evidence_in(
    bring: Bring, case: Case, someone: Callable[..., Person], acting: Callable[..., Acting]
) -> None:
    exhibit = bring(STILL)
    for person in (someone("sue", Role.SUPERVISOR), someone("otto", Role.INVESTIGATOR)):
        other = acting(person)
        told = evidence.ExhibitTold(
            kind="photograph",
            title="T",
            probe_kind="still_from_evidence",
            received_from="S",
            received_on=other.at.date(),
            name="a.jpg",
        )
        with pytest.raises(NotPermitted):
            evidence.add_exhibit(other, case, told, [STILL.read_bytes()])
        with pytest.raises(NotPermitted):
            evidence.take_out(other, exhibit, reason="Curiosity.")
        with pytest.raises(NotPermitted):
            evidence.hand_over(other, exhibit, to="A friend", reason="Curiosity.")


def test_looking_is_a_link_once_a_sign_in(
    bring: Bring, someone: Callable[..., Person], acting: Callable[..., Acting], now: Any
) -> None:
    exhibit, reader = bring(STILL), someone("sue", Role.SUPERVISOR)
    entries = store().head().size
    for _ in range(3):
        evidence.look_at(acting(reader, now), exhibit)
    assert exhibit.custody.filter(by=reader, viewing=True).count() == 1
    assert store().head().size == entries + 1
    evidence.look_at(acting(reader, now + timedelta(hours=13)), exhibit)
    assert exhibit.custody.filter(by=reader, viewing=True).count() == 2


def test_the_original_is_copied_out_with_a_reason_each_time(bring: Bring, who: Acting) -> None:
    exhibit = bring(STILL)
    with pytest.raises(BadForm):
        evidence.take_out(who, exhibit, reason=" ")
    for _ in range(2):
        assert b"".join(evidence.take_out(who, exhibit, reason="For the laboratory.")) == STILL.read_bytes()
    assert exhibit.custody.filter(what="copied out of the site", note="For the laboratory.").count() == 2


def test_a_hand_over_is_a_link(bring: Bring, who: Acting) -> None:
    exhibit = bring(STILL)
    for wrong in ({"to": "", "reason": "x"}, {"to": "t" * 201, "reason": "x"}, {"to": "Lab", "reason": ""}):
        with pytest.raises(BadForm):
            evidence.hand_over(who, exhibit, **wrong)
    link = evidence.hand_over(who, exhibit, to="State laboratory", reason="Enhancement of the sound.")
    assert list(Custody.objects.filter(what="handed over")) == [link]


def test_a_clip_is_read_by_the_worker_and_every_frame_is_the_one_it_says(bring: Bring, who: Acting, now: Any) -> None:
    exhibit = bring(MP4, "clip", name="clip.mp4")
    with pytest.raises(NotNow):
        frames.frame(exhibit, 0)
    exhibit = read(exhibit, now)
    assert exhibit.job is not None
    assert exhibit.job.state == Job.State.DONE
    assert (exhibit.about["frames"], exhibit.about["damaged"]) == (40, 0)
    assert 20 <= exhibit.key_stills.count() <= 24
    for number in (39, 0, 17, 18, 16, 5):
        assert number_of(frames.frame(exhibit, number).pixels) == number
    assert frames.place(exhibit, "#7") == 7
    assert frames.place(exhibit, "0:00.400") == 10
    assert frames.place(exhibit, "00:00:01.000") == 25
    assert frames.place(exhibit, "1:00:00") == 39
    for text in ("", "soon", "-1", "1:2:3:4", "1e5", "٣"):
        with pytest.raises(BadInput):
            frames.place(exhibit, text)


def test_a_frame_that_takes_too_long_is_given_up_and_holds_nobody_up(
    bring: Bring, now: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = read(bring(MP4, "clip"), now)
    with monkeypatch.context() as patch:
        patch.setattr(frames, "LONGEST", -1.0)
        with pytest.raises(BrokenClip, match="not reached"):
            frames.frame(clip, 30)
    assert number_of(frames.frame(clip, 30).pixels) == 30


def test_a_reading_begun_again_keeps_everything_once(bring: Bring, now: Any) -> None:
    exhibit = read(bring(MP4, "clip", name="clip.mp4"), now)
    stills = exhibit.key_stills.count()
    assert exhibit.job is not None
    Job.objects.filter(pk=exhibit.job.pk).update(state=Job.State.WAITING)
    exhibit = read(exhibit, now)
    assert exhibit.key_stills.count() == stills


def test_a_clip_that_cannot_be_read_says_so_and_can_be_tried_again(bring: Bring, who: Acting, now: Any) -> None:
    header = MP4.index(b"mdat")
    broken = MP4[: header + 4] + bytes(len(MP4[header + 4 :]) - 2000) + MP4[-2000:]
    exhibit = read(bring(broken, "clip", name="clip.mp4"), now)
    assert exhibit.job is not None
    assert exhibit.job.state == Job.State.FAILED
    assert "clip.mp4" in exhibit.job.what
    assert exhibit.job.remedy
    again = evidence.read_again(who, exhibit)
    assert again.state == Job.State.WAITING
    with pytest.raises(NotNow):
        evidence.read_again(who, exhibit)


def test_a_frame_becomes_a_still_once(bring: Bring, who: Acting, now: Any) -> None:
    exhibit = read(bring(CLIP, "clip"), now)
    with pytest.raises(BadInput):
        services.choose_still(who, exhibit, 10_000)
    with pytest.raises(BadInput):
        services.choose_still(who, exhibit, None)
    still = services.choose_still(who, exhibit, 3)
    assert services.choose_still(who, exhibit, 3) == still
    assert still.timecode == frames.frame(exhibit, 3).timecode
    from lookalike.casework.cases import pictures

    assert (pictures.photo(still).pixels == frames.frame(exhibit, 3).pixels).all()


def test_a_damaged_frame_is_shown_as_such_and_cannot_be_chosen(bring: Bring, who: Acting, now: Any) -> None:
    damaged = bytearray(MP4)
    middle = MP4.index(b"mdat") + 4 + 12_000
    damaged[middle : middle + 3000] = bytes(3000)
    exhibit = read(bring(bytes(damaged), "clip", name="clip.mp4"), now)
    assert exhibit.about["damaged"] > 0
    index = frames.index(exhibit)
    bad = next(i for i in range(len(index)) if index.corrupt(i))
    assert frames.frame(exhibit, bad).corrupt
    with pytest.raises(BrokenClip, match="damaged"):
        services.choose_still(who, exhibit, bad)
    good = next(i for i in range(len(index)) if not index.corrupt(i))
    assert services.choose_still(who, exhibit, good).frame == good


@pytest.mark.django_db(transaction=True)
def test_evidence_outlives_what_fails_after_the_commit(
    bring: Bring, who: Acting, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails() -> None:
        raise RuntimeError("the connection is gone")

    monkeypatch.setattr("lookalike.casework.acting.publish", fails)
    with contextlib.suppress(RuntimeError):
        bring(STILL)
    exhibit = case.exhibits.get()
    assert files.read(exhibit.file) == STILL.read_bytes()
