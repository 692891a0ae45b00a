"""`lookalike search`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import (
    gallery_option,
    json_option,
    load_matcher,
    matcher_option,
    may_write,
    open_gallery,
    write_output,
)
from lookalike.cli.settings import resolve

if TYPE_CHECKING:
    from lookalike.face.matcher import Matcher
    from lookalike.gallery.gallery import Gallery
    from lookalike.record.search import Search


@click.command()
@click.argument("probe", type=click.Path(path_type=Path))
@gallery_option
@click.option("--face", type=int, metavar="N", help="Which face, counted from left to right from 1.")
@click.option("--edit", "edits", multiple=True, metavar="EDIT", help="An edit, e.g. crop=10,20,200,240; repeatable.")
@click.option("-k", "--candidates", type=int, metavar="N", help="Length of the list, 2 to 50.")
@click.option("--pdf", type=click.Path(path_type=Path), metavar="FILE", help="Write the search record as PDF.")
@click.option("--record", type=click.Path(path_type=Path), metavar="FILE", help="Write the search record as JSON.")
@click.option("--force", is_flag=True, help="Overwrite the files named with --pdf and --record.")
@matcher_option
@json_option
def command(
    probe: Path,
    gallery: Path | None,
    face: int | None,
    edits: tuple[str, ...],
    candidates: int | None,
    pdf: Path | None,
    record: Path | None,
    force: bool,
    matcher: str | None,
    as_json: bool,
) -> None:
    """Search the face in photograph PROBE in a gallery.

    What comes back is a list of lookalikes, each with the number of strangers who would look as much alike. It is a
    lead at most, and never an identification. A face that is unfit for comparison is refused.
    """
    from lookalike.media.edits import parse_edit
    from lookalike.media.photo import read_photo_file
    from lookalike.record.document import to_pdf
    from lookalike.record.search import prepare_probe, search

    may_write([pdf, record], force=force)
    chain = [parse_edit(text) for text in edits]
    count = resolve("candidates", candidates)
    photo = read_photo_file(probe)
    with open_gallery(gallery) as opened:
        loaded = load_matcher(matcher or str(opened.matcher["pack"]))
        prepared = prepare_probe(photo, loaded, edits=chain, face=face)
        now = datetime.datetime.now().astimezone()
        found = search(prepared, opened, loaded, count=count, now=now)
        text = found.record.to_json()
        if record:
            write_output(record, (text + "\n").encode())
        if pdf:
            write_output(pdf, to_pdf(found, opened, loaded))
        if as_json:
            click.echo(text)
        else:
            show(found, opened, loaded)
    for path in (record, pdf):
        if path:
            click.echo(f"Search record written to {path}.", err=True)


def show(found: Search, gallery: Gallery, matcher: Matcher) -> None:
    """Print the list as a page."""
    from rich.console import Console, Group
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    from lookalike.cli import thumbnails
    from lookalike.media.photo import read_photo
    from lookalike.record.pictures import portrait

    record, console = found.record, Console()
    console.print(Panel(Text(record.statement), border_style="red", title="Lead only", title_align="left"))
    poor = Text(f"Image quality: {record.probe.fitness}.")
    for reason in record.probe.reasons:
        poor.append(f"\n  {reason}")
    gallery_line = Text(
        f"Searched: {record.gallery.records:,} photographs of {record.gallery.persons:,} people in "
        f"{record.gallery.name}, snapshot {record.gallery.snapshot[:16]}…"
    )
    console.print(Group(poor, gallery_line), "")
    pictures = thumbnails.wanted()
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 1, 0))
    for column in [*(["picture"] if pictures else []), "", "record", "what the likeness is worth", "photograph"]:
        table.add_column(column, overflow="fold")
    for candidate in record.candidates:
        who = f"{candidate.record_id}\nperson {candidate.person_id}"
        taken = f"{candidate.date_taken} ({candidate.age})\n{candidate.source}"
        missing = len(candidate.others_not_returned)
        if missing:
            others = "photograph" if missing == 1 else "photographs"
            taken += f"\n{missing} other {others} of this person did not come back"
        cells = [str(candidate.rank), who, candidate.expected_lookalikes.sentence, taken]
        if pictures:
            photo = read_photo(gallery.photo(candidate.record_id), name=candidate.record_id)
            face = max(matcher.detect(photo.pixels), key=lambda one: one.area, default=None)
            size = {"width": 12 * thumbnails.COLUMNS, "height": 24 * thumbnails.ROWS}
            table.add_row(thumbnails.thumbnail(portrait(photo.pixels, face, **size)), *map(Text, cells))
        else:
            table.add_row(*map(Text, cells))
    console.print(table)
    console.print(Text("Next: two examiners compare, each alone; then independent evidence, or no lead."))
