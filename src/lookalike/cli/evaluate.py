"""`lookalike evaluate`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import (
    cores,
    gallery_option,
    matcher_for,
    matcher_option,
    open_gallery,
    progress_bar,
    signing_files,
    write_output,
)
from lookalike.errors import BadInput

if TYPE_CHECKING:
    from rich.progress import TaskID

    from lookalike.signing import Signer


@click.command()
@click.argument("manifest", type=click.Path(path_type=Path))
@gallery_option
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), required=True, metavar="REPORT", help="The report's folder."
)
@click.option(
    "--centre", is_flag=True, help="Of several faces, take the one nearest the middle; else such images are left out."
)
@click.option("--seed", type=click.IntRange(min=0), default=1, show_default=True, help="Of everything that is drawn.")
@click.option("--agency", default="", metavar="NAME", help="Who signs the summary, when a key is first made.")
@click.option("--threads", type=int, metavar="N", help="Images in work at once; 0 takes every core.")
@click.option("--replace", is_flag=True, help="Put the report in the place of an earlier one.")
@matcher_option
def command(
    manifest: Path,
    gallery: Path | None,
    output: Path,
    centre: bool,
    seed: int,
    agency: str,
    threads: int | None,
    replace: bool,
    matcher: str | None,
) -> None:
    """Measure how often searches of a gallery are wrong, and for whom.

    MANIFEST is a CSV with one image a line: file and person_id, and cohort, capture and face where they are known.
    Files lie beside it. Every image is searched, with its own person in the gallery and without. REPORT holds a page
    (report.html), all numbers (report.json), the figures, a signed summary (summary.pdf), quality floors (floors.toml),
    and what `lookalike gallery validate` accepts. People who look like one are listed beside it, in REPORT-doubts.csv.

    Run it again after an interruption: it goes on where it stopped.
    """
    from lookalike.evaluation.evaluate import evaluate
    from lookalike.evaluation.report import doubts_csv, may_write_report, publish
    from lookalike.gallery.segments import destroy

    may_write_report(output, replace=replace)
    signer = _signer(agency, now := datetime.datetime.now().astimezone())
    side_by_side = cores(threads)
    work = output.resolve().with_name(f".{output.name}.work")
    with open_gallery(gallery) as opened, progress_bar() as bar:
        loaded = matcher_for(opened, matcher, threads=side_by_side)
        tasks: dict[str, TaskID] = {}

        def on_progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = bar.add_task(step, total=total)
            bar.update(tasks[step], completed=done, total=total)

        if work.exists():
            click.echo(f"Going on from {work}; it holds templates: remove it if you give up.", err=True)
        found = evaluate(
            manifest,
            opened,
            loaded,
            work / "workbook.sqlite",
            centre=centre,
            seed=seed,
            threads=side_by_side,
            now=now,
            on_progress=on_progress,
        )
    for line in found.evaluation.headline:
        click.echo(line)
    publish(found, output, signer=signer, now=now, replace=replace)
    for left in work.iterdir():  # templates of people's faces
        destroy(left)
    work.rmdir()
    click.echo(f"Report written to {output}: begin with {output / 'report.html'}.")
    click.echo(f"Signed by {signer.name}, certificate {signer.fingerprint}.")
    if found.doubts:
        doubts = output.resolve().with_name(f"{output.name}-doubts.csv")
        write_output(doubts, doubts_csv(found.doubts).encode(), mode=0o600)
        click.echo(f"{len(found.doubts)} pairs of people look like one; look at them again: {doubts}")
    click.echo(f"To rely on it: lookalike gallery validate DIR {output} --by NAME --until DATE")


def _signer(agency: str, now: datetime.datetime) -> Signer:
    """The agency's key under the home folder, made when it is first needed."""
    from lookalike.signing import load_signer, make_signer

    key, certificate = signing_files()
    if key.exists() or certificate.exists():
        signer = load_signer(key, certificate)
        if agency and agency != signer.name:
            raise BadInput(
                f"The signing key here is that of {signer.name}, not of {agency}.",
                remedy=f"Leave --agency out, or use another LOOKALIKE_HOME: the key stands in {key.parent}.",
            )
        return signer
    if not agency:
        raise BadInput(
            "Nobody is named who signs the report.",
            why="There is no signing key yet; it is made once, in the agency's name.",
            remedy="Say --agency NAME.",
        )
    key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return make_signer(key, certificate, name=agency, now=now)
