"""The left navigation: what each role may open, and nothing else."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from cias.core.access import ANY_AGENT, has_any
from cias.territory.services import get_structure


@dataclass(frozen=True)
class Entry:
    """One line of the menu; it is the current one on every page whose address starts like its own."""

    label: str
    icon: str
    url_name: str
    rights: tuple[str, ...]


MAIN: tuple[Entry, ...] = (
    Entry("Accueil", "bi-house", "dashboard:home", (ANY_AGENT,)),
    Entry("Logement", "bi-building", "housing:occupancy", ("housing.view",)),
    Entry("Insertion", "bi-signpost-split", "insertion:pathways", ("insertion.overview",)),
)
FOOTER: tuple[Entry, ...] = ()


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: what the frame around every page shows."""
    user = getattr(request, "user", None)
    frame: dict[str, Any] = {"structure": get_structure().short_name}
    if user is None or not user.is_authenticated:
        return {"shell": frame}
    frame["entries"] = _lines(request, MAIN)
    frame["footer"] = _lines(request, FOOTER)
    frame["search_url"] = ""
    return {"shell": frame}


def _lines(request: HttpRequest, entries: tuple[Entry, ...]) -> list[dict[str, Any]]:
    lines: list[dict[str, Any]] = [
        {"label": entry.label, "icon": entry.icon, "url": reverse(entry.url_name)}
        for entry in entries
        if has_any(request.user, entry.rights)
    ]
    under = [line for line in lines if request.path.startswith(line["url"])]
    if under:
        max(under, key=lambda line: len(line["url"]))["current"] = True
    return lines
