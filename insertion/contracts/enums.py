"""The words of the life of a contract."""

from django.db import models


class ActionMode(models.TextChoices):
    """How an hour of the plan d'action is spent (C. trav., art. R5411-15)."""

    INDIVIDUAL = "individual", "Individuelle"
    COLLECTIVE = "collective", "Collective"
    AUTONOMOUS = "autonomous", "En autonomie"


class ContractStepKind(models.TextChoices):
    SIGNED = "signed", "Signature"
    AMENDED = "amended", "Avenant signé"
    UPDATED = "updated", "Actualisation"
    ENDED = "ended", "Fin avant le terme"
    CANCELLED = "cancelled", "Projet abandonné"


class EndReason(models.TextChoices):
    NONE = "", "Aucun"
    EXIT = "exit", "Sortie du parcours"
    AGREEMENT = "agreement", "D’un commun accord"
    NEW_CONTRACT = "new_contract", "Remplacé par un nouveau contrat"
    ORIENTATION = "orientation", "Nouvelle orientation"
    DECISION = "decision", "Décision du Département"
    OTHER = "other", "Autre"
