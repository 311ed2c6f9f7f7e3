"""Housing and energy."""

from cias.accounts.matrix.line import ALL, DIRECTION, REASON, TS, Right

GROUP = "Logement et énergie"

LINES: tuple[Right, ...] = (
    Right("housing.view", "Lire les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
    Right("housing.edit", "Gérer les logements, les places et les séjours", {TS: ALL, DIRECTION: ALL}),
    Right(
        "housing.figures",
        "Lire les indicateurs d’occupation et établir l’état ALT pour l’État",
        {DIRECTION: ALL},
    ),
    Right(
        "lodging.overview",
        "Suivre la liste d’attente de l’hébergement",
        {TS: ALL, DIRECTION: ALL},
        "Qui attend, depuis quand, avec combien de points\u00a0; ni les critères ni l’évaluation.",
    ),
    Right(
        "lodging.view",
        "Lire une demande d’hébergement\u00a0: critères, évaluation, motifs",
        {TS: ALL, DIRECTION: REASON},
    ),
    Right("lodging.edit", "Recevoir et compléter une demande d’hébergement", {TS: ALL}),
    Right(
        "lodging.decide",
        "Proposer une place, noter la réponse, refuser une demande",
        {TS: ALL, DIRECTION: ALL},
        "La direction lit la demande avec un motif avant de décider.",
    ),
)
