"""Letters written from templates (H16)."""

from django.db import models


class LetterCategory(models.TextChoices):
    APPOINTMENT = "appointment", "Rendez-vous"
    PIECES = "pieces", "Pièces à fournir"
    REFERRAL = "referral", "Orientation vers un partenaire"
    CERTIFICATE = "certificate", "Attestation"
    ANSWER = "answer", "Réponse à une demande"
    CLOSING = "closing", "Fin de suivi"
    NOTICE = "notice", "Information"
    OTHER = "other", "Autre"


class RecipientKind(models.TextChoices):
    PERSON = "person", "Une personne du ménage"
    PARTNER = "partner", "Un partenaire"
    FREE = "free", "Quelqu’un d’autre"
