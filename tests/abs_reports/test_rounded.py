"""S5, S8: what will be told again is told coarsely the first time."""

from dataclasses import replace
from decimal import Decimal

from abs_reports.compiling.activity import activity_tables
from abs_reports.compiling.frame import Geography, Span
from abs_reports.compiling.quarters import closed_quarters, quarter_tables
from abs_reports.enums import Absence
from abs_reports.tables import Book
from cias.core.periods import Period
from cias.core.registry import Row, Unit
from tests.abs_reports.test_protection import Y2025, measure, tables


class TestRounded:
    """Twelve months less nine tell nothing certain of a quarter: a year that is not over is rounded down. So is the
    dashboard of January, before late entries and the report."""

    NINE = Period(Y2025.first, Period.quarter(2025, 3).last)

    def test_counts_are_multiples_of_the_threshold(self) -> None:
        counted = measure({self.NINE: [(("alone",), 29), (("couple",), 44), (("family",), 3)]}, "composition")
        table = tables(counted, period=self.NINE)["households-essai-composition"]
        assert [row.values[1].text for row in table.rows if row.values[1].number is not None][-1] == "75"
        assert all(
            value.number is None or value.number % 5 == 0 for row in table.rows for value in row.values[:2]
        )
        assert "arrondis au multiple de 5" in table.source

    def test_rates_are_rounded_down_and_sums_of_euros_are_not_given(self) -> None:
        def compute(period: Period, territory: object) -> list[Row]:
            return [Row((), 37, 100)] if period == self.NINE else []

        rate = measure({}, unit=Unit.RATE, code="rights.taux", title="Taux", compute=compute)

        def pay(period: Period, territory: object) -> list[Row]:
            return [Row((), Decimal(5000), 60, largest=Decimal(90))] if period == self.NINE else []

        euros = measure({}, unit=Unit.EURO, code="rights.euros", title="Euros", compute=pay)
        table = tables(rate, euros, period=self.NINE)["rights-cle"]
        assert [row.values[1].text for row in table.rows] == ["35\u00a0%"]

    def test_a_rate_of_few_is_not_told_for_it_would_tell_its_numerator(self) -> None:
        """30 % of twenty, rounded down: six, seven at the most would already be 35 %."""

        def compute(period: Period, territory: object) -> list[Row]:
            return [Row((), 33, 99)] if period == self.NINE else []

        rate = measure({}, unit=Unit.RATE, code="rights.taux", title="Taux", compute=compute)
        assert tables(rate, period=self.NINE)["rights-cle"].rows[0].values[1].absent == Absence.MASKED

    def test_a_mean_is_told_to_the_day(self) -> None:
        def compute(period: Period, territory: object) -> list[Row]:
            return [Row((), Decimal("12.6"), 60)] if period == self.NINE else []

        delay = measure({}, unit=Unit.DAYS, code="rights.delai", title="Délai", compute=compute)
        assert tables(delay, period=self.NINE)["rights-cle"].rows[0].values[1].text == "13"

    def test_a_table_of_sums_is_left_out(self) -> None:
        def pay(period: Period, territory: object) -> list[Row]:
            return [Row(("a",), Decimal(5000), 60, largest=Decimal(90))] if period == self.NINE else []

        euros = measure({}, "droit", unit=Unit.EURO, code="rights.euros", title="Euros", compute=pay)
        assert list(tables(euros, period=self.NINE).tables) == []

    def test_a_dashboard_of_a_whole_year_is_rounded_with_its_places(self, territory) -> None:
        counted = measure({Y2025: [(("28085",), 123), (("28218",), 34)]}, "commune")
        span = Span.of(Y2025, provisional=True)
        book = Book(activity_tables([(counted.code, counted)], span, Geography.load(), source="Essai"))
        communes = book["households-essai-communes"]
        # 120 of the 38 324 inhabitants of Chartres.
        assert [value.text for value in communes.row("28085").values] == ["120", "3,1"]
        assert communes.value("28218", "2025").text == "30"
        assert book["activity-cle"].value(counted.code, "2025").text == "155"

    def test_a_whole_year_is_exact(self) -> None:
        counted = measure({Y2025: [(("alone",), 29), (("couple",), 44)]}, "composition")
        assert tables(counted)["activity-cle"].value("households.essai", "2025").text == "73"


class TestQuarters:
    def test_only_the_quarters_that_are_over(self) -> None:
        assert [rank for rank, _period in closed_quarters(Period.quarter(2026, 3).last)] == [1, 2, 3]
        assert [rank for rank, _period in closed_quarters(Period.month(2026, 11).last)] == [1, 2, 3]
        assert closed_quarters(Period.month(2026, 2).last) == []

    def test_a_quarter_with_few_households_is_masked(self) -> None:
        counted = measure(
            {Period.quarter(2025, 1): [(("28085",), 43)], Period.quarter(2025, 2): [(("28085",), 4)]},
            "commune",
            code="appointments.households",
        )
        # Requests add up over the year: the year less three quarters would give the fourth.
        added = replace(counted, code="rights.transmitted")
        [table] = quarter_tables(
            [(counted.code, counted), (added.code, added)], Period.quarter(2025, 3).last, source="Essai"
        )
        assert [row.values[0].text for row in table.rows] == ["40", "n.\u00a0s.", "0"]
