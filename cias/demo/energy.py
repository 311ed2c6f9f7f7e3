"""The SLIME programme at every stage: signalled, called, visited, oriented, called again, refused, lost from sight."""

from datetime import date, timedelta
from decimal import Decimal

from appointments.enums import CautionCode, Place
from appointments.models import Appointment, Reason
from appointments.services import book, offer, wish_for
from cias.accounts.models import User
from cias.core.calendar import is_working_day
from cias.demo.world import File, World
from households.enums import Consent
from households.models import Partner
from housing.energy import services
from housing.energy.enums import CloseReason, ContactOutcome, OrientationState
from housing.energy.states import PLANNED
from housing.energy.visit_forms import VisitSheet
from housing.models import EnergyFile, EnergyOrientation, EnergyRule, EnergyVisit

SHARE = 14  # one household in as many is in the programme
MOST = 110
# What becomes of a signalement, out of a hundred.
FATES = {
    "reported": 7, "no_consent": 3, "trying": 5, "contacted": 6, "planned": 8, "visited": 11, "second": 4, "support": 15,
    "follow_up": 9, "to_call": 6, "done": 16, "refused": 5, "lost": 3, "not_eligible": 2,
}  # fmt: skip
# How many days ago each was signalled.
AGES = {
    "reported": (0, 20), "no_consent": (2, 12), "trying": (8, 30), "contacted": (12, 35), "planned": (15, 45),
    "visited": (30, 70), "second": (60, 110), "support": (70, 160), "follow_up": (90, 150), "to_call": (150, 280),
    "done": (220, 600), "refused": (30, 400), "lost": (60, 400), "not_eligible": (40, 300),
}  # fmt: skip
INFORMANTS = {"department": 26, "town_hall": 14, "landlord": 14, "supplier": 8, "home_care": 8, "association": 8,
              "self": 8, "cias": 8, "health": 3, "caf": 3}  # fmt: skip
GROUNDS = ("cold", "arrears", "damp", "heater", "bills", "restriction", "health", "breakdown")
OCCUPANCY = {"private": 42, "social": 30, "owner": 24, "hosted": 4}
BUILT = {"1948": 26, "1974": 38, "1988": 20, "2000": 10, "2012": 6}
ENERGY = {"electricity": 48, "gas": 30, "oil": 10, "wood": 6, "lpg": 4, "pellets": 2}
SITUATIONS = (
    "Chauffe une seule pièce depuis l’automne. Les enfants dorment dans le séjour.",
    "Facture de régularisation impayée, échéancier refusé par le fournisseur.",
    "Moisissures dans la chambre, le bailleur a été prévenu par téléphone.",
    "Appoint au pétrole toute la journée, personne âgée seule.",
)
FINDINGS = (
    "Le logement est froid dès que le chauffage s’arrête. L’air passe autour des fenêtres du séjour.",
    "La chambre au nord est humide\u00a0: l’eau coule sur les vitres le matin.",
    "Le chauffage fonctionne mais n’a pas été entretenu. Vous le coupez la nuit et la journée.",
)
ADVICE = (
    "Fermez les volets et les rideaux dès que la nuit tombe.\nAérez dix minutes le matin, chauffage coupé.\n"
    "Gardez vos factures\u00a0: elles servent à demander une aide.",
    "Laissez les grilles d’aération libres.\nNe faites pas sécher le linge dans la chambre.\n"
    "Demandez l’entretien de la chaudière chaque automne.",
)
ORIENTATIONS = {"fsl": 22, "works": 16, "landlord": 16, "contract": 12, "voucher": 10, "budget": 8, "unfit": 8,
                "equipment": 4, "health": 2, "rehousing": 2}  # fmt: skip
ASKED = {
    "fsl": "Prise en charge d’une partie de la dette d’électricité",
    "works": "Isolation des combles et remplacement de la chaudière",
    "landlord": "Remettre en état la ventilation et les fenêtres",
    "contract": "Revoir la puissance et les mensualités",
    "voucher": "Chèque énergie jamais reçu",
}


