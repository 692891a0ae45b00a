"""`lookalike ledger`."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lookalike.cli.ledger_witness import witness
from lookalike.cli.parts import key_folder, may_write, write_output
from lookalike.errors import BadInput, HistoryChanged, OutputFailed, Refused

if TYPE_CHECKING:
    from lookalike.ledger.ledger import Ledger
    from lookalike.ledger.note import Verifier

folder_argument = click.argument("folder", type=click.Path(path_type=Path))
QUIET = datetime.timedelta(minutes=30)
LATE = datetime.timedelta(hours=1)
LONGEST_ANSWER = 64 << 20


@click.group()
def command() -> None:
    """The record nobody can quietly change: make one, verify it, prove an entry, hand it out."""


command.add_command(witness)


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


@contextmanager
def opened(folder: Path) -> Iterator[Ledger]:
    """A ledger of a folder, with this machine's clock, randomness and alarm."""
    from lookalike.ledger.folder import open_ledger

    ledger = open_ledger(folder, key_folder(), clock=now, random=os.urandom, alarm=alarm_for(folder))
    try:
        yield ledger
    finally:
        ledger.close()
        ledger.store.close()  # type: ignore[attr-defined] # a folder's store is a FileStore


def alarm_for(folder: Path) -> Callable[[str], None]:
    from lookalike.ledger.folder import write_alarm

    def alarm(text: str) -> None:
        click.echo(f"ALARM: {text}", err=True)
        write_alarm(folder, key_folder(), f"{now():%Y-%m-%dT%H:%M:%SZ} {text}")

    return alarm


@command.command()
@folder_argument
@click.option("--origin", required=True, metavar="NAME", help="An address you own, as ledger.example.org/police.")
def init(folder: Path, origin: str) -> None:
    """Make a ledger in the new FOLDER. Prints its public key, which outsiders verify it with."""
    from lookalike.ledger.folder import create_ledger
    from lookalike.ledger.keys import KeyFolder

    keys = KeyFolder(key_folder(), origin)
    ledger = create_ledger(folder, keys, clock=now, random=os.urandom, alarm=alarm_for(folder))
    click.echo(ledger.trusted()[0].text)
    click.echo(f"Its secret keys are in {key_folder()}. Nobody is a witness yet: `lookalike ledger witness`.", err=True)


@command.command()
@folder_argument
@click.option("--beat", is_flag=True, help="Record a heartbeat when nothing was recorded for half an hour.")
def status(folder: Path, beat: bool) -> None:
    """Say how a ledger stands. Ends with status 3 when nothing was recorded for an hour, or an ALARM is there."""
    from lookalike.ledger.entry import moment
    from lookalike.ledger.folder import ALARM

    alarms = [place / ALARM for place in (folder, key_folder()) if (place / ALARM).exists()]
    with opened(folder) as ledger:
        head = ledger.store.head()
        if beat and now() - moment(head.time) > QUIET:
            ledger.heartbeat()
            head = ledger.store.head()
        witnesses = {note.name.split(" ")[0] for note in ledger.store.notes("cosignature")}
        click.echo(f"{head.size:,} entries, the newest of {head.time}; key {ledger.trusted()[0].text}")
        click.echo(f"witnesses: {', '.join(sorted(witnesses)) or 'none, so only you could tell if history changed'}")
    if alarms:
        raise Refused(f"An alarm is there: {alarms[0]}.", remedy="See to it, then remove the file.")
    if now() - moment(head.time) > LATE:
        raise Refused(f"Nothing was recorded since {head.time}.", remedy="Schedule `lookalike ledger status --beat`.")


