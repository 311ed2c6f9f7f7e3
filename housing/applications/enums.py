"""The words of access to housing: values in English, labels in French (CCH, livre IV, titre IV)."""

from django.db import models


class ApplicationState(models.TextChoices):
    PREPARED = "prepared", "À déposer"
    FILED = "filed", "Déposée, en attente"
    PIECES = "pieces", "Pièces demandées"
    PROPOSED = "proposed", "Logement proposé"
    COMMITTEE = "committee", "Passage en commission d’attribution"
    ALLOCATED = "allocated", "Logement attribué"
    SIGNED = "signed", "Bail signé"
    REMOVED = "removed", "Radiée"


class RemovalReason(models.TextChoices):
    """Why a request leaves the register (CCH, art. R441-2-8)."""

    NOT_RENEWED = "not_renewed", "Non renouvelée"
    HOUSED = "housed", "Logé autrement"
    WITHDRAWN = "withdrawn", "À la demande du ménage"
    INELIGIBLE = "ineligible", "Conditions non remplies"
    NO_ANSWER = "no_answer", "Absence de réponse aux courriers"
    OTHER = "other", "Autre"


class PriorityGround(models.TextChoices):
    """Who is housed first (CCH, art. L441-1)."""

    DALO = "dalo", "Reconnu prioritaire au titre du DALO"
    HANDICAP = "handicap", "Handicap, ou personne à charge handicapée"
    CARE_LEAVER = "care_leaver", "Sortie d’appartement de coordination thérapeutique"
    BAD_HOUSING = "bad_housing", "Mal logé, difficultés financières ou d’insertion"
    SHELTERED = "sheltered", "Hébergé ou logé temporairement"
    LONG_UNEMPLOYED = "long_unemployed", "Reprise d’emploi après un chômage de longue durée"
    VIOLENCE = "violence", "Victime de violences"
    TRAFFICKING = "trafficking", "Sortie de la prostitution, traite"
    CHILDREN = "children", "Mineur à charge dans un logement indécent ou suroccupé"
    UNFIT = "unfit", "Local impropre, insalubre ou dangereux"
    EVICTED = "evicted", "Menacé d’expulsion sans relogement"
    ASE = "ase", "Jeune sortant de l’aide sociale à l’enfance"


class ProposalOutcome(models.TextChoices):
    PENDING = "", "En attente"
    ALLOCATED = "allocated", "Attribué"
    RANKED = "ranked", "Retenu après d’autres candidats"
    REFUSED_BY_COMMITTEE = "committee", "Refusé par la commission (CALEOL)"
    REFUSED_BY_HOUSEHOLD = "household", "Refusé par le ménage"
    WITHDRAWN = "withdrawn", "Retiré par le bailleur"


class HouseholdRefusal(models.TextChoices):
    PRICE = "price", "Loyer ou charges trop élevés"
    SIZE = "size", "Taille inadaptée"
    PLACE = "place", "Commune ou quartier"
    DISTANCE = "distance", "Éloigné du travail, de l’école, des soins"
    STATE = "state", "État ou équipement du logement"
    ACCESS = "access", "Étage, accessibilité"
    CHANGED = "changed", "La situation a changé"
    OTHER = "other", "Autre"


class CommitteeRefusal(models.TextChoices):
    TOO_RICH = "too_rich", "Ressources au-dessus du plafond"
    TOO_POOR = "too_poor", "Ressources insuffisantes pour ce loyer"
    SIZE = "size", "Composition du ménage inadaptée"
    INCOMPLETE = "incomplete", "Dossier incomplet"
    OTHERS_FIRST = "others_first", "Autres candidats prioritaires"
    DEBT = "debt", "Dette de loyer ou troubles antérieurs"
    STAY = "stay", "Titre de séjour"
    OTHER = "other", "Autre"


class DaloGround(models.TextChoices):
    """What the appeal rests on (CCH, art. L441-2-3, II)."""

    WAITING = "waiting", "Délai anormalement long"
    NO_HOME = "no_home", "Dépourvu de logement"
    EVICTION = "eviction", "Menacé d’expulsion sans relogement"
    SHELTER = "shelter", "Hébergé de façon continue ou logé temporairement"
    UNFIT = "unfit", "Local impropre, insalubre ou dangereux"
    INDECENT = "indecent", "Logement indécent ou suroccupé, avec un mineur ou une personne handicapée"


class DaloState(models.TextChoices):
    PREPARED = "prepared", "En préparation"
    FILED = "filed", "Recours amiable déposé"
    PRIORITY = "priority", "Reconnu prioritaire et urgent"
    SHELTER = "shelter", "Réorienté vers un hébergement"
    REFUSED = "refused", "Recours rejeté"
    COURT = "court", "Tribunal administratif saisi"
    HOUSED = "housed", "Relogé"
    DROPPED = "dropped", "Recours abandonné"
