"""The left navigation: what each role may open, and nothing else."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Exists
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cias.accounts.sessions import left
from cias.core.access import ANY_AGENT, has_any
from cias.core.paths import path_to
from cias.territory.models import Structure
from rights.models import DomiciliationSettings


@dataclass(frozen=True)
class Entry:
    """One line of the menu; it is the current one on every page whose address starts like its own.

    `text` says more where there is room (the page « Administration »).
    """

    label: str
    icon: str
    url_name: str
    rights: tuple[str, ...]
    text: str = ""
    # One of MODULES, for the pages of a module that can be switched off.
    module: str = ""


# What a CIAS may not use, asked with the structure in one query, of whom it concerns.
MODULES = {"domiciliation_used": Exists(DomiciliationSettings.objects.filter(is_used=True))}
# Who has a work list: whoever receives, follows files or steers.
WORK = ("agenda.receive", "statistics.direction")

MAIN: tuple[Entry, ...] = (
    Entry("Accueil", "bi-house", "dashboard:home", (ANY_AGENT,)),
    Entry("Agenda", "bi-calendar3", "appointments:day", ("agenda.view",)),
    Entry("Ménages", "bi-people", "households:list", ("identity.view",)),
    Entry("Bénéficiaires", "bi-person-lines-fill", "households:register", ("register.view",)),
    Entry("Pilotage", "bi-speedometer2", "dashboard:steering", ("statistics.direction",)),
    Entry("À faire", "bi-check2-square", "dashboard:work", WORK),
    # Who keeps the desk has no work list, and asks the agents.
    Entry("Tâches confiées", "bi-check2-square", "households:tasks_given", ("agenda.reception",)),
    Entry("Logement", "bi-building", "housing:occupancy", ("housing.view",)),
    Entry("Droits", "bi-file-earmark-check", "rights:files", ("rights.overview",)),
    Entry("Aides", "bi-cash-coin", "rights:aids", ("aids.overview",)),
    Entry("Commission", "bi-people-fill", "rights:aid_sessions", ("aids.sheets",)),
    # A desk's screen: social workers, who may receive pieces too, reach it from their files.
    Entry("Dépôt de pièces", "bi-file-earmark-arrow-down", "rights:desk", ("agenda.reception",)),
    Entry(
        "Domiciliation",
        "bi-mailbox",
        "rights:domiciliations",
        ("rights.overview",),
        module="domiciliation_used",
    ),
    Entry("Courrier", "bi-mailbox", "rights:mail_desk", ("agenda.reception",), module="domiciliation_used"),
    Entry("Insertion", "bi-signpost-split", "insertion:pathways", ("insertion.overview",)),
    Entry("Ateliers", "bi-easel", "insertion:workshops", ("workshops.view",)),
    Entry("Mes séances", "bi-chat-heart", "insertion:sessions", ("sessions.write",)),
    Entry("Partenaires", "bi-diagram-3", "households:partners", ("partners.view",)),
    Entry("Activité", "bi-activity", "appointments:activity", ("statistics.direction",)),
    Entry("Statistiques", "bi-bar-chart", "dashboard:board", ("statistics.board",)),
    Entry("Rapports ABS", "bi-file-earmark-bar-graph", "abs_reports:reports", ("abs.read",)),
    Entry("Accès d’urgence", "bi-shield-lock", "households:emergencies", ("files.review",)),
    Entry("Fin de vie des dossiers", "bi-hourglass-bottom", "households:endings", ("retention.manage",)),
    Entry("Droits des personnes", "bi-person-check", "households:person_requests", ("persons.requests",)),
    Entry("Journal", "bi-journal-text", "audit:log", ("audit.view",)),
    Entry("Administration", "bi-gear", "dashboard:administration", ("structure.manage", "accounts.manage")),
)
FOOTER: tuple[Entry, ...] = (
    Entry("Qui voit quoi", "bi-key", "accounts:rights", (ANY_AGENT,)),
    Entry("Accessibilité", "bi-universal-access", "dashboard:accessibility", (ANY_AGENT,)),
)
# The cards of the page « Administration »; each app with settings of its own adds one.
SETTINGS: tuple[Entry, ...] = (
    Entry(
        "Présences des agents", "bi-calendar-week", "appointments:presences", ("agenda.presence",),
        "Les heures où chacun reçoit, les absences, et les rendez-vous à déplacer.",
    ),
    Entry(
        "Salles, motifs et équipes", "bi-door-open", "appointments:settings", ("structure.manage",),
        "Ce que l’on choisit en prenant rendez-vous, et les temps de trajet.",
    ),
    Entry(
        "Modèles de courriers", "bi-envelope-paper", "households:letter_templates", ("letters.templates",),
        "Les textes que l’on envoie, avec les clés remplacées pour chaque ménage.",
    ),
    Entry(
        "Suivi des dossiers", "bi-hourglass-bottom", "households:caseload_policy", ("structure.manage",),
        "Après combien de mois sans contact un dossier est à revoir.",
    ),
    Entry(
        "Durées de conservation", "bi-hourglass-bottom", "households:retention_rules", ("retention.manage",),
        "Combien de temps un dossier est gardé après le dernier contact, et le texte qui le dit.",
    ),
    Entry(
        "Notice d’information", "bi-info-circle", "households:notice", ("notice.write",),
        "Ce que l’on dit aux personnes de leurs données : mention courte et notice complète.",
    ),
    Entry(
        "Comptes", "bi-people", "accounts:list", ("accounts.manage",),
        "Ouvrir, modifier et fermer les comptes des agents et des élus.",
    ),
    Entry(
        "Téléphones perdus", "bi-phone", "accounts:resets", ("accounts.approve",),
        "Les demandes de réinitialisation du second facteur, qui veulent l’accord de deux personnes.",
    ),
    Entry(
        "Travail sans titulaire", "bi-person-exclamation", "accounts:left_behind", ("accounts.handover",),
        "Ce que des comptes fermés tiennent encore, à remettre à des collègues.",
    ),
    Entry(
        "Structure", "bi-house-gear", "territory:structure", ("structure.manage",),
        "Nom, adresse, contacts : ce qui figure sur les écrans et les courriers.",
    ),
    Entry(
        "Horaires d’ouverture", "bi-clock", "territory:hours", ("structure.manage",),
        "Les heures où l’on peut prendre rendez-vous, à partir d’une date.",
    ),
    Entry(
        "Fermetures exceptionnelles", "bi-calendar-x", "territory:closures", ("structure.manage",),
        "Ponts, travaux, formations : les jours où tout est fermé.",
    ),
    Entry(
        "Communes et zones", "bi-map", "territory:communes", ("structure.manage",),
        "Les communes du territoire et les regroupements qui protègent les petits effectifs.",
    ),
    Entry(
        "Secret statistique", "bi-incognito", "territory:secrecy", ("structure.manage",),
        "Les effectifs, montants et taux trop petits pour être publiés, à partir d’une date.",
    ),
    Entry(
        "Rappels", "bi-bell", "appointments:reminder_policy", ("structure.manage",),
        "Si et quand les rappels de rendez-vous partent, par e-mail ou par SMS.",
    ),
    Entry(
        "Budget et reste à vivre", "bi-calculator", "households:budget_settings", ("structure.manage",),
        "Les catégories de ressources et de charges, la formule du règlement et ses repères.",
    ),
    Entry(
        "Catalogue des droits", "bi-journal-text", "rights:catalogue", ("structure.manage",),
        "Qui décide, délais par version, pièces, informations à donner, et ce qui reste à vérifier.",
    ),
    Entry(
        "Domiciliation", "bi-mailbox", "rights:dom_settings", ("structure.manage",),
        "Si le CIAS domicilie, ce que disent les attestations, et les points de retrait par commune.",
    ),
    Entry(
        "Hébergement", "bi-house-check", "housing:lodging_rules", ("structure.manage",),
        "Durées des contrats par dispositif, alertes, et points de la liste d’attente.",
    ),
    Entry(
        "Délais du logement", "bi-hourglass-split", "housing:delays", ("structure.manage",),
        "Expulsions, logement social, DALO : les délais de la loi, leur source, et la trêve hivernale.",
    ),
    Entry(
        "Parcours d’insertion", "bi-signpost-split", "insertion:rules", ("structure.manage",),
        "Délais du RSA, heures du contrat, motifs légitimes, intitulés du diagnostic, avec leur source.",
    ),
    Entry(
        "Énergie (SLIME)", "bi-lightning-charge", "housing:energy_settings", ("energy.manage",),
        "Plafonds de l’Anah, délais, équipements remis et colonnes de l’export.",
    ),
    Entry(
        "Emploi durable", "bi-briefcase", "insertion:job_rules", ("structure.manage",),
        "Ce qui compte comme un emploi durable, et quand le maintien se demande.",
    ),
    Entry(
        "Notes de la psychologue", "bi-shield-lock", "insertion:sealed_rules", ("structure.manage",),
        "Combien de temps elles sont gardées après la fin d’un suivi. Personne d’autre ne les lit.",
    ),
    Entry(
        "Reprise d’une liste", "bi-box-arrow-in-down", "households:takeovers", ("files.import",),
        "Importer les ménages d’un autre outil : DomiFa, un tableur, un export.",
    ),
    Entry(
        "Données publiques", "bi-database", "abs_reports:datasets", ("indicators.manage",),
        "Les statistiques de l’INSEE sur tous les habitants, pour l’analyse des besoins sociaux.",
    ),
)  # fmt: skip


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the frame around every page shows; nothing is asked for a fragment, which has none."""
    return {"shell": SimpleLazyObject(partial(_frame, request))}


