"""S8: the board reads frozen aggregates of fixed periods and groupings, and can reach nothing else."""

import re
from dataclasses import replace
from datetime import date
from html import unescape
from urllib.parse import urljoin

import pytest
from django.urls import get_resolver, reverse

from abs_reports.compiling.activity import activity_tables
from abs_reports.compiling.frame import Geography, Span
from abs_reports.enums import ReportKind
from abs_reports.freezing import freeze
from abs_reports.models import CompilationRun, Report
from abs_reports.tables import Book, DataTable, Row, given, masked
from cias.core.periods import Period
from cias.core.registry import Measure, Unit, statistics
from cias.core.registry import Row as RawRow
from cias.territory.models import Commune, Zone
from tests.abs_reports.samples import published_report
from tests.factories import (
    AidRequestFactory,
    AppointmentFactory,
    HouseholdFactory,
    MembershipFactory,
    PersonFactory,
    ReportFactory,
    RightsFileFactory,
    TaskFactory,
)

BOARD = reverse("dashboard:board")
CANARY = "Zorglubine"
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
    counts = {"28085": 346, "28218": 123, "28004": 3, "28049": 7, "28060": 12}
    return [RawRow((code,), count, count) for code, count in counts.items()]


MEASURE = Measure(
    code="households.active",
    title="Ménages suivis",
    definition="Ménages suivis dans la période.",
    unit=Unit.COUNT,
    compute=followed,
    dimensions=("commune",),
)


def frozen(
    last_day: date, trend: DataTable | None, measure: Measure = MEASURE, kind: str = ReportKind.DASHBOARD
) -> Report:
    """A dashboard as the job leaves it, or a published report."""
    report = ReportFactory(
        kind=kind, year=last_day.year, last_day=last_day, series=f"{kind}-{last_day:%Y-%m}"
    )
    span = Span.of(report.period, provisional=kind == ReportKind.DASHBOARD)
    tables = activity_tables([(measure.code, measure)], span, Geography.load(), source="CIAS d’essai")
    freeze(report, Book([*tables, *filter(None, [trend])]))
    built = ReportFactory.build(published=True)
    fields = ["status", "compiled_at", "published_at", "checksum"]
    if kind != ReportKind.DASHBOARD:
        fields += ["pdf_name", "pdf_sha256", "pdf_size", "pdf_pages"]
    for field in fields:
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
        published_report(year=2024)
        page = page_of(login(francoise))
        assert "1er janvier au 30 septembre 2026" in page
        assert "490" in page  # 346 + 123 + 3 + 7 + 12, rounded down
        assert "Où vivent les ménages suivis" in page
        assert "Ménages reçus par trimestre" in page
        assert "Analyse des besoins sociaux 2024" in page
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
        trend = trend[: trend.index("</figure>")]
        assert "nouvelle définition" in trend
        lines = re.findall(r'<polyline[^>]*points="([^"]*)"', trend)
        assert sorted(len(points.split()) for points in lines) == [4, 7]

    def test_each_figure_says_where_it_comes_from(self, login, francoise) -> None:
        page = page_of(login(francoise))
        origins = re.findall(r'<details class="origin mt-2">(.*?)</details>', page, re.S)
        figures = len(re.findall(r'class="figure-value', page)) + len(re.findall(r"<figure ", page)) + 1
        assert len(origins) == figures
        for origin in origins:
            assert "CIAS d’essai" in origin
            assert "<dt>Définition" in origin
            for fact in ("Période", "Territoire", "Source", "Édition", "Figé"):
                assert f"<dt>{fact}</dt>" in origin
        # The nine months froze no table of the measure, but what the key figure counts.
        assert "<dd>Ménages suivis dans la période.</dd>" in origins[0]
        assert "20/01/2026" in origins[0]

    def test_a_key_figure_keeps_the_definition_of_its_day(self, login, francoise, monkeypatch) -> None:
        today = replace(MEASURE, definition="Définition du jour.")
        monkeypatch.setitem(statistics._providers, MEASURE.code, today)
        assert "Définition du jour." not in page_of(login(francoise))

    def test_a_zone_is_named_as_the_territory_of_the_map(self, login, francoise) -> None:
        page = page_of(login(francoise), secteur="sud")
        chart = page[page.index("Où vivent les ménages suivis") :]
        assert "<dt>Territoire</dt><dd>Communes rurales du sud</dd>" in chart[: chart.index("</figure>")]

    def test_whole_years_stand_side_by_side_and_the_running_one_does_not(self, login, francoise) -> None:
        frozen(date(2024, 12, 31), quarters(2024, [401, 418, 396, 437]))
        page = page_of(login(francoise))
        years = page[page.index('id="annees-households-active"') :]
        years = years[: years.index("</figure>")]
        assert re.findall(r'<th scope="row">(\d{4})</th>', years) == ["2024", "2025"]
        assert [len(points.split()) for points in re.findall(r'<polyline[^>]*points="([^"]*)"', years)] == [2]

    def test_a_year_without_an_edition_is_a_gap_and_a_new_definition_a_break(self, login, francoise) -> None:
        frozen(date(2023, 12, 31), quarters(2023, [401, 418, 396, 437]))
        frozen(
            date(2022, 12, 31),
            quarters(2022, [401, 418, 396, 437]),
            replace(MEASURE, definition="Ménages qui ont eu un rendez-vous."),
        )
        page = page_of(login(francoise))
        years = page[page.index('id="annees-households-active"') :]
        years = years[: years.index("</figure>")]
        assert re.findall(r'<th scope="row">(\d{4})', years) == ["2022", "2023", "2024", "2025"]
        assert "nouvelle définition" in years
        # 2022 is cut off by the definition, 2023 and 2025 by the year that lacks: nothing is joined.
        assert not re.findall(r'<polyline[^>]*points="[^"]* [^"]*"', years)

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


