"""What the orientations contribute to a household's file and to the work lists."""

from collections.abc import Collection, Iterator
from typing import Any

from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import lower_first
from cias.core.registry import Action, OpenItem, Panel, TimelineItem
from households.enums import Domain
from households.models import Household
from insertion.models import Orientation
from insertion.pathways import running
from insertion.sections import sections


def section(household: Household, user: User) -> Panel:
    """Each member's orientations, the newest first."""
    orientations = Orientation.objects.for_user(user, household.pk).select_related("person", "referent")
    return Panel(
        template="insertion/orientations/section.html",
        context={"orientations": orientations.order_by("-start", "pk")},
    )


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    url = reverse("insertion:household", args=[household.pk])
    orientations = Orientation.objects.for_user(user, household.pk).select_related("person", "referent")
    for orientation in orientations:
        yield TimelineItem(
            at=orientation.start, icon="bi-signpost-split",
            title=f"Orientation {lower_first(orientation.get_kind_display())}",
            text=f"{orientation.person.full_name}, {orientation.structure}", url=url, domain=Domain.INSERTION,
            kind="insertion", author=orientation.referent.full_name if orientation.referent else "",
        )  # fmt: skip


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("insertion.edit") and household.closed_on is None:
        yield Action(
            label="Enregistrer une orientation RSA", icon="bi-signpost-split", domain=Domain.INSERTION,
            group="Insertion", url=reverse("insertion:orient", args=[household.pk]),
        )  # fmt: skip


def open_pathways(households: Collection[Any]) -> Iterator[OpenItem]:
    """The Département still counts on the CIAS for these persons."""
    rows = running(Orientation.objects.filter(household__in=households), timezone.localdate())
    for orientation in rows.select_related("person", "referent"):
        yield OpenItem(
            subject_id=orientation.household_id,
            title=f"Parcours RSA en cours\u00a0: {orientation.person.full_name}",
            url=reverse("insertion:household", args=[orientation.household_id]),
            domain=Domain.INSERTION, owner=orientation.referent,
        )  # fmt: skip


def register() -> None:
    registry.open_items.register("insertion", open_pathways)
    registry.timeline.register("insertion", timeline)
    registry.actions.register("insertion", actions)
    sections.register("orientations", section)
    merging.move("insertion.Orientation.household")
    merging.move(
        "insertion.Orientation.person",
        refused="Les deux fiches ont une orientation RSA aux mêmes dates\u00a0: terminez l’une d’elles avant de "
        "fusionner.",
    )
