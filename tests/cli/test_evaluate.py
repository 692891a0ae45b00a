"""`lookalike evaluate` and what follows from it, as a person meets it: interrupted, resumed, accepted, relied on."""

from __future__ import annotations

import datetime
import json
import os
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
import pytest

from lookalike.face.matcher import Matcher
from lookalike.gallery.enrol import enrol
from lookalike.signing import verify_pdf
from tests.cli.test_cli import FORBIDDEN
from tests.conftest import NOW, created_gallery, write_manifest

Rows = list[dict[str, str]]
PEOPLE = 55


@dataclass(frozen=True)
class Place:
    """A folder with a gallery, a list of images, and the environment of an agency."""

    folder: Path
    environment: dict[str, str]
    labels: dict[str, str]

    def command(self, *arguments: object) -> list[str]:
        return [sys.executable, "-m", "lookalike.cli.main", *map(str, arguments)]

    def run(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def evaluate(self, *more: object, images: str = "images/list.csv") -> list[object]:
        return ["evaluate", images, "--gallery", "gallery", "--threads", 2, *more]


@pytest.fixture(scope="module")
def place(
    tmp_path_factory: pytest.TempPathFactory, people: Path, bookings: Rows, probes: Rows, matcher: Matcher, cache: Path
) -> Place:
    """People booked, forty of them with two stills each; every image is in the list."""
    folder = tmp_path_factory.mktemp("evaluate")
    images = folder / "images"
    images.mkdir()
    wanted = {row["person_id"] for row in probes}
    active = [row for row in bookings if row["status"] == "active"]
    first = [row for row in active if row["person_id"] in wanted]
    rows = [*first, *(row for row in active if row["person_id"] not in wanted)][: PEOPLE + len(first) - len(wanted)]
    labels = {row["person_id"]: row["sex"] for row in rows}
    listed = [
        {"file": row["file"], "person_id": row["person_id"], "cohort": labels[row["person_id"]], "capture": kind}
        for some, kind in ((rows, "booking"), ([row for row in probes if row["kind"] in "ac"], "still"))
        for row in some
    ]
    for entry in listed:
        target = images / entry["file"]
        target.parent.mkdir(exist_ok=True)
        shutil.copy(people / entry["file"], target)
    write_manifest(images / "list.csv", listed)
    write_manifest(folder / "enrol.csv", [row | {"cohort": labels[row["person_id"]]} for row in rows])
    with created_gallery(folder / "gallery", matcher.identity) as gallery:
        assert not enrol(images, folder / "enrol.csv", gallery, matcher, now=NOW, threads=2).rejects
    shutil.copytree(cache, folder / "home" / "cache")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")} | {
        "LOOKALIKE_HOME": str(folder / "home"),
        "LOOKALIKE_KEYS": str(folder / "keys"),
        "COLUMNS": "160",
    }
    return Place(folder, environment, labels)


@pytest.fixture(scope="module")
def report(place: Place) -> Path:
    """A report that was made without disturbance."""
    done = place.run(*place.evaluate("-o", "report", "--agency", "Testville Police"))
    assert done.returncode == 0, done.stderr
    assert "Signed by Testville Police" in done.stdout
    assert done.stdout.startswith(json.loads((place.folder / "report/report.json").read_text())["headline"][0])
    assert not FORBIDDEN.search(done.stdout)
    return place.folder / "report"


def numbers(report: Path) -> dict[str, Any]:
    """All numbers of a report but the time it was made."""
    data: dict[str, Any] = json.loads((report / "report.json").read_text())
    del data["made_at"]
    return data


def test_the_report_is_whole_and_nothing_is_left_beside_it(place: Place, report: Path) -> None:
    names = {path.name for path in report.iterdir()}
    assert names == {
        "report.html", "report.json", "summary.pdf", "figures", "floors.toml", "validation.json", "validation.sig"
    }  # fmt: skip
    assert not (place.folder / ".report.work").exists()
    data = json.loads((report / "report.json").read_text())
    assert data["gallery"]["persons"] == PEOPLE
    assert data["data"]["images"] == len((place.folder / "images/list.csv").read_text().splitlines()) - 1
    counted = ("searched", "unfit", "no_face", "several_faces", "unreadable", "bad_lines", "left_out")
    assert sum(data["data"][kind] for kind in counted) == data["data"]["images"]
    assert PEOPLE <= data["data"]["same_photo"] < data["data"]["searched"]
    page = (report / "report.html").read_text()
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for line in data["headline"]:
        assert line.split(" (")[0] in text
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    assert [cohort["name"] for cohort in data["cohorts"]] == sorted(set(place.labels.values()))
    assert data["pairs"]["cohorts"] == sorted(set(place.labels.values()))
    signed = verify_pdf((report / "summary.pdf").read_bytes())
    assert signed.whole
    assert signed.who == "Testville Police"
    assert len(pypdf.PdfReader(report / "summary.pdf").pages) >= 1
    # nobody is named in what may be shown to a board
    for path in (report / "report.html", report / "report.json", report / "validation.json"):
        assert not any(person in path.read_text() for person in place.labels)


