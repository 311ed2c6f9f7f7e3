"""S3, S5, S12: the CIAS's own figures, counted by hand on a few households, after secrecy."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from abs_reports.compiling.activity import activity_tables
from abs_reports.compiling.comparison import BREAK_NOTE
from abs_reports.compiling.frame import Geography, Span
from abs_reports.compiling.protection import Zones, protect_counts, protect_separately
from abs_reports.compiling.protection_numbers import protect_means, protect_rates
from abs_reports.enums import Absence
from abs_reports.tables import Book
from cias.core.periods import Period
from cias.core.registry import Measure, Row, Unit
from cias.territory.models import Commune, Zone

Y2024, Y2025 = Period.year(2024), Period.year(2025)
LABELS = {"alone": "Personne seule", "couple": "Couple", "family": "Famille"}


def measure(
    by_period: dict[Period, Iterable[tuple[tuple[str, ...], int]]], *dimensions: str, **changes
) -> Measure:
    """A measure of counts whose rows are given by period."""

    def compute(period: Period, territory: object) -> list[Row]:
        return [Row(keys, value, value) for keys, value in by_period.get(period, ())]

    fields = {
        "code": "households.essai",
        "title": "Ménages suivis",
        "definition": "Ménages de l’essai.",
        "unit": Unit.COUNT,
        "compute": compute,
        "dimensions": dimensions,
        "labels": LABELS,
    }
    return Measure(**{**fields, **changes})


def rows(measure: Measure, period: Period = Y2025) -> list[Row]:
    return list(measure.compute(period, None))


class TestCounts:
    ZONES = Zones({"28004": "south", "28049": "south", "28060": "south"})

    def test_a_small_commune_is_masked_with_another_and_the_zone_stays_exact(self) -> None:
        counted = measure(
            {Y2025: [(("28085",), 120), (("28004",), 3), (("28049",), 9), (("28060",), 12)]}, "commune"
        )
        shown = protect_counts(counted, rows(counted), self.ZONES)
        assert shown.by_commune["28085"] == 120
        assert shown.by_commune["28004"] is None
        # 24 - 12 - 9 would give 3: the smallest other one is hidden with it.
        assert shown.by_commune["28049"] is None
        assert shown.by_commune["28060"] == 12
        assert shown.by_zone == {"": 120, "south": 24}
        assert shown.total == 144

    def test_places_and_categories_share_their_totals(self) -> None:
        counted = measure(
            {
                Y2025: [
                    (("28085", "alone"), 60),
                    (("28085", "couple"), 40),
                    (("28004", "alone"), 6),
                    (("28004", "couple"), 2),
                    (("28049", "alone"), 30),
                    (("28049", "couple"), 30),
                ]
            },
            "commune",
            "composition",
        )
        shown = protect_counts(counted, rows(counted), self.ZONES)
        assert shown.by_key["composition"] == {"alone": 96, "couple": 72}
        assert shown.by_commune == {"28085": 100, "28004": 8, "28049": 60}
        assert shown.by_zone_and_key["composition"]["south", "couple"] == 32

    def test_unknown_and_outside_are_groups_of_their_own(self) -> None:
        counted = measure({Y2025: [(("",), 6), (("off",), 7), (("28085",), 50)]}, "commune")
        shown = protect_counts(counted, rows(counted), self.ZONES)
        assert shown.by_zone == {"unknown": 6, "off": 7, "": 50}

    def test_a_sensitive_measure_has_no_geography_and_a_higher_threshold(self) -> None:
        counted = measure(
            {
                Y2025: [
                    (("28085", "violence"), 9),
                    (("28085", "health"), 0),
                    (("28085", "other"), 80),
                    (("28085", "debt"), 30),
                ]
            },
            "commune",
            "theme",
            sensitive=True,
        )
        shown = protect_counts(counted, rows(counted), self.ZONES)
        assert (shown.by_commune, shown.by_zone, shown.by_zone_and_key) == ({}, {}, {})
        assert shown.by_key["theme"]["violence"] is None
        assert shown.by_key["theme"]["health"] is None
        assert shown.total == 119

    def test_categories_that_overlap_have_no_total(self) -> None:
        counted = measure({Y2025: [(("alone",), 12), (("couple",), 4)]}, "composition", additive=False)
        shown = protect_separately(counted, rows(counted))
        assert shown.total is None
        assert shown.by_key["composition"] == {"alone": 12, "couple": None}


class TestRatesAndMeans:
    def protected(self, *pairs: tuple[str, int, int]):
        rate = measure({}, "motif", unit=Unit.RATE)
        return protect_rates(rate, [Row((key,), above, below) for key, above, below in pairs])

    def test_a_rate_needs_twenty_and_no_small_part(self) -> None:
        shown = self.protected(("a", 20, 40), ("b", 5, 19), ("c", 3, 60), ("d", 58, 60), ("e", 30, 90))
        assert shown.by_key["a"] == 50
        assert shown.by_key["b"] is None  # nineteen
        assert shown.by_key["c"] is None  # three
        assert shown.by_key["d"] is None  # two others
        assert shown.total == Decimal(100) * 116 / 269

    def test_a_hidden_rate_does_not_come_out_of_the_total(self) -> None:
        """With b hidden alone, total less a gives b's numerator: another one is hidden too."""
        shown = self.protected(("a", 30, 60), ("b", 2, 30), ("c", 25, 50))
        assert shown.total is not None
        assert sum(value is None for value in shown.by_key.values()) >= 2

    def test_a_mean_needs_eleven_cases(self) -> None:
        delay = measure({}, "droit", unit=Unit.DAYS)
        shown = protect_means(delay, [Row(("css",), Decimal("12.5"), 11), Row(("rsa",), Decimal(40), 10)])
        assert shown.by_key == {"css": Decimal("12.5"), "rsa": None}
        assert shown.base_by_key == {"css": 11}
        whole = replace(delay, dimensions=())
        assert protect_means(whole, [Row((), Decimal(9), 10)]).total is None
        assert protect_means(whole, []).total is None


