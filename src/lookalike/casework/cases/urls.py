"""The addresses of this step, and of long work."""

from __future__ import annotations

from lookalike.casework import job_views
from lookalike.casework.cases import exhibit_views, still_views, views
from lookalike.casework.pages import route

urlpatterns = [
    route("cases/", views.cases, name="cases"),
    route("cases/new/", views.new_case, name="case-new"),
    route("cases/<str:public_id>/", views.case, name="case"),
    route("cases/<str:public_id>/read/", views.read, name="case-read"),
    route("cases/<str:public_id>/change/", views.change, name="case-change"),
    route("cases/<str:public_id>/team/", views.join, name="case-join"),
    route("cases/<str:public_id>/team/<str:person_id>/leave/", views.leave, name="case-leave"),
    route("cases/<str:public_id>/descriptions/new/", views.describe, name="description-new"),
    route("cases/<str:public_id>/descriptions/<int:corrects>/correct/", views.describe, name="description-correct"),
    route("cases/<str:public_id>/exhibits/new/", exhibit_views.new_exhibit, name="exhibit-new"),
    route("exhibits/<str:public_id>/", exhibit_views.exhibit, name="exhibit"),
    route("exhibits/<str:public_id>/original/", exhibit_views.original, name="exhibit-original"),
    route("exhibits/<str:public_id>/hand-over/", exhibit_views.hand_over, name="exhibit-hand"),
    route("exhibits/<str:public_id>/read-again/", exhibit_views.read_again, name="exhibit-read"),
    route("exhibits/<str:public_id>/frames/", exhibit_views.scrubber, name="exhibit-frames"),
    route("exhibits/<str:public_id>/frames/<int:number>.png", exhibit_views.frame, name="exhibit-frame"),
    route("exhibits/<str:public_id>/small/<int:number>.jpg", exhibit_views.key_still, name="exhibit-small"),
    route("exhibits/<str:public_id>/choose/", exhibit_views.choose, name="exhibit-choose"),
    route("stills/<str:public_id>/", still_views.still, name="still"),
    route("stills/<str:public_id>/picture.jpg", still_views.still_picture, name="still-picture"),
    route("stills/<str:public_id>/numbered.jpg", still_views.numbered, name="still-numbered"),
    route("stills/<str:public_id>/edits/<str:name>/", still_views.edit, name="still-edit"),
    route("stills/<str:public_id>/undo/<int:step>/", still_views.undo, name="still-undo"),
    route("stills/<str:public_id>/redo/", still_views.redo, name="still-redo"),
    route("jobs/<str:public_id>/", job_views.job, name="job"),
    route("jobs/<str:public_id>/cancel/", job_views.cancel, name="job-cancel"),
]
