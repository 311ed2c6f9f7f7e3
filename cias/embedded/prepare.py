"""Brings the demonstration up to date: migrations, static files, territory and demonstration data.

Runs in a process of its own (`python -m cias.embedded prepare`), which keeps the supervisor light;
`is_prepared()` tells, without loading Django, that there is nothing to do.
"""

import hashlib
import json
import os
import sys
from itertools import chain
from typing import Any

import environ
import psycopg
from psycopg.conninfo import make_conninfo

from cias.embedded.paths import LOCAL_DIR, REPOSITORY, database_url

PREPARED = LOCAL_DIR / "prepared.json"
STATIC_MANIFEST = REPOSITORY / "staticfiles" / "staticfiles.json"
TERRITORY = REPOSITORY / "cias" / "territory" / "data" / "chartres_metropole.geojson"


def _fingerprint(*patterns: str) -> str:
    """Names, sizes and dates of the repository's files that match."""
    found = sorted(chain.from_iterable(REPOSITORY.glob(pattern) for pattern in patterns))
    facts = [(str(path), *((stat := path.stat()).st_size, stat.st_mtime_ns)) for path in found]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _static_files() -> str:
    return _fingerprint("static/**/*", "*/static/**/*", "cias/*/static/**/*", "package-lock.json", "uv.lock")


def _migration_files() -> str:
    return _fingerprint("*/migrations/*.py", "cias/*/migrations/*.py", "uv.lock")


def _applied_migrations() -> list[Any]:
    """What the database itself says, if anything; it may have been restored or emptied since."""
    url = environ.FileAwareEnv().db_url("DATABASE_URL", default=database_url())
    names = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
    try:
        with psycopg.connect(
            make_conninfo(**{name: url[key] for name, key in names.items() if url[key]})
        ) as connection:
            return list(
                connection.execute("SELECT count(*), max(id) FROM django_migrations").fetchone() or ()
            )
    except psycopg.Error:
        return []


def _facts() -> dict[str, Any]:
    return {"static": _static_files(), "files": _migration_files(), "applied": _applied_migrations()}


def _known() -> dict[str, Any]:
    try:
        return json.loads(PREPARED.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _remember(facts: dict[str, Any]) -> None:
    LOCAL_DIR.mkdir(mode=0o700, exist_ok=True)
    PREPARED.write_text(json.dumps(facts), encoding="utf-8")


def is_prepared() -> bool:
    """Whether the last preparation still holds."""
    return STATIC_MANIFEST.exists() and _known() == _facts()


def _say(message: str) -> None:
    sys.stdout.write(f"{message}\n")
    sys.stdout.flush()


def _migrate() -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from cias.operations.tables import create_tables

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        return
    _say(f"Mise à jour de la base : {len(plan)} migrations…")
    create_tables()
    call_command("migrate", interactive=False, verbosity=0)


def _collect_static() -> None:
    from django.core.management import call_command

    if STATIC_MANIFEST.exists() and _known().get("static") == _static_files():
        return
    _say("Collecte des fichiers statiques…")
    call_command("collectstatic", interactive=False, verbosity=0)
    _remember({**_known(), "static": _static_files()})


def _load_demonstration() -> None:
    from django.contrib.auth import get_user_model
    from django.core.management import call_command

    if get_user_model()._default_manager.exists():
        return
    # Loading communes twice changes nothing, and demo_data is one transaction: an interruption is made good next time.
    _say("Chargement des communes…")
    call_command("load_territory", str(TERRITORY))
    _say("Création des données de démonstration…")
    call_command("demo_data")


def prepare() -> None:
    """Do what is left to do; raises SystemExit with one sentence when a step is refused."""
    import django
    from django.core.management.base import CommandError

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cias.settings")
    django.setup()
    try:
        _migrate()
        _collect_static()
        _load_demonstration()
    except CommandError as error:
        raise SystemExit(f"La démonstration n’a pas pu être préparée : {error}") from None
    _remember(_facts())
