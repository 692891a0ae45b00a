"""Every address of the site, app by app. An app's addresses are routed by `lookalike.casework.pages.route` alone."""

from __future__ import annotations

from django.urls import include, path

from lookalike.site import api

urlpatterns = [
    path("", include("lookalike.casework.people.urls")),
    path("", include("lookalike.casework.cases.urls")),
    path("", include("lookalike.casework.searches.urls")),
    path("", include("lookalike.casework.examinations.urls")),
    path("", include("lookalike.casework.leads.urls")),
    path("", include("lookalike.casework.corroboration.urls")),
    path("", include("lookalike.casework.lineups.urls_holding")),
    path("", include("lookalike.casework.lineups.urls")),
    path("", include("lookalike.casework.warrants.urls")),
    path("", include("lookalike.casework.bookings.urls")),
    path("sign-in/", include("lookalike.casework.people.entrance.urls")),
    path("api/", api.urls),
]
