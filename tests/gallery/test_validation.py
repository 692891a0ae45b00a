"""An evaluation is relied on while somebody answers for it, and never a file that nobody accepted."""

from __future__ import annotations

import datetime
import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lookalike.errors import BadValidation, OutputFailed
from lookalike.gallery.backup import back_up, restore
from lookalike.gallery.gallery import Gallery
from lookalike.gallery.validation import (
    FOLDER,
    GROWTH,
    CohortErrors,
    Level,
    Measured,
    Validation,
    accept,
    keep_report,
    report_of,
    validations,
)
from tests.conftest import NOW, identity, keys_of, new

FILES = {"embedder": "0" * 64}
ACCEPTED = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC)
TODAY = ACCEPTED.date()
YEAR = datetime.timedelta(days=365)


@pytest.fixture
def gallery(make_gallery: Callable[..., Gallery]) -> Gallery:
    """Six people."""
    return make_gallery(*(new(f"R{i}", [i + 1, 2, 3, 4]) for i in range(6)))


def measured(made: Gallery, **other: Any) -> Measured:
    """What an evaluation says of the gallery."""
    fit = Level("fit for comparison", 100, 400, 60, True, "measured on enough", {"rank_1": 0.97})
    poor = Level("poor: lookalikes likely", 3, 4, 3, False, "too few", {})
    given = {
        "gallery": made.id,
        "snapshot": made.snapshot().id,
        "persons": 6,
        "matcher": "test-1",
        "files": FILES,
        "data_digest": "d" * 64,
        "manifest_sha256": "m" * 64,
        "report_sha256": "r" * 64,
        "made_at": "2026-02-01T00:00:00+00:00",
        "levels": (fit, poor),
        "cohorts": (CohortErrors("women", 30, 0.02, 0.01, 0.04), CohortErrors("men", 2, None, None, None)),
        "ratios": None,
    }
    return Measured(**(given | other))


def accepted(
    gallery: Gallery,
    *,
    by: str = "A. Supervisor",
    expires: datetime.date = TODAY + YEAR,
    now: datetime.datetime = ACCEPTED,
    of: str = "",
    **other: Any,
) -> Validation:
    """Accept it."""
    return accept(
        gallery.directory,
        measured(gallery, **(other | ({"gallery": of} if of else {}))),
        seal=gallery.master.pseudonym,
        gallery=gallery.id,
        files=FILES,
        by=by,
        expires=expires,
        now=now,
    )


def test_what_was_accepted_is_current_until_its_last_day(gallery: Gallery) -> None:
    assert gallery.validation(FILES, TODAY) is None
    kept = accepted(gallery, by="  مریم Ångström ")
    assert kept.accepted_by == "مریم Ångström"
    assert kept.measured == measured(gallery)
    assert gallery.validation(FILES, TODAY) == kept
    assert gallery.validation(FILES, TODAY + YEAR) == kept
    assert gallery.validation(FILES, TODAY + YEAR + datetime.timedelta(days=1)) is None
    assert gallery.validation({"embedder": "1" * 64}, TODAY) is None
    level = kept.level("fit for comparison")
    assert level is not None
    assert level.usable
    assert kept.level("unfit: no search") is None


def test_the_later_one_holds_and_an_earlier_one_never_comes_back(gallery: Gallery) -> None:
    first = accepted(gallery)
    second = accepted(gallery, now=ACCEPTED + datetime.timedelta(hours=1), expires=TODAY + datetime.timedelta(days=30))
    assert gallery.validation(FILES, TODAY) == second
    assert gallery.validation(FILES, TODAY + datetime.timedelta(days=31)) is None
    assert validations(gallery.directory, gallery.master.pseudonym) == [second, first]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"of": "f" * 32}, "another gallery"),
        ({"files": {"embedder": "1" * 64}}, "another matcher"),
        ({"files": FILES | {"detector": "1"}}, "another matcher"),
        ({"by": ""}, "Nobody is named"),
        ({"by": "  "}, "Nobody is named"),
        ({"by": "A\x1b[2J"}, "cannot be seen"),
        ({"by": "A\u202eB"}, "cannot be seen"),
        ({"by": "A\nB"}, "cannot be seen"),
        ({"expires": TODAY - datetime.timedelta(days=1)}, "cannot hold until 2026-02-28"),
        ({"expires": TODAY + datetime.timedelta(days=732)}, "cannot hold until"),
        ({"expires": datetime.date.max}, "cannot hold until"),
    ],
)
def test_what_nobody_can_answer_for_is_not_kept(gallery: Gallery, given: dict[str, Any], says: str) -> None:
    with pytest.raises(BadValidation, match=says):
        accepted(gallery, **given)
    assert not (gallery.directory / FOLDER).exists()


@pytest.mark.parametrize("days", [0, 730, 731])
def test_it_may_hold_for_a_day_or_for_two_years(gallery: Gallery, days: int) -> None:
    until = TODAY + datetime.timedelta(days=days)
    kept = accepted(gallery, expires=until)
    assert kept.expires == until.isoformat()
    assert gallery.validation(FILES, until) == kept


def test_it_holds_while_the_gallery_has_about_as_many_people(gallery: Gallery) -> None:
    accepted(gallery)
    with gallery.writing():
        gallery.add([new(f"more{i}", [i + 1, 9, 9, 9]) for i in range(3)], at=NOW)
    assert gallery.catalogue.persons() == 6 * GROWTH
    assert gallery.validation(FILES, TODAY) is not None
    with gallery.writing():
        gallery.add([new("one too many", [7, 7, 7, 1])], at=NOW)
    assert gallery.validation(FILES, TODAY) is None


