"""`lookalike search`."""

from __future__ import annotations

import contextlib
import datetime
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import (
    json_option,
    matcher_for,
    matcher_option,
    may_write,
    open_searchable,
    write_output,
)
from lookalike.cli.settings import resolve
from lookalike.errors import BadInput, Fault

if TYPE_CHECKING:
    from lookalike.face.matcher import Matcher
    from lookalike.gallery.cluster import ClusterGallery
    from lookalike.gallery.gallery import Gallery
    from lookalike.gallery.search import SearchableGallery
    from lookalike.record.search import Search


@click.command()
@click.argument("probe", required=False, type=click.Path(path_type=Path))
@click.option(
    "--gallery",
    "directories",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="A gallery, or a cluster file, to search; repeat it to search several in one act.",
)
@click.option("--face", type=int, metavar="N", help="Which face, counted from left to right from 1.")
@click.option("--edit", "edits", multiple=True, metavar="EDIT", help="An edit, e.g. crop=10,20,200,240; repeatable.")
@click.option("-k", "--candidates", type=int, metavar="N", help="Length of the list, 2 to 50.")
@click.option(
    "--source", "sources", multiple=True, metavar="AGENCY", help="Search this agency's records only; repeatable."
)
@click.option(
    "--taken-from", default="", metavar="DATE", help="Search only photographs taken on or after this ISO date."
)
@click.option(
    "--taken-to", default="", metavar="DATE", help="Search only photographs taken on or before this ISO date."
)
@click.option("--pdf", type=click.Path(path_type=Path), metavar="FILE", help="Write the search record as PDF.")
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE", help="Write the search record as JSON.")
@click.option("--force", is_flag=True, help="Overwrite the files named with --pdf and --record.")
@click.option(
    "--replay",
    "recorded",
    type=click.Path(path_type=Path),
    metavar="RECORD",
    help="Run a recorded search again instead, and say whether the list is the same.",
)
@matcher_option
@json_option
def command(
    probe: Path | None,
    directories: tuple[Path, ...],
    face: int | None,
    edits: tuple[str, ...],
    candidates: int | None,
    sources: tuple[str, ...],
    taken_from: str,
    taken_to: str,
    pdf: Path | None,
    record: Path | None,
    force: bool,
    recorded: Path | None,
    matcher: str | None,
    as_json: bool,
) -> None:
    """Search the face in photograph PROBE in a gallery.

    What comes back is a list of lookalikes, each with the number of strangers who would look as much alike. It is a
    lead at most, and never an identification. A face that is unfit for comparison is refused.
    """
    from lookalike.gallery.search import Filter
    from lookalike.media.edits import parse_edit
    from lookalike.media.photo import read_photo_file
    from lookalike.record.document import to_pdf
    from lookalike.record.search import prepare_probe, search

    if (probe is None) == (recorded is None):
        raise click.UsageError("Name either a PROBE to search or a record with --replay.")
    may_write([pdf, record], force=force, inputs=[probe, recorded])
    with contextlib.ExitStack() as opened:
        galleries: list[Gallery | ClusterGallery] = []
        for one in directories or (None,):
            gallery = open_searchable(one)
            opened.callback(gallery.close)
            galleries.append(gallery)
        if recorded is not None:
            _replay(recorded, galleries, as_json=as_json)
            return
        assert probe is not None
        chain = [parse_edit(text) for text in edits]
        count = resolve("candidates", candidates)
        only = Filter(sources, _date(taken_from), _date(taken_to)) if sources or taken_from or taken_to else None
        photo = read_photo_file(probe)
        loaded = matcher_for(galleries[0], matcher)
        prepared = prepare_probe(photo, loaded, edits=chain, face=face)
        now = datetime.datetime.now().astimezone()
        found = search(prepared, galleries, loaded, count=count, now=now, only=only)
        text = found.record.to_json()
        if as_json:
            click.echo(text)
        else:
            show(found, galleries, loaded)
        if record:
            write_output(record, (text + "\n").encode())
        if pdf:
            write_output(pdf, to_pdf(found, galleries, loaded))
    for path in (record, pdf):
        if path:
            click.echo(f"Search record written to {path}.", err=True)


def _date(text: str) -> str:
    try:
        return datetime.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise BadInput(f"{text!r} is not a date.", remedy="Write it as 2019-03-11.") from None


def _replay(path: Path, galleries: Sequence[SearchableGallery], *, as_json: bool) -> None:
    from lookalike.gallery.gallery import Gallery
    from lookalike.record.replay import Outcome, read_record, replay

    single = [gallery for gallery in galleries if isinstance(gallery, Gallery)]
    if len(single) < len(galleries):
        raise BadInput(
            "A search of a cluster cannot be replayed yet.",
            why="The record names the cluster's snapshot, and only the shards keep a history of theirs.",
            remedy="Search again, and compare the two records.",
        )
    done = replay(read_record(path), single)
    if as_json:
        click.echo(json.dumps(asdict(done), indent=2))
    else:
        click.echo(f"{done.outcome.value[0].upper()}{done.outcome.value[1:]}.")
        for words in done.words:
            click.echo(words)
    if done.outcome is Outcome.DIFFERS:
        raise Fault(
            "The search does not give the list that was recorded.",
            why="The record was changed, or the gallery or the software is not what it was.",
            remedy="Keep both as they are and have the difference explained before anybody relies on the list.",
        )


def show(found: Search, galleries: Sequence[SearchableGallery], matcher: Matcher) -> None:
    """Print the list as a page."""
    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    from lookalike.cli import thumbnails
    from lookalike.record.pictures import candidate_portrait

    record, console = found.record, Console()
    console.print(Panel(Text(record.statement), border_style="red", title="Lead only", title_align="left"))
    poor = Text(f"Image quality: {record.probe.fitness}.")
    for reason in record.probe.reasons:
        poor.append(f"\n  {reason}")
    searched = [
        Text(
            f"Searched: {one.records:,} photographs of {one.persons:,} people in {one.name}, "
            f"snapshot {one.snapshot[:16]}…\n  {one.validity}"
        )
        for one in record.galleries
    ]
    by_name = {gallery.name: gallery for gallery in galleries}
    console.print(Group(poor, *searched), "")
    pictures = thumbnails.wanted()
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 1, 0))
    for column in [*(["picture"] if pictures else []), "", "record", "what the likeness is worth", "photograph"]:
        table.add_column(column, overflow="fold")
    for candidate in record.candidates:
        who = f"{candidate.record_id}\nperson {candidate.person_id}"
        who += f"\nin {candidate.gallery}" if len(galleries) > 1 else ""
        taken = f"{candidate.date_taken} ({candidate.age})\n{candidate.source}"
        missing = len(candidate.others_not_returned)
        if missing:
            others = "photograph" if missing == 1 else "photographs"
            taken += f"\n{missing} other {others} of this person did not come back"
        cells = [str(candidate.rank), who, candidate.expected_lookalikes.sentence, taken]
        if pictures:
            size = {"width": 12 * thumbnails.COLUMNS, "height": 24 * thumbnails.ROWS}
            stored = by_name[candidate.gallery].photo(candidate.record_id)
            picture = candidate_portrait(stored, matcher, name=candidate.record_id, **size)
            table.add_row(thumbnails.thumbnail(picture), *map(Text, cells))
        else:
            table.add_row(*map(Text, cells))
    console.print(table)
    console.print(Text("Next: two examiners compare, each alone; then independent evidence, or no lead."))
