"""Interviews: the themes of households, and how many were held, by which means and how long."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import Case, CharField, Count, F, Func, QuerySet, Value, When

from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit
from households.enums import NoteMeans, Theme
from households.models import Note
from households.statistics.selection import Territory, grouped, labels, with_situation

# Last minute of each band; what is longer has no end.
DURATIONS = (
    (15, "15", "15 minutes au plus"),
    (30, "30", "De 16 à 30 minutes"),
    (45, "45", "De 31 à 45 minutes"),
    (60, "60", "De 46 minutes à 1 heure"),
)
LONGER = ("long", "Plus d’une heure")


def _held(period: Period, territory: Territory) -> QuerySet[Any]:
    notes = Note.objects.filter(held_on__range=(period.first, period.last))
    return with_situation(notes, F("held_on"), "household__", territory)


def themes(period: Period, territory: Territory) -> Iterator[Row]:
    """Households with at least one note of the period on each theme; a note may have several, or none."""
    listed = Case(
        When(themes=[], then=Value([""], ArrayField(CharField()))),
        default=F("themes"),
        output_field=ArrayField(CharField()),
    )
    theme = Func(listed, function="unnest", output_field=CharField())
    groups = _held(period, territory).annotate(theme=theme).values_list("theme")
    for key, total in groups.annotate(total=Count("household", distinct=True)).order_by("theme"):
        yield Row((key,), total, total)


def by_means_and_duration(period: Period, territory: Territory) -> Iterator[Row]:
    bands = [When(duration_minutes__lte=minutes, then=Value(key)) for minutes, key, _label in DURATIONS]
    duration = Case(
        When(duration_minutes=None, then=Value("")),
        *bands,
        default=Value(LONGER[0]),
        output_field=CharField(),
    )
    return grouped(_held(period, territory), {"way": F("means"), "length": duration})


MEASURES: tuple[Measure, ...] = (
    Measure(
        code="households.themes",
        title="Thèmes des entretiens",
        definition="Ménages ayant eu dans la période au moins un entretien sur le thème ; un ménage peut en avoir "
        "plusieurs.",
        unit=Unit.COUNT,
        additive=False,
        compute=themes,
        dimensions=("theme",),
        labels=labels(Theme.choices),
    ),
    Measure(
        code="households.interviews",
        title="Entretiens par moyen et par durée",
        definition="Entretiens notés dans la période, selon le moyen et la durée.",
        unit=Unit.COUNT,
        compute=by_means_and_duration,
        dimensions=("moyen", "duree"),
        labels=labels(NoteMeans.choices, [(key, label) for _last, key, label in DURATIONS], [LONGER]),
    ),
)
