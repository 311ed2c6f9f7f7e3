"""What an agent who leaves holds in insertion: RSA pathways, job searches, actions, workshops, follow-ups."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.db import ConstraintViolation
from cias.core.french import of_name
from cias.core.holdings import Holding
from households.holdings import SOCIAL_WORKERS, colleagues, counted, declare, kept_by_author, reach, rows_of
from insertion.diagnoses.enums import ENDED
from insertion.models import (
    Counselling,
    JobSearch,
    ObjectiveAction,
    Orientation,
    SealedDraft,
    Workshop,
    WorkshopSession,
)
from insertion.orientations.services import change_referent
from insertion.permanences.services.departures import give_counsellings
from insertion.workshops.services.planning import keep_agenda


def orientations() -> QuerySet[Orientation]:
    return Orientation.objects.filter(Q(end__isnull=True) | Q(end__gte=timezone.localdate()))


def give_orientations(agent: User, to: User, by: User) -> None:
    """Each hand-over is dated and signed in the orientation's own history (I2)."""
    today = timezone.localdate()
    for row in reach(orientations().filter(referent=agent), to, "household").select_related("person"):
        if row.start > today:  # it has not begun: there is nothing to hand over yet, only a name to correct
            Orientation.objects.filter(pk=row.pk).update(referent=to)
            continue
        reason = f"Départ {of_name(agent.full_name)}"
        try:
            with transaction.atomic():
                change_referent(by=by, orientation=row, referent=to, on=today, reason=reason)
        except (ValidationError, ConstraintViolation):
            continue  # it stays, and is counted: somebody has to look at it


def release_orientations(agent: User, by: User) -> None:
    orientations().filter(referent=agent).update(referent=None)


def actions() -> QuerySet[ObjectiveAction]:
    return ObjectiveAction.objects.exclude(state__in=ENDED)


def sessions() -> QuerySet[WorkshopSession]:
    return WorkshopSession.objects.coming()


def workshops() -> QuerySet[Workshop]:
    return Workshop.objects.all()


def give_sessions(agent: User, to: User, by: User) -> None:
    """The session keeps its hour; what kept the leaver's time free keeps the colleague's."""
    rows = (
        sessions().filter(agent=agent).select_related("workshop", "absence").select_for_update(of=("self",))
    )
    for session in rows:
        session.agent = to
        session.save(update_fields=["agent"])
        keep_agenda(by=by, session=session)


def _leaders(agent: User) -> QuerySet[User]:
    return colleagues(Role.SOCIAL_WORKER, Role.PSYCHOLOGIST)(agent)


def register() -> None:
    declare(
        "orientations",
        Holding(
            label=("parcours RSA comme référent unique", "parcours RSA comme référent unique"),
            held=counted(orientations, "referent"),
            receivers=SOCIAL_WORKERS,
            give=give_orientations,
            release=release_orientations,
            released="Laisser sans référent unique",
        ),
    )
    declare(
        "job_searches",
        rows_of(("recherche d’emploi suivie", "recherches d’emploi suivies"), JobSearch.objects.running),
    )
    declare(
        "actions",
        rows_of(
            ("action de diagnostic à mener", "actions de diagnostic à mener"),
            actions,
            household="objective__diagnosis__household",
        ),
    )
    declare(
        "workshops",
        rows_of(("atelier dont on est responsable", "ateliers dont on est responsable"), workshops,
                receivers=_leaders, household=""),
    )  # fmt: skip
    declare(
        "workshop_sessions",
        Holding(
            label=("séance d’atelier à venir", "séances d’atelier à venir"),
            held=counted(sessions),
            receivers=_leaders,
            give=give_sessions,
        ),
    )
    declare(
        "counsellings",
        Holding(
            label=("suivi psychologique en cours", "suivis psychologiques en cours"),
            held=counted(Counselling.objects.running, "psychologist"),
            receivers=colleagues(Role.PSYCHOLOGIST),
            give=give_counsellings,
            help_text=(
                "Ils ne vont qu’à une autre psychologue, et commencent sans les notes : seule celle qui part peut "
                "les transmettre, avec l’accord de la personne, avant la fermeture de son compte. Sans cela elles "
                "restent scellées jusqu’à la fin de leur conservation."
            ),
        ),
    )
    declare(
        "sealed_drafts",
        kept_by_author(
            ("brouillon de la psychologue", "brouillons de la psychologue"),
            SealedDraft.objects.all,
            "Personne d’autre ne peut les lire : à enregistrer ou à effacer par la psychologue avant son départ.",
        ),
    )
