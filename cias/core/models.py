"""Abstract bases. The core has no table of its own."""

import uuid

from django.db import models


class Record(models.Model):
    """A row addressed by an opaque identifier, never by a sequential number (contracts.md, HTTP)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True)

    class Meta:
        abstract = True
