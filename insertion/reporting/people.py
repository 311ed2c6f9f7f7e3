"""Who is accompanied, whether they come, and what is done in groups: the other indicators of the report (I9)."""

from datetime import date

from django.db.models import Count as Counted
from django.db.models import F
from django.utils import timezone

from appointments.enums import Category, Status
from appointments.models import Appointment
from cias.core.deadlines import add_months
from cias.core.periods import Period
from households.enums import Sex
from households.models import Person
from insertion.models import DepartmentIdentity, WorkshopRegistration, WorkshopSession
from insertion.permanences.statistics import sessions as counselling_sessions
from insertion.reporting.indicators import Count, Indicator, Missing, Rate
from insertion.reporting.pathway import accompanied
from insertion.workshops.enums import ABSENT, Attendance, SessionState

AGES = (("Moins de 25 ans", 0, 24), ("25 à 29 ans", 25, 29), ("30 à 39 ans", 30, 39), ("40 à 49 ans", 40, 49),
        ("50 à 59 ans", 50, 59), ("60 ans et plus", 60, 150))  # fmt: skip
# Years under the duties of the RSA, on the last day of the period.
SENIORITY = (("Moins d’un an", 0, 1), ("1 à 2 ans", 1, 2), ("2 à 5 ans", 2, 5), ("5 ans et plus", 5, 100))
PUBLIC = "Personnes dont une orientation a couru au moins un jour de la période."


def attendance(period: Period) -> Indicator:
    """No-show = absences ÷ (honoured + absences): cancellations told beforehand are neither (I9)."""
    start, after = period.bounds()
    rows = Appointment.objects.filter(reason__category=Category.INSERTION, start__gte=start, start__lt=after)
    states = dict(rows.order_by("status").values_list("status").annotate(Counted("pk")))
    kept, missed = states.get(Status.HONOURED, 0), states.get(Status.NO_SHOW, 0)
    unrecorded = rows.to_record(min(after, timezone.now())).count()
    return Indicator(
        code="assiduite", title="Assiduité aux rendez-vous",
        definition="Rendez-vous d’insertion de la période. Taux d’absence\u00a0: absences non excusées sur les "
        "rendez-vous honorés et les absences\u00a0; ce qui a été annulé n’y entre pas.",
        lines=[
            Count("Honorés", kept),
            Count("Absences non excusées", missed),
            Count("Annulés par la personne", states.get(Status.CANCELLED_BY_USER, 0)),
            Count("Annulés par le service", states.get(Status.CANCELLED_BY_SERVICE, 0)),
            Rate("Taux d’absence", missed, kept + missed),
        ],
        missing=[Missing("rendez-vous passés sans issue notée", unrecorded, unrecorded + kept + missed)],
    )  # fmt: skip


def workshops(period: Period) -> Indicator:
    start, after = period.bounds()
    held = WorkshopSession.objects.filter(start__gte=start, start__lt=after)
    done = held.filter(state=SessionState.HELD)
    seats = WorkshopRegistration.objects.filter(session__in=done)
    came = seats.filter(attendance=Attendance.PRESENT)
    silent = held.to_record().count()
    registered = seats.filter(seat__isnull=False).count()
    return Indicator(
        code="ateliers", title="Ateliers et actions collectives",
        definition="Séances tenues dans la période, tous domaines\u00a0: inscrits ayant une place, présents, absents.",
        lines=[
            Count("Séances tenues", done.count()),
            Count("Inscrits", registered),
            Count("Présents", came.count()),
            Count("Personnes différentes", came.filter(person__isnull=False).values("person").distinct().count()),
            Count("Absents", seats.filter(attendance__in=ABSENT).count()),
        ],
        missing=[Missing("séances passées sans présences notées", silent, silent + done.count())],
    )  # fmt: skip


def counselling(period: Period) -> Indicator:
    """A number, and nothing else (I7)."""
    held = sum(int(row.value) for row in counselling_sessions(period, None))
    return Indicator(
        code="psychologue", title="Permanences psychologiques",
        definition="Séances tenues dans la période\u00a0; le nombre seul est connu.",
        lines=[Count("Séances tenues", held)], sensitive=True,
    )  # fmt: skip


def people_of(period: Period) -> list[Person]:
    """The persons accompanied in the period, with what the Département said of them."""
    keys = accompanied(period).order_by().values("person").distinct()
    return list(Person.objects.filter(pk__in=keys).select_related("department_identity"))


def by_sex(found: list[Person]) -> Indicator:
    lines = [Count(sex.label, sum(one.sex == sex.value for one in found)) for sex in Sex if sex.value]
    missing = Missing("sexe non renseigné", sum(not one.sex for one in found), len(found))
    return Indicator(
        code="public-sexe", title="Personnes accompagnées, selon le sexe", definition=PUBLIC, lines=lines,
        adds_up=True, missing=[missing],
    )  # fmt: skip


def by_age(found: list[Person], last: date) -> Indicator:
    ages = [one.age_on(last) for one in found]
    known = [age for age in ages if age is not None]
    lines = [Count(label, sum(low <= age <= high for age in known)) for label, low, high in AGES]
    return Indicator(
        code="public-age", title="Personnes accompagnées, selon l’âge",
        definition=f"{PUBLIC} Âge le dernier jour de la période.", lines=lines, adds_up=True,
        missing=[Missing("date de naissance inconnue", len(ages) - len(known), len(ages))],
    )  # fmt: skip


def by_commune(period: Period) -> Indicator:
    """By commune of the household; whoever hides an address is in none (C3)."""
    rows = accompanied(period).order_by("household__commune__name")
    shown = rows.filter(household__address_hidden=False, household__commune__isnull=False)
    counts = shown.values(name=F("household__commune__name")).annotate(
        persons=Counted("person", distinct=True)
    )
    total = rows.values("person").distinct().count()
    known = sum(row["persons"] for row in counts)
    return Indicator(
        code="public-commune", title="Personnes accompagnées, selon la commune",
        definition=f"{PUBLIC} Commune du ménage\u00a0; les adresses cachées n’y figurent pas.",
        lines=[Count(row["name"], row["persons"]) for row in counts],
        adds_up=True, missing=[Missing("commune inconnue ou adresse cachée", max(total - known, 0), total)],
    )  # fmt: skip


def by_seniority(found: list[Person], last: date) -> Indicator:
    since = [day for day in map(_since, found) if day is not None and day <= last]
    lines = [
        Count(label, sum(_within(day, low, high, last) for day in since)) for label, low, high in SENIORITY
    ]
    return Indicator(
        code="public-anciennete", title="Personnes accompagnées, selon l’ancienneté au RSA",
        definition=f"{PUBLIC} Depuis la date de soumission aux droits et devoirs donnée par le Département.",
        lines=lines, adds_up=True,
        missing=[Missing("ancienneté inconnue", len(found) - len(since), len(found))],
    )  # fmt: skip


def _since(person: Person) -> date | None:
    identity: DepartmentIdentity | None = getattr(person, "department_identity", None)
    return identity.rsa_since if identity is not None else None


def _within(day: date, low: int, high: int, last: date) -> bool:
    """From `low` years, included, to `high`, excluded."""
    return add_months(day, 12 * low) <= last < add_months(day, 12 * high)
