"""The operations of lineups. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from lookalike.client.models import AnswerIn, Lineup, OpenTest, Volunteer, VolunteerLink, WholeLineup, Witness
from lookalike.client.transport import Resource


class LineupsResource(Resource):
    """`Client.lineups`."""

    def lineups_of(self, public_id: str) -> Iterator[Lineup]:
        """The lineups of a case whose plan you may see."""
        return self._pages(Lineup, "cases/{}/lineups", public_id)

    def plan(
        self,
        public_id: str,
        *,
        presentation: Literal["sequential", "simultaneous"],
        administration: Literal["double_blind", "blinded", "self_administered", "informed"],
        administrator: str,
        suspect: str,
        witness: str,
    ) -> Lineup:
        """Begin to prepare a lineup. Refused, with citations, where the witness is not eligible."""
        return self._ask(
            Lineup,
            "POST",
            "cases/{}/lineups",
            public_id,
            body={
                "administration": administration,
                "administrator": administrator,
                "presentation": presentation,
                "suspect": suspect,
                "witness": witness,
            },
        )

    def witness(self, public_id: str) -> Witness:
        """A party as a witness, and question by question whether they may be shown a lineup of each suspect."""
        return self._ask(Witness, "GET", "witnesses/{}", public_id)

    def interview(
        self,
        public_id: str,
        *,
        version: int,
        present_at_scene: bool,
        saw_perpetrator: bool,
        where: str,
        conditions: str,
        description: int,
        familiar: str = "",
    ) -> Witness:
        """Record what a witness said first."""
        return self._ask(
            Witness,
            "POST",
            "witnesses/{}/interview",
            public_id,
            body={
                "conditions": conditions,
                "description": description,
                "familiar": familiar,
                "present_at_scene": present_at_scene,
                "saw_perpetrator": saw_perpetrator,
                "version": version,
                "where": where,
            },
        )

    def ask(
        self,
        public_id: str,
        *,
        version: int,
        saw_still: AnswerIn,
        told_of_lead: AnswerIn,
        saw_suspect_picture: AnswerIn,
        shown_suspect_before: AnswerIn,
    ) -> Witness:
        """Record what a witness saw and heard since. A yes stays one."""
        return self._ask(
            Witness,
            "POST",
            "witnesses/{}/asked",
            public_id,
            body={
                "saw_still": saw_still,
                "saw_suspect_picture": saw_suspect_picture,
                "shown_suspect_before": shown_suspect_before,
                "told_of_lead": told_of_lead,
                "version": version,
            },
        )

    def lineup(self, public_id: str) -> WholeLineup:
        """A lineup while it is prepared: who stands in it and who did, its tests, how holding it would be judged
        now.
        """
        return self._ask(WholeLineup, "GET", "lineups/{}", public_id)

    def member_picture(self, public_id: str, member: str) -> bytes:
        """The picture of a member as it is shown."""
        return self._file("GET", "lineups/{}/members/{}/picture", public_id, member)

    def change_way(
        self,
        public_id: str,
        *,
        presentation: Literal["sequential", "simultaneous"],
        administration: Literal["double_blind", "blinded", "self_administered", "informed"],
        administrator: str,
        version: int,
    ) -> WholeLineup:
        """Have it held in another way, or by somebody else."""
        return self._ask(
            WholeLineup,
            "POST",
            "lineups/{}/way",
            public_id,
            body={
                "administration": administration,
                "administrator": administrator,
                "presentation": presentation,
                "version": version,
            },
        )

    def propose(self, public_id: str, *, version: int) -> WholeLineup:
        """Have the members proposed, by what the witness said."""
        return self._ask(WholeLineup, "POST", "lineups/{}/propose", public_id, body={"version": version})

    def add_filler(self, public_id: str, *, version: int, reason: str, record_id: str) -> WholeLineup:
        """Add a filler of the pool, with reasons."""
        return self._ask(
            WholeLineup,
            "POST",
            "lineups/{}/members",
            public_id,
            body={"reason": reason, "record_id": record_id, "version": version},
        )

    def replace_filler(self, public_id: str, member: str, *, version: int, reason: str, record_id: str) -> WholeLineup:
        """Replace a filler, with reasons."""
        return self._ask(
            WholeLineup,
            "POST",
            "lineups/{}/members/{}/replace",
            public_id,
            member,
            body={"reason": reason, "record_id": record_id, "version": version},
        )

    def remove_filler(self, public_id: str, member: str, *, version: int, reason: str) -> WholeLineup:
        """Take a filler out, with reasons."""
        return self._ask(
            WholeLineup,
            "POST",
            "lineups/{}/members/{}/remove",
            public_id,
            member,
            body={"reason": reason, "version": version},
        )

    def put_back(self, public_id: str, member: str, *, version: int) -> WholeLineup:
        """Undo the taking out of a filler."""
        return self._ask(
            WholeLineup, "POST", "lineups/{}/members/{}/back", public_id, member, body={"version": version}
        )

    def cover(
        self, public_id: str, *, version: int, regions: Sequence[tuple[float, float, float, float]]
    ) -> WholeLineup:
        """Say what is covered on every picture alike."""
        return self._ask(
            WholeLineup, "POST", "lineups/{}/cover", public_id, body={"regions": regions, "version": version}
        )

    def make_pictures(self, public_id: str, *, version: int) -> WholeLineup:
        """Have the pictures made alike, by the worker."""
        return self._ask(WholeLineup, "POST", "lineups/{}/pictures", public_id, body={"version": version})

    def looked(self, public_id: str, *, version: int) -> WholeLineup:
        """Say that you looked at every picture, and that nothing but the faces tells them apart."""
        return self._ask(WholeLineup, "POST", "lineups/{}/looked", public_id, body={"version": version})

    def open_test(self, public_id: str, *, version: int) -> WholeLineup:
        """Open the test on mock witnesses. Its links are made by whoever keeps the volunteers."""
        return self._ask(WholeLineup, "POST", "lineups/{}/test", public_id, body={"version": version})

    def close_test(self, public_id: str, *, version: int) -> WholeLineup:
        """Close the test and measure it."""
        return self._ask(WholeLineup, "POST", "lineups/{}/test/close", public_id, body={"version": version})

    def break_off(self, public_id: str, *, version: int, reason: str) -> WholeLineup:
        """Break the test off: nobody reads what was chosen."""
        return self._ask(
            WholeLineup, "POST", "lineups/{}/test/break-off", public_id, body={"reason": reason, "version": version}
        )

    def sign(
        self, public_id: str, *, version: int, decision: bool, read_all: bool, about: str, words: str = ""
    ) -> WholeLineup:
        """Sign for or against a lineup; for it, the protections are asked at once."""
        return self._ask(
            WholeLineup,
            "POST",
            "lineups/{}/sign",
            public_id,
            body={"about": about, "decision": decision, "read_all": read_all, "version": version, "words": words},
        )

    def give_up(self, public_id: str, *, version: int, reason: str) -> WholeLineup:
        """Give a lineup up before anybody saw it."""
        return self._ask(
            WholeLineup, "POST", "lineups/{}/give-up", public_id, body={"reason": reason, "version": version}
        )

    def volunteers_kept(self) -> Iterator[Volunteer]:
        """The agency's volunteers."""
        return self._pages(Volunteer, "volunteers")

    def add_volunteer(self, *, name: str, email: str = "") -> Volunteer:
        """Keep a volunteer."""
        return self._ask(Volunteer, "POST", "volunteers", body={"email": email, "name": name})

    def tests_to_link(self) -> Iterator[OpenTest]:
        """The tests that are open, and how many volunteers of each have no link yet. Nothing of their cases."""
        return self._pages(OpenTest, "volunteers/tests")

    def make_links(self, public_id: str) -> tuple[VolunteerLink, ...]:
        """Make the links of a test for whoever has not opened one. They are in this answer, and nowhere afterwards."""
        return self._ask(tuple[VolunteerLink, ...], "POST", "volunteers/tests/{}/links", public_id)

    def end_volunteer(self, public_id: str) -> Volunteer:
        """Have a volunteer serve no more."""
        return self._ask(Volunteer, "POST", "volunteers/{}/end", public_id)
