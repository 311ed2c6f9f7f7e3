"""S2, S11: a file sent in the browser is kept, read by the worker, verified or imported, and forgotten."""

import os
import time
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from abs_reports.importing import job as orders
from abs_reports.importing import received
from abs_reports.importing.services import prepare
from abs_reports.models import ImportJob, ImportRun, IndicatorValue
from cias.core.jobs import JobState
from tests.abs_reports.conftest import COMPARATOR

BAD = b"CODGEO;P22_POP\n28085;beaucoup\n"
GOOD = b"CODGEO;P22_POP\n28085;37990\n"


@pytest.fixture
def bell(monkeypatch: pytest.MonkeyPatch) -> list[UUID]:
    """Jobs the broker was told about."""
    rung: list[UUID] = []
    monkeypatch.setattr(orders, "ring", rung.append)
    return rung


def page_of(response) -> str:
    assert response.status_code == 200
    return response.content.decode().replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("media", "territory")
class TestTheJob:
    def send(self, content: bytes, by, name: str = "comparateur.csv", **options) -> ImportJob:
        file = SimpleUploadedFile(name, content)
        return orders.request_import(by=by, file=file, **options)

    def stored(self, media: Path) -> list[str]:
        return [path.name for path in (media / received.FOLDER).glob("*")]

    def test_imported_with_its_report_and_the_file_forgotten(self, media, bell, isabelle) -> None:
        job = self.send(COMPARATOR.read_bytes(), isabelle, geo_year=2025)
        assert bell == [job.pk]
        assert self.stored(media) == [job.stored]
        done = orders.do_import(job.pk)
        assert (done.state, done.progress) == (JobState.DONE, 100)
        run = ImportRun.objects.get()
        assert (run.imported_by, run.dataset.geo_year) == (isabelle, 2025)
        assert done.outcome[0]["run"] == str(run.pk)
        assert IndicatorValue.objects.filter(indicator="POP", year=2022).count() == 66
        assert self.stored(media) == []
        assert orders.do_import(job.pk) is None  # delivered twice, done once

    def test_verified_then_imported_without_sending_it_again(self, media, bell, isabelle, armelle) -> None:
        job = self.send(COMPARATOR.read_bytes(), isabelle, dry_run=True)
        done = orders.do_import(job.pk)
        assert "seraient importées" in done.outcome[0]["lines"][2]
        assert not IndicatorValue.objects.exists()
        assert done.can_be_imported
        again = orders.import_verified(job=done, by=armelle)
        assert bell == [job.pk, again.pk]
        assert orders.do_import(again.pk).state == JobState.DONE
        assert ImportRun.objects.get().imported_by == armelle
        assert self.stored(media) == []
        job.refresh_from_db()
        assert not job.can_be_imported

    def test_a_bad_cell_ends_the_job_with_its_row_and_column(self, media, bell, isabelle) -> None:
        done = orders.do_import(self.send(BAD, isabelle).pk)
        assert done.state == JobState.FAILED
        assert "ligne 2 (28085), colonne P22_POP" in done.failure_reason
        assert not ImportRun.objects.exists()
        assert self.stored(media) == []

    def test_cancelled_while_it_reads_it_keeps_nothing(self, media, bell, isabelle, monkeypatch) -> None:
        job = self.send(GOOD, isabelle)

        def stop_then_read(**options):
            ImportJob.objects.filter(pk=job.pk).update(cancel_requested=True)
            return prepare(**options)

        monkeypatch.setattr(orders, "prepare", stop_then_read)
        assert orders.do_import(job.pk).state == JobState.CANCELLED
        assert not IndicatorValue.objects.exists()
        assert self.stored(media) == []

    def test_a_file_that_vanished_is_asked_for_again(self, media, bell, isabelle) -> None:
        job = self.send(GOOD, isabelle)
        received.forget(job.stored)
        assert "envoyez-le de nouveau" in orders.do_import(job.pk).failure_reason

    def test_the_night_forgets_old_files_and_those_of_nobody(self, media, bell, isabelle) -> None:
        old, recent = (self.send(GOOD, isabelle, dry_run=True) for _ in range(2))
        for job in (old, recent):
            orders.do_import(job.pk)
        ImportJob.objects.filter(pk=old.pk).update(finished_at=timezone.now() - timedelta(days=2))
        orphan, _size = received.keep([b"x"])
        two_days_ago = time.time() - 2 * 86_400
        os.utime(received.path_of(orphan), (two_days_ago, two_days_ago))
        assert orders.tidy_imports() == 1
        assert self.stored(media) == [recent.stored]


