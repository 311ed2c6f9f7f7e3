"""Who comes or calls without an appointment: counted with what for, never named (A5)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from appointments.enums import Channel, Topic
from appointments.models import DeskContact
from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.periods import Period


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
