"""Aggregates of the follow-up for dashboards and the ABS; no person leaves this module."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from django.db.models import Count, QuerySet

from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from insertion.deadlines import Rules, after
from insertion.followup.enums import ExitReason, NoShowState, ParameterCode, ReviewConclusion
from insertion.models import NoShowCase, NoShowMove, Orientation, OrientationReview, PathwayExit
from insertion.pathways import first_meetings

type Territory = frozenset[str] | None


def within(rows: QuerySet[Any], territory: Territory, household: str = "household") -> QuerySet[Any]:
    """Rows of households of the territory; whoever hides an address is in no commune (C3)."""
    if territory is None:
        return rows.order_by()
    known = {f"{household}__commune__in": territory, f"{household}__address_hidden": False}
    return rows.filter(**known).order_by()


def counted(rows: QuerySet[Any], *keys: str, of: str = "pk") -> Iterator[Row]:
    """How many different `of` by `keys`; nothing at all when there is none."""
    if not keys:
        total = rows.aggregate(total=Count(of, distinct=True))["total"]
        if total:
            yield Row((), total, total)
        return
    for *values, total in rows.values_list(*keys).annotate(total=Count(of, distinct=True)).order_by(*keys):
        yield Row(tuple(values), total, total)


def _met(period: Period, territory: Territory) -> list[tuple[Orientation, date | None]]:
    """The orientations notified in the period, each with the day of its first meeting."""
    rows = within(Orientation.objects.filter(notified_on__range=(period.first, period.last)), territory)
    return list(first_meetings(rows))


def meeting_delay(period: Period, territory: Territory) -> Iterator[Row]:
    """Median number of days from the notice to the first meeting, of those that were met."""
    days = [(met - row.notified_on).days for row, met in _met(period, territory) if met is not None]
    if days:
        yield Row((), Decimal(str(median(days))), len(days))


def met_in_time(period: Period, territory: Territory) -> Iterator[Row]:
    """Orientations whose first meeting took place within the delay, last day included, over all of them."""
    rules = Rules()
    found = _met(period, territory)
    in_time = sum(
        met is not None
        and met <= after(row.notified_on, rules.find(ParameterCode.FIRST_MEETING_DAYS, row.notified_on))
        for row, met in found
    )
    if found:
        yield Row((), in_time, len(found))


def exits(period: Period, territory: Territory) -> Iterator[Row]:
    rows = PathwayExit.objects.standing().filter(on__range=(period.first, period.last))
    return counted(within(rows, territory, "orientation__household"), "reason")


def length(period: Period, territory: Territory) -> Iterator[Row]:
    """Median number of days from the start of the orientation to the exit, of the exits of the period."""
    rows = PathwayExit.objects.standing().filter(on__range=(period.first, period.last))
    pairs = within(rows, territory, "orientation__household").values_list("on", "orientation__start")
    days = [(on - start).days for on, start in pairs]
    if days:
        yield Row((), Decimal(str(median(days))), len(days))


def reviews(period: Period, territory: Territory) -> Iterator[Row]:
    rows = OrientationReview.objects.standing().filter(on__range=(period.first, period.last))
    return counted(within(rows, territory, "orientation__household"), "conclusion")


def followed_absences(period: Period, territory: Territory) -> Iterator[Row]:
    """Follow-ups of absences begun in the period, by where they stand."""
    rows = NoShowCase.objects.filter(opened_on__range=(period.first, period.last))
    return counted(within(rows, territory), "state")


def summonses(period: Period, territory: Territory) -> Iterator[Row]:
    return _moves(NoShowState.SUMMONED, period, territory)


def reports(period: Period, territory: Territory) -> Iterator[Row]:
    return _moves(NoShowState.REPORTED, period, territory)


def _moves(state: NoShowState, period: Period, territory: Territory) -> Iterator[Row]:
    rows = NoShowMove.objects.standing().filter(to_state=state, on__range=(period.first, period.last))
    return counted(within(rows, territory, "case__household"))


def _labels(choices: Any) -> dict[str, str]:
    return {one.value: one.label for one in choices}


MEASURES = (
    Measure(
        code="insertion.meeting_delay", title="Délai du premier rendez-vous RSA",
        definition="Médiane, en jours depuis la notification, des orientations notifiées dans la période dont le "
        "premier rendez-vous a eu lieu.",
        unit=Unit.DAYS, compute=meeting_delay,
    ),
    Measure(
        code="insertion.met_in_time", title="Premiers rendez-vous RSA dans le délai",
        definition="Part des orientations notifiées dans la période dont le premier rendez-vous a eu lieu dans le "
        "délai en vigueur, dernier jour compris.",
        unit=Unit.RATE, compute=met_in_time, part_of=PartOf(code="insertion.orientations"),
    ),
    Measure(
        code="insertion.exits", title="Sorties du parcours d’insertion",
        definition="Sorties notées dans la période, selon le motif\u00a0; celles qui ont été annulées ne comptent pas.",
        unit=Unit.COUNT, compute=exits, dimensions=("motif",), labels=_labels(ExitReason),
    ),
    Measure(
        code="insertion.length", title="Durée d’accompagnement vers l’insertion",
        definition="Médiane, en jours, entre le début de l’orientation et la sortie, pour les sorties de la période.",
        unit=Unit.DAYS, compute=length,
    ),
    Measure(
        code="insertion.reviews", title="Orientations sociales réexaminées",
        definition="Réexamens de la période, selon leur conclusion (CASF, art. L262-31).",
        unit=Unit.COUNT, compute=reviews, dimensions=("conclusion",), labels=_labels(ReviewConclusion),
    ),
    Measure(
        code="insertion.followed_absences", title="Absences suivies",
        definition="Suivis d’absences ouverts dans la période, selon leur état aujourd’hui.",
        unit=Unit.COUNT, compute=followed_absences, dimensions=("état",), labels=_labels(NoShowState),
    ),
    Measure(
        code="insertion.summonses", title="Convocations après une absence",
        definition="Convocations envoyées dans la période.", unit=Unit.COUNT, compute=summonses,
    ),
    Measure(
        code="insertion.reports", title="Faits transmis au Département",
        definition="Rapports de faits transmis dans la période. Le Département seul décide des suites.",
        unit=Unit.COUNT, compute=reports,
    ),
)  # fmt: skip


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
