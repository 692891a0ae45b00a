"""How a lineup ends: held, with its outcome, or void; what is left on the board; what its report says.

A void lineup is evidence for nothing, but what it says against the suspicion stays: whoever was shown the suspect and
did not choose them has said so.
"""

from __future__ import annotations

from lookalike.casework.acting import Acting, Doing, act
from lookalike.casework.corroboration.models import EvidenceItem
from lookalike.casework.corroboration.nodes import node
from lookalike.casework.corroboration.services.lineups import came_of_lineup
from lookalike.casework.corroboration.told import ItemTold
from lookalike.casework.lineups import flow
from lookalike.casework.lineups.flow import Given
from lookalike.casework.lineups.gather import SHEET, digest_of, sheet_of
from lookalike.casework.lineups.models import Event, Holding, Lineup, Member
from lookalike.casework.lineups.services.holding import given_so_far, locked, note, plan_of, require_going
from lookalike.casework.recorded import vouch
from lookalike.ledger.acts import Act
from lookalike.ledger.entry import Line
from lookalike.ledger.tree import leaf_hash
from lookalike.protocol.evidence.graph import EdgeKind, Says

Outcome = Holding.Outcome


def end_held(doing: Doing, holding: Holding) -> None:
    """The last answer was given: the outcome is the witness's last word. Call inside the act, the holding locked."""
    events = list(holding.events.order_by("number"))
    given = given_so_far(events)
    word = flow.last_word(plan_of(holding), given)
    if word.isdigit():
        place = int(word)
        said = next(one for one in events if one.data.get("step") in (f"picture-{place}", flow.ARRAY))
        sure = next(one for one in events if one.data.get("step") == f"confidence-{place}")
        holding.outcome, holding.chosen = Outcome.CHOSEN, Member.objects.get(public_id=holding.order[place - 1])
        holding.chosen_at, holding.confidence, holding.confidence_at = said.at, sure.data["words"], sure.at
    else:
        holding.outcome = Outcome.NOT_PRESENT if word == flow.NOT_PRESENT else Outcome.DONT_KNOW
    _end(doing, holding, Lineup.State.HELD, "", given)


def end_void(who: Acting, holding: Holding, reason: str) -> None:
    """Break a lineup off. Raises NotNow where it is over."""
    from lookalike.casework.lineups.documents import report

    with act(who, Act.LINEUP_END, objects=[("lineup", holding.lineup.public_id)]) as doing:
        row = locked(holding)
        require_going(row)
        row.outcome = Outcome.BROKEN_OFF
        _end(doing, row, Lineup.State.VOID, reason, given_so_far(list(row.events.order_by("number"))))
    report(who, row.lineup)


def _end(doing: Doing, holding: Holding, state: Lineup.State, reason: str, given: dict[str, Given]) -> None:
    from lookalike.casework.lineups.services.recording import recording_sha256

    lineup, recorded = holding.lineup, recording_sha256(holding)
    holding.ended_at = doing.who.at
    data = {"outcome": str(holding.outcome), "reason": reason, "recording_sha256": recorded}
    note(doing, holding, Event.Kind.ENDED, data)
    lineup.state, lineup.ended_because = state, reason
    lineup.version += 1
    lineup.save(update_fields=["state", "ended_because", "version"])
    came_of_lineup(doing, lineup.case, _item(holding, given))
    holding.sheet = sheet_of(holding)
    holding.save()
    vouch(doing, lineup)
    vouch(doing, holding)
    if recorded is not None:
        doing.about("recording", recorded)
    doing.about(SHEET, digest_of(holding.sheet))
    doing.note(f"Ended: {state.value}.")

    def numbered(line: Line) -> None:
        lineup.entry, lineup.leaf = line.index, leaf_hash(line.text.encode()).hex()
        lineup.save(update_fields=["entry", "leaf"])

    doing.then.append(numbered)


def _item(holding: Holding, given: dict[str, Given]) -> ItemTold:
    """What the board says of it: for the suspicion only where the suspect was chosen, and the lineup stands."""
    lineup = holding.lineup
    title, says = _said(holding, given)
    words = [title + "."]
    for name, one in given.items():
        if name.startswith(("picture-", "confidence-", flow.ARRAY, flow.WHICH, *flow.LAST)) and one.words.strip():
            words.append(f"{name.replace('-', ' ').capitalize()}: “{one.words.strip()}”")
    chose = holding.outcome == Outcome.CHOSEN
    return ItemTold(
        sort=EvidenceItem.Sort.IDENTIFICATION if chose else EvidenceItem.Sort.STATEMENT,
        title=f"Lineup {lineup.number}: {title[0].lower()}{title[1:]}",
        words="\n".join(words),
        says=says.value,
        at=holding.chosen_at or holding.ended_at or holding.begun_at,
        source=f"lineup {lineup.number} of this case",
        about=lineup.suspect,
        by=lineup.witness.party,
        came_from=((EdgeKind.DERIVED_FROM.value, node("lineup", lineup.public_id)),),
    )


def _said(holding: Holding, given: dict[str, Given]) -> tuple[str, Says]:
    if holding.chosen is not None:
        if holding.chosen.is_suspect:
            return "The witness chose the suspect", Says.FOR
        return "The witness chose somebody else, a filler", Says.AGAINST
    if holding.outcome == Outcome.NOT_PRESENT:
        return "The witness said that the person is not present", Says.AGAINST
    if holding.outcome == Outcome.DONT_KNOW:
        return "The witness did not know", Says.NEUTRAL
    return "The lineup was broken off and is void", Says.AGAINST if _passed_over(holding, given) else Says.NEUTRAL


def _passed_over(holding: Holding, given: dict[str, Given]) -> bool:
    """Whether, before a lineup was broken off, the witness had said no to the suspect, or yes to somebody else."""
    suspect = Member.objects.get(lineup=holding.lineup, is_suspect=True, removed_at=None).public_id
    place = holding.order.index(suspect) + 1
    yes = flow.said_yes(plan_of(holding), given)
    chosen = given.get(flow.ARRAY, Given()).answer
    refused = given.get(f"picture-{place}", Given()).answer == flow.NO
    return refused or any(one != place for one in yes) or chosen not in ("", flow.DONT_KNOW, str(place))
