"""The signatures: captains for the police, a supervisor for the prosecutors. Each is for one packet, by its digest."""

from __future__ import annotations

from datetime import UTC

from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.hands import wrong
from lookalike.casework.permissions import Permission
from lookalike.casework.recorded import vouch
from lookalike.casework.warrants.facts import current
from lookalike.casework.warrants.hands import locked, moved, require_apart, require_state
from lookalike.casework.warrants.models import WarrantRequest, WarrantSignature
from lookalike.casework.warrants.services import deliveries
from lookalike.errors import ChangedMeanwhile, NotNow, NotPermitted
from lookalike.ledger.acts import Act, Outcome
from lookalike.protocol.vocabulary import Office, Role

State = WarrantRequest.State


def sign(
    who: Acting,
    warrant: WarrantRequest,
    *,
    decision: bool,
    words: str,
    read_all: bool,
    about_sha256: str,
    sole_basis: bool | None = None,
) -> WarrantSignature:
    """Sign for a warrant request, or refuse to with reasons. about_sha256: of the packet that was read.

    sole_basis: whether the search is the sole basis, as a supervisor among the prosecutors finds. The same signature
    sent twice is kept once. Raises BadForm, NotNow, ChangedMeanwhile (another packet), NotPermitted;
    NotNow also for whoever has not taken the packet.
    """
    who.require(Permission.WARRANT_SIGN)
    require_apart(who, warrant)
    office = who.person.office
    prosecutor = office == Office.PROSECUTOR_SUPERVISOR.value
    if not office or prosecutor != (Role.PROSECUTOR in who.roles):
        raise NotPermitted(
            "You sign under no office.",
            why="A signature says under which office it is given: of the police, or of a supervisor among prosecutors.",
            remedy="Ask the administrator to enter your office, if you hold one.",
        )
    if not read_all:
        raise wrong("The packet has to be read whole.", read_all="State that you have read the whole packet.")
    if not decision and not words.strip():
        raise wrong("Reasons are missing.", words="Say why you refuse: whoever reads the file will ask.")
    if prosecutor and sole_basis is None:
        raise wrong(
            "It is not said what the request rests on.", sole_basis="Say whether the face search is the sole basis."
        )
    with act(who, Act.WARRANT_SIGN, objects=[("warrant", warrant.public_id)]) as doing:
        row = locked(warrant)
        packet = current(row)
        if packet is None:
            raise NotNow("There is no packet yet.", why="A signature is for a packet.", remedy="Wait until it is made.")
        if packet.sha256 != about_sha256:
            raise ChangedMeanwhile(
                f"Packet {packet.number} was made after you opened the page.",
                why="A signature is for the packet that was read.",
                remedy="Read the new packet, then sign.",
            )
        taken = deliveries.taken_by(packet, who.person)
        if taken is None:
            raise NotNow(
                f"You have not taken packet {packet.number}.",
                why="A signature is for the packet that was read; that it was taken, and when, is on record.",
                remedy="Take the packet from its page, read it, then sign.",
            )
        last = row.signatures.filter(person=who.person, about_sha256=about_sha256).order_by("pk").last()
        same = last is not None and (last.decision, last.words) == (decision, words.strip())
        if same and (not prosecutor or row.sole_basis == sole_basis):
            raise NotNow("You have signed this.", why="A signature is kept once.", remedy="Open the request again.")
        require_state(row, State.SIGNING)
        signature = WarrantSignature.objects.create(
            warrant=row,
            person=who.person,
            office=office,
            decision=decision,
            words=words.strip(),
            read_all=read_all,
            about_sha256=about_sha256,
            at=who.at,
        )
        vouch(doing, signature)
        doing.about("packet_sha256", about_sha256)
        doing.about("taken_at", taken.at.astimezone(UTC).isoformat())
        doing.outcome = Outcome.ALLOWED if decision else Outcome.REFUSED
        if prosecutor:
            moved(doing, row, sole_basis=sole_basis)
    return signature
