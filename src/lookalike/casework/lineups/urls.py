"""The addresses of lineups, of mock-witness tests and of the witness's own screen."""

from __future__ import annotations

urlpatterns: list[object] = []
