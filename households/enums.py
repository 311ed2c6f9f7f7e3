"""Lists of the field (reference-data.md §2), one notion each; "Non renseigné" is never "Autre"."""

from django.db import models


class Domain(models.TextChoices):
    """The CIAS's fields of work; each has its colour and icon in the theme."""

    HOUSING = "logement", "Logement"
    RIGHTS = "droits", "Droits"
    INSERTION = "insertion", "Insertion"
    ENERGY = "energie", "Énergie"


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


class MemberRole(models.TextChoices):
    APPLICANT = "applicant", "Demandeur"
    PARTNER = "partner", "Conjoint"
    CHILD = "child", "Enfant"
    PARENT = "parent", "Parent"
    OTHER = "other", "Autre membre"


class Custody(models.TextChoices):
    FULL = "full", "Au foyer"
    ALTERNATE = "alternate", "Garde alternée"
    VISITS = "visits", "Droit de visite"


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


class AssignmentRole(models.TextChoices):
    MAIN = "main", "Référent principal"
    OTHER = "other", "Autre intervenant"
    COVER = "cover", "Remplacement"


class FamilyType(models.TextChoices):
    """Type de ménage, INSEE's wording adapted (recensement, ménages)."""

    MAN_ALONE = "man_alone", "Homme seul"
    WOMAN_ALONE = "woman_alone", "Femme seule"
    COUPLE = "couple", "Couple sans enfant"
    COUPLE_CHILDREN = "couple_children", "Couple avec enfants"
    LONE_PARENT = "lone_parent", "Famille monoparentale"
    OTHER = "other", "Autre ménage"
    UNKNOWN = "", "Non renseigné"


class HousingStatus(models.TextChoices):
    OWNER = "owner", "Propriétaire"
    PRIVATE_TENANT = "private_tenant", "Locataire du parc privé"
    SOCIAL_TENANT = "social_tenant", "Locataire du parc social"
    CIAS_HOUSED = "cias", "Hébergé ou sous-locataire du CIAS"
    SHELTER = "shelter", "Hébergement social (CHRS, CADA…)"
    WITH_FAMILY = "with_family", "Hébergé par la famille"
    WITH_OTHERS = "with_others", "Hébergé par un tiers"
    INSTITUTION = "institution", "Établissement ou résidence"
    HOTEL = "hotel", "Hôtel"
    MAKESHIFT = "makeshift", "Logement de fortune ou mobile"
    HOMELESS = "homeless", "Sans hébergement"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class Activity(models.TextChoices):
    """Situation d'emploi de la personne de référence (BIT groups: en emploi, au chômage, inactif)."""

    EMPLOYED = "employed", "En emploi"
    SELF_EMPLOYED = "self_employed", "Indépendant"
    JOB_SEEKER = "job_seeker", "En recherche d’emploi"
    TRAINING = "training", "En formation ou études"
    RETIRED = "retired", "Retraité"
    DISABLED = "disabled", "En invalidité ou arrêt long"
    AT_HOME = "at_home", "Au foyer"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class IncomeBand(models.TextChoices):
    """Revenu mensuel du ménage."""

    NONE = "none", "Aucune ressource"
    UNDER_600 = "0_600", "Moins de 600 €"
    UNDER_1000 = "600_1000", "De 600 à 999 €"
    UNDER_1500 = "1000_1500", "De 1 000 à 1 499 €"
    UNDER_2000 = "1500_2000", "De 1 500 à 1 999 €"
    OVER_2000 = "2000", "2 000 € et plus"
    UNKNOWN = "", "Non renseigné"


class MainResource(models.TextChoices):
    WAGE = "wage", "Salaire"
    RSA = "rsa", "RSA"
    UNEMPLOYMENT = "are", "Allocation chômage (ARE, ASS)"
    PENSION = "pension", "Retraite"
    ASPA = "aspa", "ASPA"
    AAH = "aah", "AAH"
    INVALIDITY = "invalidity", "Pension d’invalidité"
    SICKNESS = "sickness", "Indemnités journalières"
    FAMILY = "family", "Prestations familiales"
    ALIMONY = "alimony", "Pension alimentaire"
    NONE = "none", "Aucune"
    OTHER = "other", "Autre"
    UNKNOWN = "", "Non renseigné"


class NoteLevel(models.TextChoices):
    TEAM = "team", "Équipe"
    CIRCLE = "circle", "Cercle"
    PERSONAL = "personal", "Personnelle"


class NoteMeans(models.TextChoices):
    OFFICE = "office", "Au bureau"
    PHONE = "phone", "Par téléphone"
    HOME = "home", "À domicile"
    VIDEO = "video", "En visioconférence"
    MAIL = "mail", "Par courrier"
    EMAIL = "email", "Par e-mail"
    OUTSIDE = "outside", "À l’extérieur"
    PARTNER = "partner", "Avec un partenaire"


class Theme(models.TextChoices):
    BUDGET = "budget", "Budget"
    RIGHTS = "rights", "Accès aux droits"
    HOUSING = "housing", "Logement"
    ENERGY = "energy", "Énergie"
    EMPLOYMENT = "employment", "Emploi et formation"
    HEALTH = "health", "Accès aux soins"
    FAMILY = "family", "Famille"
    AUTONOMY = "autonomy", "Vieillissement, handicap"
    MOBILITY = "mobility", "Mobilité"
    DIGITAL = "digital", "Numérique"
    JUSTICE = "justice", "Justice"
    ISOLATION = "isolation", "Isolement"


class ClosingReason(models.TextChoices):
    MOVED = "moved", "Déménagement"
    SOLVED = "solved", "Demande satisfaite"
    REFERRED = "referred", "Relais vers un partenaire"
    NO_NEWS = "no_news", "Sans nouvelles"
    DECEASED = "deceased", "Décès"
    REQUEST = "request", "À la demande de la personne"


# Who reads a note, said to its author beside each choice; NoteQuerySet.for_user() enforces it.
NOTE_READERS: dict[str, str] = {
    NoteLevel.TEAM: "Équipe : tout le travail social, et la direction si elle donne un motif.",
    NoteLevel.CIRCLE: "Cercle : l’auteur et les agents désignés sur ce dossier.",
    NoteLevel.PERSONAL: "Personnelle : l’auteur seul, ni ses collègues ni la direction.",
}
