"""`lookalike stills`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lookalike.cli.parts import as_table, json_option, load_matcher, matcher_option, progress_bar
from lookalike.errors import NoSuchFrame

if TYPE_CHECKING:
    from lookalike.media.clip import ClipFault, ClipInfo


@click.command()
@click.argument("clip")
@click.option("--every", type=click.IntRange(min=1), default=1, metavar="N", help="Look at every Nth frame only.")
@click.option("--from", "start", type=float, metavar="SECONDS", help="Begin here.")
@click.option("--to", "end", type=float, metavar="SECONDS", help="End here.")
@click.option("--save", type=int, metavar="INDEX", help="Write this frame losslessly, with where it came from.")
@click.option("--out", type=click.Path(path_type=Path), default=Path(), metavar="DIR", help="Where --save writes.")
@matcher_option
@json_option
def command(
    clip: str,
    every: int,
    start: float | None,
    end: float | None,
    save: int | None,
    out: Path,
    matcher: str | None,
    as_json: bool,
) -> None:
    """List the frames of the recorded CLIP that show a face, with time code and quality.

    It finds faces, never who they are: a person picks one frame (--save) and one face from it. Cameras and streams
    are refused.
    """
    if save is not None:
        _save(clip, save, out, as_json=as_json)
        return
    from lookalike.media.clip import probe_clip
    from lookalike.media.stills import list_stills

    info = probe_clip(clip)
    loaded = load_matcher(matcher)
    faults: list[ClipFault] = []
    rows: list[dict[str, Any]] = []

    def look(pixels: Any) -> list[dict[str, Any]]:
        faces = loaded.detect(pixels)
        found = []
        for i, face in enumerate(faces):
            quality, verdict = loaded.measure(pixels, faces, i)
            found.append(
                {
                    "face": i + 1,
                    "inter_eye_distance": round(face.inter_eye_distance, 1),
                    "sharpness": round(quality.raw("Sharpness") or 0.0, 3),
                    "fitness": verdict.fitness.value,
                }
            )
        return found

    with progress_bar() as bar:
        task = bar.add_task("frames", total=None)
        for still in list_stills(
            clip,
            look,
            start=start,
            end=end,
            every=every,
            progress=lambda done: bar.update(task, completed=done, total=max(info.frame_count, done)),
            on_fault=faults.append,
        ):
            rows.append(
                {
                    "frame": still.index,
                    "timecode": still.timecode,
                    "pts": still.pts,
                    "time_base": still.time_base,
                    "interlaced": still.interlaced,
                    "damaged": still.corrupt,
                    "faces": list(still.faces),
                }
            )
    if as_json:
        facts = {"clip": _clip(info), "stills": rows, "faults": [asdict(fault) for fault in faults]}
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    _show(info, rows, faults)


def _save(clip: str, index: int, out: Path, *, as_json: bool) -> None:
    from lookalike.media.clip import probe_clip, read_frame
    from lookalike.media.stills import write_still

    if index < 0:
        raise NoSuchFrame(f"There is no frame {index}: frames are counted from 0.", remedy="Choose from the list.")
    record = write_still(read_frame(clip, index), probe_clip(clip), out)
    if as_json:
        click.echo(json.dumps(asdict(record), indent=2))
    else:
        click.echo(f"Frame {record.frame_index} at {record.timecode} of {record.clip} written to {out / record.file}.")
        click.echo(f"SHA-256 of the clip {record.clip_sha256}")
        click.echo(f"SHA-256 of the still {record.file_sha256}")


def _clip(info: ClipInfo) -> dict[str, Any]:
    return {key: value if isinstance(value, int | float | str) else str(value) for key, value in asdict(info).items()}


def _show(info: ClipInfo, rows: list[dict[str, Any]], faults: list[ClipFault]) -> None:
    from rich.console import Console

    rate = f", about {float(info.average_rate):.3g} frames a second" if info.average_rate else ""
    kind = ("variable rate, " if info.variable_rate else "") + ("interlaced, " if info.interlaced else "")
    click.echo(f"{info.name}: {kind}{info.codec} in {info.container}, {info.width} × {info.height}{rate}")
    click.echo(f"SHA-256 {info.sha256}")
    for fault in faults:
        click.echo(f"At second {fault.seconds:.1f}: {fault.reason}")
    if not rows:
        click.echo("No frame of this clip shows a face.")
        return
    table = as_table(["frame", "time code", "face", "eyes, pixels", "sharpness", "quality"])
    for row in rows:
        for face in row["faces"]:
            damaged = " (frame damaged)" if row["damaged"] else ""
            table.add_row(
                str(row["frame"]),
                row["timecode"],
                f"{face['face']} of {len(row['faces'])}",
                f"{face['inter_eye_distance']:.0f}",
                f"{face['sharpness']:.2f}",
                face["fitness"] + damaged,
            )
    Console().print(table)
    click.echo("Pick one with --save FRAME, then search the still it writes.")
