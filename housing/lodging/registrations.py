"""What lodging contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import lower_first
from cias.core.registry import Action, ContactSource, OpenItem, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.models import Household
from housing.enums import ContractKind
from housing.lodging import listing, statistics, summary
from housing.models import ALERT_BEFORE, Stay, StayContract
from housing.sections import sections


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    stays = (
        Stay.objects.for_user(user).filter(household=household).select_related("place__dwelling", "referent")
    )
    for stay in stays:
        common: dict[str, Any] = {
            "domain": Domain.HOUSING,
            "kind": "housing",
            "author": stay.referent.full_name if stay.referent else "",
            "url": reverse("housing:stay", args=[stay.pk]),
        }
        yield TimelineItem(
            at=stay.start,
            icon="bi-house-add",
            title="Entrée en hébergement",
            text=f"{stay.get_scheme_display()}, {stay.place}",
            **common,
        )
        if stay.end:
            yield TimelineItem(
                at=stay.end,
                icon="bi-box-arrow-right",
                title="Sortie d’hébergement",
                text=f"vers : {lower_first(stay.get_outcome_display())}",
                **common,
            )
    renewals = StayContract.objects.filter(stay__in=stays, kind=ContractKind.RENEWAL).select_related("stay")
    for contract in renewals:
        yield TimelineItem(
            at=contract.start,
            icon="bi-arrow-repeat",
            title="Contrat d’hébergement renouvelé",
            text=f"jusqu’au {contract.end:%d/%m/%Y}",
            domain=Domain.HOUSING,
            kind="housing",
            url=reverse("housing:stay", args=[contract.stay_id]),
        )


def section(household: Household, user: User) -> Panel | None:
    if not user.has_perm("housing.view"):
        return None
    stays = Stay.objects.for_user(user).filter(household=household).order_by("-start", "pk")
    context = {"stays": stays.select_related("place__dwelling__commune")}
    return Panel(template="housing/lodging/section.html", context=context)


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("housing.edit") and household.closed_on is None:
        yield Action(
            label="Faire entrer en hébergement",
            icon="bi-house-add",
            domain=Domain.HOUSING,
            group="Logement",
            url=reverse("housing:admit", args=[household.pk]),
        )


def worklist(user: User, today: date) -> Iterator[WorkItem]:
    """Contracts and insurances that end: the referent sees their own, the direction sees all."""
    stays = (
        Stay.objects.for_user(user).current(today).select_related("household", "place__dwelling", "referent")
    )
    if user.role != Role.DIRECTOR:
        stays = stays.filter(referent=user)
    soon = today + ALERT_BEFORE
    for stay in stays.filter(Q(planned_end__lte=soon) | Q(insurance_until__lte=soon)).filter(
        end__isnull=True
    ):
        common: dict[str, Any] = {
            "url": reverse("housing:stay", args=[stay.pk]),
            "domain": Domain.HOUSING,
            "subject": str(stay.household),
            "subject_id": stay.household_id,
            "owner": stay.referent,
            "kind": "housing",
        }
        if stay.planned_end <= soon:
            yield WorkItem(
                title="Renouveler ou terminer le contrat d’hébergement", due=stay.planned_end, **common
            )
        if stay.insurance_until and stay.insurance_until <= soon:
            yield WorkItem(title="Demander l’attestation d’assurance", due=stay.insurance_until, **common)


def open_stays(households: Collection[Any]) -> Iterator[OpenItem]:
    """The CIAS houses them: the stay ends first."""
    stays = Stay.objects.filter(household__in=households, end__isnull=True)
    for stay in stays.select_related("place__dwelling", "referent"):
        yield OpenItem(
            subject_id=stay.household_id,
            title=f"Séjour en cours\u00a0: {stay.place}",
            url=reverse("housing:stay", args=[stay.pk]),
            domain=Domain.HOUSING,
            owner=stay.referent,
            blocks=True,
        )


def register() -> None:
    registry.open_items.register("housing", open_stays)
    signed = StayContract.objects.filter(signed_on__isnull=False).all
    registry.contacts.register(
        "housing",
        ContactSource(
            label="Contrat d’hébergement signé", rows=signed, at="signed_on", subject="stay__household"
        ),
    )
    sections.register("lodging", section)
    registry.timeline.register("housing", timeline)
    registry.actions.register("housing", actions)
    registry.worklist.register("housing", worklist)
    statistics.register()
    merging.move(
        "housing.Stay.household",
        refused="Les deux ménages ont un séjour aux mêmes dates\u00a0: corrigez l’un des séjours avant de fusionner.",
    )
    listing.register()
    summary.register()
