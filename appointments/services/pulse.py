"""What tells a live page that it is out of date, at the price of one query."""

from datetime import date, datetime
from hashlib import blake2s
from typing import Any

from django.db.models import CharField, F, Func, Model, QuerySet
from django.utils import timezone

from appointments.models import Absence, Appointment, DeskContact, Message, Presence
from cias.accounts.models import User
from cias.core.periods import Period


class RowDigest(Func):
    """A digest of these columns as PostgreSQL writes a row of them; the digest says nothing of their content."""

    template = "md5(ROW(%(expressions)s)::text)"
    output_field = CharField()


def day_pulse(*, user: User, day: date, now: datetime) -> str:
    """A short text that changes whenever what the board of `day` shows to `user` may have changed.

    Appointments, absences, presences, visits and calls counted, open messages; and the minute while it is today,
    because waiting times grow.
    """
    start, after = Period(day, day).bounds()
    digests = (
        _digests(Appointment.objects.in_agenda(user).on(day))
        .union(
            _digests(Absence.objects.overlapping(start, after)),
            _digests(Presence.objects.between(day, day)),
            _digests(DeskContact.objects.filter(at__gte=start, at__lt=after)),
            _digests(Message.objects.for_user(user).open()),
            all=True,
        )
        .order_by()
    )
    minute = f"{now:%H:%M}" if day == timezone.localdate(now) else ""
    return blake2s("".join([minute, *sorted(digests)]).encode(), digest_size=8).hexdigest()


def _digests[T: Model](rows: QuerySet[T]) -> QuerySet[T, Any]:
    columns = [F(field.attname) for field in rows.model._meta.concrete_fields]
    return rows.order_by().values_list(RowDigest(*columns), flat=True)
