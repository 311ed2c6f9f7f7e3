"""RSA pathways, workshops."""

from cias.accounts.matrix.line import ALL, DIRECTION, REASON, RECEPTION, TS, Right

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
)
