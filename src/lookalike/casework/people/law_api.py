"""What is in force, and the agencies, over the REST API: read by everybody, changed by those who may."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from django.http import FileResponse
from ninja import Field, File, Form, Schema
from ninja.files import UploadedFile

from lookalike.casework import files
from lookalike.casework.acting import act
from lookalike.casework.operations import Number, Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.people.models import Agency, Moratorium, PackInForce, Paper
from lookalike.casework.people.services import law as services
from lookalike.casework.people.services.accounts import bad_form
from lookalike.casework.permissions import Permission
from lookalike.errors import FileTooLarge, NotThere
from lookalike.ledger.acts import Act
from lookalike.protocol.pack import JURISDICTION, shipped
from lookalike.protocol.vocabulary import AgencyKind, PaperKind

operations = Operations(tags=["law"])

Slug = Annotated[str, Field(min_length=1, max_length=60, pattern="^[A-Za-z0-9_-]+$")]


class PackOut(Schema):
    """A pack in force. sha256: of the bytes of its file."""

    pack_id: str
    sha256: str
    only_for_others: bool
    since: datetime


class PackIn(Schema):
    """A pack to be put in force. toml: its file. reasons: why each unconfirmed entry is accepted, by its id."""

    toml: str = Field(min_length=1, max_length=1_000_000)
    only_for_others: bool = False
    reasons: dict[str, str] = Field({}, max_length=500)


class PaperOut(Schema):
    """A paper of a public body. document: whether one was filed with it."""

    number: int = Field(alias="pk")
    kind: PaperKind
    issued_by: str
    issued_on: date
    last_day: date | None
    document: bool

    @staticmethod
    def resolve_document(row: Paper) -> bool:
        """Whether there is one."""
        return row.file_id is not None


class MoratoriumOut(Schema):
    """A time in which the board stopped the use. until: None while it lasts."""

    number: int = Field(alias="pk")
    since: datetime
    reason: str
    until: datetime | None


class WhyIn(Schema):
    """Why the use is stopped."""

    reason: str = Field(min_length=1, max_length=2_000)


class AgencyIn(Schema):
    """What stands of an agency. law_pack: the pack of its law, "" for none."""

    name: str = Field(min_length=1, max_length=200)
    jurisdiction: str = Field(max_length=60, pattern=JURISDICTION)
    kind: AgencyKind
    law_pack: str = Field("", max_length=60)


class NewAgencyIn(AgencyIn):
    """A new agency. id: its short name, which never changes."""

    id: Slug


class AgencyOut(Schema):
    """An agency. own: the one whose site this is."""

    id: str
    name: str
    jurisdiction: str
    kind: AgencyKind
    own: bool
    law_pack: str


@operations.get("law/packs", Permission.LAW_READ, response=list[PackOut])
def packs(request: Asked) -> Any:
    """The packs in force."""
    return PackInForce.objects.filter(until=None).order_by("pack_id")


@operations.post("law/packs/{pack_id}", Permission.LAW_MANAGE, response={201: PackOut})
def put_in_force(request: Asked, pack_id: Slug, given: PackIn) -> Any:
    """Put a pack in force; the one of its name that was goes out."""
    return services.put_in_force(
        request.acting,
        given.toml.encode(),
        name=pack_id,
        only_for_others=given.only_for_others,
        reasons=given.reasons,
    )


@operations.post("law/packs/{pack_id}/end", Permission.LAW_MANAGE, response={204: None})
def end_pack(request: Asked, pack_id: str) -> None:
    """Put a pack out of force."""
    services.end_pack(request.acting, found(PackInForce.objects.filter(until=None), pack_id=pack_id))


@operations.get("law/papers", Permission.LAW_READ, response=list[PaperOut])
@paged
def papers(request: Asked) -> Any:
    """The papers on file."""
    return Paper.objects.filter(withdrawn_at=None).order_by("kind", "-issued_on", "pk")


@operations.post("law/papers", Permission.LAW_MANAGE, response={201: PaperOut})
def file_paper(
    request: Asked,
    kind: Form[PaperKind],
    issued_by: Form[Annotated[str, Field(min_length=1, max_length=200)]],
    issued_on: Form[date],
    last_day: Form[date | None] = None,
    document: File[UploadedFile | None] = None,
) -> Any:
    """File a paper, with its document (PDF) where there is one."""
    data = None if document is None else _pdf(document)
    return services.file_paper(
        request.acting,
        kind=kind,
        issued_by=issued_by,
        issued_on=issued_on,
        last_day=last_day,
        data=data,
        name="" if document is None else document.name or "paper.pdf",
    )


@operations.get("law/papers/{number}/document", Permission.LAW_READ, sends="application/pdf")
def paper_document(request: Asked, number: Number) -> FileResponse:
    """The document of a paper."""
    paper = found(Paper.objects.select_related("file"), pk=number)
    if paper.file is None:
        raise NotThere("No document was filed with this paper.")
    with act(request.acting, Act.FILE_READ, objects=[("paper", str(paper.pk))]):
        stream = files.opened(paper.file)
    return FileResponse(stream, content_type="application/pdf", filename=f"paper-{paper.pk}.pdf")


@operations.post("law/papers/{number}/withdraw", Permission.LAW_MANAGE, response={204: None})
def withdraw_paper(request: Asked, number: Number) -> None:
    """Take a paper off the file."""
    services.withdraw_paper(request.acting, found(Paper.objects.all(), pk=number))


@operations.get("law/moratoria", Permission.LAW_READ, response=list[MoratoriumOut])
@paged
def moratoria(request: Asked) -> Any:
    """When the board stopped the use, the latest first."""
    return Moratorium.objects.order_by("-since", "-pk")


@operations.post("law/moratoria", Permission.MORATORIUM_CALL, response={201: MoratoriumOut})
def call_moratorium(request: Asked, why: WhyIn) -> Any:
    """Stop the use, at once."""
    return services.call_moratorium(request.acting, why.reason)


@operations.post("law/moratoria/{number}/lift", Permission.MORATORIUM_CALL, response=MoratoriumOut)
def lift_moratorium(request: Asked, number: Number) -> Any:
    """Allow the use again."""
    row = found(Moratorium.objects.all(), pk=number)
    services.lift_moratorium(request.acting, row)
    row.refresh_from_db()
    return row


@operations.get("agencies", Permission.LAW_READ, response=list[AgencyOut])
@paged
def agencies(request: Asked) -> Any:
    """The agencies that searches may be asked for."""
    return Agency.objects.order_by("name", "pk")


@operations.post("agencies", Permission.ACCOUNT_MANAGE, response={201: AgencyOut})
def make_agency(request: Asked, given: NewAgencyIn) -> Any:
    """Name an agency."""
    _known_pack(given.law_pack)
    return services.make_agency(request.acting, **given.model_dump())


@operations.put("agencies/{agency_id}", Permission.ACCOUNT_MANAGE, response=AgencyOut)
def change_agency(request: Asked, agency_id: str, given: AgencyIn) -> Any:
    """Correct what stands of an agency."""
    row = found(Agency.objects.all(), pk=agency_id)
    _known_pack(given.law_pack)
    services.change_agency(request.acting, row, **given.model_dump())
    row.refresh_from_db()
    return row


def _known_pack(name: str) -> None:
    if name and name not in shipped():
        raise bad_form("law_pack", "There is no such pack.")


def _pdf(document: UploadedFile) -> bytes:
    if (document.size or 0) > services.LARGEST_PAPER:
        raise FileTooLarge("The document is larger than 64 MiB.", remedy="Send a smaller one.")
    data: bytes = document.read()
    if not data.startswith(b"%PDF-"):
        raise bad_form("document", "This is not a PDF.")
    return data
