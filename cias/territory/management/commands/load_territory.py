from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cias.core.commands import Command as BaseCommand
from cias.territory.services import load_territory


class Command(BaseCommand):
    help = "Charge les communes d’un CIAS depuis un fichier GeoJSON (code, nom, population, codes postaux, contour)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FICHIER.geojson", type=Path)

    def run(self, **options: Any) -> str:
        report = load_territory(options["file"])
        return (
            f"{report.epci} : {report.created} communes créées, {report.updated} mises à jour, "
            f"{report.unchanged} inchangées."
        )
