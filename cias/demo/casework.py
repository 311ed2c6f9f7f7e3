"""What the social workers write and do: notes and stays."""

from datetime import date, timedelta
from decimal import Decimal

from django.utils import timezone

from appointments.enums import Category
from appointments.models import Appointment
from cias.core.deadlines import add_months
from cias.demo.names import NOTES
from cias.demo.world import File, World
from households.enums import NoteLevel, NoteMeans, Theme
from households.models import Note
from housing.enums import ContractKind, DwellingType, ExitOutcome, Scheme, UnavailableReason
from housing.lodging.dates import contract_end, rules_on
from housing.lodging.services import FORMS
from housing.models import Dwelling, Place, SchemeRule, Stay, StayContract, Unavailability

THEMES = {
    Category.HOUSING: (Theme.HOUSING, Theme.BUDGET), Category.RIGHTS: (Theme.RIGHTS, Theme.BUDGET, Theme.HEALTH),
    Category.INSERTION: (Theme.EMPLOYMENT, Theme.MOBILITY, Theme.DIGITAL), Category.ENERGY: (Theme.ENERGY,),
    Category.FIRST_VISIT: (Theme.RIGHTS, Theme.FAMILY, Theme.AUTONOMY),
}  # fmt: skip
LEVELS = {NoteLevel.TEAM: 82, NoteLevel.CIRCLE: 13, NoteLevel.PERSONAL: 5}


def note_about(world: World, appointment: Appointment) -> Note:
    """A note whose themes go with the appointment's reason."""
    theme = world.random.choice(THEMES.get(Category(appointment.reason.category), (Theme.RIGHTS,)))
    return Note(
        household=appointment.household, author=appointment.agent, held_on=timezone.localdate(appointment.start),
        duration_minutes=appointment.minutes, means=NoteMeans(appointment.place), themes=[theme],
        level=world.pick(LEVELS), text=world.random.choice(NOTES[theme]),
    )  # fmt: skip


DWELLINGS = (
    ("Bel-Air", Scheme.TEMPORARY, DwellingType.T3, 3, "Chartres"), ("La Madeleine", Scheme.TEMPORARY, DwellingType.T4, 4, "Chartres"),
    ("Les Clos", Scheme.TEMPORARY, DwellingType.T2, 1, "Chartres"), ("Beaulieu", Scheme.TEMPORARY, DwellingType.T3, 2, "Chartres"),
    ("Lucé Béguines", Scheme.TEMPORARY, DwellingType.T4, 3, "Lucé"), ("Lucé Vieux-Puits", Scheme.TEMPORARY, DwellingType.T2, 1, "Lucé"),
    ("Mainvilliers Tallemont", Scheme.TEMPORARY, DwellingType.T3, 2, "Mainvilliers"),
    ("Maintenon Gare", Scheme.TEMPORARY, DwellingType.T2, 1, "Maintenon"),
    ("Luisant Poiriers", Scheme.SUBLET, DwellingType.T3, 1, "Luisant"), ("Lèves Bourg", Scheme.SUBLET, DwellingType.T3, 1, "Lèves"),
    ("Le Coudray Mairie", Scheme.SUBLET, DwellingType.T2, 1, "Le Coudray"), ("Champhol Centre", Scheme.SUBLET, DwellingType.T4, 1, "Champhol"),
    ("Chartres Rechèvres", Scheme.SUBLET, DwellingType.T3, 1, "Chartres"), ("Mainvilliers Gare", Scheme.SUBLET, DwellingType.T2, 1, "Mainvilliers"),
    ("Lucé Bruxelles", Scheme.SLIDING, DwellingType.T3, 1, "Lucé"), ("Chartres Grand-Clos", Scheme.SLIDING, DwellingType.T4, 1, "Chartres"),
    ("Saint-Prest Eure", Scheme.SLIDING, DwellingType.T3, 1, "Saint-Prest"),
)  # fmt: skip
EXITS = {
    ExitOutcome.SOCIAL: 46, ExitOutcome.PRIVATE: 12, ExitOutcome.SLIDE: 6, ExitOutcome.SHELTER: 12, ExitOutcome.FAMILY: 11,
    ExitOutcome.LEFT: 7, ExitOutcome.EVICTED: 4, ExitOutcome.INSTITUTION: 2,
}  # fmt: skip


