"""`lookalike gallery`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lookalike.cli.parts import as_table, json_option, open_gallery


@click.group()
def command() -> None:
    """Look at a gallery."""


@command.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@json_option
def info(directory: Path | None, as_json: bool) -> None:
    """Say what a gallery holds: records by status, people, dates, matcher, snapshot."""
    from rich.console import Console

    from lookalike.gallery.records import Status

    with open_gallery(directory) as gallery:
        counts = gallery.counts()
        active = list(gallery.records(status=Status.ACTIVE))
        taken = sorted(record.date_taken for record in active)
        sources = sorted({record.source for record in active})
        facts = {
            "gallery": str(gallery.directory),
            "matcher": f"{gallery.matcher['pack']}-{gallery.matcher['version']}",
            "snapshot": gallery.snapshot().id,
            "records": {status.value: count for status, count in counts.items()},
            "persons": len({record.person_id for record in active}),
            "oldest_photograph": taken[0] if taken else None,
            "newest_photograph": taken[-1] if taken else None,
            "sources": sources,
        }
    if as_json:
        click.echo(json.dumps(facts, indent=2))
        return
    table = as_table(["", ""])
    table.show_header = False
    searched, never = counts[Status.ACTIVE], sum(counts.values()) - counts[Status.ACTIVE]
    table.add_row("searched", f"{searched:,} photographs of {facts['persons']:,} people")
    others = ", ".join(f"{n:,} {s.value}" for s, n in counts.items() if s is not Status.ACTIVE and n)
    table.add_row("never searched", f"{never:,}" + (f" ({others})" if others else ""))
    table.add_row("photographs taken", f"{facts['oldest_photograph']} to {facts['newest_photograph']}")
    table.add_row("from", ", ".join(sources) or "nowhere yet")
    table.add_row("matcher", facts["matcher"])
    Console().print(table)
    click.echo(f"snapshot {facts['snapshot']}")
