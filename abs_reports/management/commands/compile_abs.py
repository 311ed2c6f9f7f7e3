import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.db import transaction

from abs_reports.compiling.job import Progress, run_compilation
from abs_reports.enums import ReportKind
from abs_reports.files import read_pdf
from abs_reports.models import CompilationRun, Report
from abs_reports.services import prepare_edition
from cias.core.commands import Command as BaseCommand
from cias.core.jobs import JobState, give_back, is_alive
from cias.core.pdf import write_atomically

EDITIONS = [kind.value for kind in (ReportKind.BASE, ReportKind.UPDATE, ReportKind.THEMATIC)]


class Command(BaseCommand):
    help = (
        "Compile l’analyse des besoins sociaux d’une année au premier plan, et écrit le PDF. Le rapport "
        "reste à publier dans l’application ; interrompue, la commande se relance sans rien laisser à "
        "moitié fait."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--year", type=int, required=True, metavar="ANNÉE", help="année étudiée")
        parser.add_argument(
            "--edition",
            choices=EDITIONS,
            default=ReportKind.UPDATE.value,
            help="édition (actualisation par défaut)",
        )
        parser.add_argument(
            "--title", default="", metavar="TITRE", help="titre, obligatoire pour une thématique"
        )
        parser.add_argument("--output", type=Path, required=True, metavar="FICHIER.pdf", help="PDF à écrire")

    def run(self, **options: Any) -> None:
        output: Path = options["output"]
        if not output.parent.is_dir():
            raise ValidationError(f"{output} : le dossier n’existe pas.")
        report = prepare_edition(
            kind=ReportKind(options["edition"]), year=options["year"], title=options["title"]
        )
        run = run_compilation(take_run(report).pk, self._echo)
        if run is None:
            raise CommandError("Une compilation de ce rapport est déjà en cours.", returncode=1)
        if run.state != JobState.DONE:
            raise CommandError(run.failure_reason or "La compilation a été annulée.", returncode=1)
        report.refresh_from_db()
        try:
            write_atomically(output, read_pdf(report))
        except OSError as error:
            raise CommandError(
                f"{output} : le disque refuse le fichier ({error.strerror}).", returncode=1
            ) from error
        self.stderr.write(f"{report} : {report.pdf_pages} pages, {output}")

    def _echo(self, progress: Progress) -> None:
        width = min(shutil.get_terminal_size().columns, 100)
        line = f"[{progress.done}/{progress.total}] {progress.step}"
        sys.stderr.write(f"{line[:width]}\n")
        sys.stderr.flush()


@transaction.atomic
def take_run(report: Report) -> CompilationRun:
    """The run to do here: a new one, the one that waits, or the one whose process has died."""
    run = CompilationRun.objects.active().filter(report=report).select_for_update().first()
    if run is not None and run.state == JobState.RUNNING and not is_alive(run.pk):
        give_back(run)
    if run is None or not run.is_active:
        run = CompilationRun.objects.create(report=report)
    return run
