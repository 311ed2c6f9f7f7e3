"""Dashboards, the ABS and public data."""

from cias.accounts.matrix.line import ADMIN, ALL, CA, DIRECTION, TS, Right

GROUP = "Chiffres et rapports"

LINES: tuple[Right, ...] = (
    Right("statistics.direction", "Tableau de bord de la direction", {DIRECTION: ALL}),
    Right(
        "statistics.board",
        "Tableau de bord du conseil d’administration",
        {CA: ALL, DIRECTION: ALL},
        "Des totaux seulement, sous secret statistique.",
    ),
    Right(
        "abs.read",
        "Lire les rapports d’analyse des besoins sociaux publiés",
        {TS: ALL, DIRECTION: ALL, CA: ALL},
    ),
    Right("abs.manage", "Écrire, compiler et publier l’analyse des besoins sociaux", {DIRECTION: ALL}),
    Right("indicators.manage", "Importer les données publiques", {DIRECTION: ALL, ADMIN: ALL}),
)
