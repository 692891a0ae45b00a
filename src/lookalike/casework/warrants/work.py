"""The long work of this step: a packet is gathered and written."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.jobs import Task, long_work
from lookalike.casework.models import Job
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants.services.packets import MAKE, complete


def _page(job: Job) -> str:
    return reverse("packet", args=[job.argument["packet"]])


@long_work(MAKE, title="Making the packet", needs=Permission.PACKET_MAKE, page=_page)
def make_packet(task: Task) -> None:
    """Make one packet. Begun again it begins from the beginning, and keeps it once."""
    complete(task)
