"""Lodging beyond the stays themselves: the waiting list in every state, places free or promised, examinations of a
bail glissant, a derogation, a share of the resources, a stay that never was, works under way, two ALT conventions.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cias.core.deadlines import add_months
from cias.core.french import of_place
from cias.core.periods import Period
from cias.demo.world import File, World
from cias.territory.services import get_structure
from households.models import Household
from housing.enums import DwellingType, ExitOutcome, Scheme
from housing.lodging import services
from housing.lodging.dates import next_exam, rules_on
from housing.lodging.enums import Criterion, LandlordKind
from housing.lodging.services.requests import settle_by_entry
from housing.models import AltCapacity, AltConvention, AltDwelling, Dwelling, LodgingRequest, Place, Stay

CRITERIA = {
    Criterion.HOSTED: 30, Criterion.STREET: 12, Criterion.EMERGENCY: 14, Criterion.EVICTION: 12, Criterion.UNFIT: 10,
    Criterion.VIOLENCE: 8, Criterion.CROWDED: 14,
}  # fmt: skip
MORE = (Criterion.HEALTH, Criterion.WORK, Criterion.TODDLER)
ORIGINS = {"cias": 44, "siao": 30, "partner": 16, "self": 10}
DETAILS = {
    "siao": "SIAO 28, fiche transmise",
    "partner": "Service social du Département",
    "cias": "",
    "self": "",
}
NOTES = (
    "Hébergement chez un proche qui ne peut plus durer. Démarches de logement social engagées, ressources stables.",
    "Nuitées d’hôtel depuis plusieurs semaines, enfants scolarisés à Chartres. Accompagnement budgétaire en cours.",
    "Séparation récente, aucun logement à son nom. Recherche une solution proche de son emploi.",
    "Expulsion attendue au printemps, dette locative reconnue. Besoin d’un logement de transition.",
)
REFUSALS = (
    ("support", "L’accompagnement nécessaire dépasse celui que le CIAS peut assurer en logement diffus.", "shelter"),
    ("outside", "Le ménage n’a pas de lien avec le territoire de l’agglomération.", "siao"),
    ("stock", "Aucun logement du CIAS ne peut accueillir un ménage de cette taille.", "social"),
)  # fmt: skip
WAITING, LINKED = 16, 12


def create_lodging(world: World) -> None:
    _describe(world)
    free = _new_dwellings(world)
    files = _candidates(world)
    _waiting_list(world, files)
    _settled(world, files)
    _promises(world, files, free)
    _requests_of_stays(world)
    _examinations(world)
    _odd_stays(world, files, free)
    _conventions(world)


def _describe(world: World) -> None:
    """What a dwelling's sheet says besides."""
    for rank, dwelling in enumerate(Dwelling.objects.order_by("name")):
        dwelling.landlord_kind = LandlordKind.SOCIAL
        dwelling.accessible = rank % 6 == 0
        dwelling.complement = world.random.choice(("Bâtiment B, 2e étage", "1er étage, porte 12", ""))
        if dwelling.scheme != Scheme.TEMPORARY:
            dwelling.lease_until = add_months(world.today, world.random.choice((2, 9, 20, 31)))
        dwelling.save()


def _new_dwellings(world: World) -> list[Place]:
    """Two dwellings just opened, so that there is something to propose."""
    by_name = {commune.name: commune for commune in world.communes}
    places = []
    for name, scheme, kind, rooms, commune, landlord in (
        ("Clos Notre-Dame", Scheme.TEMPORARY, DwellingType.T4, 3, "Chartres", LandlordKind.MUNICIPAL),
        ("Barjouville Église", Scheme.IML, DwellingType.T3, 1, "Barjouville", LandlordKind.PRIVATE),
        ("Luisant Aumône", Scheme.SUBLET, DwellingType.T2, 1, "Luisant", LandlordKind.SOCIAL),
    ):
        since = add_months(world.today, -3)
        dwelling = Dwelling.objects.create(
            name=name, scheme=scheme, street="6 rue des Écuyers", postal_code=by_name[commune].postal_codes[0],
            commune=by_name[commune], dwelling_type=kind, surface=24 + 17 * int(kind[1]), landlord_kind=landlord,
            landlord={
                LandlordKind.MUNICIPAL: f"Commune {of_place(commune)}", LandlordKind.PRIVATE: "Mme Rousseau",
                LandlordKind.SOCIAL: "Habitat eurélien",
            }[landlord],
            rent=Decimal(420 + 60 * rooms), charges=Decimal(65), energy_label="c", opened_on=since, accessible=True,
        )  # fmt: skip
        for number in range(1, rooms + 1):
            label = "Logement entier" if rooms == 1 else f"Chambre {number}"
            places.append(
                Place.objects.create(dwelling=dwelling, label=label, beds=4 if rooms == 1 else 2, start=since)
            )
    return places


