"""RSA pathways: orientations that follow one another, contracts of six months."""

from datetime import date, timedelta
from decimal import Decimal

from cias.core.deadlines import add_months
from cias.demo.world import File, World
from households.enums import MainResource
from insertion.enums import ActionKind, Exemption, OrientationKind
from insertion.models import ContractAction, EngagementContract, Orientation

ACTIONS = (
    (ActionKind.SEARCH, "Envoyer trois candidatures par semaine"), (ActionKind.TRAINING, "Remise à niveau en français"),
    (ActionKind.SUPPORT_SOCIAL, "Trouver une place en crèche"), (ActionKind.RIGHTS, "Renouveler la complémentaire santé"),
    (ActionKind.SUPPORT_JOB, "Mettre à jour le CV à l’atelier"), (ActionKind.IMMERSION, "Deux semaines d’immersion en entreprise"),
)  # fmt: skip


def create_pathways(world: World) -> None:
    """RSA households are oriented towards the CIAS and re-examined within the year; most sign in time."""
    for file in [file for file in world.files if file.main_resource == MainResource.RSA]:
        if world.chance(30):
            continue
        start = file.opened_on + timedelta(days=world.random.randint(0, 40))
        last_day = min(file.closed_on or world.today, world.today)
        referent = None if world.chance(3) else file.referent
        while start <= last_day - timedelta(days=7 if file.closed_on else 0):
            # Re-examined after ten to twelve months; a few have slipped.
            examined = start + timedelta(days=world.random.randint(300, 362) if world.chance(95) else 420)
            end = min(examined, last_day) if min(examined, file.closed_on or examined) <= last_day else None
            orientation = Orientation.objects.create(
                household=file.household, person=file.persons[0],
                kind=world.pick({OrientationKind.SOCIAL: 62, OrientationKind.MIXED: 26, OrientationKind.PROFESSIONAL: 12}),
                notified_on=start, start=start, end=end, structure="CIAS de Chartres métropole", referent=referent,
            )  # fmt: skip
            if world.chance(95):
                _contracts(world, file, orientation, end or last_day)
            if end is None:
                break
            start = end + timedelta(days=1)


def _contracts(world: World, file: File, orientation: Orientation, last_day: date) -> None:
    """Contracts of six months, one after the other, as long as the orientation runs."""
    late = world.chance(11)
    signed = orientation.notified_on + timedelta(
        days=world.random.randint(33, 55) if late else world.random.randint(6, 28)
    )
    exempt = world.chance(14)
    while signed <= last_day:
        end = add_months(signed, 6) - timedelta(days=1)
        contract = EngagementContract.objects.create(
            household=file.household, orientation=orientation, start=signed, end=end,
            weekly_hours=None if exempt else Decimal(world.random.choice((15, 15, 16, 18, 20))),
            exemption=world.random.choice((Exemption.HEALTH, Exemption.LONE_PARENT)) if exempt else "",
            objectives="Retrouver un rythme, lever les freins de garde et de mobilité, puis chercher un emploi.",
            signed_by_person_on=signed, signed_by_structure_on=signed,
            next_review_on=add_months(signed, 3) if add_months(signed, 3) > world.today else None,
        )  # fmt: skip
        ContractAction.objects.bulk_create(
            ContractAction(contract=contract, kind=kind, label=label, due_on=add_months(signed, 2))
            for kind, label in world.random.sample(ACTIONS, 2)
        )
        signed = end + timedelta(days=world.random.randint(1, 9))
