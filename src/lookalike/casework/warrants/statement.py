"""What the affidavit says of the face search: proposed in the words of the packs in force, accepted by a person."""

from __future__ import annotations

from lookalike.casework.corroboration.graph import Standing, standing
from lookalike.casework.law import policy_in_force
from lookalike.casework.searches.models import Search
from lookalike.casework.warrants.models import WarrantRequest

SAYS = (
    "A face was searched by computer in this case. What such a search returns is an investigative lead only: it is not "
    "an identification and not probable cause to arrest. Everybody on its list is a lookalike until evidence that does "
    "not come from the search says otherwise."
)
"""The sentence of a lead sheet (Directive 307.5; the notice of the State Police lead report)."""


def proposed(warrant: WarrantRequest) -> str:
    """A statement for the affidavit, to be accepted or put in other words."""
    searches = list(Search.objects.filter(request__case=warrant.case).select_related("request").order_by("run_at"))
    if not searches:
        return "No face was searched by computer in this case."
    ran = ", ".join(f"request {one.request.number} on {one.run_at:%Y-%m-%d}" for one in searches)
    held = standing(warrant.suspect)
    lines = [
        SAYS,
        f"Searches of this case: {ran}. Every one of them, also those without a result, is in the packet.",
        "The person named here was named by a search." if held.from_search else "No search named the person.",
        _evidence(held),
        f"Law and policy that bind: {'; '.join(citations())}.",
    ]
    return "\n\n".join(lines)


def citations() -> list[str]:
    """What the packs in force cite for a warrant (R14), without repetition."""
    return list(dict.fromkeys(one.citation for one in policy_in_force().entries if one.rule == "R14"))


def _evidence(held: Standing) -> str:
    return f"{held.sentence.rstrip('.')}."
