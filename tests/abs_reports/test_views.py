"""Journey 8: the direction compiles, reads over, publishes; others read what is published."""

import re
from datetime import date
from io import BytesIO

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from abs_reports.compiling.job import run_compilation
from abs_reports.enums import ReportKind, ReportStatus
from abs_reports.models import CompilationRun, Report
from cias.audit.enums import AccessAction
from cias.audit.models import AccessLog
from cias.core.jobs import JobState
from tests.abs_reports.samples import PDF, published_report
from tests.factories import ReportFactory, RunFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media", "silent_bell")]


def page_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ")


def url(name: str, report: Report) -> str:
    return reverse(f"abs_reports:{name}", args=[report.pk])


class TestCompiling:
    @pytest.mark.django_db(transaction=True)
    def test_from_the_form_to_the_published_pdf(
        self, comparator, login, isabelle, francoise, quick_pages
    ) -> None:
        client = login(isabelle)
        answer = client.post(
            reverse("abs_reports:new_edition"), {"kind": "actualisation", "year": "2025", "title": ""}
        )
        report = Report.objects.get()
        assert answer.url == url("report", report)
        assert "En attente" in page_of(client.get(answer.url))
        run_compilation(CompilationRun.objects.get().pk)
        assert "Compilé, à publier" in page_of(client.get(answer.url))
        assert login(francoise).get(url("report", report)).status_code == 404

        answer = client.post(
            url("publish", report), {"deliberation_number": "2026-14", "deliberation_date": "17/02/2026"}
        )
        assert answer.url == url("report", report)
        board = login(francoise)
        page = page_of(board.get(reverse("abs_reports:reports")))
        assert "Analyse des besoins sociaux 2025" in page
        assert "2026-14 du 17/02/2026" in page
        pdf = board.get(url("download", report))
        assert pdf["Content-Type"] == "application/pdf"
        assert pdf.content.startswith(b"%PDF")

    def test_progress_is_announced_in_words_and_in_a_bar(self, login, isabelle) -> None:
        run = RunFactory(
            state=JobState.RUNNING,
            heartbeat_at=timezone.now(),
            step="Mise en page du PDF",
            steps_done=6,
            steps_total=8,
        )
        page = page_of(login(isabelle).get(url("report", run.report)))
        assert 'role="status"' in page
        assert "Mise en page du PDF" in page
        assert "Étape 7 sur 8" in page
        assert (
            '<progress class="progress-line" max="100" value="75" aria-label="Avancement de la compilation">'
            in page
        )
        assert f'hx-get="{url("progress", run.report)}"' in page

    def test_the_fragment_asks_for_the_whole_page_once_it_is_over(self, login, isabelle) -> None:
        run = RunFactory(state=JobState.RUNNING, heartbeat_at=timezone.now())
        client = login(isabelle)
        assert "HX-Refresh" not in client.get(url("progress", run.report)).headers
        CompilationRun.objects.update(state=JobState.DONE, finished_at=timezone.now())
        assert client.get(url("progress", run.report)).headers["HX-Refresh"] == "true"

    def test_a_failure_shows_its_reason_and_a_way_on(self, login, isabelle) -> None:
        run = RunFactory(
            state=JobState.FAILED, finished_at=timezone.now(), failure_reason="Le disque est plein."
        )
        client = login(isabelle)
        page = page_of(client.get(url("report", run.report)))
        assert "Le disque est plein." in page
        assert "Relancer" in page
        client.post(url("compile", run.report))
        assert CompilationRun.objects.active().get().report == run.report

    def test_a_second_click_does_not_queue_a_second_compilation(self, login, isabelle) -> None:
        report = ReportFactory()
        client = login(isabelle)
        client.post(url("compile", report))
        page = page_of(client.post(url("compile", report), follow=True))
        assert "déjà en cours" in page
        assert CompilationRun.objects.count() == 1

    def test_cancelling_from_the_page(self, login, isabelle) -> None:
        run = RunFactory()
        client = login(isabelle)
        client.post(url("cancel", run.report))
        run.refresh_from_db()
        assert run.state == JobState.CANCELLED
        assert "déjà finie" in page_of(client.post(url("cancel", run.report), follow=True))

    def test_correcting_a_published_report_starts_the_next_version(self, login, isabelle) -> None:
        report = published_report()
        answer = login(isabelle).post(url("compile", report))
        second = Report.objects.get(version=2)
        assert answer.url == url("report", second)
        assert second.status == ReportStatus.DRAFT

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"kind": "thematique", "year": "2025"}, "Donnez un titre à l’analyse thématique."),
            ({"kind": "actualisation", "year": "1999"}, "Sélectionnez un choix valide"),
            ({}, "obligatoire"),
        ],
    )
    def test_the_form_says_what_is_wrong_at_the_field(self, login, isabelle, data, message: str) -> None:
        page = page_of(login(isabelle).post(reverse("abs_reports:new_edition"), data))
        assert message in page
        assert "<title>Erreur : " in page
        assert not Report.objects.exists()


