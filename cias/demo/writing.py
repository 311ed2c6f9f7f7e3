"""The writing of the demonstration's report: texts, partners' contributions, action plan, a restitution (S4, S10)."""

from datetime import date, timedelta
from typing import Any

from abs_reports.compiling.chapters import Chapter
from abs_reports.models import Contribution, Report, Restitution
from abs_reports.writing.enums import ActionState, Audience, Means, PassageKind
from abs_reports.writing.passages import Typed, save_chapter
from abs_reports.writing.plan import add_action
from abs_reports.writing.sections import set_done
from cias.demo.report_texts import TEXTS
from cias.demo.world import World
from households.models import Partner

# Still being written when the demonstration opens: their recommendations are empty, or all of the chapter is.
UNFINISHED, EMPTY = ("employment", "insertion", "disability"), ("accommodation", "health")
# Chapter, organisation, means, days before today, participants, summary, hypotheses, quote, accepted, attributable,
# validated, printed.
CONTRIBUTIONS: tuple[tuple[Any, ...], ...] = (
    (
        "territory", "Mairie de Lucé", Means.INTERVIEW, 70, "",
        "La mairie reçoit de plus en plus de personnes âgées qui n’ont pas d’accès à internet. Elle propose une salle "
        "pour une permanence et un agent pour l’accueil.",
        "Le transport à la demande est mal connu.", "On ne peut plus envoyer les gens en ville pour un formulaire.",
        True, True, True, True,
    ),
    (
        "income", "CAF d’Eure-et-Loir", Means.MEETING, 62, "CAF, Département, CIAS : responsables de service",
        "Les allocataires dont plus de la moitié des ressources vient des prestations vivent surtout en ville-centre. "
        "Les parents seuls qui travaillent à temps partiel y sont nombreux.",
        "La prime d’activité serait peu demandée par les jeunes salariés.", "", False, False, True, True,
    ),
    (
        "employment", "Mission locale de l’arrondissement", Means.MEETING, 55,
        "Mission locale, France Travail, CIAS : conseillers et direction",
        "Les jeunes des communes rurales renoncent à une formation faute de transport. Le permis de conduire est la "
        "première demande, devant le logement.",
        "Un minibus le matin vers la zone d’activité suffirait.", "Sans voiture, il n’y a pas de projet qui tienne.",
        True, False, True, True,
    ),
    (
        "youth", "Mission locale de l’arrondissement", Means.WRITTEN, 40, "",
        "Un accueil commun avec le CIAS, un après-midi par semaine, éviterait que les jeunes racontent trois fois leur "
        "situation.",
        "", "", False, False, True, True,
    ),
    (
        "rights", "Conseil départemental", Means.WRITTEN, 48, "",
        "Le service social du Département constate les mêmes renoncements devant les démarches en ligne. Il propose "
        "d’échanger chaque trimestre sur les dossiers sans réponse.",
        "", "", False, False, True, True,
    ),
    (
        "housing", "Bailleur social du territoire", Means.INTERVIEW, 33, "",
        "Les demandes de petits logements dépassent de loin l’offre. Les impayés sont signalés au deuxième mois, mais "
        "peu de ménages répondent au premier courrier.",
        "Une visite à domicile aurait plus d’effet qu’un courrier.", "Le deuxième mois, tout est encore possible.",
        False, False, False, False,
    ),
    (
        "", "Conférence des partenaires", Means.MEETING, 20,
        "CAF, CPAM, Département, France Travail, mission locale, bailleurs, associations : vingt-deux participants",
        "Les participants partagent le constat de la distance aux services et demandent que les permanences soient "
        "organisées ensemble, commune par commune.",
        "", "Nous avons tous les mêmes personnes en tête, et pas les mêmes horaires.", True, False, True, True,
    ),
)  # fmt: skip
# Chapter, objective, action, pilot, partners, half-year from now, indicator, state.
ACTIONS: tuple[tuple[Any, ...], ...] = (
    (
        "territory", "Rapprocher les services des communes rurales", "Ouvrir une permanence mensuelle dans quatre mairies",
        "Direction du CIAS", "Mairies, Département, CAF", 0, "Nombre de ménages reçus qui n’étaient jamais venus",
        ActionState.RUNNING,
    ),
    (
        "rights", "Réduire le non-recours", "Proposer une simulation de droits à chaque nouveau ménage",
        "Service accès aux droits", "CAF, CPAM", 0, "Part des nouveaux ménages qui ont eu une simulation", ActionState.RUNNING,
    ),
    (
        "housing", "Éviter les expulsions", "Se rendre au domicile dès le deuxième mois d’impayé", "Service logement",
        "Bailleurs, Département", 1, "Part des ménages rencontrés avant l’assignation", ActionState.PLANNED,
    ),
    (
        "employment", "Lever le frein de la mobilité", "Étudier une navette du matin vers les zones d’activité",
        "Service insertion", "Mission locale, employeurs, service des transports", 2, "Nombre de jeunes transportés",
        ActionState.PLANNED,
    ),
    (
        "income", "Prévenir l’endettement", "Accompagner le budget dès la deuxième demande d’aide", "Équipe sociale",
        "Banque de France, fournisseurs d’énergie", 1, "Part des ménages aidés qui redemandent dans l’année",
        ActionState.PLANNED,
    ),
)  # fmt: skip


