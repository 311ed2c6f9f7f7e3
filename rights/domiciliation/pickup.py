"""Where somebody attached to a commune fetches their mail."""

from collections.abc import Collection, Iterable

from django.db import transaction

from cias.accounts.models import User
from cias.audit.services import signed_by
from cias.core.db import typed_violations
from cias.territory.models import Commune
from rights.models import PickupCommune, PickupPoint


def points_of(communes: Collection[str]) -> dict[str, PickupPoint]:
    """The pick-up point of each of these communes: its own, or the one for all others; two queries."""
    default = PickupPoint.objects.filter(is_default=True).first()
    own = PickupCommune.objects.filter(commune__in=communes, point__is_active=True).select_related("point")
    found = {code: default for code in communes if default is not None}
    return found | {row.commune_id: row.point for row in own}


def point_of(commune: str) -> PickupPoint | None:
    """The pick-up point of one commune; None where none was set up: at the CIAS itself."""
    return points_of([commune]).get(commune)


@transaction.atomic
def save_point(*, by: User, point: PickupPoint, communes: Iterable[Commune]) -> PickupPoint:
    """Save a point and the communes it serves; those it takes leave the point that had them.

    Raises ConstraintViolation when another point already serves all the others.
    """
    chosen = list(communes)
    with signed_by(by), typed_violations():
        point.save()
        PickupCommune.objects.filter(point=point).exclude(commune__in=chosen).delete()
        for commune in chosen:
            PickupCommune.objects.update_or_create(commune=commune, defaults={"point": point})
    return point
