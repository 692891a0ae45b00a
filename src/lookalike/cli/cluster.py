"""`lookalike cluster`."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import as_table, json_option, key_folder
from lookalike.errors import BadCluster, IncompleteSearch

if TYPE_CHECKING:
    from lookalike.gallery.cluster import ReplicaStatus

file_argument = click.argument("file", metavar="CLUSTERFILE", type=click.Path(path_type=Path))
limit_option = click.option("--limit", type=float, default=600.0, show_default=True, help="Seconds to wait for shards.")


@click.group()
def command() -> None:
    """Search several machines as one gallery: every shard answers, or nothing does.

    Start Ray on each node first, and name the node:
    ray start --disable-usage-stats --address HEAD:6379 --resources '{"NODE": 1}'
    """


@command.command()
@file_argument
@limit_option
def start(file: Path, limit: float) -> None:
    """Start what is not running, wait until every shard is loaded, and finish erasures that a node has missed."""
    from lookalike.gallery.cluster import ClusterGallery

    gallery = ClusterGallery(file)
    gallery.start(limit=limit)
    _show(gallery.status())
    if finished := gallery.finish_pending():
        click.echo(f"Erasures finished on every replica: {finished}.")
    click.echo(f"snapshot {gallery.snapshot().id}")


@command.command()
@file_argument
@json_option
def status(file: Path, as_json: bool) -> None:
    """Say of every replica whether a search would take its answer; exit status 3 when a shard has none that would."""
    from lookalike.gallery.cluster import ClusterGallery

    gallery = ClusterGallery(file)
    lines = gallery.status()
    if as_json:
        click.echo(json.dumps([_row(line) for line in lines], indent=2))
    else:
        _show(lines)
    good = {line.replica.shard for line in lines if not line.trouble}
    missing = [shard.name for shard in gallery.cluster.shards if shard.name not in good]
    if missing:
        raise IncompleteSearch(
            f"No replica of {', '.join(missing)} can be searched.",
            why="A part of a gallery is not an answer.",
            remedy="Bring its nodes back, then `lookalike cluster start`.",
        )


@command.command("add-shard")
@file_argument
@click.argument("name")
@click.option(
    "--replica",
    "replicas",
    multiple=True,
    required=True,
    metavar="NODE=DIR",
    help="A gallery's folder on a node's own disk; repeat it for further copies on other nodes.",
)
@click.option(
    "--persons", required=True, metavar="FIRST-LAST", help="The buckets of people that the shard has, of 0 to 1023."
)
@click.option("--keys", type=click.Path(path_type=Path), metavar="DIR", help="The folder of master keys on the nodes.")
@click.option("--address", default="auto", help="The Ray cluster, for a new cluster file.")
@limit_option
def add_shard(
    file: Path, name: str, replicas: tuple[str, ...], persons: str, keys: Path | None, address: str, limit: float
) -> None:
    """Start the shard NAME and write it into CLUSTERFILE, which is made when it is not there.

    All records of a person lie in one shard: that of the first ten bits of the SHA-256 of the person's id.
    """
    from lookalike.gallery.cluster import add_shard as add
    from lookalike.gallery.shards import Replica, Shard

    folder = str(keys or key_folder())
    try:
        first, last = (int(text) for text in persons.split("-"))
        pairs = [(node, directory) for node, directory in (text.split("=", 1) for text in replicas)]
    except ValueError as error:
        raise BadCluster(
            f"{persons} and {', '.join(replicas)} do not say where the shard is: {error}.",
            remedy="Write --persons 0-511 and --replica NODE=/srv/gallery.",
        ) from error
    copies = tuple(Replica(name, node, directory, folder) for node, directory in pairs)
    add(file, Shard(name, (first, last), copies), address=address, limit=limit)
    click.echo(f"Shard {name} with buckets {first} to {last} is in {file}.")


def _row(line: ReplicaStatus) -> dict[str, object]:
    state = line.state
    return {
        **asdict(line.replica),
        "records": state.records if state else None,
        "persons": state.persons if state else None,
        "snapshot": state.snapshot if state else None,
        "trouble": line.trouble,
    }


def _show(lines: list[ReplicaStatus]) -> None:
    from rich.console import Console

    table = as_table(["shard", "node", "records", "people", "snapshot", ""])
    for line in lines:
        state = line.state
        counts = [f"{state.records:,}", f"{state.persons:,}", f"{state.snapshot[:16]}…"] if state else ["", "", ""]
        table.add_row(line.replica.shard, line.replica.node, *counts, line.trouble or "answers")
    Console().print(table)
