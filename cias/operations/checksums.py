"""Checksums of tables: the same before and after, whatever the order of rows and the server's settings."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from psycopg.sql import SQL, Identifier

# Tables of every schema, those of extensions left out: they come with their extension.
TABLES = """
    SELECT nspname, relname FROM pg_class
    JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE relkind = 'r' AND nspname <> 'information_schema' AND nspname !~ '^pg_'
        AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
            AND deptype = 'e')
    ORDER BY nspname, relname
"""
# Each row is hashed as text; sums do not depend on the order, and a row lost twice does not cancel out.
CHECKSUM = """
    SELECT count(*),
        coalesce(sum(('x' || left(hash, 16))::bit(64)::bigint::numeric), 0)::text,
        coalesce(sum(('x' || right(hash, 16))::bit(64)::bigint::numeric), 0)::text
    FROM (SELECT encode(sha256(convert_to(row_::text, 'UTF8')), 'hex') AS hash FROM {table} AS row_) AS hashed
"""
# How a row is written as text must not depend on the server or on who connects.
SAME_TEXT = (
    "SET LOCAL TimeZone = 'UTC'", "SET LOCAL DateStyle = 'ISO, YMD'", "SET LOCAL IntervalStyle = 'postgres'",
    "SET LOCAL extra_float_digits = 1", "SET LOCAL bytea_output = 'hex'",
)  # fmt: skip
# What an empty database holds none of: tables, views, sequences, and functions that no extension brought.
CONTENT = """
    SELECT EXISTS (
        SELECT FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND nspname <> 'information_schema' AND nspname !~ '^pg_'
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid
                AND deptype = 'e')
    ) OR EXISTS (
        SELECT FROM pg_proc JOIN pg_namespace ON pg_namespace.oid = pronamespace
        WHERE nspname <> 'information_schema' AND nspname !~ '^pg_'
            AND NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid
                AND deptype = 'e')
    )
"""


@dataclass(frozen=True)
class TableSum:
    """How many rows a table has, and the sum of their hashes."""

    rows: int
    checksum: str


@contextmanager
def snapshot() -> Iterator[str]:
    """A read-only transaction that sees one moment; gives the name under which pg_dump sees the same one."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def table_sums() -> dict[str, TableSum]:
    """Every table ("schema.name") with its rows and checksum; called in a transaction."""
    sums = {}
    with connection.cursor() as cursor:
        for setting in SAME_TEXT:
            cursor.execute(setting)
        cursor.execute(TABLES)
        for schema, name in cursor.fetchall():
            cursor.execute(SQL(CHECKSUM).format(table=Identifier(schema, name)))
            rows, first, last = cursor.fetchone()
            sums[f"{schema}.{name}"] = TableSum(rows, f"{first}:{last}")
    return sums


def is_empty() -> bool:
    """Whether the database holds nothing yet."""
    with connection.cursor() as cursor:
        cursor.execute(CONTENT)
        return not cursor.fetchone()[0]
