"""The annual statement to the préfet (CASF, D264-8): counts, and breakdowns under statistical secrecy.

Protected files count like any other; whoever hides their address is in no commune (ADR 8).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import (
    Avg,
    Case,
    CharField,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from cias.core.deadlines import add_months
from cias.core.periods import Period
from cias.core.secrecy import protect_series
from cias.territory.services import secrecy_thresholds
from households.enums import Sex
from rights.domiciliation.enums import (
    Cause,
    DeskKind,
    ElectionKind,
    ElectionState,
    EndReason,
    Orientation,
    Purpose,
    RefusalReason,
    Residence,
    TerritoryLink,
)
from rights.models import Dependant, DeskEvent, Election, StatementMeans
from rights.models.mailbox import ITEMS

UNKNOWN = "Non renseigné"
ADULT = 18
# Lower bounds of the age bands of the State's enquiry; the last one is open.
BANDS = (18, 26, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75)


@dataclass(frozen=True)
class Breakdown:
    """One table: None is a figure kept secret; without any row, all of them are (`total` None) or there is none (0)."""

    title: str
    rows: list[tuple[str, int | None]]
    total: int | None


@dataclass(frozen=True)
class Statement:
    """A year of domiciliation. `on` is the day of the count: 31 December, or today in the current year."""

    year: int
    on: date
    holders: int
    dependants: int
    received: int
    received_renewals: int
    granted_first: int
    granted_renewals: int
    refused: int
    ended: int
    withdrawn: int
    average_days: int | None
    late_decisions: int
    visits: int
    calls: int
    arrived: int
    handed: int
    forwarded: int
    returned: int
    public: list[Breakdown]
    activity: list[Breakdown]
    means: StatementMeans | None

    @property
    def persons(self) -> int:
        return self.holders + self.dependants

    @property
    def granted(self) -> int:
        return self.granted_first + self.granted_renewals


def statement(year: int, today: date) -> Statement:
    """Count the year: in force, received, granted, refused, ended, the mail (D264-8)."""
    period = Period.year(year)
    on = min(period.last, today)
    span = (period.first, on)
    held = Election.objects.in_force(on)
    received = Election.objects.filter(requested_on__range=span)
    granted = Election.objects.filter(decided_on__range=span, starts_on__isnull=False)
    refused = Election.objects.filter(decided_on__range=span, state=ElectionState.REFUSED)
    ended = Election.objects.filter(ended_on__range=span, state=ElectionState.ENDED)
    decided = Election.objects.filter(decided_on__range=span)
    took = ExpressionWrapper(F("decided_on") - F("requested_on"), output_field=DurationField())
    average: timedelta | None = decided.aggregate(days=Avg(took))["days"]
    mail = _mail(span)
    return Statement(
        year=year,
        on=on,
        holders=held.count(),
        dependants=Dependant.objects.filter(election__in=held).values("person").distinct().count(),
        received=received.count(),
        received_renewals=received.filter(kind=ElectionKind.RENEWAL).count(),
        granted_first=granted.filter(kind=ElectionKind.FIRST).count(),
        granted_renewals=granted.filter(kind=ElectionKind.RENEWAL).count(),
        refused=refused.count(),
        ended=ended.count(),
        withdrawn=Election.objects.filter(ended_on__range=span, state=ElectionState.WITHDRAWN).count(),
        average_days=round(average.total_seconds() / 86400) if average is not None else None,
        late_decisions=decided.filter(decided_on__gt=F("decision_due_on")).count(),
        public=_public(held, on),
        activity=[
            _by("Refus, selon le motif", refused, "refusal_reason", RefusalReason),
            _by("Refus, selon l’orientation proposée", refused, "orientation", Orientation),
            _by("Fins, selon le motif", ended, "end_reason", EndReason),
        ],
        means=StatementMeans.objects.filter(year=year).first(),
        **mail,
    )


def _mail(span: tuple[date, date]) -> dict[str, int]:
    events = DeskEvent.objects.standing().filter(day__range=span)
    items: Any = F(ITEMS[0]) + F(ITEMS[1]) + F(ITEMS[2])
    handed = Q(kind__in=[DeskKind.HANDED, DeskKind.HANDED_PROXY])
    return events.aggregate(
        visits=Count("pk", filter=Q(kind__in=[DeskKind.VISIT, DeskKind.HANDED])),
        calls=Count("pk", filter=Q(kind=DeskKind.CALL)),
        arrived=Sum(items, filter=Q(kind=DeskKind.ARRIVED), default=0),
        handed=Sum(items, filter=handed, default=0),
        forwarded=Sum(items, filter=Q(kind=DeskKind.FORWARDED), default=0),
        returned=Sum(items, filter=Q(kind=DeskKind.RETURNED), default=0),
    )


def _public(held: QuerySet[Election], on: date) -> list[Breakdown]:
    born: Any = held.values_list("domiciliation__person__birth_date", flat=True)
    where: Any = Case(
        When(household__address_hidden=True, then=Value("")),
        default=F("commune__name"),
        output_field=CharField(),
    )
    return [
        _protected("Commune de rattachement", _known_first(_counts(held.annotate(where=where), "where"))),
        _by("Nature", held, "kind", ElectionKind),
        _by("Sexe", held, "domiciliation__person__sex", Sex),
        _protected("Âge", _ages(born, on)),
        _by("Lien avec la commune", held, "link", TerritoryLink),
        _sensitive("Cause de l’instabilité", held, "cause", Cause),
        _by("Résidence", held, "residence", Residence),
        _sensitive("Raison de la demande", held, "purpose", Purpose),
    ]


def _counts(rows: QuerySet[Any], key: str) -> dict[str, int]:
    found = rows.order_by().values_list(key).annotate(count=Count("pk")).order_by(key)
    return {value or "": count for value, count in found}


def _known_first(counts: Mapping[str, int]) -> dict[str, int]:
    known = {label: count for label, count in counts.items() if label}
    return known | ({UNKNOWN: counts[""]} if "" in counts else {})


def _by(title: str, rows: QuerySet[Any], key: str, labels: Any) -> Breakdown:
    counts = _counts(rows, key)
    named = {labels(value).label: counts[value] for value in labels.values if counts.get(value)}
    if counts.get(""):
        named[UNKNOWN] = named.get(UNKNOWN, 0) + counts[""]
    return _protected(title, named)


def _sensitive(title: str, rows: QuerySet[Any], key: str, labels: Any) -> Breakdown:
    """Violence, prison, hospital: every line stands, whatever its count, under the threshold of sensitive subjects."""
    counts = _counts(rows, key)
    named = {label: counts.get(value, 0) for value, label in labels.choices} | {UNKNOWN: counts.get("", 0)}
    return _protected(title, named, threshold=secrecy_thresholds().sensitive, hide_zeros=True)


def _ages(born: Iterable[date | None], on: date) -> dict[str, int]:
    """By band, in order; a birth date that is not known is a line of its own."""
    labels = [f"Moins de {ADULT} ans"]
    labels += [f"{low} à {high - 1} ans" for low, high in pairwise(BANDS)]
    labels += [f"{BANDS[-1]} ans ou plus", UNKNOWN]
    counts = dict.fromkeys(labels, 0)
    for birth in born:
        if birth is None:
            counts[UNKNOWN] += 1
        else:
            counts[labels[sum(add_months(birth, 12 * low) <= on for low in BANDS)]] += 1
    return {label: count for label, count in counts.items() if count}


def _protected(title: str, counts: Mapping[str, int], **rule: Any) -> Breakdown:
    if not any(counts.values()):
        return Breakdown(title, [], 0)
    told = protect_series(counts, **({"threshold": secrecy_thresholds().count} | rule))
    if told.total is None or all(value is None for value in told.values.values()):
        # The total stands elsewhere in the statement: with it, even the labels would tell of somebody.
        return Breakdown(title, [], None)
    return Breakdown(title, [(label, told.values[label]) for label in counts], told.total)