def _candidates(world: World) -> Iterator[File]:
    """Open files nobody houses, in a chance order."""
    housed = set(Stay.objects.values_list("household", flat=True))
    files = [
        file for file in world.files
        if file.closed_on is None and file.persons and file.referent is not None and file.household.pk not in housed
    ]  # fmt: skip
    world.random.shuffle(files)
    yield from files


def _ask(world: World, file: File, days_ago: int, **more: Any) -> LodgingRequest:
    on = max(world.today - timedelta(days=days_ago), file.opened_on)
    codes = {world.pick(CRITERIA), *(one for one in MORE if world.chance(18))}
    origin = world.pick(ORIGINS)
    children = file.children
    return services.file_request(
        by=file.referent or world.users["ts4"],
        household=file.household,
        agent=file.referent or world.users["ts4"],
        requested_on=on,
        origin=origin,
        origin_detail=DETAILS[origin],
        adults=max(min(len(file.persons) - children, 12), 1),
        children=min(children, 15),
        scheme=world.pick({"": 40, Scheme.TEMPORARY: 36, Scheme.SUBLET: 18, Scheme.SLIDING: 6}),
        least_type=world.pick({"": 60, DwellingType.T2: 25, DwellingType.T3: 15}),
        accessible=world.chance(7),
        communes=world.random.sample(world.communes, 2) if world.chance(25) else (),
        criteria=[code.value for code in codes],
        note=world.random.choice(NOTES),
        **more,
    )


def _waiting_list(world: World, files: Iterator[File]) -> None:
    for file in _some(files, WAITING):
        _ask(world, file, world.random.randint(3, 330))


def _some(files: Iterator[File], count: int) -> Iterator[File]:
    for _ in range(count):
        file = next(files, None)
        if file is None:
            return
        yield file


def _settled(world: World, files: Iterator[File]) -> None:
    """Refused by the CIAS, withdrawn, undone."""
    by, president = world.users["direction"], get_structure().president or "La présidence"
    for file, (reason, detail, orientation) in zip(_some(files, len(REFUSALS)), REFUSALS, strict=False):
        request = _ask(world, file, world.random.randint(60, 200))
        services.refuse(
            by=by, request=request, on=_after(world, request, 25), decided_by=president, refusal_reason=reason,
            refusal_detail=detail, orientation=orientation, orientation_detail="Coordonnées remises au ménage",
        )  # fmt: skip
    for file, reason in zip(_some(files, 3), ("solution", "silent", "moved"), strict=False):
        request = _ask(world, file, world.random.randint(40, 180))
        services.withdraw(
            by=request.agent, request=request, on=_after(world, request, 30), withdraw_reason=reason
        )
        if reason == "silent":
            services.undo_last_move(by=request.agent, request=request)


def _after(world: World, request: LodgingRequest, days: int) -> date:
    return min(request.requested_on + timedelta(days=days), world.today)


def _promises(world: World, files: Iterator[File], free: list[Place]) -> None:
    """A place declined and proposed again, one accepted, one whose answer is late."""
    first, second = free[0], free[1]
    for file, place, days, answer in zip(
        _some(files, 4), (first, first, second, free[-1]), (18, 6, 9, 12),
        ("declined", "pending", "accepted", "late"), strict=False,
    ):  # fmt: skip
        request = _ask(world, file, world.random.randint(60, 240))
        on = max(world.today - timedelta(days=days), request.requested_on)
        services.propose(
            by=request.agent, request=request, place=place, available_on=world.today + timedelta(days=4),
            proposed_on=on, answer_by=on + timedelta(days=7),
        )  # fmt: skip
        if answer == "declined":
            services.decline(
                by=request.agent, request=request, on=_after_day(world, on, 3), reason="distance",
                detail="Trop loin de l’école des enfants",
            )  # fmt: skip
        elif answer == "accepted":
            services.accept(by=request.agent, request=request, on=_after_day(world, on, 4))


def _after_day(world: World, day: date, days: int) -> date:
    return min(day + timedelta(days=days), world.today)


