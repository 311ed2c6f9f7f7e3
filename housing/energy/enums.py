"""Lists of the SLIME programme (L10): who signals, what for, and what becomes of the household."""

from collections.abc import Mapping

from django.db import models


class EnergyState(models.TextChoices):
    """Where a household stands in the programme, from the signalement to the end."""

    REPORTED = "reported", "Signalé"
    CONTACTED = "contacted", "Contacté"
    VISIT_1 = "visit_1", "Visite 1 prévue"
    VISITED_1 = "visited_1", "Visite 1 faite"
    VISIT_2 = "visit_2", "Visite 2 prévue"
    VISITED_2 = "visited_2", "Visite 2 faite"
    SUPPORT = "support", "Accompagnement"
    FOLLOW_UP = "follow_up", "Suivi"
    CLOSED = "closed", "Clos"


class Informant(models.TextChoices):
    """Kinds of donneurs d'alerte."""

    SELF = "self", "Le ménage lui-même"
    CIAS = "cias", "Agent du CIAS"
    DEPARTMENT = "department", "Travail social du Département"
    TOWN_HALL = "town_hall", "Mairie ou CCAS"
    LANDLORD = "landlord", "Bailleur"
    SUPPLIER = "supplier", "Fournisseur d’énergie"
    CAF = "caf", "CAF ou MSA"
    HEALTH = "health", "Professionnel de santé"
    HOME_CARE = "home_care", "Aide à domicile"
    ASSOCIATION = "association", "Association"
    RENOVATION = "renovation", "Espace conseil France Rénov’"
    RELATIVES = "relatives", "Entourage, voisinage"
    OTHER = "other", "Autre"


class Ground(models.TextChoices):
    """Why the household is signalled."""

    ARREARS = "arrears", "Impayé d’énergie"
    CUT = "cut", "Coupure ou puissance réduite"
    RESTRICTION = "restriction", "Se prive de chauffage"
    COLD = "cold", "Froid dans le logement"
    DAMP = "damp", "Humidité, moisissures"
    HEATER = "heater", "Chauffage d’appoint"
    BREAKDOWN = "breakdown", "Panne de chauffage ou d’eau chaude"
    BILLS = "bills", "Factures élevées"
    HEALTH = "health", "Santé fragilisée par le logement"
    HEAT = "heat", "Trop chaud l’été"
    WORKS = "works", "Projet de travaux"
    OTHER = "other", "Autre"


class Occupancy(models.TextChoices):
    OWNER = "owner", "Propriétaire occupant"
    PRIVATE = "private", "Locataire du parc privé"
    SOCIAL = "social", "Locataire du parc social"
    CIAS = "cias", "Logé par le CIAS"
    HOSTED = "hosted", "Hébergé"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class DwellingKind(models.TextChoices):
    HOUSE = "house", "Maison"
    FLAT = "flat", "Appartement"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class Built(models.TextChoices):
    """Periods of construction: the thermal regulations of 1974, 1988, 2000 and 2012 part them."""

    BEFORE_1948 = "1948", "Avant 1948"
    BEFORE_1975 = "1974", "De 1948 à 1974"
    BEFORE_1989 = "1988", "De 1975 à 1988"
    BEFORE_2001 = "2000", "De 1989 à 2000"
    BEFORE_2013 = "2012", "De 2001 à 2012"
    RECENT = "2013", "Depuis 2013"
    UNKNOWN = "", "Non renseigné"


class Energy(models.TextChoices):
    ELECTRICITY = "electricity", "Électricité"
    GAS = "gas", "Gaz de ville"
    LPG = "lpg", "Gaz en bouteille ou citerne"
    OIL = "oil", "Fioul"
    WOOD = "wood", "Bois"
    PELLETS = "pellets", "Granulés"
    NETWORK = "network", "Réseau de chaleur"
    PARAFFIN = "paraffin", "Pétrole"
    NONE = "none", "Aucune"
    UNKNOWN = "", "Non renseigné"


class Heating(models.TextChoices):
    BOILER = "boiler", "Chaudière individuelle"
    COLLECTIVE = "collective", "Chauffage collectif"
    CONVECTORS = "convectors", "Radiateurs électriques"
    HEAT_PUMP = "heat_pump", "Pompe à chaleur"
    STOVE = "stove", "Poêle ou insert"
    PORTABLE = "portable", "Appoint seulement"
    NONE = "none", "Aucun"
    UNKNOWN = "", "Non renseigné"


class HotWater(models.TextChoices):
    TANK = "tank", "Ballon électrique"
    BOILER = "boiler", "Avec la chaudière"
    GAS = "gas", "Chauffe-eau au gaz"
    COLLECTIVE = "collective", "Collective"
    THERMO = "thermo", "Thermodynamique ou solaire"
    NONE = "none", "Aucune"
    UNKNOWN = "", "Non renseigné"


class Condition(models.TextChoices):
    GOOD = "good", "Bon"
    FAIR = "fair", "Moyen"
    POOR = "poor", "Mauvais"
    UNKNOWN = "", "Non vu"


