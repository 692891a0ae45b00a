"""The operations of examinations. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from lookalike.client.models import (
    Compared,
    Conclusion,
    Eligible,
    Examinations,
    Feature,
    Rates,
    Round,
    SearchLine,
    Task,
    TaskFace,
    TaskLine,
    Viewer,
)
from lookalike.client.transport import Resource


class ExaminationsResource(Resource):
    """`Client.examinations`."""

    def tasks(self) -> Iterator[TaskLine]:
        """Your examinations, newest first."""
        return self._pages(TaskLine, "tasks")

    def task(self, public_id: str) -> Task:
        """One of your examinations."""
        return self._ask(Task, "GET", "tasks/{}", public_id)

    def begin(self, public_id: str) -> Task:
        """Take it up."""
        return self._ask(Task, "POST", "tasks/{}/begin", public_id)

    def describe(self, public_id: str, *, version: int, features: Sequence[Feature]) -> Task:
        """Save the description of the probe as it stands."""
        return self._ask(
            Task, "PUT", "tasks/{}/description", public_id, body={"features": features, "version": version}
        )

    def lock(self, public_id: str, *, version: int) -> Task:
        """Lock the description for good."""
        return self._ask(Task, "POST", "tasks/{}/lock", public_id, body={"version": version})

    def correct(self, public_id: str, *, component: str, after: str, reason: str) -> Task:
        """Add to a locked description."""
        return self._ask(
            Task,
            "POST",
            "tasks/{}/corrections",
            public_id,
            body={"after": after, "component": component, "reason": reason},
        )

    def show(self, public_id: str) -> Task:
        """Show the faces."""
        return self._ask(Task, "POST", "tasks/{}/show", public_id)

    def probe(self, public_id: str) -> bytes:
        """The probe, PNG."""
        return self._file("GET", "tasks/{}/probe", public_id)

    def face(self, public_id: str, face_id: str) -> bytes:
        """The picture of a face, JPEG."""
        return self._file("GET", "tasks/{}/faces/{}/picture", public_id, face_id)

    def compare(
        self,
        public_id: str,
        face_id: str,
        *,
        version: int,
        compared: Sequence[Compared],
        outcome: str,
        reason: str = "",
    ) -> TaskFace:
        """Save what was seen of a face, and what follows."""
        return self._ask(
            TaskFace,
            "PUT",
            "tasks/{}/faces/{}",
            public_id,
            face_id,
            body={"compared": compared, "outcome": outcome, "reason": reason, "version": version},
        )

    def viewer(self, public_id: str, face_id: str) -> Viewer:
        """The state of the viewer as it is kept."""
        return self._ask(Viewer, "GET", "tasks/{}/faces/{}/viewer", public_id, face_id)

    def save_viewer(self, public_id: str, face_id: str, *, version: int, state: Mapping[str, Any]) -> Viewer:
        """Keep the state of the viewer."""
        return self._ask(
            Viewer, "PUT", "tasks/{}/faces/{}/viewer", public_id, face_id, body={"state": state, "version": version}
        )

    def conclude(self, public_id: str, *, version: int, conclusion: Conclusion, words: str = "") -> Task:
        """Sign the examination."""
        return self._ask(
            Task,
            "POST",
            "tasks/{}/conclude",
            public_id,
            body={"conclusion": conclusion, "version": version, "words": words},
        )

    def hand_back(self, public_id: str, *, reason: str) -> Task:
        """Hand an examination back that cannot be done blind."""
        return self._ask(Task, "POST", "tasks/{}/hand-back", public_id, body={"reason": reason})

    def searches(self) -> Iterator[SearchLine]:
        """The searches whose examinations you may read, the latest first."""
        return self._pages(SearchLine, "examinations")

    def all(self, search_id: str) -> Examinations:
        """The examinations of a search."""
        return self._ask(Examinations, "GET", "examinations/{}", search_id)

    def who_may(self, search_id: str) -> tuple[Eligible, ...]:
        """Every examiner, and why not."""
        return self._ask(tuple[Eligible, ...], "GET", "examinations/{}/eligible", search_id)

    def give(self, search_id: str, *, examiners: Sequence[str]) -> Examinations:
        """Assign examiners to every open turn."""
        return self._ask(Examinations, "POST", "examinations/{}/give", search_id, body={"examiners": examiners})

    def withdraw(self, search_id: str, task_id: str, *, reason: str) -> None:
        """Take an examination back."""
        self._do("POST", "examinations/{}/tasks/{}/withdraw", search_id, task_id, body={"reason": reason})

    def close(self, search_id: str) -> Examinations:
        """Leave it at two who differ, where one more might have been asked."""
        return self._ask(Examinations, "POST", "examinations/{}/close", search_id)

    def document(self, search_id: str, task_id: str) -> bytes:
        """The document of a concluded examination, PDF."""
        return self._file("GET", "examinations/{}/tasks/{}/document", search_id, task_id)

    def round_probe(self, search_id: str) -> bytes:
        """The probe as the examiners had it, PNG. Once every examination is concluded."""
        return self._file("GET", "examinations/{}/probe", search_id)

    def round_face(self, search_id: str, face_id: str) -> bytes:
        """A face as an examiner had it, JPEG. Once every examination is concluded."""
        return self._file("GET", "examinations/{}/faces/{}/picture", search_id, face_id)

    def trial_sets(self) -> tuple[str, ...]:
        """The prepared sets."""
        return self._ask(tuple[str, ...], "GET", "trial-sets")

    def rounds(self) -> Iterator[Round]:
        """Every round, newest first."""
        return self._pages(Round, "trials")

    def schedule(self, *, prepared: str, examiners: Sequence[str], each: int, last_day: date) -> Round:
        """Schedule a round."""
        return self._ask(
            Round,
            "POST",
            "trials",
            body={"each": each, "examiners": examiners, "last_day": last_day, "prepared": prepared},
        )

    def close_round(self, public_id: str) -> Round:
        """Close a round; its examiners are told."""
        return self._ask(Round, "POST", "trials/{}/close", public_id)

    def rates(self) -> tuple[Rates, ...]:
        """False leads and misses of every examiner."""
        return self._ask(tuple[Rates, ...], "GET", "trial-rates")
