"""A file that does not exist for the agents who walk, and what would show that something was tied to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey, Model, UUIDField
from psycopg.sql import SQL, Identifier

from cias.accounts.enums import Role
from households.enums import ProtectionReason
from households.models import Household
from households.services import protect_household
from tests.access.world import World
from tests.factories import (
    AddressFactory,
    AppointmentFactory,
    AssignmentFactory,
    DocumentFactory,
    HouseholdFactory,
    NoteFactory,
    RightsFileFactory,
    UserFactory,
)

NAME, STREET = "Etrangerini", "allée de l’Étrangère"


@dataclass
class Foreign:
    """The protected household and its parts, by model."""

    household: Household
    parts: dict[type[Model], Model]

    @cached_property
    def number(self) -> str:
        return self.household.number


def build_foreign(world: World) -> Foreign:
    keeper = UserFactory(role=Role.SOCIAL_WORKER, email="gardien-etranger@cias.test", has_agenda=True)
    household = HouseholdFactory(name=NAME, sort_key=NAME.lower(), with_applicant=True)
    membership = household.memberships.get()
    person = membership.person
    person.birth_name = NAME
    person.save()
    about = {"household": household}
    parts = [
        household, membership, person,
        AddressFactory(street=f"8 {STREET}", **about),
        AssignmentFactory(agent=world.agents[Role.SOCIAL_WORKER], **about),
        NoteFactory(author=keeper, **about),
        DocumentFactory(author=keeper, **about),
        AppointmentFactory(agent=keeper, person=person, **about),
        RightsFileFactory(applicant=person, agent=keeper, **about),
    ]  # fmt: skip
    protect_household(by=keeper, household=household, reason=ProtectionReason.SHELTERED)
    return Foreign(household, {type(part): part for part in parts})


def references_to(part: Model) -> int:
    """How many rows of the whole database point at `part`, in one query."""
    one = SQL("SELECT count(*) AS n FROM {} WHERE {} = %s")
    queries = [one.format(Identifier(table), Identifier(column)) for table, column in _pointers(type(part))]
    if not queries:
        return 0
    counted = SQL("SELECT sum(n) FROM ({}) AS counted").format(SQL(" UNION ALL ").join(queries))
    with connection.cursor() as cursor:
        cursor.execute(counted, [part.pk] * len(queries))
        return int(cursor.fetchone()[0] or 0)


def _pointers(model: type[Model]) -> Iterator[tuple[str, str]]:
    for other in apps.get_models():
        if hasattr(other, "pgh_tracked_model") or other._meta.app_label in ("audit", "sessions"):
            continue
        for field in other._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is model:
                yield other._meta.db_table, field.column


def owners() -> dict[str, type[Model]]:
    """Which model each opaque identifier of the database belongs to, as its text."""
    found: dict[str, type[Any]] = {}
    for model in apps.get_models():
        if isinstance(model._meta.pk, UUIDField) and not hasattr(model, "pgh_tracked_model"):
            found.update((str(key), model) for key in model._base_manager.values_list("pk", flat=True)[:2000])
    return found