@pytest.mark.usefixtures("dashboards")
class TestRoundedThenExact:
    """Until the report of a year is published the board reads rounded figures, then those of the report."""

    def test_before_the_report_figures_and_map_are_rounded(self, login, francoise) -> None:
        page = page_of(login(francoise), periode="2025-12")
        assert "Chiffres arrondis, figés le 20/01/2026" in page
        assert ">2025, arrondis</option>" in page
        assert "le rapport de 2025 n’est pas encore publié" in page
        assert re.search(r'class="figure-value mb-1">490<', page)
        # 346 of the 38 324 of Chartres are 9,03; 345 are 9,002: told to the tenth, of the rounded number.
        assert re.search(r"Chartres</th><td[^>]*>9,0", page)
        assert "Les totaux restent exacts" not in page

    def test_once_it_is_published_its_figures_are_read(self, login, francoise) -> None:
        frozen(date(2025, 12, 31), None, kind=ReportKind.UPDATE)
        client = login(francoise)
        page = page_of(client, periode="2025-12")
        assert "Chiffres du rapport publié" in page
        assert ">2025</option>" in page
        assert re.search(r'class="figure-value mb-1">491<', page)
        assert "Chiffres arrondis" not in page
        # The quarters stay those of the dashboard, that no report prints.
        assert "Ménages reçus par trimestre" in page
        # The map of the running year is now the one of the report.
        assert "Ils sont arrondis, en attendant le rapport" not in page_of(client)

    def test_a_thematic_report_is_no_yearly_one(self, login, francoise) -> None:
        frozen(date(2025, 12, 31), None, kind=ReportKind.THEMATIC)
        assert "Chiffres arrondis" in page_of(login(francoise), periode="2025-12")

    def test_the_trend_says_which_years_are_rounded(self, login, francoise) -> None:
        frozen(date(2024, 12, 31), None, kind=ReportKind.UPDATE)
        page = page_of(login(francoise))
        years = page[page.index('id="annees-households-active"') :]
        years = years[: years.index("</figure>")]
        assert "2025 est arrondi au multiple inférieur" in years
        assert re.findall(r"<td[^>]*>(49\d)</td>", years) == ["491", "490"]


class TestNobodyIsReached:
    """Françoise follows every link there is, from her first page on."""

    @pytest.fixture
    def people(self, claire) -> None:
        household = HouseholdFactory(name=CANARY, sort_key=CANARY.lower(), number="M-2026-99999")
        MembershipFactory(household=household, person=PersonFactory(birth_name=CANARY))
        AppointmentFactory(agent=claire, household=household)
        RightsFileFactory(agent=claire, household=household)
        TaskFactory(agent=claire, household=household)
        AidRequestFactory(household=household, granted=True)

    @pytest.mark.usefixtures("dashboards", "people")
    def test_every_link_answers_and_names_nobody(self, login, francoise) -> None:
        published_report()
        client = login(francoise)
        waiting, seen = ["/"], set()
        while waiting:
            path = waiting.pop()
            if path in seen:
                continue
            seen.add(path)
            response = client.get(path, follow=True)
            assert response.status_code == 200, path
            content = b"".join(response) if response.streaming else response.content
            if not response.headers["Content-Type"].startswith("text/html"):
                continue
            page = content.decode()
            assert CANARY not in page, path
            assert "M-2026-99999" not in page, path
            final = response.request["PATH_INFO"]
            found = [urljoin(final, unescape(link)) for link in re.findall(r'<a [^>]*href="([^"]+)"', page)]
            waiting += [link.partition("#")[0] for link in found if link.startswith("/")]
        assert any(path.startswith(BOARD) for path in seen) or BOARD in seen
        assert any("/rapports/" in path for path in seen)
        assert not any(path.startswith(("/menages/", "/agenda/rendez-vous/")) for path in seen)

    @pytest.mark.parametrize(
        "name",
        [
            "households:list", "households:dormant", "households:register", "appointments:day", "appointments:review",
            "rights:files", "rights:aids", "housing:occupancy", "housing:waiting_list", "insertion:pathways",
            "dashboard:steering", "dashboard:work", "dashboard:service", "households:completeness",
        ],
    )  # fmt: skip
    def test_no_list_of_people_opens(self, login, francoise, name: str) -> None:
        assert login(francoise).get(reverse(name)).status_code == 403

    def test_a_file_is_unknown(self, login, francoise) -> None:
        household = HouseholdFactory()
        assert login(francoise).get(reverse("households:detail", args=[household.pk])).status_code in (
            403,
            404,
        )


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
