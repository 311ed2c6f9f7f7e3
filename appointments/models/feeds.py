"""The address at which a calendar program reads an agent's agenda (A12)."""

import pghistory
from django.db import models
from django.utils import timezone

from cias.accounts.models import User
from cias.core.french import of_name
from cias.core.models import Record


@pghistory.track()
class CalendarFeed(Record):
    """One secret address for each agent who asked for it; a new one replaces it, deleting the row closes it.

    Only the SHA-256 of the secret is kept: whoever reads the database cannot open the feed.
    """

    agent = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed", verbose_name="agent")
    digest = models.CharField("empreinte de l’adresse", max_length=64, unique=True, editable=False)
    opened_at = models.DateTimeField("créée le", default=timezone.now, editable=False)

    class Meta:
        verbose_name = "agenda partagé"
        verbose_name_plural = "agendas partagés"
        ordering = ["agent"]

    def __str__(self) -> str:
        return f"agenda {of_name(self.agent)}"
