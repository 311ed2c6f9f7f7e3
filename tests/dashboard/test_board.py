"""S8: the board reads frozen aggregates of fixed periods and groupings, and can reach nothing else."""

import re
from datetime import date

import pytest
from django.urls import get_resolver, reverse

from abs_reports.compiling.activity import Geography, Span, activity_tables
from abs_reports.freezing import freeze
from abs_reports.models import CompilationRun, Report
from abs_reports.tables import Book, DataTable, Row, given, masked
from cias.core.periods import Period
from cias.core.registry import Measure, Unit
from cias.core.registry import Row as RawRow
from cias.territory.models import Commune, Zone
from tests.abs_reports.samples import published_report
from tests.factories import HouseholdFactory, ReportFactory

BOARD = reverse("dashboard:board")
pytestmark = pytest.mark.django_db


def quarters(year: int, values: list[int | None], definition: str = "Ménages reçus.") -> DataTable:
    return DataTable(
        code="trimestres-appointments-households",
        chapter="activity",
        title="Ménages reçus par trimestre",
        heading="Trimestre",
        columns=(("value", str(year)),),
        rows=tuple(
            Row(f"T{rank}", f"T{rank}", (given(value) if value is not None else masked(),))
            for rank, value in enumerate(values, 1)
        ),
        period=str(year),
        source="CIAS d’essai",
        definition=definition,
    )


def followed(period: Period, territory: object) -> list[RawRow]:
    counts = {"28085": 345, "28218": 123, "28004": 3, "28049": 7, "28060": 12}
    return [RawRow((code,), count, count) for code, count in counts.items()]


MEASURE = Measure(
    code="households.active",
    title="Ménages suivis",
    definition="Ménages suivis dans la période.",
    unit=Unit.COUNT,
    compute=followed,
    dimensions=("commune",),
)


def frozen(last_day: date, trend: DataTable) -> Report:
    """A dashboard as the job leaves it."""
    report = ReportFactory(
        kind="tableau", year=last_day.year, last_day=last_day, series=f"tableau-{last_day:%Y-%m}"
    )
    span = Span.of(report.period)
    tables = activity_tables([(MEASURE.code, MEASURE)], span, Geography.load(), source="CIAS d’essai")
    freeze(report, Book([*tables, trend]))
    built = ReportFactory.build(published=True)
    for field in ("status", "compiled_at", "published_at", "checksum"):
        setattr(report, field, getattr(built, field))
    report.save()
    return report


@pytest.fixture
def dashboards(territory) -> None:
    zone = Zone.objects.create(code="sud", name="Communes rurales du sud")
    Commune.objects.filter(code__in=["28004", "28049", "28060"]).update(zone=zone)
    frozen(date(2025, 12, 31), quarters(2025, [512, 529, 498, 561]))
    frozen(date(2026, 6, 30), quarters(2026, [583, 592]))
    frozen(date(2026, 9, 30), quarters(2026, [583, 592, 574]))


def page_of(client, **parameters: str) -> str:
    response = client.get(BOARD, parameters)
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


