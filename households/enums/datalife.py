"""Data life (C7) and rights of persons (C8)."""

from django.db import models


class Clock(models.TextChoices):
    """What a retention rule is about; each clock starts on its own day."""

    FILE = "file", "Dossier d’un ménage, après le dernier contact"
    ACCOUNTING = "accounting", "Pièces comptables, après le paiement"
    REQUEST = "request", "Demande d’exercice de droits, après la réponse"


class HoldReason(models.TextChoices):
    LITIGATION = "litigation", "Contentieux ou recours en cours"
    INQUIRY = "inquiry", "Enquête ou réquisition"
    DEBT = "debt", "Somme encore due"
    ARCHIVES = "archives", "Conservation demandée par les Archives"
    OTHER = "other", "Autre motif"


class SlipState(models.TextChoices):
    """A bordereau d’élimination."""

    PREPARED = "prepared", "Préparé"
    SENT = "sent", "Transmis aux Archives"
    APPROVED = "approved", "Visé"
    DONE = "done", "Éliminé"
    REFUSED = "refused", "Refusé par les Archives"
    CANCELLED = "cancelled", "Annulé"


class LineState(models.TextChoices):
    LISTED = "listed", "Inscrit"
    LEFT = "left", "Retiré"
    ERASED = "erased", "Anonymisé"


class RequestKind(models.TextChoices):
    """RGPD, art. 15 to 21."""

    ACCESS = "access", "Accès et copie (art. 15)"
    RECTIFICATION = "rectification", "Rectification (art. 16)"
    ERASURE = "erasure", "Effacement (art. 17)"
    RESTRICTION = "restriction", "Limitation (art. 18)"
    OBJECTION = "objection", "Opposition (art. 21)"


class RequestOutcome(models.TextChoices):
    GRANTED = "granted", "Acceptée"
    PARTLY = "partly", "Acceptée en partie"
    REFUSED = "refused", "Refusée"
    WITHDRAWN = "withdrawn", "Retirée par la personne"