def create_energy(world: World) -> None:
    # What the ONPE's bound is has to be read each year; the demonstration shows a page that compares.
    EnergyRule.objects.update(
        third_decile=17_900,
        visit_cost=Decimal("140.00"),
        source="Valeur de démonstration, à remplacer (ONPE, INSEE)",
    )
    open_files = [file for file in world.files if file.closed_on is None and file.persons]
    count = min(max(len(open_files) // SHARE, len(FATES)), MOST, len(open_files))
    chosen = sorted(world.random.sample(open_files, count), key=lambda file: file.household.number)
    for rank, file in enumerate(chosen):
        fate = list(FATES)[rank] if rank < len(FATES) else world.pick(FATES)
        _follow(world, file, fate)


def _working(day: date) -> date:
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def _follow(world: World, file: File, fate: str) -> None:
    random, today = world.random, world.today
    agent = file.referent or random.choice(world.workers)
    asked = _working(today - timedelta(days=random.randint(*AGES[fate])))
    energy = _report(world, file, agent, asked, fate)
    if fate in ("reported", "no_consent"):
        return
    if fate == "not_eligible":
        services.close(by=agent, file=energy, on=asked, close_reason=CloseReason.NOT_ELIGIBLE)
        return
    called = min(asked + timedelta(days=random.randint(1, 6)), today)
    for attempt in range({"lost": 3, "trying": 2}.get(fate, random.randint(0, 1))):
        services.log_contact(
            by=agent, file=energy, on=min(called + timedelta(days=4 * attempt), today), means="phone",
            outcome=random.choice((ContactOutcome.NO_ANSWER, ContactOutcome.MESSAGE)),
        )  # fmt: skip
    if fate == "trying":
        return
    if fate in ("lost", "refused"):
        reason = CloseReason.LOST if fate == "lost" else CloseReason.REFUSED
        detail = "Ne souhaite pas de visite chez elle." if fate == "refused" else ""
        services.close(
            by=agent,
            file=energy,
            on=min(called + timedelta(days=20), today),
            close_reason=reason,
            close_detail=detail,
        )
        return
    reached = min(called + timedelta(days=random.randint(0, 5)), today)
    services.log_contact(
        by=agent,
        file=energy,
        on=reached,
        means="phone",
        outcome=ContactOutcome.AGREED,
        note="Plutôt le matin.",
    )
    if fate == "contacted":
        return
    _visit(world, energy, file, fate, reached)


def _report(world: World, file: File, agent: User, asked: date, fate: str) -> EnergyFile:
    random = world.random
    persons = max(len(file.persons), 1)
    ceiling = 12_000 + 6_500 * persons
    income = (
        random.randint(ceiling * 2, ceiling * 3) if fate == "not_eligible" else random.randint(5_000, ceiling)
    )
    partner = Partner.objects.active().order_by("search_key").first() if world.chance(40) else None
    values = {
        "informant": world.pick(INFORMANTS), "partner": partner, "informant_name": "",
        "consent_on": None if fate == "no_consent" else asked, "grounds": sorted(random.sample(GROUNDS, random.randint(1, 3))),
        "situation": random.choice(SITUATIONS), "priority": "urgent" if world.chance(12) else "normal",
        "occupancy": world.pick(OCCUPANCY), "landlord": "", "dwelling": world.pick({"flat": 60, "house": 40}),
        "built": world.pick(BUILT), "surface": random.randint(28, 110), "heating_energy": world.pick(ENERGY),
        "persons": min(persons, 9), "tax_income": income if world.chance(80) or fate == "not_eligible" else None,
        "tax_income_year": asked.year - 1, "kept_despite": "",
    }  # fmt: skip
    return services.report(by=agent, household=file.household, agent=agent, reported_on=asked, values=values)


def _visit(world: World, energy: EnergyFile, file: File, fate: str, reached: date) -> None:
    random, today, agent = world.random, world.today, energy.agent
    if fate == "planned":
        appointment = _appointment(world, energy, file, today + timedelta(days=random.randint(1, 12)))
        if appointment is not None:
            services.plan_visit(by=agent, file=energy, appointment=appointment)
        return
    day = _working(min(reached + timedelta(days=random.randint(5, 18)), today - timedelta(days=1)))
    visit = _go(world, energy, day)
    if fate == "second":
        visit = _go(world, energy, _working(min(day + timedelta(days=35), today - timedelta(days=1))))
    if fate == "visited":
        return
    rows = [_orient(world, energy, visit) for _ in range(random.randint(1, 3))]
    if fate == "second":
        return
    services.support(by=agent, file=energy, on=day)
    answered = min(day + timedelta(days=random.randint(20, 60)), today)
    for row in rows:
        if fate in ("done", "follow_up", "to_call") or world.chance(35):
            state = world.pick(
                {OrientationState.SUCCEEDED: 60, OrientationState.FAILED: 25, OrientationState.DECLINED: 15}
            )
            amount = (
                Decimal(random.randint(120, 480))
                if row.kind == "fsl" and state == OrientationState.SUCCEEDED
                else None
            )
            services.answer(by=agent, orientation=row, state=state, on=answered, amount=amount)
    if fate == "support":
        return
    services.watch(by=agent, file=energy, on=answered)
    if fate == "done":
        called = min(day + timedelta(days=random.randint(95, 170)), today)
        services.call(
            by=agent, file=energy, on=called, is_reached=True, comfort=world.pick({"better": 60, "same": 32, "worse": 8}),
            bills=world.pick({"lower": 46, "same": 40, "higher": 14}), equipment_used="yes",
        )  # fmt: skip
        services.close(by=agent, file=energy, on=called, close_reason=CloseReason.DONE)


def _go(world: World, energy: EnergyFile, day: date) -> EnergyVisit:
    """A visit that took place, with everything the form asks; its appointment is long past."""
    rank = services.rank_to_plan(energy) or 1
    visit = EnergyVisit.objects.create(file=energy, rank=rank, agent=energy.agent)
    energy.move_to(PLANNED[rank], by=energy.agent, on=day)
    sheet = VisitSheet(visit, _typed(world, energy))
    if not sheet.is_valid():
        raise ValueError(sheet.errors)
    services.receive_visit(
        by=energy.agent, visit=visit, content=sheet.content(), sending=services.new_sending(visit)
    )
    visit.refresh_from_db()
    services.finish_visit(by=energy.agent, visit=visit, on=day)
    energy.refresh_from_db()
    return visit


def _typed(world: World, energy: EnergyFile) -> dict[str, str]:
    random = world.random
    rooms = ("living", "kitchen", "bedroom", "bathroom")
    typed = {"pieces-total": str(len(rooms)), "factures-total": "2"}
    warmth = random.randint(12, 19)
    for rank, room in enumerate(rooms):
        typed |= {
            f"pieces-{rank}-room": room, f"pieces-{rank}-temperature": f"{warmth - rank % 3},{random.choice((0, 5))}",
            f"pieces-{rank}-humidity": str(random.randint(48, 82)),
        }  # fmt: skip
        if room == "bedroom" and world.chance(40):
            typed[f"pieces-{rank}-mould"] = "on"
    first = energy.heating_energy or "electricity"
    for rank, energy_code in enumerate((first, "electricity" if first != "electricity" else "")):
        if not energy_code:
            continue
        euros = random.randint(600, 2400) if rank == 0 else random.randint(300, 900)
        typed |= {
            f"factures-{rank}-energy": energy_code, f"factures-{rank}-supplier": random.choice(("EDF", "Engie", "TotalEnergies")),
            f"factures-{rank}-amount": f"{euros},00", f"factures-{rank}-kwh": str(euros * 4), f"factures-{rank}-months": "12",
        }  # fmt: skip
        if rank == 0 and world.chance(45):
            typed |= {
                f"factures-{rank}-debt": str(random.randint(90, 900)),
                f"factures-{rank}-supply": "notice",
            }
    for name, weights in CHOICES.items():
        typed[name] = world.pick(weights)
    typed |= {
        "heating_energy": first, "hot_water_setting": str(random.choice((50, 55, 60, 65))),
        "findings": random.choice(FINDINGS), "advice": random.choice(ADVICE), "income_month": str(random.randint(650, 2100)),
        "level": random.choice(("Rez-de-chaussée", "2e étage, côté nord", "Plain-pied", "")),
    }  # fmt: skip
    kit = (("led", 6), ("joint-fenetre", 3), ("mousseur", 2), ("thermometre", 1), ("bas-de-porte", 1), ("douchette", 1),
           ("detecteur-co", 1))  # fmt: skip
    for code, most in random.sample(kit, random.randint(2, 5)):
        typed[f"equip-{code}"] = str(random.randint(1, most))
    return typed


CHOICES: dict[str, dict[str, int]] = {
    "walls": {"poor": 50, "fair": 35, "good": 15}, "roof": {"poor": 40, "fair": 30, "": 30},
    "windows": {"poor": 40, "fair": 40, "good": 20}, "doors": {"poor": 40, "fair": 60},
    "damp": {"yes": 45, "no": 55}, "mould": {"yes": 35, "no": 65},
    "ventilation": {"fan": 30, "natural": 35, "blocked": 25, "none": 10},
    "heating": {"convectors": 45, "boiler": 35, "stove": 12, "portable": 8},
    "heating_serviced": {"yes": 40, "no": 60}, "regulation": {"yes": 40, "no": 60}, "heater": {"yes": 40, "no": 60},
    "hot_water": {"tank": 60, "boiler": 30, "gas": 10}, "water_leak": {"no": 85, "yes": 15},
    "co_risk": {"no": 92, "yes": 8}, "electric_risk": {"no": 85, "yes": 15}, "gas_risk": {"no": 97, "yes": 3},
    "smoke_alarm": {"yes": 70, "no": 30}, "feeling_winter": {"cold": 70, "fine": 30},
    "feeling_summer": {"fine": 70, "hot": 30}, "restricts": {"yes": 55, "no": 45}, "health_effect": {"no": 70, "yes": 30},
}  # fmt: skip


def _orient(world: World, energy: EnergyFile, visit: EnergyVisit) -> EnergyOrientation:
    kind = world.pick(ORIENTATIONS)
    day = visit.done_on or world.today
    return services.orient(
        by=energy.agent, file=energy, kind=kind, detail=ASKED.get(kind, ""), proposed_on=day,
        consent=Consent.YES if world.chance(70) else Consent.NOT_ASKED,
        remind_on=day + timedelta(days=world.random.randint(20, 60)),
    )  # fmt: skip


def _appointment(world: World, energy: EnergyFile, file: File, first: date) -> Appointment | None:
    """A home visit to come, at the agent's first free hour; none when nothing is free."""
    reason, household = Reason.objects.get(code="slime"), file.household
    if household.commune_id is None:
        return None
    wish = wish_for(reason=reason, place=Place.HOME, home=household)
    for slot in offer(agents=[energy.agent], wish=wish, now=world.now, first=first, count=1):
        return book(
            by=energy.agent, agent=energy.agent, start=slot.start, reason=reason, household=household,
            person=file.persons[0], place=Place.HOME, accepts=CautionCode.values,
        )  # fmt: skip
    return None
