"""The folder of a report: all of it or nothing, nothing else is lost for it, and its summary is signed."""

from __future__ import annotations

import dataclasses
import datetime
import hashlib
import io
import json
import re
from pathlib import Path
from typing import Any

import pypdf
import pytest

from lookalike.errors import BadOutput, BadSigningKey, OutputExists, OutputFailed
from lookalike.evaluation import report
from lookalike.evaluation.report import write_report
from lookalike.evaluation.summary import to_pdf
from lookalike.signing import Signer, make_signer, verify_pdf
from tests.evaluation.an_evaluation import HASH, a_degenerate_evaluation, an_evaluation
from tests.evaluation.test_page import FORBIDDEN, HOSTILE

NOW = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)
DEGENERATE = a_degenerate_evaluation()
NUMBERS = json.dumps(dataclasses.asdict(DEGENERATE))


@pytest.fixture(scope="module")
def signer(tmp_path_factory: pytest.TempPathFactory) -> Signer:
    """Who signs."""
    folder = tmp_path_factory.mktemp("keys")
    return make_signer(folder / "key", folder / "certificate", name="Testville Police", now=NOW)


def write(folder: Path, signer: Signer, **more: Any) -> str:
    return write_report(DEGENERATE, NUMBERS, folder, signer=signer, now=NOW, **more)


def text_of(pdf: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages))


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_is_page_numbers_figures_and_signed_summary(tmp_path: Path, signer: Signer) -> None:
    whole = an_evaluation()
    numbers = json.dumps(dataclasses.asdict(whole))
    digest = write_report(whole, numbers, tmp_path / "report", signer=signer, now=NOW)
    written = everything(tmp_path / "report")
    assert hashlib.sha256(written["report.json"]).hexdigest() == digest
    assert json.loads(written["report.json"])["schema"] == "lookalike.evaluation/1"
    assert digest in written["report.html"].decode()
    figures = {name for name in written if name.startswith("figures/")}
    assert figures == {
        f"figures/{name}.svg" for name in re.findall(r"File figures/([\w-]+)\.svg", written["report.html"].decode())
    }
    found = verify_pdf(written["summary.pdf"])
    assert (found.who, found.fingerprint, found.when) == ("Testville Police", signer.fingerprint, NOW)
    assert found.intact
    assert found.whole
    text = text_of(written["summary.pdf"])
    assert digest in re.sub(r"\s", "", text)
    for words in (*whole.headline, "0.13 (0.12 to 0.14)", "not validated for this image quality", "Testville bookings"):
        assert words in text, words
    assert not FORBIDDEN.search(text)
    assert len(pypdf.PdfReader(io.BytesIO(written["summary.pdf"])).pages) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_the_summary_is_tagged_and_its_pictures_are_described() -> None:
    pdf = to_pdf(an_evaluation(), digest=HASH)
    assert to_pdf(an_evaluation(), digest=HASH) == pdf
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "pdfuaid" in root["/Metadata"].get_data().decode()
    described = [
        one["/Alt"] for one in (ref.get_object() for ref in _structure(root["/StructTreeRoot"])) if "/Alt" in one
    ]
    assert sum("Asian_F" in str(words) for words in described) >= 1


def _structure(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    found = []
    for kid in kids if isinstance(kids, list) else [kids]:
        resolved = kid.get_object()
        if isinstance(resolved, dict) and "/S" in resolved:
            found += [kid, *_structure(resolved)]
    return found


def test_hostile_and_undisplayable_labels_reach_the_summary_as_text() -> None:
    pdf = to_pdf(an_evaluation(HOSTILE[:4], gallery="#panic() \u202e \ue000 " + "g" * 2000), digest=HASH)
    text = text_of(pdf)
    assert "#panic()" in text
    assert "[U+202E]" in text
    assert len(text) < 8000


def test_a_summary_of_nearly_nothing_says_so() -> None:
    text = text_of(to_pdf(DEGENERATE, digest=HASH))
    assert "too few to say" in text
    assert "carry no labels of cohorts" in text
    assert "was not measured" in text


def test_a_report_is_replaced_only_when_asked_and_then_wholly(tmp_path: Path, signer: Signer) -> None:
    folder = tmp_path / "report"
    write(folder, signer)
    (folder / "figures" / "old.svg").write_text("<svg/>")
    before = everything(folder)
    with pytest.raises(OutputExists, match="earlier report"):
        write(folder, signer)
    assert everything(folder) == before
    write(folder, signer, replace=True)
    assert not (folder / "figures" / "old.svg").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


@pytest.mark.parametrize("also", ["thesis.odt", ".git", "figures/photo.jpg"])
def test_a_folder_with_anything_else_is_never_replaced(also: str, tmp_path: Path, signer: Signer) -> None:
    folder = tmp_path / "report"
    write(folder, signer)
    (folder / also).write_text("mine")
    before = everything(folder)
    with pytest.raises(OutputExists, match="something else"):
        write(folder, signer, replace=True)
    assert everything(folder) == before


@pytest.mark.parametrize("numbers", ["{}", "[]", "no json", '{"schema": "other/1"}', "[" * 100_000])
def test_a_folder_that_only_looks_like_a_report_is_never_replaced(numbers: str, tmp_path: Path, signer: Signer) -> None:
    write(tmp_path / "report", signer)
    (tmp_path / "report" / "report.json").write_text(numbers)
    with pytest.raises(OutputExists, match="something else"):
        write(tmp_path / "report", signer, replace=True)


def test_an_empty_folder_may_be_filled(tmp_path: Path, signer: Signer) -> None:
    (tmp_path / "report").mkdir()
    write(tmp_path / "report", signer)
    assert (tmp_path / "report" / "report.html").is_file()


def test_a_place_that_cannot_be_a_folder_is_refused(tmp_path: Path, signer: Signer) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for folder in (tmp_path / "file", tmp_path / "link", tmp_path / "missing" / "report"):
        with pytest.raises(BadOutput):
            write(folder, signer)
    assert list((tmp_path / "real").iterdir()) == []


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "report"
    write(folder, signer)
    before = everything(folder)

    def full(path: Path, data: bytes) -> None:
        if path.name == "summary.pdf":
            raise OSError(28, "No space left on device")
        path.write_bytes(data)

    monkeypatch.setattr(report, "write_whole", full)
    with pytest.raises(OutputFailed, match="No space left"):
        write(folder, signer, replace=True)
    assert everything(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_an_earlier_report_comes_back_when_the_last_rename_fails(
    tmp_path: Path, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "report"
    write(folder, signer)
    before = everything(folder)
    rename = Path.rename

    def failing(self: Path, target: Path) -> Path:
        if self.suffix == ".part":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(OutputFailed):
        write(folder, signer, replace=True)
    assert everything(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_without_a_valid_certificate_nothing_is_written(tmp_path: Path, signer: Signer) -> None:
    with pytest.raises(BadSigningKey):
        write_report(DEGENERATE, NUMBERS, tmp_path / "report", signer=signer, now=NOW.replace(year=2050))
    assert list(tmp_path.iterdir()) == []
