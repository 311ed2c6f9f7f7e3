"""What a column of the Département's file may mean, with the headers one meets (peers.md §3.7), and the words of its
lists."""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from cias.core.text import sort_key
from households.enums import MemberRole, Title
from households.takeover.lists import BLANK, known_words
from households.takeover.mapping import Column, Layout, with_meaning
from households.takeover.targets import IGNORED, Group, Kind, Target
from insertion.enums import OrientationKind
from insertion.imports.enums import StructureWord

SOURCE = "Département"


def _target(code: str, label: str, kind: Kind, headers: str, longest: int = 0) -> tuple[str, Target]:
    spellings = tuple(sort_key(header) for header in (label, *headers.split("|")) if header.strip())
    return code, Target(code, label, Group.PERSON, kind, spellings, longest)


TARGETS: dict[str, Target] = dict(
    (
        _target("internal_id", "Identifiant du Département", Kind.KEY,
                "id iodas|iodas|id interne|identifiant interne|numéro interne|id département|n° dossier|"
                "numéro de dossier|id solis|n° solis|id editeur|identifiant dossier|n° individu|id individu", 40),
        _target("nir", "NIR", Kind.KEY,
                "numéro de sécurité sociale|n° sécurité sociale|n° de sécurité sociale|n° sécu|num sécu|"
                "numéro sécu|n° ss|nir allocataire|nir personne", 21),
        _target("caf_number", "N° d’allocataire", Kind.KEY,
                "n° allocataire|numéro allocataire|n° caf|numéro caf|matricule|matricule caf|n° allocataire caf|"
                "n° caf msa|matricule allocataire|numéro d'allocataire|n° msa", 15),
        _target("france_travail_id", "Identifiant France Travail", Kind.KEY,
                "id pôle emploi|id pe|identifiant pôle emploi|n° pôle emploi|id france travail|id ft|"
                "n° france travail|numéro france travail|identifiant ft|code pe", 20),
        _target("rsa_number", "N° de demande RSA", Kind.KEY,
                "numéro demande rsa|n° demande rsa|num demande rsa|numéro de demande", 20),
        _target("rsa_since", "Soumise aux droits et devoirs depuis", Kind.DATE,
                "date début droits - devoirs|date debut droits devoirs|date droits et devoirs|date entrée rsa|"
                "date d'entrée rsa|rsa depuis|date demande rsa|date de demande rsa|date ouverture de droit"),
        _target("role", "Place au dossier RSA", Kind.LIST,
                "rôle|role personne|qualité|demandeur conjoint|dem cjt"),
        _target("title", "Civilité", Kind.LIST, "civ|titre|genre civilité"),
        _target("birth_name", "Nom", Kind.NAME,
                "nom bénéficiaire|nom de naissance|nom de famille|nom allocataire|nom personne|nom usager|"
                "nom responsable dossier|nom de jeune fille|nom patronymique", 80),
        _target("usual_name", "Nom d’usage", Kind.NAME, "nom marital|nom d'épouse|nom usuel", 80),
        _target("first_names", "Prénom", Kind.NAME,
                "prénoms|prénom bénéficiaire|prénom allocataire|prénom personne|prénom usager|"
                "prénom responsable dossier", 120),
        _target("full_name", "Nom et prénom ensemble", Kind.FULL_NAME,
                "nom prénom|nom et prénom|bénéficiaire|allocataire|usager|nom prénoms|nom prénom bénéficiaire"),
        _target("birth_date", "Date de naissance", Kind.BIRTH,
                "ddn|né le|née le|né(e) le|date naissance|date de naiss|date naiss|naissance|"
                "date de naissance bénéficiaire"),
        _target("phone", "Téléphone", Kind.PHONE,
                "téléphones|tel|tél|téléphone 1|téléphone portable|portable|mobile|numéro téléphone dossier|"
                "n° de téléphone|numéro de téléphone|tel portable"),
        _target("second_phone", "Autre téléphone", Kind.PHONE,
                "téléphone 2|tel 2|téléphone fixe|fixe|numéro téléphone 2 dossier|tél fixe"),
        _target("email", "Adresse e-mail", Kind.EMAIL,
                "mail|mails|e-mail|email|courriel|adresse mail|adresse electronique dossier|adresse électronique", 254),
        _target("street", "Numéro et voie", Kind.TEXT, "adresse|adresse 1|rue|voie|n° et voie|adresse postale", 120),
        _target("complement", "Complément d’adresse", Kind.TEXT,
                "complément|complément adresse|adresse 2|bâtiment|appartement", 80),
        _target("postal_code", "Code postal", Kind.TEXT, "cp|code postale", 10),
        _target("city", "Commune", Kind.PLACE, "cp ville|ville|localité|nom commune|commune de résidence", 80),
        _target("insee", "Code INSEE de la commune", Kind.PLACE, "insee|code insee|code commune|codgeo", 5),
        _target("kind", "Orientation décidée", Kind.LIST,
                "décision orientation|décision d'orientation|orientation|type d'orientation|type orientation|parcours|"
                "type de parcours|accompagnement|type d'accompagnement|orientation préconisée"),
        _target("notified_on", "Notifiée le", Kind.DATE,
                "date de notification|date notification|date envoie du courrier|date envoi du courrier|"
                "date d'envoi du courrier|date du courrier|date courrier|notification|date notif"),
        _target("start", "Début de l’orientation", Kind.DATE,
                "date d'orientation|date orientation|date de l'orientation|date de décision|date décision|"
                "date de début|début d'accompagnement|date début accompagnement|date d'effet"),
        _target("end", "Fin de l’orientation", Kind.DATE,
                "date de fin|fin d'accompagnement|date fin accompagnement|date de fin d'orientation"),
        _target("structure", "Structure référente", Kind.LIST,
                "structure|organisme|organisme référent|structure d'accompagnement|organisme d'accompagnement|"
                "structure référent|orienté vers"),
        _target("referent", "Référent unique", Kind.AGENT,
                "référent|chargé d'orientation|chargée d'orientation|référent rsa|travailleur social|"
                "e-mail du référent|accompagnateur"),
        _target("comment", "Précision", Kind.NOTE, "tags|tag|commentaire|commentaires|observations|remarques"),
    )
)  # fmt: skip

