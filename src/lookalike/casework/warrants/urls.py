"""The addresses of warrant requests, packets, their deliveries, and past cases."""

from __future__ import annotations

urlpatterns: list[object] = []
