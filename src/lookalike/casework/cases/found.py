"""What somebody asks for, found if they may see it: a case, an exhibit, a still. Everything else is not there."""

from __future__ import annotations

from lookalike.casework.acting import Acting
from lookalike.casework.cases.models import Case, Exhibit, Still
from lookalike.casework.cases.services import story
from lookalike.casework.pages import found


def case_of(who: Acting, public_id: str) -> Case:
    """A case that somebody may see, its story not opened yet. Raises NotThere."""
    return found(Case.objects.visible_to(who).select_related("agency", "opened_by"), public_id=public_id)


def told_case(who: Acting, public_id: str) -> Case:
    """A case whose story somebody reads, recorded. Raises NotThere, and NotNow for an examiner who did not open it."""
    case = case_of(who, public_id)
    story(who, case)
    return case


def exhibit_of(who: Acting, public_id: str) -> Exhibit:
    """An exhibit of such a case. Raises NotThere, NotNow."""
    rows = Exhibit.objects.select_related("case", "case__agency", "file", "index", "job", "added_by")
    exhibit = found(rows.filter(case__in=Case.objects.visible_to(who)), public_id=public_id)
    story(who, exhibit.case)
    return exhibit


def still_of(who: Acting, public_id: str) -> Still:
    """A still of such a case. Raises NotThere, NotNow."""
    rows = Still.objects.select_related("file", "exhibit", "exhibit__case", "exhibit__file", "chosen_by")
    still = found(
        rows.filter(exhibit__case__in=Case.objects.visible_to(who)).prefetch_related("edits"), public_id=public_id
    )
    story(who, still.exhibit.case)
    return still
