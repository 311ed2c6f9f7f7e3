"""What is printed of an état des lieux: the sheet to sign with its photos, and the comparison."""

from base64 import b64encode
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from cias.core.crypto import CannotDecryptError
from cias.core.pdf import render_pdf
from cias.core.vault import MissingFileError
from cias.territory.services import get_structure
from households.models import Document
from households.services.documents import read_document
from housing.inventories.enums import UNITS, InventoryKind, MeterKind
from housing.inventories.rules import Comparison, correction_until
from housing.inventories.services.writing import rule_on
from housing.models import Inventory, Stay


def picture(document: Document) -> str:
    """A photo as a page can hold it; "" when its file is missing or cannot be read."""
    try:
        content = b"".join(read_document(document, "preview"))
    except (MissingFileError, CannotDecryptError):
        return ""
    return f"data:image/jpeg;base64,{b64encode(content).decode()}"


def inventory_pdf(inventory: Inventory, moment: datetime) -> bytes:
    """Room by room, meters, keys, photos, then the boxes to sign."""
    rooms = list(inventory.rooms.prefetch_related("elements__entry_element", "photos__document"))
    rule, is_entry = rule_on(inventory.held_on), inventory.kind == InventoryKind.ENTRY
    context = {
        "inventory": inventory,
        "stay": inventory.stay,
        "rooms": rooms,
        "photos": [
            (room, [(photo, source) for photo in room.photos.all() if (source := picture(photo.document))])
            for room in rooms
            if room.photos.all()
        ],
        "meters": [
            (row, UNITS[MeterKind(row.kind)]) for row in inventory.meters.exclude(number="", reading=None)
        ],
        "items": inventory.items.exclude(count=0, comment="") if is_entry else inventory.items.all(),
        "is_entry": is_entry,
        "correction_until": correction_until(inventory, rule),
        "corrections": inventory.corrections.all(),
        "day": timezone.localtime(moment).date(),
    }
    return _pdf("housing/inventories/pdf/inventory.html", context, str(inventory), moment)


def comparison_pdf(stay: Stay, comparison: Comparison, moment: datetime) -> bytes:
    """Entry and exit side by side: what worsened, what wear explains, what is missing."""
    context = {"stay": stay, "comparison": comparison, "day": timezone.localtime(moment).date()}
    title = "Comparaison des états des lieux"
    return _pdf("housing/inventories/pdf/comparison.html", context, title, moment)


def _pdf(template: str, context: dict[str, Any], title: str, moment: datetime) -> bytes:
    structure = get_structure()
    html = render_to_string(template, {**context, "structure": structure, "moment": moment})
    return render_pdf(html, title=title, author=structure.name, moment=moment)
