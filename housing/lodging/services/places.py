"""Days on which a place cannot be lived in, and whether it can on others."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from cias.core.db import typed_violations
from cias.core.french import lower_first
from housing.models import Place, Unavailability


def check_habitable(place: Place, start: date, planned_end: date) -> None:
    """Raise ValidationError unless the place is open, and in order, from `start` to `planned_end`."""
    if start < place.start or (place.end is not None and planned_end > place.end):
        raise ValidationError("Cette place n’est pas ouverte à toutes ces dates.")
    clash = (
        place.unavailabilities.filter(start__lte=planned_end)
        .filter(Q(end__isnull=True) | Q(end__gte=start))
        .first()
    )
    if clash is not None:
        until = f"jusqu’au {clash.end:%d/%m/%Y}" if clash.end else "sans date de fin"
        raise ValidationError(
            f"Cette place est indisponible du {clash.start:%d/%m/%Y} {until} "
            f"({lower_first(clash.get_reason_display())})."
        )


@transaction.atomic
def declare_unavailable(
    *, place: Place, start: date, end: date | None, reason: str, comment: str = ""
) -> Unavailability:
    """Take a place out of service. Raises ValidationError when somebody lives there on one of these days."""
    place = Place.objects.select_for_update().get(pk=place.pk)
    _check_empty(place, start, end)
    with typed_violations():
        return Unavailability.objects.create(
            place=place, start=start, end=end, reason=reason, comment=comment
        )


@transaction.atomic
def correct_unavailability(
    *, unavailability: Unavailability, start: date, end: date | None, reason: str, comment: str = ""
) -> Unavailability:
    """Change its dates, its reason: works that last longer, or that are over. Raises as declaring it does."""
    place = Place.objects.select_for_update().get(pk=unavailability.place_id)
    _check_empty(place, start, end)
    unavailability.start, unavailability.end = start, end
    unavailability.reason, unavailability.comment = reason, comment
    with typed_violations():
        unavailability.save()
    return unavailability


def _check_empty(place: Place, start: date, end: date | None) -> None:
    taken = place.stays.filter(Q(end__isnull=True) | Q(end__gte=start))
    if end is not None:
        taken = taken.filter(start__lte=end)
    stay = taken.order_by("start").first()
    if stay is not None and (stay.end is not None or stay.planned_end >= start):
        raise ValidationError(
            f"La place est occupée depuis le {stay.start:%d/%m/%Y}, jusqu’au "
            f"{(stay.end or stay.planned_end):%d/%m/%Y}\u00a0: choisissez d’autres dates."
        )


def remove_unavailability(*, unavailability: Unavailability) -> None:
    """It never took place; its trace stays in the history."""
    unavailability.delete()
