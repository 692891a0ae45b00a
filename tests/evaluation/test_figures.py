"""Every figure is drawn as it was when somebody last looked at it, and carries what a page and a reader need.

The reference images lie in figures/ beside this file. After a change that is meant, look at the new ones and keep them:

    python -m tests.evaluation.test_figures
"""

from __future__ import annotations

import io
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image

from lookalike.evaluation.figures import fairness, identification, verification
from lookalike.evaluation.figures.catalogue import Drawing, drawings
from lookalike.evaluation.figures.style import PALETTE, limits, one_in, png
from tests.evaluation.an_evaluation import NOTHING, a_degenerate_evaluation, an_evaluation

REFERENCES = Path(__file__).parent / "figures"
TOLERANCE = 3.0  # root mean square of the differences of grey values, 0 to 255
WHOLE = drawings(an_evaluation())
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = ["<script>alert(1)</script>", "\u202eesrever", "$x^2$ & \"'\x00\x1b", "漢字" * 40, "\ud800", "", "x" * 5000]


def pixels(data: bytes) -> np.ndarray:
    """Grey values, float."""
    return np.asarray(Image.open(io.BytesIO(data)).convert("L"), dtype=np.float64)


def small_png(drawing: Drawing) -> bytes:
    """The figure at 50 dots an inch in 16 greys: small enough to keep, fine enough to tell."""
    small = Image.open(io.BytesIO(png(drawing.draw(), dpi=50))).convert("L").quantize(16)
    written = io.BytesIO()
    small.save(written, format="png", optimize=True)
    return written.getvalue()


def difference(drawing: Drawing, reference: Path) -> float:
    now, then = pixels(small_png(drawing)), pixels(reference.read_bytes())
    return float(np.sqrt(np.mean((now - then) ** 2))) if now.shape == then.shape else 255.0


@pytest.mark.parametrize("drawing", WHOLE, ids=lambda drawing: drawing.name)
def test_a_figure_looks_as_it_did(drawing: Drawing) -> None:
    assert difference(drawing, REFERENCES / f"{drawing.name}.png") <= TOLERANCE


def test_there_is_no_reference_without_a_figure() -> None:
    assert {path.stem for path in REFERENCES.glob("*.png")} == {drawing.name for drawing in WHOLE}
    assert sum(path.stat().st_size for path in REFERENCES.iterdir()) < 400_000


def test_the_comparison_sees_one_cohort_that_moved() -> None:
    whole = an_evaluation()
    moved = replace(whole.cohorts[0], fmr=whole.cohorts[5].fmr, listed=whole.cohorts[1].fnir)
    changed = drawings(replace(whole, cohorts=(moved, *whole.cohorts[1:])))
    (drawing,) = (one for one in changed if one.name == "cohorts")
    assert difference(drawing, REFERENCES / "cohorts.png") > TOLERANCE


@pytest.mark.parametrize("outlined", [False, True])
def test_a_figure_is_the_same_text_every_time(outlined: bool) -> None:
    for drawing in WHOLE[:4]:
        assert drawing.svg(outlined=outlined) == drawing.svg(outlined=outlined)


@pytest.mark.parametrize("drawing", WHOLE, ids=lambda drawing: drawing.name)
def test_an_svg_has_a_name_and_survives_a_strict_policy(drawing: Drawing) -> None:
    text = drawing.svg()
    root = ElementTree.fromstring(text)
    assert root.get("role") == "img"
    title, description = root[0], root[1]
    assert (title.tag, description.tag) == (f"{SVG}title", f"{SVG}desc")
    assert title.text == drawing.title
    assert description.text
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert not [one for one in root.iter() if "style" in one.attrib or one.tag in (f"{SVG}style", f"{SVG}script")]
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    for pointed in re.findall(r"(?:url\(#|href=\"#)([^)\"]+)", text):
        assert pointed in ids
    assert "20" not in str(root.findall(f".//{SVG}metadata"))
    assert [one.text for one in root.iter(f"{SVG}text")], "text stays text"


def test_outlines_need_no_font() -> None:
    root = ElementTree.fromstring(WHOLE[0].svg(outlined=True))
    assert not list(root.iter(f"{SVG}text"))


def test_extrapolation_is_said_in_words() -> None:
    whole = an_evaluation()
    (drawing,) = (one for one in WHOLE if one.name == "gallery-size")
    assert "extrapolated" in drawing.svg().split("</desc>")[1]
    measured = tuple(size for size in whole.gallery_sizes if size.measured)
    (drawing,) = (one for one in drawings(replace(whole, gallery_sizes=measured)) if one.name == "gallery-size")
    assert "extrapolated" not in drawing.svg()