@pytest.mark.usefixtures("dashboards")
class TestPage:
    def test_the_latest_period_with_its_figures_map_and_trend(self, login, francoise) -> None:
        published_report()
        page = page_of(login(francoise))
        assert "1er janvier au 30 septembre 2026" in page
        assert "490" in page  # 345 + 123 + 3 + 7 + 12: the total is exact
        assert "Où vivent les ménages suivis" in page
        assert "Ménages reçus par trimestre" in page
        assert "Analyse des besoins sociaux 2025" in page
        assert "2026-14 du 17/02/2026" in page

    def test_only_the_longest_period_of_each_year_is_offered(self, login, francoise) -> None:
        page = page_of(login(francoise), periode="2026-06")
        assert re.findall(r'<option value="(\d{4}-\d\d)"', page) == ["2026-09", "2025-12"]
        assert "30 septembre" in page

    def test_a_period_made_up_in_the_address_is_not_computed(self, login, francoise) -> None:
        for made_up in ("2026-07", "2026-09-30", "x", "2020-12"):
            assert "30 septembre 2026" in page_of(login(francoise), periode=made_up)

    def test_a_small_commune_is_masked_in_page_map_and_table(self, login, francoise) -> None:
        page = page_of(login(francoise), periode="2025-12")
        assert "Allonnes : n. s." in page
        assert re.search(r"Allonnes</th><td[^>]*><abbr[^>]*>n\. s\.", page)
        # 22 in the zone: with 12 shown and 7 shown, 3 would be plain.
        hidden = re.findall(r"(Allonnes|Boncé|Briconville)</th><td[^>]*><abbr", page)
        assert len(hidden) >= 2

    def test_the_map_is_of_the_last_whole_year(self, login, francoise) -> None:
        page = page_of(login(francoise))
        assert "pour 1 000 habitants, année 2025" in page
        assert "portent sur 2025, dernière année entière" in page

    def test_a_zone_narrows_the_map_and_nothing_else(self, login, francoise) -> None:
        client = login(francoise)
        page = page_of(client, secteur="sud")
        assert "Boncé" in page
        assert "Lucé" not in page
        assert "490" in page

    def test_a_changed_definition_is_a_break_and_not_a_line(self, login, francoise) -> None:
        frozen(date(2024, 12, 31), quarters(2024, [401, 418, 396, 437], "Ménages reçus sur rendez-vous."))
        page = page_of(login(francoise))
        trend = page[page.index('id="tendance"') :]
        assert "nouvelle définition" in trend
        lines = re.findall(r'<polyline[^>]*points="([^"]*)"', trend)
        assert sorted(len(points.split()) for points in lines) == [4, 7]

    def test_the_page_costs_the_same_whatever_the_number_of_households(
        self, login, francoise, django_assert_max_num_queries
    ) -> None:
        HouseholdFactory.create_batch(5)
        client = login(francoise)
        with django_assert_max_num_queries(16):
            client.get(BOARD)

    def test_no_query_reads_a_household_or_a_person(
        self, login, francoise, django_assert_max_num_queries
    ) -> None:
        client = login(francoise)
        with django_assert_max_num_queries(16) as captured:
            client.get(BOARD)
        touched = " ".join(query["sql"] for query in captured.captured_queries)
        assert not re.search(r'"(households|appointments|rights|housing|insertion)_', touched)

    def test_nothing_on_the_page_leads_to_a_person(self, login, francoise) -> None:
        client = login(francoise)
        links = set(re.findall(r'href="(/[^"#?]*)', page_of(client)))
        assert links
        for link in links - {"/static/"}:
            if not link.startswith("/static/"):
                match = get_resolver().resolve(link)
                assert not {"household_id", "person_id", "appointment_id"} & set(match.kwargs)


class TestAccess:
    def test_a_board_member_lands_on_it(self, login, francoise) -> None:
        assert login(francoise).get("/").url == BOARD

    def test_an_empty_dashboard_says_what_will_come(self, login, francoise, isabelle) -> None:
        assert "La direction fige les chiffres" in page_of(login(francoise))
        assert "Figez les périodes terminées" in page_of(login(isabelle))

    def test_the_direction_freezes_the_periods_that_are_over(self, login, isabelle, monkeypatch) -> None:
        monkeypatch.setattr("abs_reports.services.ring", lambda run_id: None)
        client = login(isabelle)
        client.post(reverse("dashboard:board_freeze"))
        assert CompilationRun.objects.count() == 3
        assert "en cours de calcul" in page_of(client)
        client.post(reverse("dashboard:board_freeze"))
        assert CompilationRun.objects.count() == 3

    def test_a_board_member_may_not_freeze(self, login, francoise) -> None:
        assert login(francoise).post(reverse("dashboard:board_freeze")).status_code == 403
