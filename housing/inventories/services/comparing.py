"""Both inventories of a stay, read in few queries and set side by side."""

from housing.inventories.enums import InventoryKind
from housing.inventories.rules import Comparison, compare_element, compare_items, compare_meters
from housing.models import Inventory, InventoryElement, Stay


def compare(stay: Stay) -> Comparison | None:
    """The comparison of a stay, None without both inventories. The exit may still be a draft."""
    rows = Inventory.objects.filter(stay=stay).prefetch_related("meters", "items")
    found = {row.kind: row for row in rows}
    entry, exit_ = found.get(InventoryKind.ENTRY), found.get(InventoryKind.EXIT)
    if entry is None or exit_ is None:
        return None
    elements = InventoryElement.objects.filter(room__inventory=exit_).select_related(
        "room", "wear", "entry_element"
    )
    return Comparison(
        entry=entry,
        exit=exit_,
        elements=[
            compare_element(row.room.name, row, entry.held_on, exit_.held_on)
            for row in elements.order_by("room__position", "position")
        ],
        meters=compare_meters(entry.meters.all(), exit_.meters.all()),
        items=compare_items(entry.items.all(), exit_.items.all()),
    )
