"""What is estimated, what came of it, and what is missing to say more."""

from django.db import models


class EstimatedKind(models.TextChoices):
    """A benefit that is estimated. Several may belong to one right of the catalogue (`RIGHT_OF`)."""

    RSA = "rsa", "RSA"
    ACTIVITY_BONUS = "ppa", "Prime d’activité"
    HOUSING_AID = "al", "Aide au logement"
    FAMILY = "af", "Allocations familiales"
    SUPPORT = "asf", "Allocation de soutien familial"
    FAMILY_SUPPLEMENT = "cf", "Complément familial"
    HEALTH = "css", "Complémentaire santé solidaire"
    DISABILITY = "aah", "AAH"
    OLD_AGE = "aspa", "ASPA"


# Where a full name would not fit: the headers of a wide table.
SHORT: dict[str, str] = {
    EstimatedKind.ACTIVITY_BONUS: "PPA",
    EstimatedKind.HOUSING_AID: "APL, AL",
    EstimatedKind.FAMILY: "AF",
    EstimatedKind.SUPPORT: "ASF",
    EstimatedKind.FAMILY_SUPPLEMENT: "CF",
    EstimatedKind.HEALTH: "CSS",
}
# The sheet of the catalogue that is opened to ask for it.
RIGHT_OF: dict[str, str] = {
    EstimatedKind.RSA: "rsa",
    EstimatedKind.ACTIVITY_BONUS: "prime-activite",
    EstimatedKind.HOUSING_AID: "apl",
    EstimatedKind.FAMILY: "prestations-familiales",
    EstimatedKind.SUPPORT: "prestations-familiales",
    EstimatedKind.FAMILY_SUPPLEMENT: "prestations-familiales",
    EstimatedKind.HEALTH: "css",
    EstimatedKind.DISABILITY: "aah",
    EstimatedKind.OLD_AGE: "aspa",
}


class EstimateState(models.TextChoices):
    PROBABLE = "probable", "Droit probable, non demandé"
    INCOMPLETE = "incomplete", "À compléter"
    RECEIVED = "received", "Déjà perçu"
    ASKED = "asked", "Demande en cours"
    DECLINED = "declined", "La personne ne le demande pas"
    NOT_DUE = "not_due", "Pas de droit estimé"


class Gap(models.TextChoices):
    """Something the file does not say. Its label completes « À demander : … »."""

    BUDGET = "budget", "le budget du ménage"
    OLD_BUDGET = "old_budget", "un budget à jour"
    APPLICANT = "applicant", "qui est le demandeur du ménage"
    BIRTH = "birth", "la date de naissance"
    DISABILITY = "disability", "si un handicap est reconnu (MDPH)"
    INCAPACITY_RATE = "incapacity_rate", "le taux d’incapacité, sur la notification de la MDPH"
    NATIONALITY = "nationality", "la nationalité"
    RESIDENCE_PERMIT = "residence_permit", "le titre de séjour et sa durée"
    HOUSING = "housing", "le statut de logement"
    RENT = "rent", "le loyer"
    COMMUNE = "commune", "la commune"
    HEALTH_COVER = "health_cover", "quelle complémentaire santé la personne a"
    ALIMONY = "alimony", "si une pension alimentaire est fixée et versée"
    OTHER_RESOURCE = "other_resource", "la nature de l’autre ressource notée au budget"
    ACTIVITY = "activity", "l’activité du demandeur"
