"""The words of the diagnosis (reference-data §2.3)."""

from django.db import models


class LabelKind(models.TextChoices):
    FINDING = "finding", "Constat"
    OBJECTIVE = "objective", "Objectif"
    ACTION = "action", "Action"


class ObstacleKind(models.TextChoices):
    """The obstacles the report to the Département counts (domain-rules §4)."""

    HEALTH = "health", "Santé (difficulté déclarée)"
    HOUSING = "housing", "Logement"
    MOBILITY = "mobility", "Mobilité"
    CHILDCARE = "childcare", "Garde d’enfant"
    CARER = "carer", "Aide à un proche"
    DIGITAL = "digital", "Numérique"
    LANGUAGE = "language", "Langue française"
    TRAINING = "training", "Formation, qualification"
    MONEY = "money", "Finances, endettement"
    RIGHTS = "rights", "Démarches administratives"
    ISOLATION = "isolation", "Isolement"


class ObstacleLevel(models.IntegerChoices):
    """How much it weighs on the way to work; each new appraisal is a dated row."""

    LIFTED = 0, "Levé"
    LIGHT = 1, "Léger"
    STRONG = 2, "Important"
    BLOCKING = 3, "Bloquant"


class ObjectiveState(models.TextChoices):
    RUNNING = "running", "En cours"
    DONE = "done", "Réalisé"
    DROPPED = "dropped", "Abandonné"


class StepState(models.TextChoices):
    """Where an action of the diagnosis stands (Carnet de bord's six states)."""

    PROJECT = "project", "En projet"
    WAITING = "waiting", "En attente"
    RUNNING = "running", "En cours"
    DONE = "done", "Réalisée"
    DROPPED = "dropped", "Abandonnée par la personne"
    CANCELLED = "cancelled", "Annulée par la structure"


ENDED = (StepState.DONE.value, StepState.DROPPED.value, StepState.CANCELLED.value)


class OwnerKind(models.TextChoices):
    PERSON = "person", "La personne"
    AGENT = "agent", "Un agent du CIAS"
    PARTNER = "partner", "Un partenaire"
