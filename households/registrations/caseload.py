"""What the life of the caseload contributes: covers and returns in the story, contacts, dormant files to look at."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, Count, When

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core import registry
from cias.core.deadlines import add_months
from cias.core.french import date_short, lower_first, of_name, plural
from cias.core.paths import path_to
from cias.core.presence import may_hold, watched
from cias.core.providers import NO_FILE
from cias.core.registry import ContactSource, TimelineItem, WorkItem
from households.contacts import open_and_silent_since
from households.dated_rows import rows_of
from households.enums import AssignmentRole
from households.models import Assignment, Document, Household, Note
from households.models.files import on_day
from households.team import Team

REOPENINGS = "households.Reopening"


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Colleagues beside the référent, and former closures with what brought the file back."""
    beside = (row for row in rows_of(household, "assignments") if row.role != AssignmentRole.MAIN)
    for row in beside:
        until = f", jusqu’au {date_short(row.end)}" if row.end else ""
        replaced = f" {of_name(row.cover.agent.full_name)}" if row.cover else ""
        yield TimelineItem(
            at=row.start,
            icon="bi-person-plus",
            title=f"{row.get_role_display()}{replaced}",
            text=f"{row.agent.full_name}{until}",
        )
    if not may_hold(household, REOPENINGS):
        return
    for back in household.reopenings.select_related("by"):
        yield TimelineItem(
            at=back.closed_on,
            icon="bi-archive",
            title="Dossier clos",
            text=lower_first(back.get_closing_reason_display()),
        )
        yield TimelineItem(
            at=back.reopened_on,
            icon="bi-folder2-open",
            title="Dossier rouvert",
            text=back.reason,
            author=back.by.full_name,
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """Files one follows and nothing was heard of for months: one line that leads to their list."""
    agents = [agent for agent in team.agents if agent.role == Role.SOCIAL_WORKER]
    if not agents:
        return
    months = team.dormant_months
    silent = open_and_silent_since(add_months(team.today, -months))
    mains = Assignment.objects.filter(
        on_day(team.today), role=AssignmentRole.MAIN, agent__in=agents, household__in=silent
    )
    protected = Case(When(household__is_protected=True, then="household"), default=None)
    counts: Counter[Any] = Counter()
    rows = mains.order_by().values("agent").annotate(file=protected, count=Count("household", distinct=True))
    for row in rows:
        if not team.is_closed(team.by_key[row["agent"]], row["file"]):
            counts[row["agent"]] += row["count"]
    for key, count in counts.items():
        yield (
            key,
            WorkItem(
                title=f"{plural(count, 'ménage')} sans contact depuis {months} mois",
                url=path_to("households:dormant"),
                due=None,
                owner=team.by_key[key],
                kind="dormant",
                personal=True,
            ),
        )


def register() -> None:
    registry.timeline.register("households.caseload", timeline)
    watched.add(REOPENINGS)
    registry.worklist.register("households.caseload", worklist, about=NO_FILE)
    registry.contacts.register("notes", ContactSource(label="Entretien", rows=Note.objects.all, at="held_on"))
    # A letter we write, filed as a PDF, is no sign from the person (CNIL, délibération 2021-028).
    brought = Document.objects.filter(letter__isnull=True).all
    received = ContactSource(label="Document ajouté au dossier", rows=brought, at="created_at")
    registry.contacts.register("documents", received)
