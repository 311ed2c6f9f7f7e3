"""The words of eviction prevention: values in English, labels in French (domain-rules §5)."""

from django.db import models


class LandlordKind(models.TextChoices):
    SOCIAL = "social", "Bailleur social"
    COMPANY = "company", "Bailleur privé, société"
    PRIVATE = "private", "Bailleur privé, particulier"


# They must tell the CCAPEX first (loi n° 89-462, art. 24, II); a family company counts as a private person.
TELL_CCAPEX_FIRST = (LandlordKind.SOCIAL, LandlordKind.COMPANY)


class Signal(models.TextChoices):
    """Who told the CIAS."""

    HOUSEHOLD = "household", "Ménage"
    CAF = "caf", "CAF ou MSA"
    CCAPEX = "ccapex", "CCAPEX"
    OFFICER = "officer", "Commissaire de justice"
    PREFECTURE = "prefecture", "Préfecture"
    LANDLORD = "landlord", "Bailleur"
    PARTNER = "partner", "Autre partenaire"


class DebtCause(models.TextChoices):
    JOB = "job", "Perte d’emploi ou baisse d’activité"
    RESOURCES = "resources", "Baisse des ressources"
    BENEFITS = "benefits", "Droits suspendus ou en attente"
    SEPARATION = "separation", "Séparation ou décès"
    HEALTH = "health", "Maladie ou accident"
    RENT = "rent", "Loyer trop élevé"
    CHARGES = "charges", "Régularisation de charges"
    DEBTS = "debts", "Surendettement, autres dettes"
    BUDGET = "budget", "Difficulté à gérer le budget"
    DISPUTE = "dispute", "Litige avec le bailleur, état du logement"
    OTHER = "other", "Autre"


class ClauseDelay(models.TextChoices):
    """What the lease itself says of the delay after the commandement; the law's holds when nobody read it."""

    LAW = "", "Non lue, ou comme la loi"
    SIX_WEEKS = "6w", "Six semaines"
    TWO_MONTHS = "2m", "Deux mois"


class TruceException(models.TextChoices):
    NONE = "", "La trêve hivernale protège"
    REHOUSED = "rehoused", "Relogement suffisant assuré"
    SQUAT = "squat", "Entrée par voies de fait dans le domicile d’autrui"
    STUDENT = "student", "Logement d’étudiant, conditions non remplies"
    VIOLENCE = "violence", "Conjoint violent évincé par le juge"


class ActKind(models.TextChoices):
    """The legal chronology in its order, then what brings it to an end."""

    UNPAID = "unpaid", "Premier impayé"
    REPORT_CAF = "report_caf", "Signalement à la CAF ou à la MSA"
    REPORT_CCAPEX = "report_ccapex", "Signalement à la CCAPEX"
    PAYMENT_ORDER = "payment_order", "Commandement de payer"
    SUMMONS = "summons", "Assignation"
    PREFECT_NOTICE = "prefect_notice", "Notification de l’assignation au préfet"
    HEARING = "hearing", "Audience"
    JUDGMENT = "judgment", "Jugement"
    SERVICE = "service", "Signification du jugement"
    APPEAL = "appeal", "Appel"
    QUIT_ORDER = "quit_order", "Commandement de quitter les lieux"
    JEX = "jex", "Saisine du juge de l’exécution"
    JEX_DECISION = "jex_decision", "Décision du juge de l’exécution"
    FORCE_REQUEST = "force_request", "Réquisition du concours de la force publique"
    FORCE_REFUSED = "force_refused", "Concours de la force publique refusé"
    FORCE_GRANTED = "force_granted", "Concours de la force publique accordé"
    EVICTION = "eviction", "Expulsion"
    DEBT_PAID = "debt_paid", "Dette soldée"
    PLAN_KEPT = "plan_kept", "Plan respecté jusqu’au bout"
    REHOUSED = "rehoused", "Relogement"
    DROPPED = "dropped", "Procédure abandonnée"

    @property
    def slug(self) -> str:
        """As addresses say it."""
        return self.value.replace("_", "-")


class Ruling(models.TextChoices):
    """What a judge said; only of a judgment or of the juge de l’exécution."""

    SUSPENDED = "suspended", "Délais accordés"
    FIRM = "firm", "Expulsion ordonnée, sans délai"
    REJECTED = "rejected", "Demande rejetée"


class TrackKind(models.TextChoices):
    """What is done beside the procedure. DALO and rehousing have files of their own (housing.applications)."""

    FSL = "fsl", "FSL, maintien dans le logement"
    PLAN = "plan", "Plan d’apurement"
    PROTOCOL = "protocol", "Protocole de cohésion sociale"
    OVERINDEBTED = "overindebted", "Surendettement"


class TrackState(models.TextChoices):
    PREPARED = "prepared", "En préparation"
    FILED = "filed", "Demandé"
    RUNNING = "running", "Accordé, en cours"
    REFUSED = "refused", "Refusé"
    KEPT = "kept", "Mené à terme"
    BROKEN = "broken", "Rompu"
    DROPPED = "dropped", "Abandonné"


class DiagnosisTo(models.TextChoices):
    COURT = "court", "Greffe du tribunal"
    PREFECTURE = "prefecture", "Préfecture"
    CCAPEX = "ccapex", "CCAPEX"
