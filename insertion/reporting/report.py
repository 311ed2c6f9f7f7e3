"""The report to the Département for a period: its sections, in the order they are read (I9)."""

from collections.abc import Iterator
from dataclasses import dataclass

from cias.core.export import Value
from cias.core.periods import Period
from cias.territory.services import secrecy_thresholds
from insertion.reporting import pathway, people
from insertion.reporting.indicators import Count, Delay, Indicator, Line, Rate, for_anybody

HEADER = ("Rubrique", "Indicateur", "Ligne", "Valeur", "Unité", "Sur", "Définition", "Données manquantes")
HIDDEN = "secret"


@dataclass(frozen=True)
class Section:
    title: str
    indicators: list[Indicator]


def report_of(period: Period, *, protected: bool) -> list[Section]:
    """Every indicator of the period; `protected` hides what a reader outside the convention may not know."""
    persons = people.people_of(period)
    sections = (
        Section(
            "Entrées et délais",
            [pathway.received(period), pathway.first_meeting(period), pathway.signatures(period)],
        ),
        Section(
            "Accompagnement",
            [
                pathway.caseload(period), pathway.hours(period), pathway.actions(period), pathway.hindrances(period),
                people.attendance(period), people.workshops(period), people.counselling(period),
            ],
        ),
        Section("Réorientations et sorties", [pathway.changes(period), pathway.exits(period)]),
        Section(
            "Public accompagné",
            [
                people.by_sex(persons), people.by_age(persons, period.last),
                people.by_seniority(persons, period.last), people.by_commune(period),
            ],
        ),
    )  # fmt: skip
    if not protected:
        return list(sections)
    limits = secrecy_thresholds()
    return [Section(one.title, [for_anybody(row, limits) for row in one.indicators]) for one in sections]


def csv_rows(sections: list[Section]) -> Iterator[tuple[Value, ...]]:
    """One row a figure, every one with its definition."""
    for section in sections:
        for indicator in section.indicators:
            said = "\u00a0; ".join(f"{one.count} sur {one.whole} {one.said}" for one in indicator.missing)
            for line in indicator.lines:
                for label, value, unit, base in _values(line):
                    yield (
                        section.title,
                        indicator.title,
                        label,
                        value,
                        unit,
                        base,
                        indicator.definition,
                        said,
                    )


def _values(line: Line) -> Iterator[tuple[str, Value, str, Value]]:
    match line:
        case Count():
            yield line.label, HIDDEN if line.value is None else line.value, "nombre", None
        case Rate():
            if line.hidden:
                yield line.label, HIDDEN, "%", None
            else:
                yield line.label, line.percent, "%", line.whole
        case Delay():
            yield f"{line.label}, médiane", line.median, "jours", line.count
            yield f"{line.label}, neuvième décile", line.p90, "jours", line.count
