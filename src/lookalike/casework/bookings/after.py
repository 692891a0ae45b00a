"""What follows a commit: the gallery on disk is told at once; the worker does what a crash or a busy gallery left."""

from __future__ import annotations

import logging

from django.db import transaction

from lookalike.casework.acting import Acting
from lookalike.errors import LookalikeError

log = logging.getLogger(__name__)


def commit(who: Acting) -> None:
    """Have the gallery told as soon as the transaction is committed. Call inside the act."""
    transaction.on_commit(lambda: settle(who), robust=True)


def settle(who: Acting, limit: int = 64) -> int:
    """Tell the galleries what changed and enrol what waits. Returns how much was done; a failure is the worker's."""
    from lookalike.casework.bookings import enrolment, outbox

    done = 0
    for work in (outbox.carry_out, enrolment.carry_out):
        try:
            done += work(who, limit)
        except (LookalikeError, OSError):
            log.exception("The gallery could not be told yet; the worker tries again.")
    return done