class TestAmounts:
    """INSEE: eleven households at least, and none that makes more than 85 % of a sum."""

    EUROS = measure({}, "nature", unit=Unit.EURO)

    def shown(self, count: int, largest: int | None, euros: Measure = EUROS) -> Decimal | None:
        row = Row(("energy",), Decimal(1000), count, largest=None if largest is None else Decimal(largest))
        return protect_means(euros, [row]).by_key["energy"]

    def test_a_sum_of_eleven_households_is_shown(self) -> None:
        assert self.shown(11, 850) == 1000

    def test_ten_households_or_one_above_the_share_hide_it(self) -> None:
        assert self.shown(10, 200) is None
        assert self.shown(30, 851) is None

    def test_a_sum_that_does_not_tell_its_largest_is_refused(self) -> None:
        assert self.shown(30, None) is None

    def test_a_median_has_no_largest(self) -> None:
        assert self.shown(11, None, replace(self.EUROS, median=True)) == 1000

    def test_a_rate_of_euros_follows_the_households_behind_it(self) -> None:
        """A thousand euros asked are one household's; they are not a base of a thousand."""
        rate = measure({}, "dispositif", unit=Unit.RATE, counts_units=False)
        few = protect_rates(rate, [Row(("a",), 700, 1000, units=10)])
        assert (few.total, few.by_key) == (None, {"a": None})
        enough = protect_rates(rate, [Row(("a",), 700, 1000, units=11)])
        assert (enough.total, enough.base) == (70, 11)

    def test_one_hidden_rate_of_euros_hides_their_total(self) -> None:
        rate = measure({}, "dispositif", unit=Unit.RATE, counts_units=False)
        rows = [Row(("a",), 700, 1000, units=50), Row(("b",), 20, 300, units=2)]
        shown = protect_rates(rate, rows)
        assert (shown.by_key["a"], shown.by_key["b"], shown.total) == (70, None, None)


def test_categories_that_overlap_leave_no_small_rest_of_a_known_total() -> None:
    counted = measure({Y2025: [(("alone",), 97), (("couple",), 60)]}, "composition", additive=False)
    shown = protect_separately(counted, rows(counted), whole=100)
    assert shown.by_key["composition"] == {"alone": None, "couple": 60}


