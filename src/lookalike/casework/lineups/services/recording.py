"""The recording of a lineup: pieces of a second or so, each sealed as it comes, so that a crash loses no more than two.

A new take begins whenever the witness's page was opened anew; the pieces of a take, joined in their order, are one
recording that plays. The SHA-256 of all pieces stands in the entry that ends the lineup, so that none can be put in,
left out or exchanged afterwards.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.lineups.models import Event, Holding, Piece
from lookalike.casework.lineups.services.holding import Where, locked, require_going
from lookalike.casework.lineups.services.witness import alive, happened
from lookalike.errors import BadInput, FileTooLarge, NotNow, NotThere
from lookalike.ledger.acts import Act
from lookalike.ledger.canonical import to_json

TYPES = {"video/webm": "webm", "video/mp4": "mp4"}
"""What a browser may send, and how its file is called."""

LARGEST_PIECE = 3 << 20
"""Bytes: more than any camera makes of two seconds at the size that the page asks for."""

MOST = 4 * 3600
"""Pieces of one take, and takes: four hours at one a second."""

LATE = timedelta(seconds=5)
"""How far a piece may be from what happened: it holds a second or so, and comes when the network lets it."""

WITNESSED = frozenset(
    {
        Event.Kind.INSTRUCTION,
        Event.Kind.SHOWN,
        Event.Kind.ANSWER,
        Event.Kind.CHANGE,
        Event.Kind.CONFIDENCE,
        Event.Kind.WORDS,
    }
)
"""What the recording has to cover: what the witness was shown, and what the witness said."""


@dataclass(frozen=True, slots=True)
class Take:
    """One uninterrupted recording. missing: numbers of pieces that never came. size: in bytes."""

    number: int
    media_type: str
    begun_at: datetime
    ended_at: datetime
    pieces: int
    missing: tuple[int, ...]
    size: int

    @property
    def name(self) -> str:
        """Under which name it is delivered."""
        return f"recording-{self.number}.{TYPES.get(self.media_type, 'webm')}"


def next_take(holding: Holding) -> int:
    """The number of the take that a page which is opened now would begin."""
    last: int | None = holding.pieces.aggregate(last=Max("take"))["last"]
    return (last or 0) + 1


def take_in(holding: Holding, take: int, number: int, data: bytes, media_type: str, where: Where) -> None:
    """Seal a piece. The same sent again is taken once; another in its place is refused.

    It has no entry of its own: its SHA-256 is among those of the entry that ends the lineup. Raises NotNow without the
    witness's consent, after the end, or for a piece that is there already; BadInput, FileTooLarge.
    """
    kind = media_type.partition(";")[0].strip().lower()
    if kind not in TYPES or not data or not (0 < take <= MOST and 0 < number <= MOST):
        raise BadInput("This is no piece of a recording.", remedy="Open the page again.")
    if len(data) > LARGEST_PIECE:
        raise FileTooLarge(f"A piece of a recording has {LARGEST_PIECE:,} bytes at most.", remedy="Record smaller.")
    first = not holding.pieces.filter(take=take).exists()
    written = files.write(data, name=f"piece-{take}-{number}", media_type=kind)
    try:
        with transaction.atomic():
            row = locked(holding)
            require_going(row)
            if not row.consent:
                raise NotNow("The witness has not agreed to be recorded.", remedy="Record nothing.")
            Piece.objects.create(holding=row, take=take, number=number, file=files.keep(written), at=where.at)
    except IntegrityError:
        files.forget(written)
        known = Piece.objects.select_related("file").get(holding=holding, take=take, number=number)
        if known.file.sha256 != written.sha256:
            raise NotNow("This piece is there already.", remedy="Begin another take.") from None
        return
    except BaseException:
        files.forget(written)
        raise
    alive(holding, where)
    if first:
        happened(holding, Event.Kind.RECORDING, {"take": take, "type": kind}, where, None)


def takes(holding: Holding) -> tuple[Take, ...]:
    """The takes in their order."""
    rows = holding.pieces.select_related("file").order_by("take", "number")
    found = []
    for number, group in itertools.groupby(rows, key=lambda piece: piece.take):
        pieces = list(group)
        there = {piece.number for piece in pieces}
        found.append(
            Take(
                number=number,
                media_type=pieces[0].file.media_type,
                begun_at=min(piece.at for piece in pieces),
                ended_at=max(piece.at for piece in pieces),
                pieces=len(pieces),
                missing=tuple(sorted(set(range(1, max(there) + 1)) - there)),
                size=sum(piece.file.size for piece in pieces),
            )
        )
    return tuple(found)


def take_of(holding: Holding, number: int) -> Take:
    """A take by its number. Raises NotThere."""
    for one in takes(holding):
        if one.number == number:
            return one
    raise NotThere("There is no such take of the recording.", remedy="Open the page of the lineup again.")


def recording_sha256(holding: Holding) -> str | None:
    """SHA-256 over all pieces, as the entry at the end names it: of canonical JSON of take, number and SHA-256 of each,
    in order. None where nothing was recorded.
    """
    rows = holding.pieces.order_by("take", "number").values_list("take", "number", "file__sha256")
    pieces = [{"take": take, "number": number, "sha256": sha256} for take, number, sha256 in rows]
    return hashlib.sha256(to_json({"pieces": pieces})).hexdigest() if pieces else None


def recorded_whole(holding: Holding) -> bool | None:
    """Whether everything that the witness was shown and said, once they had agreed, falls within a take of which no
    piece is missing. None where they did not agree. An interruption in which nothing happened leaves no gap.

    Source: Wells et al. 2020, recommendation 7: video of the whole procedure.
    """
    if not holding.consent:
        return None
    found = takes(holding)
    moments = holding.events.filter(kind__in=WITNESSED).values_list("at", flat=True)
    covered = all(any(take.begun_at - LATE <= at <= take.ended_at + LATE for take in found) for at in moments)
    return bool(found) and covered and not any(take.missing for take in found)


def joined(holding: Holding, take: int) -> Iterator[bytes]:
    """The pieces of a take in their order, each held to its SHA-256. Raises BrokenFile."""
    for piece in holding.pieces.filter(take=take).select_related("file").order_by("number").iterator():
        yield files.read(piece.file)


def joined_sha256(holding: Holding, take: int) -> str:
    """SHA-256 of a take as it is delivered."""
    digest = hashlib.sha256()
    for piece in joined(holding, take):
        digest.update(piece)
    return digest.hexdigest()


def copied_out(who: Acting, holding: Holding, take: int) -> Iterator[bytes]:
    """A take for whoever may read the lineup; recorded each time. Raises BrokenFile."""
    with act(who, Act.FILE_READ, objects=[("lineup", holding.lineup.public_id)]) as doing:
        doing.note(f"Take {take} of the recording was copied out.")
    return joined(holding, take)
