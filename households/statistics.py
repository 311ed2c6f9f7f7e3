"""Aggregates of households and persons for dashboards and the ABS; no person leaves this module.

Commune and composition are those of the situation valid on the event's day, so that past figures never move.
What is not known keeps a line of its own, the key "".
"""

import itertools
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import partial
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    FilteredRelation,
    Func,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Least

from cias.core.deadlines import add_months
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit, statistics
from households.enums import (
    Activity,
    ClosingReason,
    FamilyType,
    HousingStatus,
    IncomeBand,
    MainResource,
    Sex,
    Theme,
)
from households.models import Household, Membership, Note

type Territory = frozenset[str] | None

UNKNOWN = "Non renseigné"
# First age of each band; the last one has no end.
BAND_STARTS = (0, 18, 25, 35, 45, 55, 65, 75)
BANDS = {
    f"{first:02d}": f"{first} à {after - 1} ans" if first else f"Moins de {after} ans"
    for first, after in itertools.pairwise(BAND_STARTS)
} | {f"{BAND_STARTS[-1]}": f"{BAND_STARTS[-1]} ans et plus"}

COMMUNE = Case(
    When(situation__off_territory=True, then=Value("off")),
    default=Coalesce(Cast("situation__commune", CharField()), Value("")),
    output_field=CharField(),
)


def with_situation(
    rows: QuerySet[Any], day: Combinable | date, prefix: str, territory: Territory
) -> QuerySet[Any]:
    """Rows with the `situation` of their household on `day`, in `territory` when it is not None.

    `prefix` is the path from the rows to the household, with its underscores ("" for households).
    """
    path = f"{prefix}situations"
    holds = Q(**{f"{path}__start__lte": day}) & (
        Q(**{f"{path}__end__isnull": True}) | Q(**{f"{path}__end__gte": day})
    )
    joined = rows.annotate(situation=FilteredRelation(path, condition=holds)).order_by()
    return joined if territory is None else joined.filter(situation__commune__in=territory)


def _open(period: Period, prefix: str = "") -> Q:
    """Files open at least one day of the period."""
    still = Q(**{f"{prefix}closed_on__isnull": True}) | Q(**{f"{prefix}closed_on__gte": period.first})
    return Q(**{f"{prefix}opened_on__lte": period.last}) & still


def _active(period: Period, territory: Territory) -> QuerySet[Household]:
    """Households open in the period, in their situation of its last day, or of their own last day before it."""
    last = Value(period.last, DateField())
    day = Least(Coalesce(F("closed_on"), last), last)
    return with_situation(Household.objects.filter(_open(period)), day, "", territory)


def _opened(period: Period, territory: Territory) -> QuerySet[Household]:
    rows = Household.objects.filter(opened_on__range=(period.first, period.last))
    return with_situation(rows, F("opened_on"), "", territory)


def _closed(period: Period, territory: Territory) -> QuerySet[Household]:
    rows = Household.objects.filter(closed_on__range=(period.first, period.last))
    return with_situation(rows, F("closed_on"), "", territory)


type Selection = Callable[[Period, Territory], QuerySet[Household]]


def _grouped(rows: QuerySet[Any], keys: dict[str, Any], counted: str = "pk") -> Iterator[Row]:
    """Distinct `counted` by `keys` (name of the dimension → expression), NULL read as not known."""
    known = {name: Coalesce(expression, Value("")) for name, expression in keys.items()}
    groups = rows.annotate(**known).values_list(*known).annotate(total=Count(counted, distinct=True))
    for *values, total in groups.order_by(*known):
        yield Row(tuple(values), total, total)


def by_place_and_family(select: Selection, period: Period, territory: Territory) -> Iterator[Row]:
    keys = {"place": COMMUNE, "family": F("situation__family_type")}
    return _grouped(select(period, territory), keys)


def by_fact(name: str, period: Period, territory: Territory) -> Iterator[Row]:
    """Active households by one field of their situation."""
    return _grouped(_active(period, territory), {"fact": F(f"situation__{name}")})


def closed_by_reason(period: Period, territory: Territory) -> Iterator[Row]:
    return _grouped(_closed(period, territory), {"reason": F("closing_reason")})


