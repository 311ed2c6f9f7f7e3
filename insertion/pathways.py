"""Running pathways with what is due, for lists, cards and work lists: a fixed number of queries."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, DateField, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, TruncDate
from django.utils import timezone

from appointments.enums import Category, Status
from appointments.models import Appointment
from cias.core.deadlines import DueStatus
from insertion.absences import Absence, absences
from insertion.deadlines import Deadline, Facts, Rules, contract_due, deadlines_of
from insertion.followup.chain import due_in
from insertion.followup.enums import NoShowState
from insertion.models import (
    EngagementContract,
    FirstMeeting,
    NoShowAbsence,
    NoShowCase,
    NoShowMove,
    Orientation,
    OrientationReview,
)

# Older absences have had their answer, or never will.
ABSENCES_LOOKED_AT = timedelta(days=120)


@dataclass(frozen=True)
class Pathway:
    """One orientation and what is due first; `status` is None when nothing is due."""

    orientation: Orientation
    contracts: list[EngagementContract]
    deadlines: list[Deadline]
    status: DueStatus | None
    facts: Facts
    absences: list[Absence]

    @property
    def next_deadline(self) -> Deadline | None:
        return self.deadlines[0] if self.deadlines else None

    @property
    def contract(self) -> EngagementContract | None:
        """The one in force, else the draft, else the last one that was signed."""
        today = timezone.localdate()
        running = next((row for row in self.contracts if row.is_running(today)), None)
        draft = next((row for row in self.contracts if row.is_draft), None)
        return running or draft or next(iter(self.contracts), None)


def running(orientations: QuerySet[Orientation], today: date) -> QuerySet[Orientation]:
    return orientations.filter(start__lte=today).filter(Q(end__isnull=True) | Q(end__gte=today))


def with_facts(orientations: QuerySet[Orientation], today: date) -> QuerySet[Orientation]:
    """Fetch along what the deadlines read: one query, and two more for the contracts and the requests."""
    taken = NoShowAbsence.objects.filter(case__person=OuterRef("person"))
    taken = taken.annotate(known=Concat(Cast("day", CharField()), Value(" "), "label"))
    review = (
        OrientationReview.objects.standing().filter(orientation=OuterRef("pk")).order_by("-on", "-created_at")
    )
    case = NoShowCase.objects.open().filter(orientation=OuterRef("pk"))
    summons = NoShowMove.objects.standing().filter(
        case__orientation=OuterRef("pk"), case__in=NoShowCase.objects.open(), to_state=NoShowState.SUMMONED
    )
    return (
        orientations.select_related("person", "household__commune", "referent")
        .annotate(
            told_met_on=_told(),
            kept_on=_meeting(Status.HONOURED),
            booked_on=_meeting(Status.PLANNED, Q(start__date__gte=today)),
            taken=ArraySubquery(taken.values("known")),
            reviewed_on=Subquery(review.values("on")[:1]),
            review_next_on=Subquery(review.values("next_on")[:1]),
            case_id=Subquery(case.values("pk")[:1]),
            case_state=Subquery(case.values("state")[:1]),
            case_since=Subquery(case.values("since")[:1]),
            summons_at=Subquery(summons.order_by("-created_at").values("meeting_at")[:1]),
        )
        .prefetch_related(
            Prefetch(
                "contracts",
                EngagementContract.objects.standing().order_by("-start"),
                to_attr="standing_contracts",
            ),
            "reorientations",
        )
    )


def with_deadlines(orientations: QuerySet[Orientation], today: date) -> list[Pathway]:
    """The pathways of a queryset, each with its deadlines, in a fixed number of queries."""
    rows = list(with_facts(orientations, today))
    if not rows:
        return []
    missed = _unfollowed(rows, today)
    rules = Rules()
    return [_pathway(row, missed.get(row.pk, []), rules, today) for row in rows]


def _pathway(row: Any, missed: list[Absence], rules: Rules, today: date) -> Pathway:
    facts = Facts(
        contracts=row.standing_contracts,
        met_on=row.told_met_on or row.kept_on,
        meeting_on=row.booked_on,
        reviewed_on=row.reviewed_on,
        review_next_on=row.review_next_on,
        case_id=row.case_id,
        case_due=due_in(row.case_state, row.case_since, row.summons_at) if row.case_id else None,
        unfollowed=[absence.day for absence in missed if not absence.excused],
    )
    found = deadlines_of(row, facts, rules, today)
    status = found[0].status(today) if found else None
    return Pathway(row, row.standing_contracts, found, status, facts, missed)


def first_meetings(orientations: QuerySet[Orientation]) -> Iterator[tuple[Orientation, date | None]]:
    """Each orientation with the day of its first meeting: told by hand, or kept in the agenda."""
    rows: QuerySet[Any] = orientations.annotate(told_met_on=_told(), kept_on=_meeting(Status.HONOURED))
    for row in rows:
        yield row, row.told_met_on or row.kept_on


def first_signatures(orientations: QuerySet[Orientation]) -> Iterator[tuple[Orientation, date | None, bool]]:
    """Each orientation, the day its first contract had both signatures, and whether that was within the legal delay.

    The delay is that of the notice, its last day included; a request for another orientation restarts it (C. trav.,
    art. D5411-14-1 and D5411-14-2).
    """
    rules = Rules()
    both = Greatest("signed_by_person_on", "signed_by_structure_on")
    signed = EngagementContract.objects.signed().annotate(both_on=both).order_by("both_on")
    rows: QuerySet[Any] = orientations.prefetch_related(
        "reorientations", Prefetch("contracts", signed, to_attr="signed_contracts")
    )
    for row in rows:
        on = row.signed_contracts[0].both_on if row.signed_contracts else None
        yield row, on, on is not None and on <= contract_due(row, rules)


def _told() -> Subquery:
    return Subquery(FirstMeeting.objects.standing().filter(orientation=OuterRef("pk")).values("on")[:1])


def _meeting(status: Status, *more: Q) -> Subquery:
    """The first day of an appointment about insertion, of the person or of the whole household, since the notice."""
    rows = Appointment.objects.filter(
        Q(person=OuterRef("person")) | Q(household=OuterRef("household"), person__isnull=True),
        *more,
        reason__category=Category.INSERTION,
        status=status,
        start__date__gte=OuterRef("notified_on"),
        start__date__lte=Coalesce(OuterRef("end"), Value(date.max), output_field=DateField()),
    )
    return Subquery(rows.order_by("start").annotate(day=TruncDate("start")).values("day")[:1])


def _unfollowed(rows: Iterable[Any], today: date) -> dict[object, list[Absence]]:
    """For each running orientation, the absences of its days that no follow-up has taken up."""
    live = {
        row.person_id: row for row in rows if row.start <= today and (row.end is None or row.end >= today)
    }
    if not live:
        return {}
    found: dict[object, list[Absence]] = {}
    for provider in absences:
        for absence in provider(list(live), today - ABSENCES_LOOKED_AT, today):
            row = live[absence.person_id]
            if absence.day >= row.start and f"{absence.day} {absence.label}" not in row.taken:
                found.setdefault(row.pk, []).append(absence)
    return {key: sorted(known, key=lambda one: one.day) for key, known in found.items()}
