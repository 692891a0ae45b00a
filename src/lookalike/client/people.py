"""The operations of people. Written by tools/make_client.py."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Literal

from lookalike.client.models import Account, Link, Me, Office, Role, Token, Training, TrainingKind
from lookalike.client.transport import Resource


class PeopleResource(Resource):
    """`Client.people`."""

    def me(self) -> Me:
        """Who you are to this site, and what your token allows."""
        return self._ask(Me, "GET", "me")

    def my_tokens(self) -> tuple[Token, ...]:
        """Your tokens that still work. They are drawn and withdrawn on your account's page, never with a token."""
        return self._ask(tuple[Token, ...], "GET", "me/tokens")

    def accounts(self) -> Iterator[Account]:
        """Every account, by name."""
        return self._pages(Account, "accounts")

    def make_account(
        self,
        *,
        name: str,
        agency: str,
        username: str,
        office: Office | None = None,
        expires_at: datetime | None = None,
        roles: Sequence[Role] = (),
    ) -> Link:
        """Make an account. The code of its one-time link is in this answer and nowhere else."""
        return self._ask(
            Link,
            "POST",
            "accounts",
            body={
                "agency": agency,
                "expires_at": expires_at,
                "name": name,
                "office": office,
                "roles": roles,
                "username": username,
            },
        )

    def account(self, public_id: str) -> Account:
        """One account."""
        return self._ask(Account, "GET", "accounts/{}", public_id)

    def change_account(
        self,
        public_id: str,
        *,
        name: str,
        agency: str,
        office: Office | None = None,
        expires_at: datetime | None = None,
    ) -> Account:
        """Correct what stands of somebody."""
        return self._ask(
            Account,
            "PUT",
            "accounts/{}",
            public_id,
            body={"agency": agency, "expires_at": expires_at, "name": name, "office": office},
        )

    def disable(self, public_id: str, *, reason: str) -> Account:
        """Disable an account, at once and with every open session."""
        return self._ask(Account, "POST", "accounts/{}/disable", public_id, body={"reason": reason})

    def enable(self, public_id: str) -> Account:
        """Put a disabled account in use again."""
        return self._ask(Account, "POST", "accounts/{}/enable", public_id)

    def release(self, public_id: str) -> Account:
        """Release an account that failed sign-ins locked."""
        return self._ask(Account, "POST", "accounts/{}/release", public_id)

    def give_role(
        self,
        public_id: str,
        role: Literal[
            "investigator",
            "examiner",
            "supervisor",
            "lineup_administrator",
            "prosecutor",
            "custodian",
            "auditor",
            "board",
            "administrator",
        ],
    ) -> Account:
        """Give a role."""
        return self._ask(Account, "POST", "accounts/{}/roles/{}/give", public_id, role)

    def take_role(
        self,
        public_id: str,
        role: Literal[
            "investigator",
            "examiner",
            "supervisor",
            "lineup_administrator",
            "prosecutor",
            "custodian",
            "auditor",
            "board",
            "administrator",
        ],
    ) -> Account:
        """Take a role back."""
        return self._ask(Account, "POST", "accounts/{}/roles/{}/take", public_id, role)

    def trainings(self, public_id: str) -> tuple[Training, ...]:
        """Somebody's training on record, without what was withdrawn."""
        return self._ask(tuple[Training, ...], "GET", "accounts/{}/training", public_id)

    def add_training(
        self,
        public_id: str,
        *,
        kind: TrainingKind,
        completed_on: date,
        hours: int,
        last_day: date | None = None,
        note: str = "",
    ) -> Training:
        """Record a training that somebody completed."""
        return self._ask(
            Training,
            "POST",
            "accounts/{}/training",
            public_id,
            body={"completed_on": completed_on, "hours": hours, "kind": kind, "last_day": last_day, "note": note},
        )

    def withdraw_training(self, public_id: str, number: int) -> None:
        """Take back a training that was recorded in error."""
        self._do("POST", "accounts/{}/training/{}/withdraw", public_id, number)
