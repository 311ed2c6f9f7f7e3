from django.db import models


class OrientationKind(models.TextChoices):
    """The three tracks of the loi plein emploi (C. trav., art. L5411-5-1; labels of reference-data §2.3)."""

    SOCIAL = "sociale", "Sociale"
    PROFESSIONAL = "pro", "Professionnelle"
    MIXED = "socio_pro", "Socio-professionnelle"


class ContractKind(models.TextChoices):
    """The contrat d'engagement replaced the CER on 1 January 2025; old ones stay readable."""

    ENGAGEMENT = "ce", "Contrat d’engagement"
    CER = "cer", "Contrat d’engagements réciproques (avant 2025)"


class Exemption(models.TextChoices):
    """Why no weekly hours are asked, at the person's request (C. trav., art. L5411-6)."""

    NONE = "", "Aucune : des heures sont prévues"
    HEALTH = "health", "Difficultés de santé"
    DISABILITY = "disability", "Handicap ou invalidité"
    LONE_PARENT = "lone_parent", "Parent isolé sans garde d’un enfant de moins de 12 ans"


class ActionKind(models.TextChoices):
    """R5411-15: what the hours of the plan d'action may be."""

    IMMERSION = "immersion", "Mise en situation professionnelle"
    TRAINING = "training", "Formation"
    SEARCH = "search", "Recherche d’emploi"
    SUPPORT_JOB = "support_job", "Accompagnement professionnel"
    SUPPORT_SOCIAL = "support_social", "Accompagnement social"
    RIGHTS = "rights", "Accès aux droits et levée des freins"
    ACTIVITY = "activity", "Maintien d’une activité"


class ActionState(models.TextChoices):
    PLANNED = "planned", "Prévue"
    RUNNING = "running", "En cours"
    DONE = "done", "Réalisée"
    DROPPED = "dropped", "Abandonnée"
