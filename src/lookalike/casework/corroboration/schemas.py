"""What goes over the REST API of the board, and comes back: the shape of each."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime

from lookalike.casework.corroboration.models import EvidenceItem, Shown, Suspect, Whereabouts
from lookalike.casework.operations import one_of
from lookalike.protocol.evidence.graph import EdgeKind, Says

LONGEST = 20_000
Version = Field(ge=1, le=2**31 - 1)
Sort = Annotated[EvidenceItem.Sort, one_of(EvidenceItem.Sort)]
SaysWord = Annotated[Says, one_of(Says)]
Id = Annotated[str, Field(max_length=60)]


class SuspectIn(Schema):
    """Whom a person suspects, and why. person_id: of the bookings, or ""."""

    name: str = Field(max_length=200)
    person_id: str = Field(default="", max_length=200)
    suspicion: str = Field(max_length=LONGEST)


class SuspectOut(Schema):
    """A suspect. answer: the lead by which a search named the person; null: no search did."""

    public_id: str
    name: str
    party: str
    answer: str | None
    suspicion: str
    written_at: datetime | None
    added_at: datetime
    ended_at: datetime | None
    ended_because: str
    version: int

    @staticmethod
    def resolve_name(row: Suspect) -> str:
        """As it stands in the file."""
        return row.party.name

    @staticmethod
    def resolve_party(row: Suspect) -> str:
        """The public id of the party."""
        return row.party.public_id

    @staticmethod
    def resolve_answer(row: Suspect) -> str | None:
        """The public id of the lead."""
        return row.answer.public_id if row.answer else None


class SuspicionIn(Schema):
    """The reasons for a suspicion."""

    words: str = Field(max_length=LONGEST)
    version: int = Version


class EvidenceReasonIn(Schema):
    """Why, and the version as it was read."""

    reason: str = Field(max_length=LONGEST)
    version: int = Version


class EvidenceIn(Schema):
    """An item of evidence. outside: it came from outside the case; else came_from names the nodes that it came of.

    about, collected_by, by: public ids of a suspect and of parties, or "". how: of came_from.
    """

    sort: Sort
    title: str = Field(max_length=200)
    words: str = Field(max_length=LONGEST)
    about: str = Field(default="", max_length=32)
    says: SaysWord
    at: AwareDatetime
    obtained_at: AwareDatetime | None = None
    source: str = Field(max_length=300)
    collected_by: str = Field(default="", max_length=32)
    by: str = Field(default="", max_length=32)
    outside: bool = False
    how: Literal["derived_from", "prompted_by"] = "derived_from"
    came_from: list[Id] = Field(default=[], max_length=50)


class FileIn(EvidenceIn):
    """An item with a file. name: of the file as delivered."""

    name: str = Field(max_length=255)


class EvidenceChangeIn(EvidenceIn):
    """An item as it is to be. What it came of is changed by its links."""

    came_from: list[Id] = Field(default=[], max_length=0)
    reason: str = Field(max_length=500)
    version: int = Version


class EvidenceOut(Schema):
    """An item as it is kept."""

    public_id: str
    number: int
    sort: str
    title: str
    words: str
    about: str | None
    says: str
    at: datetime
    obtained_at: datetime | None
    source: str
    outside: bool | None
    collected_by: str | None
    by: str | None
    file_sha256: str | None
    reliable: bool | None
    reliable_because: str
    links: bool | None
    links_because: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str
    version: int

    @staticmethod
    def resolve_about(row: EvidenceItem) -> str | None:
        """The public id of the suspect."""
        return row.about.public_id if row.about else None

    @staticmethod
    def resolve_collected_by(row: EvidenceItem) -> str | None:
        """The public id of the party."""
        return row.collected_by.public_id if row.collected_by else None

    @staticmethod
    def resolve_by(row: EvidenceItem) -> str | None:
        """The public id of the party."""
        return row.by.public_id if row.by else None

    @staticmethod
    def resolve_file_sha256(row: EvidenceItem) -> str | None:
        """Of the file as it was delivered."""
        return row.file.sha256 if row.file else None


class JudgeIn(Schema):
    """Whether an item is reliable and ties the person to the offence, each with why."""

    reliable: bool
    reliable_because: str = Field(max_length=LONGEST)
    links: bool
    links_because: str = Field(max_length=LONGEST)
    version: int = Version


class ReplyIn(Schema):
    """How what speaks against a suspect was answered."""

    words: str = Field(max_length=LONGEST)


class ReplyOut(ReplyIn):
    """An answer."""

    at: datetime


class CameIn(Schema):
    """What an item came of: the id of a node."""

    kind: Literal["derived_from", "prompted_by"]
    source: Id


class ToldIn(Schema):
    """What somebody was shown or told: the id of a node, and when."""

    kind: Literal["shown", "told"]
    source: Id
    at: AwareDatetime


class WithdrawLinkIn(Schema):
    """Why a link was an error."""

    reason: str = Field(max_length=LONGEST)


class EvidenceLinkOut(Schema):
    """A link as it was entered."""

    public_id: str
    kind: Annotated[EdgeKind, one_of(EdgeKind)]
    source: str
    target: str
    at: datetime | None
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str


class PartyIn(Schema):
    """Somebody in a case. account: the public id of an officer's account, or ""."""

    name: str = Field(max_length=200)
    account: str = Field(default="", max_length=32)
    note: str = Field(default="", max_length=LONGEST)


