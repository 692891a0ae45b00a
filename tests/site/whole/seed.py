"""Fill an empty home with a unit at work: its people, law, papers, a county's gallery. Prints what a browser needs.

Run as `python -m tests.site.whole.seed` with LOOKALIKE_HOME and DJANGO_SETTINGS_MODULE set; the site need not run.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import django
from PIL import Image, ImageOps

from lookalike.site.home import default_home

PEOPLE = {
    "ida": ("Ida Investigator", ["investigator"]),
    "ivan": ("Ivan Investigator", ["investigator"]),
    "chen": ("Chen Checker", ["examiner"]),
    "eva": ("Eva Examiner", ["examiner"]),
    "finn": ("Finn Examiner", ["examiner"]),
    "sam": ("Sam Supervisor", ["supervisor"]),
    "cora": ("Cora Custodian", ["custodian"]),
    "otto": ("Otto Auditor", ["auditor"]),
    "adam": ("Adam Administrator", ["administrator"]),
    "petra": ("Petra Prosecutor", ["prosecutor"]),
    "bea": ("Bea Board", ["board"]),
    "lena": ("Lena Lineup", ["lineup_administrator"]),
    "lars": ("Lars Lineup", ["lineup_administrator"]),
    "carl": ("Carl Captain", ["supervisor"]),
    "dora": ("Dora Captain", ["supervisor"]),
    "pia": ("Pia Prosecutor", ["prosecutor"]),
}
OFFICES = {"carl": "captain", "dora": "captain", "pia": "prosecutor_supervisor"}
PHOTOGRAPHS = 60
SOUGHT = "P0115"
"""The invented stranger of the story: who it is stands in no file that a search reads."""

GROUP = ("male", "mixed")
"""Sex and group by the stranger's record: a lineup needs others of it."""


def seed() -> dict[str, str]:
    """Make everything. Returns a session key for each person, by user name."""
    from django.core.management import call_command

    from lookalike.casework.people.models import Agency, PackInForce, Paper, Person
    from lookalike.casework.recording import begin_ledger
    from lookalike.protocol.pack import load_bytes

    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    begin_ledger("ledger.example.org/detroit")
    now = datetime.now(UTC)
    agency = Agency.objects.create(
        id="dpd", name="Detroit Police Department", jurisdiction="US-MI-Detroit", kind="law_enforcement", own=True
    )
    keys = {username: employed(username, name, roles, agency, now) for username, (name, roles) in PEOPLE.items()}
    yesterday = now - timedelta(days=1)
    administrator = Person.objects.get(username="adam")
    data, _ = load_bytes("detroit-2024")
    PackInForce.objects.create(
        pack_id="detroit-2024", toml=data, sha256=hashlib.sha256(data).hexdigest(), since=yesterday, by=administrator
    )
    for kind in ("board_policy", "authorisation", "gallery_agreement"):
        Paper.objects.create(
            kind=kind,
            issued_by="Board of Police Commissioners",
            issued_on=date(2026, 1, 5),
            last_day=now.date() + timedelta(days=200),
            filed_by=administrator,
            filed_at=yesterday,
        )
    county(now)
    return keys


def employed(username: str, name: str, roles: list[str], agency: Any, now: datetime) -> str:
    """Somebody who works at an agency, trained, with a session. Returns its key."""
    from lookalike.casework.people.models import Person, RoleHeld, TrainingRecord
    from lookalike.protocol.vocabulary import TrainingKind

    office = OFFICES.get(username, "supervisor" if "supervisor" in roles else "")
    person = Person.objects.create(username=username, name=name, agency=agency, office=office, made_at=now)
    person.set_unusable_password()
    person.save()
    for role in roles:
        RoleHeld.objects.create(person=person, role=role, since=now)
    TrainingRecord.objects.bulk_create(
        TrainingRecord(
            person=person,
            kind=kind.value,
            completed_on=now.date() - timedelta(days=30),
            hours=80,
            last_day=now.date() + timedelta(days=330),
            recorded_by=person,
            recorded_at=now,
        )
        for kind in TrainingKind
    )
    return session_of(person, now)


