"""Aggregates of the SLIME programme for dashboards, the ABS and its own page; no person leaves this module."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, QuerySet, Sum
from django.db.models.expressions import RawSQL

from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from housing.energy import rules
from housing.energy.enums import (
    CloseReason,
    ContactOutcome,
    EnergyState,
    Ground,
    Informant,
    OrientationKind,
    OrientationState,
)
from housing.figures import amount_row
from housing.models import (
    EnergyContact,
    EnergyFile,
    EnergyOrientation,
    EnergyVisit,
    GivenEquipment,
)

type Territory = frozenset[str] | None


def _of(rows: QuerySet, territory: Territory, path: str = "") -> QuerySet:
    """Rows of a territory; a hidden address answers no question about places (C3)."""
    if territory is None:
        return rows
    return rows.filter(
        **{f"{path}household__commune__in": territory, f"{path}household__address_hidden": False}
    )


def _files(period: Period, territory: Territory) -> QuerySet[EnergyFile]:
    return _of(EnergyFile.objects.filter(reported_on__range=(period.first, period.last)), territory)


def _visits(period: Period, territory: Territory) -> QuerySet[EnergyVisit]:
    done = EnergyVisit.objects.filter(done_on__range=(period.first, period.last))
    return _of(done, territory, "file__")


def _by(rows: QuerySet, name: str) -> Iterator[Row]:
    for key, count in rows.order_by(name).values_list(name).annotate(count=Count("pk")):
        yield Row((str(key),), count, count)


def reports(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _by(_files(period, territory), "informant")


def grounds(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _files(period, territory).annotate(one=RawSQL("unnest(grounds)", ()))
    counts = Counter(rows.values_list("one", flat=True))
    for key, count in sorted(counts.items()):
        yield Row((key,), count, count)


def contacts(period: Period, territory: Territory) -> Iterator[Row]:
    rows = EnergyContact.objects.filter(on__range=(period.first, period.last))
    yield from _by(_of(rows, territory, "file__"), "outcome")


def visits(period: Period, territory: Territory) -> Iterator[Row]:
    yield from _by(_visits(period, territory), "rank")


def delay_to_visit(period: Period, territory: Territory) -> Iterator[Row]:
    """Mean number of days from the signalement to visit 1, for the first visits of the period."""
    first = _visits(period, territory).filter(rank=1)
    length = ExpressionWrapper(F("done_on") - F("file__reported_on"), output_field=DurationField())
    total, count = first.aggregate(total=Sum(length), count=Count("pk")).values()
    if count:
        yield Row((), Decimal(total.days) / count, count)


def delay_to_contact(period: Period, territory: Territory) -> Iterator[Row]:
    """Mean number of days from the signalement to the first attempt, for the signalements of the period."""
    rows = _files(period, territory).annotate(first=Min("contacts__on"))
    days = [
        (first - reported).days
        for first, reported in rows.filter(first__isnull=False).values_list("first", "reported_on")
    ]
    if days:
        yield Row((), Decimal(sum(days)) / len(days), len(days))


def _given(period: Period, territory: Territory) -> QuerySet[GivenEquipment]:
    rows = GivenEquipment.objects.filter(visit__done_on__range=(period.first, period.last))
    return _of(rows, territory, "visit__file__")


def equipment(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _given(period, territory).order_by("item__label").values_list("item__label")
    for label, quantity, households in rows.annotate(
        quantity=Sum("quantity"), households=Count("visit__file", distinct=True)
    ):
        yield Row((label,), quantity, households)


def equipment_cost(period: Period, territory: Territory) -> Iterator[Row]:
    costs = _given(period, territory).order_by().values_list("visit__file")
    values = [cost for _file, cost in costs.annotate(euros=Sum(F("unit_cost") * F("quantity")))]
    if values:
        yield amount_row((), values)


def visit_cost(period: Period, territory: Territory) -> Iterator[Row]:
    """What the visits cost by the rule of their day; nothing while no cost is set."""
    by_file: dict[Any, Decimal] = {}
    for file, day in _visits(period, territory).values_list("file", "done_on").order_by("done_on"):
        cost = rules.rule_on(day).visit_cost if day else None
        if cost is not None:
            by_file[file] = by_file.get(file, Decimal(0)) + cost
    if by_file:
        yield amount_row((), list(by_file.values()))


def orientations(period: Period, territory: Territory) -> Iterator[Row]:
    rows = EnergyOrientation.objects.filter(proposed_on__range=(period.first, period.last))
    groups = _of(rows, territory, "file__").order_by("kind", "state").values_list("kind", "state")
    for kind, state, count in groups.annotate(count=Count("pk")):
        yield Row((kind, state), count, count)


def _rates(period: Period, territory: Territory) -> list[tuple[Decimal, str]]:
    """The exact level of each visited household whose rate can be reckoned: its last visit of the period."""
    latest = {}
    rows = _visits(period, territory).select_related("file__household").prefetch_related("bills")
    for visit in rows.order_by("done_on", "rank"):
        latest[visit.file_id] = visit
    found = (rules.effort(visit, visit.done_on) for visit in latest.values() if visit.done_on is not None)
    return [(one.rate, one.level) for one in found if one.rate is not None]


def above_limit(period: Period, territory: Territory) -> Iterator[Row]:
    rates = _rates(period, territory)
    if rates:
        yield Row((), sum(1 for _rate, level in rates if level), len(rates))


def above_high(period: Period, territory: Territory) -> Iterator[Row]:
    rates = _rates(period, territory)
    if rates:
        yield Row((), sum(1 for _rate, level in rates if level == "late"), len(rates))


def endings(period: Period, territory: Territory) -> Iterator[Row]:
    rows = EnergyFile.objects.filter(state=EnergyState.CLOSED, closed_on__range=(period.first, period.last))
    yield from _by(_of(rows, territory), "close_reason")


def _labels(values: type) -> dict[str, str]:
    return {code: label for code, label in values.choices if code}  # type: ignore[attr-defined]


MEASURES: Iterable[Measure] = (
    Measure(
        code="energy.reports", title="Signalements SLIME", unit=Unit.COUNT, compute=reports,
        definition="Ménages signalés dans la période, selon le donneur d’alerte.",
        dimensions=("donneur d’alerte",), labels=_labels(Informant),
    ),
    Measure(
        code="energy.grounds", title="Motifs des signalements SLIME", unit=Unit.COUNT, compute=grounds,
        definition="Ménages signalés dans la période, selon le motif\u00a0; un ménage peut en avoir plusieurs.",
        dimensions=("motif",), labels=_labels(Ground), additive=False,
        part_of=PartOf(code="energy.reports", exact=False),
    ),
    Measure(
        code="energy.contacts", title="Prises de contact SLIME", unit=Unit.COUNT, compute=contacts,
        definition="Tentatives pour joindre les ménages dans la période, selon leur résultat.",
        dimensions=("résultat",), labels=_labels(ContactOutcome),
    ),
    Measure(
        code="energy.visits", title="Visites SLIME", unit=Unit.COUNT, compute=visits,
        definition="Visites à domicile faites dans la période\u00a0: première ou seconde.",
        dimensions=("visite",), labels={"1": "Visite 1", "2": "Visite 2"},
    ),
    Measure(
        code="energy.delay_contact", title="Délai du premier contact SLIME", unit=Unit.DAYS,
        compute=delay_to_contact,
        definition="Jours, en moyenne, du signalement à la première tentative de contact.",
    ),
    Measure(
        code="energy.delay_visit", title="Délai de la visite SLIME", unit=Unit.DAYS, compute=delay_to_visit,
        definition="Jours, en moyenne, du signalement à la première visite, pour les visites de la période.",
    ),
    Measure(
        code="energy.equipment", title="Équipements posés (SLIME)", unit=Unit.COUNT, compute=equipment,
        definition="Petits équipements remis pendant les visites de la période.",
        dimensions=("équipement",),
    ),
    Measure(
        code="energy.equipment_cost", title="Coût des équipements (SLIME)", unit=Unit.EURO,
        compute=equipment_cost,
        definition="Équipements remis pendant les visites de la période, à leur coût du jour.",
    ),
    Measure(
        code="energy.visit_cost", title="Coût des visites (SLIME)", unit=Unit.EURO, compute=visit_cost,
        definition="Visites de la période, au coût fixé par le CIAS.",
    ),
    Measure(
        code="energy.orientations", title="Orientations SLIME", unit=Unit.COUNT, compute=orientations,
        definition="Orientations proposées dans la période, selon leur nature et leur résultat.",
        dimensions=("orientation", "état"), labels={**_labels(OrientationKind), **_labels(OrientationState)},
    ),
    Measure(
        code="energy.effort_limit", title="Ménages au-dessus du seuil d’effort énergétique", unit=Unit.RATE,
        compute=above_limit,
        definition="Part des ménages visités dont l’énergie dépasse 8\u00a0% du revenu (ONPE), parmi ceux dont le taux "
        "se calcule.",
    ),
    Measure(
        code="energy.effort_high", title="Ménages au-dessus de 10\u00a0% d’effort énergétique", unit=Unit.RATE,
        compute=above_high, part_of=PartOf(code="energy.effort_limit", exact=False),
        definition="Part des ménages visités au-dessus du seuil historique de 10\u00a0% du revenu, parmi ceux dont le "
        "taux se calcule.",
    ),
    Measure(
        code="energy.endings", title="Fins de dossier SLIME", unit=Unit.COUNT, compute=endings,
        definition="Dossiers clos dans la période, selon le motif\u00a0: refus et perdus de vue compris.",
        dimensions=("motif",), labels=_labels(CloseReason),
    ),
)  # fmt: skip


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
