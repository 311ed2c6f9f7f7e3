"""The take-over of an existing list: where a batch stands and what becomes of each household of the file."""

from django.db import models


class TakeOverStatus(models.TextChoices):
    DRAFT = "draft", "À préparer"
    READY = "ready", "Vérifié, rien d’importé"
    PARTIAL = "partial", "Importé en partie"
    IMPORTED = "imported", "Importé"
    UNDONE = "undone", "Défait"


class TakeOverJobKind(models.TextChoices):
    CHECK = "check", "Vérification"
    IMPORT = "import", "Import"
    UNDO = "undo", "Retour en arrière"


class Outcome(models.TextChoices):
    """What the import would do with a household of the file."""

    CREATE = "create", "À créer"
    UPDATE = "update", "À mettre à jour"
    UNCHANGED = "unchanged", "Inchangé"
    DUPLICATE = "duplicate", "Doublon proposé"
    REFUSED = "refused", "Refusé"


class Decision(models.TextChoices):
    """What to do with a household one of whose persons may be known already."""

    CREATE = "create", "Créer quand même"
    ATTACH = "attach", "Rattacher à la personne connue"
    SKIP = "skip", "Laisser de côté"


class Result(models.TextChoices):
    """What the import did."""

    PENDING = "", "Pas encore importé"
    CREATED = "created", "Créé"
    UPDATED = "updated", "Mis à jour"
    ATTACHED = "attached", "Rattaché"
    UNCHANGED = "unchanged", "Inchangé"
    SKIPPED = "skipped", "Laissé de côté"
    REFUSED = "refused", "Refusé"
    UNDONE = "undone", "Défait"
    KEPT = "kept", "Gardé"
