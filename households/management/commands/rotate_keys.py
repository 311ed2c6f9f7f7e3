from typing import Any

from django.core.exceptions import ValidationError

from cias.core import crypto
from cias.core.commands import Command as BaseCommand
from cias.core.french import plural
from cias.core.vault import MissingFileError
from households.services.documents import rekey_documents


class Command(BaseCommand):
    help = (
        "Chiffre de nouveau les documents avec la première clé de FIELD_ENCRYPTION_KEYS. "
        "Peut être interrompue et relancée ; ensuite, les anciennes clés ne servent plus aux documents."
    )

    def run(self, **options: Any) -> str:
        seen = done = 0
        try:
            for _document, changed in rekey_documents():
                seen, done = seen + 1, done + changed
        except (crypto.CannotDecryptError, MissingFileError) as error:
            raise ValidationError(
                f"Après {plural(seen, 'document')}, un fichier manque ou ne se déchiffre avec aucune des clés : "
                "remettez les anciennes clés à la suite de la nouvelle, ou restaurez les fichiers."
            ) from error
        again = plural(done, "document chiffré de nouveau", "documents chiffrés de nouveau")
        return f"{again}, {seen - done} déjà à jour."