def session_of(person: Any, now: datetime, *, factors: int = 2) -> str:
    """The key of a session in which somebody has just signed in."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from lookalike.casework.acting import Acting
    from lookalike.casework.people.entrance import session as sessions
    from lookalike.casework.people.services.sign_in import open_session

    who = Acting(person=person, roles=person.roles, at=now, source="127.0.0.1", where="/sign-in/")
    opened = open_session(who, browser="Chromium", how="password and code")
    store, moment = SessionStore(), now.isoformat()
    store.update(
        {
            SESSION_KEY: str(person.pk),
            BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
            HASH_SESSION_KEY: person.get_session_auth_hash(),
            sessions.SIGNED_IN: moment,
            sessions.SEEN: moment,
            sessions.NOTICE: moment,
            sessions.FACTORS: factors,
            sessions.SESSION: opened.public_id,
        }
    )
    store.create()
    return str(store.session_key)


def county(now: datetime) -> None:
    """A gallery of invented people with an accepted evaluation, and the booking behind each photograph."""
    from lookalike.casework import galleries
    from lookalike.demo.story import PEOPLE as FOLDER

    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as stream:
        active = [row for row in csv.DictReader(stream) if row["status"] == "active"]
    mated = [row for row in active if row["person_id"] == SOUGHT]
    alike = [row for row in active if row not in mated and (row["sex"], row["ancestry"]) == GROUP]
    others = [row for row in active if row not in mated and row not in alike]
    rows = [*mated, *alike, *others][:PHOTOGRAPHS]
    with galleries.writing("county"):
        pass
    enrolled(FOLDER, rows, now)
    measured(now)
    for row in rows:
        booked(row, now)


def booked_again(now: datetime) -> None:
    """A later photograph of the stranger: a lineup never shows one that a search of the case returned."""
    from lookalike.demo.story import PEOPLE as FOLDER

    with (FOLDER / "people.csv").open(encoding="utf-8", newline="") as stream:
        row = next(row for row in csv.DictReader(stream) if row["person_id"] == SOUGHT)
    with Image.open(FOLDER / row["file"]) as photo:
        ImageOps.mirror(photo).save(root() / "later.jpg", quality=90)
    later = row | {"id": f"{row['id']}b", "file": "later.jpg", "date_taken": "2012-05-03"}
    enrolled(root(), [later], now)
    booked(later | {"file": str(root() / "later.jpg")}, now)


def root() -> Path:
    """The home's folder."""
    from django.conf import settings

    return Path(cast(Any, settings).HOME.root)


def enrolled(folder: Path, rows: list[dict[str, str]], now: datetime) -> None:
    """Enrol the photographs of a folder."""
    from lookalike.casework import galleries
    from lookalike.gallery.enrol import enrol

    manifest = root() / "manifest.csv"
    with manifest.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    enrol(folder, manifest, galleries.gallery("county"), galleries.matcher(), now=now.isoformat(), threads=2)


def booked(row: dict[str, str], now: datetime) -> None:
    """The booking behind a photograph: nobody as the clerk described."""
    from tests.casework.booked import booked_as

    labels = {"sex": row["sex"], "ancestry": row["ancestry"]}
    booked_as(row, received_at=now, height_cm=188, weight_kg=104, labels=labels)


def measured(now: datetime) -> None:
    """An accepted evaluation of the county's gallery at its present size, with invented figures."""
    from lookalike.casework import galleries
    from lookalike.gallery.validation import CohortErrors, Level, Measured, accept

    gallery, matcher = galleries.gallery("county"), galleries.matcher()
    accept(
        gallery.directory,
        Measured(
            gallery=gallery.id,
            snapshot=gallery.snapshot().id,
            persons=gallery.catalogue.persons(),
            matcher=matcher.identity.id,
            files=dict(matcher.identity.files),
            data_digest="d",
            manifest_sha256="m",
            report_sha256="r",
            made_at=(now - timedelta(days=3)).isoformat(),
            levels=tuple(
                Level(fitness, 400, 400, 60, True, "measured on 400 searches", {})
                for fitness in ("fit for comparison", "poor: lookalikes likely")
            ),
            cohorts=(CohortErrors("invented people", PHOTOGRAPHS, 0.02, 0.01, 0.05),),
            ratios=None,
        ),
        seal=gallery.master.pseudonym,
        gallery=gallery.id,
        files=dict(matcher.identity.files),
        by="Sam Supervisor",
        expires=(now + timedelta(days=200)).date(),
        now=now,
    )


if __name__ == "__main__":
    default_home().make()  # before Django reads its key from it
    django.setup()
    json.dump(seed(), sys.stdout)
