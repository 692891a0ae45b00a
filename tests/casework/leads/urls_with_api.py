"""The site's addresses and the operations of leads."""

from __future__ import annotations

from django.urls import include, path
from ninja import NinjaAPI

from lookalike.casework.leads.api import operations
from lookalike.casework.operations import TokenAuth
from lookalike.errors import LookalikeError
from lookalike.site.api import told

api = NinjaAPI(auth=TokenAuth(), urls_namespace="leads-api", title="leads")
api.add_router("", operations.router)
api.exception_handler(LookalikeError)(told)

urlpatterns = [path("leads-api/", api.urls), path("", include("lookalike.site.urls"))]
