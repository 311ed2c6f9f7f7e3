"""S2, S12: what may be compared, rule by rule."""

from decimal import Decimal

import pytest

from abs_reports.compiling.public.comparability import (
    CENSUS_NOTE,
    FILOSOFI_NOTE,
    Family,
    change,
    family_of,
    vintage_of,
    why_not_compared,
)
from abs_reports.enums import Absence, FigureUnit
from abs_reports.reference import INDICATORS
from abs_reports.tables import given, masked


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (2016, 2022, ""),
        (2011, 2022, ""),
        (2017, 2022, CENSUS_NOTE),
        (2021, 2022, CENSUS_NOTE),
        (2022, 2022, ""),
    ],
)
def test_censuses_are_compared_from_six_years_apart_on(before: int, after: int, why: str) -> None:
    assert why_not_compared(Family.CENSUS, before, after) == why
    assert why_not_compared(Family.CENSUS, after, before) == why


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [(2019, 2021, ""), (2021, 2023, FILOSOFI_NOTE), (2019, 2023, FILOSOFI_NOTE), (2023, 2024, "")],
)
def test_filosofi_2023_is_another_series(before: int, after: int, why: str) -> None:
    assert why_not_compared(Family.FILOSOFI, before, after) == why


def test_other_producers_years_are_compared() -> None:
    assert why_not_compared(Family.CAF, 2023, 2024) == why_not_compared(Family.OTHER, 2023, 2024) == ""


def test_the_family_is_read_from_the_source_of_every_indicator() -> None:
    families = {row["code"]: family_of(row["source"]) for row in INDICATORS}
    assert families["POP"] == families["C_FAM"] == Family.CENSUS
    assert families["MED"] == families["TP60"] == Family.FILOSOFI
    assert families["CAF_FOY_RSA"] == families["CAF_NBP_PPA"] == Family.CAF
    assert families["BPE_D265"] == families["NAISD"] == Family.OTHER


@pytest.mark.parametrize(
    ("period", "year"),
    [("Recensements 2016 et 2022", 2022), ("Filosofi 2021", 2021), ("Décembre 2024", 2024), ("", None)],
)
def test_the_vintage_is_the_latest_year_named(period: str, year: int | None) -> None:
    assert vintage_of(period) == year


class TestChange:
    def test_of_counts_and_euros(self) -> None:
        assert change(Family.CENSUS, given(200), given(210)).number == 5
        assert (
            change(Family.FILOSOFI, given(20_000, FigureUnit.EURO), given(21_000, FigureUnit.EURO)).number
            == 5
        )

    def test_of_a_rate_there_is_none(self) -> None:
        rate = given(Decimal("10.5"), FigureUnit.PERCENT, 1)
        assert change(Family.CENSUS, rate, rate).absent == Absence.NOT_APPLICABLE

    def test_of_what_is_not_shown_there_is_none(self) -> None:
        assert change(Family.CENSUS, masked(), given(210)).number is None
        assert change(Family.CENSUS, given(0), given(210)).number is None

    @pytest.mark.parametrize(("after", "told"), [(115, False), (80, True), (120, True)])
    def test_rounded_counts_have_no_small_differences(self, after: int, told: bool) -> None:
        """A difference of 15 between two counts rounded to 5 is anything from 10 to 20."""
        assert (change(Family.CAF, given(100), given(after)).number is not None) == told
        assert change(Family.CENSUS, given(100), given(after)).number is not None
