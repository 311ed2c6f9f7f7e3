"""The permission matrix, as data (C1). Everything not written here is refused.

It is the table of features.md (section C) made precise: each line is one right, `grants` says which role holds it
and how far. The page « Qui voit quoi » shows this very table, the URL × role test is generated from it, and
`user.has_perm(code)` reads it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cias.accounts.enums import Role, Scope
from cias.core.access import ANY_AGENT, PUBLIC

ALL, OWN, REASON = Scope.ALL, Scope.OWN, Scope.REASON
RECEPTION, TS, PSY, DIRECTION, CA, DPO, ADMIN = Role


@dataclass(frozen=True)
class Right:
    """One line of the matrix. `note` is a French remark printed under the label."""

    code: str
    group: str
    label: str
    grants: Mapping[Role, Scope]
    note: str = ""


def _right(code: str, group: str, label: str, grants: Mapping[Role, Scope], note: str = "") -> Right:
    return Right(code, group, label, grants, note)


FILES, AGENDA, RIGHTS, HOUSING, INSERTION, FIGURES, GOVERNANCE = (
    "Ménages et personnes",
    "Agendas et rendez-vous",
    "Accès aux droits",
    "Logement et énergie",
    "Insertion",
    "Chiffres et rapports",
    "Gouvernance",
)

MATRIX: tuple[Right, ...] = (
    _right(
        "identity.view",
        FILES,
        "Lire l’identité, les coordonnées, la commune et le référent",
        {RECEPTION: ALL, TS: ALL, PSY: OWN, DIRECTION: ALL},
        "La psychologue voit les personnes qu’elle reçoit. Les dossiers protégés demandent un accès nommé.",
    ),
    _right(
        "identity.edit", FILES, "Créer et corriger l’identité et les coordonnées", {RECEPTION: ALL, TS: ALL}
    ),
    _right("situation.view", FILES, "Lire la situation et le budget", {TS: ALL, DIRECTION: REASON}),
    _right("situation.edit", FILES, "Modifier la situation et le budget", {TS: ALL}),
    _right(
        "notes.view",
        FILES,
        "Lire les notes d’entretien",
        {TS: ALL, DIRECTION: REASON},
        "Équipe : tout le travail social ; cercle : les référents du dossier ; personnelle : l’auteur seul.",
    ),
    _right("notes.write", FILES, "Écrire une note d’entretien", {TS: ALL}),
    _right(
        "documents.view",
        FILES,
        "Lire les documents du dossier",
        {TS: ALL, PSY: OWN, DIRECTION: REASON},
        "Selon leur niveau : équipe, cercle ou personnelle. La psychologue lit ceux qu’elle a ajoutés.",
    ),
    _right(
        "documents.add",
        FILES,
        "Ajouter un document au dossier",
        {RECEPTION: ALL, TS: ALL, PSY: OWN},
        "L’accueil ne les ouvre pas : il voit le type et la date de ceux qu’il a ajoutés, et peut les retirer.",
    ),
    _right("documents.edit", FILES, "Classer, remplacer et retirer les documents", {TS: ALL, PSY: OWN}),
    _right("referents.manage", FILES, "Désigner le référent d’un ménage", {TS: ALL, DIRECTION: ALL}),
    _right(
        "files.merge",
        FILES,
        "Fusionner deux fiches ou deux ménages en double, et annuler une fusion",
        {TS: ALL, DIRECTION: ALL},
        "Les deux dossiers doivent être accessibles. La direction compare l’identité seulement.",
    ),
    _right(
        "agenda.view",
        AGENDA,
        "Voir les agendas",
        {RECEPTION: ALL, TS: ALL, PSY: OWN, DIRECTION: ALL},
        "L’accueil et la direction voient la catégorie du motif, jamais le contenu social.",
    ),
    _right(
        "agenda.book",
        AGENDA,
        "Prendre, déplacer ou annuler un rendez-vous",
        {RECEPTION: ALL, TS: OWN, PSY: OWN},
        "L’accueil réserve pour tous les agents.",
    ),
    _right(
        "agenda.reason",
        AGENDA,
        "Lire le motif précis d’un rendez-vous",
        {TS: ALL, PSY: OWN},
        "De ceux de la psychologue, les autres ne voient que « Entretien ».",
    ),
    _right("agenda.receive", AGENDA, "Enregistrer l’issue d’un rendez-vous", {TS: OWN, PSY: OWN}),
    _right(
        "agenda.reception",
        AGENDA,
        "Tenir l’accueil : arrivées, passages et messages aux agents",
        {RECEPTION: ALL},
        "Chaque agent lit et traite ses messages. Le travail social lit ceux d’un ménage, sauf ceux de la psychologue.",
    ),
    _right("agenda.presence", AGENDA, "Fixer les horaires où chacun reçoit", {DIRECTION: ALL}),
    _right(
        "agenda.absence",
        AGENDA,
        "Noter une absence ou un changement d’un jour",
        {TS: OWN, PSY: OWN, DIRECTION: ALL},
        "Les agents pour eux-mêmes, la direction pour tous.",
    ),
    _right(
        "rights.view",
        RIGHTS,
        "Lire les dossiers de droits",
        {TS: ALL, DIRECTION: REASON},
        "La direction voit les états, les échéances et les décisions ; le contenu avec un motif.",
    ),
    _right("rights.edit", RIGHTS, "Instruire un dossier de droits", {TS: ALL}),
    _right(
        "rights.receive",
        RIGHTS,
        "Enregistrer la réception de pièces",
        {RECEPTION: ALL, TS: ALL},
        "L’accueil voit la liste des pièces attendues, jamais le dossier.",
    ),
    _right(
        "rights.overview", RIGHTS, "Suivre les états et les échéances des dossiers", {TS: ALL, DIRECTION: ALL}
    ),
    _right(
        "rights.catalogue",
        RIGHTS,
        "Consulter le catalogue des droits",
        {RECEPTION: ALL, TS: ALL, DIRECTION: ALL, ADMIN: ALL},
    ),
    _right(
        "housing.view", HOUSING, "Lire les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}
    ),
    _right(
        "housing.edit", HOUSING, "Gérer les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}
    ),
    _right("insertion.view", INSERTION, "Lire les parcours d’insertion", {TS: ALL, DIRECTION: REASON}),
    _right("insertion.edit", INSERTION, "Tenir les parcours d’insertion", {TS: ALL}),
    _right(
        "insertion.overview",
        INSERTION,
        "Suivre les états et les échéances des parcours",
        {TS: ALL, DIRECTION: ALL},
    ),
    _right("statistics.direction", FIGURES, "Tableau de bord de la direction", {DIRECTION: ALL}),
    _right(
        "statistics.board",
        FIGURES,
        "Tableau de bord du conseil d’administration",
        {CA: ALL, DIRECTION: ALL},
        "Des totaux seulement, sous secret statistique.",
    ),
    _right(
        "abs.read",
        FIGURES,
        "Lire les rapports d’analyse des besoins sociaux publiés",
        {TS: ALL, DIRECTION: ALL, CA: ALL},
    ),
    _right("abs.manage", FIGURES, "Compiler et publier l’analyse des besoins sociaux", {DIRECTION: ALL}),
    _right("indicators.manage", FIGURES, "Importer les données publiques", {DIRECTION: ALL, ADMIN: ALL}),
    _right("audit.view", GOVERNANCE, "Lire le journal des consultations", {DIRECTION: ALL, DPO: ALL}),
    _right(
        "structure.manage",
        GOVERNANCE,
        "Régler la structure, les horaires et les fermetures",
        {DIRECTION: ALL, ADMIN: ALL},
    ),
    _right("accounts.manage", GOVERNANCE, "Gérer les comptes", {ADMIN: ALL}),
)

BY_CODE: Mapping[str, Right] = {right.code: right for right in MATRIX}


def scope_of(user: Any, code: str) -> Scope | None:
    """How far `user` holds the right `code`; None when not at all. Unknown codes raise KeyError."""
    right = BY_CODE[code]
    if not getattr(user, "is_active", False):
        return None
    return right.grants.get(user.role)


def holders(code: str) -> list[str]:
    """French names of the roles that hold a right, for the refusal page (C2)."""
    return [role.label for role in Role if role in BY_CODE[code].grants]


# Views of django-allauth that we mount (cias/accounts/urls.py).
THIRD_PARTY: dict[str, str] = {
    "account_login": PUBLIC,
    "account_logout": ANY_AGENT,
    "account_reauthenticate": ANY_AGENT,
    "account_change_password": ANY_AGENT,
    "account_set_password": ANY_AGENT,
    "account_reset_password": PUBLIC,
    "account_reset_password_done": PUBLIC,
    "account_reset_password_from_key": PUBLIC,
    "account_reset_password_from_key_done": PUBLIC,
    "account_inactive": PUBLIC,
    "mfa_authenticate": PUBLIC,
    "mfa_login_webauthn": PUBLIC,
    "mfa_index": ANY_AGENT,
    "mfa_reauthenticate": ANY_AGENT,
    "mfa_reauthenticate_webauthn": ANY_AGENT,
    "mfa_activate_totp": ANY_AGENT,
    "mfa_deactivate_totp": ANY_AGENT,
    "mfa_list_webauthn": ANY_AGENT,
    "mfa_add_webauthn": ANY_AGENT,
    "mfa_edit_webauthn": ANY_AGENT,
    "mfa_remove_webauthn": ANY_AGENT,
    "mfa_view_recovery_codes": ANY_AGENT,
    "mfa_generate_recovery_codes": ANY_AGENT,
}
