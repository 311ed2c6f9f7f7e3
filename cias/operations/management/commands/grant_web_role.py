from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError

from cias.core.commands import Command as BaseCommand
from cias.operations.errors import OperationRefused
from cias.operations.webrole import grant_web_role


class Command(BaseCommand):
    help = (
        "Donne au compte de l’application (WEB_DATABASE_ROLE, WEB_DATABASE_PASSWORD) le droit de lire et d’écrire des "
        "lignes, et rien de plus. À lancer après chaque «\u00a0migrate\u00a0», avec le compte qui possède la base."
    )

    def run(self, **options: Any) -> str:
        name, password = settings.WEB_DATABASE_ROLE, settings.WEB_DATABASE_PASSWORD
        if not password:
            raise ValidationError(
                "WEB_DATABASE_PASSWORD manque\u00a0: le compte de l’application n’a pas été créé."
            )
        try:
            grant_web_role(name, password)
        except DatabaseError as error:
            raise OperationRefused(
                "La base a refusé\u00a0: lancez la commande avec le compte qui possède la base et peut en créer."
            ) from error
        return f"Le compte {name} lit et écrit les lignes, et rien de plus."
