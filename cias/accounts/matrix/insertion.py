"""RSA pathways."""

from cias.accounts.matrix.line import ALL, DIRECTION, REASON, TS, Right

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
)