@command.command()
@click.argument("target")
@click.option("--key", metavar="KEY", help="The ledger's public key, or a file that holds it.")
@click.option(
    "--checkpoint", "held", type=click.Path(path_type=Path), multiple=True, help="A checkpoint you have kept."
)
@click.option("--policy", type=click.Path(path_type=Path), help="Which witnesses must have seen it (C2SP tlog-policy).")
@click.option("--max-age", type=float, default=7.0, show_default=True, help="Days since a witness saw it.")
@click.option("--strict", is_flag=True, help="Read every payload, not only the ledger's own.")
def verify(
    target: str, key: str | None, held: tuple[Path, ...], policy: Path | None, max_age: float, strict: bool
) -> None:
    """Verify TARGET: an export, a proof of an entry, a ledger's folder, or a folder or address of tiles.

    A ledger's folder is read with its keys, every row of it. Everything else needs --key, and not from TARGET itself.
    """
    from lookalike.ledger.checkpoint import PROOF, EntryProof
    from lookalike.ledger.folder import STORE
    from lookalike.ledger.tiles import verify_tiles

    path = Path(target)
    notes = [_read(one) for one in held]
    if (path / STORE).exists():
        _verify_folder(path, notes)
    elif key is None:
        raise BadInput("No key was named.", why="Anybody can sign.", remedy="Name the ledger's key with --key.")
    elif target.startswith(("http://", "https://")) or path.is_dir():
        found = verify_tiles(_fetch(target), [public_key(key)], notes).checkpoint
        click.echo(f"{found.size:,} lines and their tree are those that were signed. Payloads were not looked at.")
    elif _read(path, len(PROOF)) == PROOF.encode():
        proof = EntryProof.parse(_read(path))
        size = proof.verify([public_key(key)]).checkpoint.size
        click.echo(f"{proof.line.text}\nis in the {size:,} entries that were signed.")
    else:
        _verify_export(path, key, notes, policy, max_age, strict)


