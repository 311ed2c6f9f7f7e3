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


class DelayUnit(models.TextChoices):
    AT_ONCE = "at_once", "sans délai"
    DAYS = "days", "jours"
    MONTHS = "months", "mois"
    FRANC_MONTHS = "franc", "mois francs"  # before the administrative courts (CJA, R421-1)


class DelayKind(models.TextChoices):
    """Delays only some rights have; the others stand on the rule itself."""

    ACKNOWLEDGEMENT = "ack", "Accusé de réception ou demande de pièces par l’organisme"
    PARTICIPATION = "participation", "Retour du bulletin et du moyen de paiement"
    ENTRY = "entry", "Demande après l’entrée en établissement"
    URGENT_NOTICE = "urgent_notice", "Admission d’urgence : avis à l’autorité"
    URGENT_FILE = "urgent_file", "Admission d’urgence : transmission du dossier"
    URGENT_DECISION = "urgent_decision", "Admission d’urgence : décision de l’autorité"
    APPEAL_REPLY = "appeal_reply", "Réponse au recours préalable"
    COURT = "court", "Saisine du tribunal après le recours préalable"


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
    MONTH_AFTER_RECEIPT = (
        "month_after_receipt",
        "Dès le premier jour du mois qui suit la réception par l’organisme",
    )
    DECISION_DAY = "decision_day", "Dès la décision"
    MONTH_AFTER_DECISION = "month_after_decision", "Dès le premier jour du mois qui suit la décision"
    ENTRY_OR_FORTNIGHT = (
        "entry_or_fortnight",
        "À l’entrée en établissement si la demande est faite à temps, sinon dès la quinzaine suivante",
    )
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
    ABANDONED = "abandoned", "Abandonné"
    REDIRECTED = "redirected", "Réorienté"


class Decision(models.TextChoices):
    GRANTED = "granted", "Accord"
    REFUSED = "refused", "Refus"
    TACIT_GRANT = "tacit_grant", "Acceptation tacite"
    TACIT_REFUSAL = "tacit_refusal", "Rejet implicite"


class AppealLevel(models.TextChoices):
    PRELIMINARY = "preliminary", "Recours administratif (préalable, amiable ou gracieux)"
    COURT = "court", "Recours contentieux (tribunal)"


class MaintenanceLink(models.TextChoices):
    """Who may owe maintenance (Code civil, art. 205 to 207, 212); grandchildren no longer for the ASH."""

    SPOUSE = "spouse", "Conjoint ou conjointe"
    CHILD = "child", "Enfant"
    CHILD_IN_LAW = "child_in_law", "Gendre ou belle-fille"
    PARENT = "parent", "Père ou mère"
    PARENT_IN_LAW = "parent_in_law", "Beau-père ou belle-mère"


class Exemption(models.TextChoices):
    """Why somebody owes nothing (CASF, L132-6, as amended by loi 2024-317; Code civil, art. 207)."""

    PLACED = "placed", "Placé 36 mois ou plus pendant l’enfance"
    CONVICTED = "convicted", "Parent condamné pour un crime ou une agression sur l’autre parent ou l’enfant"
    AUTHORITY = "authority", "Autorité parentale retirée au parent"
    JUDGE = "judge", "Décision du juge aux affaires familiales"


class MaintenanceAnswer(models.TextChoices):
    ACCEPTS = "accepts", "Accepte de participer"
    REFUSES = "refuses", "Refuse"
    SILENT = "silent", "Sans réponse"


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

    UNAWARE = "unaware", "Ne connaissait pas ce droit, ou trop tard"
    NOT_WANTED = "not_wanted", "Ne souhaite pas, ou plus, demander ce droit"
    STIGMA = "stigma", "Gêne de demander une aide"
    TOO_LITTLE = "too_little", "Montant jugé trop faible"
    TOO_COMPLEX = "too_complex", "Démarche jugée trop complexe"
    NO_PIECES = "no_pieces", "N’a pas pu réunir les pièces"
    FEAR = "fear", "Crainte des conséquences (contrôle, récupération, proches)"
    NO_NEWS = "no_news", "Sans nouvelles de la personne"
    NOT_ELIGIBLE = "not_eligible", "Conditions non remplies, avec l’accord de la personne"
    MISTAKE = "mistake", "Ouvert par erreur"
    OTHER_SERVICE = "other_service", "Suivi par un autre service"
    ENDED = "ended", "Fin du droit"
    RENEWED = "renewed", "Renouvelé par un nouveau dossier"
    REFUSAL_ACCEPTED = "refusal_accepted", "Refus non contesté"
    MOVED = "moved", "Départ du territoire"
    DECEASED = "deceased", "Décès"
