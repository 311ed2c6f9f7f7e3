"""The databases of the benchmarks: one that each leaves empty, and the large one, kept from one run to the next."""

import hashlib
from pathlib import Path
from typing import Any

import psycopg
from django.apps import apps
from django.conf import settings
from django.db import connection
from psycopg.sql import SQL, Identifier

from tests.bench import dataset
from tests.bench.dataset import Scale
from tests.database import keep_seeds, start_again, tables_of_models

EMPTY, LARGE = "test_bench", "test_bench_{}"


def use_empty() -> None:
    """Reference data only: what a benchmark finds when it brings its own rows."""
    wanted = _tables()
    if _fingerprint_of(EMPTY) != wanted:
        connection.close()
        connection.settings_dict["TEST"]["NAME"] = EMPTY
        tables_of_models()
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        keep_seeds()
        _finish(EMPTY, wanted)
    connect(EMPTY)
    start_again()


def use_large(size: Scale | None = None) -> Scale:
    """The data set of this week; it is written, over a copy of the empty database, when it is not there."""
    size = size or dataset.scale()
    name = LARGE.format(size.name)
    told = f"{size.name} {dataset.monday()} {_tables()} {Path(dataset.__file__).read_text()}"
    wanted = hashlib.sha256(told.encode()).hexdigest()
    if _fingerprint_of(name) != wanted:
        use_empty()
        connection.close()
        parts = {"name": Identifier(name), "empty": Identifier(EMPTY)}
        with _administrator() as own:
            own.execute(SQL("DROP DATABASE IF EXISTS {name}").format(**parts))
            own.execute(SQL("CREATE DATABASE {name} TEMPLATE {empty}").format(**parts))
        connect(name)
        dataset.write(size)
        _finish(name, wanted)
    connect(name)
    return size


def size_on_disk() -> int:
    """Bytes of the database in use, indexes included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def _tables() -> str:
    """What the tables depend on: a database made for others is made again."""
    told = []
    for model in apps.get_models():
        meta = model._meta
        told += [
            meta.db_table,
            *(f"{field.column} {field.db_type(connection)} {field.null}" for field in meta.concrete_fields),
            *(repr(item.deconstruct()) for item in (*meta.indexes, *meta.constraints)),
            *(trigger.compile(model).hash for trigger in getattr(meta, "triggers", ())),
        ]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def connect(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = settings.DATABASES["default"]["NAME"] = name


def _finish(name: str, fingerprint: str) -> None:
    """The comment of a database says what it was made from; without it, it is not finished."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute(SQL("COMMENT ON DATABASE {} IS {}").format(Identifier(name), fingerprint))


def _administrator() -> psycopg.Connection[tuple[Any, ...]]:
    parameters = connection.get_connection_params() | {"dbname": "postgres", "cursor_factory": psycopg.Cursor}
    return psycopg.connect(**parameters, autocommit=True)


def _fingerprint_of(name: str) -> str | None:
    with _administrator() as own:
        row = own.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    return row[0] if row else None