class Seen(models.TextChoices):
    """The answer to a question asked, or looked at, on the spot."""

    YES = "yes", "Oui"
    NO = "no", "Non"
    UNKNOWN = "", "Non vu"


class Ventilation(models.TextChoices):
    FAN = "fan", "Mécanique (VMC)"
    NATURAL = "natural", "Naturelle (grilles)"
    BLOCKED = "blocked", "Bouchée ou en panne"
    NONE = "none", "Aucune"
    UNKNOWN = "", "Non vu"


class Feeling(models.TextChoices):
    COLD = "cold", "Trop froid"
    FINE = "fine", "Correct"
    HOT = "hot", "Trop chaud"
    UNKNOWN = "", "Non demandé"


class Room(models.TextChoices):
    LIVING = "living", "Séjour"
    KITCHEN = "kitchen", "Cuisine"
    BEDROOM = "bedroom", "Chambre"
    CHILD = "child", "Chambre d’enfant"
    BATHROOM = "bathroom", "Salle de bains"
    OTHER = "other", "Autre pièce"
    OUTSIDE = "outside", "Dehors"


class Supply(models.TextChoices):
    """Whether the energy comes in full."""

    FULL = "full", "Normale"
    NOTICE = "notice", "Menace de coupure"
    REDUCED = "reduced", "Puissance réduite"
    CUT = "cut", "Coupée"
    UNKNOWN = "", "Non renseigné"


class Priority(models.TextChoices):
    NORMAL = "normal", "Normale"
    URGENT = "urgent", "Urgente"


class ContactMeans(models.TextChoices):
    PHONE = "phone", "Téléphone"
    SMS = "sms", "SMS"
    EMAIL = "email", "E-mail"
    MAIL = "mail", "Courrier"
    HOME = "home", "Passage au domicile"
    INFORMANT = "informant", "Par le donneur d’alerte"


class ContactOutcome(models.TextChoices):
    AGREED = "agreed", "Joint\u00a0: accepte une visite"
    THINKING = "thinking", "Joint\u00a0: veut réfléchir"
    REFUSED = "refused", "Joint\u00a0: refuse"
    MESSAGE = "message", "Message laissé"
    NO_ANSWER = "no_answer", "Sans réponse"
    WRONG = "wrong", "Coordonnées fausses"


REACHED = (ContactOutcome.AGREED, ContactOutcome.THINKING, ContactOutcome.REFUSED)


class CloseReason(models.TextChoices):
    DONE = "done", "Accompagnement terminé"
    REFUSED = "refused", "Refus du ménage"
    LOST = "lost", "Perdu de vue"
    NOT_ELIGIBLE = "not_eligible", "Hors des critères"
    MOVED = "moved", "Déménagement"
    DUPLICATE = "duplicate", "Doublon"
    DECEASED = "deceased", "Décès"
    OTHER = "other", "Autre"


class OrientationKind(models.TextChoices):
    """Where a visit leads (domain-rules §5)."""

    WORKS = "works", "Travaux\u00a0: MaPrimeRénov’, France Rénov’"
    FSL = "fsl", "FSL énergie"
    VOUCHER = "voucher", "Chèque énergie"
    LANDLORD = "landlord", "Médiation avec le bailleur"
    UNFIT = "unfit", "Non-décence ou habitat indigne\u00a0: Signal Logement, CAF, ARS"
    EQUIPMENT = "equipment", "Changement d’équipement"
    BUDGET = "budget", "Budget, action sociale"
    CONTRACT = "contract", "Contrat ou fournisseur d’énergie"
    HEALTH = "health", "Santé"
    REHOUSING = "rehousing", "Relogement"


# The orientations that are rights: the code of the right whose file they open.
RIGHTS: Mapping[str, str] = {
    OrientationKind.FSL.value: "fsl",
    OrientationKind.VOUCHER.value: "cheque-energie",
}


class OrientationState(models.TextChoices):
    PROPOSED = "proposed", "Proposée"
    STARTED = "started", "Engagée"
    SUCCEEDED = "succeeded", "Aboutie"
    FAILED = "failed", "Non aboutie"
    DECLINED = "declined", "Refusée par le ménage"


OPEN_ORIENTATIONS = (OrientationState.PROPOSED, OrientationState.STARTED)


class Comfort(models.TextChoices):
    BETTER = "better", "Mieux"
    SAME = "same", "Pareil"
    WORSE = "worse", "Moins bien"
    UNKNOWN = "", "Non demandé"


class Bills(models.TextChoices):
    LOWER = "lower", "En baisse"
    SAME = "same", "Stables"
    HIGHER = "higher", "En hausse"
    UNKNOWN = "", "Non demandé"


class Region(models.TextChoices):
    """The two scales of the Anah's ceilings."""

    PARIS = "idf", "Île-de-France"
    ELSEWHERE = "other", "Autres régions"
