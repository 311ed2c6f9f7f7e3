"""Orientations follow one another; the one that runs ends earlier only on confirmation (I2)."""

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from cias.accounts.models import User
from cias.core.db import typed_violations
from cias.core.french import lower_first
from households.models import Household, Person
from insertion.deadlines import Rules
from insertion.models import Orientation


class ShortensPrevious(ValidationError):
    """The new orientation would end a running one earlier: the agent has to confirm."""

    def __init__(self, previous: Orientation, new_end: date) -> None:
        self.previous = previous
        super().__init__(
            f"L’orientation {lower_first(previous.get_kind_display())} en cours depuis le {previous.start:%d/%m/%Y} "
            f"s’arrêterait au {new_end:%d/%m/%Y}. Cochez la confirmation pour l’accepter.",
            code="shortens",
        )


def orient(
    *,
    household: Household,
    person: Person,
    kind: str,
    notified_on: date,
    start: date,
    structure: str,
    end: date | None = None,
    referent: User | None = None,
    comment: str = "",
    shorten_previous: bool = False,
) -> Orientation:
    """Record a decision of the Département.

    A running orientation is shortened to the day before only when `shorten_previous` says so, and never below the
    minimum length; before a later one, the new orientation ends the day before it. Raises ShortensPrevious,
    ValidationError or ConstraintViolation.
    """
    today = timezone.localdate()
    if start > today:
        raise ValidationError({"start": "Une orientation ne commence pas dans l’avenir."})
    if notified_on > today:
        raise ValidationError({"notified_on": "La notification ne peut pas être à venir."})
    if not household.memberships.filter(person=person).exists():
        raise ValidationError({"person": "Cette personne ne fait pas partie du ménage."})
    minimum = timedelta(days=Rules().on(start).minimum_days)
    with transaction.atomic():
        # Locking the person makes two simultaneous decisions about them queue up.
        Person.objects.select_for_update().get(pk=person.pk)
        others = Orientation.objects.filter(person=person)
        later = others.filter(start__gt=start).order_by("start").first()
        if later is not None:
            last = later.start - timedelta(days=1)
            end = last if end is None else min(end, last)
        running = others.filter(start__lt=start).exclude(end__lt=start).order_by("-start").first()
        if running is not None:
            new_end = start - timedelta(days=1)
            if new_end - running.start + timedelta(days=1) < minimum:
                raise ValidationError(
                    f"L’orientation précédente, commencée le {running.start:%d/%m/%Y}, durerait moins de "
                    f"{minimum.days} jours."
                )
            if not shorten_previous:
                raise ShortensPrevious(running, new_end)
            running.end = new_end
            running.save(update_fields=["end"])
        with typed_violations():
            return Orientation.objects.create(
                household=household, person=person, kind=kind, notified_on=notified_on, start=start, end=end,
                structure=structure, referent=referent, comment=comment,
            )  # fmt: skip
