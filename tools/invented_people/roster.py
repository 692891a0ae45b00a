"""Who is booked when, and who is seen where: the two CSV files, without rendering anything."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass

import numpy as np

from .identity import Person, invent
from .mesh import Wheel
from .noise import stream

PEOPLE = 420
PROBED = 40
TWICE = 15
WALK_OUTS = 2
PROBE_KINDS = ("a", "b", "c")
AGENCIES = ("Demo County Sheriff", "Sample City Police", "Demo County Jail")
WITH_HEIGHT_CHART = "Sample City Police"
_OFF = ("sealed",) * 4 + ("dismissed",) * 5 + ("expunged",) * 3


@dataclass(frozen=True)
class Booking:
    """One record, `years_before` the person's latest booking; occasion 0 is the latest."""

    record_id: str
    number: int
    occasion: int
    years_before: float
    date: dt.date
    source: str
    status: str

    @property
    def file(self) -> str:
        """Path inside the folder."""
        return f"bookings/{self.record_id}.jpg"


@dataclass(frozen=True)
class Sighting:
    """One recording of a probed person: `kind` a, b, c or clip."""

    name: str
    number: int
    kind: str
    walks_out: bool = False

    @property
    def file(self) -> str:
        """Path inside the folder."""
        return f"probes/{self.name}-{self.kind}." + ("mp4" if self.kind == "clip" else "jpg")


@dataclass(frozen=True)
class Roster:
    """Everybody, every record and every sighting."""

    people: dict[int, Person]
    bookings: list[Booking]
    sightings: list[Sighting]


def _day(rng: np.random.Generator, first: int, last: int) -> dt.date:
    start, end = dt.date(first, 1, 5), dt.date(last, 11, 20)
    return start + dt.timedelta(days=int(rng.integers((end - start).days)))


def draw_roster(wheel: Wheel) -> Roster:
    """The whole roster, the same every time."""
    people = {n: invent(n, wheel) for n in range(1, PEOPLE + 1)}
    rng = stream("roster")
    order = [int(n) for n in rng.permutation(np.arange(1, PEOPLE + 1))]
    probed = sorted(order[:PROBED])
    rest = order[PROBED:]
    twice = {n for n in [*order[: TWICE // 3], *rest] if people[n].age > 27}
    twice = set([n for n in [*order[: TWICE // 3], *rest] if n in twice][:TWICE])
    plain = [n for n in rest if n not in twice]
    status = dict(zip(plain, _OFF, strict=False))
    rows: list[tuple[dt.date, int, int, float, str, str]] = []
    for n in sorted(people):
        again = n in twice
        date = _day(rng, 2018 if again else 2009, 2025)
        source = str(rng.choice(AGENCIES, p=[0.5, 0.3, 0.2]))
        rows.append((date, n, 0, 0.0, source, status.get(n, "active")))
        if again:
            most = min(9.0, people[n].age - 18.5)
            years = float(rng.uniform(min(4.0, most), most))
            before = date - dt.timedelta(days=int(years * 365.25))
            rows.append((before, n, 1, years, str(rng.choice(AGENCIES)), "active"))
    rows.sort(key=lambda r: (r[0], r[1]))
    bookings = [
        Booking(f"B{k:06d}", n, occasion, years, date, source, state)
        for k, (date, n, occasion, years, source, state) in enumerate(rows, start=1)
    ]
    sightings = []
    outs = {int(k) for k in rng.choice(PROBED, WALK_OUTS, replace=False)}
    seen = [int(n) for n in rng.permutation(probed)]
    for k, n in enumerate(seen):
        name = f"S{k + 1:03d}"
        sightings += [Sighting(name, n, kind) for kind in PROBE_KINDS]
        sightings.append(Sighting(name, n, "clip", walks_out=k in outs))
    return Roster(people, bookings, sightings)


def person_id(number: int) -> str:
    """`P0001` for 1."""
    return f"P{number:04d}"


def age_band(age: float) -> str:
    """The band a booking system would record."""
    for limit, band in ((30, "18-29"), (45, "30-44"), (60, "45-59")):
        if age < limit:
            return band
    return "60-75"


def people_csv(roster: Roster) -> str:
    """The manifest of the booking photographs."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["id", "person_id", "file", "date_taken", "source", "status", "sex", "age_band", "ancestry"])
    for b in roster.bookings:
        p = roster.people[b.number]
        writer.writerow(
            [
                b.record_id,
                person_id(b.number),
                b.file,
                b.date.isoformat(),
                b.source,
                b.status,
                p.sex,
                age_band(p.age - b.years_before),
                p.ancestry_label(),
            ]
        )
    return out.getvalue()


def probes_csv(roster: Roster) -> str:
    """The key of the probes: which invented person each shows."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["file", "person_id", "kind"])
    for s in roster.sightings:
        writer.writerow([s.file, person_id(s.number), s.kind])
    return out.getvalue()