def _frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    known = user is not None and user.is_authenticated
    asks = known and any(has_any(user, entry.rights) for entry in MAIN if entry.module)
    structure = Structure.objects.annotate(**(MODULES if asks else {})).get()
    provider = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
    frame: dict[str, Any] = {"structure": structure.short_name, "provider": provider}
    if user is None or not known:
        return {**frame, "session": None}
    frame["entries"] = _lines(
        request, tuple(entry for entry in MAIN if not entry.module or getattr(structure, entry.module, False))
    )
    frame["footer"] = _lines(request, FOOTER)
    idle, absolute = left(request.session)
    frame["session"] = {"idle": idle, "absolute": absolute, "warn": settings.SESSION_WARNING_SECONDS}
    frame["search_url"] = path_to("households:search") if user.has_perm("identity.view") else ""
    return frame


def _lines(request: HttpRequest, entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {"label": entry.label, "icon": entry.icon, "url": path_to(entry.url_name)}
        for entry in entries
        if has_any(request.user, entry.rights)
    ]
    home = path_to("dashboard:home")
    under = [
        line
        for line in lines
        if request.path == line["url"] or (line["url"] != home and request.path.startswith(line["url"]))
    ]
    if under:
        max(under, key=lambda line: len(line["url"]))["current"] = True
    return lines
