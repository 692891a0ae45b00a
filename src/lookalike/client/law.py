"""The operations of law. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

from lookalike.client.models import Agency, AgencyKind, Moratorium, Pack, Paper
from lookalike.client.transport import NamedFile, Resource


class LawResource(Resource):
    """`Client.law`."""

    def packs(self) -> tuple[Pack, ...]:
        """The packs in force."""
        return self._ask(tuple[Pack, ...], "GET", "law/packs")

    def put_in_force(
        self, pack_id: str, *, toml: str, only_for_others: bool = False, reasons: Mapping[str, str] = {}
    ) -> Pack:
        """Put a pack in force; the one of its name that was goes out."""
        return self._ask(
            Pack,
            "POST",
            "law/packs/{}",
            pack_id,
            body={"only_for_others": only_for_others, "reasons": reasons, "toml": toml},
        )

    def end_pack(self, pack_id: str) -> None:
        """Put a pack out of force."""
        self._do("POST", "law/packs/{}/end", pack_id)

    def papers(self) -> Iterator[Paper]:
        """The papers on file."""
        return self._pages(Paper, "law/papers")

    def file_paper(
        self,
        *,
        kind: Literal[
            "board_policy",
            "authorisation",
            "gallery_agreement",
            "public_notice",
            "accountability_report",
            "impact_assessment",
            "registration",
            "bias_test",
            "who_where_rule",
            "agency_approval",
            "state_model_policy",
        ],
        issued_by: str,
        issued_on: date,
        last_day: date | None = None,
        document: NamedFile | None = None,
    ) -> Paper:
        """File a paper, with its document (PDF) where there is one."""
        return self._ask(
            Paper,
            "POST",
            "law/papers",
            form={"issued_by": issued_by, "issued_on": issued_on, "kind": kind, "last_day": last_day},
            uploads={"document": document},
        )

    def paper_document(self, number: int) -> bytes:
        """The document of a paper."""
        return self._file("GET", "law/papers/{}/document", number)

    def withdraw_paper(self, number: int) -> None:
        """Take a paper off the file."""
        self._do("POST", "law/papers/{}/withdraw", number)

    def moratoria(self) -> Iterator[Moratorium]:
        """When the board stopped the use, the latest first."""
        return self._pages(Moratorium, "law/moratoria")

    def call_moratorium(self, *, reason: str) -> Moratorium:
        """Stop the use, at once."""
        return self._ask(Moratorium, "POST", "law/moratoria", body={"reason": reason})

    def lift_moratorium(self, number: int) -> Moratorium:
        """Allow the use again."""
        return self._ask(Moratorium, "POST", "law/moratoria/{}/lift", number)

    def agencies(self) -> Iterator[Agency]:
        """The agencies that searches may be asked for."""
        return self._pages(Agency, "agencies")

    def make_agency(self, *, name: str, jurisdiction: str, kind: AgencyKind, id: str, law_pack: str = "") -> Agency:
        """Name an agency."""
        return self._ask(
            Agency,
            "POST",
            "agencies",
            body={"id": id, "jurisdiction": jurisdiction, "kind": kind, "law_pack": law_pack, "name": name},
        )

    def change_agency(
        self, agency_id: str, *, name: str, jurisdiction: str, kind: AgencyKind, law_pack: str = ""
    ) -> Agency:
        """Correct what stands of an agency."""
        return self._ask(
            Agency,
            "PUT",
            "agencies/{}",
            agency_id,
            body={"jurisdiction": jurisdiction, "kind": kind, "law_pack": law_pack, "name": name},
        )
