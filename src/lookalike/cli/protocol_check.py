"""`lookalike protocol check`, `diff` and `lint`."""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import json_option
from lookalike.errors import BadAcceptance, BadFacts, Refused

if TYPE_CHECKING:
    from lookalike.protocol.pack import Pack
    from lookalike.protocol.policy import Acceptance


@click.command()
@click.argument("facts", type=click.Path(path_type=Path))
@click.option("--pack", "packs", multiple=True, metavar="PACK", help="Layer this pack; several are layered together.")
@click.option("--ban", "bans", multiple=True, metavar="PACK", help="Layer of this ban that nobody searches for it.")
@click.option("--accept", multiple=True, metavar="ENTRY", help="Accept an entry that nobody has confirmed, by its id.")
@click.option("--by", default="", metavar="NAME", help="Who accepts.")
@click.option("--reason", default="", metavar="TEXT", help="Why.")
@json_option
def check(
    facts: Path,
    packs: tuple[str, ...],
    bans: tuple[str, ...],
    accept: tuple[str, ...],
    by: str,
    reason: str,
    as_json: bool,
) -> None:
    """Decide on the act in FACTS, a JSON file: {"act": "request", "facts": {...}}. What it does not say is not known.

    Without --pack the default, detroit-2024, is layered over the house's own rules. Exit status: 0 allowed, 3 refused.
    """
    from lookalike.protocol.answer import decision_page
    from lookalike.protocol.decide import decide
    from lookalike.protocol.facts.reading import read_facts
    from lookalike.protocol.layering import layered
    from lookalike.protocol.needs import what_would_it_take
    from lookalike.protocol.pack import DEFAULT, load
    from lookalike.protocol.plain import as_plain

    loaded, forbidding = ([load(name) for name in names] for names in (packs or (DEFAULT,), bans))
    policy = layered(loaded, _acceptances((*loaded, *forbidding), accept, by, reason), bans=forbidding)
    try:
        given = read_facts(facts.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise BadFacts(f"{facts} cannot be read: {why}.", remedy="Name a JSON file of facts.") from error
    decision = decide(given, policy)
    needs = what_would_it_take(decision, given)
    if as_json:
        click.echo(json.dumps({"decision": as_plain(decision), "needs": as_plain(needs)}, indent=2))
    else:
        click.echo(decision_page(decision, policy, needs), nl=False)
    if not decision.allowed:
        sys.exit(Refused.exit_status)


@click.command()
@click.argument("old")
@click.argument("new")
@json_option
def diff(old: str, new: str, as_json: bool) -> None:
    """Say in sentences what a change from pack OLD to pack NEW forbids and allows."""
    from lookalike.protocol.diff import Turn, differences
    from lookalike.protocol.pack import load
    from lookalike.protocol.plain import as_plain

    before, after = load(old), load(new)
    changes = differences(before, after)
    if as_json:
        click.echo(json.dumps([as_plain(change) for change in changes], indent=2))
        return
    heads = {
        Turn.FORBIDS: f"{after.id} forbids what {before.id} allows:",
        Turn.ALLOWS: f"{after.id} allows what {before.id} forbids:",
        Turn.CHANGES: "Neither stricter nor looser, or not to be said:",
    }
    for turn, head in heads.items():
        told = [change for change in changes if change.turn is turn]
        if told:
            click.echo(head)
            for change in told:
                click.echo(f"  - {change.sentence}" + (f" ({change.rule})" if change.rule else ""))
    if not changes:
        click.echo(f"{before.id} and {after.id} allow and forbid the same.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Hold its days to DATE instead of today.")
@json_option
def lint(file: Path, on: datetime.datetime | None, as_json: bool) -> None:
    """Find what is wrong with a pack, all of it at once. Exit status: 0 no error, 2 an error."""
    from lookalike.protocol.lint import Weight, lint
    from lookalike.protocol.pack import load_bytes
    from lookalike.protocol.plain import as_plain

    data, name = load_bytes(file)
    today = on or datetime.datetime.now().astimezone()
    remarks = lint(data, name, today=today.date())
    errors = sum(remark.weight is Weight.ERROR for remark in remarks)
    if as_json:
        click.echo(json.dumps([as_plain(remark) for remark in remarks], indent=2))
    else:
        for remark in remarks:
            click.echo(f"{remark.weight}  {remark.where}: {remark.sentence}")
        click.echo(f"{name}: errors {errors}, warnings {len(remarks) - errors}.")
    if errors:
        sys.exit(2)


def _acceptances(packs: tuple[Pack, ...], ids: tuple[str, ...], by: str, reason: str) -> tuple[Acceptance, ...]:
    """An acceptance of each entry named, as it stands in these packs. Raises BadAcceptance."""
    from lookalike.protocol.policy import Acceptance

    entries = {entry.id: entry for pack in packs for entry in pack.entries}
    today = datetime.datetime.now().astimezone().date()
    for entry_id in ids:
        if entry_id not in entries:
            raise BadAcceptance(f"{entry_id} is in none of these packs.", remedy="Name an entry by its whole id.")
    return tuple(
        Acceptance(entry_id=entry_id, entry_sha256=entries[entry_id].sha256, by=by, on=today, reason=reason)
        for entry_id in ids
    )
