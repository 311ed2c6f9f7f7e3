from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from cias.core.commands import Command as BaseCommand
from cias.core.french import number, plural
from cias.operations.restore import check_backup, restore_backup
from cias.operations.verify import Contents


class Command(BaseCommand):
    help = (
        "Restaure une sauvegarde dans une base vide et un dossier de documents vide, puis compare les sommes de "
        "contrôle de chaque table et de chaque document à celles de la sauvegarde."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FICHIER", help="la sauvegarde")
        parser.add_argument(
            "--check", action="store_true", help="seulement relire la sauvegarde et dire si elle convient ici"
        )

    def run(self, **options: Any) -> str:
        if options["check"]:
            return f"Sauvegarde conforme, rien n’a été écrit\u00a0: {_told(check_backup(options['file']))}."
        done = restore_backup(options["file"])
        pending = (
            f" {plural(done.pending, 'migration reste', 'migrations restent')} à appliquer\u00a0: lancez "
            "«\u00a0manage.py migrate\u00a0»."
            if done.pending
            else ""
        )
        return f"Restauré et vérifié\u00a0: {_told(done.contents)}.{pending}"


def _told(contents: Contents) -> str:
    return (
        f"{number(contents.rows)}\u00a0lignes dans {plural(len(contents.manifest['tables']), 'table')}, "
        f"{plural(len(contents.documents), 'document')}, sauvegarde du {contents.manifest['made_at']}"
    )
