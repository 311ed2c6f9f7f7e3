"""Job search: employers and their offers, persons at every stage, outcomes kept or not six months later."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from cias.core.deadlines import add_months
from cias.demo.world import File, World
from households.enums import MainResource, PartnerKind
from households.models import Partner
from insertion.jobs import services
from insertion.jobs.enums import (
    Childcare,
    CvKind,
    JobContract,
    JobDomain,
    JobOutcome,
    Kept,
    LanguageLevel,
    Licence,
    StepKind,
    StepResult,
    Transport,
    WorkTime,
    Zone,
)
from insertion.models import CvEntry, JobOffer, JobSearch, JobStep, SearchOutcome

D, K = JobDomain, PartnerKind
PARTNERS = (
    ("ADMR du pays chartrain", K.EMPLOYER, "Chartres", "28000"),
    ("Onet Services Chartres", K.EMPLOYER, "Lucé", "28110"),
    ("Cosmetic Park logistique", K.EMPLOYER, "Chartres", "28000"),
    ("Restaurant Le Parvis", K.EMPLOYER, "Chartres", "28000"),
    ("Chantier d’insertion Reconstruire ensemble", K.IAE, "Mainvilliers", "28300"),
    ("Envie Beauce, entreprise d’insertion", K.IAE, "Luisant", "28600"),
    ("Intérim Beauce", K.AGENCY, "Chartres", "28000"),
    ("Greta Eure-et-Loir", K.TRAINER, "Chartres", "28000"),
)  # fmt: skip
# Partner, post, domain, contract, hours, diploma, licence, needs a vehicle, irregular hours, days to the closing.
OFFERS = (
    (0, "Aide à domicile, secteur de Maintenon", D.K, JobContract.CDI, 28, "", "B", True, False, 12),
    (0, "Auxiliaire de vie, nuits", D.K, JobContract.CDI, 35, "3", "", False, True, 25),
    (1, "Agent d’entretien de bureaux", D.K, JobContract.CDD, 20, "", "", False, True, 5),
    (2, "Préparateur de commandes", D.N, JobContract.CDD, 35, "", "CACES", True, False, 18),
    (2, "Conditionneur, équipe de jour", D.H, JobContract.TEMP, 35, "", "", False, False, None),
    (3, "Commis de cuisine", D.G, JobContract.CDI, 35, "3", "", False, True, 8),
    (4, "Ouvrier polyvalent du bâtiment", D.F, JobContract.CDDI, 26, "", "", False, False, 30),
    (5, "Valoriste électroménager", D.I, JobContract.CDDI, 28, "", "", False, False, None),
    (6, "Hôte de caisse", D.D, JobContract.TEMP, 24, "", "", False, True, 3),
    (1, "Agent de propreté en école", D.K, JobContract.CDD, 24, "", "", False, False, -6),
)  # fmt: skip
# What is aimed at, in which domains, and what the CV says of the past.
PROJECTS = (
    ("Aide à domicile", (D.K, D.J), "Agente de service hospitalier", "Clinique Saint-François, Mainvilliers", "Titre ADVF"),
    ("Employé de libre-service", (D.D,), "Vendeur", "Supermarché U, Lèves", "Bac professionnel commerce"),
    ("Cuisinier", (D.G,), "Plongeur", "Restaurant scolaire, Lucé", "CAP cuisine"),
    ("Cariste", (D.N, D.H), "Préparateur de commandes", "Plateforme d’Ablis", "CACES 1 et 3"),
    ("Agent d’entretien", (D.K,), "Femme de chambre", "Hôtel du Bœuf couronné, Chartres", ""),
    ("Maçon", (D.F,), "Manœuvre", "SARL Percheron, Saint-Prest", "CAP maçonnerie"),
    ("Assistante administrative", (D.M,), "Standardiste", "Cabinet médical, Luisant", "BTS support à l’action"),
)  # fmt: skip
MOST = 60


def create_jobs(world: World) -> None:
    partners = [
        Partner.objects.get_or_create(
            name=name,
            defaults={"kind": kind, "city": city, "postal_code": code, "contact": "Service du recrutement"},
        )[0]
        for name, kind, city, code in PARTNERS
    ]
    offers = [_offer(world, partners, row) for row in OFFERS]
    looking = [
        file
        for file in world.files
        if file.closed_on is None
        and file.persons
        and file.referent is not None
        and (file.main_resource in (MainResource.RSA, MainResource.UNEMPLOYMENT) or world.chance(4))
    ]
    for rank, file in enumerate(looking[:MOST]):
        _search(world, file, offers, rank)


def _offer(world: World, partners: list[Partner], row: tuple[Any, ...]) -> JobOffer:
    partner, title, domain, contract, hours, diploma, licence, vehicle, irregular, days = row
    commune = world.random.choice([one for one in world.communes if one.population > 2000] or world.communes)
    closes = None if days is None else world.today + timedelta(days=days)
    offer = JobOffer.objects.create(
        partner=partners[partner], title=title, domain=domain, contract=contract, weekly_hours=Decimal(hours),
        commune=commune, least_diploma=diploma, licence=licence, needs_vehicle=vehicle, irregular_hours=irregular,
        received_on=world.today - timedelta(days=world.random.randint(3, 20)), closes_on=closes,
        positions=world.random.choice((1, 1, 2, 3)), detail="Candidature par téléphone ou en passant par le CIAS.",
    )  # fmt: skip
    if days is not None and days < 0:
        services.close_offer(by=world.workers[0], offer=offer, is_filled=True)
    return offer


def _search(world: World, file: File, offers: list[JobOffer], rank: int) -> None:
    chance, agent = world.random, file.referent
    if agent is None:
        return
    target, domains, post, place, training = PROJECTS[rank % len(PROJECTS)]
    opened = max(file.opened_on, world.today - timedelta(days=chance.randint(40, 420)))
    own = chance.random() < 0.45
    search = JobSearch.objects.create(
        household=file.household, person=file.persons[0], agent=agent, opened_on=opened, target=target,
        domains=list(domains), diploma_level=chance.choice(("", "0", "3", "3", "4", "5")),
        work_time=chance.choice((WorkTime.ANY, WorkTime.FULL, WorkTime.PART)),
        irregular_hours=chance.choice((None, True, False)), zone=chance.choice((Zone.COMMUNE, Zone.TERRITORY, Zone.BEYOND)),
        licences=[Licence.B] if own else chance.choice(([], [Licence.LEARNING])),
        transports=[Transport.CAR] if own else [Transport.BUS, *([Transport.BIKE] if rank % 3 == 0 else [])],
        childcare=chance.choice((Childcare.NO_NEED, Childcare.SOLVED, Childcare.PARTIAL, Childcare.TO_FIND))
        if file.children else Childcare.NO_NEED,
        goals="Retrouver un emploi proche, avec des horaires qui laissent du temps pour les enfants.",
        headline="Sérieuse et ponctuelle, aime le contact." if rank % 2 else "Motivé, apprend vite, travaille en équipe.",
        skills="Organiser sa tournée\nRespecter les consignes de sécurité\nRendre compte",
    )  # fmt: skip
    _cv(world, search, post, place, training, rank)
    _steps(world, search, [offer for offer in offers if offer.domain in domains and offer.closed_on is None])
    if rank % 5 in (0, 3):
        _outcome(world, search, rank)


def _cv(world: World, search: JobSearch, post: str, place: str, training: str, rank: int) -> None:
    year = world.today.year
    CvEntry.objects.create(
        search=search, kind=CvKind.EXPERIENCE, title=post, place=place, from_year=year - 6, to_year=year - 3
    )
    if rank % 2:
        CvEntry.objects.create(
            search=search,
            kind=CvKind.EXPERIENCE,
            title="Bénévole",
            place="Épicerie solidaire, Chartres",
            from_year=year - 2,
        )
    if training:
        CvEntry.objects.create(
            search=search,
            kind=CvKind.TRAINING,
            title=training,
            place="Greta Eure-et-Loir",
            from_year=year - 7,
        )
    CvEntry.objects.create(
        search=search, kind=CvKind.LANGUAGE, title=("Français", "Portugais", "Arabe")[rank % 3],
        level=LanguageLevel.NATIVE,
    )  # fmt: skip


def _steps(world: World, search: JobSearch, offers: list[JobOffer]) -> None:
    chance = world.random
    for rank in range(chance.randint(1, 5)):
        on = world.day_between(search.opened_on, world.today)
        kind = chance.choice(
            (StepKind.APPLICATION, StepKind.APPLICATION, StepKind.INTERVIEW, StepKind.IMMERSION)
        )
        offer = chance.choice(offers) if offers and rank == 0 else None
        result = chance.choice(
            (StepResult.PENDING, StepResult.NO_ANSWER, StepResult.NEGATIVE, StepResult.POSITIVE)
        )
        JobStep.objects.create(
            search=search, by=search.agent, kind=kind, on=on, offer=offer, partner=offer.partner if offer else None,
            title="" if offer else "Candidature spontanée", result=result,
            result_on=None if result == StepResult.PENDING else min(on + timedelta(days=9), world.today),
            next_on=on + timedelta(days=14) if result == StepResult.PENDING else None,
        )  # fmt: skip


def _outcome(world: World, search: JobSearch, rank: int) -> None:
    kind, contract, months = (
        (JobOutcome.DURABLE, JobContract.CDI, None), (JobOutcome.TRANSITION, JobContract.CDD, 3),
        (JobOutcome.IAE, JobContract.CDDI, 6), (JobOutcome.TRAINING, "", None), (JobOutcome.CREATION, "", None),
        (JobOutcome.MOVED, "", None),
    )[rank % 6]  # fmt: skip
    on = world.day_between(search.opened_on + timedelta(days=20), world.today - timedelta(days=5))
    on = max(on, search.opened_on)
    outcome = services.add_outcome(
        by=search.agent, search=search,
        outcome=SearchOutcome(
            kind=kind, contract=contract, months=months, on=on, ends_search=kind != JobOutcome.TRANSITION,
            weekly_hours=Decimal(28) if contract else None, title=search.target,
        ),
    )  # fmt: skip
    due: date | None = outcome.check_on
    if due is not None and add_months(due, 1) <= world.today:
        kept = world.pick({Kept.YES: 60, Kept.NO: 25, Kept.UNKNOWN: 15})
        services.note_kept(by=search.agent, outcome=outcome, kept=kept, kept_on=due)
