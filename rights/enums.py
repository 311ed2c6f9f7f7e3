"""The words of access to rights (domain-rules §3): values in English, labels in French."""

from django.db import models


class Family(models.TextChoices):
    INCOME = "income", "Minima sociaux"
    HEALTH = "health", "Santé"
    FAMILY = "family", "Famille"
    HOUSING = "housing", "Logement et énergie"
    EMPLOYMENT = "employment", "Emploi"
    DISABILITY = "disability", "Handicap"
    AGEING = "ageing", "Autonomie des personnes âgées"
    DEBT = "debt", "Budget et dettes"
    CITIZENSHIP = "citizenship", "Domiciliation"


class Certainty(models.TextChoices):
    """Whether somebody read the rule in a text in force, or whether it still has to be."""

    VERIFIED = "verified", "Vérifié"
    TO_CHECK = "to_check", "À vérifier"


class DelayUnit(models.TextChoices):
    AT_ONCE = "at_once", "sans délai"
    DAYS = "days", "jours"
    MONTHS = "months", "mois"


class Silence(models.TextChoices):
    """What the authority's silence means once its delay has run."""

    ACCEPTED = "accepted", "Le silence vaut acceptation"
    REJECTED = "rejected", "Le silence vaut rejet"
    NONE = "", "Le silence n’a pas d’effet connu"


class Effect(models.TextChoices):
    """From when the right is due once it is granted."""

    DEPOSIT_DAY = "deposit_day", "Dès le dépôt de la demande"
    DEPOSIT_MONTH = "deposit_month", "Dès le premier jour du mois du dépôt"
    MONTH_AFTER_DEPOSIT = "month_after_deposit", "Dès le premier jour du mois qui suit le dépôt"
    DECISION_DAY = "decision_day", "Dès la décision"
    MONTH_AFTER_DECISION = "month_after_decision", "Dès le premier jour du mois qui suit la décision"
    UNKNOWN = "", "Selon la situation"


class FileState(models.TextChoices):
    """Where a pre-instruction file stands (domain-rules §3.0); the CIAS itself never refuses a request."""

    DRAFT = "draft", "Brouillon"
    BUILDING = "building", "En constitution"
    COMPLETE = "complete", "Complet"
    TRANSMITTED = "transmitted", "Transmis"
    PIECES_ASKED = "pieces_asked", "Pièces demandées"
    GRANTED = "granted", "Accordé"
    TACIT_GRANT = "tacit_grant", "Acceptation tacite"
    REFUSED = "refused", "Refusé"
    TACIT_REFUSAL = "tacit_refusal", "Rejet implicite"
    APPEAL = "appeal", "Recours en cours"
    OPEN = "open", "Droit ouvert"
    RENEWING = "renewing", "À renouveler"
    CLOSED = "closed", "Clos"
    ABANDONED = "abandoned", "Abandonné par la personne"
    REDIRECTED = "redirected", "Réorienté"


class Decision(models.TextChoices):
    GRANTED = "granted", "Accord"
    REFUSED = "refused", "Refus"
    TACIT_GRANT = "tacit_grant", "Acceptation tacite"
    TACIT_REFUSAL = "tacit_refusal", "Rejet implicite"


class Opinion(models.TextChoices):
    """The CIAS's avis: sent along, never a condition of the transmission (CASF, L123-5)."""

    FAVOURABLE = "favourable", "Favorable"
    RESERVED = "reserved", "Réservé"
    UNFAVOURABLE = "unfavourable", "Défavorable"


class Channel(models.TextChoices):
    ONLINE = "online", "Téléservice"
    POST = "post", "Courrier"
    REGISTERED = "registered", "Lettre recommandée"
    EMAIL = "email", "Messagerie sécurisée"
    COUNTER = "counter", "Remis sur place"
    INTERNAL = "internal", "Remis au CIAS, qui décide"


class PieceState(models.TextChoices):
    EXPECTED = "expected", "Attendue"
    RECEIVED = "received", "Reçue"
    REFUSED = "refused", "Refusée"
    NOT_NEEDED = "not_needed", "Sans objet"


class ClosingReason(models.TextChoices):
    """Why a file ends. The first group is what the person says: reasons of non-take-up for the board's figures."""

    NOT_WANTED = "not_wanted", "Ne souhaite plus demander ce droit"
    TOO_COMPLEX = "too_complex", "Démarche jugée trop complexe"
    FEAR = "fear", "Crainte des conséquences (contrôle, récupération, proches)"
    NO_NEWS = "no_news", "Sans nouvelles de la personne"
    NOT_ELIGIBLE = "not_eligible", "Conditions non remplies, avec l’accord de la personne"
    OTHER_SERVICE = "other_service", "Suivi par un autre service"
    ENDED = "ended", "Fin du droit"
    RENEWED = "renewed", "Renouvelé par un nouveau dossier"
    REFUSAL_ACCEPTED = "refusal_accepted", "Refus non contesté"
    MOVED = "moved", "Départ du territoire"
    DECEASED = "deceased", "Décès"
