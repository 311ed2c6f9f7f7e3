from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from abs_reports.enums import Level
from abs_reports.importing import import_path
from cias.core.commands import Command as BaseCommand


class Command(BaseCommand):
    help = (
        "Importe un fichier statistique tel que téléchargé (CSV, XLSX ou ZIP) : comparateur de territoires, dossier "
        "complet, bases du recensement, Filosofi, fichiers longs de l’INSEE, prestations de la Caf, ou relevé de "
        "valeurs. La disposition est reconnue à ses colonnes. Un nouvel import remplace le précédent du même fichier "
        "et du même niveau."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER", type=Path, help="fichier tel que téléchargé")
        parser.add_argument(
            "--dry-run", action="store_true", help="lire et rendre compte sans rien enregistrer"
        )
        parser.add_argument(
            "--geo-year",
            type=int,
            metavar="ANNÉE",
            help="année de la géographie des communes, si le nom ne la dit pas",
        )
        parser.add_argument(
            "--level",
            choices=Level.values,
            metavar="NIVEAU",
            help=f"niveau des lignes, si les codes et le nom ne le disent pas ({', '.join(Level.values)})",
        )

    def run(self, **options: Any) -> str:
        reports = import_path(
            options["file"],
            geo_year=options["geo_year"],
            level=Level(options["level"]) if options["level"] else None,
            dry_run=options["dry_run"],
        )
        return "\n".join(line for report in reports for line in report.lines())
