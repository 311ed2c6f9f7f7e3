"""Aggregates of eviction prevention for dashboards and the ABS; no person leaves this module."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateField,
    Exists,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from appointments.statistics import COMMUNE
from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit, statistics
from housing.evictions.enums import ActKind, LandlordKind, Signal
from housing.evictions.states import ENDS, RANK, STAGES
from housing.figures import Territory, amount_row, counted, situated
from housing.models import Diagnosis, EvictionAct, EvictionDebt, EvictionFile

K = ActKind
UNKNOWN = "signalement"
NOT_OVER = [(code, label) for code, (label, _kinds) in STAGES.items() if code != "termine"]
STAGE_LABELS = {UNKNOWN: "Signalement seul", **dict(NOT_OVER)}
OUTCOMES = {kind.value: ActKind(kind).label for kind in ENDS}
LANDLORDS = {kind.value: kind.label for kind in LandlordKind}
SIGNALS = {kind.value: kind.label for kind in Signal}


def _open_on_last(period: Period, territory: Territory) -> QuerySet[EvictionFile]:
    """The files under way on the last day of the period."""
    rows = EvictionFile.objects.filter(opened_on__lte=period.last)
    rows = rows.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=period.last))
    return situated(rows, Value(period.last, DateField()), territory)


def by_stage(period: Period, territory: Territory) -> Iterator[Row]:
    """The stage each file had come to by the last day of the period."""
    rank = Case(
        *(When(kind=kind, then=Value(number)) for kind, number in RANK.items()), output_field=IntegerField()
    )
    stage = Case(
        *(
            When(kind__in=[kind.value for kind in kinds], then=Value(code))
            for code, (_label, kinds) in STAGES.items()
        ),
        output_field=CharField(),
    )
    acts = (
        EvictionAct.objects.standing()
        .filter(file=OuterRef("pk"), on__lte=period.last)
        .exclude(kind__in=[kind.value for kind in ENDS])
        .annotate(rank=rank, stage=stage)
        .order_by("-rank")
    )
    rows: Any = _open_on_last(period, territory)
    return counted(rows.annotate(at=Coalesce(Subquery(acts.values("stage")[:1]), Value(UNKNOWN))), "at")


def opened(period: Period, territory: Territory) -> Iterator[Row]:
    return counted(_opened(period, territory), "signal")


def opened_by_commune(period: Period, territory: Territory) -> Iterator[Row]:
    return counted(_opened(period, territory).annotate(where=COMMUNE), "where")


def _opened(period: Period, territory: Territory) -> QuerySet[Any]:
    rows = EvictionFile.objects.filter(opened_on__range=(period.first, period.last))
    return situated(rows, "opened_on", territory)


def summoned(period: Period, territory: Territory) -> Iterator[Row]:
    """Files in which a summons was served in the period."""
    rows = EvictionAct.objects.standing().filter(kind=K.SUMMONS, on__range=(period.first, period.last))
    return counted(situated(rows, "on", territory, "file__household"), "file__landlord_kind", of="file")


def diagnoses(period: Period, territory: Territory) -> Iterator[Row]:
    """Hearings of the period before which a diagnosis was sent, over all of them; a file counts once a day."""
    sent = Diagnosis.objects.filter(file=OuterRef("file"), sent_on__lt=OuterRef("fixed_on"))
    rows = EvictionAct.objects.standing().filter(
        kind__in=(K.SUMMONS, K.HEARING), fixed_on__range=(period.first, period.last)
    )
    rows = situated(rows, "fixed_on", territory, "file__household").annotate(told=Exists(sent))
    hearings = list(rows.values_list("file", "fixed_on", "told").distinct().order_by("file", "fixed_on"))
    if hearings:
        yield Row((), sum(told for _file, _day, told in hearings), len(hearings))


def outcomes(period: Period, territory: Territory) -> Iterator[Row]:
    rows = EvictionFile.objects.filter(ended_on__range=(period.first, period.last))
    return counted(situated(rows, "ended_on", territory), "stage")


def debts(period: Period, territory: Territory) -> Iterator[Row]:
    """What is owed on the last day of the period, by the last statement of each file under way."""
    owed = EvictionDebt.objects.filter(file=OuterRef("pk"), on__lte=period.last).order_by(
        "-on", "-created_at"
    )
    rows: Any = _open_on_last(period, territory)
    rows = rows.annotate(owed=Subquery(owed.values("amount")[:1])).filter(owed__gt=0)
    sums: dict[str, list[Decimal]] = {}
    for kind, _file, amount in rows.values_list("landlord_kind", "pk", "owed").order_by(
        "landlord_kind", "pk"
    ):
        sums.setdefault(kind, []).append(amount)
    for kind, values in sums.items():
        yield amount_row((kind,), values)


MEASURES = (
    Measure(
        code="evictions.stages",
        title="Procédures d’expulsion suivies, par étape",
        definition="Dossiers en cours le dernier jour de la période, selon l’étape la plus avancée de la procédure.",
        unit=Unit.COUNT,
        compute=by_stage,
        dimensions=("étape",),
        labels=STAGE_LABELS,
    ),
    Measure(
        code="evictions.opened",
        title="Dossiers de prévention des expulsions ouverts",
        definition="Dossiers ouverts dans la période, selon qui a signalé la situation.",
        unit=Unit.COUNT,
        compute=opened,
        dimensions=("signalement",),
        labels=SIGNALS,
    ),
    Measure(
        code="evictions.opened_by_commune",
        title="Dossiers de prévention des expulsions ouverts, par commune",
        definition="Dossiers ouverts dans la période, selon la commune du ménage ce jour-là.",
        unit=Unit.COUNT,
        compute=opened_by_commune,
        dimensions=("commune",),
        part_of=PartOf(code="evictions.opened"),
    ),
    Measure(
        code="evictions.summoned",
        title="Ménages assignés",
        definition="Dossiers dans lesquels une assignation a été délivrée dans la période, selon le bailleur.",
        unit=Unit.COUNT,
        compute=summoned,
        dimensions=("bailleur",),
        labels=LANDLORDS,
    ),
    Measure(
        code="evictions.diagnoses",
        title="Diagnostics sociaux et financiers envoyés avant l’audience",
        definition="Audiences de la période précédées d’un diagnostic envoyé, rapportées à toutes celles fixées.",
        unit=Unit.RATE,
        compute=diagnoses,
    ),
    Measure(
        code="evictions.outcomes",
        title="Issues de la prévention des expulsions",
        definition="Dossiers terminés dans la période, selon leur issue.",
        unit=Unit.COUNT,
        compute=outcomes,
        dimensions=("issue",),
        labels=OUTCOMES,
    ),
    Measure(
        code="evictions.debts",
        title="Dettes de loyer des dossiers en cours",
        definition="Somme des derniers relevés connus le dernier jour de la période, selon le bailleur.",
        unit=Unit.EURO,
        compute=debts,
        dimensions=("bailleur",),
        labels=LANDLORDS,
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
