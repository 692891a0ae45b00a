"""`lookalike disclosure`: verify a packet, run its searches again, and where it holds what courts ask for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.parts import as_table, gallery_path, json_option, key_folder, progress_bar
from lookalike.errors import BadInput, PacketChanged, Refused

if TYPE_CHECKING:
    from lookalike.disclosure.verify import Verification

packet_argument = click.argument("packet", type=click.Path(path_type=Path))
MEMORY = 4 << 30
"""Bytes of address space in which a packet is verified: what a hostile one unpacks to ends there."""


@click.group()
def command() -> None:
    """The packet that goes to court: verify it offline, run its searches again, see where it holds what."""


@command.command()
@packet_argument
@click.option("--certificate", metavar="FINGERPRINT", help="SHA-256 of the agency's certificate, as it is made public.")
@click.option(
    "--ledger-key", "keys", metavar="KEY", multiple=True, help="The ledger's public key, or a file; a witness' too."
)
@json_option
def verify(packet: Path, certificate: str | None, keys: tuple[str, ...], as_json: bool) -> None:
    """Verify PACKET with nothing but itself: container, signature, every file, records, ledger proofs, checklists.

    Ends with status 3 when something is not as it should be. Without --certificate and --ledger-key it is told whose
    keys were found, and not whose they are.
    """
    from lookalike.cli.ledger import public_key
    from lookalike.disclosure.verify import verify as verified

    if not packet.is_file():
        raise BadInput(f"There is no packet {packet}.", remedy="Check its name.")
    _limit_memory()
    with progress_bar() as bar:
        task = bar.add_task("verifying", total=None)
        found = verified(
            packet,
            certificate=certificate,
            ledger_keys=[public_key(key) for key in keys],
            progress=lambda name: bar.update(task, description=f"verifying: {name}"),
        )
    if as_json:
        click.echo(json.dumps(_plain(found), indent=2, ensure_ascii=False))
    else:
        _print(packet, found)
    if not found.ok:
        raise PacketChanged(
            f"{packet.name} is not as it should be: {len(found.failures)} failures.",
            why=found.failures[0].what,
            remedy=found.failures[0].remedy,
        )


def _limit_memory() -> None:
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft > MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))


def _plain(found: Verification) -> dict[str, object]:
    signature = found.signature
    return {
        "ok": found.ok,
        "signature": signature
        and {
            "who": signature.who,
            "certificate": signature.fingerprint,
            "when": signature.when and signature.when.isoformat(),
        },
        "checks": [
            {
                "name": one.name,
                "ok": not one.failures and not one.skipped,
                "skipped": one.skipped,
                "words": one.words,
                "failures": [{"what": failure.what, "remedy": failure.remedy} for failure in one.failures],
            }
            for one in found.checks
        ],
        "remarks": list(found.remarks),
    }


def _print(packet: Path, found: Verification) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    table = as_table([packet.name, "", ""])
    for one in found.checks:
        state = "failed" if one.failures else "not looked at" if one.skipped else "in order"
        words = [one.words, *(f"{failure.what} {failure.remedy}" for failure in one.failures)]
        told = Text(_shown("\n".join(part for part in words if part)), style="red" if one.failures else "")
        table.add_row(one.name, state, told)
    console.print(table)
    for remark in found.remarks:
        console.print(Text(_shown(remark)))


def _shown(text: str) -> str:
    """The text of a stranger's file without what moves a terminal's cursor."""
    return "".join(c if c.isprintable() or c == "\n" else f"\\x{ord(c):02x}" for c in text)


@command.command()
@packet_argument
@click.option(
    "--gallery",
    "folders",
    type=click.Path(path_type=Path),
    metavar="DIR",
    multiple=True,
    help="A gallery that was searched; name each.",
)
@json_option
def replay(packet: Path, folders: tuple[Path, ...], as_json: bool) -> None:
    """Run every search of PACKET again, and say whether the lists are identical, to the last bit.

    Ends with status 3 when a list differs, or a search could not be run again.
    """
    from contextlib import ExitStack

    from rich.console import Console

    from lookalike.disclosure.replay import replay as run_again
    from lookalike.gallery.gallery import Gallery
    from lookalike.record.replay import Outcome

    with ExitStack() as opened, progress_bar() as bar:
        named = folders or (gallery_path(None),)
        galleries = [opened.enter_context(Gallery(folder, key_folder())) for folder in named]
        task = bar.add_task("searches", total=None)
        found = run_again(packet, galleries, progress=lambda done, of: bar.update(task, completed=done, total=of))
    if as_json:
        rows = [
            {
                "search": r.search,
                "request": r.request,
                "outcome": r.outcome and r.outcome.name.lower(),
                "words": r.words,
            }
            for r in found
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        table = as_table(["request", "search", "outcome", "what is behind it"])
        for one in found:
            outcome = "not run" if one.outcome is None else one.outcome.value
            table.add_row(*map(_shown, (one.request, one.search, outcome, " ".join(one.words))))
        Console().print(table)
    wrong = [one for one in found if one.outcome in (None, Outcome.DIFFERS)]
    if wrong:
        raise Refused(
            f"{len(wrong)} of {len(found)} searches did not come back as they were recorded.",
            why=wrong[0].words[0],
            remedy="Name every gallery that was searched, as it stands; if they are right, the record is not.",
        )


@command.command()
@json_option
def checklists(as_json: bool) -> None:
    """Print what courts ordered and statutes name, and where every packet holds it."""
    from rich.console import Console

    from lookalike.disclosure.checklists import checklists as lists

    if as_json:
        rows = [
            {
                "id": one.id,
                "title": one.title,
                "citation": one.citation,
                "confidence": one.confidence,
                "points": [
                    {"words": point.words, "items": point.items, "places": [place.words() for place in point.places]}
                    for point in one.points
                ],
            }
            for one in lists()
        ]
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    console = Console()
    for one in lists():
        table = as_table(["", one.title, "where a packet holds it"])
        for number, point in enumerate(one.points, 1):
            table.add_row(str(number), point.words, "\n".join(dict.fromkeys(place.words() for place in point.places)))
        console.print(table)
        console.print(f"{one.citation}. {one.confidence}\n", highlight=False)