def _verify_export(path: Path, key: str, held: list[bytes], policy: Path | None, max_age: float, strict: bool) -> None:
    from lookalike.ledger import verify_ledger as outsider

    try:
        with path.open("rb") as stream:
            trusted = outsider.read_key(public_key(key).text)
            rule = _read(policy).decode() if policy else ""
            report = outsider.verify(stream, trusted, held, rule, max_age, now().timestamp(), strict)
    except (outsider.Unusable, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be verified: {error}.", remedy="Ask for it again; keep this one.") from error
    if outsider.tell(report, len(held)):
        kind, index, sentence = report.found[0]
        raise _changed(kind, index, sentence.capitalize() + ".")


def _verify_folder(folder: Path, held: list[bytes]) -> None:
    from lookalike.cli.parts import progress_bar
    from lookalike.ledger.checkpoint import open_checkpoint
    from lookalike.ledger.verify import verify_store

    with opened(folder) as ledger, progress_bar() as bar:
        size = ledger.store.head().size
        task = bar.add_task("entries", total=size)
        found = verify_store(ledger, progress=lambda count: bar.update(task, completed=count))
        for note in held:
            said = open_checkpoint(note, ledger.every_key()).checkpoint
            if said.size > size or ledger.root(said.size) != said.root:
                raise _changed("history-changed", said.size, f"History was changed before entry {said.size}.")
    for finding in found:
        click.echo(f"{finding.kind}: {finding.sentence}")
    if found:
        raise _changed(found[0].kind, found[0].index, found[0].sentence)
    click.echo(f"{size:,} entries, their payloads and every checkpoint are whole.")


def _changed(kind: str, index: int | None, sentence: str) -> HistoryChanged:
    error = HistoryChanged(sentence, remedy="Keep everything as it is, and tell whoever else holds a checkpoint.")
    error.kind, error.index = kind, index
    return error


@command.command()
@folder_argument
@click.argument("index", type=int)
@click.option(
    "--output", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The proof, to be written."
)
@click.option("--force", is_flag=True, help="Replace the file.")
def prove(folder: Path, index: int, output: Path, force: bool) -> None:
    """Write the proof that entry INDEX is in the newest checkpoint (C2SP tlog-proof). Its payload is in it."""
    may_write([output], force=force)
    with opened(folder) as ledger:
        write_output(output, ledger.prove(index).text)
    click.echo(f"{output} shows entry {index}, with what was recorded.")


@command.command()
@folder_argument
@click.argument("output", type=click.Path(path_type=Path))
@click.option("--public", is_flag=True, help="Without payloads, but for the ledger's own.")
@click.option("--tiles", is_flag=True, help="OUTPUT is a folder of tiles for a web server: lines, never payloads.")
@click.option(
    "--checkpoint", "only", is_flag=True, help="The newest checkpoint alone: three lines a newspaper can print."
)
@click.option("--force", is_flag=True, help="Replace the file.")
def export(folder: Path, output: Path, public: bool, tiles: bool, only: bool, force: bool) -> None:
    """Write a ledger to OUTPUT, for `verify_ledger.py` or `lookalike ledger verify`."""
    from lookalike.ledger.export import write_export
    from lookalike.ledger.tiles import write_tiles

    if sum((public, tiles, only)) > 1:
        raise BadInput("Of --public, --tiles and --checkpoint only one can be asked for.", remedy="Choose one.")
    with opened(folder) as ledger:
        if tiles:
            click.echo(f"{write_tiles(ledger, output):,} entries written as tiles to {output}.")
            return
        may_write([output], force=force)
        if only:
            write_output(output, ledger.checkpoint())
            return
        part = output.with_name(f".{output.name}.part")
        try:
            with part.open("wb") as stream:
                size = write_export(ledger, stream, public=public)
                stream.flush()
                os.fsync(stream.fileno())
            part.replace(output)
        except OSError as error:
            raise OutputFailed(
                f"{output} could not be written: {error.strerror}.", remedy="Free some space."
            ) from error
        finally:
            part.unlink(missing_ok=True)
    click.echo(f"{size:,} entries written to {output}.")


@command.command()
@folder_argument
def rotate(folder: Path) -> None:
    """Draw a new key: both keys sign the hand-over, and the old one is destroyed. Prints the new public key."""
    with opened(folder) as ledger:
        ledger.rotate()
        click.echo(ledger.trusted()[0].text)


@command.command()
@folder_argument
@click.argument("indexes", type=int, nargs=-1, required=True)
@click.option("--authority", required=True, help="Who ordered it.")
@click.option("--certificate", required=True, help="The id of the paper.")
@click.option("--reason", required=True, help="A word that identifies nobody.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def redact(folder: Path, indexes: tuple[int, ...], authority: str, certificate: str, reason: str, yes: bool) -> None:
    """Erase what was recorded under INDEXES, for ever. The lines stay, and an entry says what was erased."""
    if not yes:
        click.confirm(f"Erase the payloads of {len(indexes)} entries for ever?", abort=True)
    with opened(folder) as ledger:
        entry = ledger.redact(indexes, authority=authority, certificate=certificate, reason=reason)
        ledger.publish()
    click.echo(f"{len(set(indexes))} payloads are erased; entry {entry.index} says so.")


@command.command()
@folder_argument
@click.option("--accept", "reason", required=True, metavar="REASON", help="Why the clock went back.")
def clock(folder: Path, reason: str) -> None:
    """Go on after this machine's clock went back. The entry says so to everybody who verifies."""
    with opened(folder) as ledger:
        click.echo(ledger.accept_clock(reason).text)


def public_key(text: str) -> Verifier:
    """A key as it is named on the command line: itself, or a file that holds it. Raises BadNote, BadInput."""
    from lookalike.ledger.note import Verifier

    return Verifier.parse(text if text.count("+") > 1 else _read(Path(text)).decode(errors="replace"))


def _read(path: Path, most: int = LONGEST_ANSWER) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(most)
    except OSError as error:
        raise BadInput(f"{path} cannot be read: {error.strerror}.", remedy="Check its name.") from error


def _fetch(place: str) -> Callable[[str], bytes]:
    """Read files of a folder, or below an address."""
    if not place.startswith(("http://", "https://")):
        return lambda name: _read(Path(place) / name)
    from urllib.request import urlopen

    def fetch(name: str) -> bytes:
        try:
            with urlopen(f"{place.rstrip('/')}/{name}", timeout=30) as answer:  # noqa: S310 http and https only
                return bytes(answer.read(LONGEST_ANSWER))
        except OSError as error:
            raise BadInput(f"{place}/{name} cannot be fetched: {error}.", remedy="Check the address.") from error

    return fetch
