"""One object for each parameter of the settings pages (tests/access)."""

from datetime import date

from cias.territory.models import ExceptionalClosure, Zone
from tests.access.world import World


def sample_kwargs(world: World) -> dict[str, object]:
    closure = ExceptionalClosure.objects.create(
        first_day=date(2027, 5, 7), last_day=date(2027, 5, 7), label="Pont"
    )
    return {
        "zone_id": Zone.objects.create(code="vallee", name="Vallée").pk,
        "exceptional_closure_id": closure.pk,
    }
