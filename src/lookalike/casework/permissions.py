"""Who may do what: every permission of the site, and the roles that hold it. This table is the whole truth.

A permission is `scope:resource:action`. A view or an API operation names one, `PUBLIC` or `SIGNED_IN`, or it cannot be
routed (`lookalike.casework.pages`). What somebody may see of a resource (their own cases, their own tasks) is said by
the models' `visible_to`; whether an act is allowed is for `lookalike.protocol`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from lookalike.protocol.vocabulary import Role


class Permission(StrEnum):
    """What a page or an operation needs."""

    ACCOUNT_MANAGE = "people:account:manage"
    TRAINING_RECORD = "people:training:record"
    LAW_MANAGE = "people:law:manage"
    MORATORIUM_CALL = "people:moratorium:call"
    LAW_READ = "people:law:read"
    LEDGER_READ = "people:ledger:read"
    CASE_OPEN = "cases:case:open"
    CASE_READ = "cases:case:read"
    CASE_EDIT = "cases:case:edit"
    EXHIBIT_ADD = "cases:exhibit:add"
    REQUEST_MAKE = "searches:request:make"
    REQUEST_READ = "searches:request:read"
    REQUEST_CHECK = "searches:request:check"
    SEARCH_RUN = "searches:search:run"
    SEARCH_READ = "searches:search:read"
    TASK_WORK = "examinations:task:work"
    EXAMINATION_ASSIGN = "examinations:examination:assign"
    EXAMINATION_READ = "examinations:examination:read"
    TRIAL_SCHEDULE = "examinations:trial:schedule"
    TRIAL_READ = "examinations:trial:read"
    LEAD_DECIDE = "leads:lead:decide"
    SHEET_READ = "leads:sheet:read"
    SHEET_ACKNOWLEDGE = "leads:sheet:acknowledge"
    BOOKING_READ = "bookings:record:read"
    BOOKING_CHANGE = "bookings:record:change"
    DELIVERY_BRING = "bookings:delivery:bring"
    HEALTH_READ = "bookings:health:read"
    SCRUB_SIGN = "bookings:scrub:sign"
    EVIDENCE_READ = "corroboration:evidence:read"
    EVIDENCE_RECORD = "corroboration:evidence:record"
    LINEUP_READ = "lineups:lineup:read"
    LINEUP_PLAN = "lineups:lineup:plan"
    LINEUP_ALLOW = "lineups:lineup:allow"
    LINEUP_HOLD = "lineups:lineup:hold"
    VOLUNTEER_KEEP = "lineups:volunteer:keep"
    WARRANT_READ = "warrants:warrant:read"
    WARRANT_ASK = "warrants:warrant:ask"
    WARRANT_SIGN = "warrants:warrant:sign"
    WARRANT_DECIDE = "warrants:warrant:decide"
    PACKET_READ = "warrants:packet:read"
    PACKET_MAKE = "warrants:packet:make"
    PACKET_DELIVER = "warrants:packet:deliver"
    PAST_READ = "warrants:past:read"
    PAST_BRING = "warrants:past:bring"


_INVESTIGATOR, _EXAMINER, _SUPERVISOR = Role.INVESTIGATOR, Role.EXAMINER, Role.SUPERVISOR
_READERS = frozenset({_SUPERVISOR, Role.PROSECUTOR, Role.AUDITOR, Role.BOARD})

ROLES: Mapping[Permission, frozenset[Role]] = MappingProxyType(
    {
        Permission.ACCOUNT_MANAGE: frozenset({Role.ADMINISTRATOR}),
        Permission.TRAINING_RECORD: frozenset({Role.ADMINISTRATOR}),
        Permission.LAW_MANAGE: frozenset({Role.ADMINISTRATOR}),
        Permission.MORATORIUM_CALL: frozenset({Role.BOARD}),
        Permission.LAW_READ: frozenset(Role),
        Permission.LEDGER_READ: frozenset({_SUPERVISOR, Role.AUDITOR, Role.BOARD}),
        Permission.CASE_OPEN: frozenset({_INVESTIGATOR}),
        Permission.CASE_READ: _READERS | {_INVESTIGATOR, _EXAMINER},
        Permission.CASE_EDIT: frozenset({_INVESTIGATOR}),
        Permission.EXHIBIT_ADD: frozenset({_INVESTIGATOR}),
        Permission.REQUEST_MAKE: frozenset({_INVESTIGATOR}),
        Permission.REQUEST_READ: _READERS | {_INVESTIGATOR, _EXAMINER},
        Permission.REQUEST_CHECK: frozenset({_EXAMINER}),
        Permission.SEARCH_RUN: frozenset({_EXAMINER}),
        Permission.SEARCH_READ: _READERS,
        Permission.TASK_WORK: frozenset({_EXAMINER}),
        Permission.EXAMINATION_ASSIGN: frozenset({_SUPERVISOR}),
        Permission.EXAMINATION_READ: _READERS,
        Permission.TRIAL_SCHEDULE: frozenset({_SUPERVISOR}),
        Permission.TRIAL_READ: frozenset({_SUPERVISOR, Role.AUDITOR, Role.BOARD}),
        Permission.LEAD_DECIDE: frozenset({_SUPERVISOR}),
        Permission.SHEET_READ: _READERS | {_INVESTIGATOR},
        Permission.SHEET_ACKNOWLEDGE: frozenset({_INVESTIGATOR}),
        Permission.BOOKING_READ: frozenset({Role.CUSTODIAN, Role.AUDITOR, Role.BOARD}),
        Permission.BOOKING_CHANGE: frozenset({Role.CUSTODIAN}),
        Permission.DELIVERY_BRING: frozenset({Role.CUSTODIAN}),
        Permission.HEALTH_READ: frozenset({Role.CUSTODIAN, _SUPERVISOR, Role.AUDITOR, Role.BOARD}),
        Permission.SCRUB_SIGN: frozenset({Role.CUSTODIAN}),
        Permission.EVIDENCE_READ: _READERS | {_INVESTIGATOR},
        Permission.EVIDENCE_RECORD: frozenset({_INVESTIGATOR, _SUPERVISOR}),
        Permission.LINEUP_READ: _READERS | {_INVESTIGATOR},
        Permission.LINEUP_PLAN: frozenset({_INVESTIGATOR}),
        Permission.LINEUP_ALLOW: frozenset({_SUPERVISOR}),
        Permission.LINEUP_HOLD: frozenset({Role.LINEUP_ADMINISTRATOR}),
        Permission.VOLUNTEER_KEEP: frozenset({_SUPERVISOR, Role.ADMINISTRATOR}),
        Permission.WARRANT_READ: _READERS | {_INVESTIGATOR},
        Permission.WARRANT_ASK: frozenset({_INVESTIGATOR}),
        Permission.WARRANT_SIGN: frozenset({_SUPERVISOR, Role.PROSECUTOR}),
        Permission.WARRANT_DECIDE: frozenset({Role.PROSECUTOR}),
        Permission.PACKET_READ: _READERS | {_INVESTIGATOR},
        Permission.PACKET_MAKE: frozenset({_INVESTIGATOR, _SUPERVISOR, Role.PROSECUTOR}),
        Permission.PACKET_DELIVER: frozenset({Role.PROSECUTOR}),
        Permission.PAST_READ: frozenset({_SUPERVISOR, Role.PROSECUTOR, Role.AUDITOR, Role.BOARD}),
        Permission.PAST_BRING: frozenset({_SUPERVISOR}),
    }
)
"""The roles that hold each permission."""


class Open(StrEnum):
    """Pages that need no permission: everybody's, and everybody's who is signed in."""

    PUBLIC = "public"
    SIGNED_IN = "signed in"


def held_by(roles: frozenset[Role]) -> frozenset[Permission]:
    """The permissions that these roles give."""
    return frozenset(permission for permission, holders in ROLES.items() if holders & roles)
