"""The file of a batch on disk: encrypted, under a name that says nothing, gone after 30 days."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError

from cias.core.crypto import CannotDecryptError
from cias.core.vault import MissingFileError, Vault, VaultError, new_name

VAULT = Vault("reprises")
LOST = "Le fichier de cette reprise manque ou a été modifié\u00a0: envoyez-le de nouveau."
REFUSED = "Le disque refuse le fichier\u00a0: prévenez l’assistance. Rien n’a été gardé."
ORPHAN_AGE = timedelta(days=1)


def _address(takeover_id: UUID) -> str:
    return f"households.TakeOver.{takeover_id}"


def store(takeover_id: UUID, content: bytes) -> str:
    """Keep the content; its name in the vault. Raises ValidationError when the disk refuses."""
    name = new_name()
    try:
        VAULT.write(name, [content], address=_address(takeover_id))
    except VaultError as error:
        raise ValidationError(REFUSED) from error
    return name


def read(takeover_id: UUID, name: str) -> bytes:
    """Raises ValidationError when the file is not the one that was kept."""
    try:
        return b"".join(VAULT.read(name, address=_address(takeover_id)))
    except (MissingFileError, CannotDecryptError, ValueError) as error:
        raise ValidationError(LOST) from error


def remove(name: str) -> None:
    if name:
        VAULT.delete(name)


def rekey(takeover_id: UUID, name: str) -> bool:
    return VAULT.rekey(name, address=_address(takeover_id))


def sweep(known: Iterable[str]) -> int:
    """Delete the files no batch owns any more."""
    return VAULT.sweep(known, older_than=ORPHAN_AGE)