def _requests_of_stays(world: World) -> None:
    """The latest stays came from the waiting list."""
    for stay in Stay.objects.select_related("household", "referent").order_by("-start", "pk")[:LINKED]:
        by = stay.referent or world.users["ts4"]
        opened: Household = stay.household
        on = max(stay.start - timedelta(days=world.random.randint(20, 160)), opened.opened_on)
        if opened.closed_on is not None or on > stay.start:
            continue
        request = services.file_request(
            by=by, household=opened, agent=by, requested_on=on, origin=world.pick(ORIGINS),
            criteria=[world.pick(CRITERIA).value],
        )  # fmt: skip
        settle_by_entry(by=by, request=request, stay=stay)


def _examinations(world: World) -> None:
    """Those of the past were held; the préfet has been told of some of the next ones."""
    rules = rules_on(world.today)
    rule = rules[Scheme.SLIDING]
    for stay in Stay.objects.filter(scheme=Scheme.SLIDING, end__isnull=True).order_by("start", "pk"):
        while (due := next_exam(stay, rule, list(stay.exams.all()))) is not None and due < world.today:
            services.hold_exam(
                stay=stay, due_on=due, prefet_told_on=add_months(due, -2), lease_offered=False,
                held_on=due - timedelta(days=9), conclusion="continue",
                note="Loyer réglé chaque mois\u00a0; entretien du logement à consolider.",
            )  # fmt: skip
        if due is not None and world.chance(40) and add_months(due, -2) < world.today:
            services.hold_exam(stay=stay, due_on=due, prefet_told_on=add_months(due, -2), lease_offered=True)


def _odd_stays(world: World, files: Iterator[File], free: list[Place]) -> None:
    """A stay of the private sector beyond its rule, a share of the resources, a mistake, works under way."""
    by = world.users["ts4"]
    for file in _some(files, 1):
        start = max(add_months(world.today, -3), free[3].start)
        services.admit(
            place=free[3], household=file.household, start=start, contribution=Decimal("180.00"), referent=by,
            insurance_until=world.today + timedelta(days=18), signed_on=start, by=by,
        )  # fmt: skip
    for file in _some(files, 1):
        mistaken = services.admit(
            place=free[2], household=file.household, start=add_months(world.today, -1), contribution=Decimal("95.00"),
            referent=by, by=by,
        )  # fmt: skip
        services.cancel_stay(
            by=by, stay=mistaken, reason="Le ménage a trouvé un logement la veille de l’entrée"
        )
    services.declare_unavailable(
        place=free[2], start=world.today - timedelta(days=8), end=world.today + timedelta(days=24), reason="works",
        comment="Réfection de la salle d’eau",
    )  # fmt: skip
    ending = Stay.objects.filter(
        end__isnull=True, planned_end__gte=world.today, household__budgets__resources__gt=0
    )
    for stay in (
        ending.select_related("place__dwelling", "household").order_by("planned_end", "pk").distinct()[:2]
    ):
        services.renew(
            stay=stay, share=Decimal("12.5"), by=by, derogation="Attribution d’un logement social attendue",
        )  # fmt: skip
    late = Stay.objects.filter(end__isnull=True, planned_end__lt=world.today).order_by("planned_end", "pk")
    for stay in late[2:]:  # two remain overdue, for somebody to see to
        services.end_stay(
            stay=stay, day=stay.planned_end, outcome=ExitOutcome.SOCIAL, outcome_detail="Habitat eurélien, T3"
        )  # fmt: skip


def _conventions(world: World) -> None:
    """The dwellings of temporary lodging, this year and the year before; amounts to be checked."""
    dwellings = list(Dwelling.objects.filter(scheme=Scheme.TEMPORARY).order_by("opened_on", "name"))
    aids = {"t2": Decimal("341.10"), "t3": Decimal("421.35"), "t4": Decimal("508.20")}
    for year in (world.today.year - 1, world.today.year):
        period = Period.year(year)
        convention = AltConvention.objects.create(
            year=year, number=f"ALT-28-{year}-07", signed_on=date(year, 1, 20),
            amendment="" if year < world.today.year else "Avenant de reconduction n°\u00a01",
            source="Montants de démonstration\u00a0: reprendre ceux de l’arrêté de l’année",
        )  # fmt: skip
        covered = [dwelling for dwelling in dwellings if dwelling.opened_on <= period.last]
        for kind in sorted({dwelling.dwelling_type for dwelling in covered}):
            AltCapacity.objects.create(
                convention=convention, dwelling_type=kind, monthly_aid=aids[kind],
                dwellings=sum(dwelling.dwelling_type == kind for dwelling in covered),
            )  # fmt: skip
        AltDwelling.objects.bulk_create(
            AltDwelling(convention=convention, dwelling=dwelling, start=max(dwelling.opened_on, period.first))
            for dwelling in covered
        )