def tables(*measures: Measure, period: Period = Y2025, geography: Geography | None = None, **options) -> Book:
    geography = geography or Geography([], Zones(), {})
    pairs = [(one.code, one) for one in measures]
    return Book(activity_tables(pairs, Span.of(period), geography, source="Essai", **options))


class TestTables:
    COUNTED = {Y2024: [(("alone",), 10), (("couple",), 4)], Y2025: [(("alone",), 15), (("couple",), 20)]}

    def test_two_years_side_by_side_and_the_evolution_of_what_is_shown(self) -> None:
        table = tables(measure(self.COUNTED, "composition"))["households-essai-composition"]
        assert [label for _key, label in table.columns] == ["2024", "2025", "Évolution"]
        texts = {row.label: [value.text for value in row.values] for row in table.rows}
        # 4 is small; hiding it alone would leave 14 - 10.
        assert texts["Couple"] == ["n.\u00a0s.", "20", "–"]
        assert texts["Personne seule"] == ["n.\u00a0s.", "15", "–"]
        assert texts["Ensemble"] == ["14", "35", "+\u00a0150\u00a0%"]

    def test_the_key_figures_hold_each_subject_once(self) -> None:
        first = measure(self.COUNTED, "composition")
        again = measure(self.COUNTED, "composition", code="households.bis", title="Ménages suivis par mois")
        table = tables(first, again)["activity-cle"]
        assert [row.label for row in table.rows] == ["Ménages suivis"]

    def test_an_app_that_counts_nothing_is_not_mentioned(self) -> None:
        assert list(tables(measure({}, "composition")).tables) == []

    def test_a_year_that_starts_from_nothing_is_zero_and_has_no_evolution(self) -> None:
        table = tables(measure({Y2025: [(("alone",), 15)]}, "composition"))["households-essai-composition"]
        assert [value.text for value in table.row("alone").values] == ["0", "15"]

    def test_months_of_two_years_stand_side_by_side(self) -> None:
        counted = measure(
            {Y2024: [(("2024-03",), 8)], Y2025: [(("2025-03",), 12), (("2025-04",), 9)]}, "mois", labels={}
        )
        table = tables(counted)["households-essai-mois"]
        assert [(row.label, [v.text for v in row.values[:2]]) for row in table.body] == [
            ("Mars", ["8", "12"]),
            ("Avril", ["0", "9"]),
        ]

    def test_a_published_edition_gives_the_year_before(self) -> None:
        counted = measure(self.COUNTED, "composition")
        edition = tables(measure({Y2024: [(("alone",), 11), (("couple",), 30)]}, "composition"), period=Y2024)
        table = tables(counted, earlier=edition.get)["households-essai-composition"]
        assert [value.text for value in table.row("alone").values] == ["11", "15", "+\u00a036\u00a0%"]

    def test_a_changed_definition_breaks_the_series(self) -> None:
        before = measure({Y2024: [(("alone",), 11)]}, "composition", definition="Autre chose.")
        edition = tables(before, period=Y2024)
        table = tables(measure(self.COUNTED, "composition"), earlier=edition.get)[
            "households-essai-composition"
        ]
        assert BREAK_NOTE in table.definition
        assert "change" not in [key for key, _label in table.columns]

    def test_a_key_figure_has_the_words_of_its_measure_and_its_own_break(self) -> None:
        same = measure(self.COUNTED, "composition")
        redefined = replace(
            same, code="households.bis", title="Ménages aidés", definition="Aidés dans l’année."
        )
        then = replace(redefined, definition="Aidés au moins deux fois.")
        earlier = {Y2024: self.COUNTED[Y2024]}
        edition = tables(*(replace(one, compute=measure(earlier, "composition").compute) for one in (same, then)),
                         period=Y2024)  # fmt: skip
        table = tables(same, redefined, earlier=edition.get)["activity-cle"]
        assert table.row(same.code).definition == "Ménages de l’essai."
        assert table.row(redefined.code).definition == f"Aidés dans l’année. {BREAK_NOTE}"
        assert [value.text for value in table.row(same.code).values] == ["14", "35", "+\u00a0150\u00a0%"]
        assert [value.text for value in table.row(redefined.code).values] == ["14", "35", "–"]

    def test_an_edition_that_froze_no_words_breaks_nothing(self) -> None:
        counted = measure(self.COUNTED, "composition")
        old = tables(counted, period=Y2024)["activity-cle"]
        old = replace(old, rows=tuple(replace(row, definition="") for row in old.rows))
        table = tables(counted, earlier={old.code: old}.get)["activity-cle"]
        assert BREAK_NOTE not in table.row(counted.code).definition

    def test_categories_that_do_not_add_up_have_no_total_row(self) -> None:
        table = tables(measure(self.COUNTED, "composition", additive=False))["households-essai-composition"]
        assert table.foot == ()


