"""`lookalike ledger witness`."""

from __future__ import annotations

import os
import time
from pathlib import Path

import click

from lookalike.cli.parts import may_write, write_output
from lookalike.errors import BadInput, HistoryChanged

state_argument = click.argument("state", type=click.Path(path_type=Path))


@click.group()
def witness() -> None:
    """Let somebody else hold the ledger to what it said: files that travel by stick, by mail or on paper.

    The witness keeps a folder STATE: init, trust, sign. The ledger's keeper asks and keeps the answers: request, add.
    """


@witness.command()
@state_argument
@click.option("--name", required=True, help="An address the witness owns, as board.example.org/witness.")
def init(state: Path, name: str) -> None:
    """Become a witness: draw a key into the new folder STATE. Prints the public key."""
    from lookalike.ledger.witness import Witness

    click.echo(Witness.create(state, name, os.urandom).verifier.text)


@witness.command()
@state_argument
@click.argument("key")
def trust(state: Path, key: str) -> None:
    """Know a ledger by its public KEY, which was given to you by a person."""
    from lookalike.ledger.note import Verifier
    from lookalike.ledger.witness import Witness

    Witness(state).trust(Verifier.parse(key))


@witness.command()
@state_argument
@click.argument("request", type=click.File("rb"))
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The answer, to be written.")
@click.option("--force", is_flag=True, help="Replace the file.")
def sign(state: Path, request: click.File, output: Path, force: bool) -> None:
    """Cosign REQUEST if it continues what was cosigned before."""
    from lookalike.ledger.witness import Witness

    may_write([output], force=force)
    answer = Witness(state).answer(request.read(), int(time.time()))  # type: ignore[attr-defined]
    if answer.evidence is not None:
        error = HistoryChanged(answer.reason, remedy=f"Both are kept in {answer.evidence}. Tell the board.")
        error.kind = "split-view" if answer.status == 409 else "history-changed"
        raise error
    if answer.status == 409:
        raise BadInput(answer.reason, remedy=f"Ask for a request that is made with --from {answer.text.strip()}.")
    if answer.status != 200:
        raise BadInput(f"The request cannot be cosigned: {answer.reason}", remedy="Check who sent it.")
    write_output(output, answer.text.encode())
    click.echo(f"Cosigned; send {output} back.")


@witness.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--from", "old", type=int, default=0, show_default=True, help="How many entries the witness cosigned last."
)
@click.option("--output", required=True, type=click.Path(path_type=Path), help="The request, to be written.")
@click.option("--force", is_flag=True, help="Replace the file.")
def request(folder: Path, old: int, output: Path, force: bool) -> None:
    """Write what the witness is asked about the ledger in FOLDER."""
    from lookalike.cli.ledger import opened

    may_write([output], force=force)
    with opened(folder) as ledger:
        write_output(output, ledger.request(old).text)
    click.echo(f"Give {output} to the witness.")


@witness.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("answer", type=click.File("rb"))
@click.option("--witness", "key", required=True, metavar="KEY", help="The witness' public key.")
def add(folder: Path, answer: click.File, key: str) -> None:
    """Keep the witness' ANSWER with the ledger in FOLDER, after verifying it."""
    from lookalike.cli.ledger import opened
    from lookalike.ledger.note import Verifier

    lines = answer.read().decode(errors="replace").splitlines(keepends=True)  # type: ignore[attr-defined]
    with opened(folder) as ledger:
        if not ledger.add_cosignatures(lines, [Verifier.parse(key)]):
            raise BadInput("The answer holds no signature of that witness.", remedy="Check the key and the file.")
    click.echo("Kept.")
