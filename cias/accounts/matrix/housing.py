"""Housing and energy."""

from cias.accounts.matrix.line import ADMIN, ALL, DIRECTION, REASON, TS, Right

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
    Right(
        "dues.view",
        "Suivre les participations, les paiements, les impayés et les dépôts de garantie",
        {TS: ALL, DIRECTION: ALL},
    ),
    Right(
        "dues.edit",
        "Appeler les participations, encaisser, relancer, étaler et solder",
        {TS: ALL, DIRECTION: ALL},
        "Rien ne s’efface\u00a0: une erreur s’annule par une seconde écriture, datée et signée.",
    ),
    Right(
        "dues.rules",
        "Tenir les règles des participations, la grille de vétusté et les pièces types",
        {DIRECTION: ALL, ADMIN: ALL},
    ),
    Right(
        "inventories.view",
        "Lire les états des lieux et leurs photos",
        {TS: ALL, DIRECTION: REASON},
        "La direction voit s’ils sont faits et signés\u00a0; leur contenu avec un motif.",
    ),
    Right("inventories.edit", "Faire un état des lieux, le valider, le faire signer", {TS: ALL}),
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
