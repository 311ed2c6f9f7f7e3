"""The tables of a test database: they come straight from the models, and are emptied after each transactional test.

Replaying the migrations of some hundred tables with their history takes minutes of processor;
tests/platform/test_tables.py says how both are held to the same result.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection
from django.db.models.signals import pre_migrate
from psycopg.errors import DeadlockDetected

# What the first migration of territory installs.
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
FLUSHES = 5


def tables_of_models() -> None:
    """Have the next test database made that way. Call it before it is created."""
    connection.settings_dict["TEST"]["MIGRATE"] = False
    pre_migrate.connect(_create_extensions, sender=apps.get_app_config("core"))


def _create_extensions(**kwargs: Any) -> None:
    with connection.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


@contextmanager
def flushing() -> Iterator[None]:
    """Have Django's flush pass the read log's trigger, and start again when it meets a request still running.

    A page that closes may have sent its draft a moment before: the live server is then writing while every
    table is truncated, and PostgreSQL ends one of the two.
    """
    operations = type(connection.ops)
    original = operations.execute_sql_flush

    def execute_sql_flush(self: Any, sql_list: list[str]) -> None:
        replica = "SET session_replication_role = "
        for left in reversed(range(FLUSHES)):
            try:
                return original(self, [f"{replica}replica;", *sql_list, f"{replica}DEFAULT;"])
            except OperationalError as error:
                if not left or not isinstance(error.__cause__, DeadlockDetected):
                    raise

    operations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]
    try:
        yield
    finally:
        operations.execute_sql_flush = original  # type: ignore[method-assign]
