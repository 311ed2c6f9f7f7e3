"""Which of our values another tool's word stands for. Labels of MSS and DomiFa, and what spreadsheets say."""

from functools import cache

from cias.core.text import sort_key
from households.enums import (
    Activity,
    FamilyType,
    HousingStatus,
    IncomeBand,
    MainResource,
    MemberRole,
    NationalityGroup,
    Protection,
    Sex,
    Title,
)

# A field may be fed by words that speak of two notions (DomiFa's "situation professionnelle" holds the RSA).
ACTIVITY, RESOURCE = "activity", "main_resource"

CHOICES: dict[str, list[tuple[str, str]]] = {
    "family_type": [(str(value), str(label)) for value, label in FamilyType.choices if value],
    "housing_status": [(str(value), str(label)) for value, label in HousingStatus.choices if value],
    "activity": [(str(value), str(label)) for value, label in Activity.choices if value],
    "income_band": [(str(value), str(label)) for value, label in IncomeBand.choices if value],
    "main_resource": [(str(value), str(label)) for value, label in MainResource.choices if value],
    "occupation": [
        *((f"{ACTIVITY}:{value}", f"Activité\u00a0: {label}") for value, label in Activity.choices if value),
        *(
            (f"{RESOURCE}:{value}", f"Ressource\u00a0: {label}")
            for value, label in MainResource.choices
            if value
        ),
    ],
    "title": [(str(value), str(label)) for value, label in Title.choices if value],
    "sex": [(str(value), str(label)) for value, label in Sex.choices if value],
    "role": [(str(value), str(label)) for value, label in MemberRole.choices],
    "nationality_group": [(str(value), str(label)) for value, label in NationalityGroup.choices if value],
    "protection": [(str(value), str(label)) for value, label in Protection.choices if value],
}
# Written for "unknown": they are not worth a question.
BLANK = frozenset({"", "non renseigne", "nr", "n r", "inconnu", "inconnue", "nc", "n c", "sans objet", "neant", "aucun",
                   "aucune", "ne sait pas", "nsp", "null"})  # fmt: skip

