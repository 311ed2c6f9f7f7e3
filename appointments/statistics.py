"""Aggregates of the agendas for dashboards and the ABS; no person leaves this module.

The commune is the one of the household's situation on the day of the appointment, so past figures never move.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import (
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate, TruncMonth

from appointments.enums import CANCELLED, TAKEN_PLACE, Category, Channel, Status, Topic
from appointments.models import Appointment, DeskContact
from cias.core.db import Percentile
from cias.core.french import in_days
from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics

type Territory = frozenset[str] | None


def _appointments(period: Period, territory: Territory) -> QuerySet[Appointment]:
    """Those of the period, joined to the situation their household was in that day."""
    start, after = period.bounds()
    day = TruncDate("start")
    situations = "household__situations"
    rows = Appointment.objects.filter(start__gte=start, start__lt=after).annotate(
        situation=FilteredRelation(
            situations,
            condition=Q(**{f"{situations}__start__lte": day})
            & (Q(**{f"{situations}__end__isnull": True}) | Q(**{f"{situations}__end__gte": day})),
        )
    )
    if territory is not None:
        rows = rows.filter(situation__commune__in=territory, situation__household__address_hidden=False)
    return rows.order_by()


def by_category(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _appointments(period, territory).values_list("reason__category", "status")
    for category, status, count in rows.annotate(count=Count("pk")).order_by("reason__category", "status"):
        yield Row((category, status), count, count)


def by_month(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _appointments(period, territory).exclude(status__in=CANCELLED)
    months = rows.annotate(month=TruncMonth("start")).values_list("month")
    for month, count in months.annotate(count=Count("pk")).order_by("month"):
        yield Row((f"{month:%Y-%m}",), count, count)


# A hidden address is in no commune: see households.statistics.
COMMUNE = Case(
    When(situation__household__address_hidden=True, then=Value("")),
    When(situation__off_territory=True, then=Value("off")),
    default=Coalesce(Cast("situation__commune", CharField()), Value("")),
    output_field=CharField(),
)


def by_commune(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _appointments(period, territory).exclude(status__in=CANCELLED)
    communes = rows.annotate(where=COMMUNE).values_list("where")
    for commune, count in communes.annotate(count=Count("pk")).order_by("where"):
        yield Row((commune,), count, count)


def households(period: Period, territory: Territory) -> Iterator[Row]:
    """A household that moved counts once, where it lived at the last of its appointments kept."""
    kept = _appointments(period, None).filter(status=Status.HONOURED, household__isnull=False)
    last = kept.order_by("household_id", "-start", "-pk").distinct("household_id").values("pk")
    communes = (
        _appointments(period, territory).filter(pk__in=last).annotate(where=COMMUNE).values_list("where")
    )
    for commune, count in communes.annotate(count=Count("pk")).order_by("where"):
        yield Row((commune,), count, count)


def no_show(period: Period, territory: Territory) -> Iterator[Row]:
    """Absences over absences plus honoured: cancelled ones and those without an outcome are left out."""
    rows = _appointments(period, territory).filter(status__in=TAKEN_PLACE).values_list("reason__category")
    counts = rows.annotate(missed=Count("pk", filter=Q(status=Status.NO_SHOW)), total=Count("pk"))
    for category, missed, total in counts.order_by("reason__category"):
        yield Row((category,), missed, total)


def _delay(share: Decimal, period: Period, territory: Territory) -> Iterator[Row]:
    """A percentile of the days from request to appointment."""
    waited = ExpressionWrapper(TruncDate("start") - F("requested_on"), output_field=DurationField())
    rows = _appointments(period, territory).exclude(status__in=CANCELLED)
    result = rows.aggregate(delay=Percentile(waited, share, output_field=DurationField()), count=Count("pk"))
    if result["count"]:
        yield Row((), in_days(result["delay"]), result["count"])


def median_delay(period: Period, territory: Territory) -> Iterator[Row]:
    return _delay(Decimal("0.5"), period, territory)


def long_delay(period: Period, territory: Territory) -> Iterator[Row]:
    return _delay(Decimal("0.9"), period, territory)


def by_agent(period: Period) -> Iterator[Row]:
    """For the direction only: how an agent's appointments ended is neither for the ABS nor for the board."""
    rows = _appointments(period, None).values_list("agent", "status").annotate(count=Count("pk"))
    for agent, status, count in rows.order_by("agent", "status"):
        yield Row((str(agent), status), count, count)