class PartyOut(Schema):
    """Somebody in a case."""

    public_id: str
    name: str
    note: str


class ArrestIn(Schema):
    """An arrest: when, what it rested on, and the ids of the nodes of what of it the case holds."""

    at: AwareDatetime
    words: str = Field(max_length=LONGEST)
    rested_on: list[Id] = Field(default=[], max_length=100)


class ArrestOut(Schema):
    """An arrest. What it rested on are links to `arrest-` and its public id."""

    public_id: str
    at: datetime
    words: str
    recorded_at: datetime
    withdrawn_at: datetime | None
    withdrawn_because: str


class AttemptIn(Schema):
    """An attempt to find out where somebody was. found: the public id of the item that holds the answer, or ""."""

    question: Annotated[Whereabouts.Question, one_of(Whereabouts.Question)]
    state: Literal["tried_no_answer", "tried_answered"]
    tried: str = Field(max_length=LONGEST)
    found: str = Field(default="", max_length=32)


class AttemptOut(Schema):
    """An attempt."""

    question: str
    state: str
    tried: str
    found: str | None
    at: datetime

    @staticmethod
    def resolve_found(row: Whereabouts) -> str | None:
        """The public id of the item."""
        return row.found.public_id if row.found else None


class ShownIn(Schema):
    """Whether means, ability or opportunity were shown, by which items."""

    what: Annotated[Shown.What, one_of(Shown.What)]
    holds: bool
    words: str = Field(max_length=LONGEST)
    items: list[Id] = Field(default=[], max_length=100)


class ShownOut(Schema):
    """What was said of one of them."""

    what: str
    holds: bool
    words: str
    items: list[str]
    at: datetime

    @staticmethod
    def resolve_items(row: Shown) -> list[str]:
        """The public ids of the items."""
        return [one.public_id for one in row.items.all()]


class CitedOut(Schema):
    """An entry in force that refuses."""

    act: str
    rule: str
    entry: str
    citation: str


class NodeOut(Schema):
    """A node of the graph. path: from a search to it, where one leads there."""

    id: str
    kind: str
    name: str
    at: datetime | None
    path: list[str]
    path_in_words: str


class EdgeOut(Schema):
    """What came of what."""

    kind: str
    source: str
    target: str
    at: datetime | None


class BoardOut(Schema):
    """The live statement, and the graph it is computed from. mend: why the graph cannot be followed."""

    sentence: str
    citations: str
    independent: list[str]
    from_search: bool
    refused: list[CitedOut]
    mend: list[str]
    nodes: list[NodeOut]
    edges: list[EdgeOut]
