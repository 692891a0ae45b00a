"""The addresses of whoever holds a lineup, of the witness's screen, and of what is over."""

from __future__ import annotations

from lookalike.casework.lineups import views_holding, views_witness
from lookalike.casework.pages import route

urlpatterns = [
    route("holdings/", views_holding.holdings, name="holdings"),
    route("holdings/<str:public_id>/", views_holding.holding, name="holding"),
    route("holdings/<str:public_id>/begin/", views_holding.begin, name="holding-begin"),
    route("holdings/<str:public_id>/key/", views_holding.key, name="holding-key"),
    route("holdings/<str:public_id>/state/", views_holding.state, name="holding-state"),
    route("holdings/<str:public_id>/stop/", views_holding.stop, name="holding-stop"),
    route("lineups/<str:public_id>/held/", views_holding.held, name="lineup-held"),
    route("lineups/<str:public_id>/held/report.pdf", views_holding.pdf, name="lineup-report"),
    route("lineups/<str:public_id>/held/recording/<int:number>/", views_holding.take, name="lineup-recording"),
    route("witness/<str:key>/", views_witness.screen, name="screen"),
    route("witness/<str:key>/picture/<int:place>/", views_witness.picture, name="screen-picture"),
    route("witness/<str:key>/recording/<int:take>/<int:number>/", views_witness.piece, name="screen-recording"),
    route("witness/<str:key>/event/", views_witness.event, name="screen-event"),
    route("witness/<str:key>/stop/", views_witness.stop, name="screen-stop"),
]
