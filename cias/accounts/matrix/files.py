"""Households and persons, their notes, documents, letters, lists and protection."""

from cias.accounts.matrix.line import ALL, DIRECTION, DPO, OWN, PSY, REASON, RECEPTION, TS, Right

GROUP = "Ménages et personnes"

LINES: tuple[Right, ...] = (
    Right(
        "identity.view",
        "Lire l’identité, les coordonnées, la commune et le référent",
        {RECEPTION: ALL, TS: ALL, PSY: OWN, DIRECTION: ALL},
        "La psychologue voit les personnes qu’elle reçoit. Les dossiers protégés demandent un accès nommé.",
    ),
    Right("identity.edit", "Créer et corriger l’identité et les coordonnées", {RECEPTION: ALL, TS: ALL}),
    Right("situation.view", "Lire la situation et le budget", {TS: ALL, DIRECTION: REASON}),
    Right("situation.edit", "Modifier la situation et le budget", {TS: ALL}),
    Right(
        "notes.view",
        "Lire les notes d’entretien",
        {TS: ALL, DIRECTION: REASON},
        "Équipe : tout le travail social ; cercle : les référents du dossier, et la direction en accès "
        "d’urgence ; personnelle : l’auteur seul.",
    ),
    Right("notes.write", "Écrire une note d’entretien", {TS: ALL}),
    Right(
        "documents.view",
        "Lire les documents du dossier",
        {TS: ALL, PSY: OWN, DIRECTION: REASON},
        "Selon leur niveau : équipe, cercle ou personnelle. La psychologue lit ceux qu’elle a ajoutés.",
    ),
    Right(
        "documents.add",
        "Ajouter un document au dossier",
        {RECEPTION: ALL, TS: ALL, PSY: OWN},
        "L’accueil ne les ouvre pas : il voit le type et la date de ceux qu’il a ajoutés, et peut les retirer.",
    ),
    Right("documents.edit", "Classer, remplacer et retirer les documents", {TS: ALL, PSY: OWN}),
    Right(
        "files.import",
        "Reprendre une liste de ménages tenue dans un autre outil",
        {DIRECTION: ALL},
        "Identité, situation et commentaires tels que le fichier les donne ; chaque import se défait pendant 30 jours.",
    ),
    Right(
        "lists.save",
        "Enregistrer ses vues des listes",
        {RECEPTION: OWN, TS: OWN, PSY: OWN, DIRECTION: OWN},
        "Chacun n’y voit que les lignes et les colonnes de son rôle.",
    ),
    Right("lists.share", "Partager une vue d’une liste avec tous", {TS: ALL, DIRECTION: ALL}),
    Right(
        "files.export",
        "Exporter une liste, sans les noms",
        {TS: REASON, DIRECTION: REASON},
        "Le motif et le nombre de lignes vont au journal. Le fichier est chiffré et disparaît après un jour.",
    ),
    Right(
        "files.export_named",
        "Exporter aussi les noms et les coordonnées",
        {TS: OWN, DIRECTION: REASON},
        "Le travail social : des ménages suivis par l’agent seulement.",
    ),
    Right(
        "register.view",
        "Consulter le fichier des bénéficiaires",
        {TS: ALL, DIRECTION: ALL},
        "Tenu en vertu de l’article R123-6 du Code de l’action sociale et des familles.",
    ),
    Right("register.export", "Imprimer et exporter le fichier des bénéficiaires", {DIRECTION: REASON}),
    Right("lists.moderate", "Modifier les vues partagées par d’autres", {DIRECTION: ALL}),
    Right(
        "referents.manage",
        "Désigner le référent d’un ménage, clore et rouvrir son dossier",
        {TS: ALL, DIRECTION: ALL},
        "Plusieurs dossiers à la fois : le travail social pour ceux qu’il suit, la direction pour tous.",
    ),
    Right(
        "tasks.use",
        "Créer, confier et traiter des tâches",
        {RECEPTION: OWN, TS: ALL, PSY: OWN, DIRECTION: ALL},
        "L’accueil ne lit que celles qu’il confie, la psychologue les siennes ; la direction lit les titres, "
        "le détail avec un motif.",
    ),
    Right(
        "files.merge",
        "Fusionner deux fiches ou deux ménages en double, et annuler une fusion",
        {TS: ALL, DIRECTION: ALL},
        "Les deux dossiers doivent être accessibles. La direction compare l’identité seulement.",
    ),
    Right(
        "referrals.receive",
        "Noter qui a orienté un ménage et l’urgence",
        {RECEPTION: ALL, TS: ALL},
        "L’accueil l’écrit à l’ouverture du dossier ; il ne relit ensuite que l’origine et l’urgence.",
    ),
    Right(
        "referrals.view",
        "Lire les orientations et ce qui a été partagé avec les partenaires",
        {TS: ALL, DIRECTION: REASON},
    ),
    Right("referrals.write", "Orienter vers un partenaire, noter sa réponse", {TS: ALL}),
    Right(
        "referrals.overview",
        "Suivre les orientations en attente de réponse",
        {TS: ALL, DIRECTION: ALL},
    ),
    Right("letters.view", "Lire les courriers", {TS: ALL, DIRECTION: REASON}),
    Right("letters.write", "Écrire et imprimer un courrier", {TS: ALL}),
    Right("letters.templates", "Écrire les modèles de courriers", {TS: ALL, DIRECTION: ALL}),
    Right("summary.print", "Imprimer la synthèse d’un dossier", {TS: ALL, DIRECTION: REASON}),
    Right(
        "partners.view",
        "Consulter l’annuaire des partenaires",
        {RECEPTION: ALL, TS: ALL, PSY: ALL, DIRECTION: ALL},
    ),
    Right("partners.manage", "Tenir l’annuaire des partenaires", {TS: ALL, DIRECTION: ALL}),
    Right(
        "files.protect",
        "Protéger un dossier et nommer ceux qui y ont accès",
        {TS: ALL, DIRECTION: ALL},
        "Un dossier protégé n’existe que pour les agents nommés : ni le référent ni la direction n’y entrent sans "
        "l’être. Une adresse cachée ne figure sur aucun agenda, impression ni export.",
    ),
    Right(
        "files.emergency",
        "Ouvrir en urgence un dossier protégé dont on a le numéro",
        {TS: ALL, DIRECTION: ALL},
        "Pendant une heure, avec un motif inscrit au journal ; la direction en est avertie et donne son avis. "
        "Ouvre aussi à la direction les notes de cercle.",
    ),
    Right(
        "files.review",
        "Relire les accès d’urgence et suivre la liste des dossiers protégés",
        {DIRECTION: ALL, DPO: ALL},
        "Par leur numéro seulement. Personne ne relit ses propres accès.",
    ),
    Right(
        "files.rescue",
        "Nommer un agent sur un dossier protégé que plus personne ne peut ouvrir",
        {DIRECTION: ALL},
        "Sans y entrer : les agents nommés ont quitté le CIAS, par exemple.",
    ),
)
