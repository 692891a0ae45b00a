"""The addresses of this step."""

from __future__ import annotations

from lookalike.casework.pages import route
from lookalike.casework.people import views

urlpatterns = [
    route("", views.home, name="home"),
    route("notice/", views.notice, name="notice"),
    route("accounts/", views.accounts, name="accounts"),
    route("law/", views.law, name="law"),
    route("ledger/", views.ledger, name="ledger"),
]
