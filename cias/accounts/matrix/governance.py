"""Accounts, settings and the read log."""

from cias.accounts.matrix.line import ADMIN, ALL, DIRECTION, DPO, Right

GROUP = "Gouvernance"

LINES: tuple[Right, ...] = (
    Right("audit.view", "Lire le journal des consultations", {DIRECTION: ALL, DPO: ALL}),
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
