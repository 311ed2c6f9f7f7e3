"""Files sent on the page, on disk until the worker has done with them: public figures, so neither secret nor kept."""

import os
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError

from cias.core.vault import new_name

FOLDER = "abs-imports"
KEPT_FOR = timedelta(days=1)  # a verified file waits that long to be imported
FULL = "Le serveur n’a pas pu garder ce fichier (espace disque). Prévenez l’assistance."


def path_of(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / name


def keep(chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write the file; its name and its size in bytes. Raises ValidationError when the disk refuses."""
    name, size = new_name(), 0
    path = path_of(name)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for chunk in chunks:
                size += file.write(chunk)
    except OSError as error:
        path.unlink(missing_ok=True)
        raise ValidationError(FULL) from error
    return name, size


def forget(name: str) -> None:
    if name:
        path_of(name).unlink(missing_ok=True)


def sweep(wanted: Iterable[str]) -> int:
    """Remove files of more than a day that no job still wants; how many."""
    kept, removed = set(wanted), 0
    limit = time.time() - KEPT_FOR.total_seconds()
    for path in (Path(settings.MEDIA_ROOT) / FOLDER).glob("*"):
        if path.name not in kept and path.stat().st_mtime < limit:
            path.unlink(missing_ok=True)
            removed += 1
    return removed
