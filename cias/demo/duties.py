"""What some rights ask on top of pieces: aide sociale à l'hébergement with its duties, appeals, rights not claimed."""

from datetime import timedelta
from decimal import Decimal

from cias.demo.world import File, World
from households.enums import MainResource
from rights import services
from rights.enums import AppealLevel, ClosingReason, Exemption, FileState, MaintenanceAnswer, MaintenanceLink
from rights.models import MaintenanceDebtor, Right, RightsFile

HOSTINGS, APPEALS, NOT_CLAIMED = 6, 8, 14
CHILDREN = ("Sylvie", "Patrick", "Martine", "Philippe", "Nathalie", "Éric")
CONTESTED = (
    "Ressources mal comptées",
    "Pièce envoyée et non prise en compte",
    "Composition du foyer inexacte",
)


def create_duties(world: World) -> None:
    running = [file for file in world.files if file.closed_on is None]
    old = [file for file in running if file.main_resource in (MainResource.PENSION, MainResource.ASPA)]
    hosting = Right.objects.prefetch_related("rules__delays", "notices").get(code="ash")
    for rank, file in enumerate(world.random.sample(old, min(HOSTINGS, len(old)))):
        _hosting(world, file, hosting, rank)
    _appeals(world)
    aspa = Right.objects.get(code="aspa")
    for file in world.random.sample(old, min(NOT_CLAIMED, len(old))):
        if RightsFile.objects.filter(household=file.household, right=aspa).exists():
            continue
        services.record_non_claim(
            by=file.referent or world.random.choice(world.workers),
            household=file.household,
            applicant=file.persons[0],
            right=aspa,
            on=max(file.opened_on, world.today - timedelta(days=world.random.randint(3, 300))),
            closing_reason=world.pick(
                {
                    ClosingReason.FEAR: 6,
                    ClosingReason.UNAWARE: 3,
                    ClosingReason.STIGMA: 3,
                    ClosingReason.TOO_LITTLE: 2,
                }
            ),
        )


def _hosting(world: World, file: File, right: Right, rank: int) -> None:
    """Deposited in the last two months; every other one was an emergency, every third one has gone."""
    random, agent = world.random, file.referent or world.random.choice(world.workers)
    day = max(file.opened_on, world.today - timedelta(days=random.randint(4, 45)))
    claim = services.open_file(
        by=agent, household=file.household, applicant=file.persons[0], right=right, agent=agent, opened_on=day,
        deposit_on=day,
    )  # fmt: skip
    services.set_dates(
        by=agent, file=claim, entry_on=day - timedelta(days=9), urgent_on=day if rank % 2 else None,
        urgent_notified_on=None,
    )  # fmt: skip
    name = file.persons[0].birth_name
    for first, exempt in zip(random.sample(CHILDREN, 2), (False, rank == 0), strict=True):
        services.save_debtor(
            by=agent,
            debtor=MaintenanceDebtor(
                file=claim, name=f"{first} {name}", link=MaintenanceLink.CHILD,
                exemption=Exemption.PLACED if exempt else "",
                answer="" if exempt or rank % 2 else MaintenanceAnswer.ACCEPTS,
                offered=None if exempt or rank % 2 else Decimal(random.randint(2, 18) * 5),
            ),
        )  # fmt: skip
    if rank % 3 == 0:
        services.transmit(
            by=agent, file=claim, on=world.today, channel="registered", proof="RAR 1A 204 118", agreement=True,
            told=list(right.notices.all()),
        )  # fmt: skip


def _appeals(world: World) -> None:
    refused = RightsFile.objects.filter(
        state=FileState.REFUSED, notified_on__gte=world.today - timedelta(days=60), household__closed_on=None
    ).order_by("number")
    for claim in refused.select_related("right", "household", "agent")[:APPEALS]:
        told_on = claim.notified_on or world.today
        on = min(told_on + timedelta(days=world.random.randint(5, 30)), world.today)
        services.appeal(
            by=claim.agent,
            file=claim,
            level=AppealLevel.PRELIMINARY,
            on=on,
            reason=world.random.choice(CONTESTED),
        )
