"""Aggregates of budgets and debts; no person leaves this module.

A household counts once, by its last budget of the period; commune and composition are those of the situation valid on
that budget's day. What could not be reckoned keeps a line of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from functools import partial
from itertools import pairwise

from django.db.models import Case, CharField, Count, DateField, DecimalField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Greatest

from cias.core.db import Percentile
from cias.core.french import rounded
from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit
from households.enums import DebtKind, FamilyType
from households.models import Budget, Debt
from households.statistics.selection import COMMUNE, UNKNOWN, Territory, with_situation

# First amount of each band, by day and person, in euros; the last one has no end.
BAND_STARTS = (0, 5, 10, 15, 25)
NEGATIVE, NOT_RECKONED = "-", ""
BANDS: Mapping[str, str] = {
    NEGATIVE: "Négatif",
    **{f"{first:02d}": f"De {first} à {after - 1},99 €" for first, after in pairwise(BAND_STARTS)},
    f"{BAND_STARTS[-1]}": f"{BAND_STARTS[-1]} € et plus",
    NOT_RECKONED: UNKNOWN,
}
FAMILIES: Mapping[str, str] = dict(FamilyType.choices) | {"": UNKNOWN}
PLACES: Mapping[str, str] = {"off": "Hors territoire", "": UNKNOWN}
HALF = Decimal("0.5")
FAMILY = Coalesce(F("situation__family_type"), Value(""))


def _last_budgets(period: Period, territory: Territory) -> QuerySet[Budget]:
    """The last budget of each household in the period, in the situation of its day."""
    made = Budget.objects.filter(on__range=(period.first, period.last))
    last = made.order_by("household_id", "-on").distinct("household_id").values("pk")
    return with_situation(Budget.objects.filter(pk__in=last), F("on"), "household__", territory)


def made(period: Period, territory: Territory) -> Iterator[Row]:
    groups = _last_budgets(period, territory).annotate(place=COMMUNE).values_list("place")
    for place, total in groups.annotate(total=Count("pk", distinct=True)).order_by("place"):
        yield Row((place,), total, total)


def by_band(period: Period, territory: Territory) -> Iterator[Row]:
    bands = [When(daily__gte=first, then=Value(f"{first:02d}")) for first in reversed(BAND_STARTS)]
    band = Case(
        When(daily__isnull=True, then=Value(NOT_RECKONED)),
        *bands,
        default=Value(NEGATIVE),
        output_field=CharField(),
    )
    groups = _last_budgets(period, territory).annotate(band=band).values_list("band")
    for key, total in groups.annotate(total=Count("pk", distinct=True)).order_by("band"):
        yield Row((key,), total, total)


def median(name: str, period: Period, territory: Territory) -> Iterator[Row]:
    """The median of one amount, by the composition of the day; budgets that lack it are left out."""
    known = _last_budgets(period, territory).filter(**{f"{name}__isnull": False})
    middle = Percentile(F(name), HALF, output_field=DecimalField())
    groups = known.annotate(family=FAMILY).values_list("family").annotate(middle=middle, count=Count("pk"))
    for family, value, count in groups.order_by("family"):
        yield Row((family,), rounded(Decimal(str(value)), 2), count)


def above(rate: str, limit: str, period: Period, territory: Territory) -> Iterator[Row]:
    """Households above the limit of the formula of their budget, among those whose rate is known."""
    limit = f"formula__{limit}"
    known = _last_budgets(period, territory).filter(**{f"{rate}__isnull": False, f"{limit}__isnull": False})
    over = Count("pk", filter=Q(**{f"{rate}__gt": F(limit)}))
    groups = known.annotate(family=FAMILY).values_list("family").annotate(over=over, count=Count("pk"))
    for family, numerator, count in groups.order_by("family"):
        yield Row((family,), numerator, count)


def indebted(period: Period, territory: Territory) -> Iterator[Row]:
    """Households by kind of a debt that was known and not settled at least one day of the period."""
    debts = Debt.objects.filter(
        Q(settled_on__isnull=True) | Q(settled_on__gte=period.first), noted_on__lte=period.last
    )
    day = Greatest(F("noted_on"), Value(period.first, DateField()))
    rows = with_situation(debts, day, "household__", territory).values_list("kind")
    for kind, total in rows.annotate(total=Count("household", distinct=True)).order_by("kind"):
        yield Row((kind,), total, total)


LAST = "Ménages dont un budget a été fait dans la période, selon le dernier d’entre eux"


def _median(code: str, name: str, title: str) -> Measure:
    return Measure(
        code=f"budgets.{code}",
        title=title,
        definition=f"Médiane. {LAST}, et selon leur composition ce jour-là.",
        unit=Unit.EURO,
        compute=partial(median, name),
        median=True,
        dimensions=("composition",),
        labels=FAMILIES,
    )


def _above(rate: str, limit: str, title: str) -> Measure:
    return Measure(
        code=f"budgets.{rate}",
        title=title,
        definition=f"{LAST}, parmi ceux dont le taux est connu. Le seuil est celui de la formule de chaque budget.",
        unit=Unit.RATE,
        compute=partial(above, rate, limit),
        dimensions=("composition",),
        labels=FAMILIES,
    )


MEASURES: Iterable[Measure] = (
    Measure(
        code="budgets.made",
        title="Ménages dont le budget a été fait",
        definition=f"{LAST}, et selon leur commune ce jour-là.",
        unit=Unit.COUNT,
        compute=made,
        dimensions=("commune",),
        labels=PLACES,
    ),
    Measure(
        code="budgets.daily",
        title="Ménages selon leur reste à vivre quotidien",
        definition=f"{LAST}, et le reste à vivre d’une personne et d’un jour. Non renseigné : il manque les "
        "ressources, les charges ou les personnes.",
        unit=Unit.COUNT,
        compute=by_band,
        dimensions=("tranche",),
        labels=BANDS,
        part_of=PartOf(code="budgets.made"),
    ),
    _median("remaining", "remaining", "Reste à vivre mensuel médian"),
    _median("resources", "resources", "Ressources mensuelles médianes"),
    _median("daily_median", "daily", "Reste à vivre médian d’une personne et d’un jour"),
    _above("housing_rate", "housing_limit", "Ménages au-dessus du seuil d’effort logement"),
    _above("energy_rate", "energy_limit", "Ménages au-dessus du seuil d’effort énergie"),
    _above("debt_rate", "debt_limit", "Ménages au-dessus du seuil d’endettement"),
    Measure(
        code="budgets.debts",
        title="Ménages endettés, par nature de dette",
        definition="Ménages dont une dette de cette nature était connue et non soldée au moins un jour de la période ; "
        "un ménage peut en avoir plusieurs.",
        unit=Unit.COUNT,
        additive=False,
        compute=indebted,
        dimensions=("nature",),
        labels=dict(DebtKind.choices),
    ),
)
