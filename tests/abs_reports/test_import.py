"""S2, S11: the files a director downloads from insee.fr come in as they are, secrecy markers included."""

import csv
import re
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from abs_reports.enums import Layout, Missing
from abs_reports.importing import FileError, import_indicators
from abs_reports.importing.cells import parse_cell
from abs_reports.importing.columns import read_column
from abs_reports.importing.layouts import recognise
from abs_reports.models import Dataset, ImportRun, Indicator, IndicatorValue
from tests.abs_reports.conftest import COMPARATOR, FILOSOFI

WITH_POVERTY_RATE = {"28085", "28110", "28209", "28218", "28220", "28227", "28229"}


def value(code: str, indicator: str, year: int) -> IndicatorValue:
    return IndicatorValue.objects.best()[indicator, year, code]


class TestRealFiles:
    def test_the_census_population_of_the_66_communes_is_136_921(self, comparator) -> None:
        values = IndicatorValue.objects.filter(indicator="POP", year=2022)
        assert values.count() == 66
        assert sum(v.value for v in values) == 136_921

    def test_decimals_with_a_point_and_with_a_comma_in_one_file(self, comparator) -> None:
        assert value("28004", "MEN", 2022).value == Decimal("124.156757669175")
        assert value("28085", "TP60", 2021).value == Decimal("16")

    def test_poverty_is_known_for_seven_communes_and_secret_for_the_others(self, public_data) -> None:
        values = IndicatorValue.objects.filter(indicator="TP60", dataset__layout=Layout.FILOSOFI)
        assert {v.territory_code for v in values if v.value is not None} == WITH_POVERTY_RATE
        others = [v for v in values if v.territory_code not in WITH_POVERTY_RATE]
        assert len(others) == 59
        assert {(v.value, v.missing) for v in others} == {(None, Missing.SECRET)}

    def test_only_the_communes_of_the_territory_are_kept_from_the_national_file(self, public_data) -> None:
        run = ImportRun.objects.get(dataset__layout=Layout.FILOSOFI)
        assert (run.rows_read, run.rows_kept) == (34_909, 66)
        assert run.dataset.vintage == 2021
        assert run.values_count + run.missing_count == 66 * 27

    def test_births_between_two_censuses_carry_the_last_year(self, comparator) -> None:
        assert sum(v.value for v in IndicatorValue.objects.filter(indicator="NAIS", year=2021)) == 9_200
        assert sum(v.value for v in IndicatorValue.objects.filter(indicator="DECESD", year=2024)) == 1_339

    def test_every_column_of_both_files_is_in_the_catalogue(self, comparator) -> None:
        report = import_indicators(name=FILOSOFI.name, content=FILOSOFI.read_bytes(), dry_run=True)
        assert (comparator.unknown_columns, report.unknown_columns) == ((), ())

    def test_importing_again_replaces_and_adds_nothing(self, comparator) -> None:
        before = IndicatorValue.objects.count()
        import_indicators(name=COMPARATOR.name, content=COMPARATOR.read_bytes())
        assert IndicatorValue.objects.count() == before
        assert (Dataset.objects.count(), ImportRun.objects.count()) == (1, 2)

    def test_a_value_the_producer_withdrew_disappears_with_the_next_import(self, comparator) -> None:
        text = COMPARATOR.read_text()
        column = text.splitlines()[0].split(";").index("P16_POP")
        rows = [line.split(";") for line in text.splitlines()]
        without = "\n".join(";".join(cell for i, cell in enumerate(row) if i != column) for row in rows)
        import_indicators(name=COMPARATOR.name, content=without.encode())
        assert not IndicatorValue.objects.filter(indicator="POP", year=2016).exists()
        assert value("28085", "POP", 2022).value == 37_990

    def test_the_file_made_for_an_indicator_wins_over_the_digest_in_any_order(self, territory) -> None:
        digest = COMPARATOR.read_text().replace("22770", "11111").encode()
        for name, content in ((FILOSOFI.name, FILOSOFI.read_bytes()), (COMPARATOR.name, digest)):
            import_indicators(name=name, content=content)
        assert value("28085", "MED", 2021).value == 22_770