@pytest.mark.usefixtures("media", "territory", "bell")
class TestPages:
    def upload(self, client, content: bytes, action: str = "importer", name: str = "petit.csv", **data):
        file = SimpleUploadedFile(name, content, "text/csv")
        return client.post(reverse("abs_reports:datasets"), {"file": file, "action": action, **data})

    def test_sending_a_file_leads_to_its_progress(self, login, isabelle) -> None:
        client = login(isabelle)
        answer = self.upload(client, GOOD, "verifier", level="COM")
        job = ImportJob.objects.get()
        assert answer.url == reverse("abs_reports:import_job", args=[job.pk])
        assert (job.dry_run, job.level, job.size, job.requested_by) == (True, "COM", len(GOOD), isabelle)
        page = page_of(client.get(answer.url))
        assert "Vérification en cours" in page
        assert "En attente d’un moment libre" in page
        fragment = client.get(reverse("abs_reports:import_progress", args=[job.pk]))
        assert "HX-Refresh" not in fragment.headers

    def test_the_page_of_an_imported_file_says_so_and_of_which_year_it_is(self, login, isabelle) -> None:
        table = {"title": "Comparateur de territoires", "vintage": 2022, "lines": ["66 lignes"], "run": None}
        job = ImportJob.objects.create(
            file_name="petit.csv", state=JobState.DONE, finished_at=timezone.now(), outcome=[table]
        )
        page = page_of(login(isabelle).get(reverse("abs_reports:import_job", args=[job.pk])))
        assert "Import terminé le" in page
        assert "Comparateur de territoires, 2022" in page

    def test_the_page_of_a_refused_file_says_why_and_that_nothing_changed(self, login, armelle) -> None:
        job = ImportJob.objects.create(
            file_name="petit.csv", state=JobState.FAILED, finished_at=timezone.now(), failure_reason="ligne 3"
        )
        client = login(armelle)
        page = page_of(client.get(reverse("abs_reports:import_job", args=[job.pk])))
        assert "ligne 3" in page
        assert "Rien n’a changé" in page
        fragment = client.get(reverse("abs_reports:import_progress", args=[job.pk]))
        assert fragment.headers["HX-Refresh"] == "true"

    def test_cancelling_what_waits_removes_its_file(self, login, isabelle, media) -> None:
        client = login(isabelle)
        self.upload(client, GOOD)
        job = ImportJob.objects.get()
        client.post(reverse("abs_reports:import_cancel", args=[job.pk]))
        job.refresh_from_db()
        assert (job.state, job.stored) == (JobState.CANCELLED, "")
        assert not list((media / received.FOLDER).glob("*"))

    def test_a_file_too_large_for_the_screen_is_sent_to_the_command(
        self, login, isabelle, monkeypatch
    ) -> None:
        from abs_reports import views

        monkeypatch.setattr(views.dataset_list, "spooled_uploads", 10)
        page = page_of(self.upload(login(isabelle), b"x" * 11))
        assert "import_indicators n’a pas de limite" in page
        assert not ImportJob.objects.exists()

    def test_the_list_says_what_there_is_at_each_level(self, login, isabelle, comparator) -> None:
        page = page_of(login(isabelle).get(reverse("abs_reports:datasets")))
        assert "Comparateur de territoires" in page
        assert "Commune : 1 932" in page

    def test_the_report_of_an_import(self, login, isabelle, comparator) -> None:
        page = page_of(login(isabelle).get(reverse("abs_reports:import", args=[ImportRun.objects.get().pk])))
        assert "66 lues, 66 du territoire (commune 66)" in page
        assert "secret statistique" in page

    def test_the_model_of_a_statement_lists_codes_and_places(self, login, isabelle) -> None:
        answer = login(isabelle).get(reverse("abs_reports:statement_model"))
        book = load_workbook(BytesIO(answer.content))
        header = [cell.value for cell in book["Relevé"][1]]
        assert header == ["indicateur", "année", "niveau", "territoire", "valeur", "source", "adresse"]
        codes = {row[0] for row in book["Indicateurs"].iter_rows(min_row=2, values_only=True)}
        assert {"POP", "TP60", "CAF_FOY_RSA", "BPE_D265"} <= codes
        places = {row[2] for row in book["Territoires"].iter_rows(min_row=2, values_only=True)}
        assert {"28085", "200033181", "28", "24", "FM"} <= places

    def test_an_indicator_shows_its_definition_and_values(self, login, isabelle, comparator) -> None:
        client = login(isabelle)
        page = page_of(client.get(reverse("abs_reports:indicator", args=["TP60"])))
        assert "jamais d’une somme ou d’une moyenne des communes" in page
        assert '<abbr class="secret" title="secret statistique">s</abbr>' in page
        assert "Chartres" in page
        page = page_of(client.get(reverse("abs_reports:indicators"), {"theme": "income"}))
        assert "Taux de pauvreté au seuil de 60 %" in page
        assert "Commune 2021" in page


@pytest.mark.parametrize("name", ["nadege", "hugo", "david"])
def test_others_see_nothing_of_it(name: str, login, request) -> None:
    client = login(request.getfixturevalue(name))
    job = ImportJob.objects.create(file_name="petit.csv")
    for page, args in (("indicators", []), ("import_job", [job.pk]), ("statement_model", [])):
        assert client.get(reverse(f"abs_reports:{page}", args=args)).status_code == 403
