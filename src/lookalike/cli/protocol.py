"""`lookalike protocol`: list, show, explain; the commands that judge something are in `protocol_check`."""

from __future__ import annotations

import datetime
import json

import click

from lookalike.cli.parts import as_table, json_option
from lookalike.cli.protocol_check import check, diff, lint
from lookalike.errors import NoSuchRule


@click.group()
def command() -> None:
    """The protections: packs of rules, what each asks, and what an act would need."""


for judging in (check, diff, lint):
    command.add_command(judging)


@command.command("list")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="In force on that day instead of today.")
@json_option
def list_packs(on: datetime.datetime | None, as_json: bool) -> None:
    """List the shipped packs, and whether each is in force."""
    from rich.console import Console

    from lookalike.protocol.pack import load, shipped

    packs = [load(name) for name in shipped()]
    now = datetime.datetime.now().astimezone()
    rows = [
        {
            "id": pack.id,
            "kind": pack.ref.kind,
            "in_force": pack.in_force(on.date() if on else pack.today(now)),
            "entries": len(pack.entries),
            "unconfirmed": len(pack.unconfirmed()),
            "title": pack.ref.title,
        }
        for pack in packs
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    table = as_table(["pack", "kind", "in force", "entries", "unconfirmed", "title"])
    table.columns[0].no_wrap = True
    for row in rows:
        cells = [row["id"], row["kind"], "yes" if row["in_force"] else "no", row["entries"], row["unconfirmed"]]
        table.add_row(*map(str, cells), str(row["title"]))
    Console().print(table)


@command.command()
@click.argument("pack")
@json_option
def show(pack: str, as_json: bool) -> None:
    """Print a pack as a page: what is allowed, what never, who signs, each with its citation.

    PACK is the id of a shipped pack or the path of a .toml file.
    """
    from lookalike.protocol.pack import load
    from lookalike.protocol.page import pack_page
    from lookalike.protocol.plain import as_plain

    found = load(pack)
    click.echo(json.dumps(as_plain(found), indent=2) + "\n" if as_json else pack_page(found), nl=False)


@command.command()
@click.argument("rule")
def explain(rule: str) -> None:
    """Print a rule, R01 to R25: what it asks, of which acts, its parameters, and which packs use it."""
    from lookalike.protocol.pack import load, shipped
    from lookalike.protocol.page import rule_page
    from lookalike.protocol.rules import RULES

    if rule.upper() not in RULES:
        raise NoSuchRule(f"There is no rule {rule!r}.", remedy=f"The rules are {', '.join(RULES)}.")
    packs = tuple(load(name) for name in shipped() if name != "template")
    click.echo(rule_page(RULES[rule.upper()], packs), nl=False)
