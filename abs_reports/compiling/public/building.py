"""The shapes public tables share: parts of a whole, a list of facts, the territory beside the places around it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from abs_reports.compiling.chapters import Chapter
from abs_reports.compiling.public.data import Place, PublicData, ratio, shown, sum_or_none
from abs_reports.enums import FigureUnit as Unit
from abs_reports.tables import DataTable, Row, Value

type Parts = Iterable[tuple[str, str]]  # (indicator, label)
LEVELS_TITLE = "Le territoire et les niveaux qui l’entourent"


def part_table(
    data: PublicData,
    code: str,
    chapter: Chapter,
    title: str,
    heading: str,
    parts: Parts,
    whole: str,
    *,
    count_label: str,
    period: str = "Recensement",
    whole_label: str = "Ensemble",
    definition: str = "",
) -> DataTable | None:
    """Counts of the territory and their shares of a whole, in its latest year; None when the data is not there.

    `period` is followed by the year. The whole is its own indicator: parts need not add up to it to the unit.
    """
    kept = [(name, label) for name, label in parts if data.latest_around(name)]
    year = data.latest_around(whole)
    if year is None or not kept:
        return None
    own = data.places[0]
    total = data.around(whole, year, own)
    rows = []
    for name, label in kept:
        part = data.around(name, year, own)
        rows.append(Row(name, label, (shown(part), ratio(part, total))))
    if all(row.values[0].number is None for row in rows):
        return None
    rows.append(Row("total", whole_label, (shown(total), ratio(total, total)), is_total=True))
    return DataTable(
        code=code,
        chapter=chapter,
        title=title,
        heading=heading,
        columns=(("count", count_label), ("share", "Part")),
        rows=tuple(rows),
        period=f"{period} {year}",
        source=data.source(whole, *(name for name, _label in kept)),
        definition=definition,
    )


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a comparison: its figure in a place, and the indicators it needs."""

    key: str
    label: str
    needs: tuple[str, ...]
    of: Callable[[PublicData, int, Place], Value]


def share(
    key: str,
    label: str,
    above: str | Sequence[str],
    below: str | Sequence[str],
    unit: Unit = Unit.PERCENT,
    decimals: int = 1,
    *,
    factor: int = 1,
) -> Fact:
    """A quotient of counts: of sums of indicators when several are named. `factor` 100 gives "for 100 of them"."""
    tops = (above,) if isinstance(above, str) else tuple(above)
    bases = (below,) if isinstance(below, str) else tuple(below)

    def of(data: PublicData, year: int, place: Place) -> Value:
        top = sum_or_none(data.around(name, year, place) for name in tops)
        base = sum_or_none(data.around(name, year, place) for name in bases)
        return ratio(None if top is None else factor * top, base, unit, decimals)

    return Fact(key, label, (*tops, *bases), of)


def per_inhabitants(key: str, label: str, indicator: str, thousands: int) -> Fact:
    """A count of things for so many thousand inhabitants of the latest census, whose year differs."""

    def of(data: PublicData, year: int, place: Place) -> Value:
        count = data.around(indicator, year, place)
        people = data.around("POP", data.latest_around("POP"), place)
        return ratio(1000 * thousands * count if count is not None else None, people, Unit.RATIO, 1)

    return Fact(key, label, (indicator,), of)


def published(key: str, label: str, indicator: str, unit: Unit, decimals: int = 0) -> Fact:
    """A median or a rate as its producer gives it for each level: never a sum nor a mean of communes."""
    return Fact(
        key,
        label,
        (indicator,),
        lambda data, year, place: data.value_around(indicator, year, place, unit, decimals),
    )


def level_table(
    data: PublicData, chapter: Chapter, facts: Iterable[Fact], *, definition: str = ""
) -> DataTable | None:
    """The territory beside département, région and country, each line in the latest year the territory has it.

    Other levels in that same year only, else "non disponible". None unless one of them has at least one value.
    """
    rows: list[Row] = []
    years: set[int] = set()
    indicators: list[str] = []
    for fact in facts:
        year = data.latest_around(*fact.needs)
        if year is None:
            continue
        values = tuple(fact.of(data, year, place) for place in data.places)
        if values[0].number is not None:
            rows.append(Row(fact.key, f"{fact.label}, {year}", values))
            years.add(year)
            indicators += fact.needs
    if not any(value.number is not None for row in rows for value in row.values[1:]):
        return None
    return DataTable(
        code=f"niveaux-{chapter}",
        chapter=chapter,
        title=LEVELS_TITLE,
        heading="Indicateur",
        columns=tuple((place.key, place.label) for place in data.places),
        rows=tuple(rows),
        period=" et ".join(map(str, sorted(years))),
        source=data.source(*indicators),
        definition=definition,
    )
