"""Rights files, domiciliation and optional aid."""

from cias.accounts.matrix.line import ADMIN, ALL, CA, DIRECTION, OWN, REASON, RECEPTION, TS, Right

GROUP = "Accès aux droits"

LINES: tuple[Right, ...] = (
    Right(
        "rights.view",
        "Lire les dossiers de droits",
        {TS: ALL, DIRECTION: REASON},
        "La direction voit les états, les échéances et les décisions ; le contenu avec un motif.",
    ),
    Right("rights.edit", "Instruire un dossier de droits", {TS: ALL}),
    Right(
        "rights.receive",
        "Enregistrer la réception de pièces",
        {RECEPTION: ALL, TS: ALL},
        "L’accueil voit la liste des pièces attendues, jamais le dossier.",
    ),
    Right("rights.overview", "Suivre les états et les échéances des dossiers", {TS: ALL, DIRECTION: ALL}),
    Right(
        "rights.catalogue",
        "Consulter le catalogue des droits",
        {RECEPTION: ALL, TS: ALL, DIRECTION: ALL, ADMIN: ALL},
    ),
    Right(
        "rights.estimate",
        "Estimer les droits qu’un ménage n’a pas demandés",
        {TS: ALL, DIRECTION: REASON},
        "D’après la situation et le budget. Une estimation n’est pas une décision.",
    ),
    Right(
        "rights.missed",
        "Estimer tous les ménages et suivre les droits probablement non demandés",
        {DIRECTION: ALL},
        "Des totaux seulement, sous secret statistique.",
    ),
    Right(
        "domiciliation.desk",
        "Tenir le courrier des personnes domiciliées",
        {RECEPTION: ALL, TS: ALL},
        "L’accueil voit l’identité, la validité de l’attestation, les mandataires et le courrier en attente\u00a0; ni "
        "l’entretien ni la décision. Instruire et décider une domiciliation\u00a0: mêmes droits que les dossiers de "
        "droits.",
    ),
    Right(
        "domiciliation.statement",
        "Établir le rapport annuel de la domiciliation",
        {DIRECTION: ALL},
    ),
    Right(
        "aids.view",
        "Lire les demandes d’aide facultative",
        {TS: ALL, DIRECTION: REASON},
        "La direction voit les états et les montants ; l’évaluation sociale avec un motif.",
    ),
    Right("aids.edit", "Instruire une demande d’aide facultative", {TS: ALL}),
    Right(
        "aids.overview",
        "Suivre les aides facultatives, leurs paiements et leurs remboursements",
        {TS: ALL, DIRECTION: ALL},
    ),
    Right(
        "aids.pay",
        "Enregistrer paiements, remboursements et notifications",
        {TS: ALL, DIRECTION: ALL},
    ),
    Right(
        "aids.sheets",
        "Lire les fiches anonymisées de la commission",
        {DIRECTION: ALL, CA: OWN},
        "Les membres du conseil, pour les séances où ils siègent ; ni nom, ni adresse.",
    ),
    Right(
        "aids.session",
        "Préparer et tenir la commission, décider par délégation",
        {DIRECTION: ALL},
        "La séance lit des fiches anonymisées, celles des dossiers protégés comprises.",
    ),
    Right(
        "aids.rules",
        "Lire le règlement des aides facultatives",
        {RECEPTION: ALL, TS: ALL, DIRECTION: ALL, CA: ALL},
    ),
    Right("aids.manage", "Tenir le règlement, les enveloppes et les membres", {DIRECTION: ALL}),
)