class TestPublishing:
    @pytest.mark.parametrize(
        ("data", "message"),
        [
            ({"deliberation_number": "2026-14"}, "Indiquez le numéro et la date"),
            ({"deliberation_date": "17/02/2026"}, "Indiquez le numéro et la date"),
            ({"deliberation_number": "1", "deliberation_date": "17/02/2099"}, "Cette date est à venir"),
            ({"deliberation_number": "1", "deliberation_date": "31/02/2026"}, "Cette date n’existe pas"),
        ],
    )
    def test_a_deliberation_has_a_number_and_a_past_date(self, login, isabelle, data, message: str) -> None:
        report = ReportFactory(compiled=True)
        page = page_of(login(isabelle).post(url("publish", report), data))
        assert message in page
        report.refresh_from_db()
        assert report.status == ReportStatus.COMPILED

    def test_a_file_that_changed_since_is_not_published(self, login, isabelle) -> None:
        report = ReportFactory(compiled=True)
        assert "manque ou a été modifié" in page_of(login(isabelle).post(url("publish", report), {}))

    def test_a_draft_cannot_be_published(self, login, isabelle) -> None:
        report = ReportFactory()
        assert "Seule une version compilée" in page_of(
            login(isabelle).get(url("publish", report), follow=True)
        )


class TestReading:
    def test_each_download_leaves_a_line(self, login, francoise) -> None:
        report = published_report()
        response = login(francoise).get(url("download", report))
        assert response.content == PDF
        line = AccessLog.objects.get(action=AccessAction.DOWNLOAD)
        assert (line.user, line.object_id, line.detail) == (francoise, report.pk, {"version": 1})

    def test_a_missing_file_is_said_and_nothing_breaks(self, login, francoise) -> None:
        report = ReportFactory(published=True)
        page = page_of(login(francoise).get(url("download", report), follow=True))
        assert "manque ou a été modifié" in page

    def test_figures_on_screen_keep_their_secret(self, login, francoise) -> None:
        page = page_of(login(francoise).get(url("figures", published_report()), {"chapitre": "activity"}))
        assert "Ménages suivis, par composition" in page
        assert re.search(r"Couple</th><td[^>]*><abbr[^>]*>n\. s\.</abbr></td>", page)

    def test_the_workbook_holds_every_figure(self, login, francoise) -> None:
        response = login(francoise).get(url("workbook", published_report()))
        book = load_workbook(BytesIO(response.content))
        assert book.sheetnames == ["À lire", "Territoire et démographie", "Activité du CIAS"]
        rows = list(book["Activité du CIAS"].values)
        assert len(rows) == 7
        assert rows[3][4] is None
        assert AccessLog.objects.filter(action=AccessAction.EXPORT).count() == 1

    def test_readers_see_the_current_version_only(self, login, francoise, claire) -> None:
        published_report()
        ReportFactory(version=2, published=True, title="Version corrigée")
        ReportFactory(year=2024)
        for reader in (francoise, claire):
            page = page_of(login(reader).get(reverse("abs_reports:reports")))
            assert page.count("<tr>") == 2
            assert "Version corrigée" in page
            assert "Brouillon" not in page

    def test_a_version_in_the_making_does_not_exist_for_readers(self, login, francoise, claire) -> None:
        current, making = published_report(), ReportFactory(version=2)
        for reader in (francoise, claire):
            client = login(reader)
            assert client.get(url("report", making)).status_code == 404
            assert "Autres versions" not in page_of(client.get(url("report", current)))

    def test_a_frozen_dashboard_is_no_report(self, login, isabelle) -> None:
        dashboard = ReportFactory(published=True, dashboard=True)
        assert login(isabelle).get(url("report", dashboard)).status_code == 404

    def test_the_list_does_not_cost_more_with_more_reports(
        self, login, isabelle, django_assert_max_num_queries
    ) -> None:
        for year in range(2000, 2024):
            ReportFactory(year=year, published=True)
        client = login(isabelle)
        with django_assert_max_num_queries(10):
            client.get(reverse("abs_reports:reports"))


@pytest.mark.parametrize("name", ["nadege", "hugo", "david"])
def test_others_read_nothing(name: str, login, request) -> None:
    client = login(request.getfixturevalue(name))
    for page in ("abs_reports:reports", "abs_reports:datasets", "dashboard:board"):
        assert client.get(reverse(page)).status_code == 403


def test_an_edition_of_each_kind_prints_its_legal_basis() -> None:
    from abs_reports.models import LegalBasis

    kinds = set(LegalBasis.objects.filter(valid_from__lte=date(2025, 1, 1)).values_list("kind", flat=True))
    assert kinds == {ReportKind.BASE, ReportKind.UPDATE, ReportKind.THEMATIC}
