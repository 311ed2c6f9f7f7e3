"""S2: a territory of three communes, where every figure printed equals the count made by hand."""

from collections.abc import Mapping
from decimal import Decimal

import pytest

from abs_reports.compiling.public import PublicData, public_tables
from abs_reports.enums import Absence, Layout, Level
from abs_reports.models import Dataset, IndicatorValue
from abs_reports.tables import Book, DataTable
from cias.territory.models import Structure
from tests.factories import CommuneFactory, DatasetFactory

EPCI, DEPARTMENT, REGION = "200033181", "28", "24"
CENTRE, SUBURB, VILLAGE = "28085", "28218", "28004"

# Counts of the census 2022, by commune in the order above, then for the département and for France.
CENSUS = {
    "POP": ((1000, 500, 100), 10_000, 68_000_000),
    "POP0014": ((180, 100, 15), 1_900, 11_900_000),
    "POP1529": ((200, 80, 10), 1_600, 11_700_000),
    "POP6074": ((150, 70, 25), 1_700, 11_500_000),
    "POP7589": ((80, 30, 15), 900, 5_500_000),
    "POP90P": ((20, 5, 2), 120, 900_000),
    "C_FAM": ((260, 140, 30), 2_800, 18_600_000),
    "C_FAMMONO": ((65, 28, 3), 420, 3_000_000),
    "ACT1564": ((450, 230, 45), None, None),
    "POP1564": ((640, 320, 60), None, None),
    "CHOM1564": ((60, 20, 2), None, None),
    "EMPLT": ((700, 120, 8), None, None),
    "EMPLT_SAL": ((630, 100, 4), None, None),
}
INCOMES = {"MED": ((21_000, 24_000, 26_000), 22_800, 23_000), "TP60": ((18, 12, None), Decimal("13.4"), 15)}
BENEFITS = {"CAF_FOY_NDUR": (200, 90, 15), "CAF_FOY_RSA": (40, 10, 5)}


@pytest.fixture
def places(db) -> None:
    CommuneFactory()
    CommuneFactory(luce=True)
    CommuneFactory(small=True)
    structure = Structure.objects.first() or Structure(name="CIAS", short_name="CIAS", address_lines="1 rue")
    structure.epci_code, structure.department_code, structure.region_code = EPCI, DEPARTMENT, REGION
    structure.save()


def write(dataset: Dataset, indicator: str, year: int, values: Mapping[tuple[str, str], object]) -> None:
    IndicatorValue.objects.bulk_create(
        IndicatorValue(
            dataset=dataset,
            indicator_id=indicator,
            year=year,
            level=level,
            territory_code=code,
            value=value,
            missing="" if value is not None else "secret",
        )
        for (level, code), value in values.items()
    )


def communes(values: tuple[object, ...]) -> dict[tuple[str, str], object]:
    return {
        (Level.COMMUNE, code): value for code, value in zip((CENTRE, SUBURB, VILLAGE), values, strict=True)
    }


def around(department: object, country: object) -> dict[tuple[str, str], object]:
    pairs = {(Level.DEPARTMENT, DEPARTMENT): department, (Level.COUNTRY, "F"): country}
    return {place: value for place, value in pairs.items() if value is not None}


@pytest.fixture
def census(places) -> Dataset:
    dataset = DatasetFactory(layout=Layout.CENSUS)
    for indicator, (own, department, country) in CENSUS.items():
        write(dataset, indicator, 2022, communes(own) | around(department, country))
    return dataset


@pytest.fixture
def incomes(places) -> Dataset:
    dataset = DatasetFactory(layout=Layout.FILOSOFI, vintage=2021)
    for indicator, (own, department, country) in INCOMES.items():
        write(dataset, indicator, 2021, communes(own) | around(department, country))
    return dataset


def book() -> Book:
    return Book(public_tables(PublicData()))


def texts(table: DataTable, row: str) -> list[str]:
    return [value.text.replace("\u00a0", " ") for value in table.row(row).values]


class TestCounts:
    def test_population_and_ages(self, census) -> None:
        ages = book()["population-ages"]
        assert texts(ages, "total") == ["1 600", "100,0 %"]  # 1 000 + 500 + 100
        assert texts(ages, "POP0014") == ["295", "18,4 %"]  # 180 + 100 + 15, of 1 600
        assert texts(ages, "POP90P") == ["27", "1,7 %"]

    def test_families(self, census) -> None:
        families = book()["familles-composition"]
        assert texts(families, "C_FAMMONO") == ["96", "22,3 %"]  # 65 + 28 + 3, of 260 + 140 + 30
        by_commune = book()["familles-communes"]
        assert texts(by_commune, CENTRE)[:2] == ["260", "25,0 %"]
        assert texts(by_commune, VILLAGE)[:2] == ["30", "10,0 %"]
        assert texts(by_commune, "total")[:2] == ["430", "22,3 %"]

    def test_unemployment_and_jobs(self, census) -> None:
        jobs = book()["emploi-cle"]
        assert texts(jobs, "active") == ["725"]
        assert texts(jobs, "unemployment") == ["11,3 %"]  # 82 of 725, and not the mean of 13.3, 8.7 and 4.4
        assert texts(jobs, "jobs") == ["828"]
        assert texts(jobs, "salaried") == ["88,6 %"]  # 734 of 828

    def test_the_whole_is_not_known_when_a_commune_is_not(self, census) -> None:
        IndicatorValue.objects.filter(indicator="C_FAM", territory_code=VILLAGE).update(
            value=None, missing="not_available"
        )
        assert texts(book()["familles-communes"], "total")[0] == "n. d."

    def test_the_figure_of_the_territory_wins_over_the_sum(self, census) -> None:
        """The producer's own total is not the sum of rounded parts: it is printed as published."""
        write(census, "C_FAM", 2022, {(Level.EPCI, EPCI): 432})
        assert texts(book()["familles-communes"], "total")[0] == "432"


