"""A packet in the defence's hands: a link whose token is told once, its own page, every access recorded.

Of a token the hash alone is kept. Whoever has no link learns nothing, not even whether there was one: what is wrong,
has run out and was withdrawn is told alike.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from lookalike.casework.acting import Acting, act
from lookalike.casework.corroboration.hands import wrong
from lookalike.casework.people.models import Person
from lookalike.casework.people.services.entries import append, entry
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants.models import Access, Delivery, Packet
from lookalike.errors import NotNow, NotThere
from lookalike.ledger.acts import Act, Outcome
from lookalike.protocol.court_words import Recipient

DEFENCE = "the defence, by its link"
"""Who is named in an entry where somebody without an account opened a link."""

DAYS = 30
"""How long a link opens unless told otherwise."""

MOST_DAYS = 366
OPENED, TAKEN = "opened the page", "took the packet"


@dataclass(frozen=True, slots=True)
class Handed:
    """A delivery just made. token: told once, here, and kept nowhere."""

    delivery: Delivery
    token: str


def deliver(who: Acting, packet: Packet, *, name: str, days: int = DAYS) -> Handed:
    """Hand a packet to the defence. name: to whom. Raises BadForm, NotNow while it is not made, NotPermitted."""
    who.require(Permission.PACKET_DELIVER)
    if not name.strip():
        raise wrong("Nobody is named.", name="Say to whom the packet goes.")
    if not 1 <= days <= MOST_DAYS:
        raise wrong("The link has no such end.", days=f"From 1 to {MOST_DAYS} days.")
    if packet.file_id is None:
        raise NotNow("The packet is not made yet.", remedy="Wait until it is there.")
    token = secrets.token_urlsafe(32)
    with act(who, Act.PACKET_DELIVER, objects=[("packet", packet.public_id)]) as doing:
        row = Delivery.objects.create(
            packet=packet,
            to=Recipient.DEFENCE.value,
            name=name.strip(),
            token_sha256=_hash(token),
            by=who.person,
            at=who.at,
            expires_at=who.at + timedelta(days=days),
        )
        doing.about("delivery", row.public_id)
        doing.about("sha256", packet.sha256)
        doing.note("To the defence, by a link.")
    return Handed(row, token)


def withdraw(who: Acting, delivery: Delivery) -> Delivery:
    """Close a link. What was taken by then is taken. Raises NotNow, NotPermitted."""
    who.require(Permission.PACKET_DELIVER)
    with act(who, Act.PACKET_DELIVER, objects=[("delivery", delivery.public_id)]) as doing:
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if row.token_sha256 is None or row.withdrawn_at is not None:
            raise NotNow("There is no open link.", remedy="Open the packet again.")
        row.withdrawn_at = who.at
        row.save(update_fields=["withdrawn_at"])
        doing.note("The link was withdrawn.")
    return row


def opened(token: str, *, at: datetime, source: str, what: str) -> Delivery:
    """The delivery of a token, its opening recorded. Raises NotThere, told alike for every token that opens nothing."""
    rows = Delivery.objects.select_related("packet__file", "packet__case__agency")
    row = rows.filter(token_sha256=_hash(token), withdrawn_at=None, expires_at__gt=at).first()
    if row is None:
        raise NotThere(
            "This link opens nothing.",
            why="It is not whole, it has run out, or it was withdrawn.",
            remedy="Compare it with the one you were given, or ask the prosecutor who sent it.",
        )
    with transaction.atomic():
        Access.objects.create(delivery=row, at=at, source=source[:60], what=what)
        append(
            entry(
                Act.PACKET_READ,
                Outcome.DONE,
                actor=DEFENCE,
                source=source,
                where="/disclosed/",
                objects=[("delivery", row.public_id), ("packet", row.packet.public_id)],
                note=f"The defence {what}.",
            )
        )
    return row


def take(who: Acting, packet: Packet) -> None:
    """Record that somebody with an account takes a packet. Raises NotNow while it is not made."""
    if packet.file_id is None:
        raise NotNow("The packet is not made yet.", remedy="Wait until it is there.")
    with act(who, Act.PACKET_READ, objects=[("packet", packet.public_id)]) as doing:
        delivery = packet.deliveries.filter(to=Recipient.PROSECUTOR.value, token_sha256=None).first()
        if delivery is not None:
            Access.objects.create(delivery=delivery, at=who.at, source=who.source[:60], what=TAKEN, person=who.person)
        doing.about("sha256", packet.sha256)


def taken_by(packet: Packet, person: Person) -> Access | None:
    """When somebody with an account first took a packet; None: they never did."""
    rows = Access.objects.filter(delivery__packet=packet, person=person, what=TAKEN)
    return rows.order_by("pk").first()


def _hash(token: str) -> str:
    return hashlib.sha256(token[:200].encode("utf-8", "surrogatepass")).hexdigest()
