"""The lead sheet and the letter without a lead as PDFs that a screen reader reads as well as an eye does (PDF/UA-1)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lookalike.casework.leads.content import Shown, lead_content, no_lead_content
from lookalike.casework.leads.sheet import LeadSheet, NoLead
from lookalike.casework.paper import as_data, printed, qr_code

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Pictures:
    """JPEG or PNG files, with nobody else's face in them. probe: the image as edited; candidate: what came back."""

    probe: bytes
    candidate: bytes


def sheet_pdf(sheet: LeadSheet, pictures: Pictures) -> bytes:
    """Typeset a lead sheet; the same input gives the same bytes. Raises Fault when the document cannot be made."""
    files = {"probe": pictures.probe, "candidate": pictures.candidate, "qr.svg": qr_code(sheet.verification.url)}
    return printed(_HERE / "sheet.typ", _data(sheet, lead_content(sheet)), files, made_at=sheet.issued_at)


def no_lead_pdf(letter: NoLead) -> bytes:
    """Typeset the letter that says that there is no lead. Raises Fault when the document cannot be made."""
    pictures = {"qr.svg": qr_code(letter.verification.url)}
    return printed(_HERE / "no_lead.typ", _data(letter, no_lead_content(letter)), pictures, made_at=letter.issued_at)


def _data(document: LeadSheet | NoLead, shown: Shown) -> dict[str, Any]:
    return {
        **as_data(shown),
        "software": document.software,
        "name": f"{shown.title} of request {document.request_number}, case {document.case_number}",
        "verification": document.verification.to_data(),
    }
