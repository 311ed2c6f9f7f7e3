"""What is true of a household for a time."""

from django.db import models


class FamilyType(models.TextChoices):
    """Type de ménage, INSEE's wording adapted (recensement, ménages)."""

    MAN_ALONE = "man_alone", "Homme seul"
    WOMAN_ALONE = "woman_alone", "Femme seule"
    COUPLE = "couple", "Couple sans enfant"
    COUPLE_CHILDREN = "couple_children", "Couple avec enfants"
    LONE_PARENT = "lone_parent", "Famille monoparentale"
    OTHER = "other", "Autre ménage"
    UNKNOWN = "", "Non renseigné"


class HousingStatus(models.TextChoices):
    OWNER = "owner", "Propriétaire"
    PRIVATE_TENANT = "private_tenant", "Locataire du parc privé"
    SOCIAL_TENANT = "social_tenant", "Locataire du parc social"
    CIAS_HOUSED = "cias", "Hébergé ou sous-locataire du CIAS"
    SHELTER = "shelter", "Hébergement social (CHRS, CADA…)"
    WITH_FAMILY = "with_family", "Hébergé par la famille"
    WITH_OTHERS = "with_others", "Hébergé par un tiers"
    INSTITUTION = "institution", "Établissement ou résidence"
    HOTEL = "hotel", "Hôtel"
    MAKESHIFT = "makeshift", "Logement de fortune ou mobile"
    HOMELESS = "homeless", "Sans hébergement"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class Activity(models.TextChoices):
    """Situation d'emploi de la personne de référence (BIT groups: en emploi, au chômage, inactif)."""

    EMPLOYED = "employed", "En emploi"
    SELF_EMPLOYED = "self_employed", "Indépendant"
    JOB_SEEKER = "job_seeker", "En recherche d’emploi"
    TRAINING = "training", "En formation ou études"
    RETIRED = "retired", "Retraité"
    DISABLED = "disabled", "En invalidité ou arrêt long"
    AT_HOME = "at_home", "Au foyer"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class IncomeBand(models.TextChoices):
    """Revenu mensuel du ménage."""

    NONE = "none", "Aucune ressource"
    UNDER_600 = "0_600", "Moins de 600 €"
    UNDER_1000 = "600_1000", "De 600 à 999 €"
    UNDER_1500 = "1000_1500", "De 1 000 à 1 499 €"
    UNDER_2000 = "1500_2000", "De 1 500 à 1 999 €"
    OVER_2000 = "2000", "2 000 € et plus"
    UNKNOWN = "", "Non renseigné"


class MainResource(models.TextChoices):
    WAGE = "wage", "Salaire"
    RSA = "rsa", "RSA"
    UNEMPLOYMENT = "are", "Allocation chômage (ARE, ASS)"
    PENSION = "pension", "Retraite"
    ASPA = "aspa", "ASPA"
    AAH = "aah", "AAH"
    INVALIDITY = "invalidity", "Pension d’invalidité"
    SICKNESS = "sickness", "Indemnités journalières"
    FAMILY = "family", "Prestations familiales"
    ALIMONY = "alimony", "Pension alimentaire"
    NONE = "none", "Aucune"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"
