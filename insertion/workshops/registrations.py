"""What the workshops contribute to a household's file, to the work lists and to the pathway."""

from collections import Counter
from collections.abc import Collection, Iterator
from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import day_and_time, lower_first, plural, time_fr
from cias.core.merging import Handling
from cias.core.paths import path_to
from cias.core.registry import Action, ContactSource, OpenItem, Panel, TimelineItem, WorkItem
from households.file import may_read_content
from households.models import Household
from households.team import Team
from insertion.absences import absences
from insertion.models import WorkshopNotice, WorkshopRegistration, WorkshopSession
from insertion.sections import sections
from insertion.workshops import statistics, summary
from insertion.workshops.enums import Attendance, RegistrationState, SessionState
from insertion.workshops.hours import absences_of, hours_of

KIND = "workshops"
ON_THE_TAB = 20
YEAR = timedelta(days=365)
# Days after a session by which its balance is expected.
BALANCE_DAYS = 7


def of_household(household: Household) -> QuerySet[WorkshopRegistration]:
    rows = WorkshopRegistration.objects.filter(household=household)
    return rows.select_related("person", "session__workshop", "registered_by")


def section(household: Household, user: User) -> Panel | None:
    """The latest registrations, and the hours followed within a year: content, as the pathway itself."""
    if not may_read_content(user, household, "insertion.view"):
        return None
    rows = list(of_household(household).order_by("-session__start", "pk")[:ON_THE_TAB])
    today = timezone.localdate()
    persons = {row.person_id for row in rows if row.person_id is not None}
    hours = list(hours_of(persons, today - YEAR, today))
    return Panel(
        template="insertion/workshops/section.html",
        context={
            "household": household,
            "rows": rows,
            "may_register": user.has_perm("workshops.register") and household.closed_on is None,
            "planned": round(sum(one.planned for one in hours) * 60),
            "done": round(sum(one.done for one in hours) * 60),
        },
    )


