"""What the agency puts in force: packs of rules, papers of its public body, a moratorium; and the agencies it knows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction

from lookalike.casework.acting import Acting, act
from lookalike.casework.files import keep
from lookalike.casework.law import policy_in_force
from lookalike.casework.people.models import AcceptedEntry, Agency, Moratorium, PackInForce, Paper
from lookalike.casework.people.services.accounts import bad_form
from lookalike.casework.permissions import Permission
from lookalike.errors import NotNow
from lookalike.ledger.acts import Act
from lookalike.protocol.pack import HOUSE, read_pack
from lookalike.protocol.policy import PackKind
from lookalike.protocol.vocabulary import AgencyKind, PaperKind

LARGEST_PAPER = 64 << 20


def put_in_force(
    who: Acting, toml: bytes, *, name: str, only_for_others: bool, reasons: Mapping[str, str]
) -> PackInForce:
    """Put a pack in force; an older one of its name goes out of force with the same act.

    reasons: why each entry that nobody has confirmed is accepted, by its id; whoever acts accepts it. Raises
    BrokenProtocol for bytes that are no pack, BadForm for an entry without a reason, and what layering raises.
    """
    who.require(Permission.LAW_MANAGE)
    pack = read_pack(toml, name)
    if pack.id == HOUSE or pack.ref.kind is PackKind.TEMPLATE:
        raise bad_form("pack", "Lookalike's own pack is always in force, and the template rules on nothing.")
    missing = [one.id for one in pack.unconfirmed() if not reasons.get(one.id, "").strip()]
    if missing and not only_for_others:
        raise bad_form("reasons", f"Nobody has confirmed these entries; say why you accept each: {', '.join(missing)}.")
    with act(who, Act.LAW_CHANGE, objects=[("pack", pack.id)]) as doing:
        _one_at_a_time()
        PackInForce.objects.filter(pack_id=pack.id, until=None).update(until=who.at)
        row = PackInForce.objects.create(
            pack_id=pack.id,
            toml=toml,
            sha256=hashlib.sha256(toml).hexdigest(),
            only_for_others=only_for_others,
            since=who.at,
            by=who.person,
        )
        for one in pack.unconfirmed():
            if reasons.get(one.id, "").strip():
                AcceptedEntry.objects.create(
                    pack=row,
                    entry_id=one.id,
                    entry_sha256=one.sha256,
                    by=who.person,
                    at=who.at,
                    reason=reasons[one.id].strip(),
                )
                doing.about("entry", one.id)
        policy_in_force()  # what cannot be layered is not put in force
        doing.note(f"In force, SHA-256 {row.sha256}{', only for others' if only_for_others else ''}.")
    return row


def _one_at_a_time() -> None:
    """Inside an act: what is in force changes one act at a time. The lock is the row of the agency whose site it is."""
    Agency.objects.select_for_update(no_key=True).get(own=True)


def end_pack(who: Acting, row: PackInForce) -> None:
    """Put a pack out of force. Raises NotNow where it is."""
    who.require(Permission.LAW_MANAGE)
    with act(who, Act.LAW_CHANGE, objects=[("pack", row.pack_id)]) as doing:
        if not PackInForce.objects.filter(pk=row.pk, until=None).update(until=who.at):
            raise NotNow("This pack is out of force already.")
        doing.note("Out of force.")


def file_paper(
    who: Acting,
    *,
    kind: PaperKind,
    issued_by: str,
    issued_on: date,
    last_day: date | None,
    data: bytes | None = None,
    name: str = "",
    media_type: str = "application/pdf",
) -> Paper:
    """File an approval of a public body, with its document where there is one. Raises BadForm, FileTooLarge.

    Raises NotNow for one that is on file: of two, a withdrawal would leave the other standing.
    """
    who.require(Permission.LAW_MANAGE)
    if last_day is not None and last_day < issued_on:
        raise bad_form("last_day", "It cannot run out before it was issued.")
    with act(who, Act.PAPER_FILE) as doing:
        _one_at_a_time()
        told = {"kind": kind.value, "issued_by": issued_by.strip(), "issued_on": issued_on, "last_day": last_day}
        document = None if data is None else hashlib.sha256(data).hexdigest()
        if Paper.objects.filter(withdrawn_at=None, file__sha256=document, **told).exists():
            raise NotNow("This paper is on file already.", remedy="Look at what is in force.")
        file = None if data is None else keep(data, name=name, media_type=media_type, largest=LARGEST_PAPER)
        paper = Paper.objects.create(file=file, filed_by=who.person, filed_at=who.at, **told)
        doing.about("paper", paper.pk)
        doing.note(f"Filed: {kind}." + (f" SHA-256 {file.sha256}." if file else ""))
    return paper


def withdraw_paper(who: Acting, paper: Paper) -> None:
    """Take a paper off the file: from now on it no longer counts. Raises NotNow where that was done."""
    who.require(Permission.LAW_MANAGE)
    with act(who, Act.PAPER_FILE, objects=[("paper", str(paper.pk))]) as doing:
        if not Paper.objects.filter(pk=paper.pk, withdrawn_at=None).update(withdrawn_at=who.at):
            raise NotNow("This paper was withdrawn already.")
        doing.note("Withdrawn.")


def call_moratorium(who: Acting, reason: str) -> Moratorium:
    """The board stops the use, at once. Raises NotNow where it is stopped."""
    who.require(Permission.MORATORIUM_CALL)
    with act(who, Act.LAW_CHANGE) as doing:
        _one_at_a_time()
        if Moratorium.objects.filter(until=None).exists():
            raise NotNow("The use is stopped already.")
        row = Moratorium.objects.create(since=who.at, by=who.person, reason=reason.strip())
        doing.about("moratorium", row.pk)
        doing.note("The board stopped the use.")
    return row


def lift_moratorium(who: Acting, row: Moratorium) -> None:
    """The board allows the use again. Raises NotNow where it did."""
    who.require(Permission.MORATORIUM_CALL)
    with act(who, Act.LAW_CHANGE, objects=[("moratorium", str(row.pk))]) as doing:
        if not Moratorium.objects.filter(pk=row.pk, until=None).update(until=who.at, until_by=who.person):
            raise NotNow("The use is allowed again already.")
        doing.note("The board allowed the use again.")


def make_agency(who: Acting, *, id: str, name: str, jurisdiction: str, kind: AgencyKind, law_pack: str = "") -> Agency:
    """Name an agency for which searches may be asked. Raises BadForm for an id that is taken."""
    who.require(Permission.ACCOUNT_MANAGE)
    try:
        with act(who, Act.AGENCY_CHANGE, objects=[("agency", id)]) as doing, transaction.atomic():
            row = Agency.objects.create(
                id=id, name=name.strip(), jurisdiction=jurisdiction, kind=kind.value, law_pack=law_pack
            )
            doing.note("Named.")
    except IntegrityError as error:
        raise bad_form("id", "There is an agency of this short name.") from error
    return row


def change_agency(who: Acting, row: Agency, *, name: str, jurisdiction: str, kind: AgencyKind, law_pack: str) -> None:
    """Correct what stands of an agency. Its short name stays: entries hold it."""
    who.require(Permission.ACCOUNT_MANAGE)
    with act(who, Act.AGENCY_CHANGE, objects=[("agency", row.id)]) as doing:
        Agency.objects.filter(pk=row.pk).update(
            name=name.strip(), jurisdiction=jurisdiction, kind=kind.value, law_pack=law_pack
        )
        doing.note("Changed.")
