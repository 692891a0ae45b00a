"""`python -m django worker`: does the site's long work, and takes up what a worker that died has left."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections, connection

from lookalike.casework.jobs import take_up_lost
from lookalike.casework.regular import run_due

log = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between two looks for regular work that is due."""

LOST_EVERY = 30
"""Looks between two for work whose worker died."""


class Command(BaseCommand):
    """The worker of the site. Several may run at once; ended by SIGTERM after the job it does, twice at once."""

    help = "Do the site's long work, and what has to be done regularly: clips, bookings."

    def add_arguments(self, parser: CommandParser) -> None:
        """How often it looks for work."""
        parser.add_argument("--interval", type=float, default=1.0, help="Seconds between two looks for new work.")
        parser.add_argument("--batch", action="store_true", help="End when there is no work.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until told to stop."""
        stop = threading.Event()
        take_up_lost(datetime.now(UTC))
        watch = threading.Thread(target=_watch, args=(stop,), daemon=True)
        watch.start()
        try:
            call_command("db_worker", interval=options["interval"], batch=options["batch"], startup_delay=False)
        finally:
            stop.set()
            watch.join(5)


def _watch(stop: threading.Event) -> None:
    looks = 0
    while not stop.wait(LOOK_EVERY):
        looks += 1
        try:
            run_due(lambda: datetime.now(UTC))
            if looks % LOST_EVERY == 0:
                take_up_lost(datetime.now(UTC))
        except DatabaseError:
            log.exception("Work that was left could not be looked for.")
        close_old_connections()
    connection.close()
