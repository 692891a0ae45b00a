"""`lookalike inspect`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lookalike.cli.parts import as_table, json_option, load_matcher, matcher_option, may_write, write_output


@click.command()
@click.argument("photo", type=click.Path(path_type=Path))
@click.option("--edit", "edits", multiple=True, metavar="EDIT", help="An edit, e.g. gamma=1.4; repeatable.")
@click.option("--picture", type=click.Path(path_type=Path), metavar="FILE", help="Write a PNG with the faces numbered.")
@click.option("--force", is_flag=True, help="Overwrite the file named with --picture.")
@matcher_option
@json_option
def command(
    photo: Path, edits: tuple[str, ...], picture: Path | None, force: bool, matcher: str | None, as_json: bool
) -> None:
    """Show what PHOTO is, the faces on it as --face counts them, and how fit each is to be compared.

    No face is templated and nothing is searched.
    """
    from lookalike.media.edits import apply, describe, parse_edit
    from lookalike.media.photo import encode_png, read_photo_file
    from lookalike.record.pictures import numbered
    from lookalike.record.search import quality_rows

    may_write([picture], force=force, inputs=[photo])
    chain = [parse_edit(text) for text in edits]
    opened = read_photo_file(photo)
    pixels = apply(opened.pixels, chain)
    loaded = load_matcher(matcher)
    faces = loaded.detect(pixels)
    rows: list[dict[str, Any]] = []
    for i, face in enumerate(faces):
        quality, verdict = loaded.measure(pixels, faces, i)
        rows.append(
            {
                "face": i + 1,
                "box": [round(v, 1) for v in face.box],
                "inter_eye_distance": round(face.inter_eye_distance, 1),
                "fitness": verdict.fitness.value,
                "reasons": list(verdict.reasons),
                "quality": quality_rows(quality),
            }
        )
    if picture:
        write_output(picture, encode_png(numbered(pixels, faces)))
    facts = {
        "name": opened.name,
        "sha256": opened.sha256,
        "format": opened.format,
        "width": opened.width,
        "height": opened.height,
        "conversions": opened.conversions,
        "metadata": asdict(opened.metadata),
        "edits": describe(chain),
        "faces": rows,
    }
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _show(facts)
    if picture:
        click.echo(f"Faces numbered in {picture}.", err=True)


def _show(facts: dict[str, Any]) -> None:
    from rich.console import Console

    click.echo(f"{facts['name']}: {facts['format']}, {facts['width']} × {facts['height']} pixels")
    click.echo(f"SHA-256 {facts['sha256']}")
    for name, value in facts["metadata"].items():
        if value and name != "orientation":
            click.echo(f"{name.replace('_', ' ')}: {value}")
    for words in [*facts["conversions"], *facts["edits"]]:
        click.echo(f"- {words}")
    if not facts["faces"]:
        click.echo("No face found.")
    for row in facts["faces"]:
        click.echo("")
        apart, fitness = row["inter_eye_distance"], row["fitness"].capitalize()
        click.echo(f"Face {row['face']}: {apart:.0f} pixels between the eyes. {fitness}.")
        for reason in row["reasons"]:
            click.echo(f"  {reason}")
        table = as_table(["measure (ISO/IEC 29794-5)", "raw", "unit", "0 to 100"])
        for m in row["quality"]:
            table.add_row(m["measure"], f"{m['raw']:.2f}", m["unit"], "" if m["value"] is None else str(m["value"]))
        Console().print(table)
    if facts["faces"]:
        click.echo(
            "\nWhat the matcher itself makes of a face (EmbeddingNorm) is measured only when the face is searched."
        )
