"""The desk's regular work: what came in, what the galleries have to be told, what waits to be enrolled."""

from __future__ import annotations

from datetime import datetime

from lookalike.casework.bookings import work
from lookalike.casework.people.models import Agency
from lookalike.casework.recording import is_begun
from lookalike.casework.regular import regular


@regular(every=5)
def tick(now: datetime) -> int:
    """One round of the desk; nothing before the site is made."""
    if not is_begun() or not Agency.objects.filter(own=True).exists():
        return 0
    return work.tick(now)
