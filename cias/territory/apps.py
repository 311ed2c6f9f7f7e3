from django.apps import AppConfig

from cias.core.reference import seed_after_migrate


class TerritoryConfig(AppConfig):
    name = "cias.territory"
    label = "territory"
    verbose_name = "Territoire et structure"

    def ready(self) -> None:
        from cias.territory import reference

        seed_after_migrate(self, reference.seed)
