"""Domiciled persons: requests under way, attestations in force, silent people, renewals, ends, and their mail."""

from datetime import date, datetime, time, timedelta

from cias.core.calendar import is_working_day
from cias.core.periods import PARIS
from cias.demo.world import File, World
from cias.territory.services import get_structure
from rights.domiciliation import rules, services
from rights.domiciliation.enums import DeskKind, EndReason
from rights.domiciliation.pickup import save_point
from rights.models import Election, PickupPoint, StatementMeans

HOUSEHOLDS_FOR_ONE = 25  # one domiciled person in as many households
MOST = 45
LINKS = {"stay": 46, "support": 24, "family": 16, "work": 8, "school": 6}
CAUSES = {"family_break": 30, "wandering": 20, "hosted": 18, "eviction": 12, "violence": 6, "left_shelter": 6,
          "way_of_life": 5, "left_prison": 3}  # fmt: skip
RESIDENCES = {"hosted": 44, "street": 22, "hotel": 12, "mobile": 12, "shelter": 10}
PURPOSES = {"benefits": 62, "civil": 26, "work": 8, "safety": 4}
NOTES = (
    "Règles de retrait du courrier expliquées et comprises. Passe chaque semaine à l’accueil de jour.",
    "Hébergement chez des proches, sans bail ni quittance. Droits ouverts à la CAF, adresse à mettre à jour.",
    "Souhaite surtout ne plus perdre son courrier. Rendez-vous pris pour la complémentaire santé.",
)
PROXIES = ("Sylvie Bertin", "Karim Haddad", "Jean-Luc Moreau", "Aïcha Diallo")


