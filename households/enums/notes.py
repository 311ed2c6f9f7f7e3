"""Exchanges with a household and who may read them."""

from django.db import models


class NoteLevel(models.TextChoices):
    TEAM = "team", "Équipe"
    CIRCLE = "circle", "Cercle"
    PERSONAL = "personal", "Personnelle"


class NoteMeans(models.TextChoices):
    OFFICE = "office", "Au bureau"
    PHONE = "phone", "Par téléphone"
    HOME = "home", "À domicile"
    VIDEO = "video", "En visioconférence"
    MAIL = "mail", "Par courrier"
    EMAIL = "email", "Par e-mail"
    OUTSIDE = "outside", "À l’extérieur"
    PARTNER = "partner", "Avec un partenaire"


class Theme(models.TextChoices):
    BUDGET = "budget", "Budget"
    RIGHTS = "rights", "Accès aux droits"
    HOUSING = "housing", "Logement"
    ENERGY = "energy", "Énergie"
    EMPLOYMENT = "employment", "Emploi et formation"
    HEALTH = "health", "Accès aux soins"
    FAMILY = "family", "Famille"
    AUTONOMY = "autonomy", "Vieillissement, handicap"
    MOBILITY = "mobility", "Mobilité"
    DIGITAL = "digital", "Numérique"
    JUSTICE = "justice", "Justice"
    ISOLATION = "isolation", "Isolement"


# Who reads a note, said to its author beside each choice; NoteQuerySet.for_user() enforces it.
NOTE_READERS: dict[str, str] = {
    NoteLevel.TEAM: "Équipe : tout le travail social, et la direction si elle donne un motif.",
    NoteLevel.CIRCLE: "Cercle : l’auteur et les agents désignés sur ce dossier.",
    NoteLevel.PERSONAL: "Personnelle : l’auteur seul, ni ses collègues ni la direction.",
}
