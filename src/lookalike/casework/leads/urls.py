"""The addresses of answers, and of the page where anybody checks a code."""

from __future__ import annotations

from lookalike.casework.leads import views
from lookalike.casework.pages import route

urlpatterns = [
    route("leads/", views.leads, name="leads"),
    route("leads/<str:public_id>/", views.one, name="lead"),
    route("leads/<str:public_id>/acknowledge/", views.acknowledge, name="lead-acknowledge"),
    route("leads/<str:public_id>/document.pdf", views.pdf, name="lead-document"),
    route("leads/<str:public_id>/probe/", views.probe, name="lead-probe"),
    route("leads/<str:public_id>/photograph/", views.candidate, name="lead-photograph"),
    route("requests/<str:public_id>/answer/", views.answer, name="answer"),
    route("requests/<str:public_id>/answer/sign/", views.sign, name="answer-sign"),
    route("requests/<str:public_id>/answer/no-lead/", views.close, name="answer-close"),
    route("verify/", views.verify_any, name="verify-any"),
    route("verify/<str:code>/", views.verify, name="verify"),
    route("verify/<str:code>/proof.txt", views.proof, name="verify-proof"),
]
