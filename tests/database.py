"""The tables of a test database: they come straight from the models, and start again after each transactional test.

Replaying the migrations of some hundred tables with their history takes minutes of processor;
tests/platform/test_tables.py says how both are held to the same result.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic, sleep
from typing import Any

from django.apps import apps
from django.db import OperationalError, connection, transaction
from django.db.models.signals import pre_migrate
from django.test import TransactionTestCase
from psycopg.errors import DeadlockDetected
from psycopg.sql import SQL, Identifier

# What the first migration of territory installs.
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")
ATTEMPTS = 5
SEEDS = "seeds"
# The columns one may write, table by table. Straight from the catalogue: information_schema takes seconds for this.
COLUMNS = """
    SELECT kept.relname, string_agg(quote_ident(attname), ', ')
    FROM pg_class kept
    JOIN pg_class filled USING (relname)
    JOIN pg_attribute ON attrelid = filled.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
    WHERE kept.relnamespace = %s::regnamespace AND filled.relnamespace = 'public'::regnamespace
    GROUP BY kept.relname
"""
COPY_BACK = "INSERT INTO public.{name} ({columns}) SELECT {columns} FROM {seeds}.{name}"
BUSY = """
    SELECT query FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
        AND backend_type = 'client backend'
"""


def tables_of_models() -> None:
    """Have the next test database made that way. Call it before it is created."""
    connection.settings_dict["TEST"]["MIGRATE"] = False
    pre_migrate.connect(_create_extensions, sender=apps.get_app_config("core"))


def _create_extensions(**kwargs: Any) -> None:
    with connection.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")


def never_wait_for_the_disk() -> None:
    """Commits return before they are written, which takes milliseconds each: no test database outlives its machine.

    What a killed server loses is seen on one with the ordinary settings, in tests/faults/test_database_restart.py.
    """
    with connection.cursor() as cursor:
        name = Identifier(connection.settings_dict["NAME"])
        cursor.execute(SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    connection.close()  # the next one starts that way


def keep_seeds() -> None:
    """Put what a new database holds aside in a schema of its own, once; a database used before starts from it again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [SEEDS])
        if cursor.fetchone():
            start_again()
            return
        cursor.execute(SQL("CREATE SCHEMA {}").format(Identifier(SEEDS)))
        for name in _filled_tables(cursor):
            cursor.execute(
                SQL("CREATE TABLE {}.{} AS TABLE public.{}").format(*map(Identifier, (SEEDS, name, name)))
            )


def start_again() -> None:
    """Bring every table back to what a new database holds.

    Django truncates all of them, then seeds them anew: seconds after each test where this takes a fraction of one,
    for most are empty.
    """
    wait_for_others()
    for left in reversed(range(ATTEMPTS)):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(
                    "SET LOCAL session_replication_role = replica"
                )  # past foreign keys and triggers
                for name in _filled_tables(cursor):
                    cursor.execute(SQL("DELETE FROM public.{}").format(Identifier(name)))
                cursor.execute(COLUMNS, [SEEDS])
                for name, columns in cursor.fetchall():
                    parts = {"name": Identifier(name), "columns": SQL(columns), "seeds": Identifier(SEEDS)}
                    cursor.execute(SQL(COPY_BACK).format(**parts))
            return
        except OperationalError as error:
            if not left or not isinstance(error.__cause__, DeadlockDetected):
                raise


def _filled_tables(cursor: Any) -> list[str]:
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    filled = SQL("SELECT {} WHERE EXISTS (SELECT FROM public.{})")
    cursor.execute(SQL(" UNION ALL ").join(filled.format(name, Identifier(name)) for name in names))
    return [name for (name,) in cursor.fetchall()]


def wait_for_others(patience: float = 30) -> None:
    """Let those who are writing finish: a page that closes may have sent its draft a moment before.

    Raises RuntimeError when somebody is still in a transaction after `patience` seconds.
    """
    end = monotonic() + patience
    with connection.cursor() as cursor:
        while True:
            cursor.execute(BUSY)
            if (queries := [query for (query,) in cursor.fetchall()]) == []:
                return
            if monotonic() > end:
                raise RuntimeError(f"a transaction is left open by: {queries}")
            sleep(0.02)


@contextmanager
def quick_teardown() -> Iterator[None]:
    """Have transactional tests end with `start_again` in place of Django's flush."""
    original = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda self: start_again()
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = original
