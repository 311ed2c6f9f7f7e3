"""Aggregates of the workshops and collective actions for dashboards and the ABS; no person leaves this module.

R10: the collective information sessions. L11: what concerns housing and energy. All by session held in the period.
"""

from collections.abc import Iterable, Iterator

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When

from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from households.enums import Domain
from insertion.models import Workshop, WorkshopEvaluation, WorkshopRegistration, WorkshopSession
from insertion.workshops.enums import Attendance, RegistrationState, SessionState, Theme, WorkshopKind

type Territory = frozenset[str] | None
DOMAIN_THEME = ("session__workshop__domain", "session__workshop__theme")
HOUSING = (Domain.HOUSING.value, Domain.ENERGY.value)


def _within(period: Period, path: str = "") -> Q:
    start, after = period.bounds()
    return Q(**{f"{path}start__gte": start, f"{path}start__lt": after})


def _sessions(
    period: Period, territory: Territory, state: str = SessionState.HELD
) -> QuerySet[WorkshopSession]:
    """The sessions of the period; of a territory, those whose place lies in it."""
    rows = WorkshopSession.objects.filter(_within(period), state=state)
    return rows if territory is None else rows.filter(workshop__commune__in=territory)


def _people(period: Period, territory: Territory) -> QuerySet[WorkshopRegistration]:
    """Registrations for the sessions held; of a territory, those of households known to live in it."""
    rows = WorkshopRegistration.objects.filter(_within(period, "session__"), session__state=SessionState.HELD)
    if territory is None:
        return rows
    return rows.filter(household__commune__in=territory, household__address_hidden=False)


def _by(rows: QuerySet, *names: str) -> Iterator[Row]:
    for *keys, count in rows.order_by(*names).values_list(*names).annotate(count=Count("pk")):
        yield Row(tuple(keys), count, count)


def workshops(period: Period, territory: Territory) -> Iterator[Row]:
    held = Workshop.objects.filter(sessions__in=_sessions(period, territory))
    for domain, count in (
        held.order_by("domain").values_list("domain").annotate(count=Count("pk", distinct=True))
    ):
        yield Row((domain,), count, count)


