"""Accounts, settings and the read log."""

from cias.accounts.matrix.line import ADMIN, ALL, DIRECTION, DPO, RECEPTION, TS, Right

GROUP = "Gouvernance"

LINES: tuple[Right, ...] = (
    Right("audit.view", "Lire le journal des consultations", {DIRECTION: ALL, DPO: ALL}),
    Right(
        "retention.manage",
        "Tenir la fin de vie des dossiers : durées, suspensions, bordereaux, anonymisation",
        {DIRECTION: ALL, DPO: ALL},
        "Par leur numéro seulement. Rien n’est effacé sans le visa des Archives départementales.",
    ),
    Right(
        "persons.note",
        "Noter ce qu’une personne demande sur ses données",
        {RECEPTION: ALL, TS: ALL, DIRECTION: ALL, DPO: ALL},
        "L’accueil note la demande et l’identité montrée\u00a0; il ne lit ni les demandes des autres ni la copie.",
    ),
    Right(
        "persons.requests",
        "Suivre les demandes des personnes sur leurs données, et y répondre",
        {TS: ALL, DIRECTION: ALL, DPO: ALL},
        "Celles d’un dossier protégé : les agents nommés seulement.",
    ),
    Right(
        "persons.copy",
        "Faire la copie des données d’une personne qui la demande",
        {TS: ALL, DPO: ALL},
        "L’identité vérifiée. La copie masque les tiers et ne contient ni les notes de la psychologue ni les notes "
        "personnelles.",
    ),
    Right("notice.write", "Écrire la notice d’information sur les données", {DIRECTION: ALL, DPO: ALL}),
    Right(
        "structure.manage",
        "Régler la structure, les horaires et les fermetures",
        {DIRECTION: ALL, ADMIN: ALL},
    ),
    Right("accounts.manage", "Gérer les comptes", {ADMIN: ALL}),
    Right(
        "accounts.approve",
        "Donner le second accord qui retire un second facteur perdu",
        {DIRECTION: ALL, ADMIN: ALL},
    ),
    Right(
        "accounts.handover",
        "Remettre à des collègues le travail de quelqu’un qui part",
        {DIRECTION: ALL, ADMIN: ALL},
        "Ce travail est compté par nature, sans nommer aucun ménage.",
    ),
    Right("platform.watch", "Surveiller le fonctionnement du service (/metriques/)", {ADMIN: ALL}),
)
