"""S2: statements, figures that exist only on pages: each with its source, and the lowest in rank."""

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils.html import escape

from abs_reports.enums import Level, Missing
from abs_reports.importing import import_indicators
from abs_reports.models import Dataset, IndicatorValue
from tests.abs_reports.conftest import DATA
from tests.abs_reports.test_import_layouts import refusal, table, values

pytestmark = pytest.mark.usefixtures("territory")


class TestStatements:
    HEADER = ("indicateur", "année", "niveau", "territoire", "valeur", "source", "adresse")

    def statement(self, *rows: tuple[str, ...]) -> bytes:
        out = io.StringIO()
        writer = csv.writer(out, delimiter=";")
        writer.writerows([self.HEADER, *rows])
        return out.getvalue().encode()

    ROW = (
        "TP60",
        "2020",
        "DEP",
        "28",
        "11,8",
        "Insee, Filosofi 2020, repris par Ecozoom",
        "https://exemple.fr/",
    )

    def test_each_value_keeps_its_source(self) -> None:
        content = self.statement(
            self.ROW,
            ("MED", "2020", "Région", "24", "22 650", "Insee, Flash n° 94", ""),
            ("TP60", "2018", "FRANCE", "France métropolitaine", "s", "Insee", ""),
        )
        report = import_indicators(name="releve_2020.csv", content=content)
        assert report.levels == {"DEP": 1, "REG": 1, "FRANCE": 1}
        row = IndicatorValue.objects.get(indicator="TP60", year=2020)
        assert row.source == "Insee, Filosofi 2020, repris par Ecozoom — https://exemple.fr/"
        assert values("MED", 2020, Level.REGION) == {"24": 22_650}
        assert values("TP60", 2018, Level.COUNTRY) == {"FM": Missing.SECRET}

    def test_imported_again_it_is_replaced_whole(self) -> None:
        import_indicators(name="releve.csv", content=self.statement(self.ROW))
        other = ("MED", "2021", "REG", "24", "22800", "Insee", "")
        import_indicators(name="releve.csv", content=self.statement(other))
        assert values("TP60", 2020, Level.DEPARTMENT) == {}
        assert Dataset.objects.count() == 1

    def test_the_file_of_the_producer_wins(self) -> None:
        import_indicators(
            name="releve.csv", content=self.statement(("TP60", "2021", "DEP", "28", "12", "page", ""))
        )
        file = table("CODGEO;NBPERSMENFISC21;TP6021", "28;430000;12,4", "2A;1;1")
        import_indicators(name="cc_filosofi_2021_DEP.csv", content=file)
        assert IndicatorValue.objects.best()["TP60", 2021, "28"].value == Decimal("12.4")

    @pytest.mark.parametrize(
        ("place", "text", "complaint"),
        [
            (0, "POPULATION", "colonne indicateur : « POPULATION » n’est pas un code du catalogue"),
            (1, "20", "colonne annee : « 20 » n’est pas une année"),
            (2, "canton", "colonne niveau : « canton » n’est pas un niveau"),
            (3, "45", "colonne territoire : « 45 » n’est pas un territoire suivi"),
            (4, "environ 12", "colonne valeur : « environ 12 » n’est pas un nombre"),
            (4, "", "colonne valeur : « » est vide"),
            (5, "", "colonne source : « » est vide"),
        ],
    )
    def test_a_bad_line_is_named_by_row_and_column(self, place: int, text: str, complaint: str) -> None:
        bad = tuple(text if index == place else cell for index, cell in enumerate(self.ROW))
        message = refusal("releve.csv", self.statement((*self.ROW[:1], "2019", *self.ROW[2:]), bad))
        assert "ligne 3" in message
        assert complaint in message.replace("«  »", "« »")

    def test_a_value_given_twice_is_refused(self) -> None:
        assert "figure déjà ligne 2" in refusal("releve.csv", self.statement(self.ROW, self.ROW))


class TestTheStatementShipped:
    def test_it_is_imported_whole_and_every_value_says_its_source(self) -> None:
        path = DATA / "releve_comparaisons.csv"
        report = import_indicators(name=path.name, content=path.read_bytes())
        assert report.levels == {"EPCI": 37, "DEP": 110, "REG": 96, "FRANCE": 125}
        assert not IndicatorValue.objects.filter(source="").exists()
        assert values("ACT1564", 2022, Level.DEPARTMENT) == {"28": 200_315}
        assert values("LOG", 2017, Level.EPCI) == {"200033181": 67_310}

    def test_it_gives_way_to_the_file_of_the_producer(self, comparator) -> None:
        path = DATA / "releve_comparaisons.csv"
        before = IndicatorValue.objects.best()
        import_indicators(name=path.name, content=path.read_bytes())
        after = IndicatorValue.objects.best()
        assert {key: after[key].value for key in before} == {key: row.value for key, row in before.items()}

    def test_the_page_of_an_indicator_writes_each_source_once(self, login, isabelle) -> None:
        path = DATA / "releve_comparaisons.csv"
        import_indicators(name=path.name, content=path.read_bytes())
        values = [row for row in IndicatorValue.objects.filter(indicator="POP").best().values() if row.source]
        page = login(isabelle).get(reverse("abs_reports:indicator", args=["POP"])).text
        for source in {row.source for row in values}:
            assert page.count(escape(source)) == 1
        assert page.count('href="#source-') == len(values)
