import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management import CommandError

from cias.accounts.models import User
from cias.accounts.signer import signer
from cias.core.commands import Command as BaseCommand
from cias.core.jobs import JobState
from households.enums import Result, TakeOverJobKind
from households.takeover import services as common
from households.takeover.mapping import from_json, missing_columns
from insertion.imports import services
from insertion.imports.enums import RowOutcome
from insertion.imports.job import do_run
from insertion.models import OrientationImport, OrientationMapping

MOST_SHOWN = 50


class Command(BaseCommand):
    help = (
        "Importe le fichier des allocataires du RSA que le Département oriente vers le CIAS (CSV ou XLSX). Les "
        "colonnes sont reconnues à leur en-tête, ou lues avec une correspondance enregistrée ; le même fichier importé "
        "deux fois ne change rien. Une personne peut-être connue n’est jamais rattachée d’ici : elle attend la "
        "décision d’un agent dans l’application, où l’import peut aussi être défait pendant 30 jours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", type=Path, help="fichier CSV ou XLSX")
        parser.add_argument("--mapping", default="", metavar="NOM", help="correspondance enregistrée")
        parser.add_argument(
            "--dry-run", action="store_true", help="vérifier et rendre compte sans rien importer"
        )
        parser.add_argument(
            "--by", default="", metavar="E-MAIL", help="compte qui signe (la direction par défaut)"
        )

    def run(self, **options: Any) -> str:
        batch = self._receive(options["file"], options["mapping"], signer(options["by"]))
        self._do(batch, TakeOverJobKind.CHECK)
        rows = batch.rows
        if rows.exists() and not rows.exclude(outcome=RowOutcome.REFUSED).exists():
            first = _refusals(batch)[0]
            common.discard(takeover=batch)
            raise ValidationError(first)
        if options["dry_run"]:
            said = _report(batch, Counter(rows.order_by().values_list("outcome", flat=True)), RowOutcome)
            common.discard(takeover=batch)
            return "\n".join([*said, "Rien n’a été importé."])
        self._do(batch, TakeOverJobKind.IMPORT)
        return "\n".join(_report(batch, Counter(rows.order_by().values_list("result", flat=True)), Result))

    def _receive(self, path: Path, mapping_name: str, by: User) -> OrientationImport:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ValidationError(f"{path}\u00a0: fichier illisible ({error.strerror}).") from error
        saved = OrientationMapping.objects.filter(name=mapping_name).first() if mapping_name else None
        if mapping_name and saved is None:
            raise ValidationError(
                f"{path.name}\u00a0: aucune correspondance ne s’appelle «\u00a0{mapping_name}\u00a0»."
            )
        batch = services.receive(by=by, name=path.name, content=content, saved=saved)
        columns = from_json(batch.columns)
        problems = batch.LAYOUT.check(columns)
        if saved is not None and (missing := missing_columns(columns, saved.columns)):
            problems = [f"colonnes absentes\u00a0: {', '.join(missing)}."]
        if problems:
            common.discard(takeover=batch)
            raise ValidationError(f"{path.name}, ligne {batch.layout['header']}\u00a0: {problems[0]}")
        return batch

    def _do(self, batch: OrientationImport, kind: TakeOverJobKind) -> None:
        run = common.order_run(takeover=batch, kind=kind, by=batch.created_by)
        done = do_run(run.pk, self._echo)
        batch.refresh_from_db()
        if done is None or done.state != JobState.DONE:
            raise CommandError((done and done.failure_reason) or "Le travail a été annulé.", returncode=1)

    def _echo(self, label: str, done: int, total: int) -> None:
        sys.stderr.write(f"[{done}/{total}] {label}\n")
        sys.stderr.flush()


def _report(batch: OrientationImport, counts: Counter[str], labels: Any) -> list[str]:
    said = [f"{batch.file_name}\u00a0: {batch.layout['said']}, {sum(counts.values())} personnes."]
    said += [f"{labels(value).label}\u00a0: {counts[value]}" for value in labels.values if counts.get(value)]
    refusals = _refusals(batch)
    said += refusals[:MOST_SHOWN]
    if len(refusals) > MOST_SHOWN:
        said.append(f"… et {len(refusals) - MOST_SHOWN} autres refus.")
    return said


def _refusals(batch: OrientationImport) -> list[str]:
    """One line a refusal: file, row, column, reason."""
    return [
        f"{batch.file_name}, ligne {issue['line']}"
        + (f", colonne {issue['column']}" if issue["column"] else "")
        + f"\u00a0: {issue['message']}"
        for row in batch.rows.exclude(issues=[]).order_by("number")
        for issue in row.refusals
    ]
