"""The labels a new installation starts with (reference-data §2.3); they then belong to who edits them."""

from collections.abc import Mapping

from insertion.diagnoses.enums import LabelKind
from insertion.models import DiagnosisLabel, DiagnosisTheme

type Labels = tuple[str, ...]

# Theme → findings, objectives, actions.
THEMES: Mapping[str, tuple[Labels, Labels, Labels]] = {
    "Logement": (
        ("Difficulté à payer le loyer", "Doit quitter le logement (procédure d’expulsion…)",
         "Besoin d’adapter le logement", "Éloigné de tout"),
        ("Accéder au logement social", "Accéder à un logement", "Changer de logement",
         "Rechercher un hébergement, s’y maintenir", "Se maintenir dans le logement", "Réduire les impayés",
         "S’informer sur les démarches liées au logement", "Relogement insalubrité (DALO)"),
        ("Déposer une demande de logement social", "Demander le FSL", "Rencontrer le bailleur"),
    ),
    "Emploi": (
        ("En recherche d’emploi", "Éloigné de l’emploi depuis plus de deux ans", "Sans expérience professionnelle"),
        ("Accéder à l’emploi", "Accéder à un premier emploi", "Définir un projet professionnel",
         "Découvrir un métier", "Se remobiliser"),
        ("Mettre à jour le CV", "Candidater", "Faire une immersion en entreprise", "Rencontrer une structure d’IAE"),
    ),
    "Formation": (
        ("Aucune formation scolaire", "Difficulté de lecture, d’écriture ou de calcul"),
        ("Se former", "Acquérir les compétences de base"),
        ("Évaluer le niveau", "S’inscrire à une formation"),
    ),
    "Difficultés administratives": (
        ("Sans papiers ou titre à jour", "Sans avis d’imposition", "Sécurité sociale ou mutuelle non à jour",
         "Difficulté d’ordre juridique"),
        ("Travailler l’accès à une prestation", "Travailler l’accès aux droits", "Travailler l’accès à la citoyenneté",
         "Être accompagné dans les démarches numériques", "Mettre en place une mesure d’accompagnement adaptée"),
        ("Constituer un dossier de droits", "Renouveler la complémentaire santé"),
    ),
    "Difficultés financières": (
        ("Baisse des ressources", "Difficulté dans la gestion d’un budget", "En situation de surendettement",
         "Inadéquation entre charges et ressources", "Incidents budgétaires ponctuels",
         "Ressources précaires ou ponctuelles", "Rupture alimentaire", "Sans aucune ressource"),
        ("Réduire ou apurer les dettes", "Améliorer la gestion budgétaire", "Acquérir une autonomie budgétaire",
         "Mettre en place une mesure de protection", "Faire une demande de droits sociaux (RSA, ASS…)"),
        ("Faire le budget", "Participer à l’atelier budget", "Déposer un dossier de surendettement"),
    ),
    "Mobilité": (
        ("Sans permis", "Sans véhicule", "Sans transport en commun proche"),
        ("Passer le code et le permis", "Obtenir une aide au permis", "Acheter ou réparer un véhicule",
         "Utiliser les transports en commun"),
        ("S’inscrire à l’auto-école", "Demander la tarification solidaire"),
    ),
    "Santé": (
        ("Difficulté déclarée", "Sans médecin traitant"),
        ("Accéder aux droits de santé", "Accéder aux soins"),
        ("Prendre rendez-vous avec un médecin", "Faire le bilan de santé de la CPAM"),
    ),
    "Contraintes familiales": (
        ("Enfant de moins de 3 ans sans garde", "Enfant en situation de handicap", "Aidant familial",
         "Attend un enfant"),
        ("Trouver un mode de garde", "Rompre l’isolement", "Devenir aidant familial salarié"),
        ("Demander une place en crèche", "Rencontrer la PMI"),
    ),
    "Maîtrise de la langue française": (
        ("Parle peu le français", "Lit ou écrit peu le français"),
        ("Apprendre le français", "Progresser en lecture et en écriture"),
        ("S’inscrire à un atelier de français",),
    ),
    "Numérique": (
        ("Absence d’équipement", "Absence de connexion", "Dispose d’un ordinateur, d’un smartphone ou d’une tablette",
         "Difficulté à réaliser des démarches en ligne"),
        ("Être autonome dans les démarches en ligne", "S’équiper"),
        ("Rencontrer le conseiller numérique",),
    ),
}  # fmt: skip


def seed() -> None:
    """Create the labels when there is none at all; edited ones stay as they are."""
    if DiagnosisTheme.objects.exists():
        return
    for place, (name, lists) in enumerate(THEMES.items()):
        theme = DiagnosisTheme.objects.create(label=name, position=place)
        DiagnosisLabel.objects.bulk_create(
            DiagnosisLabel(theme=theme, kind=kind, label=label, position=rank)
            for kind, labels in zip(LabelKind.values, lists, strict=True)
            for rank, label in enumerate(labels)
        )