def _said(row: WorkshopRegistration, *, with_attendance: bool) -> str:
    """How a registration stands, as far as the reader may know."""
    if row.session.state == SessionState.CANCELLED:
        return ", séance annulée"
    if row.state == RegistrationState.WITHDRAWN:
        return ", désinscription"
    if row.state == RegistrationState.WAITING:
        return ", liste d’attente"
    if row.attendance and with_attendance:
        words = {
            Attendance.PRESENT: "présence", Attendance.EXCUSED: "absence excusée",
            Attendance.UNEXCUSED: "absence non excusée",
        }  # fmt: skip
        return f", {words[Attendance(row.attendance)]}"
    return ""


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Who registers sees that there is a registration; who follows the pathway, whether the person came."""
    with_attendance = may_read_content(user, household, "insertion.view")
    if not with_attendance and not user.has_perm("workshops.register"):
        return
    for row in of_household(household).order_by("-session__start"):
        kind = row.session.workshop.get_kind_display()
        yield TimelineItem(
            at=row.session.start,
            icon="bi-people",
            title=f"{kind} «\u00a0{row.session.workshop}\u00a0»{_said(row, with_attendance=with_attendance)}",
            text=f"{row.who}, à {time_fr(row.session.start)}",
            url=path_to("insertion:workshop_session", row.session_id),
            domain=row.session.workshop.domain,
            kind="workshop",
            author=row.registered_by.full_name,
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("workshops.register") and household.closed_on is None:
        yield Action(
            label="Inscrire à un atelier",
            icon="bi-people",
            group="Ateliers",
            url=path_to("insertion:workshop_enrol", household.pk),
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """For the agent of a session: the attendance to enter, the balance to make, the people still to be told."""
    agents = team.holding("workshops.attendance")
    theirs = WorkshopSession.objects.filter(agent__in=agents).select_related("workshop", "agent")
    by_session = _to_tell(team)
    unbalanced = Q(state=SessionState.HELD, evaluation=None, start__gt=timezone.now() - YEAR)
    # One query for the three.
    is_over = Exists(WorkshopSession.objects.to_record().filter(pk=OuterRef("pk")))
    waiting = theirs.annotate(is_over=is_over, is_unbalanced=unbalanced)
    waiting = waiting.filter(Q(is_over=True) | Q(is_unbalanced=True) | Q(pk__in=by_session))
    for session in waiting.order_by("start"):
        if session.is_over:
            yield _work(session, "Saisir les présences", "workshop_attendance")
        if session.is_unbalanced:
            yield _work(session, "Faire le bilan de la séance", "workshop_evaluation", days=BALANCE_DAYS)
        if session.pk not in by_session:
            continue
        count = plural(by_session[session.pk], "personne inscrite", "personnes inscrites")
        yield (
            session.agent_id,
            WorkItem(
                title=f"Prévenir {count}",
                url=path_to("insertion:workshop_notices"),
                due=team.today,
                domain=session.workshop.domain,
                subject=session.workshop.name,
                owner=session.agent,
                kind=KIND,
            ),
        )


def _to_tell(team: Team) -> Counter[Any]:
    """How many of those registered are still to be told, by session, as its agent knows them."""
    agents = team.holding("workshops.attendance", "workshops.register")
    found: Counter[Any] = Counter()
    rows = WorkshopNotice.objects.to_tell().filter(registration__session__agent__in=agents).order_by()
    path = "registration"
    for session, agent, household, person in rows.values_list(
        f"{path}__session", f"{path}__session__agent", f"{path}__household", f"{path}__person"
    ):
        reader = team.by_key[agent]
        if not team.is_closed(reader, household) and not team.is_hidden(reader, person):
            found[session] += 1
    return found


def _work(session: WorkshopSession, title: str, page: str, *, days: int = 0) -> tuple[Any, WorkItem]:
    return session.agent_id, WorkItem(
        title=title,
        url=reverse(f"insertion:{page}", args=[session.pk]),
        due=timezone.localtime(session.end).date() + timedelta(days=days),
        domain=session.workshop.domain,
        subject=session.workshop.name,
        owner=session.agent,
        kind=KIND,
    )


def open_registrations(households: Collection[Any]) -> Iterator[OpenItem]:
    """Somebody of the household is expected at a session, or hopes for a seat."""
    rows = WorkshopRegistration.objects.live().filter(
        household__in=households, session__state=SessionState.PLANNED, session__start__gt=timezone.now()
    )
    for row in rows.select_related("person", "session__workshop", "session__agent").order_by(
        "session__start"
    ):
        session = row.session
        yield OpenItem(
            subject_id=row.household_id,
            title=f"{row.who}, {lower_first(row.get_state_display())} à «\u00a0{session.workshop}\u00a0» le "
            f"{day_and_time(session.start)}",
            url=path_to("insertion:workshop_session", session.pk),
            domain=session.workshop.domain,
            owner=session.agent,
        )


def came() -> QuerySet[WorkshopRegistration]:
    return WorkshopRegistration.objects.present().filter(household__isnull=False)


def join_registrations(handling: Handling) -> None:
    """One person is registered once: of two rows in a session, the one that came, or has a seat, or asked first."""
    own = {row.session_id: row for row in handling.of_survivor().exclude(state=RegistrationState.WITHDRAWN)}
    free = []
    for row in handling.of_absorbed():
        other = own.get(row.session_id)
        if row.state == RegistrationState.WITHDRAWN or other is None:
            free.append(row)
        elif _rank(row) < _rank(other):
            handling.journal.set_aside(other)
            free.append(row)
        else:
            handling.journal.set_aside(row)
    handling.move(free)


def _rank(row: Any) -> tuple[bool, bool, bool, int]:
    return row.attendance != Attendance.PRESENT, not row.attendance, row.seat is None, row.number


def register() -> None:
    sections.register(KIND, section)
    absences.register(KIND, absences_of)
    registry.timeline.register(KIND, timeline, about=("insertion.WorkshopRegistration",))
    registry.actions.register(KIND, actions)
    registry.worklist.register(
        KIND, worklist, about=("insertion.WorkshopRegistration",), owned=("insertion.WorkshopSession.agent",)
    )
    registry.open_items.register(KIND, open_registrations)
    registry.contacts.register(
        KIND, ContactSource(label="Venue à un atelier", rows=came, at="session__start")
    )
    merging.move("insertion.WorkshopRegistration.household")
    merging.custom("insertion.WorkshopRegistration.person", join_registrations)
    statistics.register()
    summary.register()