def test_hostile_labels_are_shown_and_do_nothing() -> None:
    text = "".join(drawing.svg() for drawing in drawings(an_evaluation(HOSTILE)))
    assert "<script" not in text
    assert "\u202e" not in text
    assert "[U+202E]esrever" in text
    assert "$x^2$" in text  # no mathematics is made of a label
    assert "x" * 100 not in text.replace("x" * 5000, "")


def test_sixty_cohorts_fit_and_more_are_told() -> None:
    for count, told in ((60, False), (75, True)):
        made = {one.name: one for one in drawings(an_evaluation([f"cohort {i}" for i in range(count)]))}
        assert ("The figure shows 60 of 75 cohorts." in made["cohorts"].description) == told
        root = ElementTree.fromstring(made["cohorts"].svg())
        assert sum(1 for one in root.iter(f"{SVG}text") if (one.text or "").startswith("cohort ")) == 60
        assert made["pairs"].svg().count("<text") < 130  # names, and no numbers too small to read


def test_what_was_not_measured_is_not_drawn() -> None:
    assert drawings(a_degenerate_evaluation()) == ()


def test_figures_of_nothing_say_so() -> None:
    empty = a_degenerate_evaluation()
    for figure in (
        identification.det(empty.identification),
        identification.cmc([]),
        identification.gallery_size(empty.gallery_sizes),
        identification.discard([]),
        fairness.cohorts([]),
        fairness.calibration(empty.calibration),
    ):
        words = [text.get_text() for axes in figure.axes for text in axes.texts]
        assert any(said in words for said in ("too few to say", "no cohorts"))


def test_too_few_in_one_cohort_is_told_in_its_row() -> None:
    first, *others = an_evaluation().cohorts
    figure = fairness.cohorts([replace(first, fmr=NOTHING, fpir_tenth=NOTHING), *others])
    assert [len([t for t in axes.texts if t.get_text() == "too few"]) for axes in figure.axes] == [1, 1, 0, 0, 0]


def test_a_pair_with_too_few_comparisons_is_hatched() -> None:
    pairs = an_evaluation().pairs
    assert pairs is not None
    hatched = sum(estimate.value is None for row in pairs.fmr for estimate in row)
    assert hatched > 0
    figure = verification.pairs(pairs)
    assert sum(bool(patch.get_hatch()) for patch in figure.axes[0].patches) == hatched


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("page", [0, 1])
def test_lines_and_letters_stand_out_on_light_and_on_dark(page: int) -> None:
    ground = PALETTE["page"][page]
    for name, colours in PALETTE.items():
        if name in ("ink", "quiet"):
            assert contrast(colours[page], ground) >= 4.5, name
        elif name not in ("grid", "target", "page"):
            assert contrast(colours[page], ground) >= 3, name


@pytest.mark.parametrize(
    ("value", "words"), [(0.001, "1 in 1,000"), (1.0, "all"), (0.2, "1 in 5"), (0.3, "0.3"), (0.0, "0")]
)
def test_ticks_are_shares_in_words(value: float, words: str) -> None:
    assert one_in(value) == words


def test_the_axis_of_one_value_still_has_a_length() -> None:
    low, high = limits([0.01], most=1.0, fallback=(1, 2))
    assert low < 0.01 < high


def test_drawing_changes_no_setting() -> None:
    import matplotlib as mpl

    with mpl.rc_context({"font.size": 31.0, "lines.linewidth": 9.0}):
        assert difference(WHOLE[0], REFERENCES / f"{WHOLE[0].name}.png") <= TOLERANCE
        assert mpl.rcParams["font.size"] == 31.0


def test_drawing_never_loads_pyplot() -> None:
    # in a process of its own: other tests here load what loads it
    script = (
        "import sys; from tests.evaluation.test_figures import WHOLE, small_png; small_png(WHOLE[0]); "
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=True)


if __name__ == "__main__":
    REFERENCES.mkdir(exist_ok=True)
    for old in REFERENCES.glob("*.png"):
        old.unlink()
    for one in WHOLE:
        (REFERENCES / f"{one.name}.png").write_bytes(small_png(one))
    sys.stdout.write(f"{len(WHOLE)} reference images in {REFERENCES}. Look at them before you keep them.\n")
