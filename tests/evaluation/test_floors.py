"""Floors stand where the truth crosses the limits, are told only where they can be, and are taken up by a pack."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadSetting
from lookalike.evaluation.floors import FEWEST, WORDED, as_toml, curves
from lookalike.evaluation.results import FloorCurve
from lookalike.evaluation.searches import Searches
from lookalike.face.matcher import Matcher
from lookalike.face.pack import BUILT_IN, DEFAULT, read_pack
from lookalike.face.quality import Fitness, Measure, Quality
from tests.evaluation.samples import table

PACK = read_pack(BUILT_IN / DEFAULT)


def falling(raw: np.ndarray, middle: float, width: float) -> np.ndarray:
    """The true share of searches that miss: a half at the middle, falling."""
    share: np.ndarray = 1 / (1 + np.exp((raw - middle) / width))
    return share


def crossing(limit: float, middle: float, width: float) -> float:
    """Where that share is the limit."""
    return float(middle + width * np.log(1 / limit - 1))


def searches(quality: dict[str, np.ndarray], missed: np.ndarray) -> Searches:
    """Mated searches of these qualities that missed their person or not."""
    n = len(missed)
    return table(np.zeros(n), np.full(n, 0.5), mate_rank=np.where(missed, 3, 1), quality=quality)


def simulated(seed: int, n: int = 20_000, middle: float = 20.0, width: float = 3.0) -> Searches:
    """Searches whose misses depend on one measure."""
    rng = np.random.default_rng(seed)
    raw = rng.uniform(5, 60, size=n)
    return searches({"InterEyeDistance": raw}, rng.random(n) < falling(raw, middle, width))


@pytest.mark.parametrize("seed", range(4))
def test_floors_stand_where_the_truth_crosses_the_limits(seed: int) -> None:
    (curve,) = curves(simulated(seed))
    assert curve.unfit_below is not None
    assert curve.poor_below is not None
    assert curve.unfit_below == pytest.approx(crossing(0.3, 20, 3), abs=1.5)
    assert curve.poor_below == pytest.approx(crossing(0.1, 20, 3), abs=2.0)
    shares = [share for _, share in curve.steps]
    assert shares == sorted(shares, reverse=True)
    assert curve.searches == sum(round(estimate.count) for _, _, estimate in curve.bins) == 20_000


def test_the_sentence_that_justifies_a_floor_counts_what_is_below_it() -> None:
    made = simulated(1)
    (curve,) = curves(made)
    raw, missed = made.quality["InterEyeDistance"], made.mate_rank != 1
    assert curve.unfit_below is not None
    below = raw < curve.unfit_below
    assert f"in {(below & missed).sum()} of {below.sum()} searches" in curve.unfit_because


def test_only_mated_searches_with_a_known_quality_count() -> None:
    made = simulated(2, n=3_000)
    raw = np.append(made.quality["InterEyeDistance"], [np.nan] * 50 + [50.0] * 500)
    missed = np.append(made.mate_rank != 1, [True] * 550)
    more = searches({"InterEyeDistance": raw}, missed)
    mate = more.mate_score.copy()
    mate[-500:] = np.nan
    nobody = table(
        np.zeros(len(mate)), mate, mate_rank=np.where(np.isnan(mate), 0, more.mate_rank), quality=more.quality
    )
    assert curves(nobody) == curves(made)


def test_a_floor_is_never_told_from_too_few_or_where_nothing_falls() -> None:
    rng = np.random.default_rng(3)
    few = FEWEST - 1
    raw = np.concatenate([rng.uniform(5, 10, few), np.linspace(30, 60, 1_000)])
    (curve,) = curves(searches({"Sharpness": raw}, np.arange(len(raw)) < few))
    assert (curve.unfit_below, curve.poor_below, curve.unfit_because) == (None, None, "")
    assert f"{few} mated searches were below" in curve.because
    (flat,) = curves(searches({"Sharpness": raw}, np.zeros(len(raw), dtype=bool)))
    assert flat.unfit_below is None
    assert curves(searches({"Sharpness": raw[:few]}, np.ones(few, dtype=bool))) == ()
    assert curves(searches({"Compression": raw}, np.ones(len(raw), dtype=bool))) == ()


def test_one_fault_is_not_held_against_every_measure() -> None:
    rng = np.random.default_rng(4)
    n = 20_000
    distance, sharp = rng.uniform(5, 60, n), rng.uniform(0, 1, n)
    # small faces miss and are blurred too; sharpness itself does no harm
    sharp = np.where(distance < 15, 0.2 * sharp, sharp)
    missed = rng.random(n) < falling(distance, 15, 0.5)
    size, sharpness = curves(searches({"InterEyeDistance": distance, "Sharpness": sharp}, missed))
    assert size.unfit_below == pytest.approx(15.4, abs=0.5)
    assert sharpness.unfit_below is None


def told(seed: int = 1) -> tuple[FloorCurve, ...]:
    """Curves of which one tells floors and one does not."""
    made = simulated(seed)
    quality = {**made.quality, "EmbeddingNorm": np.linspace(5, 6, len(made))}
    return curves(searches(quality, made.mate_rank != 1))


def test_a_pack_takes_the_floors_that_were_told_and_keeps_its_own_for_the_rest(tmp_path: Path) -> None:
    distance, norm = told()
    assert norm.unfit_below is None
    path = tmp_path / "floors.toml"
    path.write_text(as_toml((distance, norm)))
    taken = {floor.measure: floor for floor in PACK.with_floors(path).floors}
    own = {floor.measure: floor for floor in PACK.floors}
    assert taken.keys() == own.keys()
    changed = taken.pop("InterEyeDistance")
    assert (changed.unfit_below, changed.poor_below) == (distance.unfit_below, distance.poor_below)
    assert changed.unfit_because == distance.unfit_because
    assert changed.say == WORDED["InterEyeDistance"]
    del own["InterEyeDistance"]
    assert taken == own
    assert PACK.with_floors(path).file_hashes() == PACK.file_hashes()
    # and a face between the pack's floor and this one is now refused in the words of the evaluation
    assert changed.unfit_below > PACK.floors[0].unfit_below
    quality = Quality((Measure("InterEyeDistance", changed.unfit_below - 0.5, "px", 1),))
    assert quality.judge(PACK.floors).fitness is not Fitness.UNFIT
    verdict = quality.judge(PACK.with_floors(path).floors)
    assert verdict.fitness is Fitness.UNFIT
    assert distance.unfit_because in verdict.reasons[0]


def test_floors_that_were_taken_are_what_a_matcher_judges_by(
    tmp_path: Path, cache: Path, matcher: Matcher, people: Path, bookings: list[dict[str, str]]
) -> None:
    from lookalike.media.photo import read_photo_file

    high = as_toml(told()).replace("unfit_below = ", "unfit_below = 9").replace("poor_below = ", "poor_below = 9")
    path = tmp_path / "floors.toml"
    path.write_text(high)
    strict = Matcher(PACK.with_floors(path), cache=cache)
    pixels = read_photo_file(people / bookings[0]["file"]).pixels
    faces = matcher.detect(pixels)
    assert matcher.capture(pixels, faces, 0).template is not None
    assert strict.capture(pixels, faces, 0).template is None
    assert strict.identity == matcher.identity


ENTRY = """[[quality.floors]]
measure = "Sharpness"
say = "{:.2f}"
unfit_below = 0.1
unfit_because = "x"
poor_below = 0.2
poor_because = "y"
"""


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing told\n",
        "quality = 3",
        "[quality]\nfloors = 3",
        "[quality]\nfloors = ['x']",
        "[quality.floors]\nmeasure = 'Sharpness'",
        "not toml",
        "a = " + "[" * 5_000,
        ENTRY.replace("0.1", "0.3"),
        ENTRY.replace("0.1", "nan"),
        ENTRY.replace("0.1", "-inf"),
        ENTRY.replace("0.2", "inf"),
        ENTRY.replace("0.1", "'low'"),
        ENTRY.replace("0.1", "[]"),
        ENTRY.replace("{:.2f}", "{:.2f} {}"),
        ENTRY.replace("{:.2f}", "{0.__class__.nothing}"),
        ENTRY.replace("{:.2f}", "{"),
        ENTRY.replace('measure = "Sharpness"\n', ""),
    ],
)
def test_a_file_of_floors_that_cannot_be_used_is_one_clear_error(tmp_path: Path, text: str) -> None:
    path = tmp_path / "floors.toml"
    path.write_text(ENTRY)
    assert PACK.with_floors(path).floors != PACK.floors
    path.write_text(text)
    with pytest.raises(BadSetting, match=r"floors\.toml cannot be used") as caught:
        PACK.with_floors(path)
    assert "lookalike evaluate" in caught.value.remedy


def test_a_file_that_is_not_there_or_no_text_is_the_same_error(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    for name in ("gone", "bytes", "."):
        with pytest.raises(BadSetting, match="cannot be used"):
            PACK.with_floors(tmp_path / name)
