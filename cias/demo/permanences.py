"""The psychologist's room: follow-ups from the agenda, notes, a draft, liaison notes both ways, one of each end."""

from datetime import timedelta
from typing import Any

from appointments.enums import Status
from appointments.models import Appointment
from cias.accounts.models import User
from cias.demo.world import World
from households.models import Household, Person
from households.models.files import on_day
from insertion.models import Counselling, CounsellingSession
from insertion.permanences import services
from insertion.permanences.enums import Agreement, Attendance, CounsellingEnd, DraftKind, LiaisonBasis
from insertion.permanences.services import Place
from insertion.permanences.services.counsellings import persons_of

MOST = 26
THREADS = (
    "Demande\u00a0: retrouver le sommeil depuis la perte de l’emploi.\nSe travaille\u00a0: le rythme de la journée, "
    "oser téléphoner.\nÀ reprendre\u00a0: la relation avec son fils aîné.",
    "Vient sur le conseil de sa référente, sans demande propre au début. Depuis la troisième séance, parle du deuil de "
    "sa sœur.",
    "Isolement depuis l’arrivée dans la commune. Cherche à comprendre ce qui l’empêche de sortir.",
)
NOTES = (
    "Première rencontre. Présentation du cadre\u00a0: confidentialité, durée, liberté de venir. Parle peu, accepte un "
    "second rendez-vous.",
    "Plus détendue. Revient sur la séparation, sans colère. Dort mieux trois nuits sur sept.",
    "Raconte la semaine\u00a0: a repris la marche avec une voisine. L’appel à la mission locale reste difficile\u00a0; "
    "nous l’avons préparé ensemble.",
    "Moment d’abattement après le refus de formation. A pu en parler sans l’interrompre. À revoir vite.",
    "Fait le point\u00a0: ce qui a changé depuis septembre, ce qui reste. Propose elle-même d’espacer.",
)
LIAISON = (
    "Avec son accord\u00a0: les rendez-vous du matin lui sont très difficiles en ce moment. Merci de les proposer l’après-midi "
    "jusqu’à la fin du mois."
)
TO_HER = (
    "Elle accepte de vous rencontrer et préfère un premier rendez-vous à Maintenon. Elle vient d’apprendre le décès de "
    "son père\u00a0; elle m’a demandé de vous le dire."
)


def create_permanences(world: World) -> None:
    """The last kept appointments of the psychologist become sessions, most with their note."""
    psychologist = world.users["psy"]
    rows = Appointment.objects.filter(agent=psychologist, household__closed_on=None, household__isnull=False)
    kept = rows.filter(status=Status.HONOURED, start__lte=world.now).select_related("household", "person")
    for rank, row in enumerate(kept.order_by("-start", "pk")[: MOST * 2]):
        _session(world, psychologist, row, is_written=rank not in (0, 3))
    followed = list(
        Counselling.objects.select_related("household", "person").order_by("started_on", "pk")[:MOST]
    )
    for rank, counselling in enumerate(followed):
        if rank % 2 == 0:
            text = THREADS[rank % len(THREADS)]
            services.save_text(by=psychologist, place=Place(counselling), text=text, base=0)
    if followed:
        _varied(world, psychologist, followed)


def _session(world: World, psychologist: User, row: Any, *, is_written: bool) -> None:
    day = row.start.date()
    person = row.person or next(iter(persons_of(row.household, day)), None)
    if person is None or not row.household.memberships.filter(on_day(day), person=person).exists():
        return
    known = Counselling.objects.filter(psychologist=psychologist, person=person).first()
    if known is None and Counselling.objects.count() >= MOST:
        return
    if known is not None and known.started_on > day:
        Counselling.objects.filter(pk=known.pk).update(started_on=day)
    session = services.open_session(by=psychologist, appointment=row, person=person)
    if is_written:
        text = NOTES[world.random.randrange(len(NOTES))]
        place = Place(session.counselling, session)
        services.save_text(by=psychologist, place=place, text=text, base=0)


def _varied(world: World, psychologist: User, followed: list[Counselling]) -> None:
    """A session without appointment, an end, a draft left open, a corrected note, liaison notes."""
    services.add_session(
        by=psychologist, counselling=followed[0], on=max(followed[0].started_on, world.today - timedelta(days=9)),
        attendance=Attendance.HELD, minutes=40,
    )  # fmt: skip
    for rank, counselling in enumerate(followed[1:4]):
        reason = (CounsellingEnd.AGREED, CounsellingEnd.MOVED, CounsellingEnd.RELAYED)[rank]
        on = max(counselling.started_on, world.today - timedelta(days=20 + rank * 40))
        services.end(by=psychologist, counselling=counselling, on=on, reason=reason)
    last = CounsellingSession.objects.filter(notes__isnull=True).first()
    if last is not None:
        services.keep_draft(
            by=psychologist, kind=DraftKind.SESSION, target=last.pk, page="0" * 32,
            text="Arrivée en avance. Reprise sur",
        )  # fmt: skip
    for counselling in followed[4:8]:
        referents = counselling.household.assignments.filter(on_day(world.today), role="main").select_related(
            "agent"
        )
        for row in referents[:1]:
            _liaison(world, psychologist, counselling.household, counselling.person, row.agent)


def _liaison(world: World, psychologist: User, household: Household, person: Person, referent: User) -> None:
    agreed: dict[str, Any] = {
        "basis": LiaisonBasis.AGREEMENT,
        "agreement": Agreement.SPOKEN,
        "agreed_on": world.today,
    }
    sent = services.send(
        by=psychologist, household=household, person=person, recipients=[referent], text=LIAISON, **agreed
    )
    if world.chance(40):
        services.mark_read(by=referent, note=sent)
    elif world.chance(30):
        services.withdraw(by=psychologist, note=sent)
    if household.assignments.filter(agent=psychologist, end=None).exists():
        services.send(
            by=referent, household=household, person=person, recipients=[psychologist], text=TO_HER, **agreed
        )
