"""The recording: sealed piece by piece, taken once, joined in order, its gaps told, its hash in the entry."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from lookalike.casework import files
from lookalike.casework.lineups import facts, gather
from lookalike.casework.lineups.models import Event, Holding, Lineup, Piece
from lookalike.casework.lineups.services import recording
from lookalike.casework.people.models import Person
from lookalike.casework.recording import ledger
from tests.casework.lineups.holding.conftest import Unit, Witness

Begun = Callable[..., Witness]


def send(witness: Witness, take: int, number: int, data: bytes, media_type: str = "video/webm") -> int:
    """Post a piece; the status that came back."""
    url = f"{witness.url}recording/{take}/{number}/"
    return int(witness.client.post(url, data, content_type=media_type).status_code)


@pytest.fixture
def agreed(begun: Begun) -> Witness:
    """A witness who has agreed to be recorded."""
    witness = begun()
    witness.open()
    witness.say("agree")
    return witness


@pytest.mark.django_db
def test_pieces_are_sealed_joined_in_order_and_named_at_the_end(
    agreed: Witness, unit: Unit, signed_in: Callable[[Person], Client]
) -> None:
    for number in (1, 3, 2, 5):
        assert send(agreed, 1, number, b"one" * number) == 204
    assert send(agreed, 2, 1, b"again") == 204
    assert b"oneone" not in b"".join(files.path_of(one.file.public_id).read_bytes() for one in Piece.objects.all())
    agreed.to_photographs()
    agreed.through()
    first, second = recording.takes(agreed.holding)
    assert (first.pieces, first.missing, second.pieces) == (4, (4,), 1)
    whole = b"one" + b"one" * 2 + b"one" * 3 + b"one" * 5
    assert b"".join(recording.joined(agreed.holding, 1)) == whole
    lineup = Lineup.objects.get()
    sheet = gather.whole(lineup)
    assert sheet["takes"][0]["sha256"] == hashlib.sha256(whole).hexdigest()
    assert lineup.entry is not None
    named = {one["kind"]: one["id"] for one in (ledger().body(lineup.entry) or {})["objects"]}  # type: ignore[attr-defined]
    assert named["recording"] == recording.recording_sha256(agreed.holding) == sheet["recording_sha256"]
    client = signed_in(unit.supervisor)
    answer = client.get(f"/lineups/{lineup.public_id}/held/recording/1/")
    assert b"".join(answer.streaming_content) == whole  # type: ignore[arg-type]
    assert answer["Content-Disposition"] == 'attachment; filename="recording-1.webm"'
    assert client.get(f"/lineups/{lineup.public_id}/held/recording/9/").status_code == 404


@pytest.mark.django_db
def test_sent_again_is_taken_once_and_another_in_its_place_is_refused(agreed: Witness) -> None:
    assert send(agreed, 1, 1, b"a") == 204
    assert send(agreed, 1, 1, b"a") == 204
    assert send(agreed, 1, 1, b"b") == 409
    assert Piece.objects.count() == 1
    assert [one.data["take"] for one in agreed.events if one.kind == "recording"] == [1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("take", "number", "data", "media_type", "status"),
    [
        (0, 1, b"a", "video/webm", 422),
        (1, 0, b"a", "video/webm", 422),
        (10**9, 1, b"a", "video/webm", 422),
        (1, 1, b"", "video/webm", 422),
        (1, 1, b"a", "text/html", 422),
        (1, 1, b"a" * (recording.LARGEST_PIECE + 1), "video/webm", 422),
    ],
)
def test_what_is_no_piece_is_refused(
    agreed: Witness, take: int, number: int, data: bytes, media_type: str, status: int
) -> None:
    assert send(agreed, take, number, data, media_type) == status
    assert not Piece.objects.exists()


@pytest.mark.django_db
def test_nothing_is_taken_before_consent_or_after_the_end(begun: Begun) -> None:
    witness = begun()
    witness.open()
    assert send(witness, 1, 1, b"a") == 409
    witness.to_photographs()
    witness.through()
    assert send(witness, 1, 1, b"a") == 409
    assert not Piece.objects.exists()


@pytest.mark.django_db
def test_whether_the_recording_covers_what_was_shown_and_said(agreed: Witness) -> None:
    agreed.holding.refresh_from_db()
    assert recording.recorded_whole(agreed.holding) is False  # they agreed, and no camera gave a picture
    send(agreed, 1, 1, b"one")
    agreed.to_photographs()
    agreed.through()
    whole = Holding.objects.select_related("lineup__suspect").get()
    assert recording.recorded_whole(whole) is True
    assert facts.held(whole.lineup.suspect)[0].recording_whole is True
    last = whole.events.filter(kind="answer").last()
    assert last is not None
    later = last.at + recording.LATE + timedelta(seconds=1)
    Event.objects.filter(pk=last.pk).update(at=later)  # said when the camera had stopped
    assert recording.recorded_whole(whole) is False
    Event.objects.filter(pk=last.pk).update(at=last.at)
    Piece.objects.update(number=2)
    assert recording.recorded_whole(whole) is False
    assert facts.held(whole.lineup.suspect)[0].recording_whole is False


@pytest.mark.django_db
def test_an_interruption_in_which_nothing_happened_leaves_no_gap(agreed: Witness) -> None:
    send(agreed, 1, 1, b"one")
    agreed.to_photographs()
    agreed.through()
    holding = agreed.holding
    moments = holding.events.exclude(kind__in=("begun", "consent", "ended"))
    away = timedelta(minutes=5)
    answered = holding.events.get(data__step="picture-3")
    moments.filter(number__gt=answered.number).update(at=answered.at + away)
    assert recording.recorded_whole(holding) is False
    first = Piece.objects.get()
    Piece.objects.create(holding=holding, take=2, number=1, file=first.file, at=answered.at + away)
    assert recording.recorded_whole(holding) is True


@pytest.mark.django_db
def test_of_a_refusal_no_recording_is_asked(begun: Begun) -> None:
    witness = begun()
    witness.open()
    witness.say("disagree", "I do not want it.")
    witness.to_photographs()
    witness.through()
    assert recording.recorded_whole(witness.holding) is None
