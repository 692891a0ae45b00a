"""The addresses of a case's evidence."""

from __future__ import annotations

from lookalike.casework.corroboration import views, views_write
from lookalike.casework.pages import route

urlpatterns = [
    route("evidence/", views.boards, name="boards"),
    route("cases/<str:public_id>/evidence/", views.case_board, name="evidence"),
    route("cases/<str:public_id>/evidence/new/", views_write.new_item, name="item-new"),
    route("cases/<str:public_id>/parties/new/", views_write.new_party, name="party-new"),
    route("cases/<str:public_id>/suspects/new/", views_write.new_suspect, name="suspect-new"),
    route("suspects/<str:public_id>/", views.suspect, name="suspect"),
    route("suspects/<str:public_id>/statement/", views.statement, name="suspect-statement"),
    route("suspects/<str:public_id>/suspicion/", views_write.suspicion, name="suspect-suspicion"),
    route("suspects/<str:public_id>/end/", views_write.end, name="suspect-end"),
    route("suspects/<str:public_id>/whereabouts/", views_write.whereabouts, name="suspect-whereabouts"),
    route("suspects/<str:public_id>/shown/", views_write.shown, name="suspect-shown"),
    route("suspects/<str:public_id>/arrests/new/", views_write.arrest, name="arrest-new"),
    route("arrests/<str:public_id>/withdraw/", views_write.withdraw_arrest, name="arrest-withdraw"),
    route("evidence/<str:public_id>/", views.item, name="item"),
    route("evidence/<str:public_id>/change/", views_write.change_item, name="item-change"),
    route("evidence/<str:public_id>/judge/", views_write.judge, name="item-judge"),
    route("evidence/<str:public_id>/reply/", views_write.reply, name="item-reply"),
    route("evidence/<str:public_id>/came-from/", views_write.came, name="item-came"),
    route("evidence/<str:public_id>/withdraw/", views_write.withdraw, name="item-withdraw"),
    route("evidence/<str:public_id>/file/", views.file, name="item-file"),
    route("links/<str:public_id>/withdraw/", views_write.withdraw_link, name="link-withdraw"),
    route("parties/<str:public_id>/", views.party, name="party"),
    route("parties/<str:public_id>/shown/", views_write.told, name="party-shown"),
]
