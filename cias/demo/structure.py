"""The demonstration's own CIAS: Chartres métropole. Another one is entered on the settings page (P3)."""

from appointments.services.travel import middle
from cias.demo.world import World
from cias.territory.models import Zone
from cias.territory.services import get_structure

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
    _zones(world)


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
