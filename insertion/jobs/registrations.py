"""What job search contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Q

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import date_short, lower_first
from cias.core.paths import path_to
from cias.core.registry import (
    Action,
    ContactSource,
    OpenItem,
    Panel,
    SummaryBlock,
    SummaryRequest,
    SummarySection,
    Table,
    TimelineItem,
    WorkItem,
)
from households.enums import Domain
from households.file import may_read_content
from households.models import Household
from households.team import Team
from insertion.jobs import statistics
from insertion.models import JobSearch, JobStep, SearchOutcome
from insertion.sections import sections

KIND = "jobs"


def section(household: Household, user: User) -> Panel:
    searches = JobSearch.objects.for_user(user, household.pk).select_related("person", "agent")
    rows = searches.annotate(last_step=Max("steps__on", filter=Q(steps__undone_at=None)))
    return Panel(
        template="insertion/jobs/section.html",
        context={
            "searches": rows.order_by("-opened_on", "pk"),
            "may_edit": user.has_perm("insertion.edit") and household.closed_on is None,
        },
    )


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    known = JobSearch.objects.for_user(user, household.pk)
    common: dict[str, Any] = {"domain": Domain.INSERTION, "kind": "insertion"}
    for search in known.select_related("person", "agent"):
        yield TimelineItem(
            at=search.opened_on, icon="bi-briefcase", title="Recherche d’emploi commencée",
            text=f"{search.person.full_name}\u00a0: {search.target}", author=search.agent.full_name,
            url=path_to("insertion:job_search", search.pk), **common,
        )  # fmt: skip
    steps = JobStep.objects.standing().filter(search__in=known).select_related("offer", "partner", "by")
    for step in steps:
        yield TimelineItem(
            at=step.on, icon="bi-send", title=str(step), text=step.where, author=step.by.full_name,
            url=path_to("insertion:job_search", step.search_id), **common,
        )  # fmt: skip
    outcomes = SearchOutcome.objects.standing().filter(search__in=known).select_related("by")
    for outcome in outcomes:
        yield TimelineItem(
            at=outcome.on, icon="bi-flag", title=f"Emploi\u00a0: {lower_first(str(outcome))}", text=outcome.title,
            author=outcome.by.full_name, url=path_to("insertion:job_search", outcome.search_id), **common,
        )  # fmt: skip


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("insertion.edit") and household.closed_on is None:
        yield Action(
            label="Ouvrir une recherche d’emploi", icon="bi-briefcase", domain=Domain.INSERTION, group="Insertion",
            url=path_to("insertion:job_search_create", household.pk),
        )  # fmt: skip


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """An agent chases the answers that are due, and asks who works whether they still do."""
    agents, today = team.holding("insertion.edit", "insertion.view"), team.today
    theirs = JobSearch.objects.filter(agent__in=agents)
    due = JobStep.objects.standing().filter(search__in=theirs.running(), result="", next_on__lte=today)
    for step in due.select_related("search__person", "offer", "partner"):
        title = f"Relancer\u00a0: {lower_first(str(step))}, {step.where}"
        yield _item(team, step.search, title, step.next_on)
    asked = SearchOutcome.objects.standing().filter(search__in=theirs, kept="", check_on__lte=today)
    for outcome in asked.select_related("search__person"):
        title = f"Maintien à demander\u00a0: {lower_first(str(outcome))}"
        yield _item(team, outcome.search, title, outcome.check_on)


def _item(team: Team, search: JobSearch, title: str, due: date | None) -> tuple[Any, WorkItem]:
    return search.agent_id, WorkItem(
        title=title, url=path_to("insertion:job_search", search.pk), due=due, domain=Domain.INSERTION,
        subject=search.person.full_name, subject_id=search.household_id, owner=team.by_key[search.agent_id],
        kind=KIND,
    )  # fmt: skip


def open_searches(households: Collection[Any]) -> Iterator[OpenItem]:
    rows = JobSearch.objects.running().filter(household__in=households).select_related("person", "agent")
    for search in rows:
        yield OpenItem(
            subject_id=search.household_id, title=f"Recherche d’emploi en cours\u00a0: {search.person.full_name}",
            url=path_to("insertion:job_search", search.pk), domain=Domain.INSERTION, owner=search.agent,
        )  # fmt: skip


def involved(household: Household, today: date) -> Iterator[User]:
    for search in JobSearch.objects.running().filter(household=household).select_related("agent"):
        yield search.agent


def may_read(household: Household, user: User) -> bool:
    return may_read_content(user, household, "insertion.view")


def summary(request: SummaryRequest) -> Iterator[SummaryBlock]:
    searches = JobSearch.objects.for_user(request.user, request.subject.pk)
    if request.person is not None:
        searches = searches.filter(person=request.person)
    yield Table(
        title="Recherches d’emploi",
        header=("Personne", "Métier visé", "Suivie par", "Du", "Au"),
        rows=[
            (
                request.hide(row.person.full_name),
                request.hide(row.target),
                row.agent.full_name,
                date_short(row.opened_on),
                date_short(row.ended_on) if row.ended_on else "en cours",
            )
            for row in searches.select_related("person", "agent")
        ],
    )
    outcomes = SearchOutcome.objects.standing().filter(search__in=searches).select_related("search__person")
    yield Table(
        title="Issues",
        header=("Personne", "Issue", "Depuis le", "Maintien"),
        rows=[
            (
                request.hide(row.search.person.full_name),
                str(row),
                date_short(row.on),
                row.get_kept_display() if row.check_on else "—",
            )
            for row in outcomes
        ],
    )


def register() -> None:
    sections.register(KIND, section)
    registry.timeline.register(KIND, timeline, about=("insertion.JobSearch",))
    registry.actions.register(KIND, actions)
    registry.worklist.register(
        KIND, worklist, about=("insertion.JobSearch",), owned=("insertion.JobSearch.agent",)
    )
    registry.open_items.register(KIND, open_searches)
    registry.involved.register(KIND, involved)
    registry.contacts.register(
        KIND, ContactSource(label="Recherche d’emploi commencée", rows=JobSearch.objects.all, at="opened_on")
    )
    registry.summary.register(
        "emploi", SummarySection(title="Recherche d’emploi", position=92, may_read=may_read, blocks=summary)
    )
    merging.move("insertion.JobSearch.household")
    merging.move(
        "insertion.JobSearch.person",
        refused="Les deux fiches ont une recherche d’emploi en cours\u00a0: terminez l’une d’elles avant de fusionner.",
    )
    statistics.register()
