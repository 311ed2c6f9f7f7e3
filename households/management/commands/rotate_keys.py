from typing import Any

from cryptography.fernet import InvalidToken
from django.core.exceptions import ValidationError

from cias.accounts.services import rekey_second_factors
from cias.core import crypto
from cias.core.commands import Command as BaseCommand
from cias.core.french import plural
from cias.core.registry import rekeys
from cias.core.vault import MissingFileError
from households.services.documents import rekey_documents
from households.takeover.services import rekey_files


class Command(BaseCommand):
    help = (
        "Chiffre de nouveau les documents, les fichiers repris, les numéros de sécurité sociale et les seconds "
        "facteurs avec la première clé de FIELD_ENCRYPTION_KEYS. Peut être interrompue et relancée ; quand elle a "
        "réussi, les anciennes clés peuvent être retirées."
    )

    def run(self, **options: Any) -> str:
        seen = done = 0
        try:
            factors = rekey_second_factors()
            for _document, changed in rekey_documents():
                seen, done = seen + 1, done + changed
            rekey_files()
            for rekey in rekeys:
                rekey()
        except (crypto.CannotDecryptError, InvalidToken, MissingFileError) as error:
            raise ValidationError(
                f"Après {plural(seen, 'document')}, un fichier manque ou ne se déchiffre avec aucune des clés : "
                "remettez les anciennes clés à la suite de la nouvelle, ou restaurez les fichiers."
            ) from error
        again = plural(done, "document chiffré de nouveau", "documents chiffrés de nouveau")
        return (
            f"{again}, {seen - done} déjà à jour ; {plural(factors, 'second facteur', 'seconds facteurs')}."
        )
