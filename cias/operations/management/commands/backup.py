from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

from cias.core.commands import Command as BaseCommand
from cias.core.french import number, plural
from cias.operations.backup import make_backup


class Command(BaseCommand):
    help = (
        "Écrit dans un dossier une sauvegarde complète (base, documents, de quoi vérifier les deux), chiffrée avec la "
        "première clé de FIELD_ENCRYPTION_KEYS, puis la relit. Sans cette clé, gardée ailleurs, elle ne sert à rien."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("directory", type=Path, metavar="DOSSIER", help="où écrire la sauvegarde")
        parser.add_argument(
            "--keep",
            type=int,
            metavar="N",
            help="ne garder que les N sauvegardes les plus récentes du dossier (les autres fichiers restent)",
        )

    def run(self, **options: Any) -> str:
        keep = options["keep"]
        if keep is not None and keep < 1:
            raise ValidationError("--keep garde au moins une sauvegarde.")
        made = make_backup(options["directory"], keep=keep)
        removed = (
            f", {plural(made.removed, 'ancienne effacée', 'anciennes effacées')}" if made.removed else ""
        )
        return (
            f"{made.path}\u00a0: {number(made.contents.rows)}\u00a0lignes, "
            f"{plural(len(made.contents.documents), 'document')}, "
            f"{number(made.contents.bytes // 1_000_000 + 1)}\u00a0Mo, relue et conforme{removed}."
        )
