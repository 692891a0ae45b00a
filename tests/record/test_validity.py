"""What a search and a comparison may rely on, from no validation at all to one that was accepted."""

from __future__ import annotations

import contextlib
import datetime
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdf
import pytest

from lookalike.cli.search import show
from lookalike.errors import BadValidation
from lookalike.evaluation.likelihood import likelihoods
from lookalike.face.matcher import Matcher
from lookalike.face.quality import Fitness
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.validation import FOLDER, Level, Measured, accept
from lookalike.media.photo import read_photo_file
from lookalike.record.document import to_pdf
from lookalike.record.replay import EARLIER, Outcome, read_record, replay
from lookalike.record.search import Probe, Search, prepare_probe, search
from lookalike.record.validity import ratio_of, validity
from lookalike.strength.ratio import Ratios
from tests.conftest import keys_of
from tests.evaluation.test_validated import pairs
from tests.record.test_search import FORBIDDEN

Rows = list[dict[str, str]]
WHEN = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)
TODAY = WHEN.date()
FIT, POOR = Fitness.FIT.value, Fitness.POOR.value


@pytest.fixture(scope="module")
def ratios() -> Ratios:
    """Likelihood ratios that were measured, on fit images only."""
    _, found = likelihoods(pairs(np.random.default_rng(1), 240), seed=1, source="Invented.")
    return Ratios(found.strata[:1], found.source)


@pytest.fixture
def gallery(sixty: Path, tmp_path: Path) -> Iterator[Gallery]:
    """A copy of the gallery of sixty, to accept things for."""
    shutil.copytree(sixty, tmp_path / "gallery")
    with Gallery(tmp_path / "gallery", keys_of(sixty)) as opened:
        yield opened


@pytest.fixture(scope="module")
def probe(people: Path, probes: Rows, matcher: Matcher) -> Probe:
    """A fit still."""
    made = prepare_probe(read_photo_file(people / next(row["file"] for row in probes if row["kind"] == "a")), matcher)
    assert made.capture.verdict.fitness is Fitness.FIT
    return made


def accepted(
    gallery: Gallery, matcher: Matcher, ratios: Ratios | None, *, usable: bool = True, now: datetime.datetime = WHEN
) -> str:
    """Accept an evaluation that measured fit images; its id."""
    files = dict(matcher.identity.files)
    kept = Measured(
        gallery=gallery.id,
        snapshot=gallery.snapshot().id,
        persons=gallery.catalogue.persons(),
        matcher=matcher.identity.id,
        files=files,
        data_digest="d",
        manifest_sha256="m",
        report_sha256="r",
        made_at=WHEN.isoformat(),
        levels=(Level(FIT, 100, 400, 60, usable, "measured on a hundred searches", {}),),
        cohorts=(),
        ratios=json.loads(ratios.to_json()) if ratios else None,
    )
    return accept(
        gallery.directory,
        kept,
        seal=gallery.master.pseudonym,
        gallery=gallery.id,
        files=files,
        by="A. Supervisor",
        expires=datetime.date(now.year, 12, 31),
        now=now,
    ).id


def said(found: Search, gallery: Gallery, matcher: Matcher) -> tuple[str, str, str]:
    """The record as JSON, as PDF text and as it stands in the terminal, without line breaks."""
    pages = pypdf.PdfReader(io.BytesIO(to_pdf(found, [gallery], matcher))).pages
    text = "".join(page.extract_text() for page in pages)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "200")
        patch.setenv("LOOKALIKE_THUMBNAILS", "never")
        show(found, [gallery], matcher)
    return tuple(re.sub(r"[\s\u200b\u00ad]+", "", one) for one in (found.record.to_json(), text, printed.getvalue()))  # type: ignore[return-value]


def test_without_a_validation_a_search_says_so_everywhere(gallery: Gallery, probe: Probe, matcher: Matcher) -> None:
    found = search(probe, [gallery], matcher, count=3, now=WHEN)
    (searched,) = found.record.galleries
    assert searched.validation == ""
    assert searched.validity.startswith("No current validation: nobody has accepted")
    for text in said(found, gallery, matcher):
        assert "Nocurrentvalidation:nobodyhasacceptedhowoftensearcheshere" in text
        assert not re.search("timesmoretobeexpected", text)
    assert not FORBIDDEN.search(found.record.to_json())


def test_under_a_validation_a_search_names_it_everywhere_and_tells_no_ratio_of_a_candidate(
    gallery: Gallery, probe: Probe, matcher: Matcher, ratios: Ratios
) -> None:
    made = accepted(gallery, matcher, ratios)
    found = search(probe, [gallery], matcher, count=3, now=WHEN)
    (searched,) = found.record.galleries
    assert searched.validation == made
    assert searched.validity == (
        "Validated for this image quality until 2026-12-31, accepted by A. Supervisor on 2026-03-01: measured on a "
        "hundred searches."
    )
    for text in said(found, gallery, matcher):
        assert re.sub(r"\s", "", searched.validity) in text
        assert not re.search("timesmoretobeexpected", text)
    assert not FORBIDDEN.search(found.record.to_json())
    later = search(probe, [gallery], matcher, count=3, now=datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC))
    assert later.record.galleries[0].validation == ""


