"""The appointments about insertion that nobody came to (I5)."""

from collections.abc import Collection, Iterator
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from appointments.enums import Category, Status
from appointments.models import Appointment
from cias.core.french import time_fr
from insertion.absences import Absence
from insertion.followup.enums import NoShowState
from insertion.models import NoShowAbsence


def of_appointments(persons: Collection[UUID], first: date, last: date) -> Iterator[Absence]:
    """Absences told in the agenda; excused once the follow-up kept a legitimate reason for them."""
    kept = NoShowAbsence.objects.filter(
        case__person=OuterRef("person"), case__state=NoShowState.EXCUSED, day=OuterRef("start__date")
    )
    missed = Appointment.objects.filter(
        person__in=persons,
        household__isnull=False,
        reason__category=Category.INSERTION,
        status=Status.NO_SHOW,
        start__date__range=(first, last),
    ).annotate(is_excused=Exists(kept))
    rows = missed.order_by("start").values_list("pk", "person", "household", "start", "is_excused")
    for key, person, household, start, is_excused in rows:
        moment = timezone.localtime(start)
        yield Absence(
            person_id=person,
            household_id=household,
            day=moment.date(),
            label=f"Rendez-vous de {time_fr(moment)}",
            excused=is_excused,
            url=reverse("appointments:detail", args=[key]),
        )
