"""`lookalike matcher`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from lookalike.cli.parts import as_table, find_pack, json_option, pack_folders
from lookalike.cli.settings import home
from lookalike.errors import BrokenPack, OutputExists


@click.group()
def command() -> None:
    """Matcher packs: the networks, and everything measured about them."""


@command.command("list")
@json_option
def list_packs(as_json: bool) -> None:
    """List the installed packs."""
    from rich.console import Console

    from lookalike.face.pack import BUILT_IN, read_pack

    packs = []
    for folder in pack_folders().values():
        try:
            packs.append(read_pack(folder))
        except BrokenPack as error:  # one broken pack must not hide the others
            click.echo(f"{folder.name}: {error}", err=True)
    if as_json:
        rows = [{"name": p.name, "version": p.version, "title": p.title} for p in packs]
        click.echo(json.dumps(rows, indent=2))
        return
    table = as_table(["name", "version", "dimensions", "origin", "title"])
    for p in packs:
        origin = "built in" if p.folder.parent == BUILT_IN else "added"
        table.add_row(p.name, p.version, str(p.embedder.dimensions), origin, p.title)
    Console().print(table)


@command.command()
@click.argument("name")
def show(name: str) -> None:
    """Print a pack's manifest: files, licences, training data, input, floors and measurements."""
    from lookalike.face.pack import MANIFEST

    pack = find_pack(name)
    click.echo((pack.folder / MANIFEST).read_text(encoding="utf-8"), nl=False)


@command.command()
@click.argument("name")
def verify(name: str) -> None:
    """Hold every file of a pack to its SHA-256, load it, and say what would run it."""
    from lookalike.cli.parts import load_matcher

    matcher = load_matcher(name)
    for role, sha256 in matcher.identity.files.items():
        file = matcher.pack.files.get(role)  # the settings are no file
        click.echo(f"{role}: {sha256}  {file.licence if file else ''}".rstrip())
    click.echo(f"{matcher.identity.id} is whole. It runs on {matcher.identity.runtime}.")


@command.command()
@click.argument("path", type=click.Path(path_type=Path))
def add(path: Path) -> None:
    """Add the pack in folder PATH, after holding its files to their hashes."""
    from lookalike.face.pack import BUILT_IN, MANIFEST, read_pack, verify_pack

    pack = read_pack(path)
    verify_pack(pack)
    target = home() / "matchers" / pack.name
    if target.exists() or (BUILT_IN / pack.name).exists():
        raise OutputExists(
            f"A matcher pack {pack.name} is installed already.",
            why="Galleries are bound to the pack they were enrolled with.",
            remedy="Give the new one another name in its manifest.",
        )
    part = target.with_name(f".{pack.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    shutil.copy2(path / MANIFEST, part / MANIFEST)
    for role, file in pack.files.items():
        if file.path.is_relative_to(path):
            relative = file.path.relative_to(path)
            (part / relative).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(file.path, part / relative)
        elif not file.path.is_file():
            raise BrokenPack(f"The {role} {file.path} is not there.", remedy="Copy it into the pack.")
    verify_pack(read_pack(part))
    part.rename(target)
    click.echo(f"Added {pack.id}. Use it with --matcher {pack.name}.")
