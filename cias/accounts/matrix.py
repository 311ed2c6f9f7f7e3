"""The permission matrix, as data (C1). Everything not written here is refused.

It is the table of features.md (section C) made precise: each line is one right, `grants` says which role holds it
and how far. The page « Qui voit quoi » shows this very table, the URL × role test is generated from it, and
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
        "Équipe : tout le travail social ; cercle : les référents du dossier, et la direction en accès "
        "d’urgence ; personnelle : l’auteur seul.",
    ),
    _right("notes.write", FILES, "Écrire une note d’entretien", {TS: ALL}),
    _right(
        "documents.view",
        FILES,
        "Lire les documents du dossier",
        {TS: ALL, PSY: OWN, DIRECTION: REASON},
        "Selon leur niveau : équipe, cercle ou personnelle. La psychologue lit ceux qu’elle a ajoutés.",
    ),
    _right(
        "documents.add",
        FILES,
        "Ajouter un document au dossier",
        {RECEPTION: ALL, TS: ALL, PSY: OWN},
        "L’accueil ne les ouvre pas : il voit le type et la date de ceux qu’il a ajoutés, et peut les retirer.",
    ),
    _right("documents.edit", FILES, "Classer, remplacer et retirer les documents", {TS: ALL, PSY: OWN}),
    _right(
        "files.import",
        FILES,
        "Reprendre une liste de ménages tenue dans un autre outil",
        {DIRECTION: ALL},
        "Identité, situation et commentaires tels que le fichier les donne ; chaque import se défait pendant 30 jours.",
    ),
    _right(
        "lists.save",
        FILES,
        "Enregistrer ses vues des listes",
        {RECEPTION: OWN, TS: OWN, PSY: OWN, DIRECTION: OWN},
        "Chacun n’y voit que les lignes et les colonnes de son rôle.",
    ),
    _right("lists.share", FILES, "Partager une vue d’une liste avec tous", {TS: ALL, DIRECTION: ALL}),
    _right(
        "files.export",
        FILES,
        "Exporter une liste, sans les noms",
        {TS: REASON, DIRECTION: REASON},
        "Le motif et le nombre de lignes vont au journal. Le fichier est chiffré et disparaît après un jour.",
    ),
    _right(
        "files.export_named",
        FILES,
        "Exporter aussi les noms et les coordonnées",
        {TS: OWN, DIRECTION: REASON},
        "Le travail social : des ménages suivis par l’agent seulement.",
    ),
    _right(
        "register.view",
        FILES,
        "Consulter le fichier des bénéficiaires",
        {TS: ALL, DIRECTION: ALL},
        "Tenu en vertu de l’article R123-6 du Code de l’action sociale et des familles.",
    ),
    _right(
        "register.export", FILES, "Imprimer et exporter le fichier des bénéficiaires", {DIRECTION: REASON}
    ),
    _right("lists.moderate", FILES, "Modifier les vues partagées par d’autres", {DIRECTION: ALL}),
    _right(
        "referents.manage",
        FILES,
        "Désigner le référent d’un ménage, clore et rouvrir son dossier",
        {TS: ALL, DIRECTION: ALL},
        "Plusieurs dossiers à la fois : le travail social pour ceux qu’il suit, la direction pour tous.",
    ),
    _right(
        "tasks.use",
        FILES,
        "Créer, confier et traiter des tâches",
        {RECEPTION: OWN, TS: ALL, PSY: OWN, DIRECTION: ALL},
        "L’accueil ne lit que celles qu’il confie, la psychologue les siennes ; la direction lit les titres, "
        "le détail avec un motif.",
    ),
    _right(
        "files.merge",
        FILES,
        "Fusionner deux fiches ou deux ménages en double, et annuler une fusion",
        {TS: ALL, DIRECTION: ALL},
        "Les deux dossiers doivent être accessibles. La direction compare l’identité seulement.",
    ),
    _right(
        "referrals.receive",
        FILES,
        "Noter qui a orienté un ménage et l’urgence",
        {RECEPTION: ALL, TS: ALL},
        "L’accueil l’écrit à l’ouverture du dossier ; il ne relit ensuite que l’origine et l’urgence.",
    ),
    _right(
        "referrals.view",
        FILES,
        "Lire les orientations et ce qui a été partagé avec les partenaires",
        {TS: ALL, DIRECTION: REASON},
    ),
    _right("referrals.write", FILES, "Orienter vers un partenaire, noter sa réponse", {TS: ALL}),
    _right(
        "referrals.overview",
        FILES,
        "Suivre les orientations en attente de réponse",
        {TS: ALL, DIRECTION: ALL},
    ),
    _right("letters.view", FILES, "Lire les courriers", {TS: ALL, DIRECTION: REASON}),
    _right("letters.write", FILES, "Écrire et imprimer un courrier", {TS: ALL}),
    _right("letters.templates", FILES, "Écrire les modèles de courriers", {TS: ALL, DIRECTION: ALL}),
    _right("summary.print", FILES, "Imprimer la synthèse d’un dossier", {TS: ALL, DIRECTION: REASON}),
    _right(
        "partners.view",
        FILES,
        "Consulter l’annuaire des partenaires",
        {RECEPTION: ALL, TS: ALL, PSY: ALL, DIRECTION: ALL},
    ),
    _right("partners.manage", FILES, "Tenir l’annuaire des partenaires", {TS: ALL, DIRECTION: ALL}),
    _right(
        "files.protect",
        FILES,
        "Protéger un dossier et nommer ceux qui y ont accès",
        {TS: ALL, DIRECTION: ALL},
        "Un dossier protégé n’existe que pour les agents nommés : ni le référent ni la direction n’y entrent sans "
        "l’être. Une adresse cachée ne figure sur aucun agenda, impression ni export.",
    ),
    _right(
        "files.emergency",
        FILES,
        "Ouvrir en urgence un dossier protégé dont on a le numéro",
        {TS: ALL, DIRECTION: ALL},
        "Pendant une heure, avec un motif inscrit au journal ; la direction en est avertie et donne son avis. "
        "Ouvre aussi à la direction les notes de cercle.",
    ),
    _right(
        "files.review",
        FILES,
        "Relire les accès d’urgence et suivre la liste des dossiers protégés",
        {DIRECTION: ALL, DPO: ALL},
        "Par leur numéro seulement. Personne ne relit ses propres accès.",
    ),
    _right(
        "files.rescue",
        FILES,
        "Nommer un agent sur un dossier protégé que plus personne ne peut ouvrir",
        {DIRECTION: ALL},
        "Sans y entrer : les agents nommés ont quitté le CIAS, par exemple.",
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
        "domiciliation.desk",
        RIGHTS,
        "Tenir le courrier des personnes domiciliées",
        {RECEPTION: ALL, TS: ALL},
        "L’accueil voit l’identité, la validité de l’attestation, les mandataires et le courrier en attente ; ni "
        "l’entretien ni la décision. Instruire et décider une domiciliation : mêmes droits que les dossiers de droits.",
    ),
    _right(
        "domiciliation.statement",
        RIGHTS,
        "Établir le rapport annuel de la domiciliation",
        {DIRECTION: ALL},
    ),
    _right(
        "aids.view",
        RIGHTS,
        "Lire les demandes d’aide facultative",
        {TS: ALL, DIRECTION: REASON},
        "La direction voit les états et les montants ; l’évaluation sociale avec un motif.",
    ),
    _right("aids.edit", RIGHTS, "Instruire une demande d’aide facultative", {TS: ALL}),
    _right(
        "aids.overview",
        RIGHTS,
        "Suivre les aides facultatives, leurs paiements et leurs remboursements",
        {TS: ALL, DIRECTION: ALL},
    ),
    _right(
        "aids.pay",
        RIGHTS,
        "Enregistrer paiements, remboursements et notifications",
        {TS: ALL, DIRECTION: ALL},
    ),
    _right(
        "aids.sheets",
        RIGHTS,
        "Lire les fiches anonymisées de la commission",
        {DIRECTION: ALL, CA: OWN},
        "Les membres du conseil, pour les séances où ils siègent ; ni nom, ni adresse.",
    ),
    _right(
        "aids.session",
        RIGHTS,
        "Préparer et tenir la commission, décider par délégation",
        {DIRECTION: ALL},
        "La séance lit des fiches anonymisées, celles des dossiers protégés comprises.",
    ),
    _right(
        "aids.rules",
        RIGHTS,
        "Lire le règlement des aides facultatives",
        {RECEPTION: ALL, TS: ALL, DIRECTION: ALL, CA: ALL},
    ),
    _right("aids.manage", RIGHTS, "Tenir le règlement, les enveloppes et les membres", {DIRECTION: ALL}),
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
