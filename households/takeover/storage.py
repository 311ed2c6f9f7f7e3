"""The file of a batch on disk: encrypted, under a name that says nothing, gone after 30 days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError

from cias.core.crypto import CannotDecryptError
from cias.core.vault import MissingFileError, Vault, VaultError, new_name

LOST = "Le fichier de cette reprise manque ou a été modifié\u00a0: envoyez-le de nouveau."
REFUSED = "Le disque refuse le fichier\u00a0: prévenez l’assistance. Rien n’a été gardé."
ORPHAN_AGE = timedelta(days=1)


@dataclass(frozen=True)
class BatchFiles:
    """The files of one kind of batch: a folder of their own, bound to the rows of the model `owner` names."""

    folder: str
    owner: str

    @property
    def vault(self) -> Vault:
        return Vault(self.folder)

    def _address(self, batch_id: UUID) -> str:
        return f"{self.owner}.{batch_id}"

    def store(self, batch_id: UUID, content: bytes) -> str:
        """Keep the content; its name in the vault. Raises ValidationError when the disk refuses."""
        name = new_name()
        try:
            self.vault.write(name, [content], address=self._address(batch_id))
        except VaultError as error:
            raise ValidationError(REFUSED) from error
        return name

    def read(self, batch_id: UUID, name: str) -> bytes:
        """Raises ValidationError when the file is not the one that was kept."""
        try:
            return b"".join(self.vault.read(name, address=self._address(batch_id)))
        except (MissingFileError, CannotDecryptError, ValueError) as error:
            raise ValidationError(LOST) from error

    def remove(self, name: str) -> None:
        if name:
            self.vault.delete(name)

    def rekey(self, batch_id: UUID, name: str) -> bool:
        return self.vault.rekey(name, address=self._address(batch_id))

    def sweep(self, known: Iterable[str]) -> int:
        """Delete the files no batch owns any more."""
        return self.vault.sweep(known, older_than=ORPHAN_AGE)
