"""The worker's regular work is done when it is due, and goes on after a failure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lookalike.casework import regular
from lookalike.errors import NotNow

START = datetime(2026, 1, 5, 12, tzinfo=UTC)


@pytest.mark.parametrize("wrong", [NotNow("not yet"), OSError("gone"), KeyError("a fault of ours")])
def test_each_part_is_called_when_it_is_due_and_again_after_a_failure(
    wrong: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(regular, "_parts", [])
    called: list[str] = []

    @regular.regular(every=5)
    def often(now: datetime) -> None:
        called.append(f"often {now:%S}")

    @regular.regular(every=60)
    def seldom(now: datetime) -> None:
        called.append("seldom")
        raise wrong

    for second in (0, 1, 5, 6, 61):
        regular.run_due(lambda second=second: START + timedelta(seconds=second))
    assert called == ["often 00", "seldom", "often 05", "often 01", "seldom"]
    assert "seldom" in caplog.text
