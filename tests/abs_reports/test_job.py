"""S1, S6: the job that compiles. Its row is the truth; nothing is ever half published."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from abs_reports import services, tasks
from abs_reports.compiling import job
from abs_reports.compiling.compute import NO_PUBLIC_DATA, Computed
from abs_reports.compiling.job import UNEXPECTED, Progress, run_compilation
from abs_reports.enums import ReportKind, ReportStatus
from abs_reports.files import read_pdf
from abs_reports.freezing import frozen_book
from abs_reports.models import CompilationRun, Figure, Report
from abs_reports.services import (
    prepare_dashboard,
    prepare_edition,
    publish,
    request_compilation,
    requeue_lost_runs,
)
from cias.core.db import ConstraintViolation
from cias.core.jobs import LOST_TOO_OFTEN, MAX_ATTEMPTS, Busy, JobState, Pulse, cancel_job, is_alive
from cias.core.states import ForbiddenTransition
from tests.abs_reports.conftest import COMPARATOR
from tests.factories import ReportFactory, RunFactory, UserFactory

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("media", "quick_pages", "silent_bell"),
]


@pytest.fixture
def run(comparator) -> CompilationRun:
    return request_compilation(report=prepare_edition(kind=ReportKind.UPDATE, year=2025))


def files(media: Path) -> list[str]:
    return sorted(path.name for path in media.rglob("*.pdf"))


class TestOneCompilation:
    def test_figures_and_file_arrive_together(self, run, media) -> None:
        steps: list[Progress] = []
        done = run_compilation(run.pk, steps.append)
        assert (done.state, done.attempts, done.progress) == (JobState.DONE, 1, 100)
        report = Report.objects.get()
        assert report.status == ReportStatus.COMPILED
        assert frozen_book(report).checksum == report.checksum
        assert read_pdf(report).endswith(report.compiled_at.isoformat().encode())
        assert len(files(media)) == 1
        assert [step.done for step in steps] == list(range(steps[-1].total + 1))
        assert steps[0].step == "Lecture des statistiques publiques"

    def test_what_was_frozen_is_the_rule_of_the_day(self, run) -> None:
        run_compilation(run.pk)
        context = Report.objects.get().context
        assert context["thresholds"]["count"] == 5
        assert "R. 123-1" in context["legal_source"]
        assert [(source["vintage"], source["file"]) for source in context["sources"]] == [
            (2022, COMPARATOR.name)
        ]

    def test_compiling_again_replaces_figures_and_file(self, run, media) -> None:
        run_compilation(run.pk)
        first = files(media)
        again = request_compilation(report=Report.objects.get())
        assert run_compilation(again.pk).state == JobState.DONE
        assert len(files(media)) == 1
        assert files(media) != first

    def test_a_dashboard_has_no_pages_and_is_published_at_once(self, territory, media) -> None:
        report = prepare_dashboard(last_day=timezone.localdate().replace(year=2025, month=12, day=31))
        run_compilation(request_compilation(report=report).pk)
        report.refresh_from_db()
        assert (report.status, report.pdf_name) == (ReportStatus.PUBLISHED, "")
        assert files(media) == []

    def test_every_query_sees_the_same_instant(self, monkeypatch) -> None:
        """A figure written by somebody else in the middle of the computation is not half counted."""
        seen: list[int] = []

        def compute(report: Report, on_step: object) -> Computed:
            seen.append(Report.objects.count())
            elsewhere(lambda: ReportFactory(year=2020))
            seen.append(Report.objects.count())
            raise ValidationError("Assez vu.")

        monkeypatch.setattr(job, "compute", compute)
        run_compilation(RunFactory().pk)
        assert seen == [1, 1]
        assert Report.objects.count() == 2


def elsewhere(action: Callable[[], object]) -> None:
    """Do it as somebody else would: over another connection."""

    def act() -> None:
        action()
        connection.close()

    other = threading.Thread(target=act)
    other.start()
    other.join()


class TestFailures:
    def test_a_reason_in_french_and_nothing_else(self, territory, media) -> None:
        run = request_compilation(report=prepare_edition(kind=ReportKind.UPDATE, year=2025))
        failed = run_compilation(run.pk)
        assert (failed.state, failed.failure_reason) == (JobState.FAILED, NO_PUBLIC_DATA)
        assert Report.objects.get().status == ReportStatus.DRAFT
        assert not Figure.objects.exists()

    def test_a_bug_is_logged_and_says_what_to_do(self, run, monkeypatch, caplog) -> None:
        monkeypatch.setattr(job, "render_report", lambda *arguments: 1 / 0)
        failed = run_compilation(run.pk)
        assert (failed.state, failed.failure_reason) == (JobState.FAILED, UNEXPECTED)
        assert "ZeroDivisionError" in caplog.text

    def test_a_failure_between_the_file_and_the_rows_leaves_neither(self, run, media, monkeypatch) -> None:
        monkeypatch.setattr(job, "freeze", lambda *arguments: 1 / 0)
        assert run_compilation(run.pk).state == JobState.FAILED
        assert files(media) == []
        assert Report.objects.get().status == ReportStatus.DRAFT

    def test_a_failed_recompilation_keeps_the_previous_version_whole(self, run, media, monkeypatch) -> None:
        run_compilation(run.pk)
        before = Report.objects.get()
        monkeypatch.setattr(job, "freeze", lambda *arguments: 1 / 0)
        run_compilation(request_compilation(report=before).pk)
        after = Report.objects.get()
        assert (after.checksum, after.pdf_sha256) == (before.checksum, before.pdf_sha256)
        assert read_pdf(after)
        assert frozen_book(after).checksum == after.checksum

    def test_a_lost_database_leaves_the_row_to_the_sweep(self, run, monkeypatch) -> None:
        def lost(*arguments: object) -> None:
            raise OperationalError("server closed the connection")

        monkeypatch.setattr(job, "compute", lost)
        with pytest.raises(OperationalError):
            run_compilation(run.pk)
        run.refresh_from_db()
        assert run.state == JobState.RUNNING


class TestDeliveredTwice:
    def test_the_second_delivery_does_nothing(self, run) -> None:
        run_compilation(run.pk)
        checksum = Report.objects.get().pdf_sha256
        assert run_compilation(run.pk) is None
        assert Report.objects.get().pdf_sha256 == checksum

    def test_two_workers_at_once_do_the_work_once(self, run, monkeypatch) -> None:
        computed: list[int] = []
        original = job.compute

        def compute(report: Report, on_step: object) -> Computed:
            computed.append(1)
            time.sleep(0.5)
            return original(report, on_step)

        monkeypatch.setattr(job, "compute", compute)
        barrier = threading.Barrier(4)
        results: list[CompilationRun | None] = []

        def deliver() -> None:
            barrier.wait()
            results.append(run_compilation(run.pk))
            connection.close()

        threads = [threading.Thread(target=deliver) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(computed) == 1
        assert sorted(result.state if result else "" for result in results) == ["", "", "", "done"]

    def test_an_attempt_overtaken_by_another_keeps_nothing(self, run, media, monkeypatch) -> None:
        """A worker that slept through its own replacement wakes up and must not publish."""
        original = job.render_report

        def render_report(*arguments: object) -> object:
            CompilationRun.objects.filter(pk=run.pk).update(attempts=2)
            return original(*arguments)

        monkeypatch.setattr(job, "render_report", render_report)
        assert run_compilation(run.pk) is None
        assert Report.objects.get().status == ReportStatus.DRAFT
        assert not Figure.objects.exists()

    def test_the_lock_belongs_to_one_process_and_goes_with_it(self) -> None:
        run_id = uuid4()
        assert not is_alive(run_id)
        with Pulse(CompilationRun, run_id):
            assert is_alive(run_id)
            with pytest.raises(Busy), Pulse(CompilationRun, run_id):
                pass
        assert not is_alive(run_id)


class TestCancelling:
    def test_what_waits_stops_at_once(self, run) -> None:
        assert cancel_job(run).state == JobState.CANCELLED
        assert run_compilation(run.pk) is None

    def test_what_runs_stops_and_leaves_nothing(self, run, media) -> None:
        def cancel_then_wait(progress: Progress) -> None:
            elsewhere(lambda: cancel_job(run))
            time.sleep(0.2)

        stopped = run_compilation(run.pk, cancel_then_wait)
        assert stopped.state == JobState.CANCELLED
        assert Report.objects.get().status == ReportStatus.DRAFT
        assert files(media) == []

    def test_a_request_that_comes_at_the_very_end_is_heard_too(self, run, monkeypatch) -> None:
        original = job.store_pdf

        def store_pdf(name: str, content: bytes) -> str:
            cancel_job(run)
            return original(name, content)

        monkeypatch.setattr(job, "store_pdf", store_pdf)
        assert run_compilation(run.pk).state == JobState.CANCELLED
        assert Report.objects.get().status == ReportStatus.DRAFT

    def test_what_is_over_stays_over(self, run) -> None:
        run_compilation(run.pk)
        assert cancel_job(run).state == JobState.DONE


class TestSweep:
    def silent(self, run: CompilationRun, *, attempts: int = 1, **fields: object) -> None:
        fields = {"heartbeat_at": timezone.now() - timedelta(seconds=61), **fields}
        CompilationRun.objects.filter(pk=run.pk).update(state=JobState.RUNNING, attempts=attempts, **fields)

    def test_a_silent_worker_gives_its_run_back(self, run, silent_bell) -> None:
        self.silent(run)
        silent_bell.clear()
        assert requeue_lost_runs() == 1
        assert silent_bell == [run.pk]
        assert run_compilation(run.pk).attempts == 2

    def test_a_worker_that_answers_is_left_alone(self, run, silent_bell) -> None:
        self.silent(run, heartbeat_at=timezone.now() - timedelta(seconds=50))
        assert requeue_lost_runs() == 0

    def test_three_attempts_then_a_reason_and_another_chance(self, run, silent_bell) -> None:
        self.silent(run, attempts=MAX_ATTEMPTS)
        requeue_lost_runs()
        run.refresh_from_db()
        assert (run.state, run.failure_reason) == (JobState.FAILED, LOST_TOO_OFTEN)
        again = request_compilation(report=run.report)
        assert run_compilation(again.pk).state == JobState.DONE

    def test_a_cancelled_run_whose_worker_died_is_cancelled(self, run) -> None:
        self.silent(run, cancel_requested=True)
        requeue_lost_runs()
        run.refresh_from_db()
        assert run.state == JobState.CANCELLED

    def test_what_waits_is_rung_for_again(self, run, silent_bell) -> None:
        CompilationRun.objects.update(created_at=timezone.now() - timedelta(minutes=2))
        silent_bell.clear()
        tasks.requeue_lost_runs()
        assert silent_bell == [run.pk]


class TestAsking:
    def test_one_compilation_of_a_report_at_a_time(self, run) -> None:
        with pytest.raises(ConstraintViolation, match="déjà en cours"):
            request_compilation(report=run.report)

    def test_the_bell_rings_after_the_commit(self, run, silent_bell) -> None:
        assert silent_bell == [run.pk]

    def test_a_broker_that_is_away_does_not_break_the_click(self, territory, monkeypatch, caplog) -> None:
        def away(*arguments: object) -> None:
            raise BrokerError("connection refused")

        monkeypatch.undo()
        monkeypatch.setattr(tasks.compile_report, "delay", away)
        run = request_compilation(report=ReportFactory())
        assert run.state == JobState.WAITING
        assert str(run.pk) in caplog.text

    def test_a_published_report_is_not_compiled_again(self) -> None:
        with pytest.raises(ForbiddenTransition):
            request_compilation(report=ReportFactory(published=True))

    def test_an_edition_keeps_its_draft_and_a_correction_is_a_new_version(self, comparator) -> None:
        director = UserFactory(role="direction")
        first = prepare_edition(kind=ReportKind.UPDATE, year=2025)
        assert prepare_edition(kind=ReportKind.UPDATE, year=2025) == first
        run_compilation(request_compilation(report=first).pk)
        publish(report=first, by=director)
        second = prepare_edition(kind=ReportKind.UPDATE, year=2025)
        assert (second.version, second.status) == (2, ReportStatus.DRAFT)
        assert list(Report.objects.current()) == [first]
        run_compilation(request_compilation(report=second).pk)
        publish(report=second, by=director)
        assert list(Report.objects.current()) == [second]
        first.refresh_from_db()
        assert read_pdf(first)

    def test_a_damaged_file_cannot_be_published(self, run) -> None:
        run_compilation(run.pk)
        report = Report.objects.get()
        report.pdf_path.write_bytes(b"%PDF autre chose")
        with pytest.raises(ValidationError, match="a été modifié"):
            publish(report=report, by=UserFactory(role="direction"))
        report.refresh_from_db()
        assert report.status == ReportStatus.COMPILED

    def test_a_report_is_not_published_while_it_is_compiled_again(self, run) -> None:
        run_compilation(run.pk)
        report = Report.objects.get()
        request_compilation(report=report)
        with pytest.raises(ValidationError, match="Attendez"):
            publish(report=report, by=UserFactory(role="direction"))

    @pytest.mark.parametrize("today", ["2026-01-15", "2025-11-22"])
    def test_a_year_without_a_finished_month_has_no_activity(self, today, time_machine_at) -> None:
        time_machine_at(today)
        with pytest.raises(ValidationError, match="Aucun mois de 2026"):
            prepare_edition(kind=ReportKind.UPDATE, year=2026)

    def test_a_running_year_stops_at_its_last_finished_month(self, time_machine_at) -> None:
        time_machine_at("2026-11-22")
        assert f"{prepare_edition(kind=ReportKind.UPDATE, year=2026).last_day}" == "2026-10-31"

    def test_a_thematic_analysis_has_a_title_and_its_own_series(self) -> None:
        with pytest.raises(ValidationError, match="titre"):
            prepare_edition(kind=ReportKind.THEMATIC, year=2025)
        energy = prepare_edition(kind=ReportKind.THEMATIC, year=2025, title="Précarité énergétique")
        assert energy.series == "thematique-2025-precarite-energetique"


class TestDashboards:
    def test_each_period_that_is_over_is_frozen_once(self, territory, time_machine_at) -> None:
        time_machine_at("2026-11-22")
        for run in services.freeze_missing_dashboards():
            run_compilation(run.pk)
        dashboards = Report.objects.dashboards().order_by("last_day")
        assert [f"{report.last_day}" for report in dashboards] == ["2024-12-31", "2025-12-31", "2026-09-30"]
        assert services.freeze_missing_dashboards() == []

    def test_a_dashboard_stops_at_the_end_of_a_quarter(self) -> None:
        with pytest.raises(ValidationError, match="trimestre"):
            prepare_dashboard(last_day=timezone.localdate().replace(month=2, day=15))
