"""Who a person is and how persons are linked."""

from django.db import models


class Sex(models.TextChoices):
    FEMALE = "f", "Femme"
    MALE = "m", "Homme"
    UNKNOWN = "", "Non renseigné"


class Title(models.TextChoices):
    MRS = "mme", "Madame"
    MR = "m", "Monsieur"
    NONE = "", "Sans civilité"


class BirthPrecision(models.TextChoices):
    """How much of the birth date is known; the date stored is then the first day of the month or year."""

    DAY = "day", "Date complète"
    MONTH = "month", "Mois et année"
    YEAR = "year", "Année seulement"
    PRESUMED = "presumed", "Date présumée"


class NationalityGroup(models.TextChoices):
    FRENCH = "fr", "Française"
    EUROPEAN = "eu", "Union européenne, EEE ou Suisse"
    OTHER = "other", "Autre pays"
    UNKNOWN = "", "Non renseignée"


class Protection(models.TextChoices):
    """Mesures de protection des majeurs (Code civil, art. 425 s.; CASF, L271-1)."""

    NONE = "", "Aucune mesure connue"
    SAFEGUARD = "sauvegarde", "Sauvegarde de justice"
    SIMPLE = "curatelle_simple", "Curatelle simple"
    REINFORCED = "curatelle_renforcee", "Curatelle renforcée"
    GUARDIANSHIP = "tutelle", "Tutelle"
    FAMILY = "habilitation", "Habilitation familiale"
    FUTURE = "mandat", "Mandat de protection future"
    SUPPORT = "masp", "Mesure d’accompagnement (MASP, MAJ)"


class LinkKind(models.TextChoices):
    """A link between two persons, read from the first to the second; `INVERSE` reads it back."""

    SPOUSE = "spouse", "conjoint ou conjointe de"
    FORMER_SPOUSE = "former_spouse", "ex-conjoint ou ex-conjointe de"
    PARENT = "parent", "parent de"
    CHILD = "child", "enfant de"
    SIBLING = "sibling", "frère ou sœur de"
    GRANDPARENT = "grandparent", "grand-parent de"
    GRANDCHILD = "grandchild", "petit-enfant de"
    CARER = "carer", "aidant ou aidante de"
    CARED_FOR = "cared_for", "aidé ou aidée par"
    NEIGHBOUR = "neighbour", "voisin ou voisine de"
    OTHER = "other", "en lien avec"


INVERSE_LINK: dict[str, LinkKind] = {
    LinkKind.PARENT: LinkKind.CHILD,
    LinkKind.CHILD: LinkKind.PARENT,
    LinkKind.GRANDPARENT: LinkKind.GRANDCHILD,
    LinkKind.GRANDCHILD: LinkKind.GRANDPARENT,
    LinkKind.CARER: LinkKind.CARED_FOR,
    LinkKind.CARED_FOR: LinkKind.CARER,
}
