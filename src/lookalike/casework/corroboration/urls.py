"""The addresses of a case's evidence."""

from __future__ import annotations

urlpatterns: list[object] = []