def persons(period: Period, territory: Territory) -> Iterator[Row]:
    """Persons who belonged to an active household in the period, once each, by age on its last day and sex."""
    members = Membership.objects.filter(
        _open(period, "household__"),
        Q(end__isnull=True) | Q(end__gte=period.first),
        Q(person__death_date__isnull=True) | Q(person__death_date__gte=period.first),
        start__lte=period.last,
    )
    last = Value(period.last, DateField())
    day = Least(Coalesce(F("household__closed_on"), last), last)
    rows = with_situation(members, day, "household__", territory)
    return _grouped(rows, {"age": _age_band(period.last), "sex": F("person__sex")}, "person")


def _age_band(day: date) -> Case:
    """The band of the age reached on `day`: someone is 18 from the day of their birthday."""
    oldest_first = reversed(BAND_STARTS)
    bands = [
        When(person__birth_date__lte=add_months(day, -12 * first), then=Value(f"{first:02d}"))
        for first in oldest_first
    ]
    return Case(*bands, default=Value(""), output_field=CharField())


def themes(period: Period, territory: Territory) -> Iterator[Row]:
    """Households with at least one note of the period on each theme; a note may have several, or none."""
    notes = Note.objects.filter(held_on__range=(period.first, period.last))
    listed = Case(
        When(themes=[], then=Value([""], ArrayField(CharField()))),
        default=F("themes"),
        output_field=ArrayField(CharField()),
    )
    rows = with_situation(notes, F("held_on"), "household__", territory)
    theme = Func(listed, function="unnest", output_field=CharField())
    groups = rows.annotate(theme=theme).values_list("theme").annotate(total=Count("household", distinct=True))
    for key, total in groups.order_by("theme"):
        yield Row((key,), total, total)


def _labels(*choices: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {key: label for pairs in choices for key, label in pairs} | {"": UNKNOWN}


def _households(code: str, title: str, definition: str, select: Selection) -> Measure:
    return Measure(
        code=f"households.{code}",
        title=title,
        definition=definition,
        unit=Unit.COUNT,
        compute=partial(by_place_and_family, select),
        dimensions=("commune", "composition"),
        labels=_labels(FamilyType.choices, [("off", "Hors territoire")]),
    )


def _fact(code: str, name: str, title: str, choices: Iterable[tuple[str, str]]) -> Measure:
    return Measure(
        code=f"households.{code}",
        title=title,
        definition="Ménages suivis dans la période, selon leur situation à la fin de celle-ci.",
        unit=Unit.COUNT,
        compute=partial(by_fact, name),
        dimensions=(name,),
        labels=_labels(choices),
    )


MEASURES: Iterable[Measure] = (
    _households(
        "active",
        "Ménages suivis",
        "Ménages dont le dossier a été ouvert au moins un jour de la période.",
        _active,
    ),
    _households(
        "opened", "Nouveaux ménages", "Ménages dont le dossier a été ouvert dans la période.", _opened
    ),
    _households("closed", "Dossiers clos", "Ménages dont le dossier a été clos dans la période.", _closed),
    Measure(
        code="households.closing_reasons",
        title="Motifs de clôture",
        definition="Ménages dont le dossier a été clos dans la période, selon le motif.",
        unit=Unit.COUNT,
        compute=closed_by_reason,
        dimensions=("motif",),
        labels=_labels(ClosingReason.choices),
    ),
    Measure(
        code="households.persons",
        title="Personnes suivies, par âge et par sexe",
        definition="Membres des ménages suivis dans la période, comptés une fois, selon l’âge atteint à sa fin.",
        unit=Unit.COUNT,
        compute=persons,
        dimensions=("age", "sexe"),
        labels=_labels(BANDS.items(), Sex.choices),
    ),
    _fact("housing", "housing_status", "Statut de logement des ménages suivis", HousingStatus.choices),
    _fact("activity", "activity", "Activité de la personne de référence", Activity.choices),
    _fact("income", "income_band", "Ressources mensuelles des ménages suivis", IncomeBand.choices),
    _fact("resource", "main_resource", "Ressource principale des ménages suivis", MainResource.choices),
    Measure(
        code="households.themes",
        title="Thèmes des entretiens",
        definition="Ménages ayant eu dans la période au moins un entretien sur le thème ; un ménage peut en avoir "
        "plusieurs.",
        unit=Unit.COUNT,
        additive=False,
        compute=themes,
        dimensions=("theme",),
        labels=_labels(Theme.choices),
    ),
)


def register() -> None:
    for measure in MEASURES:
        statistics.register(measure.code, measure)
