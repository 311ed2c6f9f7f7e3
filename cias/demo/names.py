"""Invented people: common names of the Beauce and beyond, streets that exist nowhere together."""

LAST_NAMES = (
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David "
    "Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefèvre Faure André Mercier "
    "Blanc Guérin Boyer Garnier Chevalier François Legrand Gauthier Garcia Perrin Robin Clément Morin Nicolas Henry "
    "Roussel Mathieu Gautier Masson Marchand Duval Denis Dumont Marie Lemaire Noël Meyer Dufour Meunier Brun Blanchard "
    "Giraud Joly Rivière Lucas Brunet Gaillard Barbier Arnaud Martinez Gérard Roche Renard Schmitt Roy Leroux Colin "
    "Vidal Caron Picard Roger Fabre Aubert Lemoine Renaud Dumas Lacroix Olivier Philippe Bourgeois Pierre Benoît Rey "
    "Leclerc Payet Rolland Leclercq Guillaume Lecomte Lopez Jean Dupuy Guillot Hubert Berger Carpentier Sanchez Dupuis "
    "Moulin Louis Deschamps Huet Vasseur Perez Boucher Fleury Royer Klein Jacquet Adam Paris Poirier Marty Aubry Guyot "
    "Carré Charles Renault Charpentier Ménard Maillard Baron Bertin Bailly Hervé Schneider Fernandez Le Gall Collet "
    "Léger Bouvier Julien Prévost Millet Perrot Daniel Le Roux Cousin Germain Breton Besson Langlois Rémy Le Gof Pelletier "
    "Traoré Diallo Benali Haddad Nguyen Da Silva Ferreira Diarra Camara Cissé Bamba Mansouri Belkacem Kaya Yilmaz "
    "Popescu Ionescu Kovacs Nowak Santos Pereira Costa Rodrigues Ben Amar Benhaddou Zerrouki Ouedraogo Mendy Keita Touré"
).replace("Le Gall", "Le_Gall").replace("Le Roux", "Le_Roux").replace("Le Gof", "Le_Goff").replace(
    "Da Silva", "Da_Silva"
).replace("Ben Amar", "Ben_Amar").split()  # fmt: skip
LAST_NAMES = [name.replace("_", " ") for name in LAST_NAMES]

# By generation: born before 1960, before 1985, since.
WOMEN = (
    "Monique Jacqueline Denise Odette Chantal Michèle Françoise Josiane Gisèle Colette Annick Bernadette Ginette Simone".split(),
    "Nathalie Isabelle Sylvie Catherine Valérie Sandrine Stéphanie Céline Karine Fatima Aminata Maria Laurence Christelle".split(),
    "Emma Léa Manon Camille Sarah Inès Maëlle Soizic Aïcha Chloé Océane Julie Marine Leïla Amandine Élodie Yasmine".split(),
)
MEN = (
    "Jean Michel André Pierre Jacques Bernard Claude Roger Marcel Guy René Gérard Raymond Serge Hervé Joël".split(),
    "Philippe Éric Laurent Christophe Pascal Stéphane Frédéric David Olivier Mohamed Karim Thierry Sébastien Ibrahima".split(),
    "Lucas Thomas Kévin Alexandre Nicolas Maxime Yanis Mehdi Romain Hugo Samir Dylan Jordan Antoine Rayan Yann".split(),
)
GIRLS = "Jade Louise Alice Ambre Lina Rose Mila Anna Inaya Nina Zoé Lou Éva Fatou Assia Juliette Margaux Sofia".split()
BOYS = "Gabriel Léo Raphaël Arthur Louis Jules Adam Noah Ethan Nathan Ismaël Sacha Tom Gabin Ilyès Mathis Amadou Timéo".split()
STREETS = (
    "rue de la Tannerie", "rue du Grand-Faubourg", "avenue de la République", "rue des Écoles", "rue de l’Église",
    "rue du Moulin", "place de la Mairie", "rue des Tilleuls", "allée des Peupliers", "rue du Docteur-Calmette",
    "rue de Verdun", "rue Jean-Moulin", "rue des Lilas", "impasse des Roses", "route de Chartres", "rue de la Fontaine",
    "rue Victor-Hugo", "rue du Stade", "rue des Acacias", "chemin des Vignes", "rue Pasteur", "rue de Beauce",
    "résidence du Clos", "rue des Blés", "rue de l’Eure", "avenue du Général-Leclerc", "rue du Lavoir",
)  # fmt: skip

NOTES = {
    "budget": (
        "Reprise du budget avec les relevés des trois derniers mois. Une mensualité d’énergie est en retard ; un "
        "échéancier est demandé au fournisseur.",
        "Les charges dépassent les ressources depuis la fin du contrat de travail. Simulation des aides faite ensemble.",
    ),
    "rights": (
        "Point sur les droits ouverts. La complémentaire santé arrive à échéance : le renouvellement est préparé.",
        "La déclaration trimestrielle n’avait pas été envoyée. Elle est faite pendant l’entretien.",
    ),
    "housing": (
        "Le loyer courant est repris depuis deux mois. Le bailleur accepte un plan d’apurement de 40 € par mois.",
        "Recherche de logement élargie à trois communes. La demande de logement social est à renouveler en mars.",
    ),
    "energy": (
        "Humidité dans la chambre, chauffage d’appoint utilisé le soir. Une visite à domicile est proposée.",
    ),
    "employment": (
        "Entretien avec une agence d’intérim la semaine prochaine. La garde du plus jeune reste à trouver.",
        "Le projet de formation est confirmé ; le dossier de financement part cette semaine.",
    ),
    "family": (
        "La garde alternée se met en place. Les droits des enfants sont à partager auprès de la CAF.",
    ),
    "autonomy": (
        "Aide à domicile insuffisante depuis l’hospitalisation. Une demande d’APA est préparée avec la fille.",
    ),
    "digital": (
        "Pas d’accès à Internet à domicile. Les démarches sont faites ici ; l’atelier numérique est proposé.",
    ),
    "mobility": (
        "Sans véhicule, les rendez-vous à Chartres sont difficiles le matin. La permanence convient mieux.",
    ),
    "health": (
        "Des soins dentaires sont reportés faute de mutuelle. Un rendez-vous est pris au centre de santé.",
    ),
}