_SPELLINGS: dict[str, dict[str, str]] = {
    "family_type": {
        "man_alone": "homme isolé sans enfant|homme isole sans enfant|homme seul|hisse",
        "woman_alone": "femme isolée sans enfant|femme isole sans enfant|femme seule|fisse",
        "couple": "couple sans enfant|couple sans enfants|couple sans enfant(s)",
        "couple_children": "couple avec enfant(s)|couple avec enfant|en couple avec enfant(s)|couple avec enfants",
        "lone_parent": (
            "femme isolée avec enfant(s)|femme isole avec enfant|homme isolé avec enfant(s)|homme isole avec enfant|"
            "parent isolé·e avec enfant(s)|parent isolé avec enfant(s)|parent isolé|famille monoparentale|"
            "monoparentale|personne seule avec enfant(s)"
        ),
        "other": "autre|autre ménage|cohabitation",
    },
    "housing_status": {
        "owner": "propriétaire|accédant à la propriété|propriétaire occupant|accédant",
        "private_tenant": "locataire parc privé|locataire privé|location privée|parc privé|locataire",
        "social_tenant": "locataire parc social|locataire hlm|hlm|logement social|bailleur social|parc social|lhs",
        "cias": "hébergement temporaire|sous location|sous locataire|logement du cias",
        "shelter": (
            "hébergement de type chrs, chu, cph, cada...|hébergement social|hebergement social|chrs|cada|"
            "hébergement social (sans service courrier)|chu|cph|hébergement d'urgence|centre d'hébergement"
        ),
        "with_family": "hébergé·e au domicile parental|hébergé au domicile parental|hébergé famille|chez ses parents|"
                       "hébergé par la famille|hébergé par sa famille",
        "with_others": "hébergé·e chez un tiers|hébergé chez un tiers|hebergement tiers|hébergé|hébergé par un tiers",
        "institution": "ehpad, résidence senior|ehpad|résidence autonomie|établissement|foyer logement",
        "hotel": "hôtel|hotel",
        "makeshift": (
            "logement de fortune|domicile mobile (ex: caravane)|domicile mobile|caravane|habitat mobile|"
            "domicile mobile (ex: caravane) / aire des gens du voyage / habitat itinérant|camping|gens du voyage"
        ),
        "homeless": "sans hébergement|sans abri|sans abri / squat / bidonville|sans abris / squat|sdf|rue|squat",
        "other": (
            "autre|autre résidence|autre type de logement (hôtel...)|logement insalubre|autre logement|"
            "logement avec impossibilité d'utiliser son adresse"
        ),
    },
    "activity": {
        "employed": "salarié|salarie|salariée|en emploi|emploi|cdi|cdd|intérim|intérimaire|fonctionnaire|apprenti",
        "self_employed": "indépendant|independant|auto entrepreneur|entrepreneur|travailleur indépendant|commerçant",
        "job_seeker": (
            "en recherche d'emploi|demandeur d'emploi|chômage|chômeur|inscrit à france travail|france travail|"
            "inscrit à france travail (ex pôle-emploi)|pole emploi|sans emploi|recherche d'emploi"
        ),
        "training": "étudiant|etudiant|étudiante|en formation|stagiaire|scolarisé|scolaire|lycéen",
        "retired": "retraité|retraite|retraitée|pensionné",
        "disabled": "invalidité|arrêt maladie|longue maladie|invalide|en invalidité",
        "at_home": (
            "mère au foyer|père au foyer|au foyer|sans activité (non inscrit à pôle emploi)|sans profession|"
            "congé parental|sans activité|parent au foyer"
        ),
        "other": "autre|autre raison",
    },
    "main_resource": {
        "wage": "salaire|salaires|traitement",
        "rsa": "rsa|rsa socle|rsa majoré|revenu de solidarité active",
        "are": "are|ass|indemnités pôle emploi : are/ass|allocation chômage|chômage|indemnités pôle emploi|aref",
        "pension": "retraite|pension de retraite|retraites",
        "aspa": "aspa|minimum vieillesse",
        "aah": "aah|allocation aux adultes handicapés (aah)|allocation aux adultes handicapés",
        "invalidity": "pension d'invalidité|invalidité",
        "sickness": "indemnités journalières|ij|ijss",
        "family": "prestations familiales|caf|allocations familiales|af|apl|prime d'activité",
        "alimony": "pension alimentaire",
        "none": "sans ressource|sans ressources|aucune ressource|pas de ressources|sans revenu|aucune",
        "other": "autre|autres",
    },
    "income_band": {
        "none": "0|0 €|sans ressource|aucune ressource",
        "0_600": "moins de 600|0-600|0 à 600|< 600",
        "600_1000": "600-1000|600 à 1000|600 à 999",
        "1000_1500": "1000-1500|1000 à 1500",
        "1500_2000": "1500-2000|1500 à 2000",
        "2000": "plus de 2000|2000 et plus|> 2000",
    },
    "title": {
        "mme": "mme|mme.|mme ou mlle|madame|mlle|mademoiselle|mrs|f|mlle.",
        "m": "m|m.|mr|mr.|monsieur|h",
    },
    "sex": {"f": "f|femme|féminin|féminine|fille|2", "m": "h|m|homme|masculin|garçon|1"},
    "role": {
        "applicant": "demandeur|demandeuse|dem|usager|titulaire|allocataire|bénéficiaire|responsable|chef de famille|"
                     "responsable dossier|monsieur|personne de référence|domicilié",
        "partner": "conjoint|conjointe|conjoint.e|conjoint·e|cjt|conjoint(e)|concubin|concubine|pacs|pacsé|époux|"
                   "épouse|concubin(e)|compagnon|compagne|partenaire",
        "child": "enfant|fils|fille|enfant mineur|enfant majeur|enf|beau fils|belle fille|petit enfant",
        "parent": "parent|père|mère|ascendant|grand parent|beau père|belle mère",
        "other": "autre|autre personne à la charge du domicilié|tiers|fratrie|frère|sœur|autre membre de la famille|"
                 "ayant droit|neveu|nièce|voisin·e",
    },
    "nationality_group": {
        "fr": "française|francaise|français|france|fr|f",
        "eu": "union européenne|ue|europe|européenne|ressortissant ue",
        "other": "hors ue|hors union européenne|étrangère|autre|hors europe|pays tiers",
    },
    "protection": {
        "curatelle_simple": "curatelle simple|curatelle",
        "curatelle_renforcee": "curatelle renforcée",
        "tutelle": "tutelle",
        "sauvegarde": "sauvegarde de justice",
        "habilitation": "habilitation familiale|habilitation du conjoint",
        "mandat": "mandat de protection future",
        "masp": "mesure d'accompagnement (masp / maj / mjagbf)|masp|maj|mjagbf|mesure d'accompagnement",
    },
}  # fmt: skip

# Words of the field `occupation` that speak of a resource, not of an activity.
_RESOURCE_WORDS = {"rsa": "rsa", "aah": "aah"}


@cache
def known_words(field: str) -> dict[str, str]:
    """Every word we understand for a list, normalised, with our value."""
    if field == "occupation":
        words = {word: f"{ACTIVITY}:{value}" for word, value in known_words("activity").items()}
        for code, value in _RESOURCE_WORDS.items():
            for word, meant in known_words("main_resource").items():
                if meant == value:
                    words[word] = f"{RESOURCE}:{code}"
        return words
    words = {sort_key(label): value for value, label in CHOICES[field]}
    words |= {sort_key(value): value for value, _label in CHOICES[field]}
    for value, spellings in _SPELLINGS.get(field, {}).items():
        words |= {sort_key(word): value for word in spellings.split("|")}
    return words


def read_word(field: str, text: str, chosen: dict[str, str]) -> str | None:
    """Our value for a word of the file; "" when it says nothing, None when nobody has said what it means."""
    word = sort_key(text)
    if word in chosen:
        return chosen[word]
    if (value := known_words(field).get(word)) is not None:
        return value
    return "" if word in BLANK else None
