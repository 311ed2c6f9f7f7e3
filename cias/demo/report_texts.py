"""Texts of a social-needs analysis, invented for the demonstration: analysis, stakes, recommendations by chapter.

They speak of no figure that a new import would contradict, and of nobody. Chapters the report does not have are left.
"""

TEXTS: dict[str, tuple[str, str, str]] = {
    "method": (
        "Cette édition croise trois sources : les statistiques publiques sur **toute la population**, l’activité "
        "du CIAS, et la parole des partenaires recueillie entre septembre et décembre.\n\n"
        "Les chiffres publics ont deux à trois ans de retard ; ceux de l’activité sont de l’année. Ils ne "
        "s’additionnent pas : les premiers décrivent les habitants, les seconds ceux qui sont venus.",
        "- Ne pas lire l’activité comme une mesure des besoins : elle dit aussi ce que l’offre rend possible.\n"
        "- Garder d’une année sur l’autre les mêmes définitions, pour que les évolutions soient vraies.",
        "Réunir les partenaires deux fois par an, dont une avant le débat d’orientation budgétaire.",
    ),
    "territory": (
        "Le territoire associe une ville-centre, une couronne de communes résidentielles et une majorité de petites "
        "communes rurales. La population progresse surtout dans la couronne ; la ville-centre se renouvelle par "
        "l’arrivée de jeunes actifs et d’étudiants.\n\n"
        "Le vieillissement n’est pas uniforme : il est **plus rapide dans les communes rurales**, où les ménages "
        "d’une seule personne âgée sont aussi les plus éloignés des services.",
        "- Tenir compte de la distance : un même besoin ne se traite pas de la même façon à cinq et à vingt-cinq "
        "kilomètres de la ville-centre.\n"
        "- Anticiper le grand âge dans la couronne, où les propriétaires des lotissements des années 1980 vieillissent "
        "ensemble.",
        "Installer des permanences régulières dans les communes relais, avec les mairies, plutôt qu’un point d’accueil "
        "de plus en ville.",
    ),
    "families": (
        "Les familles monoparentales sont concentrées en ville-centre et dans ses quartiers d’habitat social. Leurs "
        "demandes portent d’abord sur le budget et sur la garde : **l’absence de mode d’accueil aux horaires "
        "décalés** revient dans la plupart des refus d’emploi.",
        "- Rendre possible la reprise d’emploi des parents seuls.\n- Éviter qu’une séparation ne devienne un impayé de "
        "loyer.",
        "Proposer systématiquement un point budget et droits dans le mois qui suit une séparation signalée.",
    ),
    "youth": (
        "Les jeunes qui s’adressent au CIAS viennent le plus souvent après une rupture d’hébergement. Ils demandent "
        "une solution pour le soir même, et acceptent un accompagnement ensuite.\n\n"
        "Dans les communes rurales, le permis de conduire conditionne tout : formation, emploi, soins.",
        "Repérer plus tôt : l’intervalle entre la sortie du système scolaire et la première demande d’aide dépasse "
        "souvent un an.",
        "- Ouvrir un accueil sans rendez-vous partagé avec la mission locale.\n- Financer la mobilité avant la "
        "formation, pas après.",
    ),
    "elderly": (
        "Les demandes des personnes âgées sont rares au regard de leur nombre : elles arrivent tard, par les mairies "
        "ou par l’hôpital. L’isolement, plus que la pauvreté monétaire, explique les situations les plus difficiles.",
        "- Rompre l’isolement avant la perte d’autonomie.\n- Soutenir les aidants, dont l’épuisement précède souvent "
        "l’entrée en établissement.",
        "Étendre le registre des personnes isolées aux communes qui n’en tiennent pas, et appeler au moins une fois par "
        "mois les personnes inscrites.",
    ),
    "disability": (
        "Le handicap apparaît dans l’activité surtout par les dossiers de droits. Le délai d’instruction pèse sur les "
        "ressources : pendant l’attente, les ménages vivent de leurs économies ou s’endettent.",
        "Sécuriser les ressources pendant l’instruction, et rendre accessibles les démarches numériques.",
        "Prévoir un rendez-vous d’étape à trois mois pour chaque dossier déposé.",
    ),
    "income": (
        "La pauvreté est moins fréquente que dans la région prise dans son ensemble, mais **plus concentrée** : "
        "quelques quartiers de la ville-centre rassemblent une grande part des ménages concernés.\n\n"
        "Dans les communes rurales, elle est diffuse et peu visible : des propriétaires modestes, sans dette, qui "
        "renoncent à se chauffer ou à se soigner.",
        "- Ne pas laisser la moyenne du territoire masquer les écarts.\n- Atteindre les ménages modestes qui ne demandent "
        "rien.",
        "Aller vers : croiser les permanences avec les marchés, les pharmacies et les cabinets infirmiers des communes "
        "rurales.",
    ),
    "hardship": (
        "Les aides facultatives répondent à des dépenses contraintes : énergie, loyer, mobilité. Une part des ménages "
        "aidés revient dans l’année, signe que **l’aide ponctuelle ne suffit pas** quand le budget est "
        "structurellement déficitaire.",
        "Passer de l’aide à l’accompagnement lorsque la même difficulté revient.",
        "- Proposer un accompagnement budgétaire dès la deuxième demande.\n- Examiner avec les fournisseurs les plans "
        "d’apurement avant la coupure.",
    ),
    "housing": (
        "La tension porte sur les petits logements : ils manquent dans le parc social et coûtent cher dans le parc "
        "privé. L’attente s’allonge pour les personnes seules, y compris quand elles travaillent.\n\n"
        "Le parc ancien des bourgs est le plus exposé à la précarité énergétique.",
        "- Loger les personnes seules et les jeunes actifs.\n- Maintenir dans les lieux : chaque expulsion évitée épargne "
        "des mois d’hébergement.",
        "- Intervenir dès le deuxième mois d’impayé, avec les bailleurs.\n- Visiter les logements signalés par les "
        "mairies et orienter vers les aides aux travaux.",
    ),
    "employment": (
        "L’emploi est proche, mais inégalement accessible : les zones d’activité sont mal desservies tôt le matin et le "
        "soir. Le chômage touche davantage les moins de 25 ans et les personnes sans diplôme.",
        "Lever les freins avant l’emploi : mobilité, garde, santé, langue.",
        "Construire avec les employeurs de la logistique et du soin des parcours courts, avec essai en situation réelle.",
    ),
    "insertion": (
        "Les personnes orientées vers le CIAS cumulent en général plusieurs freins ; la santé et le logement passent "
        "avant l’emploi.",
        "Tenir le rythme de l’accompagnement sans décourager.",
        "Adapter la durée hebdomadaire à la situation et la revoir à chaque étape.",
    ),
    "health": (
        "Les médecins traitants manquent, et les délais pour consulter un spécialiste conduisent au renoncement. La "
        "souffrance psychique est citée par **tous les partenaires** rencontrés.",
        "- Éviter les ruptures de soins liées aux droits.\n- Donner une réponse de premier niveau à la souffrance "
        "psychique.",
        "Maintenir les permanences de psychologue et ouvrir un créneau dans une commune relais.",
    ),
    "rights": (
        "Le non-recours reste important pour la complémentaire santé et pour la prime d’activité. Les ménages connaissent "
        "souvent l’aide, mais renoncent devant la démarche en ligne.",
        "Faire du premier accueil un moment de vérification des droits, pas seulement d’orientation.",
        "- Proposer une simulation à chaque nouveau ménage.\n- Relancer les dossiers restés sans réponse au bout de deux "
        "mois.",
    ),
    "activity": (
        "L’activité progresse, avec des demandes plus complexes : plus d’une thématique par ménage en moyenne. Les délais "
        "de rendez-vous se sont allongés au premier semestre, avant de revenir à leur niveau habituel.",
        "Préserver du temps pour l’accompagnement quand l’accueil absorbe les urgences.",
        "Réserver chaque semaine des créneaux d’urgence et suivre leur occupation.",
    ),
    "accommodation": (
        "Les places sont occupées presque en continu ; la durée des séjours s’allonge faute de logements de sortie.",
        "Fluidifier les sorties sans brusquer les ménages.",
        "Examiner chaque mois, avec les bailleurs, les ménages prêts à sortir.",
    ),
    "synthesis": (
        "Trois lignes de force traversent les chapitres : la **distance** aux services, le **logement des personnes "
        "seules**, et le **renoncement** silencieux aux droits et aux soins.",
        "Aller vers ceux qui ne demandent rien, sans dégrader la réponse à ceux qui demandent.",
        "Le plan d’actions qui suit en tire les conséquences ; il sera revu chaque année avec les partenaires.",
    ),
}  # fmt: skip
