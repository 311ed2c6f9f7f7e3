"""Workshops of every domain, past and to come: full ones, cancelled ones, people to tell, balances still to make."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from cias.accounts.models import User
from cias.core.periods import PARIS
from cias.demo.world import File, World
from cias.territory.services import closed_days
from households.enums import Domain
from households.models import Partner
from households.models.files import on_day
from insertion.models import (
    Workshop,
    WorkshopEvaluation,
    WorkshopNotice,
    WorkshopRegistration,
    WorkshopSession,
)
from insertion.workshops import services
from insertion.workshops.enums import Attendance, StepFree, Theme, WorkshopKind
from insertion.workshops.services import Attendee, PlannedDate
from insertion.workshops.services.planning import report

K, T = WorkshopKind, Theme
HEALTHY = {Attendance.PRESENT.value: 74, Attendance.EXCUSED.value: 12, Attendance.UNEXCUSED.value: 14}
WITHOUT_FILE = ("Mme Ferreira", "M. Ndiaye", "Mme Collet", "M. Traoré", "Mme Wasniewski")
REMARKS = (
    "« Enfin quelqu’un qui explique les courriers de la CAF. » « Trop court, il faudrait deux heures. »",
    "« Je repars avec un tableau que je vais vraiment utiliser. » « La salle était froide. »",
    "« Bien pour rencontrer du monde. » « J’aurais aimé une séance de plus. »",
)
BALANCES = (
    "Groupe actif, deux personnes très en retrait au début. Le calcul du reste à vivre a pris plus de temps que prévu : "
    "à mettre en première partie. Trois demandes de rendez-vous individuels.",
    "Bon niveau d’échange. Les démonstrations ont mieux marché que les supports. Prévoir des ampoules à distribuer.",
    "Séance courte mais utile ; la moitié du groupe ne connaissait pas ses droits. À refaire en janvier.",
)


@dataclass(frozen=True)
class Offer:
    """One workshop: its hours, how often it comes back, how many months it has run, and to come."""

    name: str
    kind: str
    domain: str
    theme: str
    aim: str
    audience: str
    agent: str
    place: str
    seats: int
    weekday: int
    hours: tuple[time, time]
    every_weeks: int
    past: int
    coming: int
    is_cycle: bool = False
    partner: str = ""
    topics: Sequence[str] = ()


OFFERS = (
    Offer(
        "Mon budget sans stress", K.WORKSHOP, Domain.RIGHTS, T.BUDGET,
        "Faire le point sur ses dépenses, repérer ce qui peut baisser, savoir où demander de l’aide.",
        "Tout public", "ts1", "Salle Doussineau", 10, 1, (time(9, 30), time(11, 30)), 4, 8, 4,
    ),
    Offer(
        "CV et lettre de motivation", K.WORKSHOP, Domain.INSERTION, T.JOB,
        "Repartir avec un CV à jour et une lettre qui répond à une offre précise.",
        "Allocataires du RSA", "ts2", "Salle informatique", 8, 3, (time(14), time(16, 30)), 2, 14, 5,
    ),
    Offer(
        "Cap vers l’emploi", K.WORKSHOP, Domain.INSERTION, T.JOB,
        "Un parcours en quatre séances pour préparer son projet, ses recherches et ses entretiens.",
        "Allocataires du RSA sans emploi depuis plus d’un an", "ts9", "Salle Doussineau", 10, 0,
        (time(13, 30), time(16, 30)), 1, 4, 4, True, "",
        ("Mon projet", "Chercher autrement", "L’entretien d’embauche", "Ma suite"),
    ),
    Offer(
        "Éco-gestes à la maison", K.ACTION, Domain.ENERGY, T.ENERGY,
        "Comprendre ses factures, réduire chauffage et eau sans perdre en confort ; un petit équipement à emporter.",
        "Locataires et propriétaires", "ts4", "Maison de quartier de la Madeleine", 12, 2, (time(14), time(16)), 6, 5, 2,
        partner="energie",
    ),
    Offer(
        "Vos droits à la retraite et à la santé", K.INFORMATION, Domain.RIGHTS, T.RIGHTS,
        "Savoir ce que l’on peut demander, quand, et avec quelles pièces.",
        "Plus de 60 ans", "ts3", "Mairie annexe", 25, 4, (time(10), time(11, 30)), 8, 4, 2,
    ),
    Offer(
        "Chercher un logement social", K.INFORMATION, Domain.HOUSING, T.HOUSING,
        "Remplir sa demande, comprendre les délais, répondre à une proposition.",
        "Demandeurs de logement", "ts5", "Salle Doussineau", 20, 3, (time(10), time(12)), 8, 4, 2,
    ),
    Offer(
        "Mes démarches sur internet", K.WORKSHOP, Domain.RIGHTS, T.DIGITAL,
        "Créer son espace, retrouver un document, éviter les pièges.",
        "Débutants", "ts6", "Salle informatique", 6, 1, (time(14), time(16)), 3, 8, 3,
    ),
)  # fmt: skip


def create_workshops(world: World) -> None:
    """Each offer with its past and coming sessions; three coming ones have a story told below."""
    for offer in OFFERS:
        _Story(world, offer).tell()
    _changes(world)


class _Story:
    def __init__(self, world: World, offer: Offer) -> None:
        self.world, self.random, self.offer = world, world.random, offer
        self.agent: User = world.users[offer.agent]
        self.desk: User = world.users["accueil"]

    def tell(self) -> None:
        """Past sessions were planned and filled the day before they began; the coming ones as they would be today."""
        self.workshop = self._workshop()
        self._hold([day for day in self._days(-self.offer.past, 0) if day < self.world.today])
        coming = [self._date(day) for day in self._days(1, self.offer.coming + 1)]
        report(self.workshop, self.agent, coming)
        # Where the agent is free, as somebody who plans with care; one date at least.
        free = [one for one in coming if one.is_clear] or coming[:1]
        sessions = services.add_sessions(
            by=self.agent, workshop=self.workshop, agent=self.agent, dates=free,
            seats=self.offer.seats, days_before=1,
            topics=dict(zip((one.start for one in coming), self.offer.topics, strict=False)),
        )  # fmt: skip
        for rank, session in enumerate(sessions):
            share = (115, 80, 50, 25, 10)[min(rank, 4)]
            self._fill(session, self.offer.seats * share // 100)

    def _workshop(self) -> Workshop:
        offer = self.offer
        partner = (
            Partner.objects.active().filter(search_key__contains=offer.partner).first()
            if offer.partner
            else None
        )
        town = next((one for one in self.world.communes if one.code == "28085"), self.world.communes[0])
        return services.save_workshop(
            by=self.agent,
            workshop=Workshop(
                name=offer.name, kind=offer.kind, domain=offer.domain, theme=offer.theme, aim=offer.aim,
                audience=offer.audience, agent=self.agent, partner=partner, is_cycle=offer.is_cycle,
                place_name=offer.place, commune=town, seats=offer.seats,
                step_free=StepFree.NO if offer.place == "Salle informatique" else StepFree.YES,
                access_note="Premier étage, sans ascenseur." if offer.place == "Salle informatique" else "",
            ),
        )  # fmt: skip

    def _days(self, first: int, last: int) -> list[date]:
        """The working days of this offer, counted in its own rhythm from this week on."""
        monday = self.world.today - timedelta(days=self.world.today.weekday())
        step = timedelta(weeks=self.offer.every_weeks)
        days = [monday + timedelta(days=self.offer.weekday) + step * number for number in range(first, last)]
        closed = closed_days(days[0], days[-1])
        return [day for day in days if day not in closed]

    def _date(self, day: date) -> PlannedDate:
        start, end = self.offer.hours
        return PlannedDate(datetime.combine(day, start, PARIS), datetime.combine(day, end, PARIS))

    def _fill(self, session: WorkshopSession, count: int) -> None:
        """As reception would: whoever is free of another appointment; sometimes somebody without a file."""
        day = timezone.localtime(session.start).date()
        for who in self._people(day, count):
            services.register(
                by=self.random.choice([self.desk, self.agent]), sessions=[session], who=who, accepts_busy=True
            )

    def _people(self, day: date, count: int) -> list[Attendee]:
        files = [
            file
            for file in self.world.files
            if file.closed_on is None and file.is_open_on(day) and file.persons
        ]
        found = [self._attendee(file) for file in self.random.sample(files, min(count * 2, len(files)))]
        people = [who for who in found if who is not None][:count]
        if people and self.world.chance(40):
            people[-1] = Attendee(name=self.random.choice(WITHOUT_FILE), phone="+33639980" + f"{count:03}")
        return people

    def _attendee(self, file: File) -> Attendee | None:
        adults = file.household.memberships.filter(on_day(self.world.today)).exclude(role="child")
        member = adults.select_related("person").order_by("pk").first()
        return None if member is None else Attendee(person=member.person, household=file.household)

    def _hold(self, days: list[date]) -> None:
        """Sessions of the past as they were left: attendance entered but for the last one, balance but for two."""
        for rank, day in enumerate(days):
            one = self._date(day)
            session = WorkshopSession.objects.create(
                workshop=self.workshop, agent=self.agent, start=one.start, end=one.end, seats=self.offer.seats,
                topic=self.offer.topics[rank % len(self.offer.topics)] if self.offer.topics else "",
                planned_by=self.agent,
            )  # fmt: skip
            people = self._people(day, self.random.randint(self.offer.seats * 5 // 10, self.offer.seats))
            for number, who in enumerate(people, start=1):
                WorkshopRegistration.objects.create(
                    session=session, person=who.person, household=who.household, name=who.name, phone=who.phone,
                    number=number, seat=number, state="registered", registered_by=self.desk,
                )  # fmt: skip
            if rank == len(days) - 1 and self.offer.agent in ("ts1", "ts2"):
                continue  # left to be entered
            marks = {row.pk: self.world.pick(HEALTHY) for row in session.registrations.all()}
            services.record_attendance(by=self.agent, session=session, marks=marks)
            if rank < len(days) - 2:
                self._evaluate(session)

    def _evaluate(self, session: WorkshopSession) -> None:
        session.refresh_from_db()
        present = session.registrations.present().count()
        returned = max(present - self.random.randint(0, 2), 0)
        very = returned * self.random.randint(40, 70) // 100
        learnt, use = returned * 7 // 10, returned * 6 // 10
        services.save_evaluation(
            by=self.agent,
            evaluation=WorkshopEvaluation(
                session=session, returned=returned, very_satisfied=very, satisfied=returned - very,
                learnt_yes=learnt, learnt_partly=returned - learnt, use_yes=use, use_maybe=returned - use,
                remarks=self.random.choice(REMARKS), balance=self.random.choice(BALANCES),
            ),
        )  # fmt: skip


def _changes(world: World) -> None:
    """One session cancelled and one moved, with people to tell; one seat freed for somebody who waited."""
    desk, chief = world.users["accueil"], world.users["direction"]
    coming = WorkshopSession.objects.coming().select_related("workshop")
    cancelled = coming.filter(workshop__theme=T.DIGITAL).order_by("start").first()
    if cancelled is not None:
        services.cancel(by=chief, session=cancelled, reason="Salle informatique en travaux")
        told = WorkshopNotice.objects.to_tell().filter(registration__session=cancelled).first()
        if told is not None:
            services.note_told(by=desk, notice=told)
    moved = coming.filter(workshop__theme=T.ENERGY).order_by("start").first()
    if moved is not None:
        shift = timedelta(days=7)
        services.move(
            by=chief,
            session=moved,
            start=moved.start + shift,
            end=moved.end + shift,
            reason="Intervenant absent",
        )
    full = coming.filter(workshop__theme=T.BUDGET).order_by("start").first()
    first = full.registrations.registered().order_by("number").first() if full is not None else None
    if first is not None:
        services.withdraw(by=desk, registration=first)
