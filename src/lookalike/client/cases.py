"""The operations of cases. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from lookalike.client.models import Case, Custody, Description, Exhibit, Face, Job, OtherPurpose, Still, Story
from lookalike.client.transport import Resource, Upload


class CasesResource(Resource):
    """`Client.cases`."""

    def all(self) -> Iterator[Case]:
        """The cases that you may see, newest first; as an examiner, those whose story you have opened."""
        return self._pages(Case, "cases")

    def open_case(
        self,
        *,
        number: str,
        narrative: str,
        agency: str,
        nibrs: str = "",
        statute: str = "",
        attempted: bool | None = None,
        felony: bool | None = None,
        max_years: int | None = None,
        completed_on: date | None = None,
        other_purpose: OtherPurpose | None = None,
    ) -> Story:
        """Open a case."""
        return self._ask(
            Story,
            "POST",
            "cases",
            body={
                "agency": agency,
                "attempted": attempted,
                "completed_on": completed_on,
                "felony": felony,
                "max_years": max_years,
                "narrative": narrative,
                "nibrs": nibrs,
                "number": number,
                "other_purpose": other_purpose,
                "statute": statute,
            },
        )

    def case(self, public_id: str) -> Story:
        """A case with its story. An examiner first says so with a reading; of others the first reading is recorded."""
        return self._ask(Story, "GET", "cases/{}", public_id)

    def change(
        self,
        public_id: str,
        *,
        number: str,
        narrative: str,
        version: int,
        reason: str,
        nibrs: str = "",
        statute: str = "",
        attempted: bool | None = None,
        felony: bool | None = None,
        max_years: int | None = None,
        completed_on: date | None = None,
        other_purpose: OtherPurpose | None = None,
    ) -> Story:
        """Change what is said of a case."""
        return self._ask(
            Story,
            "PUT",
            "cases/{}",
            public_id,
            body={
                "attempted": attempted,
                "completed_on": completed_on,
                "felony": felony,
                "max_years": max_years,
                "narrative": narrative,
                "nibrs": nibrs,
                "number": number,
                "other_purpose": other_purpose,
                "reason": reason,
                "statute": statute,
                "version": version,
            },
        )

    def read(self, public_id: str) -> Story:
        """Open the story of a case. It bars an examiner from examining the faces of the case."""
        return self._ask(Story, "POST", "cases/{}/reading", public_id)

    def join(self, public_id: str, *, person: str, version: int) -> Story:
        """Put an investigator on the team."""
        return self._ask(Story, "POST", "cases/{}/team", public_id, body={"person": person, "version": version})

    def leave(self, public_id: str, *, person: str, version: int) -> Story:
        """Take somebody off the team."""
        return self._ask(Story, "POST", "cases/{}/team/leave", public_id, body={"person": person, "version": version})

    def descriptions(self, public_id: str) -> tuple[Description, ...]:
        """What witnesses said, in the order in which it was taken down."""
        return self._ask(tuple[Description, ...], "GET", "cases/{}/descriptions", public_id)

    def describe(
        self,
        public_id: str,
        *,
        witness: str,
        words: str,
        given_on: date,
        height_low_cm: int | None = None,
        height_high_cm: int | None = None,
        weight_low_kg: int | None = None,
        weight_high_kg: int | None = None,
        age_low: int | None = None,
        age_high: int | None = None,
        build: str = "",
        hair: str = "",
        facial_hair: str = "",
        marks: str = "",
        clothing: str = "",
        corrects: int | None = None,
    ) -> Description:
        """Take down what a witness said."""
        return self._ask(
            Description,
            "POST",
            "cases/{}/descriptions",
            public_id,
            body={
                "age_high": age_high,
                "age_low": age_low,
                "build": build,
                "clothing": clothing,
                "corrects": corrects,
                "facial_hair": facial_hair,
                "given_on": given_on,
                "hair": hair,
                "height_high_cm": height_high_cm,
                "height_low_cm": height_low_cm,
                "marks": marks,
                "weight_high_kg": weight_high_kg,
                "weight_low_kg": weight_low_kg,
                "witness": witness,
                "words": words,
            },
        )

    def exhibits(self, public_id: str) -> tuple[Exhibit, ...]:
        """The exhibits of a case."""
        return self._ask(tuple[Exhibit, ...], "GET", "cases/{}/exhibits", public_id)

    def add_exhibit(
        self,
        public_id: str,
        data: Upload,
        *,
        kind: Literal["photograph", "clip", "nist"],
        title: str,
        probe_kind: Literal[
            "still_from_evidence",
            "recorded_video",
            "live_stream",
            "mobile_capture",
            "sketch",
            "composite",
            "lookalike",
            "pasted",
            "synthetic",
            "social_media",
            "booking_photo",
        ],
        received_from: str,
        received_on: date,
        name: str = "file",
    ) -> Exhibit:
        """Take evidence in. The body of the request is the file, as it was delivered."""
        return self._ask(
            Exhibit,
            "POST",
            "cases/{}/exhibits",
            public_id,
            query={
                "kind": kind,
                "name": name,
                "probe_kind": probe_kind,
                "received_from": received_from,
                "received_on": received_on,
                "title": title,
            },
            data=data,
        )

    def exhibit(self, public_id: str) -> Exhibit:
        """An exhibit."""
        return self._ask(Exhibit, "GET", "exhibits/{}", public_id)

    def custody(self, public_id: str) -> tuple[Custody, ...]:
        """The chain of custody, oldest first."""
        return self._ask(tuple[Custody, ...], "GET", "exhibits/{}/custody", public_id)

    def original(self, public_id: str, *, reason: str) -> Iterator[bytes]:
        """Copy the original out; it is recorded each time."""
        return self._stream("POST", "exhibits/{}/original", public_id, body={"reason": reason})

    def hand_over(self, public_id: str, *, reason: str, to: str) -> Custody:
        """Record that a copy was handed to somebody outside."""
        return self._ask(Custody, "POST", "exhibits/{}/hand-over", public_id, body={"reason": reason, "to": to})

    def read_again(self, public_id: str) -> Job:
        """Have a clip read again whose reading failed."""
        return self._ask(Job, "POST", "exhibits/{}/reading", public_id)

    def frame(self, public_id: str, number: int) -> bytes:
        """One frame of a clip as PNG. A damaged one comes too, and cannot be chosen."""
        return self._file("GET", "exhibits/{}/frames/{}", public_id, number)

    def choose(self, public_id: str, *, place: int) -> Still:
        """Choose a frame or a record as a still. Chosen again it is the same still."""
        return self._ask(Still, "POST", "exhibits/{}/stills", public_id, body={"place": place})

    def still(self, public_id: str) -> Still:
        """A still and its edits."""
        return self._ask(Still, "GET", "stills/{}", public_id)

    def faces(self, public_id: str) -> tuple[Face, ...]:
        """The faces of a still as edited, with their quality. None of them is templated."""
        return self._ask(tuple[Face, ...], "GET", "stills/{}/faces", public_id)

    def still_picture(self, public_id: str, *, face: int | None = None, original: bool = False) -> bytes:
        """The still as JPEG, every face but the chosen one made unrecognisable."""
        return self._file("GET", "stills/{}/picture", public_id, query={"face": face, "original": original})

    def edit(self, public_id: str, *, version: int, edit: Mapping[str, Any]) -> Still:
        """Make an edit."""
        return self._ask(Still, "POST", "stills/{}/edits", public_id, body={"edit": edit, "version": version})

    def undo(self, public_id: str, *, version: int, step: int | None = None) -> Still:
        """Take back the last edit, or one and all that follow it."""
        return self._ask(Still, "POST", "stills/{}/undo", public_id, body={"step": step, "version": version})

    def redo(self, public_id: str, *, version: int) -> Still:
        """Make the edit again that was taken back last."""
        return self._ask(Still, "POST", "stills/{}/redo", public_id, body={"version": version})

    def job(self, public_id: str) -> Job:
        """A piece of long work that you asked for."""
        return self._ask(Job, "GET", "jobs/{}", public_id)

    def cancel(self, public_id: str) -> Job:
        """Ask for a piece of long work to stop."""
        return self._ask(Job, "POST", "jobs/{}/cancel", public_id)
