"""From pixels to a template with the real weights, on invented people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest

from lookalike.errors import NoFaceFound, NoSuchFace, SeveralFaces
from lookalike.face.matcher import Matcher, choose_face
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.face.quality import Fitness
from lookalike.face.template import compare
from lookalike.media.photo import read_photo_file


@pytest.fixture(scope="module")
def photos(people: Path, bookings: list[dict[str, str]]) -> list[np.ndarray]:
    """Six booking photographs."""
    return [read_photo_file(people / row["file"]).pixels for row in bookings[:6]]


def side_by_side(*pictures: np.ndarray) -> np.ndarray:
    """Pictures of one height next to each other."""
    height = max(picture.shape[0] for picture in pictures)
    return np.hstack([cv2.copyMakeBorder(p, 0, height - p.shape[0], 0, 0, cv2.BORDER_REPLICATE) for p in pictures])


def test_each_booking_photograph_shows_one_face(matcher: Matcher, photos: list[np.ndarray]) -> None:
    for pixels in photos:
        (face,) = matcher.detect(pixels)
        eyes, nose, mouth = face.landmarks[:2], face.landmarks[2], face.landmarks[3:]
        assert eyes[0, 0] < nose[0] < eyes[1, 0]
        assert eyes[:, 1].max() < nose[1] < mouth[:, 1].min()
        x, y, width, height = face.box
        assert (face.landmarks >= [x, y]).all()
        assert (face.landmarks <= [x + width, y + height]).all()


def test_faces_are_counted_from_left_to_right(matcher: Matcher, photos: list[np.ndarray]) -> None:
    faces = matcher.detect(side_by_side(*photos[:3]))
    width = photos[0].shape[1]
    assert [int(face.landmarks[2, 0] // width) for face in faces] == [0, 1, 2]


@pytest.mark.parametrize("factor", [2, 4])
def test_coordinates_are_those_of_the_photograph_at_any_size(
    matcher: Matcher, photos: list[np.ndarray], factor: int
) -> None:
    (plain,) = matcher.detect(photos[0])
    big = cv2.resize(photos[0], None, fx=factor, fy=factor, interpolation=cv2.INTER_CUBIC)
    (found,) = matcher.detect(big)
    off = np.abs((found.landmarks + 0.5) / factor - 0.5 - plain.landmarks).max()
    assert off < 0.1 * plain.inter_eye_distance


def test_a_small_face_in_a_large_photograph_is_found_at_full_size(matcher: Matcher, photos: list[np.ndarray]) -> None:
    canvas = np.full((2400, 3200, 3), 128, dtype=np.uint8)
    small = cv2.resize(photos[0], (72, 90), interpolation=cv2.INTER_AREA)
    canvas[1000:1090, 2000:2072] = small
    (face,) = matcher.detect(canvas)
    assert np.all((face.landmarks >= [2000, 1000]) & (face.landmarks <= [2072, 1090]))


def test_the_detector_agrees_with_opencvs_own_on_the_original_weights(
    matcher: Matcher, photos: list[np.ndarray]
) -> None:
    weights = read_pack(BUILT_IN / DEFAULT).files["detector"].path
    for pixels in photos[:3]:
        height, width = pixels.shape[:2]
        theirs = cv2.FaceDetectorYN.create(str(weights), "", (width, height), 0.6, 0.3)
        row = theirs.detect(np.ascontiguousarray(pixels[:, :, ::-1]))[1][0]
        (ours,) = matcher.detect(pixels)
        assert np.abs(row[4:14].reshape(5, 2) - ours.landmarks).max() < 0.5
        assert abs(row[14] - ours.confidence) < 0.01


def test_the_folded_embedder_agrees_with_the_original(
    matcher: Matcher, photos: list[np.ndarray], tmp_path: Path
) -> None:
    model = onnx.load(str(read_pack(BUILT_IN / DEFAULT).files["embedder"].path))
    weights = {i.name for i in model.graph.initializer}
    made = {output for node in model.graph.node for output in node.output}
    used = {name for node in model.graph.node for name in node.input}
    inputs = [i for i in model.graph.input if i.name in used - weights - made]
    del model.graph.input[:]
    model.graph.input.extend(inputs)  # the stale ones keep ONNX Runtime from loading it
    onnx.save(model, str(tmp_path / "original.onnx"))
    session = onnxruntime.InferenceSession(str(tmp_path / "original.onnx"), providers=["CPUExecutionProvider"])
    for pixels in photos[:2]:
        crop = matcher._crop(pixels, matcher.detect(pixels)[0])
        (theirs,) = session.run(None, {"data": crop.transpose(2, 0, 1)[None].astype(np.float32)})
        ours = matcher.embed(crop)
        cosine = float(theirs[0] @ ours / np.linalg.norm(theirs[0]) / np.linalg.norm(ours))
        assert cosine > 0.999999


def test_both_runtimes_give_nearly_the_same_template_and_say_which_made_it(
    matcher: Matcher, photos: list[np.ndarray], cache: Path
) -> None:
    other = Matcher(read_pack(BUILT_IN / DEFAULT), cache=cache, runtime="onnxruntime")
    assert matcher.identity.runtime.startswith("OpenVINO ")
    assert other.identity.runtime.startswith("ONNX Runtime ")
    for pixels in photos[:3]:
        one, two = (m.capture(pixels, m.detect(pixels), 0).template for m in (matcher, other))
        assert one is not None
        assert two is not None
        assert np.abs(one.astype(int) - two).max() <= 1
        assert compare(one, two).score > 0.9999


def test_the_same_photograph_gives_the_same_template_every_time(matcher: Matcher, photos: list[np.ndarray]) -> None:
    def template() -> bytes:
        capture = matcher.capture(photos[1], matcher.detect(photos[1]), 0)
        assert capture.template is not None
        return capture.template.tobytes()

    assert len({template() for _ in range(3)}) == 1


def test_two_photographs_of_one_person_are_more_alike_than_two_people(
    matcher: Matcher, people: Path, bookings: list[dict[str, str]], probes: list[dict[str, str]]
) -> None:
    files = {row["person_id"]: row["file"] for row in bookings}
    chosen = [row for row in probes if row["kind"] == "a"][:6]

    def template(file: str) -> np.ndarray:
        pixels = read_photo_file(people / file).pixels
        capture = matcher.capture(pixels, matcher.detect(pixels), 0)
        assert capture.template is not None
        return capture.template

    seen = [template(row["file"]) for row in chosen]
    booked = [template(files[row["person_id"]]) for row in chosen]
    scores = np.array([[compare(a, b).score for b in booked] for a in seen])
    mated = np.diag(scores)
    assert mated.mean() > scores[~np.eye(6, dtype=bool)].mean() + 0.2
    assert (scores.argmax(axis=1) == np.arange(6)).sum() >= 5


def test_only_the_chosen_face_is_ever_embedded(
    matcher: Matcher, photos: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    pixels = side_by_side(photos[0], photos[1])
    faces = matcher.detect(pixels)
    crops = []
    embed = matcher.embed
    monkeypatch.setattr(matcher, "embed", lambda crop: (crops.append(crop), embed(crop))[1])
    matcher.capture(pixels, faces, 1)
    assert len(crops) == 1
    assert np.array_equal(crops[0], matcher._crop(pixels, faces[1]))


def test_nobody_chooses_a_face_for_the_caller(matcher: Matcher, photos: list[np.ndarray]) -> None:
    two = matcher.detect(side_by_side(photos[0], photos[1]))
    with pytest.raises(SeveralFaces, match="2 faces"):
        choose_face(two, None, name="still")
    assert [choose_face(two, number, name="still") for number in (1, 2)] == [0, 1]
    for number in (0, 3, -1):
        with pytest.raises(NoSuchFace):
            choose_face(two, number, name="still")
    with pytest.raises(NoFaceFound, match="still"):
        choose_face((), None, name="still")


def test_threads_do_not_wait_for_each_other_for_ever(matcher: Matcher, photos: list[np.ndarray]) -> None:
    def work(i: int) -> bytes:
        pixels = np.ascontiguousarray(photos[i % 6][: 450 - i % 40])
        capture = matcher.capture(pixels, matcher.detect(pixels), 0)
        assert capture.template is not None
        return capture.template.tobytes()

    pool = ThreadPoolExecutor(2)
    results = [pool.submit(work, i) for i in range(240)]
    done, late = wait(results, timeout=90)
    pool.shutdown(wait=not late, cancel_futures=True)
    assert not late
    assert results[0].result() == results[120].result()
    assert len(done) == 240


def test_there_is_no_face_in_noise(matcher: Matcher) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 400, 3), dtype=np.uint8)
    assert matcher.detect(noise) == ()
    assert matcher.detect(np.zeros((1, 1, 3), dtype=np.uint8)) == ()


def test_quality_falls_with_what_spoils_a_face(matcher: Matcher, photos: list[np.ndarray]) -> None:
    pixels = photos[0]
    faces = matcher.detect(pixels)

    def raw(changed: np.ndarray, name: str) -> float:
        value = matcher.measure(np.clip(changed, 0, 255).astype(np.uint8), faces, 0)[0].raw(name)
        assert value is not None
        return value

    assert raw(cv2.GaussianBlur(pixels, (0, 0), 4), "Sharpness") < 0.6 * raw(pixels, "Sharpness")
    assert raw(pixels * 0.2, "LuminanceMean") < 0.3 * raw(pixels, "LuminanceMean")
    assert raw(pixels * 0.2, "DynamicRange") < raw(pixels, "DynamicRange") - 1
    assert raw(pixels * 0.05, "UnderExposurePrevention") > 0.9
    assert raw(pixels + 200.0, "OverExposurePrevention") > 0.5
    coarse = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, 8])[1]
    assert raw(cv2.imdecode(coarse, 1), "CompressionArtifacts") > raw(pixels, "CompressionArtifacts") + 0.2


def test_the_pose_follows_the_turn_of_the_head(matcher: Matcher, photos: list[np.ndarray]) -> None:
    height, width = photos[0].shape[:2]
    for angle in (-20, 20):
        turned = cv2.warpAffine(
            photos[0], cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 0.8), (width, height)
        )
        quality, _ = matcher.measure(turned, matcher.detect(turned), 0)
        roll = quality.raw("HeadPoseRoll")
        assert roll is not None
        assert abs(roll - angle) < 6


def test_the_dark_small_stills_are_unfit_and_say_why_in_words(
    matcher: Matcher, people: Path, probes: list[dict[str, str]]
) -> None:
    seen = 0
    for row in [row for row in probes if row["kind"] == "c"][:10]:
        pixels = read_photo_file(people / row["file"]).pixels
        faces = matcher.detect(pixels)
        if not faces:
            continue
        capture = matcher.capture(pixels, faces, 0)
        assert capture.verdict.fitness is Fitness.UNFIT
        assert capture.template is None
        assert any("pixels between the eyes" in reason for reason in capture.verdict.reasons)
        seen += 1
    assert seen >= 5


def test_a_face_in_the_dark_is_unfit_and_says_why(matcher: Matcher, photos: list[np.ndarray]) -> None:
    faces = matcher.detect(photos[1])
    dark = np.random.default_rng(1).normal(photos[1] * 0.05, 1).clip(0, 255).astype(np.uint8)
    capture = matcher.capture(dark, faces, 0)
    assert capture.template is None
    assert any("dark face" in reason for reason in capture.verdict.reasons)


def test_a_small_face_blown_up_does_not_become_fit(matcher: Matcher, photos: list[np.ndarray]) -> None:
    (face,) = matcher.detect(photos[0])
    scale = 10 / face.inter_eye_distance
    small = cv2.resize(cv2.GaussianBlur(photos[0], (0, 0), 0.5 / scale), None, fx=scale, fy=scale)
    blown = cv2.resize(small, photos[0].shape[1::-1], interpolation=cv2.INTER_CUBIC)
    faces = matcher.detect(blown)
    assert matcher.capture(blown, faces, 0).verdict.fitness is Fitness.UNFIT
