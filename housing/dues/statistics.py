"""Aggregates of the contributions for dashboards and the ABS; no person leaves this module.

Behind each amount stand the number of households it comes from and what the largest of them makes of it
(cias.core.secrecy.amounts).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal

from django.db.models import Count, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from cias.core.french import rounded
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from housing.dues.enums import DueKind, Payer, PlanOutcome
from housing.enums import Scheme
from housing.models import Allocation, Due, Payment, RepaymentPlan

type Territory = frozenset[str] | None

ZERO = Decimal(0)
SCHEMES = {scheme.value: scheme.label for scheme in Scheme}
PAYERS = {payer.value: payer.label for payer in Payer}
RUNNING = "running"


def _here(rows: QuerySet, territory: Territory) -> QuerySet:
    if territory is None:
        return rows.order_by()
    return rows.filter(
        stay__place__dwelling__commune__in=territory, stay__household__address_hidden=False
    ).order_by()


def _euros(by_household: Iterable[tuple[str, object, Decimal]]) -> Iterator[Row]:
    """Sums by key of what each household makes."""
    sums: dict[str, list[Decimal]] = {}
    for key, _household, total in by_household:
        if total:
            sums.setdefault(key, []).append(total)
    for key, values in sorted(sums.items()):
        yield Row((key,), sum(values, ZERO), len(values), largest=max(map(abs, values)))


def _contributions(period: Period, territory: Territory) -> QuerySet[Due]:
    """The months called for a month of the period."""
    rows = Due.objects.standing().filter(
        kind=DueKind.CONTRIBUTION, month__range=(period.first.replace(day=1), period.last)
    )
    return _here(rows, territory)


def called(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _contributions(period, territory).values_list("stay__scheme", "stay__household")
    return _euros(rows.annotate(total=Sum("amount")))


def paid(period: Period, territory: Territory) -> Iterator[Row]:
    """Money received in the period; what is kept of a deposit is no new money."""
    rows = (
        Payment.objects.standing().filter(on__range=(period.first, period.last)).exclude(payer=Payer.DEPOSIT)
    )
    by_household = _here(rows, territory).values_list("payer", "stay__household")
    return _euros(by_household.annotate(total=Sum("amount")))


def recovery(period: Period, territory: Territory) -> Iterator[Row]:
    """Euros paid, to this day, of the months called for the period, over the euros called; whole euros."""
    nothing = Value(ZERO, output_field=DecimalField(max_digits=12, decimal_places=2))
    settled = (
        Allocation.objects.standing()
        .filter(due=OuterRef("pk"))
        .order_by()
        .values("due")
        .annotate(sum=Sum("amount"))
    )
    rows = _contributions(period, territory).annotate(
        settled=Coalesce(Subquery(settled.values("sum")), nothing)
    )
    totals = rows.values_list("stay__scheme").annotate(
        done=Sum("settled"), asked=Sum("amount"), households=Count("stay__household", distinct=True)
    )
    for scheme, done, asked, households in totals.order_by("stay__scheme"):
        if asked:
            yield Row((scheme,), int(rounded(done)), int(rounded(asked)), units=households)


def _left_on(day: date, territory: Territory) -> QuerySet[Due]:
    """What was past due on `day`, with what was left of it on that day as the account says now."""
    nothing = Value(ZERO, output_field=DecimalField(max_digits=12, decimal_places=2))
    settled = (
        Allocation.objects.standing()
        .filter(due=OuterRef("pk"), payment__on__lte=day)
        .order_by()
        .values("due")
        .annotate(sum=Sum("amount"))
    )
    dues = Due.objects.filter(Q(reversed_on__isnull=True) | Q(reversed_on__gt=day), due_on__lt=day)
    dues = dues.exclude(kind=DueKind.REFUND).annotate(
        settled=Coalesce(Subquery(settled.values("sum")), nothing)
    )
    return _here(dues.annotate(left_then=F("amount") - F("settled")).filter(left_then__gt=0), territory)


def arrears(period: Period, territory: Territory) -> Iterator[Row]:
    """What was past due and unpaid on the last day of the period."""
    rows = _left_on(period.last, territory).values_list("stay__scheme", "stay__household")
    return _euros(rows.annotate(total=Sum("left_then")))


def in_arrears(period: Period, territory: Territory) -> Iterator[Row]:
    rows = _left_on(period.last, territory).values_list("stay__scheme")
    for scheme, count in rows.annotate(count=Count("stay__household", distinct=True)).order_by(
        "stay__scheme"
    ):
        yield Row((scheme,), count, count)


def plans(period: Period, territory: Territory) -> Iterator[Row]:
    """Plans signed in the period, by what became of them."""
    rows = _here(RepaymentPlan.objects.filter(signed_on__range=(period.first, period.last)), territory)
    for outcome, count in rows.values_list("outcome").annotate(count=Count("pk")).order_by("outcome"):
        yield Row((outcome or RUNNING,), count, count)


MEASURES: Iterable[Measure] = (
    Measure(
        code="dues.called",
        title="Participations appelées",
        definition="Participations appelées pour les mois de la période, appels annulés déduits.",
        unit=Unit.EURO,
        compute=called,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="dues.paid",
        title="Sommes encaissées",
        definition="Paiements reçus dans la période, selon qui paie\u00a0; les retenues sur dépôt n’y sont pas.",
        unit=Unit.EURO,
        compute=paid,
        dimensions=("payeur",),
        labels=PAYERS,
    ),
    Measure(
        code="dues.recovery",
        title="Taux de recouvrement",
        definition="Euros payés à ce jour sur les participations de la période, rapportés aux euros appelés.",
        unit=Unit.RATE,
        compute=recovery,
        counts_units=False,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="dues.arrears",
        title="Impayés",
        definition="Sommes échues et non payées le dernier jour de la période.",
        unit=Unit.EURO,
        compute=arrears,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="dues.in_arrears",
        title="Ménages en impayé",
        definition="Ménages qui devaient une somme échue le dernier jour de la période.",
        unit=Unit.COUNT,
        additive=False,
        compute=in_arrears,
        dimensions=("dispositif",),
        labels=SCHEMES,
    ),
    Measure(
        code="dues.plans",
        title="Plans d’apurement signés",
        definition="Plans signés dans la période, selon leur issue à ce jour.",
        unit=Unit.COUNT,
        compute=plans,
        dimensions=("issue",),
        labels={RUNNING: "En cours", **{outcome.value: outcome.label for outcome in PlanOutcome}},
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
