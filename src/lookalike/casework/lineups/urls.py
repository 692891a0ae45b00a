"""The addresses of lineups and of mock-witness tests; holding one has its own (`urls_holding`)."""

from __future__ import annotations

from lookalike.casework.lineups import views, views_look, views_write
from lookalike.casework.pages import route

urlpatterns: list[object] = [
    route("lineups/", views.lineups, name="lineups"),
    route("cases/<str:public_id>/lineups/", views.case_lineups, name="case-lineups"),
    route("cases/<str:public_id>/lineups/new/", views_write.new_lineup, name="lineup-new"),
    route("witnesses/<str:public_id>/", views.witness, name="witness"),
    route("witnesses/<str:public_id>/interview/", views_write.interview, name="witness-interview"),
    route("witnesses/<str:public_id>/asked/", views_write.asked, name="witness-asked"),
    route("lineups/<str:public_id>/", views.lineup, name="lineup"),
    route("lineups/<str:public_id>/way/", views_write.change_way, name="lineup-way"),
    route("lineups/<str:public_id>/propose/", views_write.propose, name="lineup-propose"),
    route("lineups/<str:public_id>/pool/", views.pool, name="lineup-pool"),
    route("lineups/<str:public_id>/pool/<str:record_id>/picture/", views.pool_picture, name="pool-picture"),
    route("lineups/<str:public_id>/members/add/", views_write.add, name="member-add"),
    route("lineups/<str:public_id>/members/<str:member_id>/picture/", views.member_picture, name="member-picture"),
    route("lineups/<str:public_id>/members/<str:member_id>/replace/", views_write.replace, name="member-replace"),
    route("lineups/<str:public_id>/members/<str:member_id>/remove/", views_write.remove, name="member-remove"),
    route("lineups/<str:public_id>/members/<str:member_id>/back/", views_write.put_back, name="member-back"),
    route("lineups/<str:public_id>/cover/", views_write.cover, name="lineup-cover"),
    route("lineups/<str:public_id>/pictures/", views_write.pictures, name="lineup-pictures"),
    route("lineups/<str:public_id>/looked/", views_write.looked, name="lineup-looked"),
    route("lineups/<str:public_id>/test/", views_write.open_test, name="test-open"),
    route("lineups/<str:public_id>/test/close/", views_write.close, name="test-close"),
    route("lineups/<str:public_id>/test/break-off/", views_write.break_off, name="test-break-off"),
    route("lineups/<str:public_id>/sign/", views_write.sign, name="lineup-sign"),
    route("lineups/<str:public_id>/give-up/", views_write.give_up, name="lineup-give-up"),
    route("volunteers/", views.volunteers, name="volunteers"),
    route("volunteers/new/", views_write.new_volunteer, name="volunteer-new"),
    route("volunteers/tests/<str:public_id>/links/", views_write.make_links, name="test-links"),
    route("volunteers/<str:public_id>/end/", views_write.end_volunteer, name="volunteer-end"),
    route("look/thanks/", views_look.thanks, name="thanks-for-looking"),
    route("look/<str:token>/", views_look.look, name="look"),
    route("look/<str:token>/<int:place>.jpg", views_look.look_picture, name="look-picture"),
]
