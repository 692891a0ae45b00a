"""The long work of this step: the pictures of a lineup made alike."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.galleries import matcher
from lookalike.casework.jobs import Task, long_work
from lookalike.casework.lineups.models import Lineup
from lookalike.casework.lineups.pool import bytes_of
from lookalike.casework.lineups.services.members import MAKE_ALIKE, ids_of, keep_pictures, standing
from lookalike.casework.models import Job
from lookalike.casework.permissions import Permission
from lookalike.lineup.pictures import Region, made_alike


def _page(job: Job) -> str:
    return reverse("lineup", args=[job.argument["lineup"]])


@long_work(MAKE_ALIKE, title="Making the pictures alike", needs=Permission.LINEUP_PLAN, page=_page)
def make_alike(task: Task) -> None:
    """Make the pictures of a lineup alike. Begun again it does the same; members who changed meanwhile keep none."""
    lineup = Lineup.objects.select_related("case").get(public_id=task.argument["lineup"])
    members = standing(lineup)
    if ids_of(members) != task.argument["members"]:
        return
    task.tell(0, len(members), "photographs")
    photos = [bytes_of(one.record_id) for one in members]
    made = made_alike(photos, matcher(), cover=[Region(*one) for one in lineup.covers])
    keep_pictures(task.acting(), lineup, ids_of(members), made, task)