def test_a_level_that_may_not_be_relied_on_is_not(
    gallery: Gallery, probe: Probe, matcher: Matcher, ratios: Ratios
) -> None:
    accepted(gallery, matcher, ratios, usable=False)
    (searched,) = search(probe, [gallery], matcher, count=3, now=WHEN).record.galleries
    assert searched.validation == ""
    assert searched.validity == "Not validated for this image quality: measured on a hundred searches."
    told = ratio_of(0.6, validity(gallery, matcher, FIT, TODAY))
    assert told[0] is None


def test_a_ratio_is_told_inside_its_bounds_and_only_for_what_was_measured(
    gallery: Gallery, matcher: Matcher, ratios: Ratios
) -> None:
    nothing = validity(gallery, matcher, FIT, TODAY)
    assert (nothing.id, ratio_of(0.9, nothing)[0]) == ("", None)
    assert "no current validation" in ratio_of(0.9, nothing)[1]
    made = accepted(gallery, matcher, ratios)
    fit, poor = (validity(gallery, matcher, fitness, TODAY) for fitness in (FIT, POOR))
    assert (fit.id, poor.id) == (made, "")
    assert poor.words == "Not validated for this image quality: no searches of this quality were measured."
    assert ratio_of(0.9, poor)[0] is None
    assert "ot validated for this image quality" in ratio_of(0.9, poor)[1]
    (stratum,) = ratios.strata
    low, high = ratio_of(-1.0, fit), ratio_of(1.0, fit)
    assert (low[0], high[0]) == (stratum.lower, stratum.upper)
    assert "at least" in low[1]
    assert "two strangers than" in low[1]
    assert "at least" in high[1]
    assert "one person than" in high[1]
    between = [ratio_of(float(score), fit)[0] for score in np.linspace(0, 0.5, 11)]
    assert between == sorted(between, key=lambda value: value or 0.0)
    assert stratum.lower <= min(value or 0.0 for value in between) < max(value or 0.0 for value in between)
    assert not FORBIDDEN.search(low[1] + high[1])


def test_an_evaluation_without_ratios_tells_none(gallery: Gallery, matcher: Matcher) -> None:
    accepted(gallery, matcher, None)
    relied_on = validity(gallery, matcher, FIT, TODAY)
    assert relied_on.id
    assert ratio_of(0.9, relied_on)[0] is None


def test_a_damaged_validation_stops_a_search(gallery: Gallery, probe: Probe, matcher: Matcher, ratios: Ratios) -> None:
    accepted(gallery, matcher, ratios)
    (path,) = (gallery.directory / FOLDER).iterdir()
    path.write_text(path.read_text().replace("A. Supervisor", "B. Supervisor"))
    with pytest.raises(BadValidation, match="damaged"):
        search(probe, [gallery], matcher, count=3, now=WHEN)


def test_a_record_from_before_validations_can_still_be_replayed(
    gallery: Gallery, probe: Probe, matcher: Matcher, ratios: Ratios, tmp_path: Path
) -> None:
    data = search(probe, [gallery], matcher, count=5, now=WHEN).record.to_data()
    assert data["schema"] != EARLIER
    data["schema"] = EARLIER
    for searched in data["galleries"]:
        del searched["validation"], searched["validity"]
    (tmp_path / "old.json").write_text(json.dumps(data))
    # what was accepted since changes no list
    accepted(gallery, matcher, ratios)
    assert replay(read_record(tmp_path / "old.json"), [gallery]).outcome is Outcome.IDENTICAL
    data["candidates"][0]["record_id"], data["candidates"][1]["record_id"] = "X", "Y"
    (tmp_path / "old.json").write_text(json.dumps(data))
    assert replay(read_record(tmp_path / "old.json"), [gallery]).outcome is Outcome.DIFFERS


def test_the_ratio_of_two_photographs_that_were_compared_is_printed_with_its_caution(
    gallery: Gallery,
    matcher: Matcher,
    ratios: Ratios,
    tmp_path: Path,
    cache: Path,
    people: Path,
    bookings: Rows,
    probes: Rows,
) -> None:
    made = accepted(gallery, matcher, ratios, now=datetime.datetime.now().astimezone())
    shutil.copytree(cache, tmp_path / "home" / "cache")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    environment |= {"LOOKALIKE_HOME": str(tmp_path / "home"), "LOOKALIKE_KEYS": str(gallery.keys)}
    first = next(row for row in probes if row["kind"] == "a")
    booked = next(row for row in bookings if row["person_id"] == first["person_id"])
    one, other = (str(people / row["file"]) for row in (first, booked))

    def compared(*more: str) -> str:
        command = [sys.executable, "-m", "lookalike.cli.main", "compare", one, other]
        command += ["--gallery", str(gallery.directory), *more]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    told = json.loads(compared("--json"))["likelihood_ratio"]
    assert told["validation"] == made
    assert 0 < told["log10"] <= ratios.strata[0].upper
    shown = compared()
    assert told["sentence"] in shown
    assert "not brought together by a search for likeness" in shown
    assert not FORBIDDEN.search(shown)
