"""The demonstration's own CIAS: Chartres métropole. Another one is entered on the settings page (P3)."""

from datetime import timedelta

from appointments.services.travel import middle
from cias.core.deadlines import roll_to_working_day
from cias.demo.world import World
from cias.territory.models import ExceptionalClosure, Zone
from cias.territory.services import get_structure
from cias.territory.settings import cancel_closure, retire_zone, save_closure, save_zone

LARGE = 2000


def settle(world: World) -> None:
    structure = get_structure()
    structure.name = "Centre intercommunal d’action sociale de Chartres métropole"
    structure.short_name = "CIAS Chartres métropole"
    structure.address_lines = "32 boulevard Chasles\n28000 Chartres"
    structure.phone = "+33237000000"
    structure.email = "accueil@cias.test"
    structure.president = "Hélène Garnier, présidente"
    structure.privacy_contact = "dpo@cias.test"
    structure.region_code = "24"
    structure.save()
    _closures(world)
    _zones(world)


def _closures(world: World) -> None:
    """One that was, one to come, one given up: nothing is booked on the first two."""
    for days, label, stands in (
        (-70, "Séminaire de l’équipe", True),
        (35, "Journée de formation de l’équipe", True),
        (49, "Travaux à l’accueil", False),
    ):
        day = roll_to_working_day(world.today + timedelta(days=days))
        closure = save_closure(closure=ExceptionalClosure(first_day=day, last_day=day, label=label))
        if not stands:
            cancel_closure(closure=closure)


def _zones(world: World) -> None:
    """Small communes in four fixed groups, by where their shape lies from the middle of the territory."""
    centres = {commune.pk: middle(commune.geometry) for commune in world.communes if commune.geometry}
    heart = [sum(values) / len(values) for values in zip(*centres.values(), strict=True)]
    zones = {
        code: Zone.objects.create(code=code, name=name)
        for code, name in (("rural-nord", "Communes rurales du nord"), ("rural-est", "Communes rurales de l’est"),
                           ("rural-sud", "Communes rurales du sud"), ("rural-ouest", "Communes rurales de l’ouest"))
    }  # fmt: skip
    for commune in world.communes:
        if commune.population >= LARGE or commune.pk not in centres:
            continue
        east, north = (centres[commune.pk][axis] - heart[axis] for axis in (0, 1))
        vertical = abs(north) > abs(east) * 0.66  # a degree of longitude is shorter than one of latitude here
        code = (
            ("rural-nord" if north > 0 else "rural-sud")
            if vertical
            else "rural-est"
            if east > 0
            else "rural-ouest"
        )
        commune.zone = zones[code]
        commune.save(update_fields=["zone"])
    # Of the years when the north was one with the east: its name stays, for what was published with it.
    retire_zone(
        zone=save_zone(zone=Zone(code="rural-nord-est", name="Communes rurales du nord-est"), communes=[])
    )
