"""Agendas, appointments and the reception desk."""

from cias.accounts.matrix.line import ALL, DIRECTION, OWN, PSY, RECEPTION, TS, Right

GROUP = "Agendas et rendez-vous"

LINES: tuple[Right, ...] = (
    Right(
        "agenda.view",
        "Voir les agendas",
        {RECEPTION: ALL, TS: ALL, PSY: OWN, DIRECTION: ALL},
        "L’accueil et la direction voient la catégorie du motif, jamais le contenu social.",
    ),
    Right(
        "agenda.book",
        "Prendre, déplacer ou annuler un rendez-vous",
        {RECEPTION: ALL, TS: OWN, PSY: OWN},
        "L’accueil réserve pour tous les agents.",
    ),
    Right(
        "agenda.reason",
        "Lire le motif précis d’un rendez-vous",
        {TS: ALL, PSY: OWN},
        "De ceux de la psychologue, les autres ne voient que « Entretien ».",
    ),
    Right("agenda.receive", "Enregistrer l’issue d’un rendez-vous", {TS: OWN, PSY: OWN}),
    Right(
        "agenda.reception",
        "Tenir l’accueil : arrivées, passages et messages aux agents",
        {RECEPTION: ALL},
        "Chaque agent lit et traite ses messages. Le travail social lit ceux d’un ménage, sauf ceux de la psychologue.",
    ),
    Right("agenda.presence", "Fixer les horaires où chacun reçoit", {DIRECTION: ALL}),
    Right(
        "agenda.absence",
        "Noter une absence ou un changement d’un jour",
        {TS: OWN, PSY: OWN, DIRECTION: ALL},
        "Les agents pour eux-mêmes, la direction pour tous.",
    ),
)
