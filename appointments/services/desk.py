"""Who comes or calls without an appointment: counted with what for, never named (A5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, DateField, IntegerField, Min, Q, QuerySet, Value

from appointments.enums import Channel, Topic, Urgency
from appointments.models import DeskContact, Message, WaitingEntry
from appointments.services.reminders import not_delivered
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.periods import Period


@dataclass(frozen=True)
class Queue:
    """How many wait for a slot, how many of them today, and since when the first one does."""

    count: int = 0
    urgent: int = 0
    oldest: date | None = None


@dataclass(frozen=True)
class Waiting:
    """What waits beside the day's appointments. `queue` is None for who keeps no waiting list; the rest is the desk's.

    `not_delivered`: people to call, because their reminder failed. `messages`: those to be dealt with.
    """

    queue: Queue | None
    not_delivered: int = 0
    messages: int = 0


@dataclass(frozen=True)
class Tallied:
    """How many of one kind were counted that day; `mine` of them by the reader, who may take those back."""

    count: int = 0
    mine: int = 0


@dataclass(frozen=True)
class Tally:
    """One day's count: for each topic, by channel; and the totals by channel."""

    rows: Sequence[tuple[Topic, Mapping[str, Tallied]]]
    totals: Mapping[str, int]


def what_waits(*, user: User, now: datetime) -> Waiting:
    """What the day's page says of other lists, in one query."""
    keeps, at_desk = user.has_perm("agenda.book"), user.has_perm("agenda.reception")
    parts = []
    if keeps:
        rows = WaitingEntry.objects.for_user(user).waiting()
        urgent = Count("pk", filter=Q(urgency=Urgency.TODAY))
        parts.append(_counted("queue", rows, urgent, Min("requested_on")))
    if at_desk:
        parts.append(_counted("messages", Message.objects.for_user(user).open()))
        parts.append(_counted("not delivered", not_delivered(now)))
    if not parts:
        return Waiting(None)
    first, *others = parts
    found = {row["part"]: row for row in (first.union(*others, all=True).order_by() if others else first)}
    # A list without a row has no line here.
    queue, empty = found.get("queue"), {"count": 0}
    return Waiting(
        queue=(Queue(queue["count"], queue["urgent"], queue["oldest"]) if queue else Queue())
        if keeps
        else None,
        not_delivered=found.get("not delivered", empty)["count"],
        messages=found.get("messages", empty)["count"],
    )


def _counted(part: str, rows: QuerySet[Any], urgent: Any = None, oldest: Any = None) -> QuerySet[Any, Any]:
    return (
        rows.order_by()
        .annotate(part=Value(part))
        .values("part")
        .annotate(
            count=Count("pk"),
            urgent=Value(0, IntegerField()) if urgent is None else urgent,
            oldest=Value(None, DateField()) if oldest is None else oldest,
        )
    )


def tally(*, user: User, day: date) -> Tally:
    """What the desk has counted that day, in one query."""
    start, after = Period(day, day).bounds()
    kinds = DeskContact.objects.filter(at__gte=start, at__lt=after).order_by().values_list("topic", "channel")
    counted = kinds.annotate(count=Count("pk"), mine=Count("pk", filter=Q(recorded_by=user)))
    found = {(topic, channel): Tallied(count, mine) for topic, channel, count, mine in counted}
    rows = [
        (topic, {channel: found.get((topic, channel), Tallied()) for channel in Channel.values})
        for topic in Topic
    ]
    totals = {channel: sum(counts[channel].count for _topic, counts in rows) for channel in Channel.values}
    return Tally(rows, totals)


def count_contact(*, by: User, channel: Channel, topic: Topic) -> None:
    with signed_by(by):
        DeskContact.objects.create(channel=channel, topic=topic, recorded_by=by)


def take_back_contact(*, by: User, channel: Channel, topic: Topic, day: date) -> None:
    """Forget the last one `by` counted of that kind that day, if there is one: a slip of the finger."""
    start, after = Period(day, day).bounds()
    mine = DeskContact.objects.filter(
        recorded_by=by, channel=channel, topic=topic, at__gte=start, at__lt=after
    )
    with signed_by(by):
        DeskContact.objects.filter(pk__in=mine.order_by("-at").values("pk")[:1]).delete()
