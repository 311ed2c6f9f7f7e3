"""Two layouts known beforehand: DomiFa's own (reference-data.md §7), and a simple one that we offer as a model."""

from collections.abc import Sequence

from cias.core.text import sort_key

DOMIFA_NAME = "DomiFa"
SIMPLE_NAME = "Tableur"

_NOTE = ("comment", 0)

# In DomiFa's order; what has no field here goes, with its header, into the team's note.
DOMIFA_HEADERS = (
    "Numéro d'identification", "Civilité", "Nom", "Prénom", "Nom d'usage / Surnom", "Date naissance", "Lieu naissance",
    "Téléphone", "Email", "Statut domiciliation", "Motif de refus", "Motif de radiation", "Type de domiciliation",
    "Date de Début de la domiciliation", "Date de fin de la domiciliation", "Date 1ere domiciliation",
    "Date de dernier passage", "Orientation", "Détails de l'orientation",
    "La personne a t-elle déjà une domiciliation ?", "Quelle est la situation professionnelle ?",
    "Quelle est la situation professionnelle ?", "Le domicilié possède t-il des revenus ?",
    "Seulement si revenus, de quelle nature ?", "Lien avec la commune", "Détail du lien avec la commune",
    "Composition du ménage", "Situation résidentielle", "Si autre situation résidentielle, précisez",
    "Cause instabilité logement", "Si autre cause, précisez", "Motif principal de la demande",
    "Si autre motif, précisez", "Accompagnement social", "Par quelle structure est fait l'accompagnement ?",
    "Commentaires",
)  # fmt: skip
_MEMBER_HEADERS = ("nom", "prénom", "date naissance", "lien parenté")
DOMIFA_MEMBERS = 9
_DOMIFA_TARGETS: dict[int, tuple[str, int]] = {
    0: ("external_id", 0), 1: ("sex", 0), 2: ("birth_name", 0), 3: ("first_names", 0), 4: ("usual_name", 0),
    5: ("birth_date", 0), 7: ("phone", 0), 8: ("email", 0), 15: ("opened_on", 0), 20: ("occupation", 0),
    26: ("family_type", 0), 27: ("housing_status", 0),
}  # fmt: skip
DOMIFA: tuple[tuple[str, int], ...] = (
    *(_DOMIFA_TARGETS.get(rank, _NOTE) for rank in range(len(DOMIFA_HEADERS))),
    *(
        (target, slot)
        for slot in range(1, DOMIFA_MEMBERS + 1)
        for target in ("birth_name", "first_names", "birth_date", "role")
    ),
)
_RECOGNISED = 0.8


def domifa_header(members: int = DOMIFA_MEMBERS) -> list[str]:
    """The header of a file in DomiFa's layout."""
    return [
        *DOMIFA_HEADERS,
        *(f"Ayant-droit {slot} : {name}" for slot in range(1, members + 1) for name in _MEMBER_HEADERS),
    ]


def is_domifa(headers: Sequence[str]) -> bool:
    """Whether most of the first 36 columns are DomiFa's, each in its place."""
    same = sum(sort_key(one) == sort_key(other) for one, other in zip(headers, DOMIFA_HEADERS, strict=False))
    return same >= _RECOGNISED * len(DOMIFA_HEADERS)


# Header, what it means, two lines of example.
SIMPLE: tuple[tuple[str, str, str, str], ...] = (
    ("N° dossier", "external_id", "2019-014", "2021-207"),
    ("Ouvert le", "opened_on", "14/03/2019", "02/11/2021"),
    ("Civilité", "title", "Mme", "M."),
    ("Nom", "birth_name", "Exemple", "Modèle"),
    ("Nom d'usage", "usual_name", "", ""),
    ("Prénom", "first_names", "Jeanne", "Karim"),
    ("Date de naissance", "birth_date", "12/04/1986", "1980"),
    ("Téléphone", "phone", "06 39 98 00 01", ""),
    ("E-mail", "email", "jeanne@exemple.test", ""),
    ("Adresse", "street", "3 rue des Exemples", "8 place du Modèle"),
    ("Code postal", "postal_code", "28000", "28110"),
    ("Commune", "city", "Chartres", "Lucé"),
    ("Composition du ménage", "family_type", "Famille monoparentale", "Homme seul"),
    ("Logement", "housing_status", "Locataire du parc social", "Hébergé par un tiers"),
    ("Emploi", "activity", "En emploi", "En recherche d’emploi"),
    ("Nature des ressources", "main_resource", "Salaire", "RSA"),
    ("Ressources mensuelles", "income", "1 240", "607,75"),
    ("Référent", "referent", "", ""),
    ("Commentaires", "comment", "", ""),
    ("Membre 1 : nom", "birth_name", "Exemple", ""),
    ("Membre 1 : prénom", "first_names", "Léo", ""),
    ("Membre 1 : date de naissance", "birth_date", "22/01/2017", ""),
    ("Membre 1 : lien", "role", "Enfant", ""),
    ("Membre 2 : nom", "birth_name", "", ""),
    ("Membre 2 : prénom", "first_names", "", ""),
    ("Membre 2 : date de naissance", "birth_date", "", ""),
    ("Membre 2 : lien", "role", "", ""),
)
