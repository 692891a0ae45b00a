"""What is shown of a still: nobody but the chosen face, whatever was edited, and no template of anybody."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lookalike.casework.acting import Acting
from lookalike.casework.cases import pictures, services
from lookalike.casework.cases.held import Held
from lookalike.casework.cases.models import EditStep, Exhibit, Still
from lookalike.errors import BadEdit, ChangedMeanwhile, NoSuchFace, NotNow
from lookalike.face.detector import Face
from lookalike.face.matcher import Matcher
from lookalike.media import edits
from lookalike.media.edits import Crop, Denoise, Edit, Exposure, Gamma, Resize, Rotate
from lookalike.record import places
from lookalike.record.pictures import same_face
from tests.casework.cases.conftest import STILL

Bring = Callable[..., Exhibit]
LEFT, MIDDLE, RIGHT = (STILL.with_name(f"S00{number}-a.jpg") for number in (1, 2, 3))


def group() -> bytes:
    """Three invented people side by side, 1240 × 520."""
    whole = Image.new("RGB", (1240, 520), (90, 90, 90))
    for place, file in enumerate((LEFT, MIDDLE, RIGHT)):
        whole.paste(Image.open(file).convert("RGB").resize((400, 500)), (10 + 410 * place, 10))
    buffer = io.BytesIO()
    whole.save(buffer, "PNG")
    return buffer.getvalue()


@pytest.fixture
def still(bring: Bring) -> Still:
    """The only still of a photograph of three."""
    return bring(group(), name="group.png").stills.get()


@pytest.fixture
def edit(who: Acting) -> Callable[..., Still]:
    """Make edits, one after the other."""

    def made(still: Still, *steps: Edit) -> Still:
        for step in steps:
            row = Still.objects.get(pk=still.pk)
            services.edit_still(who, row, step, version=row.version)
        return Still.objects.get(pk=still.pk)

    return made


def pixels(data: bytes) -> np.ndarray[Any, Any]:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def detail(picture: np.ndarray[Any, Any], face: Face) -> float:
    """How much there is to see where a face stands: the mean step between neighbours."""
    x, y, width, height = face.box
    rows, columns = slice(max(0, int(y)), int(y + height)), slice(max(0, int(x)), int(x + width))
    part = picture[rows, columns].mean(axis=2)
    return float(np.abs(np.diff(part, axis=0)).mean() + np.abs(np.diff(part, axis=1)).mean())


def test_faces_are_counted_from_left_to_right_and_measured(still: Still) -> None:
    found = pictures.faces(still)
    assert [int(face.box[0]) // 413 for face in found] == [0, 1, 2]
    quality, verdict = pictures.measured(still, 2)
    assert quality.raw("InterEyeDistance") == pytest.approx(np.hypot(*(found[1].landmarks[1] - found[1].landmarks[0])))
    assert quality.raw("EmbeddingNorm") is None
    assert verdict.fitness.value


@pytest.mark.parametrize("number", [0, -1, 4, 10**9])
def test_a_face_that_is_not_there_is_not_shown(still: Still, number: int) -> None:
    for ask in (pictures.measured, pictures.shown):
        with pytest.raises(NoSuchFace):
            ask(still, number)


def test_only_the_chosen_face_is_to_be_seen(still: Still) -> None:
    found, plain = pictures.faces(still), pictures.photo(still).pixels.astype(int)
    for chosen in (None, 1, 2, 3):
        shown = pixels(pictures.shown(still, chosen))
        for number, face in enumerate(found, start=1):
            kept = detail(shown, face) / detail(plain, face)
            assert (kept > 0.8) if number == chosen else (kept < 0.25), (chosen, number, kept)


def test_who_chooses_sees_all_of_them_numbered(still: Still) -> None:
    found, plain = pictures.faces(still), pictures.photo(still).pixels.astype(int)
    shown = pixels(pictures.to_choose_from(still))
    for face in found:
        assert detail(shown, face) > 0.8 * detail(plain, face)


@pytest.mark.parametrize(
    "steps",
    [
        (Crop(0, 0, 990, 520),),
        (Crop(180, 0, 700, 520),),
        (Gamma(1.3), Crop(5, 5, 990, 500)),
        (Crop(0, 0, 990, 520), Exposure(-1)),
        (Rotate(3), Crop(0, 0, 990, 520)),
    ],
    ids=lambda steps: "-".join(step.name for step in steps),
)
def test_a_face_that_a_crop_cut_in_two_is_not_shown_either(
    still: Still, edit: Callable[..., Still], steps: tuple[Edit, ...]
) -> None:
    before = pictures.faces(still)
    shape = pictures.photo(still).pixels.shape
    cut = edit(still, *steps)
    (chosen, number), *_ = [(face, i) for i, face in enumerate(pictures.faces(cut), start=1)]
    shown, plain = pixels(pictures.shown(cut, number)), pictures.edited(cut).astype(int)
    height, width = plain.shape[:2]
    for face in before:
        there = places.after(face, steps, shape)
        x, y, wide, high = there.box
        inside = min(x + wide, width) - max(x, 0) > 20 and min(y + high, height) - max(y, 0) > 20
        if inside and not same_face(there, chosen):
            assert detail(shown, there) < 0.35 * detail(plain, there)
    assert detail(shown, chosen) > 0.8 * detail(plain, chosen)


def test_the_original_beside_it_shows_the_same_face_and_nobody_else(still: Still, edit: Callable[..., Still]) -> None:
    plain, found = pictures.photo(still).pixels.astype(int), pictures.faces(still)
    cut = edit(still, Rotate(7, expand=True), Crop(400, 60, 500, 500), Gamma(1.2))
    assert len(pictures.faces(cut)) >= 1
    middle = next(
        number
        for number, face in enumerate(pictures.faces(cut), start=1)
        if same_face(places.before(face, pictures.chain(cut), plain.shape), found[1])
    )
    shown = pixels(pictures.shown(cut, middle, original=True))
    assert shown.shape == plain.shape
    assert detail(shown, found[1]) > 0.7 * detail(plain, found[1])
    for face in (found[0], found[2]):
        assert detail(shown, face) < 0.25 * detail(plain, face)


@pytest.mark.parametrize(
    "steps",
    [
        (Crop(30, 40, 600, 400),),
        (Rotate(90),),
        (Rotate(-90), Crop(10, 20, 300, 900)),
        (Rotate(180),),
        (Rotate(12.5),),
        (Rotate(-33, expand=True),),
        (Resize(620, 1040),),
        (Crop(100, 0, 900, 500), Rotate(20, expand=True), Resize(500, 400), Gamma(2)),
    ],
    ids=lambda steps: "-".join(step.name for step in steps),
)
def test_a_place_is_found_after_the_edits_and_before_them(steps: tuple[Edit, ...]) -> None:
    spot = np.zeros((520, 1240, 3), np.uint8)
    spot[200:220, 500:520] = 255
    face = Face((500.0, 200.0, 20.0, 20.0), np.zeros((5, 2)), 1.0)
    there = places.after(face, steps, spot.shape)
    lit = np.argwhere(edits.apply(spot, steps)[..., 0] > 60)
    middle = lit.mean(axis=0)[::-1] + 0.5
    assert (there.box[0] + there.box[2] / 2, there.box[1] + there.box[3] / 2) == pytest.approx(tuple(middle), abs=1.0)
    back = places.before(there, steps, spot.shape)
    assert (back.box[0] + back.box[2] / 2, back.box[1] + back.box[3] / 2) == pytest.approx((510, 210), abs=0.01)


def test_no_face_is_ever_templated(
    still: Still, matcher: Matcher, monkeypatch: pytest.MonkeyPatch, edit: Callable[..., Still]
) -> None:
    def templated(*args: object) -> None:
        raise AssertionError("a face was templated")

    monkeypatch.setattr(matcher, "embed", templated)
    cut = edit(still, Gamma(1.1))
    for number in (1, 2, 3):
        pictures.measured(cut, number)
        pictures.shown(cut, number)
        pictures.to_choose_from(cut)


def test_a_picture_carries_no_metadata_and_no_name(bring: Bring) -> None:
    buffer = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "secret words"
    Image.open(LEFT).save(buffer, "JPEG", exif=exif)
    still = bring(buffer.getvalue()).stills.get()
    for data in (pictures.shown(still, None), pictures.shown(still, 1), pictures.to_choose_from(still)):
        assert b"secret" not in data
        assert b"Exif" not in data


def test_the_original_is_what_it_was_after_every_edit(
    still: Still, edit: Callable[..., Still], who: Acting, tmp_path: Path
) -> None:
    before = still.file.sha256
    cut = edit(still, Crop(0, 0, 300, 500), Exposure(1), Denoise(4))
    assert pictures.photo(cut).sha256 == before
    assert pictures.edited(cut).shape == (500, 300, 3)
    assert (pictures.edited(cut) == edits.apply(pictures.photo(cut).pixels, pictures.chain(cut))).all()


def test_what_was_taken_back_is_made_again_in_order(still: Still, edit: Callable[..., Still], who: Acting) -> None:
    first, second, third = Gamma(1.1), Gamma(1.2), Gamma(1.3)
    now = edit(still, first, second, third)
    from dataclasses import replace
    from datetime import timedelta

    moments = (replace(who, at=who.at + timedelta(seconds=second)) for second in range(1, 100))

    def undo(step: EditStep | None = None) -> None:
        services.undo_edit(next(moments), still, version=Still.objects.get(pk=still.pk).version, step=step)

    def redo() -> None:
        services.redo_edit(next(moments), still, version=Still.objects.get(pk=still.pk).version)

    def chain() -> tuple[Edit, ...]:
        return pictures.chain(Still.objects.get(pk=still.pk))

    undo()
    undo()
    assert chain() == (first,)
    redo()
    assert chain() == (first, second)
    fourth = Gamma(1.4)
    edit(now, fourth)
    with pytest.raises(NotNow):
        redo()
    undo()
    redo()
    assert chain() == (first, second, fourth)
    undo(now.edits.get(edit=edits.to_dict(first)))
    assert chain() == ()
    for expected in ((first,), (first, second), (first, second, fourth)):
        redo()
        assert chain() == expected
    assert still.edits.count() == 4


def test_edits_that_are_not_offered_are_refused(still: Still, who: Acting) -> None:
    for step in (Resize(10, 10), edits.Deinterlace("top"), Crop(1200, 0, 100, 100)):
        with pytest.raises(BadEdit):
            services.edit_still(who, still, step, version=1)
    with pytest.raises(ChangedMeanwhile):
        services.edit_still(who, still, Gamma(1.2), version=2)
    assert still.edits.count() == 0


def test_noise_of_a_large_picture_is_not_reduced_while_somebody_waits(bring: Bring, who: Acting) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (2400, 2000), (90, 120, 90)).save(buffer, "PNG")
    large = bring(buffer.getvalue()).stills.get()
    with pytest.raises(BadEdit, match="2400 × 2000"):
        services.edit_still(who, large, Denoise(5), version=1)


def test_what_is_held_stays_within_its_bound() -> None:
    held: Held[bytes] = Held(100)
    made: list[str] = []

    def value(key: str, size: int) -> bytes:
        def make() -> bytes:
            made.append(key)
            return bytes(size)

        return held.of(key, make, len)

    value("a", 40), value("b", 40), value("a", 40), value("c", 40)
    assert made == ["a", "b", "c"]
    assert held.get("b") is None  # asked for longest ago
    assert held.get("a") is not None
    value("huge", 101)
    assert held.get("huge") is None
    assert held.get("a") is not None
