"""A packet while it is made: its worker is killed, the case changes under it, faces of others are in its documents."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from lookalike.casework import files, jobs
from lookalike.casework.corroboration.services import suspects
from lookalike.casework.examinations.models import Task
from lookalike.casework.leads.models import Answer
from lookalike.casework.models import Job, StoredFile
from lookalike.casework.warrants.contents_searches import entry_of
from lookalike.casework.warrants.models import Packet
from lookalike.casework.warrants.services import packets
from lookalike.disclosure.contents import Contents
from lookalike.disclosure.packet import read
from lookalike.disclosure.verify import verify
from lookalike.evaluation.report_json import from_json
from tests.casework.pdf import text_of
from tests.casework.warrants.conftest import Court
from tests.evaluation.an_evaluation import an_evaluation

pytestmark = [pytest.mark.usefixtures("county"), pytest.mark.django_db(transaction=True)]

_SIDE = {
    "view": {"x": 60, "y": 60, "zoom": 1, "rotate": 0, "flip": False},
    "tone": {"brightness": 0, "contrast": 1, "gamma": 1},
}
VIEWER: dict[str, Any] = {
    "schema": "lookalike.viewer/1",
    "left": _SIDE,
    "right": _SIDE,
    "locked": True,
    "grid": {"on": False, "step": 10},
    "align": {"left": [[50, 50], [60, 60]], "right": [[50, 50], [60, 60]]},
    "overlay": {"mode": "none", "amount": 0.5},
    "smooth": False,
    "marks": [],
}
"""Two pictures side by side, as they are."""

WORKER = textwrap.dedent(
    """
    import os, signal, sys
    import django
    django.setup()
    from datetime import UTC, datetime
    from lookalike.casework import files, jobs
    from lookalike.casework.warrants.services import packets

    def killed(*args, **more):
        os.kill(os.getpid(), signal.SIGKILL)

    if sys.argv[2] == "gathered":
        packets.write = killed
    elif sys.argv[2] == "half written":
        of_one = files.Writer.add
        def add(self, data):
            of_one(self, data[: len(data) // 2])
            killed()
        files.Writer.add = add
    else:
        packets.added = killed  # inside the transaction that keeps it: the file is named already
        packets.held = killed
    jobs.run_one(sys.argv[1], now=datetime.now(UTC))
    """
)


def worker(folder: Path, job: Job, moment: str) -> None:
    """A process of its own that does a job on this database, and is killed by the system in the middle."""
    from tests.site_settings import _home

    database = {key: value for key, value in connection.settings_dict.items() if key != "TEST"}
    made = f"""
from pathlib import Path
from lookalike.site.configuration import settings_for
from lookalike.site.home import Home
globals().update(settings_for(Home(Path({str(_home.root)!r})), database_address="", secure=False))
DATABASES = {{"default": {database!r}}}
ALLOWED_HOSTS = ["localhost"]
"""
    (folder / "killed_settings.py").write_text(made)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "killed_settings"}
    environment["PYTHONPATH"] = os.pathsep.join([str(folder), *sys.path])
    done = subprocess.run(
        [sys.executable, "-c", WORKER, job.public_id, moment], env=environment, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize("moment", ["gathered", "half written", "kept"])
def test_a_worker_that_is_killed_leaves_nothing_and_the_packet_is_made_again(
    court: Court, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr(jobs, "_enqueue", lambda public_id: None)  # or it would be done before it can be killed
    packet = packets.make(court.investigator, court.suspect, address="https://unit.example/")
    assert packet.job is not None
    kept = set(StoredFile.objects.values_list("sha256", flat=True))
    worker(tmp_path, packet.job, moment)
    row = Packet.objects.get(pk=packet.pk)
    job = Job.objects.get(pk=packet.job.pk)
    assert (row.file, row.sha256, row.entry, row.items, job.state) == (None, "", None, {}, Job.State.RUNNING)
    new = StoredFile.objects.exclude(sha256__in=kept)
    assert not new.filter(media_type=packets.MEDIA_TYPE).exists()
    assert packets.make(court.investigator, court.suspect, address="https://unit.example/").pk == packet.pk

    Job.objects.filter(pk=job.pk).update(alive_at=timezone.now() - 2 * jobs.LOST)
    assert jobs.run_one(job.public_id, now=timezone.now())
    row.refresh_from_db()
    assert row.file is not None
    path = tmp_path / "packet.zip"
    path.write_bytes(files.read(row.file))
    assert verify(path).ok
    assert Packet.objects.count() == 1


def test_evidence_that_comes_while_a_packet_is_made_is_told_by_it(
    court: Court, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write, times = packets.write, []

    def while_it_is_written(contents: Contents, stream: Any, **more: Any) -> dict[str, Any]:
        if not times:
            court.board.item(1, says="against", judged=None, title="He was in Toledo")
        times.append(contents)
        return write(contents, stream, **more)

    monkeypatch.setattr(packets, "write", while_it_is_written)
    packet = court.packet(None)
    assert len(times) == 2
    assert packet.file is not None
    path = tmp_path / "packet.zip"
    path.write_bytes(files.read(packet.file))
    told = read(path).contents
    assert isinstance(told.evidence.items, tuple)
    assert [one.title for one in told.evidence.items] == ["Item 1: He was in Toledo"]
    assert StoredFile.objects.filter(media_type=packets.MEDIA_TYPE).count() == 1


def test_a_case_that_never_rests_has_no_packet(court: Court, monkeypatch: pytest.MonkeyPatch) -> None:
    write = packets.write

    def while_it_is_written(contents: Contents, stream: Any, **more: Any) -> dict[str, Any]:
        court.board.item(1, judged=None)
        return write(contents, stream, **more)

    monkeypatch.setattr(packets, "write", while_it_is_written)
    made = packets.make(court.investigator, court.suspect, address="https://unit.example/")
    assert made.job is not None
    jobs.run_one(made.job.public_id, now=court.at)
    job = Job.objects.get(pk=made.job.pk)
    assert job.state == Job.State.FAILED
    assert "again and again" in job.what
    assert Packet.objects.get(pk=made.pk).file is None
    assert not StoredFile.objects.filter(media_type=packets.MEDIA_TYPE).exists()


def test_documents_show_no_face_of_anybody_else_and_the_packet_says_what_is_withheld(
    court: Court, tmp_path: Path
) -> None:
    search = court.board.search
    for number, task in enumerate(Task.objects.filter(search=search).order_by("pk")):
        task.entry, task.code, task.leaf = entry_of(search), f"TEST-CODE-{number:04}", "ab" * 32
        task.save()
        for face in task.faces.all():
            face.viewer = VIEWER
            face.save()
    packet = court.packet(None)
    assert packet.file is not None
    path = tmp_path / "packet.zip"
    path.write_bytes(files.read(packet.file))
    assert verify(path).ok
    contents = read(path).contents
    assert isinstance(contents.withheld, tuple)
    assert isinstance(contents.searches, tuple)
    run = contents.searches[0].run
    withheld = {one.sha256: one for one in contents.withheld}
    others = search.candidates.exclude(person_id=court.suspect.person_id).select_related("picture")
    assert others.count() > 5
    assert {one.picture.sha256 for one in others} <= set(withheld)
    reports = [one.report for one in run.examinations]  # type: ignore[union-attr]
    for task, shown in zip(Task.objects.filter(search=search).order_by("pk"), reports, strict=True):
        assert task.report is not None
        assert withheld[task.report.sha256].what == f"Report of examination {task.reference}, as it was signed"
        text = text_of(shown.read())
        assert text.count("The comparison figure is withheld here") == task.faces.count() - 1
        assert text.count("As the examiner compared them") == 1
        assert text.count("The ears differ.") == task.faces.count() - 1
    (validation,) = contents.systems[0].validations  # type: ignore[misc]
    assert validation.report.read().startswith(b"%PDF")
    assert from_json(validation.numbers.read().decode()) == an_evaluation()
    assert [row.label for row in validation.levels] == ["fit for comparison", "poor: lookalikes likely"]
    differs = {row.label: row.value for row in validation.differentials}
    assert any(" times (" in one and "chance" in one for one in differs.values())
    page = " ".join(text_of(read(path).document).split())
    assert "How far groups differ, the worst to the best" in page
    assert "Evaluation report of county" in page
    assert "What shows other people, and why it is whole" in page
    assert "Exhibit 1 as received" in page


def test_in_the_packet_of_somebody_else_the_lead_shows_no_face(court: Court, tmp_path: Path) -> None:
    other = suspects.name_suspect(court.investigator, court.board.case, name="Otto Other", suspicion="He was seen.")
    packet = packets.make(court.investigator, other, address="https://unit.example/")
    row = Packet.objects.select_related("file").get(pk=packet.pk)
    assert row.file is not None
    path = tmp_path / "packet.zip"
    path.write_bytes(files.read(row.file))
    assert verify(path).ok
    contents = read(path).contents
    assert isinstance(contents.leads, tuple)
    assert isinstance(contents.withheld, tuple)
    signed = Answer.objects.get(pk=court.board.answer.pk)
    assert signed.document is not None
    assert signed.document.sha256 in {one.sha256 for one in contents.withheld}
    assert contents.leads[0].sheet.title.endswith("the face made unrecognisable")
    before, after = text_of(files.read(signed.document)), text_of(contents.leads[0].sheet.read())
    assert after == before  # every word stands
    assert signed.portrait is not None
    shown = {one.picture.sha256 for one in contents.searches[0].run.candidates}  # type: ignore[index,union-attr]
    assert not shown & {one.picture.sha256 for one in court.board.search.candidates.select_related("picture")}
