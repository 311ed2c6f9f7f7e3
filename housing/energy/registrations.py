"""What the SLIME programme contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import lower_first, plural
from cias.core.paths import path_to
from cias.core.presence import may_hold
from cias.core.registry import Action, ContactSource, OpenItem, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.file import may_read_content
from households.models import Household
from households.team import Team
from housing.energy import listing, statistics, summary
from housing.energy.enums import REACHED, EnergyState
from housing.energy.lists import contact_due, to_call
from housing.energy.rules import energy_rules, follow_up
from housing.models import (
    EnergyContact,
    EnergyFile,
    EnergyMove,
    EnergyOrientation,
    EnergyRule,
    EnergyVisit,
    FollowUpCall,
)
from housing.sections import sections

S = EnergyState
KIND = "energy"
STORY: dict[str, tuple[str, str]] = {
    S.REPORTED: ("signalé", "bi-lightning-charge"),
    S.CONTACTED: ("contacté, accepte une visite", "bi-telephone"),
    S.VISIT_1: ("première visite prévue", "bi-calendar-event"),
    S.VISITED_1: ("première visite faite", "bi-house-check"),
    S.VISIT_2: ("seconde visite prévue", "bi-calendar-event"),
    S.VISITED_2: ("seconde visite faite", "bi-house-check"),
    S.SUPPORT: ("accompagnement", "bi-person-check"),
    S.FOLLOW_UP: ("suivi", "bi-hourglass-split"),
    S.CLOSED: ("dossier clos", "bi-archive"),
}


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Each step that stands, each orientation and each follow-up call."""
    files = EnergyFile.objects.for_user(user).filter(household=household)
    common: dict[str, Any] = {"domain": Domain.ENERGY, "kind": KIND}
    with_content = may_read_content(user, household, "energy.view")
    moves = EnergyMove.objects.filter(file__in=files, undone_at__isnull=True)
    for move in moves.select_related("by").order_by("-created_at"):
        title, icon = STORY[move.to_state]
        yield TimelineItem(
            at=move.on,
            icon=icon,
            title=f"SLIME\u00a0: {title}",
            text=move.reason if with_content else "",
            url=path_to("housing:energy_file", move.file_id),
            author=move.by.full_name,
            **common,
        )
    if not with_content:
        return
    for row in EnergyOrientation.objects.filter(file__in=files).select_related("by"):
        yield TimelineItem(
            at=row.proposed_on,
            icon="bi-signpost-split",
            title=f"Orientation énergie\u00a0: {lower_first(row.get_kind_display())}",
            text=row.get_state_display(),
            url=path_to("housing:energy_file", row.file_id),
            author=row.by.full_name,
            **common,
        )
    for call in FollowUpCall.objects.filter(file__in=files).select_related("by"):
        yield TimelineItem(
            at=call.on,
            icon="bi-telephone-outbound",
            title="Appel de suivi énergie" if call.is_reached else "Appel de suivi énergie sans réponse",
            url=path_to("housing:energy_file", call.file_id),
            author=call.by.full_name,
            **common,
        )


def section(household: Household, user: User) -> Panel | None:
    if not user.has_perm("energy.overview"):
        return None
    files = EnergyFile.objects.for_user(user).filter(household=household).select_related("agent")
    context = {
        "household": household,
        "files": files,
        "running": next((file for file in files if not file.is_closed), None),
        "may_report": user.has_perm("energy.edit") and household.closed_on is None,
    }
    return Panel(template="housing/energy/section.html", context=context)


