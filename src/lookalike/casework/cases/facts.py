"""What a case knows, as facts that the protections judge. What nobody has said is unknown, never a default."""

from __future__ import annotations

from lookalike.casework.cases.models import Case
from lookalike.protocol.facts.common import Offence
from lookalike.protocol.unknown import UNKNOWN


def offence(case: Case) -> Offence | None:
    """The offence of a case; None where there is no crime and another purpose is named.

    Raises BadFacts where statute and NIBRS code name different offences; a case is not kept so (`services`).
    """
    if case.other_purpose:
        return None
    return Offence(
        nibrs=case.nibrs or UNKNOWN,
        statute=case.statute or UNKNOWN,
        attempted=UNKNOWN if case.attempted is None else case.attempted,
        felony=UNKNOWN if case.felony is None else case.felony,
        max_years=UNKNOWN if case.max_years is None else case.max_years,
        completed_on=case.completed_on or UNKNOWN,
    )
