from typing import Any

from cias.core.commands import Command as BaseCommand
from cias.operations.tables import create_tables


class Command(BaseCommand):
    help = (
        "Fait en quelques secondes les tables d’une base vide, au lieu de rejouer les migrations\u00a0; ne change rien "
        "à une base qui a des tables. À lancer avant «\u00a0migrate\u00a0»."
    )

    def run(self, **options: Any) -> str:
        return "Les tables sont faites." if create_tables() else "La base a déjà ses tables."
