"""Cases, evidence and stills over the REST API: every act that the pages have, by the same services."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from django.http import HttpResponse, StreamingHttpResponse
from ninja import Field, Query

from lookalike.casework import files, job_views, jobs
from lookalike.casework.cases import evidence, frames, pictures, services
from lookalike.casework.cases.exhibit_views import picture
from lookalike.casework.cases.found import case_of, exhibit_of, still_of, told_case
from lookalike.casework.cases.models import Case, Description, EditStep
from lookalike.casework.cases.schemas import (
    LARGEST_NUMBER,
    CaseChangeIn,
    CaseOut,
    CustodyOut,
    DescriptionIn,
    DescriptionOut,
    EditIn,
    ExhibitIn,
    ExhibitOut,
    FaceOut,
    HandOverIn,
    JobOut,
    MemberIn,
    NewCaseIn,
    PlaceIn,
    ReasonIn,
    StillOut,
    StoryOut,
    UndoIn,
    VersionIn,
)
from lookalike.casework.cases.still_views import chooses, face_shown
from lookalike.casework.cases.team import require_team
from lookalike.casework.cases.told import DescriptionTold, ExhibitTold
from lookalike.casework.models import Job
from lookalike.casework.operations import Number, Operations, paged
from lookalike.casework.pages import Asked, found
from lookalike.casework.people.models import Agency, Person
from lookalike.casework.permissions import Open, Permission
from lookalike.errors import BadForm
from lookalike.media import edits
from lookalike.media.photo import encode_png

operations = Operations(tags=["cases"])

Place = Annotated[int, Field(ge=0, le=LARGEST_NUMBER)]
"""A frame, counted from 0."""


@operations.get("cases", Permission.CASE_READ, response=list[CaseOut])
@paged
def cases(request: Asked) -> Any:
    """The cases that you may see, newest first; as an examiner, those whose story you have opened."""
    return Case.objects.listed_for(request.acting).order_by("-opened_at", "-pk")


@operations.post("cases", Permission.CASE_OPEN, response={201: StoryOut})
def open_case(request: Asked, told: NewCaseIn) -> Any:
    """Open a case."""
    return services.open_case(request.acting, told.told(), found(Agency.objects.all(), pk=told.agency))


@operations.get("cases/{public_id}", Permission.CASE_READ, response=StoryOut)
def case(request: Asked, public_id: str) -> Any:
    """A case with its story. An examiner first says so with a reading; of others the first reading is recorded."""
    return told_case(request.acting, public_id)


@operations.post("cases/{public_id}/reading", Permission.CASE_READ, response=StoryOut)
def read(request: Asked, public_id: str) -> Any:
    """Open the story of a case. It bars an examiner from examining the faces of the case."""
    row = case_of(request.acting, public_id)
    services.read_case(request.acting, row)
    return row


@operations.put("cases/{public_id}", Permission.CASE_EDIT, response=StoryOut)
def change(request: Asked, public_id: str, told: CaseChangeIn) -> Any:
    """Change what is said of a case."""
    row = told_case(request.acting, public_id)
    return services.change_case(request.acting, row, told.told(), version=told.version, reason=told.reason)


@operations.post("cases/{public_id}/team", Permission.CASE_EDIT, response=StoryOut)
def join(request: Asked, public_id: str, member: MemberIn) -> Any:
    """Put an investigator on the team."""
    row = told_case(request.acting, public_id)
    person = found(Person.objects.all(), public_id=member.person)
    return services.join_team(request.acting, row, person, version=member.version)


@operations.post("cases/{public_id}/team/leave", Permission.CASE_EDIT, response=StoryOut)
def leave(request: Asked, public_id: str, member: MemberIn) -> Any:
    """Take somebody off the team."""
    row = told_case(request.acting, public_id)
    person = found(Person.objects.filter(case_teams__case=row).distinct(), public_id=member.person)
    return services.leave_team(request.acting, row, person, version=member.version)


@operations.get("cases/{public_id}/descriptions", Permission.CASE_READ, response=list[DescriptionOut])
def descriptions(request: Asked, public_id: str) -> Any:
    """What witnesses said, in the order in which it was taken down."""
    return told_case(request.acting, public_id).descriptions.select_related("case").order_by("pk")


@operations.post("cases/{public_id}/descriptions", Permission.CASE_EDIT, response={201: DescriptionOut})
def describe(request: Asked, public_id: str, said: DescriptionIn) -> Any:
    """Take down what a witness said."""
    row = told_case(request.acting, public_id)
    wrong = None if said.corrects is None else found(Description.objects.filter(case=row), pk=said.corrects)
    told = DescriptionTold(**said.model_dump(exclude={"corrects"}))
    return services.take_description(request.acting, row, told, corrects=wrong)


@operations.get("cases/{public_id}/exhibits", Permission.CASE_READ, response=list[ExhibitOut])
def exhibits(request: Asked, public_id: str) -> Any:
    """The exhibits of a case."""
    row = told_case(request.acting, public_id)
    return row.exhibits.select_related("file", "job").order_by("number")


@operations.post(
    "cases/{public_id}/exhibits",
    Permission.EXHIBIT_ADD,
    response={201: ExhibitOut},
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def add_exhibit(request: Asked, public_id: str, told: Query[ExhibitIn]) -> Any:
    """Take evidence in. The body of the request is the file, as it was delivered."""
    row = told_case(request.acting, public_id)
    given = ExhibitTold(**told.model_dump())
    return services.add_exhibit(request.acting, row, given, _body(request))


@operations.get("exhibits/{public_id}", Permission.CASE_READ, response=ExhibitOut)
def exhibit(request: Asked, public_id: str) -> Any:
    """An exhibit."""
    return exhibit_of(request.acting, public_id)


@operations.get("exhibits/{public_id}/custody", Permission.CASE_READ, response=list[CustodyOut])
def custody(request: Asked, public_id: str) -> Any:
    """The chain of custody, oldest first."""
    return exhibit_of(request.acting, public_id).custody.select_related("by").order_by("pk")


@operations.post("exhibits/{public_id}/original", Permission.EXHIBIT_ADD, sends="application/octet-stream")
def original(request: Asked, public_id: str, why: ReasonIn) -> Any:
    """Copy the original out; it is recorded each time."""
    row = exhibit_of(request.acting, public_id)
    pieces = evidence.take_out(request.acting, row, reason=why.reason)
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Length"], answer["Cache-Control"] = str(row.file.size), "no-store"
    return answer


@operations.post("exhibits/{public_id}/hand-over", Permission.EXHIBIT_ADD, response={201: CustodyOut})
def hand_over(request: Asked, public_id: str, given: HandOverIn) -> Any:
    """Record that a copy was handed to somebody outside."""
    row = exhibit_of(request.acting, public_id)
    return evidence.hand_over(request.acting, row, to=given.to, reason=given.reason)


@operations.post("exhibits/{public_id}/reading", Permission.EXHIBIT_ADD, response={202: JobOut})
def read_again(request: Asked, public_id: str) -> Any:
    """Have a clip read again whose reading failed."""
    return evidence.read_again(request.acting, exhibit_of(request.acting, public_id))


@operations.get("exhibits/{public_id}/frames/{number}", Permission.EXHIBIT_ADD, sends="image/png")
def frame(request: Asked, public_id: str, number: Place) -> HttpResponse:
    """One frame of a clip as PNG. A damaged one comes too, and cannot be chosen."""
    row = exhibit_of(request.acting, public_id)
    require_team(request.acting, row.case)
    evidence.look_at(request.acting, row)
    return picture(encode_png(frames.frame(row, number).pixels), "image/png", "frame.png")


@operations.post("exhibits/{public_id}/stills", Permission.EXHIBIT_ADD, response={201: StillOut})
def choose(request: Asked, public_id: str, chosen: PlaceIn) -> Any:
    """Choose a frame or a record as a still. Chosen again it is the same still."""
    return services.choose_still(request.acting, exhibit_of(request.acting, public_id), chosen.place)


@operations.get("stills/{public_id}", Permission.CASE_READ, response=StillOut)
def still(request: Asked, public_id: str) -> Any:
    """A still and its edits."""
    return still_of(request.acting, public_id)


@operations.get("stills/{public_id}/faces", Permission.EXHIBIT_ADD, response=list[FaceOut])
def faces(request: Asked, public_id: str) -> Any:
    """The faces of a still as edited, with their quality. None of them is templated."""
    row = still_of(request.acting, public_id)
    require_team(request.acting, row.exhibit.case)
    evidence.look_at(request.acting, row.exhibit)
    told = []
    for number, face in enumerate(pictures.faces(row), start=1):
        quality, verdict = pictures.measured(row, number)
        measures = [{"name": m.name, "raw": m.raw, "unit": m.unit, "value": m.value} for m in quality.measures]
        told.append(
            {
                "number": number,
                "box": list(face.box),
                "fitness": verdict.fitness.value,
                "reasons": list(verdict.reasons),
                "measures": measures,
            }
        )
    return told


@operations.get("stills/{public_id}/picture", Permission.CASE_READ, sends="image/jpeg")
def still_picture(request: Asked, public_id: str, face: Number | None = None, original: bool = False) -> HttpResponse:
    """The still as JPEG, every face but the chosen one made unrecognisable."""
    row = still_of(request.acting, public_id)
    evidence.look_at(request.acting, row.exhibit)
    asked = None if face is None else str(face)
    number = face_shown(row, asked, len(pictures.faces(row)), chooses(request.acting, row))
    return picture(pictures.shown(row, number, original=original), "image/jpeg", "still.jpg")


@operations.post("stills/{public_id}/edits", Permission.EXHIBIT_ADD, response={201: StillOut})
def edit(request: Asked, public_id: str, made: EditIn) -> Any:
    """Make an edit."""
    row = still_of(request.acting, public_id)
    services.edit_still(request.acting, row, edits.from_dict(made.edit), version=made.version)
    return still_of(request.acting, public_id)


@operations.post("stills/{public_id}/undo", Permission.EXHIBIT_ADD, response=StillOut)
def undo(request: Asked, public_id: str, back: UndoIn) -> Any:
    """Take back the last edit, or one and all that follow it."""
    row = still_of(request.acting, public_id)
    step = None if back.step is None else found(EditStep.objects.filter(still=row), pk=back.step)
    services.undo_edit(request.acting, row, version=back.version, step=step)
    return still_of(request.acting, public_id)


@operations.post("stills/{public_id}/redo", Permission.EXHIBIT_ADD, response=StillOut)
def redo(request: Asked, public_id: str, seen: VersionIn) -> Any:
    """Make the edit again that was taken back last."""
    services.redo_edit(request.acting, still_of(request.acting, public_id), version=seen.version)
    return still_of(request.acting, public_id)


@operations.get("jobs/{public_id}", Open.SIGNED_IN, response=JobOut)
def job(request: Asked, public_id: str) -> Any:
    """A piece of long work that you asked for."""
    return job_views.own(request.acting, public_id)


@operations.post("jobs/{public_id}/cancel", Open.SIGNED_IN, response=JobOut)
def cancel(request: Asked, public_id: str) -> Any:
    """Ask for a piece of long work to stop."""
    jobs.cancel(request.acting, job_views.own(request.acting, public_id))
    return Job.objects.get(public_id=public_id)


def _body(request: Asked) -> Iterator[bytes]:
    """The body, piece by piece. Raises BadForm where it is not as long as was said: part of a file is no evidence."""
    said, came = request.META.get("CONTENT_LENGTH") or "", 0
    if not said:
        raise BadForm("The request does not say how long the file is.", remedy="Send it with a Content-Length.")
    while piece := request.read(files.PIECE):
        came += len(piece)
        yield piece
    if came != int(said):
        raise BadForm(
            f"The file broke off: {came:,} of {int(said):,} bytes came.",
            why="Part of a file is not the file that was delivered.",
            remedy="Send it again.",
        )
