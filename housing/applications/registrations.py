"""What access to housing contributes to a household's file and to the work lists."""

from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import lower_first, plural
from cias.core.paths import path_to
from cias.core.registry import Action, ContactSource, OpenItem, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.file import may_read_content
from households.models import Household
from households.team import Figure, Tally, Team, tallies
from housing.applications import listing, statistics, summary
from housing.applications.services import refresh_running
from housing.delays.enums import DelayCode
from housing.delays.services import refreshers
from housing.models import ApplicationMove, DaloAppeal, DaloMove, HousingApplication
from housing.sections import sections

KIND = "applications"
DALO_WORK = {
    DelayCode.DALO_DECISION: "Décision de la commission de médiation à demander",
    DelayCode.DALO_OFFER: "Offre du préfet attendue au titre du DALO",
    DelayCode.DALO_APPEAL: "Rejet du recours DALO à contester ou non",
}


def section(household: Household, user: User) -> Panel | None:
    if not user.has_perm("applications.overview"):
        return None
    applications = list(
        HousingApplication.objects.for_user(user).filter(household=household).select_related("agent")
    )
    appeals = list(DaloAppeal.objects.for_user(user).filter(household=household).select_related("agent"))
    return Panel(
        template="housing/applications/section.html",
        context={
            "applications": applications,
            "appeals": appeals,
            "is_asking": any(row.is_running for row in applications),
            "is_appealing": any(row.is_running for row in appeals),
            "may_edit": user.has_perm("applications.edit") and household.closed_on is None,
        },
    )


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Each step that stands; why is content, read with a stated reason by the direction."""
    with_content = may_read_content(user, household, "applications.view")
    common: dict[str, Any] = {"domain": Domain.HOUSING, "kind": "housing", "icon": "bi-house-heart"}
    applications = HousingApplication.objects.for_user(user).filter(household=household)
    for application in applications.select_related("agent"):
        yield TimelineItem(
            at=application.opened_on,
            title="Demande de logement social ouverte",
            author=application.agent.full_name,
            url=path_to("housing:application", application.pk),
            **common,
        )
    moves = ApplicationMove.objects.filter(application__in=applications).standing().select_related("by")
    for move in moves:
        title = "renouvelée" if "renewed_on" in move.before else lower_first(move.get_to_state_display())
        yield TimelineItem(
            at=move.on,
            title=f"Logement social\u00a0: {title}",
            text=move.reason if with_content else "",
            author=move.by.full_name,
            url=path_to("housing:application", move.application_id),
            **common,
        )
    appeals = DaloAppeal.objects.for_user(user).filter(household=household)
    for step in DaloMove.objects.filter(appeal__in=appeals).standing().select_related("by"):
        yield TimelineItem(
            at=step.on,
            title=f"DALO\u00a0: {lower_first(step.get_to_state_display())}",
            text=step.reason if with_content else "",
            author=step.by.full_name,
            url=path_to("housing:dalo", step.appeal_id),
            **common,
        )


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("applications.edit") and household.closed_on is None:
        yield Action(
            label="Demander un logement social",
            icon="bi-house-heart",
            domain=Domain.HOUSING,
            group="Logement",
            url=path_to("housing:application_create", household.pk),
        )


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """An agent renews their own requests and follows their appeals."""
    agents, today = team.holding("applications.overview", "applications.edit"), team.today
    own = HousingApplication.objects.running().filter(agent__in=agents, renewal_alert_on__lte=today)
    for row in own.select_related("household", "agent"):
        yield (
            row.agent_id,
            _work(row, "Renouveler la demande de logement social", row.renewal_due_on, "housing:application"),
        )
    appeals = DaloAppeal.objects.running().filter(agent__in=agents, due_alert_on__lte=today)
    for appeal in appeals.select_related("household", "agent"):
        title = DALO_WORK[DelayCode(appeal.due_code)]
        yield appeal.agent_id, _work(appeal, title, appeal.due_on, "housing:dalo")


def late(team: Team) -> Tally:
    """For who follows none, how many renewals are late."""
    steering = team.holding("applications.overview", without="applications.edit")
    rows = HousingApplication.objects.running().filter(renewal_due_on__lt=team.today)
    return Tally(agents=steering, rows=rows, oldest="renewal_due_on", line=_late)


def _late(found: Figure) -> WorkItem:
    return WorkItem(
        title=plural(
            found.count,
            "demande de logement social non renouvelée",
            "demandes de logement social non renouvelées",
        ),
        url=f"{path_to('housing:applications')}?liste=retard",
        due=found.oldest,
        domain=Domain.HOUSING,
        kind=KIND,
    )


def _work(row: Any, title: str, due: date | None, page: str) -> WorkItem:
    return WorkItem(
        title=title,
        url=reverse(page, args=[row.pk]),
        due=due,
        domain=Domain.HOUSING,
        subject=str(row.household),
        subject_id=row.household_id,
        owner=row.agent,
        kind=KIND,
    )


def open_rows(households: Collection[Any]) -> Iterator[OpenItem]:
    """A request nobody renews any more is struck off."""
    pages = ((HousingApplication, "housing:application"), (DaloAppeal, "housing:dalo"))
    for model, page in pages:
        rows: Any = model.objects.running().filter(household__in=households)
        for row in rows.select_related("agent"):
            yield OpenItem(
                subject_id=row.household_id,
                title=f"{row}\u00a0: {lower_first(row.get_state_display())}",
                url=reverse(page, args=[row.pk]),
                domain=Domain.HOUSING,
                owner=row.agent,
            )


def involved(household: Household, today: date) -> Iterator[User]:
    for model in (HousingApplication, DaloAppeal):
        for row in model.objects.running().filter(household=household).select_related("agent"):
            yield row.agent


def register() -> None:
    sections.register(KIND, section)
    registry.timeline.register(KIND, timeline, about=("housing.HousingApplication", "housing.DaloAppeal"))
    registry.actions.register(KIND, actions)
    registry.worklist.register(
        KIND,
        worklist,
        about=("housing.HousingApplication", "housing.DaloAppeal"),
        owned=("housing.HousingApplication.agent", "housing.DaloAppeal.agent"),
    )
    tallies.register(KIND, late)
    registry.open_items.register(KIND, open_rows)
    registry.involved.register(KIND, involved)
    registry.contacts.register(
        KIND,
        ContactSource(
            label="Demande de logement social ouverte", rows=HousingApplication.objects.all, at="opened_on"
        ),
    )
    refreshers.register(KIND, refresh_running)
    merging.move(
        "housing.HousingApplication.household",
        refused="Les deux ménages ont une demande de logement social en cours\u00a0: terminez l’une d’elles avant de "
        "fusionner.",
    )
    merging.move(
        "housing.DaloAppeal.household",
        refused="Les deux ménages ont un recours DALO en cours\u00a0: terminez l’un d’eux avant de fusionner.",
    )
    statistics.register()
    listing.register()
    summary.register()
