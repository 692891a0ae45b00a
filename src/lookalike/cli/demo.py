"""`lookalike demo`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import cores, load_matcher, progress_bar, write_output
from lookalike.errors import OutputFailed

if TYPE_CHECKING:
    from rich.console import Console

    from lookalike.demo.story import Chapter


@click.command()
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-output"),
    show_default=True,
    help="Where the gallery and the search record go.",
)
@click.option("--threads", type=int, metavar="N", help="Photographs in work at once; 0 takes every core.")
def command(output: Path, threads: int | None) -> None:
    """Play the 2018 case on the terminal, with invented people.

    Builds a gallery, tries the dark still, searches a better one, and writes the search record. Run again, it goes on
    where it was.
    """
    from rich.console import Console
    from rich.markup import escape

    from lookalike.cli.search import show
    from lookalike.demo import story
    from lookalike.gallery.enrol import Progress
    from lookalike.gallery.gallery import Gallery
    from lookalike.record.document import to_pdf

    console = Console(highlight=False)
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputFailed(
            f"{output} could not be made: {error.strerror}.", remedy="Choose another folder with --output."
        ) from error
    now = datetime.datetime.now().astimezone()
    side_by_side = cores(threads)
    console.print(f"\n[bold]October 2018: five watches[/bold]\n{story.OPENING}\n")
    matcher = load_matcher("sface", threads=side_by_side)
    with progress_bar() as bar:
        task = bar.add_task("enrolling invented people", total=None)

        def on_progress(at: Progress) -> None:
            bar.update(task, completed=at.done, total=at.total)

        result = story.build_gallery(
            output / "gallery", output / "keys", matcher, now=now, threads=side_by_side, on_progress=on_progress
        )
    with Gallery(output / "gallery", output / "keys") as gallery:
        counts = gallery.counts()
        kept = sum(counts.values())
        console.print(f"A gallery of {kept} booking photographs of invented people, snapshot {result.snapshot[:16]}…\n")

        _tell(console, 1, story.FIRST)
        refusal = story.the_dark_still(matcher)
        console.print(f"  [bold]Refused:[/bold] {escape(refusal.what)}")
        console.print(f"  Why: {escape(refusal.why)}\n  What to do: {escape(refusal.remedy)}\n")

        _tell(console, 2, story.SECOND)
        found = story.the_better_still(gallery, matcher, now=now, count=6)
        show(found, [gallery], matcher)
        pdf, record = output / "search-record.pdf", output / "search-record.json"
        write_output(record, (found.record.to_json() + "\n").encode())
        write_output(pdf, to_pdf(found, [gallery], matcher))

    console.print()
    _tell(console, 3, story.THIRD)
    console.print(f"The search record: {pdf}\nThe same as data:  {record}", soft_wrap=True)
    console.print(
        f"Search for yourself: LOOKALIKE_KEYS={output / 'keys'} lookalike search {_near(story.BETTER_STILL)} "
        f"--gallery {output / 'gallery'}\n",
        soft_wrap=True,
    )


def _near(path: Path) -> Path:
    """The path as seen from here, where that is shorter."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _tell(console: Console, number: int, chapter: Chapter) -> None:
    console.rule(f"[bold]{number}. {chapter.title}", align="left")
    console.print(f"[dim]Then:[/dim] {chapter.then}\n[dim]Now:[/dim]  {chapter.now}\n")