def waiting(share: Decimal, period: Period) -> Iterator[Row]:
    """A percentile of the minutes between arrival and reception; who came before the hour waits from the hour on."""
    from_when = Greatest("arrived_at", "start")
    waited = ExpressionWrapper(
        Greatest(F("received_at") - from_when, timedelta()), output_field=DurationField()
    )
    rows = _appointments(period, None).filter(arrived_at__isnull=False, received_at__isnull=False)
    result = rows.aggregate(wait=Percentile(waited, share, output_field=DurationField()), count=Count("pk"))
    if result["count"]:
        minutes = Decimal(result["wait"].total_seconds()) / 60
        yield Row((), minutes.quantize(Decimal(1), ROUND_HALF_UP), result["count"])


def _contacts(channel: Channel, period: Period, territory: Territory) -> Iterator[Row]:
    """Nobody asks them where they live: no row for a part of the territory."""
    if territory is not None:
        return
    start, after = period.bounds()
    rows = DeskContact.objects.filter(channel=channel, at__gte=start, at__lt=after).values_list("topic")
    for topic, count in rows.annotate(count=Count("pk")).order_by("topic"):
        yield Row((topic,), count, count)


def walk_ins(period: Period, territory: Territory) -> Iterator[Row]:
    return _contacts(Channel.VISIT, period, territory)


def calls(period: Period, territory: Territory) -> Iterator[Row]:
    return _contacts(Channel.CALL, period, territory)


CATEGORIES = dict(Category.choices)

NOT_CANCELLED = PartOf(
    code="appointments.count",
    dimension="issue",
    keys=frozenset(status.value for status in Status if status not in CANCELLED),
)

MEASURES: Iterable[Measure] = (
    Measure(
        code="appointments.count",
        title="Rendez-vous",
        definition="Rendez-vous dont la date tombe dans la période, annulés compris, selon leur état.",
        unit=Unit.COUNT,
        compute=by_category,
        dimensions=("motif", "issue"),
        labels={**CATEGORIES, **dict(Status.choices)},
    ),
    Measure(
        code="appointments.by_month",
        title="Rendez-vous par mois",
        definition="Rendez-vous de la période, sans ceux qui ont été annulés.",
        unit=Unit.COUNT,
        compute=by_month,
        dimensions=("mois",),
        part_of=NOT_CANCELLED,
    ),
    Measure(
        code="appointments.by_commune",
        title="Rendez-vous par commune",
        definition="Rendez-vous de la période, sans les annulés, selon la commune du ménage ce jour-là.",
        unit=Unit.COUNT,
        compute=by_commune,
        dimensions=("commune",),
        part_of=NOT_CANCELLED,
    ),
    Measure(
        code="appointments.households",
        title="Ménages reçus",
        definition=(
            "Ménages différents ayant eu au moins un rendez-vous honoré dans la période, selon leur commune lors "
            "du dernier."
        ),
        unit=Unit.COUNT,
        compute=households,
        dimensions=("commune",),
    ),
    Measure(
        code="appointments.no_show",
        title="Taux d’absence non excusée",
        definition="Absences non excusées rapportées aux absences et aux rendez-vous honorés.",
        unit=Unit.RATE,
        compute=no_show,
        dimensions=("motif",),
        labels=CATEGORIES,
        part_of=PartOf(
            code="appointments.count",
            dimension="issue",
            keys=frozenset(TAKEN_PLACE),
            numerator=frozenset({Status.NO_SHOW.value}),
        ),
    ),
    Measure(
        code="appointments.delay_median",
        title="Délai médian d’obtention d’un rendez-vous",
        definition="La moitié des rendez-vous non annulés ont lieu en moins de jours après la demande.",
        unit=Unit.DAYS,
        compute=median_delay,
    ),
    Measure(
        code="appointments.delay_p90",
        title="Délai d’obtention de neuf rendez-vous sur dix",
        definition="Neuf rendez-vous non annulés sur dix ont lieu en moins de jours après la demande.",
        unit=Unit.DAYS,
        compute=long_delay,
    ),
    Measure(
        code="appointments.walk_ins",
        title="Passages à l’accueil sans rendez-vous",
        definition="Passages comptés à l’accueil pendant la période, selon leur objet.",
        unit=Unit.COUNT,
        compute=walk_ins,
        dimensions=("objet",),
        labels=dict(Topic.choices),
    ),
    Measure(
        code="appointments.calls",
        title="Appels reçus à l’accueil",
        definition="Appels comptés à l’accueil pendant la période, hors prise de rendez-vous, selon leur objet.",
        unit=Unit.COUNT,
        compute=calls,
        dimensions=("objet",),
        labels=dict(Topic.choices),
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
