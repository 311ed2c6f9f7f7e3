from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from abs_reports.importing import import_indicators
from abs_reports.importing.services import read_file
from cias.core.commands import Command as BaseCommand


class Command(BaseCommand):
    help = (
        "Importe un fichier statistique de l’INSEE (comparateur de territoires, Filosofi, recensement) ; "
        "la disposition est reconnue à ses colonnes. Un nouvel import remplace le précédent du même fichier."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", type=Path, help="fichier CSV tel que téléchargé")
        parser.add_argument(
            "--dry-run", action="store_true", help="lire et rendre compte sans rien enregistrer"
        )
        parser.add_argument(
            "--geo-year",
            type=int,
            metavar="ANNÉE",
            help="année de la géographie des communes, si le nom ne la dit pas",
        )

    def run(self, **options: Any) -> str:
        path: Path = options["file"]
        report = import_indicators(
            name=path.name,
            content=read_file(path),
            geo_year=options["geo_year"],
            dry_run=options["dry_run"],
        )
        return "\n".join(report.lines())
