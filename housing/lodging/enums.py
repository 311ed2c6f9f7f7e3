"""Lists of lodging: requests and what becomes of them, contracts, how a contribution is reckoned."""

from django.db import models


class LandlordKind(models.TextChoices):
    """Whose dwelling it is; HLM may let to a CIAS that sublets (CCH, art. L442-8-1)."""

    SOCIAL = "social", "Bailleur social"
    PRIVATE = "private", "Propriétaire privé"
    MUNICIPAL = "municipal", "Commune ou EPCI"
    OWN = "own", "CIAS propriétaire"
    UNKNOWN = "", "Non renseigné"


class RequestOrigin(models.TextChoices):
    """Who asked; State-financed places are oriented by the SIAO."""

    SIAO = "siao", "SIAO"
    CIAS = "cias", "Travailleur social du CIAS"
    PARTNER = "partner", "Partenaire, mairie ou Département"
    SELF = "self", "Le ménage lui-même"
    OTHER = "other", "Autre"


class RequestState(models.TextChoices):
    WAITING = "waiting", "En attente"
    PROPOSED = "proposed", "Place proposée"
    ACCEPTED = "accepted", "Place acceptée"
    HOUSED = "housed", "Entré"
    REFUSED = "refused", "Refusée par le CIAS"
    DECLINED = "declined", "Refusée par le ménage"
    WITHDRAWN = "withdrawn", "Retirée"


class Answer(models.TextChoices):
    """What became of a place that was proposed."""

    PENDING = "pending", "Réponse attendue"
    ACCEPTED = "accepted", "Acceptée"
    DECLINED = "declined", "Refusée par le ménage"
    CANCELLED = "cancelled", "Retirée par le CIAS"
    ENTERED = "entered", "Suivie d’une entrée"


class RefusalReason(models.TextChoices):
    """Why the CIAS refuses a request; the household's résidence permit is judged under CSS, art. R851-4 (ALT)."""

    RESOURCES = "resources", "Ressources insuffisantes pour la participation"
    STOCK = "stock", "Composition du ménage incompatible avec les logements"
    SUPPORT = "support", "Accompagnement plus soutenu nécessaire"
    OUTSIDE = "outside", "Sans lien avec le territoire"
    PERMIT = "permit", "Conditions de séjour non remplies"
    PAST = "past", "Manquements lors d’un séjour précédent"
    REHOUSED = "rehoused", "Autre solution déjà accordée"
    OTHER = "other", "Autre motif"


class DeclineReason(models.TextChoices):
    """Why a household does not take a place."""

    AREA = "area", "Commune ou quartier"
    SIZE = "size", "Taille ou état du logement"
    SHARED = "shared", "Logement partagé"
    COST = "cost", "Participation trop élevée"
    DISTANCE = "distance", "Trop loin de l’école, du travail ou des soins"
    SOLUTION = "solution", "A trouvé une autre solution"
    SILENT = "silent", "Sans réponse dans le délai"
    OTHER = "other", "Autre motif"


class WithdrawReason(models.TextChoices):
    SOLUTION = "solution", "A trouvé une autre solution"
    MOVED = "moved", "A quitté le territoire"
    SILENT = "silent", "Sans nouvelles"
    CHANGED = "changed", "Ne souhaite plus être hébergé"
    MISTAKE = "mistake", "Demande saisie par erreur"
    OTHER = "other", "Autre"


class Orientation(models.TextChoices):
    """Where a household that is refused is sent: a refusal never stands alone."""

    SIAO = "siao", "SIAO ou 115"
    SOCIAL = "social", "Demande de logement social"
    DALO = "dalo", "Recours DALO ou DAHO"
    PRIVATE = "private", "Parc privé ou intermédiation locative"
    SHELTER = "shelter", "CHRS ou autre hébergement"
    MEDICAL = "medical", "Structure médico-sociale"
    SUPPORT = "support", "Accompagnement vers le logement"
    STAY = "stay", "Maintien dans le logement actuel"
    OTHER = "other", "Autre"


class Criterion(models.TextChoices):
    """What gives points on the waiting list; the last two are counted, the others noted by an agent."""

    STREET = "street", "Sans abri, à la rue ou dans un véhicule"
    EMERGENCY = "emergency", "Hébergement d’urgence ou hôtel"
    EVICTION = "eviction", "Expulsion jugée ou concours de la force publique accordé"
    UNFIT = "unfit", "Logement indigne, insalubre ou sinistré"
    VIOLENCE = "violence", "Violences dans le couple ou la famille"
    LEAVING = "leaving", "Sortie d’institution (ASE, détention, hôpital)"
    HOSTED = "hosted", "Hébergé par un tiers, sans droit ni titre"
    CROWDED = "crowded", "Suroccupation"
    TODDLER = "toddler", "Grossesse ou enfant de moins de 3 ans"
    HEALTH = "health", "Santé ou handicap incompatible avec le lieu de vie"
    WORK = "work", "Emploi ou formation menacés"
    CHILDREN = "children", "Enfants mineurs"
    SENIORITY = "seniority", "Ancienneté de la demande"


COUNTED = (Criterion.CHILDREN, Criterion.SENIORITY)
NOTED = tuple(one for one in Criterion if one not in COUNTED)


class ContractForm(models.TextChoices):
    """What is signed; none but the last is a lease, and sub-tenants keep neither maintien nor durée (L442-8-2)."""

    PRECARIOUS = "precarious", "Convention d’occupation précaire"
    STAY = "stay", "Contrat de séjour"
    SUBLEASE = "sublease", "Contrat de sous-location"
    SLIDING = "sliding", "Convention de bail glissant"


class ContributionKind(models.TextChoices):
    FIXED = "fixed", "Montant fixe"
    SHARE = "share", "Part des ressources"


class ExamOutcome(models.TextChoices):
    """What the periodic examination of a bail glissant concludes (CCH, art. L442-8-3)."""

    SLIDE = "slide", "Bail proposé au sous-locataire"
    CONTINUE = "continue", "Sous-location prolongée"
    STOP = "stop", "Glissement écarté, autre solution à chercher"
