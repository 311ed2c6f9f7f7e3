"""Protected files (C3): why a file is closed to all but named agents, and why somebody forced the door."""

from django.db import models


class ProtectionReason(models.TextChoices):
    RELATIVE = "relative", "Proche d’un agent"
    ELECTED = "elected", "Élu ou proche d’un élu"
    VIOLENCE = "violence", "Violences"
    SHELTERED = "sheltered", "Mise à l’abri, adresse cachée"
    OTHER = "other", "Autre motif"


class EmergencyVerdict(models.TextChoices):
    JUSTIFIED = "justified", "Accès justifié"
    UNJUSTIFIED = "unjustified", "Accès non justifié"