def workers_of(pid: int) -> list[int]:
    """The processes that a process started."""
    try:
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except FileNotFoundError:
        return []


def alive(pid: int) -> bool:
    """Whether a process runs."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def working(pid: int) -> bool:
    """Whether a worker has loaded what it judges with; the process beside them, which only tidies, needs nothing."""
    command = Path(f"/proc/{pid}/cmdline").read_text()
    return "resource_tracker" in command or "scipy/special" in Path(f"/proc/{pid}/maps").read_text()


def until(condition: Callable[[], object], seconds: float = 90) -> None:
    """Wait for something."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_interrupted_and_killed_it_goes_on_and_ends_with_the_same_numbers(place: Place, report: Path) -> None:
    command = place.command(*place.evaluate("-o", "again"))
    book = place.folder / ".again.work" / "workbook.sqlite"

    def start() -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            env=place.environment,
            cwd=place.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # a shell that runs the tests in the background has them ignore the interrupt
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )

    def done(step: str) -> int:
        try:
            with closing(sqlite3.connect(f"file:{book}?mode=ro", uri=True)) as base:
                return int(base.execute("SELECT count(*) FROM done WHERE step = ?", (step,)).fetchone()[0])
        except sqlite3.OperationalError:
            return 0

    # Ctrl-C in a terminal reaches the whole group: here while the workers begin
    first = start()
    until(lambda: len(workers_of(first.pid)) == 3)
    time.sleep(0.3)
    os.killpg(first.pid, signal.SIGINT)
    _, said = first.communicate(timeout=60)
    assert first.returncode == 130
    assert "run it again and it goes on" in said
    assert "Traceback" not in said
    captured = done("capture")
    assert captured == len((place.folder / "images/list.csv").read_text().splitlines()) - 1
    # then killed while they work
    second = start()
    until(lambda: len(workers_of(second.pid)) == 3)
    workers = workers_of(second.pid)
    until(lambda: all(working(worker) for worker in workers))
    second.kill()
    _, said = second.communicate(timeout=60)
    until(lambda: not any(map(alive, workers)), 20)
    assert "Going on from" in said
    assert not (place.folder / "again").exists()
    assert done("capture") == captured
    done_again = place.run(*place.evaluate("-o", "again"))
    assert done_again.returncode == 0, done_again.stderr
    assert numbers(place.folder / "again") == numbers(report)
    for name in ("floors.toml", *(f"figures/{path.name}" for path in (report / "figures").iterdir())):
        assert (place.folder / "again" / name).read_bytes() == (report / name).read_bytes()
    assert not list(place.folder.glob(".again*"))


def test_another_folder_is_never_replaced_and_a_report_only_on_request(place: Place, report: Path) -> None:
    before = (report / "report.json").read_bytes()
    kept = place.run(*place.evaluate("-o", "report"))
    assert kept.returncode == 2
    assert "earlier report" in kept.stderr
    other = place.folder / "precious"
    other.mkdir()
    (other / "mine.txt").write_text("mine")
    for name in ("precious", "no/such/report", "enrol.csv"):
        refused = place.run(*place.evaluate("-o", name, "--replace"))
        assert refused.returncode == 2, name
        assert "What to do" in refused.stderr
    assert (other / "mine.txt").read_text() == "mine"
    assert (report / "report.json").read_bytes() == before
    assert not list(place.folder.glob(".*.work"))


def test_too_few_people_are_refused_with_the_reasons(place: Place, report: Path) -> None:
    images = place.folder / "images"
    lines = (images / "list.csv").read_text().splitlines()
    some = [line for line in lines if "booking" in line][:12]
    (images / "broken.jpg").write_text("no photograph")
    few = [lines[0], *some, "broken.jpg,X1,,", "gone.jpg,X2,,"]
    (images / "few.csv").write_text("\n".join(few) + "\n")
    done = place.run(*place.evaluate("-o", "few", images="images/few.csv"))
    assert done.returncode == 2
    assert "Of 14 images, 12 of 12 people can be searched" in done.stderr
    assert "2 not a photograph that can be read" in done.stderr
    assert "fewer than 20 people" in done.stderr
    assert not (place.folder / "few").exists()
    # what was missing is put right: the next run sees it
    shutil.copy(images / some[0].split(",")[0], images / "gone.jpg")
    again = place.run(*place.evaluate("-o", "few", images="images/few.csv"))
    assert "1 not a photograph that can be read" in again.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["evaluate", "gone.csv", "--gallery", "gallery", "-o", "r"], "gone.csv"),
        (["evaluate", "enrol.csv", "--gallery", "nowhere", "-o", "r"], "not a gallery"),
        (["evaluate", "enrol.csv", "--gallery", "gallery", "-o", "r", "--threads", "300"], "threads"),
        (["evaluate", "enrol.csv", "--gallery", "gallery", "-o", "r", "--agency", "Else"], "not of Else"),
        (["gallery", "validate", "gallery", "images", "--by", "A", "--until", "2027-01-01"], "lookalike evaluate"),
        (["gallery", "validate", "gallery", "report", "--by", "A", "--until", "soon"], "not a date"),
        (["gallery", "validate", "gallery", "report", "--by", "A", "--until", "2020-01-01"], "cannot hold until"),
        (["gallery", "validate", "gallery", "report", "--by", " ", "--until", "2099-01-01"], "Nobody is named"),
    ],
)
def test_what_cannot_be_used_ends_with_status_2_and_what_to_do(
    place: Place, report: Path, arguments: list[str], said: str
) -> None:
    done = place.run(*arguments)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "What to do: " in done.stderr
    assert "Traceback" not in done.stderr
    assert not list(place.folder.glob(".r.work"))


