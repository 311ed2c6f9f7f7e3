"""The words of the follow-up: values in English, labels in French (domain-rules §4)."""

from django.db import models


class ParameterUnit(models.TextChoices):
    DAYS = "days", "jours"
    MONTHS = "months", "mois"
    HOURS = "hours", "heures"


class ParameterCode(models.TextChoices):
    """What the dated rules of a pathway say; the values are reference data."""

    FIRST_MEETING_DAYS = "first_meeting_days", "Premier rendez-vous après la notification"
    CONTRACT_MONTHS = "contract_months", "Contrat d’engagement à signer après la notification"
    CONTRACT_ALERT_1 = "contract_alert_1", "Contrat non signé\u00a0: première alerte après la notification"
    CONTRACT_ALERT_2 = "contract_alert_2", "Contrat non signé\u00a0: deuxième alerte après la notification"
    CONTRACT_ALERT_3 = "contract_alert_3", "Contrat non signé\u00a0: troisième alerte après la notification"
    MINIMUM_HOURS = "minimum_hours", "Durée hebdomadaire d’activité"
    CONTRACT_END_ALERT = "contract_end_alert", "Fin du contrat\u00a0: alerte avant"
    REVIEW_ALERT = "review_alert", "Actualisation ou réexamen\u00a0: alerte avant"
    MIDWAY_MONTHS = "midway_months", "Orientation sociale\u00a0: premier réexamen"
    SOCIAL_REVIEW_MONTHS = "social_review_months", "Orientation sociale\u00a0: réexamen"
    MINIMUM_DAYS = "minimum_days", "Durée la plus courte d’une orientation"
    CONTACT_DAYS = "contact_days", "Après une absence\u00a0: chercher à joindre la personne sous"
    SUMMONS_DAYS = "summons_days", "Sans réponse\u00a0: convoquer sous"
    NOTICE_DAYS = "notice_days", "Convocation\u00a0: envoi avant le rendez-vous, au moins"
    ANSWER_DAYS = "answer_days", "Après le rendez-vous manqué\u00a0: délai laissé pour s’expliquer"


UNITS = {
    code: ParameterUnit.MONTHS
    if code.endswith("_months")
    else ParameterUnit.HOURS
    if code.endswith("_hours")
    else ParameterUnit.DAYS
    for code in ParameterCode.values
}


class ReviewConclusion(models.TextChoices):
    """What the re-examination of a social orientation concludes (CASF, art. L262-31)."""

    KEEP = "keep", "Maintien de l’accompagnement social"
    TO_MIXED = "to_mixed", "Vers un accompagnement socio-professionnel"
    TO_PRO = "to_pro", "Vers un accompagnement professionnel"
    EXIT = "exit", "Sortie du parcours à préparer"


class ExitReason(models.TextChoices):
    """Why somebody leaves the pathway (list of the report to the Département)."""

    LASTING_JOB = "lasting_job", "Emploi durable (CDI, ou CDD de 6 mois et plus)"
    SHORT_JOB = "short_job", "Emploi de transition (CDD de moins de 6 mois, intérim)"
    IAE = "iae", "Insertion par l’activité économique"
    TRAINING = "training", "Formation"
    BUSINESS = "business", "Création ou reprise d’entreprise"
    AAH_PENSION = "aah_pension", "AAH ou retraite"
    MOVED = "moved", "Déménagement hors du territoire"
    RIGHTS_END = "rights_end", "Fin de droit au RSA"
    REORIENTED = "reoriented", "Réorientation vers une autre structure"
    LOST = "lost", "Perdu de vue"
    DEATH = "death", "Décès"
    OTHER = "other", "Autre"


class ExitEvidence(models.TextChoices):
    WORK_CONTRACT = "work_contract", "Contrat de travail"
    PAYSLIP = "payslip", "Bulletin de salaire"
    CERTIFICATE = "certificate", "Attestation d’un organisme"
    NOTICE = "notice", "Notification de la CAF, de la MSA ou du Département"
    DECLARATION = "declaration", "Déclaration de la personne"
    NONE = "none", "Aucun justificatif"


class NoShowState(models.TextChoices):
    """Where the follow-up of absences stands. No state is a sanction: only the Département decides (L5426-1)."""

    OPEN = "open", "Absence constatée"
    CONTACTED = "contacted", "Contact tenté"
    SUMMONED = "summoned", "Convocation envoyée"
    REPORTED = "reported", "Faits transmis au Département"
    ANSWERED = "answered", "Réponse du Département reçue"
    RESUMED = "resumed", "Contact repris"
    EXCUSED = "excused", "Motif légitime retenu"


class ContactChannel(models.TextChoices):
    PHONE = "phone", "Téléphone"
    SMS = "sms", "SMS"
    EMAIL = "email", "E-mail"
    VISIT = "visit", "Visite au domicile"
    LETTER = "letter", "Courrier simple"
    TRACKED = "tracked", "Lettre suivie"
    REGISTERED = "registered", "Recommandé avec avis de réception"
    HAND = "hand", "Remise en main propre contre signature"


class ContactResult(models.TextChoices):
    NONE = "", "Non précisé"
    REACHED = "reached", "Personne jointe"
    MESSAGE = "message", "Message laissé"
    NO_ANSWER = "no_answer", "Pas de réponse"
    WRONG = "wrong", "Coordonnées qui ne répondent plus"


# The proof of a convocation is its number: these channels give one.
NUMBERED = (ContactChannel.TRACKED, ContactChannel.REGISTERED)
CALLS = (ContactChannel.PHONE, ContactChannel.SMS, ContactChannel.EMAIL, ContactChannel.VISIT)
POSTS = (
    ContactChannel.LETTER,
    ContactChannel.TRACKED,
    ContactChannel.REGISTERED,
    ContactChannel.HAND,
    ContactChannel.EMAIL,
)