def sessions(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _by(_sessions(period, territory), "workshop__domain", "workshop__theme")


def kinds(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _by(_sessions(period, territory), "workshop__kind", "workshop__domain")


def cancelled(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _by(_sessions(period, territory, SessionState.CANCELLED), "workshop__domain")


def seats(period: Period, territory: Territory) -> Iterator[Row]:
    names = ("workshop__domain", "workshop__theme")
    rows = _sessions(period, territory).order_by(*names).values_list(*names)
    for domain, theme, total, count in rows.annotate(total=Sum("seats"), count=Count("pk")):
        yield Row((domain, theme), total, count)


def registered(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _by(_people(period, territory).filter(seat__isnull=False), *DOMAIN_THEME)


def present(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _by(_people(period, territory).filter(attendance=Attendance.PRESENT), *DOMAIN_THEME)


def outcomes(period: Period, territory: Territory) -> Iterator[Row]:
    """All who held a seat or came without one: the whole that presences, registrations and absences are parts of."""
    rows = _people(period, territory).filter(Q(seat__isnull=False) | Q(attendance=Attendance.PRESENT))
    outcome = Case(When(seat__isnull=True, then=Value(WALK_IN)), default=F("attendance"))
    yield from _by(rows.annotate(outcome=outcome), "session__workshop__domain", "outcome")


def no_show(period: Period, territory: Territory) -> Iterator[Row]:
    """Unexcused absences among those who held a seat."""
    rows = _people(period, territory).filter(seat__isnull=False).exclude(attendance="")
    missed, total = rows.aggregate(
        missed=Count("pk", filter=Q(attendance=Attendance.UNEXCUSED)), total=Count("pk")
    ).values()
    if total:
        yield Row((), missed, total)


def unserved(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _people(period, territory).filter(state=RegistrationState.WAITING)
    yield from _by(rows, "session__workshop__domain")


def persons(period: Period, territory: Territory) -> Iterator[Row]:
    """Distinct persons with a file, by domain."""
    rows = _people(period, territory).filter(attendance=Attendance.PRESENT, person__isnull=False)
    name = "session__workshop__domain"
    for domain, count in rows.order_by(name).values_list(name).annotate(count=Count("person", distinct=True)):
        yield Row((domain,), count, count)


def without_file(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _people(period, territory).filter(attendance=Attendance.PRESENT, person__isnull=True)
    yield from _by(rows, "session__workshop__domain")


def information(period: Period, territory: Territory) -> Iterator[Row]:
    """R10: who came to the collective information sessions."""
    rows = _people(period, territory).filter(
        attendance=Attendance.PRESENT, session__workshop__kind=WorkshopKind.INFORMATION
    )
    yield from _by(rows, "session__workshop__domain")


def housing_actions(period: Period, territory: Territory) -> Iterator[Row]:
    """L11: who came to what concerns housing and energy, by domain and kind."""
    rows = _people(period, territory).filter(
        attendance=Attendance.PRESENT, session__workshop__domain__in=HOUSING
    )
    yield from _by(rows, "session__workshop__domain", "session__workshop__kind")


def satisfaction(period: Period, territory: Territory) -> Iterator[Row]:
    found = WorkshopEvaluation.objects.filter(session__in=_sessions(period, territory)).aggregate(
        very=Sum("very_satisfied"), rather=Sum("satisfied"), little=Sum("little_satisfied"), no=Sum("not_satisfied"),
    )  # fmt: skip
    counts = {name: value or 0 for name, value in found.items()}
    if total := sum(counts.values()):
        yield Row((), counts["very"] + counts["rather"], total)


DOMAINS = dict(Domain.choices)
THEMES = dict(Theme.choices)
KINDS = dict(WorkshopKind.choices)
WALK_IN = "walk_in"
OUTCOMES = dict(Attendance.choices) | {WALK_IN: "Venu sans inscription"}
# A registration whose attendance was never noted has an empty outcome.
SEATED = frozenset({"", *Attendance.values})
CAME = frozenset({Attendance.PRESENT.value, WALK_IN})

MEASURES: Iterable[Measure] = (
    Measure(
        code="workshops.workshops", title="Ateliers tenus", unit=Unit.COUNT, compute=workshops,
        definition="Ateliers, informations et actions collectives qui ont tenu au moins une séance dans la période.",
        dimensions=("domaine",), labels=DOMAINS,
    ),
    Measure(
        code="workshops.sessions", title="Séances tenues", unit=Unit.COUNT, compute=sessions,
        definition="Séances de la période dont les présences sont enregistrées.",
        dimensions=("domaine", "thème"), labels=DOMAINS | THEMES,
    ),
    Measure(
        code="workshops.kinds", title="Séances tenues, selon leur nature", unit=Unit.COUNT, compute=kinds,
        definition="Séances de la période\u00a0: ateliers, informations collectives, actions collectives.",
        dimensions=("nature", "domaine"), labels=KINDS | DOMAINS,
        part_of=PartOf(code="workshops.sessions"),
    ),
    Measure(
        code="workshops.cancelled", title="Séances annulées", unit=Unit.COUNT, compute=cancelled,
        definition="Séances qui devaient se tenir dans la période et ont été annulées.",
        dimensions=("domaine",), labels=DOMAINS,
    ),
    Measure(
        code="workshops.seats", title="Places offertes", unit=Unit.COUNT, compute=seats,
        definition="Places des séances tenues dans la période.",
        dimensions=("domaine", "thème"), labels=DOMAINS | THEMES,
    ),
    Measure(
        code="workshops.registered", title="Inscriptions", unit=Unit.COUNT, compute=registered,
        definition="Inscriptions avec une place, aux séances tenues dans la période.",
        dimensions=("domaine", "thème"), labels=DOMAINS | THEMES,
        part_of=PartOf(code="workshops.outcomes", dimension="présence", keys=SEATED),
    ),
    Measure(
        code="workshops.present", title="Présences", unit=Unit.COUNT, compute=present,
        definition="Présences aux séances tenues dans la période, venues sans inscription comprises.",
        dimensions=("domaine", "thème"), labels=DOMAINS | THEMES,
        part_of=PartOf(code="workshops.outcomes", dimension="présence", keys=CAME),
    ),
    Measure(
        code="workshops.outcomes", title="Inscrits et venus aux ateliers", unit=Unit.COUNT, compute=outcomes,
        definition="Inscrits aux séances tenues dans la période, venus ou absents, excusés ou non, et personnes "
        "venues sans inscription.",
        dimensions=("domaine", "présence"), labels=DOMAINS | OUTCOMES,
    ),
    Measure(
        code="workshops.no_show", title="Absences non excusées", unit=Unit.RATE, compute=no_show,
        definition="Part des inscrits avec une place qui ne sont pas venus sans s’excuser.",
        part_of=PartOf(
            code="workshops.outcomes", dimension="présence",
            keys=frozenset(Attendance.values), numerator=frozenset({Attendance.UNEXCUSED.value}),
        ),
    ),
    Measure(
        code="workshops.unserved", title="Demandes sans place", unit=Unit.COUNT, compute=unserved,
        definition="Personnes encore en liste d’attente quand la séance s’est tenue.",
        dimensions=("domaine",), labels=DOMAINS,
    ),
    Measure(
        code="workshops.persons", title="Personnes touchées", unit=Unit.COUNT, compute=persons,
        definition="Personnes différentes venues à au moins une séance de la période\u00a0; une personne peut compter "
        "dans plusieurs domaines.",
        dimensions=("domaine",), labels=DOMAINS, additive=False,
    ),
    Measure(
        code="workshops.without_file", title="Présences sans dossier", unit=Unit.COUNT, compute=without_file,
        definition="Présences de personnes qui n’ont pas de dossier au CIAS.",
        dimensions=("domaine",), labels=DOMAINS,
        part_of=PartOf(code="workshops.present", exact=False),
    ),
    Measure(
        code="workshops.information", title="Présences aux informations collectives", unit=Unit.COUNT,
        compute=information,
        definition="Présences aux informations collectives sur les droits et les dispositifs.",
        dimensions=("domaine",), labels=DOMAINS,
        part_of=PartOf(code="workshops.present", exact=False),
    ),
    Measure(
        code="workshops.housing", title="Présences aux actions sur le logement et l’énergie", unit=Unit.COUNT,
        compute=housing_actions,
        definition="Présences aux ateliers et actions collectives des domaines logement et énergie.",
        dimensions=("domaine", "nature"), labels=DOMAINS | KINDS,
        part_of=PartOf(code="workshops.present", dimension="domaine", keys=frozenset(HOUSING)),
    ),
    Measure(
        code="workshops.satisfaction", title="Satisfaction des participants", unit=Unit.RATE, compute=satisfaction,
        definition="Part des réponses «\u00a0très\u00a0» ou «\u00a0plutôt satisfait\u00a0» aux questionnaires.",
    ),
)  # fmt: skip


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
