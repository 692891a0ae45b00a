"""`lookalike enrol`."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import click

from lookalike.cli.parts import (
    cores,
    json_option,
    key_folder,
    load_matcher,
    matcher_option,
    may_write,
    progress_bar,
    write_output,
)
from lookalike.cli.settings import resolve
from lookalike.errors import BadInput, BadManifest, BadSetting


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--manifest", type=click.Path(path_type=Path), required=True, metavar="CSV", help="What each photograph is."
)
@click.option("--gallery", type=click.Path(path_type=Path), metavar="DIR", help="The gallery; made when absent.")
@click.option("--rejects", type=click.Path(path_type=Path), metavar="FILE", help="Where to list what was not enrolled.")
@click.option("--threads", type=int, metavar="N", help="Photographs in work at once; 0 takes every core.")
@matcher_option
@json_option
def command(
    folder: Path,
    manifest: Path,
    gallery: Path | None,
    rejects: Path | None,
    threads: int | None,
    matcher: str | None,
    as_json: bool,
) -> None:
    """Enrol the booking photographs in FOLDER into a gallery.

    The CSV has the columns id, person_id, file, date_taken, source, status; any other column is kept as a label. Run
    it again after an interruption: what is enrolled is skipped, what has changed is updated. Photographs that cannot
    be enrolled are listed in rejects.csv with the reason and do not stop the run.
    """
    from lookalike.gallery.enrol import Progress, enrol, rejects_csv
    from lookalike.gallery.gallery import Gallery

    if not folder.is_dir():
        raise BadInput(f"{folder} is not a folder.", remedy="Name the folder that holds the photographs.")
    target = resolve("gallery", gallery)
    if target is None:
        raise BadSetting("No gallery was named.", remedy="Name one with --gallery DIR.")
    if not manifest.is_file():
        raise BadManifest(f"There is no manifest {manifest}.", remedy="Check the path.")
    may_write([rejects], force=False, inputs=[manifest])
    side_by_side = cores(threads)
    loaded = load_matcher(matcher, threads=side_by_side)
    now = datetime.datetime.now().astimezone().isoformat(timespec="seconds")
    with Gallery.create(target, loaded.identity, key_folder()) as opened, progress_bar("{task.fields[note]}") as bar:
        task = bar.add_task("enrolling", total=None, note="")

        def on_progress(at: Progress) -> None:
            note = f"{at.rejected} rejected" if at.rejected else ""
            bar.update(task, completed=at.done, total=at.total, note=note)

        result = enrol(folder, manifest, opened, loaded, now=now, threads=side_by_side, on_progress=on_progress)
    listed = rejects or target / "rejects.csv"
    if result.rejects or listed.exists():
        write_output(listed, rejects_csv(result.rejects).encode())
    if as_json:
        facts = {
            "enrolled": result.enrolled,
            "already": result.already,
            "changed": result.changed,
            "rejected": len(result.rejects),
            "snapshot": result.snapshot,
        }
        click.echo(json.dumps(facts, indent=2))
        return
    click.echo(
        f"Enrolled {result.enrolled:,}; {result.already:,} were there already, {result.changed:,} of them updated; "
        f"{len(result.rejects):,} rejected."
    )
    if result.rejects:
        click.echo(f"Rejects and their reasons: {listed}")
    click.echo(f"Snapshot {result.snapshot}")
