"""The entry point: finds the command, and turns every error into what happened, why, and what to do."""

from __future__ import annotations

import errno
import importlib
import os
import sqlite3
import sys
import traceback

import click

from lookalike import __version__
from lookalike.errors import BadInput, Fault, LookalikeError, OutputFailed

# name -> (module under lookalike.cli, one line for the overview); modules load when their command runs
COMMANDS = {
    "enrol": ("enrol", "Enrol a folder of booking photographs into a gallery."),
    "search": ("search", "Search one face; a list of candidates, never an identification."),
    "inspect": ("inspect", "Show the faces of a photograph and how fit they are."),
    "stills": ("stills", "List the frames of a recorded clip that show a face; save one."),
    "compare": ("compare", "Compare two photographs, one to one."),
    "evaluate": ("evaluate", "Measure how often searches of a gallery are wrong, and for whom."),
    "gallery": ("gallery", "Look at a gallery, erase, back up, bring back, validate."),
    "cluster": ("cluster", "Search several machines as one gallery: start, status, add-shard."),
    "ledger": ("ledger", "The record nobody can quietly change: verify it, prove an entry."),
    "disclosure": ("disclosure", "The packet that goes to court: verify it, run its searches again."),
    "matcher": ("matcher", "Matcher packs: list, show, verify, add."),
    "protocol": ("protocol", "The protections: packs of rules, and what an act needs."),
    "site": ("site", "The case site: make it, run it on this machine, get back in."),
    "config": ("config", "Show every setting and where it comes from."),
    "demo": ("demo", "The 2018 case on the terminal, with invented people."),
}


class LazyGroup(click.Group):
    """A group whose commands are imported only when they run, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"lookalike.cli.{COMMANDS[name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="lookalike")
@click.option("--debug", is_flag=True, help="Show the whole traceback of an error.")
def app(debug: bool) -> None:
    """Lookalike: every face search returns lookalikes; make sure nobody is arrested for being one.

    Exit status: 0 done, 2 bad input, 3 refused, 1 a fault of ours.
    """


def main() -> None:
    """Run the command line; the exit status says which branch of the errors was met."""
    debug = "--debug" in sys.argv
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    # a program that is piped into must not be met with another text encoding than it expects
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        app(arguments, standalone_mode=False)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("\nInterrupted. What was finished stays; run it again and it goes on from there.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        # the reader closed the pipe, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if debug:
            traceback.print_exc()
        told = _told(error)
        _say(told)
        sys.exit(told.exit_status)


_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def _told(error: Exception) -> LookalikeError:
    """The error as a person is told it."""
    if isinstance(error, LookalikeError):
        return error
    full = isinstance(error, OSError) and error.errno in _FULL
    if full or (isinstance(error, sqlite3.OperationalError) and ("full" in str(error) or "disk I/O" in str(error))):
        return OutputFailed(
            f"The disk is full or refuses to write: {error}.",
            why="What was finished before is safe; what was being written is not there.",
            remedy="Free some space and run it again; it goes on where it was.",
        )
    if isinstance(error, PermissionError) or (isinstance(error, OSError) and error.errno == errno.EROFS):
        return BadInput(f"{error.filename or 'A file'} may not be written: {error.strerror}.", remedy="Ask for access.")
    return Fault(
        f"Something of ours failed: {type(error).__name__}: {error}",
        why="This is a fault in Lookalike, not in what you gave it.",
        remedy="Run it again with --debug and report what it prints.",
    )


def _say(error: LookalikeError) -> None:
    head = {2: "Cannot be used", 3: "Refused"}.get(error.exit_status, "Fault")
    click.echo(f"{click.style(head, bold=True)}: {_plain(error.what)}", err=True)
    if error.why:
        click.echo(f"Why: {_plain(error.why)}", err=True)
    if error.remedy:
        click.echo(f"What to do: {_plain(error.remedy)}", err=True)


def _plain(text: str) -> str:
    """Names of files may hold what moves a terminal's cursor or turns its text round."""
    return "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in text)


if __name__ == "__main__":
    main()
