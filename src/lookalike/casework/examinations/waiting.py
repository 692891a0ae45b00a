"""What waits for an examiner, and for whoever gives examinations."""

from __future__ import annotations

from django.urls import reverse

from lookalike.casework.acting import Acting
from lookalike.casework.examinations.models import BEGUN, Task
from lookalike.casework.permissions import Permission
from lookalike.casework.searches.models import Search
from lookalike.casework.waiting import Waiting, register


@register
def examinations(who: Acting) -> list[Waiting]:
    """Examinations to do, and searches that nobody has been asked to examine."""
    told = []
    if who.may(Permission.TASK_WORK):
        count = Task.objects.visible_to(who).filter(state__in=BEGUN).count()
        told.append(Waiting("Examinations to do", reverse("tasks"), count))
    if who.may(Permission.EXAMINATION_ASSIGN):
        open_ones = Search.objects.filter(request__state="searched", tasks=None).count()
        told.append(Waiting("Searches without examiners", f"{reverse('examinations')}?open=1", open_ones))
    return told
