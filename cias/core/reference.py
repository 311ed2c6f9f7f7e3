"""Reference data: rows that arrive with the migrations, then belong to the people who edit them in the app."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.apps import AppConfig
from django.db.models import Model
from django.db.models.signals import post_migrate


def seed_missing(model: type[Model], key: str, rows: Iterable[Mapping[str, Any]]) -> int:
    """Create the rows whose `key` is not there yet; never overwrite an edited one. Returns how many were created."""
    manager = model._default_manager
    known = set(manager.values_list(key, flat=True))
    missing = [model(**row) for row in rows if row[key] not in known]
    manager.bulk_create(missing)
    return len(missing)


def seed_after_migrate(config: AppConfig, seed: Callable[[], None]) -> None:
    """Run `seed` each time the app's migrations have been applied (also after a test flushed the tables)."""

    def receiver(**kwargs: Any) -> None:
        if kwargs.get("plan") is None or not any(backwards for _migration, backwards in kwargs["plan"]):
            seed()

    post_migrate.connect(receiver, sender=config, weak=False, dispatch_uid=f"seed-{config.label}")
