"""Every reference to a row that may be absorbed, found in the models themselves so that none is forgotten."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from pghistory.models import Event

from cias.core.merging.journal import Journal, check_keys
from cias.core.merging.policies import Handling, Policy, declared, mover


@dataclass(frozen=True)
class Reference:
    """A field that points at a row: a foreign key, a one-to-one, one side of a many-to-many table, or a bare uuid."""

    model: type[models.Model]
    field: models.Field

    @property
    def label(self) -> str:
        return f"{self.model._meta.label}.{self.field.name}"


def _models() -> Iterator[type[models.Model]]:
    """The models with a table of their own, many-to-many tables included; histories only tell what was."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and not issubclass(model, Event):
            yield model


def references(target: type[models.Model]) -> list[Reference]:
    """Every field of every model with a foreign key to `target`."""
    return [
        Reference(model, field)
        for model in _models()
        for field in model._meta.local_concrete_fields
        if field.remote_field is not None and field.related_model is target
    ]


def soft_references() -> list[Reference]:
    """Fields of our own apps that hold identifiers without being a foreign key: any of them may name a row."""
    return [
        Reference(model, field)
        for model in _models()
        for field in model._meta.local_concrete_fields
        if not field.primary_key and _holds_keys(field)
    ]


def _holds_keys(field: models.Field) -> bool:
    if isinstance(field, ArrayField):
        return _holds_keys(field.base_field)
    return isinstance(field, models.UUIDField) and field.remote_field is None


def undeclared(*targets: type[models.Model]) -> list[str]:
    """What is missing, each with the line that settles it."""
    firm = [reference.label for target in targets for reference in references(target)]
    soft = [reference.label for reference in soft_references()]
    return [
        *(f'merging.move("{label}")' for label in firm if label not in declared),
        *(
            f'merging.leave("{label}", because="…"), or merging.custom(…) if it names a person or a household'
            for label in soft
            if label not in declared
        ),
    ]


# What rows are called in a report of a merge, where their model's own name says too little.
nouns: dict[str, tuple[str, str]] = {}


def noun_of(model: type[models.Model]) -> tuple[str, str]:
    """What the rows of a model are called, one and several; those of a many-to-many table by who owns it."""
    if model._meta.label in nouns:
        return nouns[model._meta.label]
    meta: Any = (model._meta.auto_created or model)._meta  # type: ignore[union-attr]
    return str(meta.verbose_name), str(meta.verbose_name_plural)


def counts(row: models.Model) -> dict[tuple[str, str], int]:
    """How many rows of each kind point at `row` and would follow it."""
    found: dict[tuple[str, str], int] = {}
    for reference in references(type(row)):
        if policy_of(reference).apply is None or reference.model is type(row):
            continue
        rows = reference.model._base_manager.filter(**{reference.field.name: row.pk}).count()
        if rows:
            noun = noun_of(reference.model)
            found[noun] = found.get(noun, 0) + rows
    return found


def stranded(target: type[models.Model], absorbed: models.Q) -> list[str]:
    """The fields that point at rows of `target` which another one absorbed, and must not."""
    gone = target._base_manager.filter(absorbed).values("pk")
    return [
        reference.label
        for reference in references(target)
        if policy_of(reference).apply is not None
        and reference.model._base_manager.filter(**{f"{reference.field.name}__in": gone}).exists()
    ]


def policy_of(reference: Reference) -> Policy:
    """The declared policy; a plain move for a key nobody declared."""
    return declared.get(reference.label) or Policy(reference.label, mover())


def reroute(
    *,
    survivor: models.Model,
    absorbed: models.Model,
    journal: Journal,
    prefer_absorbed: Collection[str] = (),
    options: dict[str, Any] | None = None,
) -> None:
    """Apply every policy, so that nothing points at `absorbed` any more. Raises MergeRefused."""
    found = references(type(absorbed))
    softly = [reference for reference in soft_references() if reference.label in declared]
    for reference in (*found, *softly):
        policy = policy_of(reference)
        if policy.apply is not None:
            policy.apply(
                Handling(
                    reference.model, reference.field.name, survivor, absorbed, journal,
                    reference.label in prefer_absorbed, options or {},
                )
            )  # fmt: skip
    check_keys()
    for reference in found:
        if policy_of(reference).apply is None:
            continue
        if reference.model._base_manager.filter(**{reference.field.name: absorbed.pk}).exists():
            raise AssertionError(f"merging: {reference.label} left rows on what was absorbed")
