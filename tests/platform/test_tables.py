"""A new server, the demonstration and the tests make their tables from the models; later versions migrate them.

Replaying takes minutes of processor and is not done here. Three facts stand for it: the migrations add up to the
models; each of their operations does to the database what it writes into that state, save those listed here; and the
tables made from the models hold all that the models declare, as the catalogue tells. What is taken on trust is that
Django makes the same of a table created at once and of one created then completed; the order of columns may differ.
"""

from typing import Any

import pytest
from django.apps import apps
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.core.management.commands.makemigrations import Command
from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django.test import override_settings
from django.utils import translation
from pgtrigger.migrations import AddTrigger, RemoveTrigger

from cias.operations.tables import our_apps
from tests.database import EXTENSIONS

# What these do to the database is told by the state they leave: making the last state at once comes to the same.
TOLD_BY_THE_STATE = (
    migrations.CreateModel, migrations.DeleteModel, migrations.RenameModel,
    migrations.AlterModelOptions, migrations.AlterModelManagers, migrations.AlterModelTable,
    migrations.AddField, migrations.AlterField, migrations.RemoveField, migrations.RenameField,
    migrations.AddConstraint, migrations.AlterConstraint, migrations.RemoveConstraint,
    migrations.AddIndex, migrations.RemoveIndex, migrations.RenameIndex,
    AddTrigger, RemoveTrigger,
)  # fmt: skip
# The others, and where they are. The demonstration applies this very migration, the tests run the same statements.
# Whoever writes a RunSQL or a RunPython here says in cias/operations/tables.py and tests/database.py how the short way
# does it too.
DONE_OTHERWISE = {
    ("territory", "0001_extensions"): {
        BtreeGistExtension: "btree_gist",
        TrigramExtension: "pg_trgm",
        UnaccentExtension: "unaccent",
    },
}

CATALOGUE = """
    SELECT 'column', table_name, column_name,
        concat_ws(' ', udt_name, character_maximum_length, numeric_precision, numeric_scale, is_nullable,
            column_default, is_identity, generation_expression, collation_name)
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION ALL SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
    UNION ALL SELECT 'trigger', tgrelid::regclass::text, tgname, tgenabled::text || pg_get_triggerdef(oid)
    FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT 'function', '', proname, prosrc FROM pg_proc JOIN pg_language ON pg_language.oid = prolang
    WHERE pronamespace = 'public'::regnamespace AND lanname = 'plpgsql'
    UNION ALL SELECT 'view', '', viewname, definition FROM pg_views WHERE schemaname = 'public'
    UNION ALL SELECT 'extension', '', extname, extversion FROM pg_extension
"""

type Kept = dict[tuple[str, str, str], str]


def by_name(rows: list[Any]) -> Kept:
    """The catalogue without the tables of packages, whose migrations are applied for real by the demonstration."""
    tables = {
        table
        for config in our_apps()
        for model in config.get_models(include_auto_created=True)
        for table in [model._meta.db_table]
    }
    return {
        (kind, table, name): said
        for kind, table, name, said in rows
        if not table or table.strip('"') in tables
    }


@pytest.fixture
def loader() -> MigrationLoader:
    """The migrations themselves: the tests run without."""
    with override_settings(MIGRATION_MODULES={}):
        return MigrationLoader(None)


@pytest.fixture
def of_the_tests(db: None) -> Kept:
    """What the tables of this run hold."""
    with connection.cursor() as cursor:
        cursor.execute(CATALOGUE)
        return by_name(cursor.fetchall())


def test_the_migrations_add_up_to_the_models(loader: MigrationLoader) -> None:
    """Fields, constraints, indexes, and triggers down to their SQL: what `makemigrations --check` compares."""
    with translation.override(None):  # as makemigrations does: labels are compared as they are written
        there, here = loader.project_state(), ProjectState.from_apps(apps)
        changes = Command.autodetector(there, here).changes(graph=loader.graph)
    assert {label: [str(one) for one in left] for label, left in changes.items()} == {}


def test_nothing_of_the_migrations_escapes_the_state(loader: MigrationLoader) -> None:
    ours = {config.label for config in our_apps()}
    escaping = {
        key: {type(one) for one in migration.operations if not isinstance(one, TOLD_BY_THE_STATE)}
        for key, migration in loader.disk_migrations.items()
        if key[0] in ours
    }
    assert {key: kinds for key, kinds in escaping.items() if kinds} == {
        key: set(kinds) for key, kinds in DONE_OTHERWISE.items()
    }
    extensions = [name for kinds in DONE_OTHERWISE.values() for name in kinds.values()]
    assert sorted(EXTENSIONS) == sorted(extensions)


def test_the_tables_hold_all_that_the_models_declare(of_the_tests: Kept) -> None:
    missing = []
    for model in (model for config in our_apps() for model in config.get_models(include_auto_created=True)):
        table, meta = model._meta.db_table, model._meta
        declared = [("column", field.column) for field in meta.concrete_fields]
        declared += [("index", index.name) for index in meta.indexes]
        declared += [("trigger", trigger.get_pgid(model)) for trigger in getattr(meta, "triggers", ())]
        missing += [(kind, table, name) for kind, name in declared if (kind, table, name) not in of_the_tests]
        # A unique constraint under a condition is an index to PostgreSQL.
        missing += [
            ("constraint", table, one.name)
            for one in meta.constraints
            if not {("constraint", table, one.name), ("index", table, one.name)} & of_the_tests.keys()
        ]
    assert missing == []
    disabled = [key for key, said in of_the_tests.items() if key[0] == "trigger" and not said.startswith("O")]
    assert disabled == []
    assert ("function", "", "_pgh_attach_context") in of_the_tests
    assert {("extension", "", name) for name in EXTENSIONS} <= of_the_tests.keys()