class TestColumns:
    @pytest.mark.parametrize(
        ("name", "code", "year"),
        [
            ("P22_POP", "POP", 2022),
            ("P16_EMPLT", "EMPLT", 2016),
            ("C22_MENFAMMONO", "C_MENFAMMONO", 2022),
            ("P22_POP80P_PSEUL", "POP80P_PSEUL", 2022),
            ("D99_POP", "D_POP", 1999),
            ("TP6021", "TP60", 2021),
            ("TP60AGE121", "TP60AGE1", 2021),
            ("TP60TOL221", "TP60TOL2", 2021),
            ("D121", "D1", 2021),
            ("D921", "D9", 2021),
            ("RD21", "RD", 2021),
            ("NAISD24", "NAISD", 2024),
            ("NAIS1621", "NAIS", 2021),
            ("ETTEF124", "ETTEF1", 2024),
            ("ETTEFP1024", "ETTEFP10", 2024),
            ("SUPERF", "SUPERF", None),
        ],
    )
    def test_a_column_gives_its_indicator_and_its_year(self, name: str, code: str, year: int | None) -> None:
        column = read_column(name)
        assert column is not None
        assert (column.code, column.year) == (code, year)

    @pytest.mark.parametrize("name", ["", "LIBGEO", "REG", "12_POP"])
    def test_other_columns_are_no_statistics(self, name: str) -> None:
        assert read_column(name) is None

    def test_the_file_is_recognised_by_its_columns(self) -> None:
        def layout(path) -> tuple[Layout, int]:
            source = recognise(path.read_text().splitlines()[0].split(";")[1:])
            return source.layout, source.vintage

        assert layout(COMPARATOR) == (Layout.COMPARATOR, 2022)
        assert layout(FILOSOFI) == (Layout.FILOSOFI, 2021)
        census = recognise(["P22_POP", "P16_POP", "C22_MEN"])
        assert (census.layout, census.vintage) == (Layout.CENSUS, 2022)
        assert recognise(["NOM", "AGE"]) is None


class TestCells:
    @pytest.mark.parametrize(
        ("text", "number"),
        [
            ("319", "319"),
            ("142.017468650391", "142.017468650391"),
            ("16,0", "16"),
            (" 1 234,5 ", "1234.5"),
            ("1\u202f234", "1234"),
            ("1\u00a0234", "1234"),
            ("-17,6", "-17.6"),
            ("1.5E+03", "1500"),
            ("0", "0"),
        ],
    )
    def test_numbers_in_the_spellings_of_the_files(self, text: str, number: str) -> None:
        assert parse_cell(text) == Decimal(number)

    @pytest.mark.parametrize(
        ("text", "reason"),
        [
            ("s", Missing.SECRET),
            (" S ", Missing.SECRET),
            ("ns", Missing.NOT_SIGNIFICANT),
            ("nd", Missing.NOT_AVAILABLE),
            ("N/A", Missing.NOT_AVAILABLE),
            ("///", Missing.NOT_AVAILABLE),
            ("n.d.", Missing.NOT_AVAILABLE),
            ("so", Missing.NOT_APPLICABLE),
            ("", Missing.EMPTY),
        ],
    )
    def test_a_marker_is_a_reason_and_never_zero(self, text: str, reason: Missing) -> None:
        assert parse_cell(text) is reason

    @pytest.mark.parametrize("text", ["abc", "12,3,4", "1.2.3", "--4", "nan", "Infinity", "1e400", "9" * 13])
    def test_anything_else_is_neither(self, text: str) -> None:
        assert parse_cell(text) is None


@pytest.mark.usefixtures("territory")
class TestBadFiles:
    HEADER = "CODGEO;P22_POP;P16_POP;ETTOT24"
    GOOD = "28085;37990;38578;1"

    def refusal(self, path) -> str:
        with pytest.raises(CommandError) as caught:
            call_command("import_indicators", str(path))
        assert caught.value.returncode == 2
        message = str(caught.value)
        assert "\n" not in message
        assert not IndicatorValue.objects.exists()
        assert not Dataset.objects.exists()
        return message

    def test_a_bad_cell_is_named_by_row_and_column(self, small_file) -> None:
        message = self.refusal(small_file(self.HEADER, self.GOOD, "28218;15658;quinze;1"))
        assert (
            message
            == "petit.csv, ligne 3 (28218), colonne P16_POP\u00a0: «\u00a0quinze\u00a0» n’est pas un nombre."
        )

    def test_a_bad_cell_outside_the_territory_is_refused_too(self, small_file) -> None:
        assert "ligne 3 (75056)" in self.refusal(small_file(self.HEADER, self.GOOD, "75056;?;1;1"))

    def test_a_negative_population_is_refused(self, small_file) -> None:
        assert "«\u00a0-3\u00a0» est négatif" in self.refusal(small_file(self.HEADER, "28085;-3;1;1"))

    def test_a_rate_of_more_than_everything_is_refused(self, small_file) -> None:
        text = small_file("CODGEO;NBPERSMENFISC21;TP6021", "28085;36351;1600")
        assert "colonne TP6021\u00a0: «\u00a01600\u00a0» ne peut pas être un pourcentage" in self.refusal(
            text
        )

    def test_a_commune_given_twice_is_refused(self, small_file) -> None:
        assert "28085 figure déjà ligne 2" in self.refusal(small_file(self.HEADER, self.GOOD, self.GOOD))

    def test_a_short_row_is_refused(self, small_file) -> None:
        assert "ligne 3\u00a0: 2 colonnes au lieu de 4" in self.refusal(
            small_file(self.HEADER, self.GOOD, "28218;1")
        )

    def test_no_commune_of_ours(self, small_file) -> None:
        assert "aucune des 66 communes" in self.refusal(small_file(self.HEADER, "75056;1;1;1"))

    def test_no_header(self, small_file) -> None:
        assert "aucune colonne CODGEO" in self.refusal(small_file("a;b", "1;2"))

    def test_an_unknown_file(self, small_file) -> None:
        assert "aucun fichier connu" in self.refusal(small_file("CODGEO;AGE", "28085;1"))

    def test_the_long_layout_of_melodi_is_refused_with_what_to_do(self, small_file) -> None:
        message = self.refusal(small_file("GEO;GEO_OBJECT;TIME_PERIOD;OBS_VALUE", "28085;COM;2021;1"))
        assert "Téléchargez plutôt le fichier par commune" in message

    def test_a_workbook(self, tmp_path) -> None:
        path = tmp_path / "classeur.xlsx"
        path.write_bytes(b"PK\x03\x04\x00\x00")
        assert "au format CSV" in self.refusal(path)

    def test_a_missing_file(self, tmp_path) -> None:
        assert "fichier illisible" in self.refusal(tmp_path / "absent.csv")

    def test_a_failed_import_leaves_the_previous_values(self, small_file) -> None:
        import_indicators(name="a.csv", content=small_file(self.HEADER, self.GOOD).read_bytes())
        with pytest.raises(FileError):
            import_indicators(name="a.csv", content=small_file(self.HEADER, "28085;x;1;1").read_bytes())
        assert value("28085", "POP", 2022).value == 37_990


