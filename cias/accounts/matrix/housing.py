"""Housing and energy."""

from cias.accounts.matrix.line import ADMIN, ALL, DIRECTION, REASON, TS, Right

GROUP = "Logement et énergie"

LINES: tuple[Right, ...] = (
    Right("housing.view", "Lire les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
    Right("housing.edit", "Gérer les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
    Right(
        "energy.view", "Lire les visites énergie (SLIME) et ce qu’on y a relevé", {TS: ALL, DIRECTION: REASON}
    ),
    Right("energy.edit", "Signaler, visiter, orienter (SLIME)", {TS: ALL}),
    Right(
        "energy.overview",
        "Voir les dossiers énergie (SLIME), leurs états et les chiffres du programme",
        {TS: ALL, DIRECTION: ALL},
    ),
    Right("energy.export", "Exporter le programme SLIME, sans aucun nom", {DIRECTION: ALL}),
    Right(
        "energy.manage",
        "Régler le SLIME\u00a0: plafonds, équipements, colonnes de l’export",
        {DIRECTION: ALL, ADMIN: ALL},
    ),
)
