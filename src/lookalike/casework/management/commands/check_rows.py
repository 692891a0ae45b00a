"""`python -m django check_rows`: holds what is kept of cases, from their requests to their packets, to the
ledger.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from lookalike.casework.recorded import changed


class Command(BaseCommand):
    """Says which rows are not what the ledger recorded. Reads the whole ledger; changes nothing."""

    help = "Hold what is kept to what the ledger recorded of it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Name each row that was changed, added or taken away behind the ledger's back. Fails where there is one."""
        found = changed()
        for kind, name in found:
            self.stdout.write(f"{kind} {name} is not what the ledger recorded.")
        if found:
            raise CommandError(f"{len(found)} rows were changed in the database. Rely on none of them.")
        self.stdout.write("Every row is what the ledger recorded.")
