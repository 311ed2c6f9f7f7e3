"""What an agent who leaves holds in households: files they look after, places beside others, tasks, drafts."""

from django.db.models import Q, QuerySet
from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core.deadlines import ONE_DAY
from cias.core.french import of_name
from cias.core.holdings import Holding
from households.enums import AssignmentRole
from households.holdings import (
    SOCIAL_WORKERS,
    colleagues,
    counted,
    declare,
    kept_by_author,
    reach,
    rows_of,
    today,
)
from households.models import (
    Assignment,
    BudgetDraft,
    Cover,
    Household,
    Letter,
    NoteDraft,
    Task,
)
from households.services import assign_referent
from households.services.covers import align_covers, end_cover
from households.services.files import ASSIGNABLE

SOCIAL_WORK_AND_DIRECTION = colleagues(Role.SOCIAL_WORKER, Role.DIRECTOR)


def _running(*roles: str) -> QuerySet[Assignment]:
    """Places held today or promised from a later day, in open files."""
    rows = Assignment.objects.filter(role__in=roles, household__closed_on__isnull=True)
    return rows.filter(Q(end__isnull=True) | Q(end__gte=today()))


def mains() -> QuerySet[Assignment]:
    return _running(AssignmentRole.MAIN)


def others() -> QuerySet[Assignment]:
    return _running(AssignmentRole.OTHER)


def covers() -> QuerySet[Cover]:
    return Cover.objects.running(today())


def _hold_files(agent: User, to: User | None) -> None:
    keys = _running(AssignmentRole.MAIN, AssignmentRole.OTHER).filter(agent=agent).values("household")
    list(Household.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk").values("pk"))


def give_files(agent: User, to: User, by: User) -> None:
    """Their référent is `to` from today, until the day the leaver was to end; a later promise keeps its date."""
    note = f"Repris au départ {of_name(agent.full_name)}"
    rows = list(reach(mains().filter(agent=agent), to, "household"))
    running = [row for row in rows if row.start < today()]
    begun = [row.pk for row in rows if row.start >= today()]
    Assignment.objects.filter(pk__in=begun).update(agent=to, handover_note=note)
    Assignment.objects.filter(pk__in=[row.pk for row in running]).update(end=today() - ONE_DAY)
    Assignment.objects.bulk_create(
        Assignment(
            household_id=row.household_id, agent=to, role=row.role, start=today(), end=row.end, handover_note=note
        )
        for row in running
    )  # fmt: skip
    align_covers(by=by, agents=[agent.pk, to.pk])


def release_files(agent: User, by: User) -> None:
    """Without référent from today: they stand in the direction's list, and in the steering page's count."""
    rows = mains().filter(agent=agent)
    rows.filter(start__gte=today()).delete()
    rows.update(end=today() - ONE_DAY)
    align_covers(by=by, agents=[agent.pk])


def beside(agent: User) -> QuerySet[User]:
    """Colleagues of the same role; of those that may stand there, when the leaver has another one since."""
    roles = ASSIGNABLE[AssignmentRole.OTHER]
    return colleagues(*([Role(agent.role)] if agent.role in roles else roles))(agent)


def give_places(agent: User, to: User, by: User) -> None:
    """A place beside the référent: whoever holds one there already, or is the référent, needs no second one."""
    rows = reach(others().filter(agent=agent), to, "household")
    there = _running(AssignmentRole.MAIN, AssignmentRole.OTHER).filter(agent=to).values("household")
    ended = list(rows.values_list("pk", flat=True))
    for row in rows.exclude(household__in=there).select_related("household"):
        assign_referent(
            by=by,
            household=row.household,
            agent=to,
            on=max(today(), row.start),
            role=AssignmentRole.OTHER,
        )
    _end(Assignment.objects.filter(pk__in=ended))


def release_places(agent: User, by: User) -> None:
    _end(others().filter(agent=agent))


def _end(rows: QuerySet[Assignment]) -> None:
    rows.filter(start__gte=today()).delete()
    rows.update(end=today() - ONE_DAY)


def tasks() -> QuerySet[Task]:
    return Task.objects.to_do()


def give_tasks(agent: User, to: User, by: User) -> None:
    """They are news for who receives them."""
    rows = reach(tasks().filter(agent=agent), to, "household")
    seen = timezone.now() if to == by else None
    Task.objects.filter(pk__in=rows.order_by().values("pk")).update(agent=to, seen_at=seen)


def end_covers(agent: User, by: User) -> None:
    for cover in covers().filter(Q(agent=agent) | Q(substitute=agent)):
        end_cover(by=by, cover=cover)


def register() -> None:
    declare(
        "files",
        Holding(
            label=("ménage suivi comme référent", "ménages suivis comme référent"),
            held=counted(mains),
            receivers=SOCIAL_WORKERS,
            lock=_hold_files,
            give=give_files,
            release=release_files,
            released="Laisser sans référent",
            help_text="Un dossier protégé ne va qu’à un agent déjà nommé sur lui\u00a0: les autres restent à désigner.",
        ),
    )
    declare(
        "places",
        Holding(
            label=("place auprès d’un autre référent", "places auprès d’autres référents"),
            held=counted(others),
            receivers=beside,
            give=give_places,
            release=release_places,
            released="Ne pas remplacer",
        ),
    )
    declare(
        "tasks",
        Holding(
            label=("tâche à faire", "tâches à faire"),
            held=counted(tasks),
            receivers=doers,
            give=give_tasks,
        ),
    )
    declare(
        "covers",
        Holding(
            label=("remplacement assuré", "remplacements assurés"),
            held=counted(covers, "substitute"),
            release=end_covers,
            released="Y mettre fin\u00a0: les collègues absents choisiront quelqu’un d’autre",
        ),
    )
    declare(
        "letters",
        rows_of(
            ("courrier à terminer", "courriers à terminer"),
            lambda: Letter.objects.filter(finished_at__isnull=True),
            field="author",
        ),
    )
    for code, label, model in (
        ("note_drafts", ("brouillon de note", "brouillons de notes"), NoteDraft),
        ("budget_drafts", ("brouillon de budget", "brouillons de budgets"), BudgetDraft),
    ):
        because = (
            "Personne d’autre ne lit un brouillon\u00a0: à enregistrer ou à effacer par son auteur "
            "avant son départ."
        )
        declare(code, kept_by_author(label, model.objects.all, because))


def doers(agent: User) -> QuerySet[User]:
    """What the psychologist has to do stays among psychologists; the rest goes to whoever keeps a work list."""
    return (
        colleagues(Role.PSYCHOLOGIST)(agent)
        if agent.role == Role.PSYCHOLOGIST
        else SOCIAL_WORK_AND_DIRECTION(agent)
    )
