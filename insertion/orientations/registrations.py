"""What the orientations contribute to a household's file and to the work lists."""

from collections.abc import Collection, Iterator
from typing import Any

from django.utils import timezone

from cias.accounts.enums import Role
from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.french import lower_first
from cias.core.paths import path_to
from cias.core.registry import Action, OpenItem, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.models import Household
from households.team import Team
from insertion.models import Orientation, ReorientationRequest
from insertion.orientations import statistics
from insertion.orientations.enums import RequestState
from insertion.orientations.history import lives_of
from insertion.pathways import running
from insertion.sections import sections


def section(household: Household, user: User) -> Panel:
    """Each member's orientations, the newest first, with what happened to each."""
    rows = Orientation.objects.for_user(user, household.pk).select_related("person", "referent")
    orientations = list(rows.prefetch_related("reorientations").order_by("-start", "pk"))
    lives = lives_of(orientations)
    return Panel(
        template="insertion/orientations/section.html",
        context={"orientations": [{"orientation": row, "life": lives[row.pk]} for row in orientations]},
    )


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    url = path_to("insertion:household", household.pk)
    orientations = Orientation.objects.for_user(user, household.pk).select_related("person", "referent")
    for orientation in orientations:
        yield TimelineItem(
            at=orientation.start, icon="bi-signpost-split",
            title=f"Orientation {lower_first(orientation.get_kind_display())}",
            text=f"{orientation.person.full_name}, {orientation.structure}", url=url, domain=Domain.INSERTION,
            kind="insertion", author=orientation.referent.full_name if orientation.referent else "",
        )  # fmt: skip


def actions(household: Household, user: User) -> Iterator[Action]:
    if user.has_perm("insertion.edit") and household.closed_on is None:
        yield Action(
            label="Enregistrer une orientation RSA", icon="bi-signpost-split", domain=Domain.INSERTION,
            group="Insertion", url=path_to("insertion:orient", household.pk),
        )  # fmt: skip


def requests_to_send(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """A request written and not sent: the person waits, and the month of the contract with them."""
    readers = team.holding("insertion.overview")
    rows = ReorientationRequest.objects.filter(state=RequestState.WRITTEN)
    if not team.among(readers, directing=True):
        rows = rows.filter(orientation__referent__in=readers)
    for request in rows.select_related("orientation__person", "orientation__referent"):
        item = WorkItem(
            title="Demande de réorientation à transmettre", due=request.requested_on, domain=Domain.INSERTION,
            subject=request.orientation.person.full_name, subject_id=request.household_id,
            owner=request.orientation.referent, kind="insertion",
            url=path_to("insertion:household", request.household_id),
        )  # fmt: skip
        for agent in readers:
            if agent.role == Role.DIRECTOR or agent.pk == request.orientation.referent_id:
                yield agent.pk, item


def request_events(household: Household, user: User) -> Iterator[TimelineItem]:
    """When another orientation was asked, and what the Département answered."""
    url = path_to("insertion:household", household.pk)
    requests = ReorientationRequest.objects.for_user(user, household.pk)
    for request in requests.select_related("orientation__person", "written_by"):
        yield TimelineItem(
            at=request.answered_on or request.sent_on or request.requested_on, icon="bi-arrow-left-right",
            title=f"Réorientation\u00a0: {lower_first(request.get_state_display())}",
            text=f"{request.orientation.person.full_name}, vers {lower_first(request.get_wanted_kind_display())}",
            url=url, domain=Domain.INSERTION, kind="insertion", author=request.written_by.full_name,
        )  # fmt: skip


def open_pathways(households: Collection[Any]) -> Iterator[OpenItem]:
    """The Département still counts on the CIAS for these persons."""
    rows = running(Orientation.objects.filter(household__in=households), timezone.localdate())
    for orientation in rows.select_related("person", "referent"):
        yield OpenItem(
            subject_id=orientation.household_id,
            title=f"Parcours RSA en cours\u00a0: {orientation.person.full_name}",
            url=path_to("insertion:household", orientation.household_id),
            domain=Domain.INSERTION, owner=orientation.referent,
        )  # fmt: skip


def register() -> None:
    statistics.register()
    registry.open_items.register("insertion", open_pathways)
    registry.timeline.register("insertion", timeline, about=("insertion.Orientation",))
    registry.actions.register("insertion", actions)
    registry.timeline.register(
        "insertion-reorientations", request_events, about=("insertion.ReorientationRequest",)
    )
    registry.worklist.register(
        "insertion-reorientations",
        requests_to_send,
        about=("insertion.ReorientationRequest",),
        owned=("insertion.Orientation.referent",),
    )
    sections.register("orientations", section)
    merging.move("insertion.Orientation.household")
    merging.move("insertion.ReorientationRequest.household")
    merging.move(
        "insertion.Orientation.person",
        refused="Les deux fiches ont une orientation RSA aux mêmes dates\u00a0: terminez l’une d’elles avant de "
        "fusionner.",
    )