def create_housing(world: World) -> None:
    """Seventeen dwellings, their places, and one stay after the other in each."""
    by_name = {commune.name: commune for commune in world.communes}
    rules = rules_on(world.today)
    candidates = [file for file in world.files if len(file.persons) <= 4]
    world.random.shuffle(candidates)
    housed: set = set()
    for rank, (name, scheme, kind, rooms, commune) in enumerate(DWELLINGS):
        surface = 24 + 17 * int(kind[1])
        dwelling = Dwelling.objects.create(
            name=name, scheme=scheme, street=f"{3 + 2 * rank} {world.random.choice(('rue des Tilleuls', 'rue du Stade'))}",
            postal_code=by_name[commune].postal_codes[0], commune=by_name[commune], dwelling_type=kind, surface=surface,
            landlord=world.random.choice(("Chartres Métropole Habitat", "Habitat eurélien", "3F Centre Val de Loire")),
            rent=Decimal(surface * 7), charges=Decimal(surface), energy_label=world.random.choice("bccdde"),
            opened_on=world.first_day,
        )  # fmt: skip
        for number in range(1, rooms + 1):
            label = "Logement entier" if rooms == 1 else f"Chambre {number}"
            place = Place.objects.create(
                dwelling=dwelling, label=label, beds=2 if rooms > 1 else 4, start=world.first_day
            )
            _fill(world, place, rules[scheme], candidates, housed)


def _fill(world: World, place: Place, rule: SchemeRule, files: list[File], housed: set) -> None:
    """Stays of one to four contracts, a few empty days between two, works now and then."""
    day = place.start + timedelta(days=world.random.randint(0, 40))
    while day < world.today:
        if world.chance(9):
            end = day + timedelta(days=world.random.randint(10, 35))
            Unavailability.objects.create(place=place, start=day, end=end, reason=UnavailableReason.WORKS,
                                          comment="Remise en état entre deux ménages")  # fmt: skip
            day = end + timedelta(days=1)
        file = next(
            (file for file in files if file.is_open_on(day) and file.household.pk not in housed), None
        )
        if file is None or day >= world.today:
            return
        housed.add(file.household.pk)
        day = _stay(world, place, rule, file, day) + timedelta(days=world.random.randint(2, 21))


def _stay(world: World, place: Place, rule: SchemeRule, file: File, start: date) -> date:
    """One stay with its contracts; returns the day it ended, or a day to come when it still lasts."""
    contribution = Decimal(world.random.randint(40, 190)).quantize(Decimal("0.01"))
    contracts = [(start, contract_end(start, rule.initial_months), ContractKind.INITIAL)]
    for _ in range(world.random.randint(0, rule.max_renewals)):
        if contracts[-1][1] > world.today + timedelta(days=30):
            break
        begin = contracts[-1][1] + timedelta(days=1)
        contracts.append((begin, contract_end(begin, rule.renewal_months), ContractKind.RENEWAL))
    planned_end = contracts[-1][1]
    left = planned_end - timedelta(days=world.random.randint(0, 45))
    gone = left < world.today - timedelta(days=4)
    stay = Stay.objects.create(
        place=place, household=file.household, scheme=place.dwelling.scheme, start=start, planned_end=planned_end,
        end=left if gone else None, outcome=world.pick(EXITS) if gone else "", contribution=contribution,
        referent=file.referent or world.users["ts4"], deposit=contribution if world.chance(50) else None,
        insurance_until=add_months(start, 12) if world.chance(80) else None,
    )  # fmt: skip
    StayContract.objects.bulk_create(
        StayContract(
            stay=stay,
            kind=kind,
            form=FORMS[Scheme(stay.scheme)],
            start=first,
            end=last,
            contribution=contribution,
            signed_on=first,
        )
        for first, last, kind in contracts
    )
    return left if gone else world.today
