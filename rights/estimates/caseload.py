"""What the last estimates of all households add up to, under statistical secrecy."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Max, Min

from cias.core.french import euros
from cias.core.secrecy import protect, protect_amount
from households.models import Household
from rights.estimates.enums import SHORT, EstimatedKind, EstimateState
from rights.models import EstimatedRight, RightsEstimate

NOWHERE = "Commune non précisée"


@dataclass(frozen=True)
class KindRow:
    """One benefit: households that may be missing it, euros a month, and those of whom too little is known.

    None is a figure kept secret.
    """

    label: str
    probable: int | None
    amount: str | None
    incomplete: int | None


@dataclass(frozen=True)
class PlaceRow:
    """One commune, or zone of small communes: households by benefit, in the order of `Caseload.kinds`."""

    label: str
    counts: list[int | None]
    total: int | None


@dataclass(frozen=True)
class Caseload:
    """Households of open files estimated, out of all; the days of the oldest and newest estimate.

    `columns` are the short and the full name of each benefit somebody may be missing.
    """

    estimated: int
    active: int
    first: date | None
    last: date | None
    kinds: list[KindRow]
    places: list[PlaceRow]
    columns: list[tuple[str, str]]
    column_totals: list[int | None]


def caseload() -> Caseload:
    """The figures of open files. A hidden address is in no commune (C3)."""
    estimates = RightsEstimate.objects.filter(household__closed_on__isnull=True)
    days = estimates.aggregate(first=Min("on"), last=Max("on"))
    lines = EstimatedRight.objects.filter(estimate__in=estimates)
    amounts: dict[str, list[Decimal]] = defaultdict(list)
    cells: Counter[tuple[str, str]] = Counter()
    probable = lines.filter(state=EstimateState.PROBABLE).values_list(
        "kind",
        "amount",
        "estimate__household__address_hidden",
        "estimate__household__commune__name",
        "estimate__household__commune__zone__name",
    )
    for kind, amount, hidden, commune, zone in probable:
        amounts[kind].append(amount or Decimal(0))
        place = NOWHERE if hidden or not commune else zone or commune
        cells[place, kind] += 1
    unknown = Counter(lines.filter(state=EstimateState.INCOMPLETE).values_list("kind", flat=True))
    used = [kind for kind in EstimatedKind if amounts[kind]]
    places = sorted({place for place, _ in cells}, key=lambda place: (place == NOWHERE, place))
    table = protect({(place, kind): cells[place, kind] for place in places for kind in used})
    incomplete = protect({(kind, "incomplete"): unknown[kind] for kind in EstimatedKind})
    return Caseload(
        estimated=estimates.count(),
        active=Household.objects.active().count(),
        first=days["first"],
        last=days["last"],
        kinds=[
            KindRow(
                label=kind.label,
                probable=table.column_totals[kind] if kind in used else 0,
                amount=_sum(kind, amounts[kind]),
                incomplete=incomplete.cells[kind, "incomplete"],
            )
            for kind in EstimatedKind
        ],
        places=[
            PlaceRow(place, [table.cells[place, kind] for kind in used], table.row_totals[place])
            for place in places
        ],
        columns=[(SHORT.get(kind, kind.label), kind.label) for kind in used],
        column_totals=[table.column_totals[kind] for kind in used],
    )


def _sum(kind: str, amounts: list[Decimal]) -> str | None:
    """Euros a month, « – » where there are none to count (the CSS is not paid), None when secret."""
    if kind == EstimatedKind.HEALTH or not amounts:
        return "–"
    total = protect_amount(amounts)
    return None if total is None else euros(total, 0)
