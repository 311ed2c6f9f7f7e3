"""The tables of a test database come straight from the models.

Replaying the migrations of some hundred tables with their history takes minutes of processor;
tests/platform/test_tables.py says how both are held to the same result.
"""

from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models.signals import pre_migrate

# What the first migration of territory installs.
EXTENSIONS = ("btree_gist", "pg_trgm", "unaccent")


def tables_of_models() -> None:
    """Have the next test database made that way. Call it before it is created."""
    connection.settings_dict["TEST"]["MIGRATE"] = False
    pre_migrate.connect(_create_extensions, sender=apps.get_app_config("core"))


def _create_extensions(**kwargs: Any) -> None:
    with connection.cursor() as cursor:
        for name in EXTENSIONS:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {name}")
