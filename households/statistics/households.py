"""Households known, new, followed and closed, and what their situation was."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.db.models import F, QuerySet

from cias.core.periods import Period
from cias.core.registry import Measure, PartOf, Row, Unit
from households.enums import (
    Activity,
    ClosingOutcome,
    ClosingReason,
    FamilyType,
    HousingStatus,
    IncomeBand,
    MainResource,
)
from households.models import Household
from households.statistics.selection import (
    COMMUNE,
    OUTSIDE,
    Territory,
    active,
    closed,
    closed_before,
    grouped,
    groups,
    known,
    labels,
    opened,
)

type Selection = Callable[[Period, Territory], QuerySet[Household]]


def by_place_and_family(select: Selection, period: Period, territory: Territory) -> Iterator[Row]:
    keys = {"place": COMMUNE, "family": F("situation__family_type")}
    return grouped(select(period, territory), keys)


def by_fact(name: str, period: Period, territory: Territory) -> Iterator[Row]:
    """Active households by one field of their situation."""
    return grouped(active(period, territory), {"fact": F(f"situation__{name}")})


def closures(keys: dict[str, Any], period: Period, territory: Territory) -> Iterator[Row]:
    """Closures pronounced in the period by fields of the file or of its situation, those of reopened files included."""
    standing = groups(closed(period, territory), keys)
    ended = groups(closed_before(period, territory), keys)
    totals: Counter[tuple[str, ...]] = Counter()
    for *codes, count in standing.union(ended, all=True).order_by():
        totals[tuple(codes)] += count
    for values, total in sorted(totals.items()):
        yield Row(values, total, total)


def _households(
    code: str, title: str, definition: str, select: Selection, part_of: PartOf | None = None
) -> Measure:
    return Measure(
        code=f"households.{code}",
        title=title,
        definition=definition,
        unit=Unit.COUNT,
        compute=partial(by_place_and_family, select),
        dimensions=("commune", "composition"),
        labels=labels(FamilyType.choices, [OUTSIDE]),
        part_of=part_of,
    )


def _fact(code: str, name: str, title: str, choices: Iterable[tuple[str, str]]) -> Measure:
    return Measure(
        code=f"households.{code}",
        title=title,
        definition="Ménages suivis dans la période, selon leur situation à la fin de celle-ci.",
        unit=Unit.COUNT,
        compute=partial(by_fact, name),
        dimensions=(name,),
        labels=labels(choices),
        part_of=PartOf(code="households.active"),
    )


MEASURES: tuple[Measure, ...] = (
    _households(
        "active",
        "Ménages suivis",
        "Ménages dont le dossier a été ouvert au moins un jour de la période.",
        active,
        PartOf(code="households.known", exact=False),
    ),
    _households(
        "known",
        "Ménages connus",
        "Ménages dont un dossier a été ouvert avant la fin de la période, clos depuis ou non.",
        known,
    ),
    _households(
        "opened",
        "Nouveaux ménages",
        "Ménages dont le dossier a été ouvert dans la période.",
        opened,
        PartOf(code="households.active", exact=False),
    ),
    Measure(
        code="households.closed",
        title="Dossiers clos",
        definition="Clôtures prononcées dans la période, même si le dossier a été rouvert depuis.",
        unit=Unit.COUNT,
        compute=partial(closures, {"place": COMMUNE, "family": F("situation__family_type")}),
        dimensions=("commune", "composition"),
        labels=labels(FamilyType.choices, [OUTSIDE]),
    ),
    Measure(
        code="households.closing_reasons",
        title="Motifs de clôture",
        definition="Clôtures prononcées dans la période, selon le motif.",
        unit=Unit.COUNT,
        compute=partial(closures, {"why": F("closing_reason")}),
        dimensions=("motif",),
        labels=labels(ClosingReason.choices),
        part_of=PartOf(code="households.closing_outcomes"),
    ),
    Measure(
        code="households.closing_outcomes",
        title="Résultats du suivi à la clôture",
        definition="Clôtures prononcées dans la période, selon le motif et le résultat du suivi.",
        unit=Unit.COUNT,
        compute=partial(closures, {"why": F("closing_reason"), "outcome": F("closing_outcome")}),
        dimensions=("motif", "résultat"),
        labels=labels(ClosingReason.choices, ClosingOutcome.choices),
        part_of=PartOf(code="households.closed"),
    ),
    _fact("housing", "housing_status", "Statut de logement des ménages suivis", HousingStatus.choices),
    _fact("activity", "activity", "Activité de la personne de référence", Activity.choices),
    _fact("income", "income_band", "Ressources mensuelles des ménages suivis", IncomeBand.choices),
    _fact("resource", "main_resource", "Ressource principale des ménages suivis", MainResource.choices),
)
