"""`lookalike gallery`."""

from __future__ import annotations

import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import as_table, json_option, key_folder, open_gallery, signing_files
from lookalike.errors import BadInput

if TYPE_CHECKING:
    from lookalike.gallery.gallery import Gallery


@click.group()
def command() -> None:
    """Look at a gallery, erase from it, back it up and bring it back."""


def _validation(gallery: Gallery) -> dict[str, str] | None:
    held = gallery.validation(gallery.matcher["files"], datetime.date.today())
    return {"id": held.id, "accepted_by": held.accepted_by, "expires": held.expires} if held else None


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
            "validation": _validation(gallery),
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
    if counts[Status.EXPUNGED]:
        table.add_row("to be erased", "expunged records still hold photographs: `lookalike gallery erase ID`")
    if taken:
        table.add_row("photographs taken", f"{taken[0]} to {taken[-1]}")
    table.add_row("from", ", ".join(sources) or "nowhere yet")
    table.add_row("matcher", facts["matcher"])
    held: dict[str, str] | None = facts["validation"]  # type: ignore[assignment]
    table.add_row(
        "validated", f"until {held['expires']} by {held['accepted_by']}" if held else "no: `lookalike evaluate`"
    )
    Console().print(table)
    click.echo(f"snapshot {facts['snapshot']}")


@command.command()
@click.argument("record_id")
@click.option("--gallery", type=click.Path(path_type=Path), metavar="DIR", help="The gallery's folder.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def erase(record_id: str, gallery: Path | None, yes: bool, as_json: bool) -> None:
    """Erase a record: overwrite every byte of it, destroy its key, and show that it no longer comes back.

    This cannot be undone, and the id cannot be enrolled again.
    """
    from lookalike.errors import Fault
    from lookalike.gallery.erasure import erase as erase_record

    with open_gallery(gallery) as opened:
        if not yes:
            click.confirm(f"Erase record {record_id} from {opened.directory} for ever?", abort=True)
        proof = erase_record(opened, record_id, at=_now())
        erased_at = opened.was_erased(record_id)
    if proof is None:
        click.echo(f"Record {record_id} was erased on {erased_at} already.")
        return
    if as_json:
        click.echo(json.dumps(asdict(proof) | {"holds": proof.holds}, indent=2))
    else:
        click.echo(f"Record {record_id} is erased.")
        click.echo(f"  overwritten in {', '.join(proof.overwritten)}, and its photograph {proof.photograph}")
        found = f"{proof.pieces_found} of {proof.pieces_sought} pieces found"
        click.echo(f"  {proof.bytes_scanned:,} bytes read afterwards: {found}")
        came_back = "came back" if proof.came_back else "did not come back"
        click.echo(f"  searched with its own template in {proof.searched:,} records: it {came_back}")
        click.echo(f"  snapshot {proof.snapshot}")
    if not proof.holds:
        raise Fault("Traces of the record were found.", remedy="Keep the gallery as it is and report this.")


@command.command()
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--gallery", type=click.Path(path_type=Path), metavar="DIR", help="The gallery's folder.")
def backup(target: Path, gallery: Path | None) -> None:
    """Copy a gallery to the new folder TARGET, while searches and enrolment go on.

    The master key is not in it: keep the folder of keys somewhere else.
    """
    from lookalike.gallery.backup import back_up

    with open_gallery(gallery) as opened:
        count = back_up(opened, target)
        keys = opened.keys
    click.echo(f"{count:,} records copied to {target}. Without the keys in {keys} it is of no use: keep them apart.")


@command.command()
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("target", type=click.Path(path_type=Path))
def restore(source: Path, target: Path) -> None:
    """Bring the backup SOURCE back as the new gallery TARGET; whoever was erased since is erased again."""
    from lookalike.gallery.backup import restore as bring_back

    replayed = bring_back(source, target, key_folder(), at=_now())
    click.echo(f"{target} is back. {replayed:,} records that were erased since the backup were erased again.")


@command.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
def verify(directory: Path | None) -> None:
    """Read every template and every photograph of a gallery, and hold each to its checksum."""
    from lookalike.cli.parts import progress_bar
    from lookalike.gallery.search import Index

    with open_gallery(directory) as opened, progress_bar() as bar:
        index = Index(opened)
        total = sum(opened.counts().values())
        task = bar.add_task("photographs", total=total)
        for record in opened.records():
            opened.photo(record.id)
            opened.template(record.id)
            bar.advance(task)
    click.echo(f"{total:,} photographs and {len(index):,} searchable templates are whole.")


def _now() -> str:
    return datetime.datetime.now().astimezone().isoformat(timespec="seconds")


@command.command()
@click.argument("directory", type=click.Path(path_type=Path))
@click.argument("report", type=click.Path(path_type=Path))
@click.option("--by", required=True, metavar="NAME", help="Who answers for it.")
@click.option("--until", required=True, metavar="DATE", help="The last day it holds, as 2027-05-31; two years at most.")
def validate(directory: Path, report: Path, by: str, until: str) -> None:
    """Accept the evaluation in folder REPORT for the gallery: searches then rely on it, and say so.

    Without a current validation for the matcher and the image quality of a probe nobody knows how often a search is
    wrong. A likelihood ratio is told only under one.
    """
    from lookalike.gallery.validation import (
        FILE,
        NUMBERS,
        SIGNATURE,
        SUMMARY,
        Measured,
        accept,
        keep_report,
        require_report,
    )
    from lookalike.signing import load_signer, verify

    try:
        expires = datetime.date.fromisoformat(until)
    except ValueError:
        raise BadInput(f"{until!r} is not a date.", remedy="Write it as 2027-05-31.") from None
    try:
        text, signature = (report / FILE).read_text(encoding="utf-8"), (report / SIGNATURE).read_bytes()
        numbers, summary = (report / NUMBERS).read_bytes(), (report / SUMMARY).read_bytes()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{report} cannot be read: {error}.", remedy="Name a folder that `lookalike evaluate` wrote."
        ) from error
    signer = load_signer(*signing_files())
    verify(text.encode(), signature, signer.certificate)
    measured = Measured.from_json(text)
    require_report(measured, numbers)
    with open_gallery(directory) as gallery:
        kept = accept(
            gallery.directory,
            measured,
            seal=gallery.master.pseudonym,
            gallery=gallery.id,
            files=gallery.matcher["files"],
            by=by,
            expires=expires,
            now=datetime.datetime.now().astimezone(),
        )
        keep_report(gallery.directory, kept, numbers=numbers, summary=summary)
    for level in kept.measured.levels:
        state = "relied on" if level.usable else "not relied on"
        click.echo(f"{level.fitness}: {state}; {level.because}.")
    click.echo(f"Signed by {signer.name}, certificate {signer.fingerprint}.")
    click.echo(f"Accepted by {kept.accepted_by} until {kept.expires}. Validation {kept.id}")