def only_file(gallery: Gallery) -> Path:
    """Where the one validation stands."""
    (path,) = (gallery.directory / FOLDER).iterdir()
    return path


def edited(path: Path) -> None:
    path.write_text(path.read_text().replace('"expires": "2027', '"expires": "2028'))


def renamed(path: Path) -> None:
    path.rename(path.with_name(path.name.replace(path.stem[-16:], "0" * 16)))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def nested(path: Path) -> None:
    path.write_text("[" * 100_000)


def no_text(path: Path) -> None:
    path.write_bytes(b"\xff" + path.read_bytes())


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def later(path: Path) -> None:
    path.rename(path.with_name("20300101T000000Z-" + path.name.partition("-")[2]))


@pytest.mark.parametrize("damage", [edited, renamed, cut, emptied, nested, no_text, folder, later])
def test_a_file_that_is_not_what_was_accepted_is_refused(gallery: Gallery, damage: Callable[[Path], None]) -> None:
    accepted(gallery)
    path = only_file(gallery)
    assert path.stat().st_size > 0
    damage(path)
    with pytest.raises(BadValidation, match="damaged"):
        gallery.validation(FILES, TODAY)


def test_a_file_of_another_gallery_does_not_pass_for_one(
    gallery: Gallery, make_gallery: Callable[..., Gallery]
) -> None:
    other = make_gallery(*(new(f"R{i}", [i + 1, 2, 3, 4]) for i in range(6)), name="other")
    accepted(other)
    shutil.copytree(other.directory / FOLDER, gallery.directory / FOLDER)
    with pytest.raises(BadValidation, match="damaged"):
        gallery.validation(FILES, TODAY)


def test_backup_and_restore_carry_it(gallery: Gallery, tmp_path: Path) -> None:
    kept = accepted(gallery)
    back_up(gallery, tmp_path / "copy")
    shutil.rmtree(gallery.directory / FOLDER)
    assert gallery.validation(FILES, TODAY) is None
    restore(tmp_path / "copy", tmp_path / "back", keys_of(gallery.directory), at=NOW)
    with Gallery(tmp_path / "back", keys_of(gallery.directory)) as back:
        back.require(identity(4))
        assert back.validation(FILES, TODAY) == kept


def test_a_name_that_is_taken_by_a_file_is_a_clear_error(gallery: Gallery) -> None:
    (gallery.directory / FOLDER).write_text("in the way")
    with pytest.raises(OutputFailed, match="could not be kept"):
        accepted(gallery)


def test_what_is_measured_is_read_as_it_was_written(gallery: Gallery) -> None:
    made = measured(gallery)
    assert Measured.from_json(made.to_json()) == made


def changed(gallery: Gallery, other: dict[str, Any]) -> str:
    """A measurement as JSON, with some fields as they never are."""
    return json.dumps(json.loads(measured(gallery).to_json()) | other)


HOSTILE: list[dict[str, Any]] = [
    {"schema": "lookalike.validation/3"},
    {"more": 1},
    {"levels": [{"fitness": "fit"}]},
    {"levels": 3},
    {"levels": ["x"]},
    {"gallery": 7},
    {"gallery": ""},
    {"files": []},
    {"persons": "6"},
    {"persons": True},
    {"made_at": "yesterday"},
    {"ratios": {"bound": float("inf")}},
    {"ratios": float("nan")},
    {"levels": [{"fitness": "f", "mated": 1, "nonmated": 1, "persons": 1, "usable": 1, "because": "", "metrics": {}}]},
]


@pytest.mark.parametrize("other", HOSTILE, ids=str)
def test_what_no_evaluation_writes_is_refused(gallery: Gallery, other: dict[str, Any]) -> None:
    with pytest.raises(BadValidation, match="not a validation"):
        Measured.from_json(changed(gallery, other))


@pytest.mark.parametrize("text", ["", "null", "3", "[]", '"x"', "{}", "[" * 100_000, "\0"])
def test_a_text_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadValidation, match="not a validation"):
        Measured.from_json(text)


def test_a_measurement_is_not_changed_by_being_kept(gallery: Gallery) -> None:
    kept = accepted(gallery)
    (again,) = validations(gallery.directory, gallery.master.pseudonym)
    assert replace(again.measured, ratios=None) == kept.measured == measured(gallery)


def test_the_report_is_kept_with_what_was_accepted_and_another_is_refused(gallery: Gallery) -> None:
    numbers = b'{"schema": "x"}\n'
    kept = accepted(gallery, report_sha256=hashlib.sha256(numbers).hexdigest())
    assert report_of(gallery.directory, kept) is None
    with pytest.raises(BadValidation, match="another"):
        keep_report(gallery.directory, kept, numbers=numbers + b" ", summary=b"%PDF")
    assert report_of(gallery.directory, kept) is None
    keep_report(gallery.directory, kept, numbers=numbers, summary=b"%PDF")
    assert report_of(gallery.directory, kept) == (numbers, b"%PDF")
    assert validations(gallery.directory, gallery.master.pseudonym) == [kept]
    (gallery.directory / FOLDER / kept.id / "report.json").write_bytes(b"{}")
    with pytest.raises(BadValidation):
        report_of(gallery.directory, kept)