BY_HEADER: dict[str, str] = {
    header: code for code, target in reversed(TARGETS.items()) for header in target.headers
}
NAMES = ("birth_name", "usual_name", "full_name")

CHOICES: dict[str, list[tuple[str, str]]] = {
    "kind": [(str(value), str(label)) for value, label in OrientationKind.choices],
    "structure": [(str(value), str(label)) for value, label in StructureWord.choices],
    "role": [(MemberRole.APPLICANT.value, "Demandeur"), (MemberRole.PARTNER.value, "Conjoint")],
    "title": [(str(value), str(label)) for value, label in Title.choices if value],
}
_SPELLINGS: dict[str, dict[str, str]] = {
    "kind": {
        OrientationKind.SOCIAL: "social|soc|orientation sociale|parcours social|accompagnement social|"
                                "vocation d'insertion sociale|insertion sociale|s|remobilisation",
        OrientationKind.PROFESSIONAL: "professionnel|pro|emploi|parcours professionnel|parcours emploi|"
                                      "orientation professionnelle|orientation emploi|accompagnement professionnel|p",
        OrientationKind.MIXED: "socio professionnel|sociopro|socio pro|socioprofessionnel|socioprofessionnelle|global|"
                               "accompagnement global|parcours socio professionnel|sp",
    },
    "structure": {
        StructureWord.OURS: "cias|ccas|centre intercommunal d'action sociale",
        StructureWord.OTHER: "france travail|pôle emploi|ft|pe|mission locale|ml|cap emploi|conseil départemental|"
                             "département|cd|maison départementale|plie",
    },
    "role": {
        MemberRole.APPLICANT: "dem|demandeur|demandeuse|usager|usagère|mon|monsieur madame|allocataire|bénéficiaire|"
                              "responsable dossier|rsa demandeur|d",
        MemberRole.PARTNER: "cjt|conjoint|conjointe|conjoint(e)|concubin|concubine|concubin(e)|pacsé|pacsée|pacsé(e)|"
                            "partenaire|époux|épouse|c",
    },
}  # fmt: skip


@cache
def _words(field: str) -> dict[str, str]:
    if field == "title":
        return known_words("title")
    words = {sort_key(label): value for value, label in CHOICES[field]}
    for value, spellings in _SPELLINGS[field].items():
        words |= {sort_key(word): value for word in spellings.split("|")}
    return words


def read_word(field: str, text: str, chosen: dict[str, str]) -> str | None:
    """Our value for a word of the file; "" when it says nothing, None when nobody has said what it means."""
    word = sort_key(text)
    if word in chosen:
        return chosen[word]
    return _words(field).get(word, "" if word in BLANK else None)


def label_of(code: str) -> str:
    return TARGETS[code].label if code in TARGETS else "ignorer"


def guess(header: str) -> tuple[str, int]:
    key = re.sub(r"^(?:numero|num|no|n) (?:de |d )?", "n ", sort_key(header))
    found = BY_HEADER.get(sort_key(header)) or _NUMBERED.get(key)
    return (found, 0) if found else (IGNORED, 0)


# "N° d'allocataire", "Numéro allocataire", "n allocataire": one spelling.
_NUMBERED = {
    re.sub(r"^(?:numero|num|no|n) (?:de |d )?", "n ", header): code for header, code in BY_HEADER.items()
}


def propose(columns: Sequence[Column]) -> list[Column]:
    """What each header says by itself, a field given once (the notes of several columns may add up)."""
    taken: set[str] = set()
    proposed = []
    for column in columns:
        target, _slot = guess(column.header)
        if target and target in taken and not TARGETS[target].repeats:
            target = IGNORED
        taken.add(target)
        proposed.append(with_meaning(column, target, 0))
    return proposed


def check(columns: Sequence[Column]) -> list[str]:
    """What forbids to go on, one sentence each; empty when the correspondence can be used."""
    used = Counter(column.target for column in columns if column.target)
    problems = [
        f"{count} colonnes remplissent «\u00a0{label_of(target)}\u00a0»\u00a0: gardez-en une."
        for target, count in used.items()
        if count > 1 and not TARGETS[target].repeats
    ]
    if not any(target in NAMES for target in used):
        problems.append("Aucune colonne ne donne le nom des personnes.")
    if "full_name" in used and ("birth_name" in used or "first_names" in used):
        problems.append("«\u00a0Nom et prénom ensemble\u00a0» ne va pas avec un nom ou un prénom à part.")
    elif "full_name" not in used and "first_names" not in used:
        problems.append("Aucune colonne ne donne le prénom des personnes.")
    return problems


def _source_of(columns: Sequence[Column]) -> str:
    return SOURCE


LAYOUT = Layout(guess=guess, propose=propose, check=check, source_of=_source_of, marks_formulas=True)
