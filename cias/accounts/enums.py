from django.db import models


class Role(models.TextChoices):
    """What an agent is in the CIAS; the permission matrix gives each role its rights."""

    RECEPTION = "accueil", "Accueil"
    SOCIAL_WORKER = "ts", "Travail social"
    PSYCHOLOGIST = "psy", "Psychologue"
    DIRECTOR = "direction", "Direction"
    BOARD = "ca", "Conseil d’administration"
    DPO = "dpo", "Protection des données"
    ADMIN = "admin", "Administration technique"


class Scope(models.TextChoices):
    """How far a right reaches."""

    ALL = "all", "Oui"
    OWN = "own", "Les siens"
    REASON = "reason", "Avec un motif"
