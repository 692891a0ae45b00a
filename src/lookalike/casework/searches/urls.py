"""The addresses of requests and searches."""

from __future__ import annotations

from lookalike.casework.pages import route
from lookalike.casework.searches import views

urlpatterns = [
    route("requests/", views.requests, name="requests"),
    route("stills/<str:public_id>/ask/", views.new, name="ask"),
    route("requests/<str:public_id>/", views.one, name="request"),
    route("requests/<str:public_id>/probe/", views.probe, name="request-probe"),
    route("requests/<str:public_id>/check/", views.check, name="request-check"),
    route("requests/<str:public_id>/run/", views.run, name="request-run"),
    route("requests/<str:public_id>/withdraw/", views.withdraw, name="request-withdraw"),
    route("searches/<str:public_id>/", views.record, name="search"),
    route("searches/<str:public_id>/record.json", views.record_json, name="search-json"),
    route("searches/<str:public_id>/candidates/<int:rank>/", views.candidate, name="search-candidate"),
]
