"""The household's page: what comes next, what happened, who lives there (H1, H9)."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from cias.accounts.http import AgentRequest
from cias.accounts.models import User
from cias.core.access import requires
from cias.core.presence import look_into, may_hold
from cias.core.registry import (
    TimelineItem,
    WorkItem,
    collect_actions,
    collect_panels,
    collect_timeline,
)
from households.budgets.overview import budget_card
from households.composition import Composition, completeness, composition
from households.dated_rows import ROWS, rows_of
from households.enums import Domain, TaskState
from households.file import file_context, get_household, may_read_content
from households.models import DOERS, Address, Household, NoteDraft, PersonLink, Situation
from households.registrations.tasks import tasks_of
from households.team import TASKS, own_work
from households.views.merging import undoable_of

EVENTS_SHOWN = 15
TASKS_SHOWN = 30
NOTES = "notes"
FILTERS = (("", "Tout"), *Domain.choices, (NOTES, "Notes"), ("documents", "Documents"))


@requires("identity.view")
@require_safe
def detail(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Synthèse: next steps, timeline, composition, present situation."""
    household = get_household(request, household_id, *ROWS)
    today = timezone.localdate()
    people = composition(household, today, request.user)
    found = look_into(household, request.user)
    items = collect_timeline(household, request.user, found)
    chosen = request.GET.get("fil", "")
    past = [item for item in items if not _to_come(item) and _kept(item, chosen)]
    shown = past if "tout" in request.GET else past[:EVENTS_SHOWN]
    reads_situation = may_read_content(request.user, household, "situation.view")
    situation = current_situation(household, today) if reads_situation else None
    card = budget_card(household, request.user, today) if reads_situation else None
    address = current_address(household, today)
    note_url = reverse("households:note_create", args=[household.pk])
    context = file_context(
        request,
        household,
        "synthese",
        people=people,
        address=address,
        situation=situation,
        reads_situation=reads_situation,
        completeness=completeness(household, people.members, situation, address, card),
        no_contact=no_contact_links(people, request.user),
        steps=_steps(household, request, items, today, found),
        events=shown,
        earlier=len(past) - len(shown),
        filters=[(code, label) for code, label in FILTERS if code == chosen or _any_kept(items, code)],
        chosen=chosen,
        actions=[action for action in collect_actions(household, request.user) if action.url != note_url],
        panels=collect_panels(household, request.user, found),
        tasks=[row for row in tasks_of(household, request.user) if row.state == TaskState.TODO][:TASKS_SHOWN],
        doer=request.user.role in DOERS,
        back=request.path,
        draft=_draft(household, request.user),
        today=today,
        merges=undoable_of(request.user, household),
        **(card or {}),
    )
    return render(request, "households/detail.html", context)


@requires("identity.view")
@require_safe
def composition_tab(request: AgentRequest, household_id: UUID) -> HttpResponse:
    """Who lives there and who used to, where, how to reach them, and what is missing."""
    household = get_household(request, household_id, "memberships", "addresses", "assignments")
    today = timezone.localdate()
    people = composition(household, today, request.user)
    context = file_context(
        request,
        household,
        "composition",
        people=people,
        addresses=rows_of(household, "addresses"),
        assignments=rows_of(household, "assignments"),
        completeness=completeness(household, people.members, None, current_address(household, today)),
        no_contact=no_contact_links(people, request.user),
        today=today,
    )
    return render(request, "households/composition.html", context)


def current_situation(household: Household, day: date) -> Situation | None:
    return next((row for row in rows_of(household, "situations") if row.holds_on(day)), None)


def current_address(household: Household, day: date) -> Address | None:
    return next((row for row in rows_of(household, "addresses") if row.holds_on(day)), None)


def _draft(household: Household, user: User) -> NoteDraft | None:
    if not may_hold(household, "households.NoteDraft"):
        return None
    return NoteDraft.objects.filter(author=user, household=household, note=None).first()


def no_contact_links(people: Composition, user: User) -> list[PersonLink]:
    """The "ne pas contacter" links of the present members, as far as `user` may know of both ends."""
    members = [row.person_id for row in people.members if row.is_linked]  # type: ignore[attr-defined]
    if not members:
        return []
    links = PersonLink.objects.for_user(user).filter(
        Q(person__in=members) | Q(other__in=members), no_contact=True
    )
    return list(links.select_related("person", "other"))


def _to_come(item: TimelineItem) -> bool:
    if isinstance(item.at, datetime):
        return item.at > timezone.now()
    return item.at > timezone.localdate()


def _kept(item: TimelineItem, chosen: str) -> bool:
    return not chosen or chosen in (item.domain, item.kind)


def _any_kept(items: list[TimelineItem], chosen: str) -> bool:
    return any(_kept(item, chosen) for item in items)


def _steps(
    household: Household,
    request: AgentRequest,
    items: list[TimelineItem],
    today: date,
    found: Collection[str],
) -> list[dict[str, Any]]:
    """What is due on this household in the reader's work list, then what is already planned, the nearest first."""
    work: list[WorkItem] = [
        # Tasks have a card of their own.
        item
        for item in own_work(request.user, today, found, about=household, without=(TASKS,))
        if item.subject_id == household.pk
    ]
    due = [{"work": item, "planned": None} for item in work]
    planned = [{"work": None, "planned": item} for item in reversed(items) if _to_come(item)]
    return due + planned
