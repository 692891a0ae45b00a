"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.bookings import health_views, views
from lookalike.casework.pages import route

urlpatterns = [
    route("bookings/", views.bookings, name="bookings"),
    route("bookings/desk/", views.desk, name="desk"),
    route("bookings/messages/", views.deliveries, name="deliveries"),
    route("bookings/messages/<slug:public_id>/", views.delivery, name="delivery"),
    route("bookings/messages/<slug:public_id>/mend/", views.mend, name="delivery-mend"),
    route("bookings/messages/<slug:public_id>/set-aside/", views.set_aside, name="delivery-set-aside"),
    route("bookings/<slug:public_id>/", views.booking, name="booking"),
    route("bookings/<slug:public_id>/correct/", views.correct, name="booking-correct"),
    route("bookings/<slug:public_id>/status/", views.status, name="booking-status"),
    route("bookings/<slug:public_id>/photographs/<int:number>/", views.photo, name="booking-photo"),
    route("bookings/<slug:public_id>/photographs/<int:number>/mend/", views.photo_mend, name="booking-photo-mend"),
    route("health/", health_views.health, name="health"),
    route("health/proposals/", health_views.proposals, name="proposals"),
    route("health/proposals/<slug:public_id>/", health_views.proposal, name="proposal"),
    route("health/scrub/", health_views.scrub, name="scrub"),
    route("health/scrub/<slug:due_on>/", health_views.signed, name="scrub-signed"),
    route("health/scrub/<slug:due_on>/sign/", health_views.sign, name="scrub-sign"),
]
