"""All the rows of the application, to compare two moments."""

from typing import Any

from django.apps import apps
from django.db import connection
from pghistory.models import Event

# What tells of the writes themselves.
TRACES = {"households_merge", "audit_accesslog", "pghistory_context", "django_session"}


def dump() -> dict[str, list[str]]:
    """Each table's rows as PostgreSQL's JSON, sorted; histories and traces left out."""
    tables: dict[str, list[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        meta: Any = model._meta
        if meta.managed and not meta.proxy and not issubclass(model, Event) and meta.db_table not in TRACES:
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT to_jsonb(t)::text FROM "{meta.db_table}" t')  # noqa: S608
                tables[meta.db_table] = sorted(row[0] for row in cursor.fetchall())
    return tables


def difference(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, Any]:
    """By table, the rows of one that the other has not."""
    return {
        table: {"gone": sorted(set(rows) - set(after[table])), "new": sorted(set(after[table]) - set(rows))}
        for table, rows in before.items()
        if rows != after[table]
    }
