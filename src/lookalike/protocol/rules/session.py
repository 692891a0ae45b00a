"""R19: the account and the session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lookalike.protocol.parameters import Kind, NotSaid, Parameters, parameter
from lookalike.protocol.rule import Check, Rule
from lookalike.protocol.rules.listing import EVERY_ACT


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionParameters(Parameters):
    """R19. From `lock_failures` on, the site reads them as its settings; no act hangs on them."""

    mfa: bool | NotSaid = parameter(Kind.MUST, "Sign-in uses two factors.")
    idle_minutes: int | NotSaid = parameter(Kind.AT_MOST, "Minutes without activity.", of=int)
    session_hours: int | NotSaid = parameter(Kind.AT_MOST, "Hours since signing in.", of=int)
    notice: bool | NotSaid = parameter(Kind.MUST, "The notice of use was acknowledged.")
    account_active: bool | NotSaid = parameter(Kind.MUST, "The account is active.")
    lock_failures: int | NotSaid = parameter(Kind.AT_MOST, "Failed sign-ins until the account is locked.", of=int)
    lock_window_minutes: int | NotSaid = parameter(Kind.AT_LEAST, "Minutes over which they are counted.", of=int)
    lock_release: str | NotSaid = parameter(Kind.WORD, "Who unlocks the account.")
    log_days: int | NotSaid = parameter(Kind.AT_LEAST, "Days for which logs are kept.", of=int)
    time_resolution_ms: int | NotSaid = parameter(Kind.AT_MOST, "Resolution of times in logs.", of=int)
    alert_minutes: int | NotSaid = parameter(Kind.AT_MOST, "Minutes until a failing log raises an alert.", of=int)


def _in_order(f: Any, p: Any) -> bool:
    return bool(f.session.signed_in_at <= f.session.last_seen_at)


R19 = Rule(
    id="R19",
    title="The account and the session",
    sentence="Whoever acts has signed in with two factors, recently, on an active account, and knows that use is "
    "recorded.",
    remedy="Sign in again.",
    protection=None,
    parameters=SessionParameters,
    checks=(
        Check(
            key="mfa",
            parameter="mfa",
            acts=EVERY_ACT,
            needs=("session.mfa",),
            holds=lambda f, p: f.session.mfa,
            says="the sign-in used one factor only",
        ),
        Check(
            key="idle_minutes",
            parameter="idle_minutes",
            acts=EVERY_ACT,
            needs=("at", "session.signed_in_at", "session.last_seen_at"),
            holds=lambda f, p: _in_order(f, p) and f.at - f.session.last_seen_at <= timedelta(minutes=p.idle_minutes),
            says=lambda f, p: f"nothing was done in the session for more than {p.idle_minutes} minutes",
        ),
        Check(
            key="session_hours",
            parameter="session_hours",
            acts=EVERY_ACT,
            needs=("at", "session.signed_in_at"),
            holds=lambda f, p: f.at - f.session.signed_in_at <= timedelta(hours=p.session_hours),
            says=lambda f, p: f"the session is older than {p.session_hours} hours",
        ),
        Check(
            key="notice",
            parameter="notice",
            acts=EVERY_ACT,
            needs=("session.notice_acknowledged",),
            holds=lambda f, p: f.session.notice_acknowledged,
            says="the notice of use was not acknowledged",
        ),
        Check(
            key="account_active",
            parameter="account_active",
            acts=EVERY_ACT,
            needs=("session.account_active",),
            holds=lambda f, p: f.session.account_active,
            says="the account is not active",
        ),
    ),
)
