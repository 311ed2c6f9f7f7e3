"""Housing and energy."""

from cias.accounts.matrix.line import ALL, DIRECTION, REASON, TS, Right

GROUP = "Logement et énergie"

LINES: tuple[Right, ...] = (
    Right("housing.view", "Lire les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
    Right("housing.edit", "Gérer les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
    Right(
        "evictions.view",
        "Lire les dossiers de prévention des expulsions",
        {TS: ALL, DIRECTION: REASON},
        "La direction voit les étapes et les échéances ; le contenu avec un motif.",
    ),
    Right("evictions.edit", "Tenir un dossier de prévention des expulsions", {TS: ALL}),
    Right(
        "evictions.overview", "Suivre les étapes et les échéances des expulsions", {TS: ALL, DIRECTION: ALL}
    ),
    Right(
        "applications.view",
        "Lire les demandes de logement social et les recours DALO",
        {TS: ALL, DIRECTION: REASON},
        "La direction voit les états et les renouvellements ; le contenu avec un motif.",
    ),
    Right("applications.edit", "Tenir une demande de logement social ou un recours DALO", {TS: ALL}),
    Right(
        "applications.overview",
        "Suivre les demandes de logement social et les recours DALO",
        {TS: ALL, DIRECTION: ALL},
    ),
)