def create_domiciliations(world: World) -> None:
    _pickup_points(world)
    open_files = [file for file in world.files if file.closed_on is None and file.persons]
    count = min(max(len(open_files) // HOUSEHOLDS_FOR_ONE, 9), MOST, len(open_files))
    chosen = sorted(world.random.sample(open_files, count), key=lambda file: file.household.number)
    fates = {
        "held": 46,
        "silent": 9,
        "pending": 9,
        "met": 7,
        "renewed": 9,
        "ending": 5,
        "lapsed": 4,
        "ended": 10,
        "refused": 6,
    }
    for rank, file in enumerate(chosen):
        fate = list(fates)[rank] if rank < len(fates) else world.pick(fates)
        _domicile(world, file, fate)
    StatementMeans.objects.get_or_create(
        year=world.today.year - 1,
        defaults={"staff": "1.20", "volunteers": 0, "hours": "Du lundi au vendredi, 9 h – 12 h"},
    )


def _pickup_points(world: World) -> None:
    by = world.users["direction"]
    if PickupPoint.objects.exists():
        return
    at_home = PickupPoint(
        name="Accueil du CIAS",
        address_lines=get_structure().address_lines,
        hours="Du lundi au vendredi, de 9 h à 12 h",
        is_default=True,
    )
    save_point(by=by, point=at_home, communes=[])
    far = sorted(world.communes, key=lambda commune: commune.population)[:4]
    point = PickupPoint(
        name="Permanence des villages",
        address_lines=f"Mairie de {far[0].name}",
        hours="Le mardi, de 14 h à 16 h 30",
    )
    save_point(by=by, point=point, communes=far)


def _ages(world: World, fate: str) -> int:
    """Days since the request."""
    low, high = {
        "held": (40, 300), "silent": (110, 330), "pending": (2, 25), "met": (8, 70), "renewed": (380, 520), "ending": (338, 350),
        "lapsed": (395, 420), "ended": (120, 500), "refused": (30, 300),
    }[fate]  # fmt: skip
    return world.random.randint(low, high)


def _domicile(world: World, file: File, fate: str) -> None:
    random, today = world.random, world.today
    agent = file.referent or random.choice(world.workers)
    asked = _working(today - timedelta(days=_ages(world, fate)))
    commune = file.household.commune or random.choice(world.communes)
    election = services.request_election(
        by=agent, household=file.household, person=file.persons[0], agent=agent, commune=commune, on=asked
    )
    if fate == "pending":
        return
    met = min(_working(asked + timedelta(days=random.randint(1, 12))), today)
    _meet(world, election, file, met)
    if fate == "met":
        return
    decided = min(_working(met + timedelta(days=random.randint(1, 15))), today)
    if fate == "refused":
        services.decide_refusal(
            by=agent, election=election, decided_on=decided, decided_by=get_structure().president, refusal_reason="no_link",
            refusal_detail="Aucun lien avec une commune du territoire n’a pu être établi au cours de l’entretien.",
            orientation="ccas", orientation_detail="CCAS de la commune où la personne a ses démarches",
        )  # fmt: skip
        return
    _grant(election, decided)
    services.notify(by=agent, election=election, on=min(_working(decided + timedelta(days=1)), today))
    held = election
    if fate == "renewed":
        held = services.renew(by=agent, election=election, on=_working(_last(election) - timedelta(days=40)))
        _meet(world, held, file, _working(_last(election) - timedelta(days=30)))
        _grant(
            held, _working(_last(election) - timedelta(days=20)), start=_last(election) + timedelta(days=1)
        )
    ended = _end_day(world, fate, decided)
    _mail(world, held, decided, ended or (decided + timedelta(days=3) if fate == "silent" else today))
    if world.chance(25):
        services.add_proxy(
            by=agent, domiciliation=held.domiciliation, name=random.choice(PROXIES), birth_date=None,
            start=decided, end=None,
        )  # fmt: skip
    if ended:
        election.refresh_from_db()
        reason = world.pick({EndReason.STABLE_HOME: 60, EndReason.ASKED: 40})
        services.end(by=agent, election=election, on=ended, end_reason=reason)
        if world.chance(70):
            services.notify(by=agent, election=election, on=min(_working(ended + timedelta(days=1)), today))


def _end_day(world: World, fate: str, decided: date) -> date | None:
    if fate != "ended":
        return None
    return min(_working(decided + timedelta(days=world.random.randint(40, 200))), world.today)


def _last(election: Election) -> date:
    return election.last_day or election.requested_on


def _meet(world: World, election: Election, file: File, on: date) -> None:
    services.interview(
        by=election.domiciliation.agent, election=election, interview_on=on, commune=election.commune,
        dependants=file.persons[1:] if world.chance(60) else [], link=world.pick(LINKS), cause=world.pick(CAUSES),
        residence=world.pick(RESIDENCES), purpose=world.pick(PURPOSES), note=world.random.choice(NOTES),
    )  # fmt: skip


def _grant(election: Election, on: date, start: date | None = None) -> None:
    start = start or on
    services.decide_grant(
        by=election.domiciliation.agent, election=election, decided_on=on, decided_by=get_structure().president, starts_on=start,
        ends_on=rules.last_day_of_term(start),
    )  # fmt: skip


def _mail(world: World, election: Election, first: date, last: date) -> None:
    """Mail that comes, and the person who comes for it every few weeks until `last`."""
    random, desk = world.random, world.users["accueil"]
    box, day = election.domiciliation, first
    while (day := _working(day + timedelta(days=random.randint(9, 40)))) <= min(last, world.today):
        arrived = min(_moment(random.randint(0, 40), day), world.now)
        services.record(
            by=desk, domiciliation=box, kind=DeskKind.ARRIVED, letters=random.randint(1, 3),
            parcels=int(world.chance(6)), at=arrived,
        )  # fmt: skip
        later = _working(day + timedelta(days=random.randint(1, 9)))
        if later > last or later >= world.today:
            return
        kind = DeskKind.HANDED if world.chance(94) else DeskKind.RETURNED
        services.record(by=desk, domiciliation=box, kind=kind, at=_moment(random.randint(0, 90), later))
        if world.chance(12):
            services.record(by=desk, domiciliation=box, kind=DeskKind.CALL, at=_moment(120, later))


def _moment(minutes: int, day: date) -> datetime:
    return datetime.combine(day, time(9, 15), PARIS) + timedelta(minutes=minutes)


def _working(day: date) -> date:
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
