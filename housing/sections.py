"""The cards each line of work adds to the pages the others own."""

from typing import Any

from cias.core.registry import Panel, PanelProvider, Registry

# On the tab « Logement et énergie » of a household; a provider gives None when the reader may not see its line.
sections: Registry[PanelProvider] = Registry("housing sections")
# On the page of a stay, which is then the subject.
stay_sections: Registry[PanelProvider] = Registry("stay sections")


def collect_stay_sections(stay: Any, user: Any) -> list[Panel]:
    found = (provider(stay, user) for provider in stay_sections)
    return [panel for panel in found if panel is not None]
