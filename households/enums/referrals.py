"""Who sends people to the CIAS, and to whom it sends them (H13)."""

from django.db import models


class PartnerKind(models.TextChoices):
    DEPARTMENT = "department", "Département"
    CAF = "caf", "CAF"
    CPAM = "cpam", "CPAM"
    TOWN_HALL = "town_hall", "Mairie"
    ASSOCIATION = "association", "Association"
    LANDLORD = "landlord", "Bailleur"
    EMPLOYMENT = "employment", "France Travail"
    EMPLOYER = "employer", "Employeur"
    IAE = "iae", "Insertion par l’activité (IAE)"
    AGENCY = "agency", "Agence d’intérim"
    TRAINER = "trainer", "Organisme de formation"
    DISABILITY = "mdph", "MDPH"
    HOSPITAL = "hospital", "Hôpital et soins"
    SCHOOL = "school", "École"
    JUSTICE = "justice", "Justice"
    OTHER = "other", "Autre"


class ReferralOrigin(models.TextChoices):
    """Mode d'orientation, as the field's tools name it, with the households' own circle added."""

    SPONTANEOUS = "spontaneous", "Spontanée"
    DEPARTMENT = "department", "Département"
    TOWN_HALL = "town_hall", "Mairie"
    ASSOCIATION = "association", "Association"
    ELECTED = "elected", "Élu ou cabinet"
    PARTNER = "partner", "Autre partenaire"
    RELATIVES = "relatives", "Entourage"
    THIRD_PARTY = "third_party", "Signalement d’un tiers"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class ReferralUrgency(models.TextChoices):
    IMMEDIATE = "immediate", "Immédiate"
    TWO_DAYS = "48h", "Sous 48 heures"
    NORMAL = "normal", "Normale"
    UNKNOWN = "", "Non renseignée"


class Consent(models.TextChoices):
    """What the person answered when asked whether information about them may be passed on."""

    YES = "yes", "La personne est d’accord"
    NO = "no", "La personne n’est pas d’accord"
    NOT_ASKED = "not_asked", "L’accord n’a pas été demandé"


class SharingBasis(models.TextChoices):
    """What allows professionals to share without the person's agreement; empty when the agreement is the basis."""

    CONSENT = "", "Accord de la personne"
    SHARED_SECRET = "shared", "Professionnels agissant pour la même personne (CASF, art. L121-6-2)"
    CHILD = "child", "Protection de l’enfance (CASF, art. L226-2-2)"
    DANGER = "danger", "Signalement aux autorités (Code pénal, art. 226-14)"
    OTHER = "other", "Autre texte, à préciser"


class ReferralAnswer(models.TextChoices):
    PENDING = "", "En attente"
    ACCEPTED = "accepted", "Acceptée"
    APPOINTMENT = "appointment", "Rendez-vous donné"
    REFUSED = "refused", "Refusée"
    NO_ANSWER = "no_answer", "Restée sans réponse"
    NOT_FOLLOWED = "not_followed", "La personne n’a pas donné suite"
    CANCELLED = "cancelled", "Annulée"
