"""S12: the figures of the previous published edition beside today's; no evolution across a break."""

from dataclasses import replace
from datetime import date

import pytest

from abs_reports.compiling.comparison import BREAK_NOTE, CHANGE
from abs_reports.compiling.editions import Edition, edition_tables, previous_edition
from abs_reports.compiling.public.comparability import CENSUS_NOTE, FILOSOFI_NOTE
from abs_reports.enums import Absence, FigureUnit, ReportKind
from abs_reports.freezing import freeze
from abs_reports.models import Report
from abs_reports.rendering.activity_pages import chart_of
from abs_reports.rendering.drawing import Shapes
from abs_reports.rendering.plan import Drawing
from abs_reports.tables import Book, DataTable, Row, Value, given
from tests.abs_reports.tables import table as activity_table
from tests.factories import ReportFactory

CENSUS = "INSEE, recensement de la population, exploitation principale"
FILOSOFI = "INSEE-DGFiP-Cnaf-Cnav-CCMSA, Filosofi"


def key_table(year: int, value: Value, *, source: str = CENSUS, definition: str = "") -> DataTable:
    return DataTable(
        code="territoire-cle",
        chapter="territory",
        title="Le territoire en chiffres",
        heading="Indicateur",
        columns=(("value", "Valeur"),),
        rows=(Row("population", f"Population municipale, {year}", (value,)),),
        period=f"Recensement {year}",
        source=source,
        definition=definition,
    )


def compared(before: DataTable, now: DataTable) -> DataTable:
    (found,) = edition_tables([now], 2026, Edition(2025, Book([before])))
    return found


def test_comparable_vintages_have_an_evolution() -> None:
    table = compared(key_table(2016, given(1000)), key_table(2022, given(1050)))
    assert table.columns == (("before", "Édition 2025"), ("now", "Édition 2026"), (CHANGE, "Évolution"))
    (row,) = table.rows
    assert row.label == "Population municipale (2016, puis 2022)"
    assert [value.number for value in row.values] == [1000, 1050, 5]
    assert table.definition == ""


def test_neighbouring_censuses_stand_side_by_side_without_evolution() -> None:
    table = compared(key_table(2021, given(1000)), key_table(2022, given(1050)))
    assert [key for key, _label in table.columns] == ["before", "now"]
    assert [value.number for value in table.rows[0].values] == [1000, 1050]
    assert table.definition == CENSUS_NOTE


def test_filosofi_across_its_break_has_no_evolution() -> None:
    euros = [given(number, FigureUnit.EURO) for number in (22_000, 25_000)]
    table = compared(key_table(2021, euros[0], source=FILOSOFI), key_table(2023, euros[1], source=FILOSOFI))
    assert [key for key, _label in table.columns] == ["before", "now"]
    assert table.definition == FILOSOFI_NOTE


def test_a_new_definition_is_a_break() -> None:
    now = key_table(2022, given(1050), definition="Sommes des communes.")
    table = compared(key_table(2016, given(1000)), now)
    assert BREAK_NOTE in table.definition
    assert CHANGE not in [key for key, _label in table.columns]


def test_the_same_vintage_and_value_are_no_news() -> None:
    same = key_table(2022, given(1000))
    assert edition_tables([same], 2026, Edition(2025, Book([same]))) == []


def test_without_an_earlier_edition_there_is_nothing_to_compare() -> None:
    assert edition_tables([key_table(2022, given(1000))], 2026, None) == []


def test_the_figures_are_those_the_edition_froze(db) -> None:
    report = ReportFactory(year=2024, last_day=date(2024, 12, 31), compiled=True)
    freeze(report, Book([key_table(2016, given(1000))]))
    Report.objects.filter(pk=report.pk).update(status="published", published_at="2025-02-01T10:00:00Z")
    found = previous_edition(ReportFactory.build(year=2025))
    assert found is not None
    assert (found.year, found.book["territoire-cle"].value("population", "value").number) == (2024, 1000)


@pytest.mark.parametrize(
    "fields",
    [
        {"kind": ReportKind.THEMATIC, "series": "thematique-2024-x"},
        {"year": 2025, "last_day": date(2025, 12, 31)},
    ],
)
def test_neither_a_thematic_nor_a_later_edition_is_the_previous_one(db, fields: dict) -> None:
    ReportFactory(**{"year": 2024, "last_day": date(2024, 12, 31), "published": True, **fields})
    assert previous_edition(ReportFactory.build(year=2025)) is None


def test_a_draft_is_no_edition(db) -> None:
    ReportFactory(year=2024, last_day=date(2024, 12, 31), compiled=True)
    assert previous_edition(ReportFactory.build(year=2025)) is None


class TestDrawings:
    """A break of definition is never drawn as one series: the year before leaves the chart, not the table."""

    SHAPES = Shapes({}, [])

    def months(self, definition: str) -> DataTable:
        rows = tuple(Row(f"{month:02}", f"Mois {month}", (given(10), given(12))) for month in range(1, 13))
        return activity_table(rows=rows, definition=definition)

    def test_lines(self) -> None:
        both = chart_of(self.months("Rendez-vous."), Drawing.LINES, self.SHAPES)
        one = chart_of(self.months(f"Rendez-vous. {BREAK_NOTE}"), Drawing.LINES, self.SHAPES)
        assert both.table.columns == ("Composition", "en 2024", "en 2025")
        assert one.table.columns == ("Composition", "en 2025")

    def test_bars(self) -> None:
        table = activity_table()
        broken = replace(table, definition=BREAK_NOTE)
        assert len(chart_of(table, Drawing.BARS, self.SHAPES).table.columns) > len(
            chart_of(broken, Drawing.BARS, self.SHAPES).table.columns
        )


def test_an_absent_evolution_says_nothing_else() -> None:
    def both(year: int, people: int, density: int) -> DataTable:
        row = Row("density", "Densité", (given(density, FigureUnit.DENSITY),))
        table = key_table(year, given(people))
        return replace(table, rows=(*table.rows, row))

    table = compared(both(2016, 1000, 150), both(2022, 1050, 160))
    assert table.value("territoire-cle.density", CHANGE).absent == Absence.NOT_APPLICABLE
