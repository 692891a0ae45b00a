"""The prosecutor's part: accept, send back with questions, or refuse with words. Each is on record."""

from __future__ import annotations

from collections.abc import Sequence

from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.hands import wrong
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants.facts import current
from lookalike.casework.warrants.hands import locked, moved, require_apart, require_state
from lookalike.casework.warrants.holds import stale
from lookalike.casework.warrants.models import Question, WarrantRequest
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act, Outcome

State = WarrantRequest.State


def accept(who: Acting, warrant: WarrantRequest, *, words: str, version: int) -> WarrantRequest:
    """Accept a request. Raises NotNow also where the packet is not the whole case any more."""
    _prosecutor(who, warrant)
    with act(who, Act.WARRANT_DECIDE, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant, version)
        require_state(row, State.SENT)
        packet = current(row)
        if packet is None or stale(packet):
            raise NotNow(
                "The case holds something that the packet does not tell.",
                why="What came after the packet may speak for the suspect.",
                remedy="Send the request back: another packet is made, and read, first.",
            )
        doing.about("packet_sha256", packet.sha256)
        doing.outcome = Outcome.ALLOWED
        return moved(
            doing, row, state=State.ACCEPTED, decided_by=who.person, decided_at=who.at, decided_words=words.strip()
        )


def decline(who: Acting, warrant: WarrantRequest, *, words: str, version: int) -> WarrantRequest:
    """Refuse a request, with words. Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted."""
    _prosecutor(who, warrant)
    if not words.strip():
        raise wrong("Reasons are missing.", words="Say why the request is refused.")
    with act(who, Act.WARRANT_DECIDE, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant, version)
        require_state(row, State.SENT)
        doing.outcome = Outcome.REFUSED
        return moved(
            doing, row, state=State.DECLINED, decided_by=who.person, decided_at=who.at, decided_words=words.strip()
        )


def send_back(who: Acting, warrant: WarrantRequest, *, questions: Sequence[str], version: int) -> list[Question]:
    """Send a request back with questions. Raises BadForm, NotNow, ChangedMeanwhile, NotPermitted."""
    _prosecutor(who, warrant)
    asked = [one.strip() for one in questions if one.strip()]
    if not asked:
        raise wrong("There is no question.", questions="Write at least one question, each on a line of its own.")
    with act(who, Act.WARRANT_DECIDE, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant, version)
        require_state(row, State.SENT)
        rows = [Question.objects.create(warrant=row, words=one, by=who.person, at=who.at) for one in asked]
        doing.note(f"Sent back with {len(rows)} questions.")
        moved(doing, row, state=State.QUESTIONS)
    return rows


def _prosecutor(who: Acting, warrant: WarrantRequest) -> None:
    who.require(Permission.WARRANT_DECIDE)
    require_apart(who, warrant)
