"""Fill an empty home with a lineup that was begun. Prints the key of the witness's screen.

Run as `python -m tests.casework.lineups.holding.seed` with LOOKALIKE_HOME and DJANGO_SETTINGS_MODULE set.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from unittest.mock import patch

import django

from lookalike.site.home import default_home


def seed() -> str:
    """Make everything. Returns the key."""
    import hashlib

    from django.core.management import call_command

    from lookalike.casework.acting import Acting
    from lookalike.casework.lineups.services import holding as services
    from lookalike.casework.people.models import Agency, PackInForce, Paper, Person
    from lookalike.casework.recording import begin_ledger
    from lookalike.protocol.pack import load_bytes
    from lookalike.protocol.vocabulary import Role
    from tests.casework.lineups.holding.examples import case_of, facts, lineup_of, pictures

    call_command("migrate", verbosity=0)
    begin_ledger("ledger.example.org/detroit")
    now = datetime.now(UTC)
    agency = Agency.objects.create(
        id="dpd", name="Detroit Police Department", jurisdiction="US-MI-Detroit", kind="law_enforcement", own=True
    )
    names = {"lena": "Lena Holder", "ida": "Ida Investigator", "sam": "Sam Supervisor"}
    people = {
        username: Person.objects.create(username=username, name=name, agency=agency, made_at=now)
        for username, name in names.items()
    }
    data, _ = load_bytes("detroit-2024")
    digest = hashlib.sha256(data).hexdigest()
    PackInForce.objects.create(pack_id="detroit-2024", toml=data, sha256=digest, since=now, by=people["sam"])
    Paper.objects.create(
        kind="board_policy",
        issued_by="Board of Police Commissioners",
        issued_on=date(2026, 1, 5),
        last_day=now.date() + timedelta(days=200),
        filed_by=people["sam"],
        filed_at=now,
    )
    case = case_of(agency, people["ida"], now)
    lineup = lineup_of(case, people["lena"], people["ida"], people["sam"], now, photographs=pictures())
    who = Acting(
        person=people["lena"],
        roles=frozenset({Role.LINEUP_ADMINISTRATOR}),
        at=now,
        source="127.0.0.1",
        where="/seed/",
    )
    with patch.object(services, "facts_of", lambda who, lineup: facts(who.at)):
        _, key = services.begin(who, lineup, "en", address=lambda code: f"https://unit.example/verify/{code}/")
    return key


if __name__ == "__main__":
    default_home().make()  # before Django reads its key from it
    django.setup()
    print(seed())
