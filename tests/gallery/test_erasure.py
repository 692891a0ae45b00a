"""An erased person is gone: from every file, from every search, and from what a backup brings back."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lookalike.errors import BadRecord, GalleryBusy
from lookalike.gallery import erasure
from lookalike.gallery.backup import back_up, restore
from lookalike.gallery.erasure import erase, scan
from lookalike.gallery.gallery import Gallery, erasure_log
from lookalike.gallery.records import NewRecord, Status
from lookalike.gallery.search import Index
from tests.conftest import NOW, identity, new, opened_gallery

DIMENSIONS = 128
NAME = "Mr-Nobody-0042"


def crowd(count: int, seed: int = 1) -> list[NewRecord]:
    """Records with random templates and photographs that look like nothing else."""
    rng = np.random.default_rng(seed)
    made = []
    for i in range(count):
        record = new(NAME if i == 7 else f"R{i:04}", rng.integers(-127, 128, DIMENSIONS))
        made.append(NewRecord(record.record, record.template, rng.bytes(700)))
    import hashlib
    from dataclasses import replace

    return [
        NewRecord(replace(n.record, photo_sha256=hashlib.sha256(n.photo).hexdigest()), n.template, n.photo)
        for n in made
    ]


@pytest.fixture
def gallery(tmp_path: Path) -> Gallery:
    """Sixty records in twenty segments, and their photographs."""
    made = Gallery.create(tmp_path / "gallery", identity(DIMENSIONS), tmp_path / "keys")
    people = crowd(60)
    with made.writing():
        for start in range(0, 60, 3):
            made.add(people[start : start + 3], at=NOW)
    return made


def traces(gallery: Gallery) -> int:
    """How many pieces of the person are found in any byte under the gallery."""
    (person,) = (n for n in crowd(60) if n.record.id == NAME)
    pieces = [person.template.tobytes()[i : i + 16] for i in range(0, DIMENSIONS, 16)]
    pieces += [person.photo[i : i + 64] for i in range(0, 640, 64)]
    return scan(gallery.directory, [*pieces, NAME.encode()])[1]


def test_every_byte_is_gone_and_the_proof_says_so(gallery: Gallery) -> None:
    (gallery.directory / "rejects.csv").write_text(f"line,id,file,kind,reason\n3,x,y,BadRecord,as {NAME}.jpg of\n")
    before, probe = traces(gallery), crowd(60)[7].template
    assert before >= 9  # the template in its segment, the name in catalogue, log and rejects
    proof = erase(gallery, NAME, at=NOW)
    assert proof is not None
    assert traces(gallery) == 0
    assert proof.holds
    assert (proof.pieces_found, proof.came_back, proof.key_destroyed) == (0, False, True)
    assert proof.bytes_scanned > 60 * DIMENSIONS
    assert proof.searched == 59
    assert NAME not in str(proof)
    found = Index(gallery).search(probe, 50)
    assert found.records == 59
    assert NAME not in {candidate.record_id for candidate in found.candidates}
    gallery.close()
    assert traces(opened_gallery(gallery.directory)) == 0


def test_everybody_else_is_untouched(gallery: Gallery) -> None:
    people = {n.record.id: n for n in crowd(60)}
    erase(gallery, NAME, at=NOW)
    index = Index(gallery)
    for record_id, person in people.items():
        if record_id != NAME:
            assert gallery.photo(record_id) == person.photo
            assert index.search(person.template, 2).candidates[0].record_id == record_id


def test_an_index_that_was_loaded_before_no_longer_finds_or_holds_the_person(gallery: Gallery) -> None:
    index, person = Index(gallery), crowd(60)[7]
    assert index.search(person.template, 2).candidates[0].record_id == NAME
    other = opened_gallery(gallery.directory)
    erase(other, NAME, at=NOW)
    found = index.search(person.template, 50)
    assert NAME not in {candidate.record_id for candidate in found.candidates}
    assert index.scores(person.template).max() < 1.0  # the row in memory is overwritten too


def test_erasing_twice_is_no_error_and_erasing_nobody_is_one(gallery: Gallery) -> None:
    assert erase(gallery, NAME, at=NOW) is not None
    assert erase(gallery, NAME, at=NOW) is None
    with pytest.raises(BadRecord, match="no record"):
        erase(gallery, "R9999", at=NOW)


@pytest.mark.parametrize("status", list(Status))
def test_a_record_of_any_status_can_be_erased(make_gallery: Callable[..., Gallery], status: Status) -> None:
    gallery = make_gallery(new(NAME, np.array([9, 8, 7, 6]), status=status), new("B", np.array([1, 2, 3, 4])))
    proof = erase(gallery, NAME, at=NOW)
    assert proof is not None
    assert proof.holds
    assert len(Index(gallery)) == 1


def test_the_last_record_can_be_erased(make_gallery: Callable[..., Gallery]) -> None:
    gallery = make_gallery(new(NAME, np.array([9, 8, 7, 6])))
    proof = erase(gallery, NAME, at=NOW)
    assert proof is not None
    assert (proof.searched, proof.holds) == (0, True)


def test_an_erased_record_does_not_come_back_with_the_next_delivery(gallery: Gallery) -> None:
    erase(gallery, NAME, at=NOW)
    with gallery.writing(), pytest.raises(BadRecord, match="was erased"):
        gallery.add([n for n in crowd(60) if n.record.id == NAME], at=NOW)


def test_a_reader_that_never_ends_is_named_and_the_erasure_is_not_called_done(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erasure, "PATIENCE", 0.2)
    reader = opened_gallery(gallery.directory)
    with reader.reading():
        assert reader.record(NAME) is not None
        with pytest.raises(GalleryBusy, match="reader"):
            erase(gallery, NAME, at=NOW)
    assert len(Index(gallery)) == 59
    assert erase(gallery, NAME, at=NOW) is None  # as the message says to do
    assert traces(gallery) == 0
    with gallery.writing():
        assert gallery.catalogue.truncate_log()
    assert traces(gallery) == 0


KILLER = """
import os, sys
from pathlib import Path
from lookalike.gallery.erasure import erase
from lookalike.gallery.gallery import Gallery
calls, stop = 0, int(sys.argv[4])
def killing(work):
    def run(*arguments, **named):
        global calls
        calls += 1
        if calls == stop:
            os.kill(os.getpid(), 9)
        return work(*arguments, **named)
    return run
