"""What a backup says of itself: where it comes from, and whether this machine can restore it."""

import tomllib
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from cias.core import registry
from cias.core.french import plural
from cias.operations import archive, postgres
from cias.operations.checksums import table_sums
from cias.operations.errors import OperationRefused


def version() -> str:
    """The application's version, as pyproject.toml has it."""
    with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
        return tomllib.load(file)["project"]["version"]


def make_manifest() -> dict[str, Any]:
    """Called in the snapshot's transaction. Keys are named by their identifier, a digest that opens nothing."""
    return {
        "format": archive.FORMAT,
        "application": version(),
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "postgresql": postgres.server_major(),
        "migrations": sorted(MigrationRecorder(connection).applied_migrations()),
        "keys": archive.key_identifiers(),
        "access_log": [str(head) for tell in registry.log_heads if (head := tell())],
        "tables": {name: asdict(found) for name, found in table_sums().items()},
    }


def check_manifest(manifest: dict[str, Any]) -> None:
    """Refuse what comes from a newer application or PostgreSQL, or was written with keys we lack."""
    made_by = manifest.get("application", "?")
    if manifest.get("format") != archive.FORMAT:
        raise OperationRefused(
            f"Cette sauvegarde (version {made_by} du logiciel) est d’un format que cette version ne connaît pas."
        )
    unknown = len({tuple(one) for one in manifest["migrations"]} - _known_migrations())
    if unknown:
        raise OperationRefused(
            f"Cette sauvegarde vient d’une autre version du logiciel ({made_by}, ici {version()})\u00a0: "
            f"{plural(unknown, 'migration inconnue', 'migrations inconnues')} ici. Installez d’abord cette version."
        )
    if manifest["postgresql"] > (here := postgres.server_major()):
        raise OperationRefused(
            f"Cette sauvegarde vient de PostgreSQL {manifest['postgresql']} et le serveur est en version {here}\u00a0: "
            "mettez-le à jour d’abord."
        )
    missing = set(manifest["keys"]) - set(archive.key_identifiers())
    if missing:
        raise OperationRefused(
            f"Il manque à FIELD_ENCRYPTION_KEYS une clé en usage lors de la sauvegarde ({', '.join(sorted(missing))})"
            "\u00a0: sans elle, des données restaurées resteraient illisibles."
        )


def pending_migrations() -> int:
    """How many migrations of this version the database has not had yet."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return len(set(MigrationLoader(None).graph.nodes) - applied)


def _known_migrations() -> set[tuple[str, str]]:
    loader = MigrationLoader(None)
    replaced = {key for migration in loader.replacements.values() for key in migration.replaces}
    return {*loader.disk_migrations, *replaced}
