from django.db import models


class Scheme(models.TextChoices):
    """Under which regime a place is lent or let (domain-rules §5)."""

    TEMPORARY = "temporary", "Hébergement temporaire"
    SUBLET = "sublet", "Sous-location"
    SLIDING = "sliding", "Bail glissant"
    IML = "iml", "Intermédiation locative"


class DwellingType(models.TextChoices):
    T1 = "t1", "T1"
    T1B = "t1b", "T1 bis"
    T2 = "t2", "T2"
    T3 = "t3", "T3"
    T4 = "t4", "T4"
    T5 = "t5", "T5"
    T6 = "t6", "T6 et plus"


class EnergyLabel(models.TextChoices):
    """Étiquette du diagnostic de performance énergétique (DPE)."""

    A = "a", "A"
    B = "b", "B"
    C = "c", "C"
    D = "d", "D"
    E = "e", "E"
    F = "f", "F"
    G = "g", "G"
    UNKNOWN = "", "Non renseigné"


class UnavailableReason(models.TextChoices):
    WORKS = "works", "Travaux"
    DAMAGE = "damage", "Sinistre"
    HANDBACK = "handback", "Restitution au bailleur"
    OTHER = "other", "Autre"


class ExitOutcome(models.TextChoices):
    """Where the household goes; the first three are the durable housing of the key figure (L6)."""

    SOCIAL = "social", "Logement social"
    PRIVATE = "private", "Logement privé"
    SLIDE = "slide", "Glissement du bail"
    SHELTER = "shelter", "Autre hébergement"
    INSTITUTION = "institution", "Structure médico-sociale"
    FAMILY = "family", "Famille ou proches"
    EVICTED = "evicted", "Fin de contrat ou expulsion"
    LEFT = "left", "Départ sans adresse"
    DECEASED = "deceased", "Décès"


DURABLE_EXITS = (ExitOutcome.SOCIAL, ExitOutcome.PRIVATE, ExitOutcome.SLIDE)


class ContractKind(models.TextChoices):
    INITIAL = "initial", "Contrat initial"
    RENEWAL = "renewal", "Avenant de renouvellement"
