"""The ledger's tables, as the ledger itself makes them: Django never touches them."""

from typing import Any

from django.db import migrations

from lookalike.ledger._sql import POSTGRESQL, SQLITE, schema


def make(apps: Any, editor: Any) -> None:
    """Make the empty tables with the triggers that freeze them."""
    for statement in schema(POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE):
        with editor.connection.cursor() as cursor:
            cursor.execute(statement)


class Migration(migrations.Migration):
    """No way back: a ledger is never dropped."""

    dependencies = [("casework", "0002_initial")]
    operations = [migrations.RunPython(make)]
