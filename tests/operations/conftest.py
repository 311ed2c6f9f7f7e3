"""An empty database beside the one of the run, and a folder of backups."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from psycopg.sql import SQL, Identifier
from pytest_django import DjangoDbBlocker

from cias.operations.backup import make_backup
from tests import worker


@dataclass(frozen=True)
class EmptyDatabase:
    name: str

    def connect(self) -> psycopg.Connection:
        found = connection.settings_dict
        return psycopg.connect(
            host=found["HOST"], user=found["USER"], password=found["PASSWORD"], dbname=self.name, autocommit=True,
            **({"port": found["PORT"]} if found["PORT"] else {}),
        )  # fmt: skip

    def environment(self, media: Path) -> dict[str, str]:
        """For a child process: this database, and documents of its own."""
        url = worker.test_database_url().rsplit("/", 1)[0]
        keys = ",".join(settings.FIELD_ENCRYPTION_KEYS)
        return worker.environment(media, DATABASE_URL=f"{url}/{self.name}", FIELD_ENCRYPTION_KEYS=keys)


@pytest.fixture
def empty_database(db: None) -> Iterator[EmptyDatabase]:
    made = EmptyDatabase(f"restored_{secrets.token_hex(4)}")
    with EmptyDatabase(connection.settings_dict["NAME"]).connect() as server:
        server.execute(SQL("CREATE DATABASE {} TEMPLATE template0").format(Identifier(made.name)))
        yield made
        server.execute(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(made.name)))


@pytest.fixture(scope="session")
def seed_backup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A backup of the database as tests find it, with one document."""
    folder = tmp_path_factory.mktemp("backups")
    media = tmp_path_factory.mktemp("documents")
    (media / "documents").mkdir()
    (media / "documents" / "one").write_bytes(b"canari" * 100_000)
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=media):
        return make_backup(folder).path
