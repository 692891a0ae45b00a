"""A lineup that is ready to be held, made row by row: six invented people in pictures of one length, all allowed."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import numpy as np
from PIL import Image

from lookalike.casework import files
from lookalike.casework.cases.models import Case
from lookalike.casework.corroboration.models import Party, Suspect
from lookalike.casework.lineups.models import Lineup, LineupSignature, Member, MockTest, Witness
from lookalike.casework.people.models import Agency, Person
from lookalike.demo.story import PEOPLE
from lookalike.protocol.facts.court import LineupFacts
from lookalike.protocol.vocabulary import Act
from tests.protocol.favourable import favourable

SEED = "6f1c2b7a9d3e4f50a1b2c3d4e5f60718"
MEMBERS = 6


@cache
def pictures() -> tuple[bytes, ...]:
    """Six photographs of invented people, of one size, format and number of bytes."""
    with (PEOPLE / "people.csv").open(encoding="utf-8", newline="") as stream:
        rows = [row for row in csv.DictReader(stream) if (row["sex"], row["ancestry"]) == ("male", "african")]
    chosen = list({row["person_id"]: row for row in rows}.values())[:MEMBERS]
    made = []
    for row in chosen:
        with Image.open(PEOPLE / row["file"]) as photo:
            out = io.BytesIO()
            photo.convert("RGB").resize((480, 600)).save(out, "JPEG", quality=85)
            made.append(out.getvalue())
    longest = max(map(len, made))
    return tuple(one + b"\0" * (longest - len(one)) for one in made)


def noise(count: int) -> tuple[bytes, ...]:
    """Pictures of nothing, for tests that look at no face."""
    made = []
    for number in range(count):
        out = io.BytesIO()
        grey = np.full((60, 48, 3), 40 + 20 * number, np.uint8)
        Image.fromarray(grey).save(out, "JPEG", quality=85)
        made.append(out.getvalue())
    longest = max(map(len, made))
    return tuple(one + b"\0" * (longest - len(one)) for one in made)


def facts(at: datetime, **plan: Any) -> LineupFacts:
    """Facts that Detroit's pack allows."""
    on_record: dict[str, Any] = {"at": at.isoformat()}
    if plan:
        on_record["plan"] = plan
    found = favourable(Act.LINEUP, on_record)
    assert isinstance(found, LineupFacts)
    return found


def case_of(agency: Agency, investigator: Person, at: datetime, number: str = "26-00117") -> Case:
    """A case of robbery."""
    return Case.objects.create(
        number=number,
        agency=agency,
        nibrs="120",
        statute="750.529",
        felony=True,
        completed_on=at.date() - timedelta(days=9),
        narrative="A man with a knife took the day's money from a shop.",
        opened_by=investigator,
        opened_at=at - timedelta(days=9),
    )


def lineup_of(
    case: Case,
    administrator: Person,
    investigator: Person,
    supervisor: Person,
    at: datetime,
    *,
    seed: str = SEED,
    presentation: str = "sequential",
    administration: str = "double_blind",
    suspect: int = 0,
    photographs: tuple[bytes, ...] | None = None,
) -> Lineup:
    """A lineup that is allowed. suspect: which of the members, by the place that they were proposed at."""
    count = case.parties.count()
    seen = Party.objects.create(case=case, name=f"Clara Clerk {count}", added_by=investigator, added_at=at)
    suspected = Party.objects.create(case=case, name=f"Tom Example {count}", added_by=investigator, added_at=at)
    witness = Witness.objects.create(
        case=case, party=seen, present_at_scene=True, saw_perpetrator=True, asked_at=at, interviewed_at=at
    )
    row = Suspect.objects.create(
        case=case,
        party=suspected,
        suspicion="His card was used at the shop an hour before.",
        written_at=at - timedelta(days=3),
        added_by=investigator,
        added_at=at - timedelta(days=3),
    )
    lineup = Lineup.objects.create(
        case=case,
        number=case.lineups.count() + 1,
        suspect=row,
        witness=witness,
        state=Lineup.State.ALLOWED,
        presentation=presentation,
        administration=administration,
        administrator=administrator,
        seed=seed,
        made_by=investigator,
        made_at=at - timedelta(days=2),
        allowed_by=supervisor,
        allowed_at=at - timedelta(hours=2),
    )
    for place, data in enumerate(photographs or noise(MEMBERS)):
        Member.objects.create(
            lineup=lineup,
            is_suspect=place == suspect,
            place=place,
            record_id=f"B{place:06}",
            person_id=f"P{place}",
            picture=files.keep(data, name="photograph.jpg", media_type="image/jpeg"),
            because="Fits the description: a man of about thirty with a short beard.",
            covered=["the left cheek"],
            added_by=investigator,
            added_at=at - timedelta(days=2),
        )
    LineupSignature.objects.create(
        lineup=lineup,
        person=supervisor,
        office="captain",
        decision=True,
        words="Read in full.",
        read_all=True,
        about_sha256="0" * 64,
        at=at - timedelta(hours=3),
    )
    result = {
        "mock_witnesses": 36,
        "proportion": 0.1667,
        "p_suspect": 0.56,
        "effective_size": 5.143,
        "low": 4.2,
        "high": 6,
    }
    MockTest.objects.create(
        lineup=lineup,
        description="A man of about thirty with a short beard.",
        members=[one.public_id for one in lineup.members.all()],
        opened_by=supervisor,
        opened_at=at - timedelta(days=1),
        closed_at=at - timedelta(hours=5),
        result=result,
    )
    return lineup
