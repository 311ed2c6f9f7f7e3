"""The words of job search (I8)."""

from django.db import models


class DiplomaLevel(models.TextChoices):
    """The levels of the national framework of qualifications (C. trav., art. D6113-19; décret 2019-14)."""

    UNKNOWN = "", "Non renseigné"
    NONE = "0", "Sans diplôme"
    THREE = "3", "Niveau 3\u00a0: CAP, BEP"
    FOUR = "4", "Niveau 4\u00a0: baccalauréat"
    FIVE = "5", "Niveau 5\u00a0: bac + 2"
    SIX = "6", "Niveau 6\u00a0: bac + 3 ou 4"
    SEVEN = "7", "Niveau 7\u00a0: bac + 5"
    EIGHT = "8", "Niveau 8\u00a0: doctorat"


class JobDomain(models.TextChoices):
    """The fourteen great domains of the ROME, by their letter."""

    A = "A", "Agriculture, espaces verts, animaux"
    B = "B", "Arts et artisanat d’art"
    C = "C", "Banque, assurance, immobilier"
    D = "D", "Commerce et vente"
    E = "E", "Communication et médias"
    F = "F", "Bâtiment et travaux publics"
    G = "G", "Hôtellerie, restauration, tourisme, animation"
    H = "H", "Industrie"
    I = "I", "Installation et maintenance"  # noqa: E741 - the ROME's own letter
    J = "J", "Santé"
    K = "K", "Services à la personne et à la collectivité"
    L = "L", "Spectacle"
    M = "M", "Bureau et support à l’entreprise"
    N = "N", "Transport et logistique"


class Licence(models.TextChoices):
    AM = "AM", "AM (cyclomoteur)"
    A = "A", "A (moto)"
    LEARNING = "B-", "B en cours"
    B = "B", "B (voiture)"
    BE = "BE", "BE (remorque)"
    C = "C", "C (poids lourd)"
    CE = "CE", "CE (super lourd)"
    D = "D", "D (transport de personnes)"
    FORKLIFT = "CACES", "CACES (engins)"


class Transport(models.TextChoices):
    CAR = "car", "Voiture"
    TWO_WHEELS = "moped", "Deux-roues motorisé"
    BIKE = "bike", "Vélo"
    BUS = "bus", "Transports en commun"
    SHARED = "shared", "Covoiturage"


# What takes one where no bus goes.
OWN_MEANS = (Transport.CAR, Transport.TWO_WHEELS)


class Zone(models.TextChoices):
    UNKNOWN = "", "Non renseignée"
    COMMUNE = "commune", "Sa commune seulement"
    TERRITORY = "territory", "L’agglomération"
    BEYOND = "beyond", "Au-delà"


class Childcare(models.TextChoices):
    UNKNOWN = "", "Non renseignée"
    NO_NEED = "no_need", "Sans objet"
    SOLVED = "solved", "Solution trouvée"
    PARTIAL = "partial", "Solution partielle"
    TO_FIND = "to_find", "À trouver"


class WorkTime(models.TextChoices):
    ANY = "", "Indifférent"
    FULL = "full", "Temps plein"
    PART = "part", "Temps partiel"


class JobContract(models.TextChoices):
    CDI = "cdi", "CDI"
    CDD = "cdd", "CDD"
    TEMP = "temp", "Intérim"
    CDDI = "cddi", "CDD d’insertion (IAE)"
    APPRENTICE = "apprentice", "Alternance"
    SELF = "self", "À son compte"
    OTHER = "other", "Autre"


class StepKind(models.TextChoices):
    APPLICATION = "application", "Candidature"
    CHASE = "chase", "Relance"
    INTERVIEW = "interview", "Entretien d’embauche"
    IMMERSION = "immersion", "Immersion (PMSMP)"
    TRIAL = "trial", "Essai ou mise en situation"
    FORUM = "forum", "Forum, job dating"
    TRAINING = "training", "Demande de formation"
    OTHER = "other", "Autre démarche"


class StepResult(models.TextChoices):
    PENDING = "", "En attente"
    POSITIVE = "positive", "Positif"
    NEGATIVE = "negative", "Négatif"
    NO_ANSWER = "no_answer", "Sans réponse"
    DROPPED = "dropped", "Abandonné"


class JobOutcome(models.TextChoices):
    """How a search ends or what it leads to: the Département's list of exits (domain-rules §4)."""

    DURABLE = "durable", "Emploi durable"
    TRANSITION = "transition", "Emploi de transition"
    IAE = "iae", "Insertion par l’activité économique"
    TRAINING = "training", "Formation"
    CREATION = "creation", "Création d’activité"
    BENEFIT = "benefit", "AAH ou retraite"
    MOVED = "moved", "Déménagement"
    RIGHT_ENDED = "right_ended", "Fin de droit"
    LOST = "lost", "Perdu de vue"


# An activity one can still be in some months later.
ACTIVITIES = (
    JobOutcome.DURABLE, JobOutcome.TRANSITION, JobOutcome.IAE, JobOutcome.TRAINING, JobOutcome.CREATION,
)  # fmt: skip
EMPLOYMENT = (JobOutcome.DURABLE, JobOutcome.TRANSITION, JobOutcome.IAE)


class Kept(models.TextChoices):
    """Whether the activity goes on some months later."""

    TO_ASK = "", "À demander"
    YES = "yes", "Maintien"
    NO = "no", "Arrêt"
    UNKNOWN = "unknown", "Injoignable"


class CvKind(models.TextChoices):
    EXPERIENCE = "experience", "Expérience"
    TRAINING = "training", "Formation"
    LANGUAGE = "language", "Langue"


class LanguageLevel(models.TextChoices):
    """The Common European Framework, in the words of a CV."""

    NONE = "", "Sans objet"
    A1 = "A1", "A1, débutant"
    A2 = "A2", "A2, élémentaire"
    B1 = "B1", "B1, intermédiaire"
    B2 = "B2", "B2, avancé"
    C1 = "C1", "C1, autonome"
    C2 = "C2", "C2, maîtrise"
    NATIVE = "native", "Langue maternelle"
