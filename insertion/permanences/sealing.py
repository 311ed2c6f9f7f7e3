"""How the texts of the sealed room are encrypted: for one row and for one owner.

The address a text is authenticated with names its row and the account it belongs to. Whoever can write in the database
without our keys, the technical administrator for one, opens nothing by putting a follow-up in another's name: the text
no longer decrypts. Only a handover, which the psychologist does, seals it again for a colleague.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import models
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables

from cias.core import crypto


class SealedText(models.Model):
    """A text that only `owner_id` may have opened; nothing else keeps a word of it."""

    sealed = models.TextField("texte chiffré", editable=False)

    class Meta:
        abstract = True

    @property
    def owner_id(self) -> UUID:
        raise NotImplementedError

    def address_for(self, owner_id: UUID) -> str:
        return f"{self._meta.db_table}.sealed.{self.pk}.{owner_id}"

    @sensitive_variables()
    def write(self, text: str) -> None:
        """Seal `text` for the owner; the caller saves the row."""
        self.sealed = crypto.encrypt_text(text, self.address_for(self.owner_id))

    @sensitive_variables()
    def read(self) -> str:
        """The text. Raises CannotDecryptError for a row that was altered, moved, or put in another's name."""
        return crypto.decrypt_text(self.sealed, self.address_for(self.owner_id))

    @sensitive_variables()
    def seal_again(self, *, former: UUID, owner: UUID) -> None:
        """Close for `owner` what was closed for `former`; the caller saves the row."""
        text = crypto.decrypt_text(self.sealed, self.address_for(former))
        self.sealed = crypto.encrypt_text(text, self.address_for(owner))


def sealed_page(view: Callable[..., Any]) -> Callable[..., Any]:
    """For the views and services that handle such a text: no error report shows what they hold or were sent."""
    return sensitive_variables()(sensitive_post_parameters()(view))


def rekey(model: type[SealedText]) -> int:
    """Encrypt again with the newest key what an older one encrypted; returns how many changed."""
    newest, done = crypto.keys()[0].identifier.hex(), 0
    for row in model._default_manager.exclude(sealed__startswith=newest).iterator():
        row.seal_again(former=row.owner_id, owner=row.owner_id)
        row.save(update_fields=["sealed"])
        done += 1
    return done
