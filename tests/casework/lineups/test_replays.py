"""The arrests of reference 03, 3.6, that had a lineup or a showing, asked for again: each is refused where it failed.

People are named by city and year: the public record of the case of 2018 to 2020 alone is told in more words. Steps: who
may be a witness (`plans.plan`), whose photograph may stand there (`members.propose_members`), whether it may be held
(`allow.allow`). What is told of each beyond the table is invented, so that nothing else refuses.
"""

from __future__ import annotations

import pytest

from lookalike.casework.bookings.models import Booking, BookingPhoto
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services import items
from lookalike.casework.lineups.models import Lineup, LineupRefusal, Witness
from lookalike.casework.lineups.services import allow, members, witnesses
from lookalike.errors import ActRefused, NotNow
from lookalike.protocol.evidence.graph import Says
from tests.casework.lineups.conftest import ALL_NO, Court

pytestmark = pytest.mark.django_db

SETTLEMENT = "Williams v. City of Detroit, settlement: no lineup on a face search alone"
WITNESS = "Wells et al. 2020, recommendations 1, 2 and 8; Wayne County Prosecutor 24 June 2020 on a witness who was not"


def _shown(court: Court, witness: Witness, kind: str = "still") -> Witness:
    """What an officer showed or told, as the board has it."""
    source = {"still": node("still", court.board.still.public_id), "lead": court.board.lead}[kind]
    how = "shown" if kind == "still" else "told"
    court.board.link(how, source, node("party", witness.party.public_id), 1)
    return witness


def _only_the_lead(court: Court) -> None:
    """Nothing but what came of the search."""
    item = court.case.evidence.get(title="Card payment at the till")
    items.withdraw_item(court.board.acting, item, version=item.version, reason="Another person's card.")


def detroit_2020(court: Court) -> Witness:
    """October 2018 to January 2020, Shinola: the shop's contractor for security watched the recording, had not been
    there, and chose out of six photographs after the lead.
    """
    return _shown(court, court.witness("The guard", present_at_scene=False, saw_perpetrator=False))


def houston_2022(court: Court) -> Witness:
    """A store's own search; the witness had been told before the lineup."""
    return _shown(court, court.witness("A clerk"), "lead")


def st_louis_2021(court: Court) -> Witness:
    """A blurred still; the witness was shown it, and was coached."""
    witness = _shown(court, court.witness("A passenger"))
    said = ALL_NO | {"told_of_lead": (True, "They said which one they had.")}
    return witnesses.ask(court.planner, witness.party, said, version=witness.version)


def maryland_2022(court: Court) -> Witness:
    """A probation officer who had not been there was shown the recording, and said who it was."""
    witness = court.witness("A probation officer", present_at_scene=False, saw_perpetrator=False)
    return _shown(court, witness)


SHOWINGS = {
    "Detroit, January 2020": (detroit_2020, {"witness_present", "witness_untainted"}),
    "Houston, 2022 to 2023": (houston_2022, {"witness_untainted"}),
    "St Louis, 2021": (st_louis_2021, {"witness_untainted"}),
    "Maryland, March 2022": (maryland_2022, {"witness_present", "witness_untainted"}),
}


@pytest.mark.parametrize("arrest", SHOWINGS)
def test_whoever_was_shown_or_told_is_no_witness_of_a_lineup(court: Court, arrest: str) -> None:
    """Refused before a lineup is prepared: there is independent evidence here, which there was not then."""
    happened, keys = SHOWINGS[arrest]
    witness = happened(court)
    found = witnesses.eligibility(witness, court.suspect, at=court.planner.at)
    assert {one.answer.key for one in found.questions if one.answer.state == "failed"} == keys
    with pytest.raises(NotNow, match="may not be shown a lineup") as refused:
        court.plan(witness)
    assert WITNESS in refused.value.why
    assert not Lineup.objects.exists()


def photograph_of_the_search(court: Court) -> None:
    """The bookings hold no photograph of the person but the one that came back."""
    photo = BookingPhoto.objects.get(booking__person_id=court.suspect.person_id)
    court.board.search.candidates.filter(person_id=court.suspect.person_id).update(record_id=photo.record_id)


def photograph_of_a_dismissed_case(court: Court) -> None:
    """The one photograph is of a case that was dismissed."""
    Booking.objects.filter(person_id=court.suspect.person_id).update(status="dismissed")


PHOTOGRAPHS = {
    "Detroit, 2019": photograph_of_the_search,
    "Detroit, February 2023": photograph_of_the_search,
    "New York, April 2025": photograph_of_a_dismissed_case,
}


@pytest.mark.parametrize("arrest", PHOTOGRAPHS)
def test_the_photograph_of_then_stands_in_no_lineup(court: Court, arrest: str) -> None:
    """Refused when the members are proposed: nobody chooses the photograph, and the rule finds none."""
    lineup = court.again(court.plan())
    PHOTOGRAPHS[arrest](court)
    with pytest.raises(NotNow, match=r"no photograph of .* that may be shown") as refused:
        members.propose_members(court.planner, lineup, version=lineup.version)
    assert "The photograph that the face search returned is never shown to a witness" in refused.value.why
    assert members.standing(lineup) == []


def test_a_photograph_that_a_search_returns_after_the_test_is_refused_with_the_chiefs_rule(court: Court) -> None:
    """Detroit, 2019 and February 2023, where the lineup had been prepared before the search came back."""
    lineup = court.signed(court.tested())
    photograph_of_the_search(court)
    cited = _refused(court, lineup, {"search_photo"})
    assert "The Chief's rules of August 2023: no image from a face search in a photo lineup" in cited


WITH_THE_LEAD_ALONE = ("Detroit, January 2020", "Detroit, 2019", "Detroit, February 2023", "New York, April 2025")


@pytest.mark.parametrize("arrest", WITH_THE_LEAD_ALONE)
def test_a_lineup_on_the_lead_alone_is_refused_with_the_settlement(court: Court, arrest: str) -> None:
    """Even with a witness who was there, another photograph and a fair lineup, as none of them had."""
    lineup = court.signed(court.tested())
    _only_the_lead(court)
    if arrest != "Detroit, January 2020":  # tattoos, a pregnancy, height and weight
        court.board.item(0.1, judged=None, says=Says.AGAINST.value, title=f"What the record says, {arrest}")
    assert SETTLEMENT in _refused(court, lineup, {"independent_evidence"})
    assert court.again(lineup).state == Lineup.State.TESTED


def _refused(court: Court, lineup: Lineup, keys: set[str]) -> str:
    """The citations of a refusal to allow it, for these checks and the ones that go with them, and kept."""
    with pytest.raises(ActRefused) as refused:
        allow.allow(court.acting(court.captain), court.again(lineup))
    failed = {failure.key for one in refused.value.decision.refusals() for failure in one.failures}
    assert keys <= failed <= keys | {"newest_photo"}
    kept = LineupRefusal.objects.get(lineup=lineup)
    return " ".join(one["citation"] for one in kept.judgement["judged"] if one["state"] == "failed")
