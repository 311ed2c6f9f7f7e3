"""What a column of the file may mean: the fields of a household and of its persons, with the headers one meets."""

from dataclasses import dataclass
from enum import StrEnum

from cias.core.text import sort_key

MOST_MEMBERS = 9  # beside the applicant, as in DomiFa's layout
IGNORED = ""


class Group(StrEnum):
    HOUSEHOLD = "Ménage"
    SITUATION = "Situation"
    PERSON = "Personne"


class Kind(StrEnum):
    TEXT = "text"
    NAME = "name"
    FULL_NAME = "full_name"
    DATE = "date"
    BIRTH = "birth"
    PHONE = "phone"
    EMAIL = "email"
    LIST = "list"
    NUMBER = "number"
    AMOUNT = "amount"
    YES_NO = "yes_no"
    PLACE = "place"
    AGENT = "agent"
    NOTE = "note"
    KEY = "key"


@dataclass(frozen=True)
class Target:
    """A field that a column may fill. `longest` is what its column in the database holds."""

    code: str
    label: str
    group: Group
    kind: Kind
    headers: tuple[str, ...] = ()
    longest: int = 0

    @property
    def repeats(self) -> bool:
        """Whether several columns may feed it."""
        return self.kind == Kind.NOTE


def _target(
    code: str, label: str, group: Group, kind: Kind, headers: str = "", longest: int = 0
) -> tuple[str, Target]:
    spellings = tuple(sort_key(header) for header in (label, *headers.split("|")) if header.strip())
    return code, Target(code, label, group, kind, spellings, longest)


_H, _S, _P = Group.HOUSEHOLD, Group.SITUATION, Group.PERSON

TARGETS: dict[str, Target] = dict(
    (
        _target("external_id", "Identifiant d’origine", _H, Kind.KEY,
                "numéro d'identification|n° dossier|numéro de dossier|dossier|référence|identifiant|id|matricule", 80),
        _target("household_key", "Regroupement des lignes d’un ménage", _H, Kind.KEY,
                "n° ménage|numéro de ménage|ménage|foyer|id foyer|n° foyer|code foyer|code ménage", 80),
        _target("opened_on", "Ouvert le", _H, Kind.DATE,
                "date d'ouverture|date ouverture|date de création|date premier contact|premier contact|date d'entrée|"
                "ouverture|date dossier|date de première demande"),
        _target("street", "Numéro et voie", _H, Kind.TEXT,
                "adresse|adresse 1|rue|voie|adresse postale|n° et voie|adresse ligne 1", 120),
        _target("complement", "Complément d’adresse", _H, Kind.TEXT,
                "complément|adresse 2|bâtiment|appartement|adresse ligne 2|complément adresse", 80),
        _target("postal_code", "Code postal", _H, Kind.TEXT, "cp|code postale|c p", 10),
        _target("city", "Commune", _H, Kind.PLACE, "ville|localité|commune de résidence|cp ville|nom commune", 80),
        _target("insee", "Code INSEE de la commune", _H, Kind.PLACE, "insee|code insee|code commune|codgeo", 5),
        _target("referent", "Référent", _H, Kind.AGENT,
                "travailleur social|as|assistante sociale|assistant social|suivi par|référent social|intervenant|"
                "e-mail du référent|agent"),
        _target("comment", "Note d’équipe", _H, Kind.NOTE,
                "commentaire|commentaires|observations|observation|remarques|remarque|notes|note|divers"),
        _target("family_type", "Composition du ménage", _S, Kind.LIST,
                "composition|type de ménage|situation familiale|composition familiale|type ménage"),
        _target("adults", "Nombre d’adultes", _S, Kind.NUMBER, "nb adultes|nb d'adultes|adultes|nombre adultes"),
        _target("children", "Nombre d’enfants", _S, Kind.NUMBER,
                "nb enfants|nb d'enfants|enfants|nombre enfants|enfants à charge|nb enfants à charge"),
        _target("housing_status", "Statut de logement", _S, Kind.LIST,
                "logement|type de logement|mode d'hébergement|statut logement|statut d'occupation|hébergement|"
                "situation résidentielle|situation logement"),
        _target("activity", "Activité", _S, Kind.LIST, "emploi|csp|statut professionnel|situation emploi"),
        _target("occupation", "Situation professionnelle (activité ou ressource)", _S, Kind.LIST,
                "situation professionnelle|situation pro|profession|quelle est la situation professionnelle"),
        _target("income", "Ressources mensuelles en euros", _S, Kind.AMOUNT,
                "ressources|revenus|revenu mensuel|montant des ressources|ressources mensuelles|revenus mensuels"),
        _target("income_band", "Tranche de ressources", _S, Kind.LIST, "tranche de revenus|tranche ressources"),
        _target("main_resource", "Ressource principale", _S, Kind.LIST,
                "nature des ressources|type de ressource|nature ressources|type de revenus"),
        _target("birth_name", "Nom de naissance", _P, Kind.NAME,
                "nom|nom de famille|nom de jeune fille|nom jf|nom naissance|nom patronymique", 80),
        _target("usual_name", "Nom d’usage", _P, Kind.NAME,
                "nom marital|nom d'épouse|nom d'usage surnom|nom usuel|nom usage", 80),
        _target("first_names", "Prénoms", _P, Kind.NAME, "prénom|prenoms|prénom usuel", 120),
        _target("full_name", "Nom et prénom ensemble", _P, Kind.FULL_NAME,
                "nom prénom|nom et prénom|nom prénoms|bénéficiaire|usager|demandeur|identité|nom complet"),
        _target("title", "Civilité", _P, Kind.LIST, "civ|titre"),
        _target("sex", "Sexe", _P, Kind.LIST, "genre"),
        _target("birth_date", "Date de naissance", _P, Kind.BIRTH,
                "né le|née le|né(e) le|naissance|ddn|date naissance|date de naiss|date naiss"),
        _target("phone", "Téléphone", _P, Kind.PHONE,
                "tel|téléphone 1|portable|tél portable|mobile|téléphone portable|gsm"),
        _target("second_phone", "Autre téléphone", _P, Kind.PHONE, "téléphone 2|tel 2|téléphone fixe|fixe|tél fixe"),
        _target("email", "Adresse e-mail", _P, Kind.EMAIL,
                "mail|e-mail|email|courriel|adresse mail|adresse email", 254),
        _target("role", "Place dans le ménage", _P, Kind.LIST,
                "lien|lien de parenté|parenté|rôle|qualité|lien avec le demandeur|lien parenté"),
        _target("nationality_group", "Nationalité", _P, Kind.LIST, "nationalité groupe"),
        _target("language", "Langue", _P, Kind.TEXT, "langue parlée|langue maternelle", 40),
        _target("disability_recognised", "Handicap reconnu", _P, Kind.YES_NO, "rqth|handicap|mdph"),
        _target("protection", "Mesure de protection", _P, Kind.LIST,
                "protection|tutelle curatelle|mesure de protection juridique"),
        _target("guardian", "Mandataire", _P, Kind.TEXT, "tuteur|curateur|mandataire judiciaire", 120),
    )
)  # fmt: skip

BY_HEADER: dict[str, str] = {
    header: code for code, target in reversed(TARGETS.items()) for header in target.headers
}
LISTS = tuple(code for code, target in TARGETS.items() if target.kind == Kind.LIST)


def label_of(code: str, slot: int = 0) -> str:
    """How a field is called in sentences: « Prénoms (membre 2) »."""
    target = TARGETS.get(code)
    if target is None:
        return "ignorer"
    return f"{target.label} (membre {slot})" if target.group == Group.PERSON and slot else target.label