def create_writing(world: World, report: Report) -> None:
    """Most chapters of `report` written, some in work, two empty; the registers as they stand a month before the board."""
    by = world.users["direction"]
    known = {chapter.value for chapter in Chapter}
    for chapter, texts in TEXTS.items():
        if chapter not in known or chapter in EMPTY:
            continue
        kept = texts[:2] if chapter in UNFINISHED else texts
        save_chapter(
            by=by, report=report, chapter=chapter,
            typed={kind: Typed(text, 0) for kind, text in zip(PassageKind, kept, strict=False)},
        )  # fmt: skip
        if chapter not in UNFINISHED:
            set_done(by=by, report=report, chapter=chapter, done=True)
    _contributions(world, report, known)
    for chapter, objective, action, pilot, partners, later, indicator, state in ACTIONS:
        add_action(
            report=report, chapter=chapter if chapter in known else "", objective=objective, action=action, pilot=pilot,
            partners=partners, calendar=_half_year(world.today, later), indicator=indicator, state=state,
        )  # fmt: skip
    Restitution.objects.create(
        report=report, on=world.today - timedelta(days=12), audience=Audience.PARTNERS, noted_by=by,
        place="Hôtel d’agglomération, Chartres",
        notes="Présentation du portrait social. Les partenaires demandent une page par commune relais et confirment les "
        "trois priorités : distance, logement des personnes seules, non-recours.",
    )  # fmt: skip


def _contributions(world: World, report: Report, known: set[str]) -> None:
    partners = {partner.name: partner for partner in Partner.objects.all()}
    for row in CONTRIBUTIONS:
        chapter, organisation, means, days, participants, summary, hypotheses, quote, *marks = row
        accepted, attributable, validated, printed = marks
        if chapter and chapter not in known:
            continue
        Contribution.objects.create(
            series=report.series, chapter=chapter, partner=partners.get(organisation), organisation=organisation,
            on=world.today - timedelta(days=days), means=means, participants=participants, summary=summary,
            hypotheses=hypotheses, quote=quote, quote_validated=accepted, quote_attributed=attributable,
            validated=validated, to_print=printed, noted_by=world.users["direction"],
        )  # fmt: skip


def _half_year(today: date, later: int) -> str:
    """« 1er semestre 2027 », `later` half-years after the one that follows today's."""
    rank = today.year * 2 + (today.month > 6) + 1 + later
    return f"{'2e' if rank % 2 else '1er'} semestre {rank // 2}"
