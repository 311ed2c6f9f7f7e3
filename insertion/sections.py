"""The cards each line of work adds to the tab « Insertion » of a household."""

from cias.core.registry import PanelProvider, Registry

TAB = "insertion"
# A provider gives None when the reader may not see its line.
sections: Registry[PanelProvider] = Registry("insertion sections")
