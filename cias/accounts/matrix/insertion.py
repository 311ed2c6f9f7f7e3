"""RSA pathways, workshops."""

from cias.accounts.matrix.line import ALL, DIRECTION, OWN, PSY, REASON, RECEPTION, TS, Right

GROUP = "Insertion"

LINES: tuple[Right, ...] = (
    Right("insertion.view", "Lire les parcours d’insertion", {TS: ALL, DIRECTION: REASON}),
    Right("insertion.edit", "Tenir les parcours d’insertion", {TS: ALL}),
    Right(
        "insertion.overview",
        "Suivre les états et les échéances des parcours",
        {TS: ALL, DIRECTION: ALL},
    ),
    Right(
        "insertion.import",
        "Importer le fichier des allocataires orientés par le Département",
        {TS: ALL, DIRECTION: ALL},
        "Chaque import se défait pendant 30 jours. Le NIR sert à reconnaître, il n’est ni montré ni gardé.",
    ),
    Right(
        "insertion.report",
        "Établir le compte rendu au Département, agrégé et nominatif",
        {DIRECTION: ALL},
        "La liste nominative suit un motif, écrit au journal\u00a0: elle va au Département seul (CASF, art. L262-44).",
    ),
    Right(
        "workshops.view",
        "Consulter le programme des ateliers et les places",
        {RECEPTION: ALL, TS: ALL, DIRECTION: ALL},
    ),
    Right(
        "workshops.register",
        "Inscrire à un atelier, désinscrire, prévenir les inscrits",
        {RECEPTION: ALL, TS: ALL},
        "L’accueil lit les noms des inscrits, ni leur parcours ni leur présence.",
    ),
    Right(
        "workshops.manage",
        "Créer un atelier, fixer, déplacer ou annuler ses séances, lire ses bilans",
        {TS: ALL, DIRECTION: ALL},
        "La direction voit le nombre d’inscrits et de présents, jamais leurs noms.",
    ),
    Right(
        "workshops.attendance",
        "Noter les présences et le bilan d’une séance",
        {TS: ALL},
    ),
    Right(
        "sessions.write",
        "Tenir ses permanences psychologiques\u00a0: suivis, séances et notes",
        {PSY: OWN},
        "Les notes sont chiffrées et lues par leur auteur seul\u00a0: ni la direction, ni l’administration technique, "
        "ni un motif, ni un accès d’urgence ne les ouvrent. Une passation, avec l’accord de la personne, les confie "
        "à une collègue.",
    ),
    Right(
        "sessions.count",
        "Connaître le nombre et les dates des séances chez la psychologue",
        {TS: OWN},
        "Pour les ménages que l’agent suit. La direction n’en a que le total, sous secret statistique.",
    ),
    Right(
        "liaison.use",
        "Écrire et lire des notes de liaison avec la psychologue",
        {TS: OWN, PSY: OWN},
        "Lues par leurs seuls destinataires, et retirées par leur auteur.",
    ),
)
