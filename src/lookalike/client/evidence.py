"""The operations of evidence. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from lookalike.client.models import Arrest, Attempt, Board, Evidence, EvidenceLink, Party, Reply, Shown, Suspect
from lookalike.client.transport import Resource, Upload


class EvidenceResource(Resource):
    """`Client.evidence`."""

    def suspects_of(self, public_id: str) -> Iterator[Suspect]:
        """Who is suspected in a case. Closed until you have accepted the statements of its leads."""
        return self._pages(Suspect, "cases/{}/suspects", public_id)

    def name_suspect(self, public_id: str, *, name: str, suspicion: str, person_id: str = "") -> Suspect:
        """Name somebody as suspected, with reasons. A lead names its person by itself."""
        return self._ask(
            Suspect,
            "POST",
            "cases/{}/suspects",
            public_id,
            body={"name": name, "person_id": person_id, "suspicion": suspicion},
        )

    def suspect(self, public_id: str) -> Suspect:
        """A suspect."""
        return self._ask(Suspect, "GET", "suspects/{}", public_id)

    def board(self, public_id: str) -> Board:
        """The live statement on a suspect, what refuses and why; the graph, with the path of what comes from a
        search.
        """
        return self._ask(Board, "GET", "suspects/{}/board", public_id)

    def write_suspicion(self, public_id: str, *, words: str, version: int) -> Suspect:
        """Write down the reasons for a suspicion, before any lineup. What was written stays."""
        return self._ask(Suspect, "POST", "suspects/{}/suspicion", public_id, body={"version": version, "words": words})

    def end_suspicion(self, public_id: str, *, reason: str, version: int) -> Suspect:
        """Say that somebody is suspected no more."""
        return self._ask(Suspect, "POST", "suspects/{}/end", public_id, body={"reason": reason, "version": version})

    def arrests_of(self, public_id: str) -> Iterator[Arrest]:
        """Every arrest of a suspect, also one that was withdrawn."""
        return self._pages(Arrest, "suspects/{}/arrests", public_id)

    def record_arrest(self, public_id: str, *, at: datetime, words: str, rested_on: Sequence[str] = ()) -> Arrest:
        """Record an arrest, and what it rested on. What the person says after it comes from it."""
        return self._ask(
            Arrest, "POST", "suspects/{}/arrests", public_id, body={"at": at, "rested_on": rested_on, "words": words}
        )

    def withdraw_arrest(self, public_id: str, *, reason: str) -> Arrest:
        """Say that an arrest was entered in error. It stays on the board."""
        return self._ask(Arrest, "POST", "arrests/{}/withdraw", public_id, body={"reason": reason})

    def whereabouts(self, public_id: str) -> Iterator[Attempt]:
        """Every attempt to find out where a suspect was."""
        return self._pages(Attempt, "suspects/{}/whereabouts", public_id)

    def check_whereabouts(
        self,
        public_id: str,
        *,
        question: Literal["alibi", "location"],
        state: Literal["tried_no_answer", "tried_answered"],
        tried: str,
        found: str = "",
    ) -> Attempt:
        """Record an attempt to find out where a suspect was."""
        return self._ask(
            Attempt,
            "POST",
            "suspects/{}/whereabouts",
            public_id,
            body={"found": found, "question": question, "state": state, "tried": tried},
        )

    def shown(self, public_id: str) -> Iterator[Shown]:
        """What was said of means, ability and opportunity. The newest of each counts."""
        return self._pages(Shown, "suspects/{}/shown", public_id)

    def say_shown(
        self,
        public_id: str,
        *,
        what: Literal["means", "ability", "opportunity"],
        holds: bool,
        words: str,
        items: Sequence[str] = (),
    ) -> Shown:
        """Say whether means, ability or opportunity were shown, and by which items."""
        return self._ask(
            Shown,
            "POST",
            "suspects/{}/shown",
            public_id,
            body={"holds": holds, "items": items, "what": what, "words": words},
        )

    def all(self, public_id: str) -> Iterator[Evidence]:
        """Every item of evidence of a case, also what is withdrawn, in the order of its numbers."""
        return self._pages(Evidence, "cases/{}/evidence", public_id)

    def record_item(
        self,
        public_id: str,
        *,
        sort: Literal[
            "statement",
            "tip",
            "phone",
            "purchase",
            "fingerprint",
            "dna",
            "vehicle",
            "property",
            "confession",
            "alibi",
            "exclusion",
            "video",
            "record",
            "identification",
        ],
        title: str,
        words: str,
        says: Literal["for", "against", "neutral"],
        at: datetime,
        source: str,
        about: str = "",
        obtained_at: datetime | None = None,
        collected_by: str = "",
        by: str = "",
        outside: bool = False,
        how: Literal["derived_from", "prompted_by"] = "derived_from",
        came_from: Sequence[str] = (),
    ) -> Evidence:
        """Record an item of evidence without a file."""
        return self._ask(
            Evidence,
            "POST",
            "cases/{}/evidence",
            public_id,
            body={
                "about": about,
                "at": at,
                "by": by,
                "came_from": came_from,
                "collected_by": collected_by,
                "how": how,
                "obtained_at": obtained_at,
                "outside": outside,
                "says": says,
                "sort": sort,
                "source": source,
                "title": title,
                "words": words,
            },
        )

    def record_with_file(
        self,
        public_id: str,
        data: Upload,
        *,
        sort: Literal[
            "statement",
            "tip",
            "phone",
            "purchase",
            "fingerprint",
            "dna",
            "vehicle",
            "property",
            "confession",
            "alibi",
            "exclusion",
            "video",
            "record",
            "identification",
        ],
        title: str,
        words: str,
        says: Literal["for", "against", "neutral"],
        at: datetime,
        source: str,
        name: str,
        about: str = "",
        obtained_at: datetime | None = None,
        collected_by: str = "",
        by: str = "",
        outside: bool = False,
        how: Literal["derived_from", "prompted_by"] = "derived_from",
        came_from: Sequence[str] = (),
    ) -> Evidence:
        """Record an item of evidence with its file, which is the body of the request."""
        return self._ask(
            Evidence,
            "POST",
            "cases/{}/evidence-file",
            public_id,
            query={
                "about": about,
                "at": at,
                "by": by,
                "came_from": came_from,
                "collected_by": collected_by,
                "how": how,
                "name": name,
                "obtained_at": obtained_at,
                "outside": outside,
                "says": says,
                "sort": sort,
                "source": source,
                "title": title,
                "words": words,
            },
            data=data,
        )

    def item(self, public_id: str) -> Evidence:
        """An item of evidence."""
        return self._ask(Evidence, "GET", "evidence/{}", public_id)

    def change_item(
        self,
        public_id: str,
        *,
        sort: Literal[
            "statement",
            "tip",
            "phone",
            "purchase",
            "fingerprint",
            "dna",
            "vehicle",
            "property",
            "confession",
            "alibi",
            "exclusion",
            "video",
            "record",
            "identification",
        ],
        title: str,
        words: str,
        says: Literal["for", "against", "neutral"],
        at: datetime,
        source: str,
        reason: str,
        version: int,
        about: str = "",
        obtained_at: datetime | None = None,
        collected_by: str = "",
        by: str = "",
        outside: bool = False,
        how: Literal["derived_from", "prompted_by"] = "derived_from",
        came_from: Sequence[str] = (),
    ) -> Evidence:
        """Change what is said of an item. What it came of is changed by its links."""
        return self._ask(
            Evidence,
            "PUT",
            "evidence/{}",
            public_id,
            body={
                "about": about,
                "at": at,
                "by": by,
                "came_from": came_from,
                "collected_by": collected_by,
                "how": how,
                "obtained_at": obtained_at,
                "outside": outside,
                "reason": reason,
                "says": says,
                "sort": sort,
                "source": source,
                "title": title,
                "version": version,
                "words": words,
            },
        )

    def judge_item(
        self, public_id: str, *, reliable: bool, reliable_because: str, links: bool, links_because: str, version: int
    ) -> Evidence:
        """Judge whether an item is reliable and ties the person to the offence."""
        return self._ask(
            Evidence,
            "POST",
            "evidence/{}/judgement",
            public_id,
            body={
                "links": links,
                "links_because": links_because,
                "reliable": reliable,
                "reliable_because": reliable_because,
                "version": version,
            },
        )

    def withdraw_item(self, public_id: str, *, reason: str, version: int) -> Evidence:
        """Say that an item was entered in error. It stays on the board."""
        return self._ask(
            Evidence, "POST", "evidence/{}/withdraw", public_id, body={"reason": reason, "version": version}
        )

    def replies(self, public_id: str) -> Iterator[Reply]:
        """How an item that speaks against a suspect was answered."""
        return self._pages(Reply, "evidence/{}/replies", public_id)

    def reply_to(self, public_id: str, *, words: str) -> Reply:
        """Answer what speaks against a suspect. It takes nothing away."""
        return self._ask(Reply, "POST", "evidence/{}/replies", public_id, body={"words": words})

    def file(self, public_id: str) -> Iterator[bytes]:
        """The file of an item; recorded each time."""
        return self._stream("GET", "evidence/{}/file", public_id)

    def links_of(self, public_id: str) -> Iterator[EvidenceLink]:
        """What was entered of what came of what, and of who was shown or told what; also what is withdrawn."""
        return self._pages(EvidenceLink, "cases/{}/links", public_id)

    def came_from(self, public_id: str, *, kind: Literal["derived_from", "prompted_by"], source: str) -> EvidenceLink:
        """Enter what an item came of."""
        return self._ask(
            EvidenceLink, "POST", "evidence/{}/came-from", public_id, body={"kind": kind, "source": source}
        )

    def told_of(self, public_id: str, *, kind: Literal["shown", "told"], source: str, at: datetime) -> EvidenceLink:
        """Enter what somebody was shown or told, and when."""
        return self._ask(
            EvidenceLink, "POST", "parties/{}/shown", public_id, body={"at": at, "kind": kind, "source": source}
        )

    def withdraw_link(self, public_id: str, *, reason: str) -> EvidenceLink:
        """Say that a link was entered in error. It stays on the board."""
        return self._ask(EvidenceLink, "POST", "links/{}/withdraw", public_id, body={"reason": reason})

    def parties_of(self, public_id: str) -> Iterator[Party]:
        """Everybody in a case."""
        return self._pages(Party, "cases/{}/parties", public_id)

    def add_party(self, public_id: str, *, name: str, account: str = "", note: str = "") -> Party:
        """Enter somebody in a case."""
        return self._ask(
            Party, "POST", "cases/{}/parties", public_id, body={"account": account, "name": name, "note": note}
        )

    def party(self, public_id: str) -> Party:
        """Somebody in a case."""
        return self._ask(Party, "GET", "parties/{}", public_id)
