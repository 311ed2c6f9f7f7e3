from django.db import models


class PassageKind(models.TextChoices):
    """The three texts the direction writes beside a chapter's figures (S4); values stand in addresses."""

    ANALYSIS = "analyse", "Analyse"
    STAKES = "enjeux", "Enjeux"
    ADVICE = "preconisations", "Préconisations"


class Origin(models.TextChoices):
    """How a version of a passage came to be."""

    SAVED = "saved", "Enregistré"
    MERGED = "merged", "Réuni avec le texte d’une autre personne"
    ASIDE = "aside", "Mis de côté : un autre texte avait été enregistré"
    RESTORED = "restored", "Rétabli depuis l’historique"
    TAKEN_OVER = "taken_over", "Repris d’une autre édition"


class Progress(models.TextChoices):
    """How far a chapter is written; done is what its writers say, the rest is counted."""

    EMPTY = "empty", "À écrire"
    BEGUN = "begun", "En cours"
    DONE = "done", "Terminé"


class Means(models.TextChoices):
    """How a partner contributed."""

    MEETING = "meeting", "Réunion"
    WRITTEN = "written", "Contribution écrite"
    INTERVIEW = "interview", "Entretien"


class ActionState(models.TextChoices):
    PLANNED = "planned", "À engager"
    RUNNING = "running", "Engagée"
    DONE = "done", "Réalisée"
    DROPPED = "dropped", "Abandonnée"


class Audience(models.TextChoices):
    """Before whom a report is presented: the board at least (CASF R123-1)."""

    BOARD = "board", "Conseil d’administration du CIAS"
    COUNCIL = "council", "Conseil communautaire"
    PARTNERS = "partners", "Partenaires"
    INHABITANTS = "inhabitants", "Habitants"
    STAFF = "staff", "Équipes du CIAS"


class TextKind(models.TextChoices):
    """What a frozen text of a report is."""

    ANALYSIS = PassageKind.ANALYSIS.value, PassageKind.ANALYSIS.label
    STAKES = PassageKind.STAKES.value, PassageKind.STAKES.label
    ADVICE = PassageKind.ADVICE.value, PassageKind.ADVICE.label
    CONTRIBUTION = "contribution", "Contribution d’un partenaire"
    ACTION = "action", "Action du plan"
