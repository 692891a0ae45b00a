"""A case with its lead, independent evidence, and a lineup whose pictures wait to be looked at. Prints its addresses.

Run as `python -m tests.site.whole.near_court` with LOOKALIKE_HOME and DJANGO_SETTINGS_MODULE set.
"""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

import django

from lookalike.site.home import default_home
from tests.site.whole.seed import booked_again, seed


def near_court() -> dict[str, Any]:
    """Make everything. Returns a session key for each person, and where to go on."""
    keys = seed()
    from lookalike.casework.lineups.services import volunteers
    from tests.site.whole.court import Court

    story = Court(datetime.now(UTC) - timedelta(minutes=4))
    for one in range(30):
        volunteers.add_volunteer(story.who("adam"), name=f"Volunteer {one:02}", email=f"v{one}@example.org")
    suspect = story.corroborated(story.led("26-000301"))
    booked_again(story.at)
    lineup = story.proposed(story.planned(suspect, "Ruth Witness", by="lars"))
    return {"keys": keys, "suspect": f"/suspects/{suspect.public_id}/", "lineup": f"/lineups/{lineup.public_id}/"}


if __name__ == "__main__":
    default_home().make()  # before Django reads its key from it
    django.setup()
    json.dump(near_court(), sys.stdout)
