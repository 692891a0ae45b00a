"""What is done about accounts regularly."""

from __future__ import annotations

from datetime import datetime

from lookalike.casework.people.services.sign_in import disable_unused
from lookalike.casework.recording import is_begun
from lookalike.casework.regular import regular


@regular(every=60)
def unused(now: datetime) -> object:
    """Disable accounts that nobody used for 90 days (CJIS AC-2(3)); nothing before the site is made."""
    return disable_unused(now) if is_begun() else None
