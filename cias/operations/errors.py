"""What stops a backup or a restoration, as sentences for who typed the command."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import DatabaseError


class OperationRefused(ValidationError):
    """One French sentence without personal data; the command ends with exit code 2."""


@contextmanager
def database_errors() -> Iterator[None]:
    """What PostgreSQL says may quote a row: only that it refused is told."""
    try:
        yield
    except DatabaseError as error:
        raise OperationRefused(
            "La base de données ne répond pas ou a refusé une lecture\u00a0: vérifiez DATABASE_URL et son journal."
        ) from error