for name in ("fsync", "write", "open", "unlink", "replace"):
    setattr(os, name, killing(getattr(os, name)))
gallery = Gallery(Path(sys.argv[1]), Path(sys.argv[2]))
gallery.catalogue.transaction = killing(gallery.catalogue.transaction)
gallery.catalogue.truncate_log = killing(gallery.catalogue.truncate_log)
gallery.segments.overwrite = killing(gallery.segments.overwrite)
gallery.vault.destroy = killing(gallery.vault.destroy)
erase(gallery, sys.argv[3], at="2026-01-01")
print("calls", calls)
"""


def test_killed_at_any_step_it_is_finished_at_the_next_opening(gallery: Gallery, tmp_path: Path) -> None:
    gallery.close()
    original, keys = tmp_path / "original", gallery.keys
    shutil.copytree(gallery.directory, original)
    log = erasure_log(keys, gallery.id)
    step, finished = 0, False
    while not finished:
        step += 1
        assert step < 60
        shutil.rmtree(gallery.directory)
        shutil.copytree(original, gallery.directory)
        log.unlink(missing_ok=True)
        command = [sys.executable, "-c", KILLER, str(gallery.directory), str(keys), NAME, str(step)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        finished = done.returncode == 0
        assert finished or done.returncode == -9, done.stderr
        with opened_gallery(gallery.directory) as again:
            if again.record(NAME) is not None:  # killed before anything was promised: it is whole
                assert again.catalogue.erasing() == []
                assert len(Index(again)) == 60
                assert erase(again, NAME, at=NOW) is not None
            assert len(Index(again)) == 59
            assert again.catalogue.erasing() == []
            with again.writing():
                assert again.catalogue.truncate_log()
            assert traces(again) == 0, f"killed at step {step}"
    assert step > 8


def test_a_restored_backup_does_not_bring_an_erased_person_back(gallery: Gallery, tmp_path: Path) -> None:
    back_up(gallery, tmp_path / "backup")
    erase(gallery, NAME, at=NOW)
    gallery.close()
    shutil.rmtree(gallery.directory)
    replayed = restore(tmp_path / "backup", gallery.directory, gallery.keys, at=NOW)
    assert replayed == 1
    with opened_gallery(gallery.directory) as again:
        assert again.record(NAME) is None
        assert again.was_erased(NAME)
        assert len(Index(again)) == 59
        assert traces(again) == 0
        assert again.photo("R0003") == crowd(60)[3].photo


def test_a_backup_is_consistent_while_records_are_added(gallery: Gallery, tmp_path: Path) -> None:
    code = (
        "import sys, numpy as np; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from tests.conftest import new\n"
        "from lookalike.gallery.gallery import Gallery\n"
        "g = Gallery(Path(sys.argv[1]), Path(sys.argv[2])); rng = np.random.default_rng(5)\n"
        "with g.writing():\n"
        "    print('in', flush=True)\n"
        "    for i in range(150):\n"
        "        g.add([new(f'N{i:04}', rng.integers(-127, 128, 128))], at='2026-01-01')\n"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(gallery.directory), str(gallery.keys), str(root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "in\n"
        copies = []
        while writer.poll() is None:
            copies.append(tmp_path / f"backup-{len(copies)}")
            back_up(gallery, copies[-1])
    assert writer.returncode == 0
    assert len(copies) >= 2
    sizes = []
    for number, copy in enumerate(copies):
        target = tmp_path / f"restored-{number}"
        restore(copy, target, gallery.keys, at=NOW)
        with Gallery(target, gallery.keys) as again:
            index = Index(again)
            sizes.append(len(index))
            for record in again.records():
                assert again.photo(record.id)
    assert sizes == sorted(sizes)
    assert sizes[0] >= 60
    assert sizes[-1] <= 210


def test_an_enrolment_killed_fifty_times_loses_and_doubles_nothing(tmp_path: Path) -> None:
    """Every acknowledged record is there, no other, and each snapshot is whole."""
    root = Path(__file__).parents[2]
    code = (
        "import sys, numpy as np; from pathlib import Path; sys.path.insert(0, sys.argv[3])\n"
        "from tests.conftest import identity, new\n"
        "from lookalike.gallery.gallery import Gallery\n"
        "g = Gallery.create(Path(sys.argv[1]), identity(16), Path(sys.argv[2])); rng = np.random.default_rng(5)\n"
        "start = sum(g.counts().values())\n"
        "with g.writing():\n"
        "    for i in range(start, start + 400):\n"
        "        g.add([new(f'N{i:06}', rng.integers(-127, 128, 16))], at='2026-01-01'); print(i, flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "g"), str(tmp_path / "keys"), str(root)]
    chance = random.Random(3)
    kept = 0
    for _ in range(50):
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            acknowledged = kept - 1
            for _ in range(chance.randint(1, 25)):
                line = process.stdout.readline()
                acknowledged = int(line) if line else acknowledged
            os.kill(process.pid, 9)
        with opened_gallery(tmp_path / "g") as gallery:
            names = [record.id for record in gallery.records()]
            assert len(names) > acknowledged
            assert names == [f"N{i:06}" for i in range(len(names))]
            assert len(names) >= kept
            kept = len(names)
            assert len(Index(gallery)) == kept
