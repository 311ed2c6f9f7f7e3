"""The tables of an empty database, made from the models at once."""

from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from cias.operations.errors import database_errors


def our_apps() -> list[AppConfig]:
    """The apps of this repository, in the order they are installed; packages have theirs elsewhere."""
    ours = (settings.BASE_DIR, settings.BASE_DIR / "cias")
    return [config for config in apps.get_app_configs() if Path(config.path).parent in ours]


def create_tables() -> bool:
    """Give an empty database the tables of the models, and write down their migrations as done; False when it has some.

    Replaying the migrations of a hundred tables and of their history says the same in minutes (three when nothing else
    runs) instead of some seconds. tests/platform/test_tables.py holds both to the same result, the order of columns
    aside, without replaying: the migrations add up to the models, none of their operations escapes that state save the
    extensions, applied here, and the tables made here are compared with what the models declare. All or nothing: a
    start that is interrupted leaves an empty database.
    Raises OperationRefused when PostgreSQL does not answer or refuses.
    """
    with database_errors(), transaction.atomic():
        if connection.introspection.table_names():
            return False
        ours = our_apps()
        labels = {config.label for config in ours}
        executor = MigrationExecutor(connection)
        theirs = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] not in labels]
        # No signal yet: what our apps do after a migration needs all their tables.
        executor.migrate([*theirs, ("territory", "0001_extensions")])
        # Theirs needed the accounts first.
        there = set(connection.introspection.table_names())
        with connection.schema_editor() as editor:
            for config in ours:
                for model in config.get_models():
                    if model._meta.db_table not in there:
                        editor.create_model(model)
        call_command("migrate", fake=True, interactive=False, verbosity=0)
    return True
