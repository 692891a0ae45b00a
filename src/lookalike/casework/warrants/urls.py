"""The addresses of warrant requests, packets, their deliveries, and past cases."""

from __future__ import annotations

from lookalike.casework.pages import route
from lookalike.casework.warrants import views, views_packets, views_past

urlpatterns = [
    route("warrants/", views.warrants, name="warrants"),
    route("suspects/<str:public_id>/warrant/", views.new, name="warrant-new"),
    route("suspects/<str:public_id>/packet/", views_packets.make, name="packet-new"),
    route("warrants/<str:public_id>/", views.one, name="warrant"),
    route("warrants/<str:public_id>/statement/", views.statement, name="warrant-statement"),
    route("warrants/<str:public_id>/packet/", views.make_packet, name="warrant-packet"),
    route("warrants/<str:public_id>/forward/", views.forward, name="warrant-forward"),
    route("warrants/<str:public_id>/ask/", views.ask, name="warrant-ask"),
    route("warrants/<str:public_id>/withdraw/", views.withdraw, name="warrant-withdraw"),
    route("warrants/<str:public_id>/sign/", views.sign, name="warrant-sign"),
    route("warrants/<str:public_id>/decide/", views.decide, name="warrant-decide"),
    route("warrants/<str:public_id>/questions/<int:question>/", views.reply, name="warrant-reply"),
    route("packets/<str:public_id>/", views_packets.packet, name="packet"),
    route("packets/<str:public_id>/file/", views_packets.download, name="packet-file"),
    route("packets/<str:public_id>/deliver/", views_packets.deliver, name="packet-deliver"),
    route(
        "packets/<str:public_id>/deliveries/<str:delivery>/withdraw/", views_packets.withdraw, name="delivery-withdraw"
    ),
    route("disclosed/<str:token>/", views_packets.disclosed, name="disclosed"),
    route("disclosed/<str:token>/packet.zip", views_packets.disclosed_file, name="disclosed-file"),
    route("past/", views_past.cases, name="past"),
    route("past/import/", views_past.bring, name="past-import"),
    route("past/<int:number>/", views_past.case, name="past-case"),
    route("past/notices/<str:public_id>/notice.pdf", views_past.document, name="past-notice"),
]
