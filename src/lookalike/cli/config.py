"""`lookalike config`."""

from __future__ import annotations

import json

import click

from lookalike.cli.settings import SETTINGS, explain, home


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Show every setting, its value and where the value comes from.

    An option comes first, then the LOOKALIKE_* variable, then $LOOKALIKE_HOME/lookalike.toml, then the default.
    """
    found = [explain(name) for name in SETTINGS]
    if as_json:
        rows = {r.setting.name: {"value": None if r.value is None else str(r.value), "origin": r.origin} for r in found}
        click.echo(json.dumps({"home": str(home()), "settings": rows}, indent=2))
        return
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("setting", "value", "from", "variable", "meaning"):
        table.add_column(column, overflow="fold")
    for r in found:
        shown = "" if r.value is None else str(r.value)
        table.add_row(r.setting.name, shown, r.origin, r.setting.variable, r.setting.help)
    Console().print(f"home: {home()}", table, sep="\n", markup=False)
