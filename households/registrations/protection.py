"""What protected files contribute: the emergency accesses the direction has to judge, and files nobody can open."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from cias.accounts.enums import Scope
from cias.accounts.models import User
from cias.core import registry
from cias.core.files import FileNumbers, file_numbers
from cias.core.french import of_name
from cias.core.paths import path_to
from cias.core.providers import NO_FILE
from cias.core.registry import Action, WorkItem
from households.models import EmergencyAccess, Household
from households.models.files import on_day
from households.search.query import parse
from households.services.protection import NAMEABLE, orphans
from households.team import Team


def actions(household: Household, user: User) -> Iterator[Action]:
    """Protect the file; for the direction, the circle's notes."""
    if user.has_perm("files.protect") and not household.is_protected:
        yield Action(
            label="Protéger ce dossier",
            url=path_to("households:protection", household.pk),
            icon="bi-shield-lock",
            group="Confidentialité",
        )
    if user.has_perm("files.emergency") and user.scope("notes.view") == Scope.REASON:
        yield Action(
            label="Lire les notes de cercle en urgence",
            url=path_to("households:emergency", household.pk),
            icon="bi-unlock",
            group="Confidentialité",
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """For the direction, by number only: it may not be named on these files, so that no line is tied to one."""
    rescuers = team.holding("files.rescue")
    if not rescuers:
        return
    waiting = EmergencyAccess.objects.to_review().select_related("household", "agent")
    for access in waiting:
        item = WorkItem(
            title=f"Relire l’accès d’urgence {of_name(access.agent.full_name)}",
            url=path_to("households:emergency_review", access.pk),
            due=timezone.localdate(access.opened_at),
            subject=access.household.number,
            kind="emergency",
        )
        yield from ((agent.pk, item) for agent in rescuers if agent.pk != access.agent_id)
    for protection in orphans().select_related("household"):
        item = WorkItem(
            title="Nommer un agent sur un dossier protégé que plus personne ne peut ouvrir",
            url=path_to("households:rescue", protection.pk),
            due=None,
            subject=protection.household.number,
            kind="emergency",
        )
        yield from ((agent.pk, item) for agent in rescuers)


def involved(household: Household, today: date) -> Iterator[User]:
    """Those who look after the household today."""
    for row in household.assignments.filter(on_day(today), agent__is_active=True).select_related("agent"):
        if row.agent.role in NAMEABLE:
            yield row.agent


def file_keys() -> QuerySet[Household, Any]:
    """The household of any file that was ever opened."""
    return Household.with_absorbed.order_by().values("pk")


def find_number(typed: str) -> UUID | None:
    """Ended and merged files too: the question is who read them."""
    number = parse(typed).number
    named = Household.with_absorbed.filter(number=number).values_list("pk", "merged_into").first()
    return (named[1] or named[0]) if named else None


def number_of(key: UUID) -> str:
    return Household.with_absorbed.filter(pk=key).values_list("number", flat=True).first() or ""


def absorbed_keys(key: UUID) -> list[UUID]:
    return list(Household.with_absorbed.filter(merged_into=key).values_list("pk", flat=True))


def register() -> None:
    registry.actions.register("households.protection", actions)
    registry.worklist.register("households.protection", worklist, about=NO_FILE)
    registry.involved.register("households", involved)
    registry.files.register("households", file_keys)
    file_numbers.register("households", FileNumbers(find=find_number, number=number_of, keys=absorbed_keys))