def test_a_seed_below_zero_is_refused_before_any_work(place: Place, report: Path) -> None:
    done = place.run(*place.evaluate("-o", "r", "--seed", "-1"))
    assert done.returncode == 2
    assert "--seed" in done.stderr


def test_an_accepted_evaluation_is_said_by_the_gallery_and_by_a_search(
    place: Place, report: Path, probes: Rows, people: Path
) -> None:
    still = people / next(row["file"] for row in probes if row["kind"] == "a")
    before = json.loads(place.run("search", still, "--gallery", "gallery", "--json").stdout)
    assert before["galleries"][0]["validation"] == ""
    assert "nobody has accepted" in before["galleries"][0]["validity"]
    assert "no: `lookalike evaluate`" in place.run("gallery", "info", "gallery").stdout
    until = (datetime.datetime.now().astimezone().date() + datetime.timedelta(days=30)).isoformat()
    accepted = place.run("gallery", "validate", "gallery", "report", "--by", "A. Supervisor", "--until", until)
    assert accepted.returncode == 0, accepted.stderr
    # so few people and images are too few to rely on, and it says so
    assert "fit for comparison: not relied on; measured on" in accepted.stdout
    assert "300 searches are needed" in accepted.stdout
    assert f"Accepted by A. Supervisor until {until}" in accepted.stdout
    held = json.loads(place.run("gallery", "info", "gallery", "--json").stdout)["validation"]
    kept = place.folder / "gallery" / "validations" / held["id"]
    for name in ("report.json", "summary.pdf"):
        assert (kept / name).read_bytes() == (report / name).read_bytes()
    assert held["accepted_by"] == "A. Supervisor"
    assert held["expires"] == until
    shown = place.run("search", still, "--gallery", "gallery")
    assert "Not validated for this image quality: measured on" in " ".join(shown.stdout.split())
    assert not FORBIDDEN.search(shown.stdout)
    assert place.run("gallery", "backup", "copy", "--gallery", "gallery").returncode == 0
    assert place.run("gallery", "restore", "copy", "back").returncode == 0
    assert json.loads(place.run("gallery", "info", "back", "--json").stdout)["validation"] == held


def test_a_validation_that_was_edited_in_the_report_is_refused(place: Place, report: Path) -> None:
    forged = place.folder / "forged"
    shutil.copytree(report, forged)
    text = (forged / "validation.json").read_text()
    assert '"usable": false' in text
    (forged / "validation.json").write_text(text.replace('"usable": false', '"usable": true'))
    done = place.run("gallery", "validate", "gallery", "forged", "--by", "A", "--until", "2099-01-01")
    assert done.returncode == 2
    assert "What to do" in done.stderr
    shutil.copy(report / "validation.json", forged)
    (forged / "report.json").write_text((report / "report.json").read_text() + " ")
    done = place.run("gallery", "validate", "gallery", "forged", "--by", "A", "--until", "2099-01-01")
    assert done.returncode == 2
    assert "SHA-256" in done.stderr
    (forged / "validation.sig").unlink()
    assert place.run("gallery", "validate", "gallery", "forged", "--by", "A", "--until", "2099-01-01").returncode == 2


def test_replace_puts_a_new_report_in_the_place_of_the_earlier(place: Place, report: Path) -> None:
    images = place.folder / "images"
    lines = (images / "list.csv").read_text().splitlines()
    (images / "some.csv").write_text("\n".join(lines[:31]) + "\n")
    shutil.copytree(report, place.folder / "older")
    done = place.run(*place.evaluate("-o", "older", "--replace", "--seed", 2, images="images/some.csv"))
    assert done.returncode == 0, done.stderr
    after = numbers(place.folder / "older")
    assert (after["seed"], after["data"]["images"]) == (2, 30)
    assert {path.name for path in (place.folder / "older").iterdir()} == {path.name for path in report.iterdir()}
    assert not list(place.folder.glob(".older*"))
