"""`lookalike site`."""

from __future__ import annotations

import datetime
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence

import click

from lookalike.errors import Fault, SiteNotReady

STARTS = 60.0
"""Seconds in which the site has to answer for the first time."""

STOPS = 20.0

origin_option = click.option(
    "--origin", default="localhost/lookalike", show_default=True, help="The ledger's name; it never changes."
)
agency_option = click.option("--agency", default="This agency", help="The agency whose site it is, when it is made.")
jurisdiction_option = click.option("--jurisdiction", default="US-MI-Detroit", help="Where the agency is, as in packs.")


@click.group()
def command() -> None:
    """The case site: make it, run it on this machine, get back in."""


@command.command()
@origin_option
@agency_option
@jurisdiction_option
@click.option("--address", default="http://localhost:8000", show_default=True, help="Where it is served, for the link.")
def make(origin: str, agency: str, jurisdiction: str, address: str) -> None:
    """Make the site in LOOKALIKE_HOME, or bring its tables up to date, and say who can sign in first."""
    _make(origin, agency, jurisdiction, address)
    click.echo("The site is made.")


@command.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Of 127.0.0.1.")
@click.option("--workers", type=click.IntRange(1, 32), default=2, show_default=True, help="Processes that answer.")
@origin_option
@agency_option
@jurisdiction_option
def run(port: int, workers: int, origin: str, agency: str, jurisdiction: str) -> None:
    """Serve the site on this machine alone, with everything it needs. Ctrl-C stops all of it.

    For a unit that works together, see docs/deploy.md: behind TLS, with PostgreSQL.
    """
    os.environ["LOOKALIKE_PLAIN_HTTP"] = "1"
    door = _door(port)
    address = f"http://localhost:{port}"
    _make(origin, agency, jurisdiction, address)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupted)
    served = ["gunicorn", "--config", "python:lookalike.site.serving", "--workers", str(workers)]
    children = [
        _start(["django", "worker"]),
        _start([*served, "--bind", f"fd://{door.fileno()}", "lookalike.site.wsgi"], keep=[door.fileno()]),
    ]
    try:
        _wait(address, children)
        click.echo(f"\nThe site is at {address}\nCtrl-C stops it.")
        _watch(children)
    finally:
        _stop(children)
        click.echo("Stopped.")


@command.command()
@click.argument("username")
@click.option("--address", default="http://localhost:8000", show_default=True, help="Where the site is served.")
def link(username: str, address: str) -> None:
    """Draw a one-time link for the account USERNAME, and release its lock.

    For an administrator who cannot get in any more: whoever can run this stands at the machine. It is recorded.
    """
    from lookalike.site.making import set_up

    set_up()
    from lookalike.casework.people.services.beginnings import way_in

    person, code = way_in(username, _now())
    click.echo(f"{person.name}, once, within 72 hours:\n{address}/take-up/{code}/")


def _make(origin: str, agency: str, jurisdiction: str, address: str) -> None:
    from lookalike.site.home import default_home
    from lookalike.site.making import make as make_site

    made = make_site(default_home(), origin=origin, agency=agency, jurisdiction=jurisdiction, at=_now())
    if made.new:
        click.echo(f"A new site in {default_home().root}. Its ledger is {origin}.")
    if made.code:
        click.echo(f"The administrator signs in as {made.username}. Take up the account, once, within 72 hours:")
        click.echo(f"{address}/take-up/{made.code}/")


def _door(port: int) -> socket.socket:
    """The socket that the site answers on. Raises SiteNotReady where somebody else has it."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind(("127.0.0.1", port))
        door.listen(128)
    except OSError as error:
        door.close()
        raise SiteNotReady(
            f"Port {port} is not free: {error.strerror}.",
            why="Another program answers there, perhaps this site.",
            remedy="Stop it, or choose another with --port.",
        ) from error
    return door


def _start(module: Sequence[str], keep: Sequence[int] = ()) -> subprocess.Popen[bytes]:
    """A part of the site as a process of its own, which Ctrl-C does not reach before we do."""
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "lookalike.site.settings"}
    return subprocess.Popen(  # noqa: S603 - a module of ours, by its name
        [sys.executable, "-m", *module], env=environment, pass_fds=list(keep), start_new_session=True
    )


def _wait(address: str, children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Until the site answers. Raises Fault where a part of it ends, or it takes too long."""
    end = time.monotonic() + STARTS
    while time.monotonic() < end:
        _hold(children)
        try:
            urllib.request.urlopen(f"{address}/notice/", timeout=2).close()  # noqa: S310 - this machine's own
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise Fault("The site does not answer.", remedy="See what it printed above.")


def _watch(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """Hold the parts until somebody stops them."""
    while True:
        _hold(children)
        time.sleep(0.5)


def _hold(children: Sequence[subprocess.Popen[bytes]]) -> None:
    for child in children:
        if child.poll() is not None:
            raise Fault(
                f"A part of the site ended by itself with status {child.returncode}.",
                remedy="See what it printed above, and start it again; nothing that was finished is lost.",
            )


def _stop(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End every part: asked first, and after twenty seconds without asking."""
    for child in children:
        if child.poll() is None:
            child.terminate()
    end = time.monotonic() + STOPS
    for child in children:
        try:
            child.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _interrupted(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)
