"""Requests for social housing in every state, what was proposed, and DALO appeals."""

from datetime import date, timedelta
from decimal import Decimal

from cias.demo.world import File, World
from housing.applications import services
from housing.applications.enums import (
    ApplicationState,
    CommitteeRefusal,
    DaloGround,
    DaloState,
    HouseholdRefusal,
    PriorityGround,
    ProposalOutcome,
    RemovalReason,
)
from housing.enums import DwellingType
from housing.models import HousingApplication

S, P, D = ApplicationState, ProposalOutcome, DaloState
HOUSEHOLDS_FOR_ONE, MOST = 12, 120
FATES = {
    "prepared": 6, "filed": 34, "renewed": 14, "late": 6, "pieces": 5, "proposed": 8, "committee": 6, "refused": 9,
    "allocated": 4, "signed": 8, "removed": 5,
}  # fmt: skip
LANDLORDS = ("Chartres Métropole Habitat", "Habitat eurélien", "3F Centre Val de Loire")
NOTES = (
    "Logement actuel trop petit depuis la naissance du second enfant.",
    "Loyer du parc privé trop lourd, le ménage cherche à rester près de l’école.",
    "Hébergé par la famille, situation tendue.",
)


def create_applications(world: World) -> None:
    open_files = [file for file in world.files if file.closed_on is None and file.persons]
    count = min(max(len(open_files) // HOUSEHOLDS_FOR_ONE, len(FATES)), MOST, len(open_files))
    chosen = sorted(world.random.sample(open_files, count), key=lambda file: file.household.number)
    for rank, file in enumerate(chosen):
        fate = list(FATES)[rank] if rank < len(FATES) else world.pick(FATES)
        _ask(world, file, fate, rank)
    for rank, file in enumerate(chosen[: max(count // 6, len(DALO))]):
        _appeal(world, file, list(DALO)[rank % len(DALO)])


def _number(day: date, rank: int) -> str:
    return f"028{day.month:02d}{day.year % 100:02d}{100000 + rank:06d}01234"


def _ask(world: World, file: File, fate: str, rank: int) -> None:
    random, agent = world.random, file.referent or world.random.choice(world.workers)
    ages = {"late": (370, 400), "renewed": (380, 700), "signed": (300, 900), "removed": (400, 800)}
    filed = world.today - timedelta(days=random.randint(*ages.get(fate, (20, 355))))
    application = services.open_application(
        by=agent,
        household=file.household,
        opened_on=filed,
        agent=agent,
        filed_on=None if fate == "prepared" else filed,
        number="" if fate == "prepared" else _number(filed, rank),
        communes=random.sample(world.communes, 2),
        dwelling_types=[random.choice([DwellingType.T2, DwellingType.T3, DwellingType.T4]).value],
        most_rent=Decimal(random.randint(350, 650)),
        grounds=[random.choice(list(PriorityGround)).value] if world.chance(40) else [],
        note=random.choice(NOTES),
    )
    _live(world, application, fate, filed)


def _live(world: World, application: HousingApplication, fate: str, filed: date) -> None:
    by, recent = application.agent, world.today - timedelta(days=world.random.randint(2, 18))
    if fate in ("renewed", "signed", "removed") and (world.today - filed).days > 366:
        services.renew(by=by, application=application, on=filed + timedelta(days=350))
        application.refresh_from_db()
    if fate == "pieces":
        services.step(by=by, application=application, state=S.PIECES, on=recent)
    if fate in ("proposed", "committee", "refused", "allocated", "signed"):
        _propose(world, application, fate, recent)
    if fate == "removed":
        services.remove(
            by=by,
            application=application,
            on=recent,
            removal_reason=world.random.choice(list(RemovalReason)).value,
        )


def _propose(world: World, application: HousingApplication, fate: str, on: date) -> None:
    by = application.agent
    proposal = services.propose(
        by=by, application=application, proposed_on=on - timedelta(days=1), landlord=world.random.choice(LANDLORDS),
        commune=world.random.choice(world.communes), dwelling_type=DwellingType.T3, surface=64, rent=Decimal("486.20"),
        energy_label="d", committee_on=world.today + timedelta(days=9) if fate == "committee" else None,
    )  # fmt: skip
    if fate == "refused":
        by_household = world.chance(60)
        services.settle_proposal(
            by=by,
            proposal=proposal,
            outcome=P.REFUSED_BY_HOUSEHOLD if by_household else P.REFUSED_BY_COMMITTEE,
            on=on,
            household_reason=world.random.choice(list(HouseholdRefusal)).value if by_household else "",
            committee_reason="" if by_household else world.random.choice(list(CommitteeRefusal)).value,
        )
    if fate in ("allocated", "signed"):
        services.settle_proposal(by=by, proposal=proposal, outcome=P.ALLOCATED, on=on)
        application.refresh_from_db()
    if fate == "signed":
        services.step(by=by, application=application, state=S.SIGNED, on=world.today, ended_on=world.today)


# The steps that lead to each end.
DALO: dict[str, tuple[DaloState, ...]] = {
    "prepared": (),
    "filed": (D.FILED,),
    "priority": (D.FILED, D.PRIORITY),
    "refused": (D.FILED, D.REFUSED),
    "court": (D.FILED, D.PRIORITY, D.COURT),
    "housed": (D.FILED, D.PRIORITY, D.HOUSED),
}


def _appeal(world: World, file: File, fate: str) -> None:
    agent = file.referent or world.random.choice(world.workers)
    steps = DALO[fate]
    day = world.today - timedelta(days=20 + 75 * max(len(steps) - 1, 0))
    appeal = services.open_appeal(
        by=agent, household=file.household, on=day, agent=agent, ground=world.random.choice(list(DaloGround)).value,
        note="Aucune proposition adaptée malgré une demande renouvelée chaque année.",
    )  # fmt: skip
    for state in steps:
        services.move_appeal(by=agent, appeal=appeal, state=state, on=day)
        day += timedelta(days=70)