class TestLevels:
    def test_territory_beside_the_others(self, census) -> None:
        table = book()["niveaux-families"]
        assert [key for key, _label in table.columns] == [
            "territory",
            "department",
            "region",
            "metropolitan",
            "france",
        ]
        assert texts(table, "lone") == [
            "22,3 %",
            "15,0 %",
            "n. d.",
            "n. d.",
            "16,1 %",
        ]  # 96/430, 420/2800, 3/18.6
        assert table.row("lone").label == "Part des familles monoparentales, 2022"

    def test_a_share_of_several_ages(self, census) -> None:
        assert texts(book()["niveaux-elderly"], "over-75")[:2] == [
            "9,5 %",
            "10,2 %",
        ]  # (125 + 27)/1600, 1020/10000

    def test_without_any_other_level_there_is_no_table(self, census) -> None:
        assert "niveaux-employment" not in book()

    def test_another_year_of_another_level_is_not_taken(self, census) -> None:
        IndicatorValue.objects.filter(level=Level.DEPARTMENT, indicator="C_FAM").update(year=2021)
        assert texts(book()["niveaux-families"], "lone")[1] == "n. d."


class TestIncomes:
    def test_the_territory_has_no_median_of_its_communes(self, census, incomes) -> None:
        tables = book()
        assert tables["niveau-de-vie-communes"].value("total", "median").absent == Absence.NOT_APPLICABLE
        assert "niveaux-income" not in tables

    def test_the_published_median_of_the_territory_is_printed(self, census, incomes) -> None:
        write(incomes, "MED", 2021, {(Level.EPCI, EPCI): 22_500})
        write(incomes, "TP60", 2021, {(Level.EPCI, EPCI): Decimal("14.2")})
        levels = book()["niveaux-income"]
        assert texts(levels, "median") == ["22 500 €", "22 800 €", "n. d.", "n. d.", "23 000 €"]
        assert texts(levels, "poverty")[:2] == ["14,2 %", "13,4 %"]
        # 22 500: neither the mean of the three medians (23 667) nor the one weighted by people.
        assert texts(book()["niveau-de-vie-communes"], "total")[1] == "22 500 €"

    def test_a_secret_rate_stays_secret(self, census, incomes) -> None:
        assert book()["niveau-de-vie-communes"].value(VILLAGE, "poverty").absent == Absence.SECRET

    def test_five_percent_is_five_or_less(self, census, incomes) -> None:
        IndicatorValue.objects.filter(indicator="TP60", territory_code=SUBURB).update(value=5)
        assert texts(book()["niveau-de-vie-communes"], SUBURB)[-1] == "5 % ou moins"


class TestBenefits:
    @pytest.fixture
    def caf(self, census) -> Dataset:
        dataset = DatasetFactory(vintage=2024)
        for indicator, own in BENEFITS.items():
            write(dataset, indicator, 2024, communes(own))
        return dataset

    def test_rounded_counts_do_not_add_up(self, caf) -> None:
        tables = book()
        assert "prestations" not in tables  # no file of the territory as a whole
        total = tables["prestations-communes"].row("total").values
        assert [value.absent for value in total] == [Absence.NOT_APPLICABLE] * len(total)

    def test_the_file_of_the_territory_gives_the_whole(self, caf) -> None:
        write(caf, "CAF_FOY_NDUR", 2024, {(Level.EPCI, EPCI): 310})
        write(caf, "CAF_FOY_RSA", 2024, {(Level.EPCI, EPCI): 50})
        table = book()["prestations"]
        assert texts(table, "RSA") == ["50", "n. d.", "16,1 %"]  # 50 of 310
        assert "arrondit" in table.definition

    def test_no_share_of_fewer_than_twenty(self, caf) -> None:
        write(caf, "CAF_FOY_NDUR", 2024, {(Level.EPCI, EPCI): 15})
        write(caf, "CAF_FOY_RSA", 2024, {(Level.EPCI, EPCI): 5})
        assert book()["prestations"].value("RSA", "share").absent == Absence.MASKED