class TestPlaces:
    @pytest.fixture
    def geography(self, territory) -> Geography:
        south = Zone.objects.create(code="sud", name="Secteur sud")
        Commune.objects.filter(code__in=["28004", "28049", "28060"]).update(zone=south)
        return Geography.load()

    COUNTED = {Y2025: [(("28085",), 120), (("28004",), 3), (("28049",), 9), (("28060",), 12), (("off",), 6)]}

    def test_communes_have_their_rate_for_a_thousand_inhabitants(self, geography) -> None:
        table = tables(measure(self.COUNTED, "commune"), geography=geography)["households-essai-communes"]
        assert [value.text for value in table.row("28085").values] == ["120", "3,1"]  # of 38 324
        assert [value.text for value in table.row("28004").values] == ["n.\u00a0s.", "n.\u00a0s."]
        assert [value.text for value in table.row("28070").values] == ["0", "0,0"]
        assert len(table.body) == 67
        assert table.row("off").values[1].absent == Absence.NOT_APPLICABLE

    def test_zones_group_the_small_communes(self, geography) -> None:
        table = tables(measure(self.COUNTED, "commune"), geography=geography)["households-essai-secteurs"]
        assert {row.label: row.values[1].text for row in table.rows} == {
            "Secteur sud": "24",
            "Communes hors secteur": "120",
            "Hors territoire": "6",
            "Ensemble": "150",
        }

    def test_no_figure_by_place_before_the_year_is_over(self, geography) -> None:
        """Twelve months less nine would give small counts away: places are for whole years only (ADR 0006)."""
        nine_months = Period(Y2025.first, Period.quarter(2025, 3).last)
        counted = measure({nine_months: self.COUNTED[Y2025]}, "commune")
        book = tables(counted, geography=geography, period=nine_months)
        assert [table.code for table in book.tables] == ["activity-cle"]
        assert book["activity-cle"].value("households.essai", "2025").text == "150"

    def test_the_only_commune_of_its_zone_with_anybody_is_masked_with_another(self, geography) -> None:
        """Everybody of the zone lives there: the zone's figure is the commune's, and says it of each."""
        counted = {Y2025: [(("28085",), 120), (("28004",), 30), (("28049",), 0), (("28060",), 0)]}
        table = tables(measure(counted, "commune"), geography=geography)["households-essai-communes"]
        assert table.value("28004", "2025").absent == Absence.MASKED
        assert sum(table.value(code, "2025").absent == Absence.MASKED for code in ("28049", "28060")) >= 1

    def test_a_small_commune_outside_every_zone_is_masked_with_another(self, geography) -> None:
        counted = {
            Y2025: [(("28085",), 120), (("28070",), 2), (("28110",), 9), (("28004",), 40), (("28049",), 41)]
        }
        book = tables(measure(counted, "commune"), geography=geography)
        communes = book["households-essai-communes"]
        assert communes.value("28070", "2025").absent == Absence.MASKED
        assert communes.value("28110", "2025").absent == Absence.MASKED
        assert book["households-essai-secteurs"].value("", "2025").text == "131"


def test_the_year_before_a_leap_day_ends_on_the_28th() -> None:
    from datetime import date

    span = Span.of(Period(date(2028, 1, 1), date(2028, 2, 29)))
    assert span.before == Period(date(2027, 1, 1), date(2027, 2, 28))
