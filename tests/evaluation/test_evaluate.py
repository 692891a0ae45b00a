"""A whole evaluation, of the invented people: as a command, cut short, accepted, relied on."""

from __future__ import annotations

import csv
import datetime
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lookalike.evaluation.report_json import from_json
from tests.conftest import PEOPLE, write_manifest

SOON = (datetime.date.today() + datetime.timedelta(days=30)).isoformat()


class House:
    """A home folder, a gallery of invented people in it, and a list of probes."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.gallery, self.probes = folder, folder / "gallery", folder / "list" / "probes.csv"
        self.environment = os.environ | {"LOOKALIKE_HOME": str(folder / "home"), "LOOKALIKE_THREADS": "2"}

    def run(self, *words: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "lookalike.cli.main", *map(str, words)],
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def evaluate(self, report: str, *more: str | Path) -> subprocess.CompletedProcess[str]:
        words = ("--gallery", self.gallery, "-o", report, "--agency", "Testville Police")
        return self.run("evaluate", self.probes, *words, *more)


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, bookings: list[dict[str, str]], probes: list[dict[str, str]]
) -> House:
    made = House(tmp_path_factory.mktemp("house"))
    enrolled = [row for row in bookings if row["status"] == "active"][:120]
    write_manifest(made.folder / "bookings.csv", enrolled)
    listed = [
        {"file": row["file"], "person_id": row["person_id"], "cohort": "A" if i % 2 else "B"}
        for i, row in enumerate([*probes, *enrolled[:90]])
        if not row["file"].endswith(".mp4")
    ]
    made.probes.parent.mkdir()
    for row in listed:
        target = made.probes.parent / row["file"]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((PEOPLE / row["file"]).read_bytes())
    write_manifest(made.probes, listed)
    done = made.run("enrol", PEOPLE, "--manifest", made.folder / "bookings.csv", "--gallery", made.gallery)
    assert done.returncode == 0, done.stderr
    done = made.evaluate("report")
    assert done.returncode == 0, done.stderr
    return made


def test_the_report_is_whole_and_nothing_else_is_left(house: House) -> None:
    report = house.folder / "report"
    assert {path.name for path in report.iterdir()} == {
        *("report.html", "report.json", "summary.pdf", "figures", "floors.toml", "validation.json", "validation.sig")
    }
    evaluation = from_json((report / "report.json").read_text())
    with house.probes.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert evaluation.data["images"] == len(rows)
    assert evaluation.data["searched"] + sum(
        evaluation.data[kind] for kind in ("unfit", "no_face", "several_faces", "unreadable", "left_out", "bad_lines")
    ) == len(rows)
    assert evaluation.data["same_photo"] >= 80  # the booking photographs themselves
    everything = next(one for one in evaluation.identification if one.stratum == "all")
    assert everything.nonmated == evaluation.data["searched"]
    assert 0 < everything.mated <= everything.nonmated - evaluation.data["same_photo"] + 10
    assert not list(house.folder.glob(".*work*"))
    assert not list(house.folder.glob("*.part"))


def test_the_same_list_and_seed_give_the_same_numbers_also_when_killed_on_the_way(house: House) -> None:
    command = [sys.executable, "-m", "lookalike.cli.main", "evaluate", str(house.probes)]
    command += ["--gallery", str(house.gallery), "-o", "again"]
    running = subprocess.Popen(command, env=house.environment, cwd=house.folder, stderr=subprocess.DEVNULL)
    workbook = house.folder / ".again.work" / "workbook.sqlite"
    deadline = time.monotonic() + 120
    while not (workbook.exists() and workbook.stat().st_size > 60_000) and running.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert not (house.folder / "again").exists()
    assert workbook.stat().st_mode & 0o077 == 0
    done = house.run("evaluate", house.probes, "--gallery", house.gallery, "-o", "again")
    assert done.returncode == 0, done.stderr
    assert "Going on from" in done.stderr
    one, other = (json.loads((house.folder / name / "report.json").read_text()) for name in ("report", "again"))
    one.pop("made_at"), other.pop("made_at")
    assert one == other
    assert not workbook.exists()


def test_a_report_that_is_there_is_replaced_only_when_asked(house: House) -> None:
    refused = house.evaluate("report")
    assert refused.returncode == 2
    assert "holds an earlier report" in refused.stderr


def test_another_agency_cannot_sign_with_this_key(house: House) -> None:
    refused = house.run(
        "evaluate", house.probes, "--gallery", house.gallery, "-o", "other", "--agency", "Elsewhere Police"
    )
    assert refused.returncode == 2
    assert "Testville Police" in refused.stderr


def test_an_accepted_evaluation_is_what_searches_rely_on(house: House, probes: list[dict[str, str]]) -> None:
    still = PEOPLE / next(row["file"] for row in probes if row["file"].endswith("a.jpg"))
    before = json.loads(house.run("search", still, "--gallery", house.gallery, "--json").stdout)
    assert before["galleries"][0]["validation"] == ""
    assert before["galleries"][0]["validity"].startswith("No current validation")
    done = house.run("gallery", "validate", house.gallery, "report", "--by", "Capt. Test", "--until", SOON)
    assert done.returncode == 0, done.stderr
    told = json.loads((house.folder / "report" / "validation.json").read_text())
    after = json.loads(house.run("search", still, "--gallery", house.gallery, "--json").stdout)
    usable = {level["fitness"]: level["usable"] for level in told["levels"]}
    assert (after["galleries"][0]["validation"] != "") == usable.get(after["probe"]["fitness"], False)
    assert after["candidates"] == before["candidates"]
    assert "likelihood" not in json.dumps(after["candidates"])


@pytest.mark.parametrize("wanted", ["usable", "persons"])
def test_a_measurement_that_was_edited_cannot_be_accepted(house: House, wanted: str, tmp_path: Path) -> None:
    forged = tmp_path / "forged"
    forged.mkdir()
    text = (house.folder / "report" / "validation.json").read_text()
    (forged / "validation.sig").write_bytes((house.folder / "report" / "validation.sig").read_bytes())
    changed = (
        text.replace('"usable": false', '"usable": true')
        if wanted == "usable"
        else text.replace('"persons": 1', '"persons": 9', 1)
    )
    assert changed != text
    (forged / "validation.json").write_text(changed)
    refused = house.run("gallery", "validate", house.gallery, forged, "--by", "Mallory", "--until", SOON)
    assert refused.returncode == 2
    assert "not signed with this agency's key" in refused.stderr


def test_too_few_people_are_refused_with_the_reasons(house: House) -> None:
    few = house.probes.parent / "few.csv"
    with house.probes.open(newline="") as stream:
        rows = list(csv.DictReader(stream))[:6]
    write_manifest(few, [*rows, {**rows[0], "file": "nowhere.jpg", "person_id": "nobody"}])
    refused = house.run("evaluate", few, "--gallery", house.gallery, "-o", "few")
    assert refused.returncode == 2
    assert "not a photograph that can be read" in refused.stderr
