"""The words of domiciliation (reference-data §2.2, §3; CASF, L264-1 to L264-10): values English, labels French."""

from django.db import models


class ElectionState(models.TextChoices):
    REQUESTED = "requested", "Demande reçue"
    INTERVIEWED = "interviewed", "Entretien mené"
    GRANTED = "granted", "Accordée"
    RENEWED = "renewed", "Renouvelée"
    REFUSED = "refused", "Refusée"
    ENDED = "ended", "Terminée"
    WITHDRAWN = "withdrawn", "Demande abandonnée"


class ElectionKind(models.TextChoices):
    FIRST = "first", "Première demande"
    RENEWAL = "renewal", "Renouvellement"


class TerritoryLink(models.TextChoices):
    """What links the person to the commune (CASF, L264-4 and R264-4)."""

    STAY = "stay", "Séjour dans la commune"
    WORK = "work", "Activité professionnelle"
    SUPPORT = "support", "Action d’insertion, ou suivi social, médical ou professionnel"
    FAMILY = "family", "Lien familial avec une personne qui y vit"
    SCHOOL = "school", "Autorité parentale sur un enfant qui y est scolarisé"
    OTHER = "other", "Autre lien"
    NONE = "none", "Aucun lien"


class Cause(models.TextChoices):
    WANDERING = "wandering", "Errance"
    EVICTION = "eviction", "Expulsion"
    HOSTED = "hosted", "Hébergement sans justificatif d’adresse possible"
    WAY_OF_LIFE = "way_of_life", "Mode de vie (itinérance, gens du voyage)"
    FAMILY_BREAK = "family_break", "Rupture familiale ou conjugale"
    LEFT_SHELTER = "left_shelter", "Sortie d’une structure d’hébergement"
    VIOLENCE = "violence", "Violence familiale ou conjugale"
    LEFT_HOSPITAL = "left_hospital", "Sortie d’hospitalisation"
    LEFT_PRISON = "left_prison", "Sortie d’incarcération"
    OTHER = "other", "Autre cause"


class Residence(models.TextChoices):
    MOBILE = "mobile", "Domicile mobile ou habitat itinérant"
    SHELTER = "shelter", "Hébergement social"
    HOSTED = "hosted", "Hébergement chez un tiers"
    HOTEL = "hotel", "Hôtel"
    STREET = "street", "Sans abri, squat ou bidonville"
    UNUSABLE = "unusable", "Logement dont l’adresse ne peut pas servir"
    OTHER = "other", "Autre résidence"


class Purpose(models.TextChoices):
    CIVIL = "civil", "Exercice des droits civils ou civiques"
    BENEFITS = "benefits", "Accès aux prestations sociales"
    WORK = "work", "Exercice d’une activité professionnelle"
    SAFETY = "safety", "Mise à l’abri de violences"
    OTHER = "other", "Autre raison"


class RefusalReason(models.TextChoices):
    NOT_CONCERNED = "not_concerned", "Ne relève pas de la domiciliation"
    NO_LINK = "no_link", "Absence de lien avec la commune"
    FULL = "full", "Nombre maximal de domiciliations atteint"
    OTHER = "other", "Autre motif"


class Orientation(models.TextChoices):
    """Where a refused person is sent: a refusal always names one (CASF, L264-4)."""

    CCAS = "ccas", "CCAS ou commune"
    CIAS = "cias", "Autre CIAS"
    APPROVED = "approved", "Organisme agréé"
    OTHER = "other", "Autre organisme"


class EndReason(models.TextChoices):
    ASKED = "asked", "À la demande de la personne"
    STABLE_HOME = "stable_home", "Entrée dans un logement ou un hébergement stable"
    ABSENCE = "absence", "Sans manifestation depuis plus de trois mois"
    NO_LINK = "no_link", "Plus de lien avec la commune"
    NOT_RENEWED = "not_renewed", "Arrivée à son terme sans renouvellement"
    RULES = "rules", "Non-respect du règlement"
    DECEASED = "deceased", "Décès"
    OTHER = "other", "Autre motif"


class Relation(models.TextChoices):
    """Who else the attestation covers."""

    PARTNER = "partner", "Conjoint"
    CHILD = "child", "Enfant"
    PARENT = "parent", "Parent"
    OTHER = "other", "Autre personne à charge"


class PauseReason(models.TextChoices):
    """Absences that stop the clock of three months (CASF, D264-3)."""

    WORK = "work", "Raisons professionnelles"
    HEALTH = "health", "Santé, hospitalisation"
    DETENTION = "detention", "Privation de liberté"
    OTHER = "other", "Autre absence justifiée"


class DeskKind(models.TextChoices):
    VISIT = "visit", "Passage"
    CALL = "call", "Appel téléphonique"
    ARRIVED = "arrived", "Courrier arrivé"
    HANDED = "handed", "Courrier remis à la personne"
    HANDED_PROXY = "handed_proxy", "Courrier remis à un mandataire"
    FORWARDED = "forwarded", "Courrier réexpédié"
    RETURNED = "returned", "Courrier rendu à l’expéditeur"
