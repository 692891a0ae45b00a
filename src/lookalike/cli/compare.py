"""`lookalike compare`."""

from __future__ import annotations

import contextlib
import datetime
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lookalike.cli.parts import (
    gallery_option,
    json_option,
    load_matcher,
    matcher_for,
    matcher_option,
    open_gallery,
)
from lookalike.cli.settings import resolve


@click.command()
@click.argument("a", type=click.Path(path_type=Path))
@click.argument("b", type=click.Path(path_type=Path))
@click.option("--face-a", type=int, metavar="N", help="Which face of A, counted from left to right from 1.")
@click.option("--face-b", type=int, metavar="N", help="Which face of B.")
@gallery_option
@matcher_option
@json_option
def command(
    a: Path,
    b: Path,
    face_a: int | None,
    face_b: int | None,
    gallery: Path | None,
    matcher: str | None,
    as_json: bool,
) -> None:
    """Compare the face in photograph A with the one in B.

    What the likeness is worth is said against the strangers of a gallery: how many of them would look at least this
    much like A. Without a gallery it cannot be said, and only the bare comparison is printed.
    """
    from lookalike.face.quality import Fitness
    from lookalike.face.template import compare
    from lookalike.media.photo import read_photo_file
    from lookalike.record.search import prepare_probe, worth_of
    from lookalike.record.validity import ratio_of, validity

    with contextlib.ExitStack() as stack:
        opened = stack.enter_context(open_gallery(gallery)) if resolve("gallery", gallery) is not None else None
        loaded = matcher_for(opened, matcher) if opened else load_matcher(matcher)
        probes = [
            prepare_probe(read_photo_file(path), loaded, face=face, option=option)
            for path, face, option in ((a, face_a, "--face-a"), (b, face_b, "--face-b"))
        ]
        one, other = (probe.capture.template for probe in probes)
        assert one is not None
        assert other is not None
        comparison = compare(one, other)
        facts: dict[str, Any] = {
            "photographs": [
                {
                    "name": probe.photo.name,
                    "sha256": probe.photo.sha256,
                    "fitness": probe.capture.verdict.fitness.value,
                    "reasons": list(probe.capture.verdict.reasons),
                }
                for probe in probes
            ],
            "score": {
                "value": comparison.score,
                "dot": comparison.dot,
                "norm_a": comparison.norm_a,
                "norm_b": comparison.norm_b,
            },
            "matcher": loaded.identity.id,
            "runtime": loaded.identity.runtime,
        }
        if opened:
            expected, persons, snapshot = worth_of(comparison.score, one, opened, loaded)
            facts["expected_lookalikes"] = asdict(expected) | {"persons": persons, "snapshot": snapshot}
            # of two qualities the poorer one says how far a comparison can be relied on
            poorer = max((probe.capture.verdict.fitness for probe in probes), key=list(Fitness).index)
            relied_on = validity(opened, loaded, poorer.value, datetime.date.today())
            log10, words = ratio_of(comparison.score, relied_on)
            facts["likelihood_ratio"] = {"log10": log10, "sentence": words, "validation": relied_on.id}
    if as_json:
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    for photo in facts["photographs"]:
        click.echo(f"{photo['name']}: {photo['fitness']}.")
        for reason in photo["reasons"]:
            click.echo(f"  {reason}")
    if "expected_lookalikes" in facts:
        click.echo(facts["expected_lookalikes"]["sentence"])
        click.echo(facts["likelihood_ratio"]["sentence"])
        if facts["likelihood_ratio"]["log10"] is not None:
            click.echo("It holds only for two photographs that were not brought together by a search for likeness.")
    else:
        click.echo(
            "What this likeness is worth cannot be said without strangers to compare with: name a gallery with "
            "--gallery. The bare comparison is in --json."
        )
    click.echo("A likeness is not an identification, however great.")
