"""The report of a lineup as a file: made from what the ledger's entry names, signed with the agency's key, stored once.

It is made after the entry is committed, since it prints the entry's number. Where the process ended between the two,
whoever opens it next has it made, from the same data and so with the same words.
"""

from __future__ import annotations

from lookalike.casework import files
from lookalike.casework.acting import Acting, act
from lookalike.casework.leads.documents import signer
from lookalike.casework.lineups.gather import whole
from lookalike.casework.lineups.models import Lineup, Member
from lookalike.casework.lineups.report import report_pdf
from lookalike.casework.models import StoredFile
from lookalike.casework.paper import Verification
from lookalike.errors import BrokenFile, NotNow
from lookalike.ledger.acts import Act
from lookalike.signing import sign_pdf


def report(who: Acting, lineup: Lineup) -> StoredFile:
    """The report of a lineup that is over; made now where nobody has made it yet.

    Raises NotNow before its end, BrokenFile where it is not what was recorded, Fault when it cannot be typeset.
    """
    row = Lineup.objects.select_related("holding", "report").get(pk=lineup.pk)
    if row.report is not None:
        return row.report
    if row.entry is None:
        raise NotNow("This lineup is not over.", remedy="Open it again when it is.")
    made = sign_pdf(unsigned(row), signer(who), who.at)
    with act(who, Act.DOCUMENT_MAKE, objects=[("lineup", row.public_id)]) as doing:
        again = Lineup.objects.select_for_update(of=("self",)).select_related("report").get(pk=row.pk)
        if again.report is not None:
            doing.note("It was made meanwhile.")
            return again.report
        stored = files.keep(made, name=f"lineup-{row.code}.pdf", media_type="application/pdf")
        again.report = stored
        again.save(update_fields=["report"])
        doing.about("document", stored.sha256)
    return stored


def unsigned(lineup: Lineup) -> bytes:
    """The report without its signature: the same bytes every time. Raises BrokenFile, Fault."""
    sheet = whole(lineup)
    assert lineup.entry is not None
    to = Verification(str(lineup.code), sheet["url"], lineup.entry, lineup.leaf)
    order = lineup.holding.order
    pictures = {one.public_id: one for one in Member.objects.filter(lineup=lineup).select_related("picture")}
    return report_pdf(
        sheet, [_held(pictures[id], one["sha256"]) for id, one in zip(order, sheet["members"], strict=True)], to
    )


def _held(member: Member, recorded: str) -> bytes:
    if member.picture is None or member.picture.sha256 != recorded:
        raise BrokenFile(
            "A picture of this lineup is not the one that was shown.",
            why="Its SHA-256 is not the one that the report names.",
            remedy="Tell the auditor, and whoever holds the ledger's checkpoints.",
        )
    return files.read(member.picture)
