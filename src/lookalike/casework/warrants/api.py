"""Warrant requests, packets and past cases over the REST API: every act that the pages have."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, StreamingHttpResponse

from lookalike.casework import files
from lookalike.casework.corroboration.hands import suspect_of
from lookalike.casework.operations import Number, Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.permissions import Permission
from lookalike.casework.warrants.csv_list import LARGEST
from lookalike.casework.warrants.hands import packet_of, warrant_of
from lookalike.casework.warrants.models import Notice, PastCase, Question, WarrantRequest
from lookalike.casework.warrants.schemas import (
    BroughtOut,
    DeliverIn,
    HandedOut,
    NoticeAnswerIn,
    NoticeIn,
    PacketDeliveryOut,
    PacketOut,
    PastOut,
    QuestionOut,
    QuestionReplyIn,
    QuestionsIn,
    WarrantJudgedOut,
    WarrantOut,
    WarrantSignatureIn,
    WarrantSignatureOut,
    WarrantStatementIn,
    WarrantVersionIn,
    WarrantWordsIn,
)
from lookalike.casework.warrants.services import deciding, deliveries, packets, past, requests, signing

operations = Operations(tags=["warrants"])


@operations.get("warrants", Permission.WARRANT_READ, response=list[WarrantOut])
@paged
def warrants(request: Asked) -> Any:
    """Every warrant request that you may see, newest first."""
    rows = WarrantRequest.objects.visible_to(request.acting).exclude(case__lineups__administrator=request.acting.person)
    return rows.select_related("case").order_by("-asked_at", "-pk")


@operations.post("suspects/{public_id}/warrant", Permission.WARRANT_ASK, response={201: WarrantOut})
def draft(request: Asked, public_id: str) -> Any:
    """Begin a request against a suspect; one that is open is given again."""
    return requests.draft(request.acting, suspect_of(request.acting, public_id))


@operations.get("warrants/{public_id}", Permission.WARRANT_READ, response=WarrantOut)
def warrant(request: Asked, public_id: str) -> Any:
    """One request."""
    return warrant_of(request.acting, public_id)


@operations.get("warrants/{public_id}/judgement", Permission.WARRANT_ASK, response=WarrantJudgedOut)
def judged(request: Asked, public_id: str) -> Any:
    """How every protection would judge it now; nothing is kept."""
    found_ = requests.consider(request.acting, warrant_of(request.acting, public_id)).judgement
    return {"allowed": found_.allowed, "judgement": found_.to_data()}


@operations.post("warrants/{public_id}/statement", Permission.WARRANT_ASK, response=WarrantOut)
def statement(request: Asked, public_id: str, told: WarrantStatementIn) -> Any:
    """Accept what the affidavit says of the search."""
    return requests.write_statement(request.acting, warrant_of(request.acting, public_id), **told.model_dump())


@operations.post("warrants/{public_id}/forward", Permission.WARRANT_ASK, response=WarrantOut)
def forward(request: Asked, public_id: str, told: WarrantVersionIn) -> Any:
    """Put it before those who sign."""
    return requests.put_forward(request.acting, warrant_of(request.acting, public_id), version=told.version)


@operations.post("warrants/{public_id}/ask", Permission.WARRANT_ASK, response=WarrantOut)
def ask(request: Asked, public_id: str, told: WarrantVersionIn) -> Any:
    """Ask for the warrant; what the protections refuse is kept."""
    return requests.ask(request.acting, warrant_of(request.acting, public_id), version=told.version)


@operations.post("warrants/{public_id}/withdraw", Permission.WARRANT_ASK, response=WarrantOut)
def withdraw(request: Asked, public_id: str, told: WarrantVersionIn) -> Any:
    """Take a request back."""
    return requests.withdraw(request.acting, warrant_of(request.acting, public_id), version=told.version)


@operations.post("warrants/{public_id}/signatures", Permission.WARRANT_SIGN, response={201: WarrantSignatureOut})
def sign(request: Asked, public_id: str, told: WarrantSignatureIn) -> Any:
    """Sign for a request, or refuse to with reasons."""
    return signing.sign(request.acting, warrant_of(request.acting, public_id), **told.model_dump())


@operations.post("warrants/{public_id}/accept", Permission.WARRANT_DECIDE, response=WarrantOut)
def accept(request: Asked, public_id: str, told: WarrantWordsIn) -> Any:
    """Accept a request."""
    return deciding.accept(request.acting, warrant_of(request.acting, public_id), **told.model_dump())


@operations.post("warrants/{public_id}/decline", Permission.WARRANT_DECIDE, response=WarrantOut)
def decline(request: Asked, public_id: str, told: WarrantWordsIn) -> Any:
    """Refuse a request, with words."""
    return deciding.decline(request.acting, warrant_of(request.acting, public_id), **told.model_dump())


@operations.get("warrants/{public_id}/questions", Permission.WARRANT_READ, response=list[QuestionOut])
@paged
def questions(request: Asked, public_id: str) -> Any:
    """The questions of the prosecutor, with their answers."""
    return warrant_of(request.acting, public_id).questions.order_by("pk")


@operations.post("warrants/{public_id}/questions", Permission.WARRANT_DECIDE, response={201: list[QuestionOut]})
def send_back(request: Asked, public_id: str, told: QuestionsIn) -> Any:
    """Send a request back with questions."""
    return deciding.send_back(request.acting, warrant_of(request.acting, public_id), **told.model_dump())


@operations.post("warrants/{public_id}/questions/{question}/reply", Permission.WARRANT_ASK, response=QuestionOut)
def reply(request: Asked, public_id: str, question: Number, told: QuestionReplyIn) -> Any:
    """Answer a question."""
    rows = Question.objects.filter(warrant=warrant_of(request.acting, public_id)).select_related("warrant__case")
    return requests.reply(request.acting, found(rows, pk=question), words=told.words)


@operations.post("warrants/{public_id}/packet", Permission.PACKET_MAKE, response={201: PacketOut})
def make_packet(request: Asked, public_id: str) -> Any:
    """Have the packet of a request made; ask for the packet to see when it is there."""
    row = warrant_of(request.acting, public_id)
    return packets.make(request.acting, row.suspect, row, address=request.build_absolute_uri("/"))


@operations.post("suspects/{public_id}/packet", Permission.PACKET_MAKE, response={201: PacketOut})
def make_for_disclosure(request: Asked, public_id: str) -> Any:
    """Have a packet made for disclosure alone."""
    return packets.make(request.acting, suspect_of(request.acting, public_id), address=request.build_absolute_uri("/"))


@operations.get("packets/{public_id}", Permission.PACKET_READ, response=PacketOut)
def packet(request: Asked, public_id: str) -> Any:
    """One packet: whether it is made, what it holds and where."""
    return packet_of(request.acting, public_id)


@operations.get("packets/{public_id}/file", Permission.PACKET_READ, sends=packets.MEDIA_TYPE)
def file(request: Asked, public_id: str) -> HttpResponse:
    """The packet itself; recorded each time."""
    row = packet_of(request.acting, public_id)
    deliveries.take(request.acting, row)
    assert row.file is not None
    stream = files.opened(row.file)
    answer = StreamingHttpResponse(iter(lambda: stream.read(files.PIECE), b""), content_type=packets.MEDIA_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer  # type: ignore[return-value]


@operations.get("packets/{public_id}/deliveries", Permission.PACKET_READ, response=list[PacketDeliveryOut])
@paged
def delivered(request: Asked, public_id: str) -> Any:
    """Who has a packet."""
    return packet_of(request.acting, public_id).deliveries.order_by("pk")


@operations.post("packets/{public_id}/deliveries", Permission.PACKET_DELIVER, response={201: HandedOut})
def deliver(request: Asked, public_id: str, told: DeliverIn) -> Any:
    """Hand a packet to the defence by a link. The token is told once."""
    handed = deliveries.deliver(request.acting, packet_of(request.acting, public_id), **told.model_dump())
    row = handed.delivery
    return {"public_id": row.public_id, "token": handed.token, "expires_at": row.expires_at}


@operations.post(
    "packets/{public_id}/deliveries/{delivery}/withdraw", Permission.PACKET_DELIVER, response=PacketDeliveryOut
)
def close(request: Asked, public_id: str, delivery: str) -> Any:
    """Close a link."""
    row = packet_of(request.acting, public_id)
    return deliveries.withdraw(request.acting, found(row.deliveries.all(), public_id=delivery))


@operations.get("past-cases", Permission.PAST_READ, response=list[PastOut])
@paged
def past_cases(request: Asked) -> Any:
    """Every past case, newest warrant first."""
    return PastCase.objects.select_related("notice").order_by("-warrant_on", "-pk")


@operations.post("past-cases", Permission.PAST_BRING, response={201: BroughtOut})
def bring(request: Asked) -> Any:
    """Import a list of past cases: CSV as the body, whole or not at all."""
    done = past.bring(request.acting, request.read(LARGEST + 1))
    return {"new": done.new, "known": list(done.known)}


@operations.post("past-cases/{number}/notice", Permission.PAST_BRING, response={201: PastOut})
def notify(request: Asked, number: Number, told: NoticeIn) -> Any:
    """Tell a prosecutor that a past case has no independent evidence."""
    row = found(PastCase.objects.all(), pk=number)
    past.notify(request.acting, row, **told.model_dump())
    return PastCase.objects.select_related("notice").get(pk=row.pk)


@operations.post("past-cases/{number}/answer", Permission.PAST_BRING, response=PastOut)
def enter_answer(request: Asked, number: Number, told: NoticeAnswerIn) -> Any:
    """Enter what the prosecutor answered."""
    notice = found(Notice.objects.select_related("past"), past=number)
    past.answer(request.acting, notice, **told.model_dump())
    return PastCase.objects.select_related("notice").get(pk=notice.past_id)
