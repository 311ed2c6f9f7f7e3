"""The life of an orientation, and the requests to change it (I2)."""

from django.db import models


class ChangeKind(models.TextChoices):
    """What changed on an orientation after it was recorded."""

    CORRECTED = "corrected", "Corrigée"
    REFERENT = "referent", "Référent unique changé"
    ENDED = "ended", "Terminée par une nouvelle orientation"


class Asker(models.TextChoices):
    """Who asks for another orientation (C. trav., art. D5411-8-2: the person, or the organisme référent)."""

    PERSON = "person", "La personne"
    REFERENT = "referent", "Le référent unique"


class RequestState(models.TextChoices):
    """Where a request for another orientation stands; the Département answers, never the CIAS."""

    WRITTEN = "written", "À transmettre"
    SENT = "sent", "Transmise au Département"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée"