@pytest.mark.usefixtures("territory")
class TestVariants:
    def imported(self, path) -> Decimal | None:
        import_indicators(name=path.name, content=path.read_bytes())
        return value("28085", "POP", 2022).value

    def test_delimiters_encodings_and_byte_order_mark(self, small_file) -> None:
        for delimiter in ";,\t":
            for encoding in ("utf-8", "utf-8-sig", "cp1252"):
                lines = (
                    "CODGEO;LIBGEO;P22_POP;P16_POP".replace(";", delimiter),
                    '28085;"Chartres, é";37990;1'.replace(";", delimiter),
                )
                assert self.imported(small_file(*lines, encoding=encoding)) == 37_990

    def test_titles_above_the_codes_as_in_the_workbook(self, small_file) -> None:
        lines = ("Comparateur;;", "France;;", ";;", "CODGEO;P22_POP;P16_POP", "28085;37990;1")
        assert self.imported(small_file(*lines)) == 37_990

    def test_a_leading_zero_eaten_by_a_spreadsheet_comes_back(self, small_file) -> None:
        path = small_file("CODGEO;P22_POP", "1001;771", "28085;37990")
        report = import_indicators(name=path.name, content=path.read_bytes())
        assert (report.rows_read, report.rows_kept) == (2, 1)

    def test_unknown_columns_are_listed_and_left_out(self, small_file) -> None:
        path = small_file("CODGEO;LIBGEO;P22_POP;P22_MYSTERE;AUTRE", "28085;Chartres;37990;1;2")
        report = import_indicators(name=path.name, content=path.read_bytes())
        assert report.unknown_columns == ("P22_MYSTERE", "AUTRE")
        assert set(IndicatorValue.objects.values_list("indicator_id", flat=True)) == {"POP"}
        assert len(report.absent_communes) == 65

    def test_the_year_of_the_geography_is_in_the_name_or_asked(self, small_file) -> None:
        path = small_file("CODGEO;P22_POP", "28085;1", name="base-cc-evol-2022-geo2024.csv")
        assert import_indicators(name=path.name, content=path.read_bytes()).geo_year == 2024
        assert import_indicators(name="a.csv", content=path.read_bytes(), geo_year=2025).geo_year == 2025

    def test_a_dry_run_reports_and_stores_nothing(self, capsys) -> None:
        call_command("import_indicators", str(COMPARATOR), "--dry-run")
        out = capsys.readouterr().out
        assert "66 du territoire" in out
        assert "seraient importées" in out
        assert re.search(r"114 : secret statistique", out.replace("\u00a0", " "))
        assert not IndicatorValue.objects.exists()


def test_the_file_shipped_is_the_national_one(db) -> None:
    with FILOSOFI.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=";"))
    assert (len(rows) - 1, len(rows[0])) == (34_909, 28)


def test_medians_shares_and_rates_never_sum(db) -> None:
    for code in ("MED", "D1", "D9", "RD", "PIMP", "TP60", "TP60AGE1", "PPMINI"):
        assert not Indicator.objects.get(code=code).summable
    for code in ("POP", "MEN", "LOGVAC", "NBMENFISC", "CHOM1564", "SUPERF"):
        assert Indicator.objects.get(code=code).summable
