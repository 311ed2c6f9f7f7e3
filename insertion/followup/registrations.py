"""What the follow-up contributes to a household's file, to the work lists and to the absences."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Q
from django.utils import timezone

from cias.accounts.models import User
from cias.core import merging, registry
from cias.core.deadlines import DueStatus
from cias.core.french import lower_first
from cias.core.paths import path_to
from cias.core.registry import ContactSource, Panel, TimelineItem, WorkItem
from households.enums import Domain
from households.models import Household
from households.team import Team
from insertion.absences import absences
from insertion.deadlines import Deadline, DueCode
from insertion.diagnoses.reading import arrange, in_the_way, with_content
from insertion.followup import listing, statistics
from insertion.followup.absences import of_appointments
from insertion.followup.enums import ContactResult
from insertion.followup.guidance import next_step, stages
from insertion.models import (
    Diagnosis,
    NoShowCase,
    NoShowMove,
    Orientation,
    OrientationReview,
    PathwayExit,
)
from insertion.pathways import Pathway, running, with_deadlines
from insertion.sections import sections

KIND = "insertion-followup"


def section(household: Household, user: User) -> Panel:
    """Each person oriented or diagnosed, the running pathways first: where they are, what is next, by when."""
    today = timezone.localdate()
    orientations = Orientation.objects.for_user(user, household.pk).order_by("-start", "pk")
    pathways = with_deadlines(orientations, today)
    diagnoses = {row.person_id: row for row in with_content(Diagnosis.objects.for_user(user, household.pk))}
    latest: dict[Any, Pathway] = {}
    for pathway in pathways:
        latest.setdefault(pathway.orientation.person_id, pathway)
    standing = PathwayExit.objects.standing().filter(orientation__in=orientations)
    exits = {row.orientation_id: row for row in standing}
    cards = [
        _card(pathway, diagnoses.pop(key, None), exits.get(pathway.orientation.pk), today)
        for key, pathway in latest.items()
    ]
    cards.sort(key=lambda card: (card["is_over"], str(card["person"])))
    cards += [_card(None, row, None, today) for row in diagnoses.values()]
    return Panel(
        template="insertion/followup/section.html",
        context={"cards": cards, "may_edit": user.has_perm("insertion.edit") and household.closed_on is None},
    )


def _card(
    row: Pathway | None, diagnosis: Diagnosis | None, exit: PathwayExit | None, today: date
) -> dict[str, Any]:
    content = arrange(diagnosis) if diagnosis else None
    orientation = row.orientation if row else None
    return {
        "row": row,
        "exit": exit,
        "stages": stages(row, diagnosis, exit, today) if row else [],
        "next": next_step(row) if row else None,
        "person": orientation.person if orientation else diagnosis.person if diagnosis else None,
        "is_over": orientation is None or (orientation.end is not None and orientation.end < today),
        "contract": row.contract if row else None,
        "diagnosis": diagnosis,
        "progress": content.progress(today) if content else None,
        "obstacles": in_the_way(content.obstacles) if content else [],
    }


def timeline(household: Household, user: User) -> Iterator[TimelineItem]:
    """Re-examinations, exits and the steps of absences that stand."""
    common: dict[str, Any] = {"domain": Domain.INSERTION, "kind": "insertion"}
    orientations = Orientation.objects.for_user(user, household.pk)
    reviews = OrientationReview.objects.standing().filter(orientation__in=orientations)
    for review in reviews.select_related("by"):
        yield TimelineItem(
            at=review.on, icon="bi-arrow-repeat", title="Orientation sociale réexaminée",
            text=review.get_conclusion_display(), author=review.by.full_name,
            url=path_to("insertion:pathway", review.orientation_id), **common,
        )  # fmt: skip
    exits = PathwayExit.objects.standing().filter(orientation__in=orientations)
    for one in exits.select_related("by", "orientation__person"):
        yield TimelineItem(
            at=one.on, icon="bi-door-open", title="Sortie du parcours d’insertion",
            text=f"{one.orientation.person.full_name}\u00a0: {lower_first(one.get_reason_display())}",
            author=one.by.full_name, url=path_to("insertion:pathway", one.orientation_id), **common,
        )  # fmt: skip
    cases = NoShowCase.objects.for_user(user, household.pk)
    for move in NoShowMove.objects.standing().filter(case__in=cases).select_related("by"):
        yield TimelineItem(
            at=move.on, icon="bi-person-x", title=f"Absence\u00a0: {lower_first(move.get_to_state_display())}",
            text=move.get_result_display() if move.result else "", author=move.by.full_name,
            url=path_to("insertion:no_show", move.case_id), **common,
        )  # fmt: skip


def worklist(team: Team) -> Iterator[tuple[Any, WorkItem]]:
    """What is late or soon: the référent unique sees their own, the direction what nobody is in charge of."""
    readers = team.holding("insertion.overview")
    if not readers:
        return
    directors = team.among(readers, directing=True)
    theirs = Q(referent__in=[agent for agent in readers if agent not in directors])
    if directors:
        theirs |= Q(referent=None)
    for pathway in with_deadlines(running(Orientation.objects.filter(theirs), team.today), team.today):
        orientation = pathway.orientation
        keys = [orientation.referent_id] if orientation.referent_id else [agent.pk for agent in directors]
        for deadline in pathway.deadlines:
            if deadline.status(team.today) in (DueStatus.LATE, DueStatus.SOON):
                item = WorkItem(
                    title=title_of(deadline), due=deadline.due, domain=Domain.INSERTION,
                    subject=orientation.person.full_name, subject_id=orientation.household_id,
                    owner=orientation.referent, kind="insertion",
                    url=path_to("insertion:household", orientation.household_id),
                )  # fmt: skip
                yield from ((key, item) for key in keys)


def involved(household: Household, today: date) -> Iterator[User]:
    """The référents uniques of its running pathways."""
    rows = running(Orientation.objects.filter(household=household, referent__isnull=False), today)
    for orientation in rows.select_related("referent"):
        if orientation.referent is not None:
            yield orientation.referent


def title_of(deadline: Deadline) -> str:
    if deadline.code == DueCode.SIGN and deadline.level > 1:
        return f"{deadline.label} ({deadline.level}e alerte)"
    return deadline.label


def register() -> None:
    sections.register("parcours", section)
    registry.timeline.register(KIND, timeline, about=("insertion.Orientation", "insertion.NoShowCase"))
    registry.worklist.register(
        "insertion", worklist, about=("insertion.Orientation",), owned=("insertion.Orientation.referent",)
    )
    registry.involved.register(KIND, involved)
    absences.register("appointments", of_appointments)
    reached = NoShowMove.objects.standing().filter(result=ContactResult.REACHED).all
    registry.contacts.register(
        KIND,
        ContactSource(
            label="Personne jointe après une absence", rows=reached, at="on", subject="case__household"
        ),
    )
    merging.move("insertion.NoShowCase.household")
    merging.move("insertion.NoShowCase.person")
    listing.register_listing()
    statistics.register()
