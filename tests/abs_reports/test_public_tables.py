"""S2: what may be summed and compared, against figures counted from the files by hand."""

import csv
from decimal import Decimal

import pytest

from abs_reports.compiling.public import PublicData, public_tables
from abs_reports.enums import Absence
from abs_reports.importing import import_indicators
from abs_reports.tables import Book
from tests.abs_reports.conftest import COMPARATOR


@pytest.fixture
def book(public_data) -> Book:
    return Book(public_tables(PublicData()))


def column(name: str) -> list[Decimal]:
    with COMPARATOR.open(encoding="utf-8", newline="") as file:
        return [Decimal(row[name].replace(",", ".")) for row in csv.DictReader(file, delimiter=";")]


def test_population_and_its_evolution_over_six_years(book: Book) -> None:
    key = book["territoire-cle"]
    assert key.value("population", "value").text == "136\u00a0921"
    assert key.value("before", "value").text == "136\u00a0375"
    assert key.value("change", "value").text == "+\u00a0546"
    # ((136921 / 136375) ^ (1/6) - 1) × 100 = 0,0666…
    assert key.value("yearly", "value").text == "+\u00a00,07\u00a0%"
    assert key.value("natural", "value").text == "+\u00a01\u00a0935"  # 9 200 - 7 265
    assert key.value("moves", "value").text == "−\u00a01\u00a0389"  # 546 - 1 935
    assert key.value("density", "value").text == "160"


def test_every_commune_has_a_row_and_the_parts_make_the_whole(book: Book) -> None:
    table = book["population-communes"]
    assert len(table.body) == 66
    total = sum(value.number for _row, value in table.series("population"))
    assert total == table.value("total", "population").number == 136_921


def test_shares_of_the_territory_are_ratios_of_sums_and_never_means_of_shares(book: Book) -> None:
    vacant = 100 * sum(column("P22_LOGVAC")) / sum(column("P22_LOG"))
    jobless = 100 * sum(column("P22_CHOM1564")) / sum(column("P22_ACT1564"))
    assert book["logements-communes"].value("total", "vacant").number == pytest.approx(
        vacant, abs=Decimal("0.000001")
    )
    assert book["emploi-cle"].value("unemployment", "value").text == "10,4\u00a0%"
    assert book["emploi-communes"].value("total", "unemployment").number == pytest.approx(
        jobless, abs=Decimal("0.000001")
    )


def test_medians_and_poverty_have_no_total(book: Book) -> None:
    table = book["niveau-de-vie-communes"]
    for key in ("median", "taxed", "poverty"):
        assert table.value("total", key).absent == Absence.NOT_APPLICABLE
    assert table.value("total", "households").text == "60\u00a0582"


def test_poverty_is_shown_for_seven_communes_and_secret_for_fifty_nine(book: Book) -> None:
    values = [value for _row, value in book["niveau-de-vie-communes"].series("poverty")]
    assert sum(value.number is not None for value in values) == 7
    assert sum(value.absent == Absence.SECRET for value in values) == 59
    assert {row.label: value.text for row, value in book["pauvrete-communes"].series("poverty")} == {
        "Chartres": "16\u00a0%",
        "Le Coudray": "5\u00a0% ou moins",
        "Lèves": "7\u00a0%",
        "Lucé": "23\u00a0%",
        "Luisant": "8\u00a0%",
        "Maintenon": "9\u00a0%",
        "Mainvilliers": "21\u00a0%",
    }


def test_a_total_with_a_missing_part_is_not_available(comparator) -> None:
    text = COMPARATOR.read_text().replace("28004;319;312;", "28004;nd;312;", 1)
    import_indicators(name=COMPARATOR.name, content=text.encode())
    table = Book(public_tables(PublicData()))["population-communes"]
    assert table.value("28004", "population").text == "n.\u00a0d."
    assert table.value("total", "population").absent == Absence.UNAVAILABLE


@pytest.mark.parametrize("year", [17, 19])
def test_censuses_less_than_six_years_apart_are_not_compared(territory, year: int) -> None:
    rows = "\n".join(line.replace("P16_", f"P{year}_") for line in COMPARATOR.read_text().splitlines())
    import_indicators(name=COMPARATOR.name, content=rows.encode())
    data = PublicData()
    assert data.latest("POP") == 2022
    assert data.comparable_census("POP") is None
    keys = [key for key, _label in Book(public_tables(data))["population-communes"].columns]
    assert "yearly" not in keys


def test_without_data_there_is_no_chapter(territory) -> None:
    assert PublicData().is_empty
    assert public_tables(PublicData()) == []
