"""S1, S11: real processes. A killed one leaves nothing half published; a worker takes over from a dead one."""

import signal
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from abs_reports.enums import ReportKind, ReportStatus
from abs_reports.files import read_pdf
from abs_reports.freezing import frozen_book
from abs_reports.models import CompilationRun, Figure, Report
from abs_reports.services import prepare_dashboard, prepare_edition, request_compilation, requeue_lost_runs
from cias.core.jobs import JobState
from tests.worker import Worker, eventually, manage

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]


def assert_whole(report: Report) -> None:
    """Figures, file and row say the same thing."""
    assert report.status == ReportStatus.COMPILED
    assert frozen_book(report).checksum == report.checksum
    assert read_pdf(report).startswith(b"%PDF")


class TestCommand:
    def test_killed_in_the_middle_it_leaves_nothing_and_starts_again(
        self, comparator, media, tmp_path
    ) -> None:
        output = tmp_path / "abs.pdf"
        arguments = ("compile_abs", "--year", "2025", "--output", str(output))
        process = manage(media, *arguments)
        said = []
        for line in process.stderr:
            said.append(line)
            if "Mise en page" in line:
                process.send_signal(signal.SIGKILL)
                break
        process.communicate()
        assert process.returncode == -signal.SIGKILL, said
        report = Report.objects.get()
        assert (report.status, report.pdf_name, report.checksum) == (ReportStatus.DRAFT, "", "")
        assert not Figure.objects.exists()
        assert not output.exists()
        assert CompilationRun.objects.get().state == JobState.RUNNING

        again = manage(media, *arguments)
        _out, errors = again.communicate()
        assert again.returncode == 0, errors
        assert "] Mise en page du PDF" in errors
        report.refresh_from_db()
        assert_whole(report)
        assert output.read_bytes() == read_pdf(report)
        with pikepdf.open(output) as document:
            assert len(document.pages) >= 20
        run = CompilationRun.objects.get()
        assert (run.state, run.attempts) == (JobState.DONE, 2)

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (("--year", "2099", "--output", "x.pdf"), "Aucun mois de 2099"),
            (("--year", "2025", "--output", "/nulle/part/x.pdf"), "le dossier n’existe pas"),
            (("--year", "2025", "--edition", "thematique", "--output", "x.pdf"), "Donnez un titre"),
        ],
    )
    def test_bad_input_is_one_line_and_exit_code_2(self, arguments, message: str) -> None:
        with pytest.raises(CommandError, match=message) as caught:
            call_command("compile_abs", *arguments)
        assert caught.value.returncode == 2
        assert "\n" not in str(caught.value)

    @pytest.mark.parametrize("arguments", [("--output", "x.pdf"), ("--year", "deux", "--output", "x.pdf")])
    def test_bad_arguments_end_with_2(self, arguments, capsys) -> None:
        with pytest.raises(SystemExit) as caught:
            call_command("compile_abs", *arguments)
        assert caught.value.code == 2
        assert len(capsys.readouterr().err.strip().splitlines()) == 1

    def test_without_public_data_it_says_what_is_missing(self, territory, media, tmp_path) -> None:
        with pytest.raises(CommandError, match="Importez d’abord") as caught:
            call_command("compile_abs", "--year", "2025", "--output", str(tmp_path / "x.pdf"))
        assert caught.value.returncode == 1
        assert not (tmp_path / "x.pdf").exists()


@pytest.mark.worker
class TestWorker:
    @pytest.fixture
    def workers(self, media):
        started: list[Worker] = []

        def start() -> Worker:
            started.append(Worker(media))
            return started[-1]

        yield start
        for worker in started:
            worker.stop()

    def state(self, run: CompilationRun) -> str:
        run.refresh_from_db()
        return run.state

    def test_a_worker_compiles_what_the_direction_asked_for(self, comparator, media, workers) -> None:
        workers()
        run = request_compilation(report=prepare_edition(kind=ReportKind.UPDATE, year=2025))
        assert eventually(lambda: self.state(run) == JobState.DONE, seconds=240), self.state(run)
        assert_whole(Report.objects.get())

    def test_a_killed_worker_is_replaced_and_the_run_done_once(self, comparator, media, workers) -> None:
        first = workers()
        run = request_compilation(report=prepare_edition(kind=ReportKind.UPDATE, year=2025))
        assert eventually(
            lambda: self.state(run) == JobState.RUNNING and run.step.startswith("Mise"), seconds=120
        )
        first.kill()
        assert not Figure.objects.exists()
        silent_since = timezone.now() - timedelta(seconds=61)
        CompilationRun.objects.filter(pk=run.pk).update(heartbeat_at=silent_since)
        workers()  # looks for lost runs as soon as it is ready
        assert eventually(lambda: self.state(run) == JobState.DONE, seconds=240), self.state(run)
        assert run.attempts == 2
        assert_whole(Report.objects.get())

    def test_what_was_asked_while_the_worker_was_away_is_done_when_it_comes(self, territory, workers) -> None:
        run = request_compilation(
            report=prepare_dashboard(last_day=timezone.localdate().replace(2025, 12, 31))
        )
        workers()
        assert eventually(lambda: self.state(run) == JobState.DONE, seconds=120), self.state(run)

    def test_what_was_asked_while_the_broker_was_away_is_found_by_the_sweep(
        self, territory, workers, monkeypatch
    ) -> None:
        monkeypatch.setattr("abs_reports.services.ring", lambda run_id: None)
        run = request_compilation(
            report=prepare_dashboard(last_day=timezone.localdate().replace(2025, 12, 31))
        )
        monkeypatch.undo()
        CompilationRun.objects.update(created_at=timezone.now() - timedelta(minutes=1))
        workers()
        requeue_lost_runs()
        assert eventually(lambda: self.state(run) == JobState.DONE, seconds=120), self.state(run)


def test_the_worker_fixture_uses_the_test_database(settings, tmp_path: Path) -> None:
    process = manage(
        tmp_path,
        "shell",
        "-v0",
        "-c",
        "from django.db import connection; print(connection.settings_dict['NAME'])",
    )
    out, errors = process.communicate()
    assert out.strip() == connection.settings_dict["NAME"], errors
