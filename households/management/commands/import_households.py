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
from cias.core.text import sort_key
from households.enums import Decision, Outcome, Result, TakeOverJobKind
from households.models import TakeOver, TakeOverMapping, TakeOverRun
from households.takeover import services
from households.takeover.job import do_run
from households.takeover.mapping import check, from_json, missing_columns
from households.takeover.profiles import DOMIFA_NAME

MOST_SHOWN = 50
DECISIONS = {"creer": Decision.CREATE, "rattacher": Decision.ATTACH, "passer": Decision.SKIP}


class Command(BaseCommand):
    help = (
        "Reprend une liste de ménages tenue dans un autre outil (CSV ou XLSX). Les colonnes sont reconnues à leur "
        "en-tête, ou lues avec une correspondance enregistrée ; le même fichier importé deux fois ne change rien. "
        "L’import apparaît dans l’application, où il peut être défait pendant 30 jours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", type=Path, help="fichier CSV ou XLSX")
        parser.add_argument(
            "--mapping",
            default="",
            metavar="NOM",
            help="correspondance enregistrée, ou DomiFa (reconnue seule)",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="vérifier et rendre compte sans rien importer"
        )
        parser.add_argument(
            "--duplicates",
            choices=sorted(DECISIONS),
            default="passer",
            help="ménages dont une personne est peut-être connue (passer par défaut)",
        )
        parser.add_argument(
            "--by", default="", metavar="E-MAIL", help="compte qui signe (la direction par défaut)"
        )

    def run(self, **options: Any) -> str:
        path: Path = options["file"]
        takeover = self._receive(path, options["mapping"], signer(options["by"]))
        self._do(takeover, TakeOverJobKind.CHECK)
        rows = takeover.rows
        if rows.exists() and not rows.exclude(outcome=Outcome.REFUSED).exists():
            first = _refusals(takeover)[0]
            services.discard(takeover=takeover)
            raise ValidationError(first)
        if options["dry_run"]:
            said = _report(takeover, Counter(rows.order_by().values_list("outcome", flat=True)), Outcome)
            services.discard(takeover=takeover)
            return "\n".join([*said, "Rien n’a été importé."])
        services.decide_by_default(takeover=takeover, decision=DECISIONS[options["duplicates"]])
        self._do(takeover, TakeOverJobKind.IMPORT)
        return "\n".join(_report(takeover, Counter(rows.order_by().values_list("result", flat=True)), Result))

    def _receive(self, path: Path, mapping_name: str, by: User) -> TakeOver:
        try:
            content = path.read_bytes()
        except OSError as error:
            raise ValidationError(f"{path}\u00a0: fichier illisible ({error.strerror}).") from error
        saved = TakeOverMapping.objects.filter(name=mapping_name).first() if mapping_name else None
        if mapping_name and saved is None and sort_key(mapping_name) != sort_key(DOMIFA_NAME):
            raise ValidationError(
                f"{path.name}\u00a0: aucune correspondance ne s’appelle «\u00a0{mapping_name}\u00a0»."
            )
        takeover = services.receive(by=by, name=path.name, content=content, saved=saved)
        columns = from_json(takeover.columns)
        problems = check(columns)
        header = f"{path.name}, ligne {takeover.layout['header']}"
        if saved is not None and (missing := missing_columns(columns, saved.columns)):
            problems = [f"colonnes absentes\u00a0: {', '.join(missing)}."]
        elif mapping_name and saved is None and takeover.source != DOMIFA_NAME:
            problems = ["ce n’est pas la disposition de DomiFa."]
        if problems:
            services.discard(takeover=takeover)
            raise ValidationError(f"{header}\u00a0: {problems[0]}")
        return takeover

    def _do(self, takeover: TakeOver, kind: TakeOverJobKind) -> TakeOverRun:
        run = services.order_run(takeover=takeover, kind=kind, by=takeover.created_by)
        done = do_run(run.pk, self._echo)
        takeover.refresh_from_db()
        if done is None or done.state != JobState.DONE:
            raise CommandError((done and done.failure_reason) or "Le travail a été annulé.", returncode=1)
        return done

    def _echo(self, label: str, done: int, total: int) -> None:
        sys.stderr.write(f"[{done}/{total}] {label}\n")
        sys.stderr.flush()


def _report(takeover: TakeOver, counts: Counter[str], labels: Any) -> list[str]:
    said = [f"{takeover.file_name}\u00a0: {takeover.layout['said']}, {sum(counts.values())} ménages."]
    said += [f"{labels(value).label}\u00a0: {counts[value]}" for value in labels.values if counts.get(value)]
    refusals = _refusals(takeover)
    said += refusals[:MOST_SHOWN]
    if len(refusals) > MOST_SHOWN:
        said.append(f"… et {len(refusals) - MOST_SHOWN} autres refus.")
    return said


def _refusals(takeover: TakeOver) -> list[str]:
    """One line a refusal: file, row, column, reason."""
    return [
        f"{takeover.file_name}, ligne {issue['line']}"
        + (f", colonne {issue['column']}" if issue["column"] else "")
        + f"\u00a0: {issue['message']}"
        for row in takeover.rows.exclude(issues=[]).order_by("number")
        for issue in row.refusals
    ]
