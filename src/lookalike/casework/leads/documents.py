"""The document of an answer: made from what the ledger's entry names, signed with the agency's key, stored once.

It is made after the entry is committed, since it prints the entry's number. Where the process ended between the two,
whoever opens it next has it made, from the same data and so with the same words.
"""

from __future__ import annotations

import fcntl
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.leads import kept
from lookalike.casework.leads.document import Pictures, no_lead_pdf, sheet_pdf
from lookalike.casework.leads.models import Answer
from lookalike.casework.leads.sheet import LeadSheet
from lookalike.casework.models import StoredFile
from lookalike.casework.people.models import Agency
from lookalike.errors import BrokenFile
from lookalike.ledger.acts import Act
from lookalike.media.photo import encode_jpeg, read_photo
from lookalike.record.pictures import fitted
from lookalike.signing import LONGEST_NAME, Signer, load_signer, make_signer, sign_pdf

KEY, CERTIFICATE = "agency.signing", "agency.signing.crt"
LONG_SIDE = 1600
"""Pixels of the long side of the probe on page and document."""


def document(who: Acting, answer: Answer) -> StoredFile:
    """The document of an answer; made now where nobody has made it yet.

    Raises BrokenFile where the answer is not what was recorded, Fault when it cannot be typeset, BadSigningKey.
    """
    if answer.document is not None:
        return answer.document
    made = sign_pdf(unsigned(answer), signer(who), who.at)
    try:
        with act(who, Act.DOCUMENT_MAKE, objects=[("answer", answer.public_id)]) as doing:
            row = Answer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
            if row.document_id is not None:
                raise _MadeMeanwhile
            stored = files.keep(made, name=name_of(answer), media_type="application/pdf")
            row.document = stored
            row.save(update_fields=["document"])
            doing.about("document", stored.sha256)
    except _MadeMeanwhile:
        answer.refresh_from_db()
        return answer.document  # type: ignore[return-value]
    answer.document = stored
    return stored


def unsigned(answer: Answer) -> bytes:
    """The document without its signature: the same bytes every time. Raises BrokenFile, Fault."""
    sheet = kept.sheet_of(answer)
    if isinstance(sheet, LeadSheet):
        return sheet_pdf(sheet, Pictures(probe_picture(answer), candidate_picture(answer)))
    return no_lead_pdf(sheet)


def probe_picture(answer: Answer) -> bytes:
    """The probe as searched, nobody else in it, as JPEG. Raises BrokenFile unless it is the one that was recorded."""
    stored = answer.request.search.probe_picture
    _held(stored, answer.sheet["pictures"].get("probe", stored.sha256))
    return encode_jpeg(fitted(read_photo(files.read(stored), name="the probe").pixels, long_side=LONG_SIDE), 90)


def candidate_picture(answer: Answer) -> bytes:
    """Head and shoulders of the gallery photograph, as JPEG. Raises BrokenFile unless it is the recorded one."""
    assert answer.portrait is not None
    _held(answer.portrait, answer.sheet["pictures"]["candidate"])
    return files.read(answer.portrait)


def name_of(answer: Answer) -> str:
    """The name under which the document is delivered: it names nobody."""
    kind = "lead-sheet" if answer.candidate_id else "no-lead"
    return f"{kind}-{answer.code}.pdf"


def signer(who: Acting) -> Signer:
    """The agency's key for documents, drawn with its certificate on first use. Raises BadSigningKey, OutputFailed."""
    folder = Path(settings.KEYS_FOLDER)
    key, certificate = folder / KEY, folder / CERTIFICATE
    with (folder / f"{KEY}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two processes draw one key
        if key.exists():
            return load_signer(key, certificate)
        name = Agency.objects.get(own=True).name[:LONGEST_NAME]
        # valid from the day before, so that an act that began a moment earlier can be signed
        return make_signer(key, certificate, name=name, now=who.at - timedelta(days=1))


def _held(stored: StoredFile, recorded: str) -> None:
    if stored.sha256 != recorded:
        raise BrokenFile(
            "A picture of this answer is not the one that was signed.",
            why="Its SHA-256 is not the one that the answer names.",
            remedy="Tell the auditor, and whoever holds the ledger's checkpoints.",
        )


class _MadeMeanwhile(Exception):  # a signal out of an act that has nothing left to do
    """Somebody else has made the document."""
