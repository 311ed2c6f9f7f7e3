"""The household file: its members, who looks after it, why it closes."""

from django.db import models


class Domain(models.TextChoices):
    """The CIAS's fields of work; each has its colour and icon in the theme."""

    HOUSING = "logement", "Logement"
    RIGHTS = "droits", "Droits"
    INSERTION = "insertion", "Insertion"
    ENERGY = "energie", "Énergie"


class MemberRole(models.TextChoices):
    APPLICANT = "applicant", "Demandeur"
    PARTNER = "partner", "Conjoint"
    CHILD = "child", "Enfant"
    PARENT = "parent", "Parent"
    OTHER = "other", "Autre membre"


class Custody(models.TextChoices):
    FULL = "full", "Au foyer"
    ALTERNATE = "alternate", "Garde alternée"
    VISITS = "visits", "Droit de visite"


class AssignmentRole(models.TextChoices):
    MAIN = "main", "Référent principal"
    OTHER = "other", "Autre intervenant"
    COVER = "cover", "Remplacement"


class ClosingReason(models.TextChoices):
    MOVED = "moved", "Déménagement"
    SOLVED = "solved", "Demande satisfaite"
    REFERRED = "referred", "Relais vers un partenaire"
    NO_NEWS = "no_news", "Sans nouvelles"
    DECEASED = "deceased", "Décès"
    REQUEST = "request", "À la demande de la personne"


class ClosingOutcome(models.TextChoices):
    """What the support came to, whatever the reason it ends for: somebody may move away with all goals reached."""

    REACHED = "reached", "Objectifs atteints"
    PARTLY = "partly", "Objectifs partiellement atteints"
    NOT_REACHED = "not_reached", "Objectifs non atteints"
    RELAYED = "relayed", "Relais pris par un autre service"
    NO_FOLLOW_UP = "no_follow_up", "Sans suite"
