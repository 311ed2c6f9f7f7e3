"""What becomes of each person of the Département's file."""

from django.db import models


class RowOutcome(models.TextChoices):
    """What the import would do with a row."""

    CREATE = "create", "À créer"
    UPDATE = "update", "À mettre à jour"
    UNCHANGED = "unchanged", "Inchangé"
    DOUBT = "doubt", "À décider"
    ASIDE = "aside", "Autre structure"
    REFUSED = "refused", "Refusé"


class RowDecision(models.TextChoices):
    """What an agent decided about a row that may be somebody known, or that ends a running orientation."""

    CREATE = "create", "Créer une nouvelle personne"
    ATTACH = "attach", "C’est cette personne"
    SKIP = "skip", "Laisser de côté"


class StructureWord(models.TextChoices):
    """Whether a structure named in the file is ours: the others' new allocataires are not taken in."""

    OURS = "ours", "Notre CIAS"
    OTHER = "other", "Une autre structure"
