"""Key figures of lodging for the direction, each with the terms of its formula (L6).

Occupancy: nights spent over nights available, works taken away, by the scheme of the dwelling. Mean stay: days of the
stays that ended in the period over their number. Vacancy: days between two stays of a place, works taken away, for the
stays that began in the period. Durable exits: social or private housing, or the lease taken over, over all the exits.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from cias.core.deadlines import add_months, end_of_month
from cias.core.periods import Period
from housing.enums import DURABLE_EXITS, ExitOutcome, Scheme
from housing.lodging.capacity import Nights, count_nights, spans_of
from housing.lodging.enums import Answer, DeclineReason, RefusalReason, RequestState
from housing.lodging.nights import Territory, overlap, places_in, stays_in
from housing.models import LodgingRequest, Proposal, Stay, Unavailability

MONTHS_SHOWN = 24


@dataclass(frozen=True)
class Ratio:
    """A figure with its terms: `value` is their quotient, None when there is nothing to divide by."""

    top: int
    bottom: int

    @property
    def value(self) -> Decimal | None:
        return Decimal(self.top) / self.bottom if self.bottom > 0 else None

    @property
    def percent(self) -> Decimal | None:
        return None if self.value is None else 100 * self.value


@dataclass
class Line:
    """The figures of one scheme, or of all of them."""

    code: str
    label: str
    nights: Nights
    stay_days: int = 0
    vacancies: int = 0
    vacant_days: int = 0
    works_days: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    declined: int = 0

    @property
    def exits(self) -> int:
        return self.outcomes.total()

    @property
    def occupancy(self) -> Ratio:
        return Ratio(self.nights.occupied, self.nights.available)

    @property
    def mean_stay(self) -> Ratio:
        return Ratio(self.stay_days, self.exits)

    @property
    def vacancy(self) -> Ratio:
        return Ratio(self.vacant_days - self.works_days, self.vacancies)

    @property
    def durable(self) -> Ratio:
        return Ratio(sum(self.outcomes[one] for one in DURABLE_EXITS), self.exits)


@dataclass(frozen=True)
class Figures:
    """`refusals` of the CIAS and `declines` of the households, by reason, those that happened only."""

    period: Period
    total: Line
    lines: list[Line]
    months: list[Nights]
    exits: list[tuple[str, bool, list[int], int]]
    received: int
    waiting: int
    refusals: list[tuple[str, int]]
    declines: list[tuple[str, int]]


@dataclass(frozen=True)
class Vacancy:
    """Days between two stays of a place, and how many of them were of works."""

    scheme: str
    days: int
    works: int


def vacancies(period: Period, territory: Territory = None) -> Iterator[Vacancy]:
    """The gaps that ended in the period: somebody entered a place that somebody had left before. Two queries."""
    before = Stay.objects.filter(place=OuterRef("place"), start__lt=OuterRef("start")).order_by("-start")
    rows = (
        stays_in(territory)
        .annotate(previous=Subquery(before.values("end")[:1]))
        .filter(start__range=(period.first, period.last), previous__isnull=False)
        .order_by("start", "pk")
        .values_list("place", "scheme", "start", "previous")
    )
    gaps = list(rows)
    works: dict[object, list[tuple[date, date | None]]] = {}
    for place, start, end in (
        Unavailability.objects.filter(place__in={gap[0] for gap in gaps})
        .order_by("start")
        .values_list("place", "start", "end")
    ):
        works.setdefault(place, []).append((start, end))
    for place, scheme, start, left in gaps:
        days = (start - left).days - 1
        if days <= 0:
            yield Vacancy(scheme, 0, 0)
            continue
        gap = Period(left + timedelta(days=1), start - timedelta(days=1))
        yield Vacancy(scheme, days, sum(overlap(first, last, gap) for first, last in works.get(place, ())))


def figures_of(period: Period, territory: Territory = None) -> Figures:
    """Everything the page shows: a fixed number of queries, whatever the size."""
    places = list(
        places_in(territory)
        .filter(start__lte=period.last)
        .exclude(end__lt=period.first)
        .select_related("dwelling")
    )
    spans = spans_of(places, period)
    schemes = {place.pk: place.dwelling.scheme for place in places}
    lines = [
        Line(
            scheme.value,
            scheme.label,
            count_nights((span for key, span in spans.items() if schemes[key] == scheme), period),
        )
        for scheme in Scheme
    ]
    total = Line("", "Ensemble", count_nights(spans.values(), period))
    _count(period, territory, {line.code: line for line in lines}, total)
    shown = [line for line in lines if line.nights.opened or line.exits or line.vacancies]
    requests = LodgingRequest.objects.all()
    return Figures(
        period=period,
        total=total,
        lines=shown,
        months=[count_nights(spans.values(), month) for month in _months(period)],
        exits=_exits(shown, total),
        received=requests.filter(requested_on__range=(period.first, period.last)).count(),
        waiting=requests.waiting_on(period.last).count(),
        refusals=_reasons(
            requests.filter(
                state=RequestState.REFUSED, settled_on__range=(period.first, period.last)
            ).values_list("refusal_reason", flat=True),
            dict(RefusalReason.choices),
        ),
        declines=_reasons(_declined(period).values_list("reason", flat=True), dict(DeclineReason.choices)),
    )


def _declined(period: Period) -> QuerySet[Proposal]:
    return Proposal.objects.filter(
        answer=Answer.DECLINED, answered_on__range=(period.first, period.last)
    ).order_by()


def _count(period: Period, territory: Territory, lines: Mapping[str, Line], total: Line) -> None:
    ended = stays_in(territory).filter(end__range=(period.first, period.last))
    rows: Iterable[Any] = ended.values_list("scheme", "start", "end", "outcome")
    for scheme, start, end, outcome in rows:
        for line in (lines[scheme], total):
            line.outcomes[outcome] += 1
            line.stay_days += (end - start).days + 1
    for gap in vacancies(period, territory):
        for line in (lines[gap.scheme], total):
            line.vacancies += 1
            line.vacant_days += gap.days
            line.works_days += gap.works
    for scheme in _declined(period).values_list("place__dwelling__scheme", flat=True):
        for line in (lines[scheme], total):
            line.declined += 1


def _exits(lines: list[Line], total: Line) -> list[tuple[str, bool, list[int], int]]:
    return [
        (one.label, one in DURABLE_EXITS, [line.outcomes[one] for line in lines], total.outcomes[one])
        for one in ExitOutcome
        if total.outcomes[one]
    ]


def _reasons(found: Iterable[str], labels: Mapping[str, str]) -> list[tuple[str, int]]:
    counts = Counter(found)
    return [(labels[code], count) for code, count in counts.most_common()]


def _months(period: Period) -> list[Period]:
    """The months of the period, the last ones when they are many, cut to it at both ends."""
    months, first = [], period.first.replace(day=1)
    while first <= period.last:
        months.append(Period(max(first, period.first), min(end_of_month(first), period.last)))
        first = add_months(first, 1)
    return months[-MONTHS_SHOWN:]
