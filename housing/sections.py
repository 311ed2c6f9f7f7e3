"""The cards of the tab « Logement et énergie » of a household: each line of work adds its own."""

from cias.core.registry import PanelProvider, Registry

# In the order of `housing.registrations`; a provider gives None when the reader may not see its line.
sections: Registry[PanelProvider] = Registry("housing sections")
