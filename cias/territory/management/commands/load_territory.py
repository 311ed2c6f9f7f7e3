import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cias.core.commands import Command as BaseCommand
from cias.core.french import plural
from cias.territory.services import load_territory


class Command(BaseCommand):
    help = "Charge les communes d’un CIAS depuis un fichier GeoJSON (code, nom, population, codes postaux, contour)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            metavar="FICHIER.geojson",
            type=Path,
            help="«\u00a0-\u00a0»\u00a0: ce qui est envoyé à la commande",
        )

    def run(self, **options: Any) -> str:
        # A container's disk is closed: a file of the server comes through a pipe.
        piped = sys.stdin.read() if str(options["file"]) == "-" else None
        report = load_territory(options["file"], text=piped)
        counts = (
            plural(report.created, "commune créée", "communes créées"),
            plural(report.updated, "mise à jour", "mises à jour"),
            plural(report.unchanged, "inchangée", "inchangées"),
        )
        return f"{report.epci}\u00a0: {', '.join(counts)}."