def actions(household: Household, user: User) -> Iterator[Action]:
    if household.closed_on is not None or not user.has_perm("energy.edit"):
        return
    running = None
    if may_hold(household, "housing.EnergyFile"):
        running = EnergyFile.objects.for_user(user).running().filter(household=household).first()
    yield Action(
        label="Poursuivre le dossier SLIME" if running else "Signaler au SLIME (énergie)",
        icon="bi-lightning-charge",
        domain=Domain.ENERGY,
        group="Logement",
        url=path_to("housing:energy_file", running.pk)
        if running
        else path_to("housing:energy_report", household.pk),
    )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """An agent's own files: to contact, to visit, to orient, to call again. The direction: how many are late."""
    readers = team.holding("energy.overview")
    if not readers:
        return
    today, rules = team.today, energy_rules()
    yield from _late(team, [agent for agent in readers if not agent.has_perm("energy.edit")], rules)
    agents = [agent for agent in readers if agent.has_perm("energy.edit")]
    own = EnergyFile.objects.filter(agent__in=agents).running().select_related("household", "agent")
    oriented = EnergyOrientation.objects.filter(file=OuterRef("pk"))
    # One query for all that a file may wait for.
    for file in own.annotate(is_oriented=Exists(oriented), is_to_call=to_call(today, rules)):
        if file.state == S.REPORTED:
            title = (
                "Contacter le ménage (SLIME)" if file.consent_on else "Demander l’accord du ménage (SLIME)"
            )
            yield _work(file, title, contact_due(file, rules))
        elif file.state == S.CONTACTED:
            yield _work(file, "Fixer la visite énergie", None)
        elif file.state in (S.VISITED_1, S.VISITED_2) and not file.is_oriented:
            yield _work(file, "Orienter après la visite énergie", file.visited_on)
        if file.is_to_call:
            window = follow_up(file, rules)
            yield _work(file, "Appel de suivi énergie", window.until if window else None)
    visits = EnergyVisit.objects.filter(
        agent__in=agents,
        done_on__isnull=True,
        file__state__in=(S.VISIT_1, S.VISIT_2),
        appointment__start__date__lte=today,
    )
    for visit in visits.select_related("file__household", "file__agent", "appointment"):
        if visit.appointment is not None:
            due = visit.appointment.start.date()
            _owner, item = _work(visit.file, f"Remplir la visite énergie {visit.rank}", due)
            yield visit.agent_id, item
    reminders = EnergyOrientation.objects.open().filter(
        file__agent__in=agents, remind_on__isnull=False, file__closed_on__isnull=True
    )
    for row in reminders.select_related("file__household", "file__agent"):
        yield _work(row.file, f"Relancer\u00a0: {lower_first(row.get_kind_display())}", row.remind_on)


def _work(file: EnergyFile, title: str, due: date | None) -> tuple[Any, WorkItem]:
    return file.agent_id, WorkItem(
        title=title,
        url=path_to("housing:energy_file", file.pk),
        due=due,
        domain=Domain.ENERGY,
        subject=str(file.household),
        subject_id=file.household_id,
        owner=file.agent,
        kind=KIND,
    )


def _late(team: Team, agents: Sequence[User], rules: Sequence[EnergyRule]) -> Iterator[tuple[Any, WorkItem]]:
    if not agents:
        return
    waiting = EnergyFile.objects.filter(state=S.REPORTED).only("reported_on", "state", "household_id")
    dues = [(file.household_id, contact_due(file, rules)) for file in waiting]
    for agent in agents:
        late = [due for key, due in dues if due < team.today and not team.is_closed(agent, key)]
        if late:
            yield (
                agent.pk,
                WorkItem(
                    title=plural(
                        len(late),
                        "ménage à contacter en retard (SLIME)",
                        "ménages à contacter en retard (SLIME)",
                    ),
                    url=f"{path_to('housing:energy')}?attente=en-retard",
                    due=min(late),
                    domain=Domain.ENERGY,
                    kind=KIND,
                ),
            )


def open_files(households: Collection[Any]) -> Iterator[OpenItem]:
    rows = EnergyFile.objects.running().filter(household__in=households).select_related("agent")
    for file in rows:
        yield OpenItem(
            subject_id=file.household_id,
            title=f"Dossier SLIME {file.number}\u00a0: {lower_first(file.get_state_display())}",
            url=path_to("housing:energy_file", file.pk),
            domain=Domain.ENERGY,
            owner=file.agent,
        )


def involved(household: Household, today: date) -> Iterator[User]:
    for file in EnergyFile.objects.running().filter(household=household).select_related("agent"):
        yield file.agent


def register() -> None:
    registry.timeline.register("energy", timeline, about=("housing.EnergyFile",))
    registry.actions.register("energy", actions)
    registry.worklist.register(
        "energy",
        worklist,
        about=("housing.EnergyFile",),
        owned=("housing.EnergyFile.agent", "housing.EnergyVisit.agent"),
    )
    registry.open_items.register("energy", open_files)
    registry.involved.register("energy", involved)
    reached = EnergyContact.objects.filter(outcome__in=REACHED).all
    registry.contacts.register(
        "energy.contacts",
        ContactSource(label="Contact énergie (SLIME)", rows=reached, at="on", subject="file__household"),
    )
    visited = EnergyVisit.objects.filter(done_on__isnull=False).all
    registry.contacts.register(
        "energy.visits",
        ContactSource(label="Visite énergie (SLIME)", rows=visited, at="done_on", subject="file__household"),
    )
    called = FollowUpCall.objects.filter(is_reached=True).all
    registry.contacts.register(
        "energy.calls",
        ContactSource(label="Appel de suivi énergie", rows=called, at="on", subject="file__household"),
    )
    merging.move(
        "housing.EnergyFile.household",
        refused="Les deux ménages ont un dossier SLIME en cours\u00a0: terminez-en un avant de fusionner.",
    )
    for name in ("VisitPhoto.key", "VisitSending.key"):
        merging.leave(f"housing.{name}", because="it is drawn on the tablet and names nothing")
    sections.register("energy", section)
    statistics.register()
    listing.register()
    summary.register()
