"""What the worker does with lineups by itself: one whose witness's screen was away for too long is void by rule."""

from __future__ import annotations

from datetime import datetime

from lookalike.casework.lineups.models import Holding
from lookalike.casework.lineups.services.holding import LONGEST_AWAY, Where
from lookalike.casework.lineups.services.witness import leave
from lookalike.casework.regular import regular


@regular(every=60)
def away(now: datetime) -> int:
    """Void every lineup whose witness's screen gave no sign for longer than the limit. Returns how many."""
    rows = Holding.objects.filter(ended_at=None, alive_at__lt=now - LONGEST_AWAY).select_related("lineup", "held_by")
    for holding in rows:
        leave(holding, Where(now, "worker", "regular"))
    return len(rows)
